//! Application Auto Scaling: bounds, policies and the alarms that trigger them.

use super::super::super::resolve::Resolved;
use super::super::{Found, Section};
use super::pieces::Pieces;
use super::write::{Text, quoted};

const TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";
const POLICY: &str = "AWS::ApplicationAutoScaling::ScalingPolicy";
const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Names of AWS's metrics, and those of scenarios.
const METRICS: [(&str, &str); 5] = [
    ("ECSServiceAverageCPUUtilization", "cpu"),
    ("ECSServiceAverageMemoryUtilization", "memory"),
    ("ALBRequestCountPerTarget", "requests"),
    ("CPUUtilization", "cpu"),
    ("MemoryUtilization", "memory"),
];

/// The same of adjustments, comparisons, aggregations and missing data.
const WORDS: [(&str, &str); 14] = [
    ("ChangeInCapacity", "change_in_capacity"),
    ("PercentChangeInCapacity", "percent_change_in_capacity"),
    ("ExactCapacity", "exact_capacity"),
    ("GreaterThanThreshold", "greater_than_threshold"),
    (
        "GreaterThanOrEqualToThreshold",
        "greater_than_or_equal_to_threshold",
    ),
    ("LessThanThreshold", "less_than_threshold"),
    (
        "LessThanOrEqualToThreshold",
        "less_than_or_equal_to_threshold",
    ),
    ("Average", "average"),
    ("Minimum", "minimum"),
    ("Maximum", "maximum"),
    ("missing", "missing"),
    ("ignore", "ignore"),
    ("breaching", "breaching"),
    ("notBreaching", "not_breaching"),
];

/// A service's scalable target.
pub(super) struct Scaling<'a> {
    target: &'a Found<'a>,
    minimum: u32,
    pub(super) maximum: u32,
    suspended: Vec<&'static str>,
}

impl<'a> Scaling<'a> {
    /// That of a service, if it has one.
    pub(super) fn read(pieces: &Pieces<'a>, service: &'a Found<'a>) -> Option<Scaling<'a>> {
        let is_its = |it: &&'a Found<'a>| {
            let id = it.properties.get("ResourceId");
            let its = id.and_then(|id| pieces.at(id, "AWS::ECS::Service"));
            its.is_some_and(|its| its.logical == service.logical)
        };
        let target = pieces.of(TARGET).find(is_its)?;
        let section = pieces.section(target);
        section.done(&[
            "ResourceId",
            "RoleARN",
            "ScalableDimension",
            "ServiceNamespace",
        ]);
        if section.has("ScheduledActions") {
            let why = "A schedule has moments of a day, and a scenario begins at 0: write [[scaling.schedule]] with `at` in seconds.";
            section.leave(&["ScheduledActions"], why);
        }
        let bound = |key: &str| {
            section.number(key).unwrap_or_else(|| {
                section.refuse(key, "Application Auto Scaling needs it: 1 stands for it.");
                1
            })
        };
        let (minimum, maximum) = (bound("MinCapacity"), bound("MaxCapacity"));
        let suspended = section.section("SuspendedState");
        let is_suspended = |key| suspended.as_ref().and_then(|it| it.flag(key)) == Some(true);
        let suspended = [
            ("DynamicScalingInSuspended", "scale_in"),
            ("DynamicScalingOutSuspended", "scale_out"),
            ("ScheduledScalingSuspended", "scheduled"),
        ];
        let suspended = suspended.into_iter().filter(|(key, _)| is_suspended(key));
        Some(Scaling {
            target,
            minimum,
            maximum,
            suspended: suspended.map(|(_, word)| word).collect(),
        })
    }

    pub(super) fn write(&self, pieces: &Pieces<'a>, text: &mut Text) {
        let from = self.target.logical;
        text.table("scaling");
        text.line("minimum", self.minimum, from);
        text.line("maximum", self.maximum, from);
        if !self.suspended.is_empty() {
            let words: Vec<String> = self.suspended.iter().map(|it| quoted(it)).collect();
            text.line("suspend", format!("[{}]", words.join(", ")), from);
        }
        for policy in pieces.of(POLICY).filter(|it| self.has(pieces, it)) {
            let section = pieces.section(policy);
            section.done(&[
                "PolicyName",
                "ScalingTargetId",
                "ResourceId",
                "ScalableDimension",
                "ServiceNamespace",
            ]);
            match section.text("PolicyType").as_deref() {
                Some("TargetTrackingScaling") => tracking(&section, policy.logical, text),
                Some("StepScaling") => step(pieces, &section, policy, text),
                _ => {
                    section.skip("PolicyType", "Policies of this type are not simulated.");
                    section.done_all();
                }
            }
        }
    }

    fn has(&self, pieces: &Pieces<'a>, policy: &Found<'a>) -> bool {
        let target = policy.properties.get("ScalingTargetId");
        let target = target.and_then(|it| pieces.at(it, TARGET));
        let id = |it: &Found<'_>| it.properties.get("ResourceId").map(Resolved::json);
        match target {
            Some(target) => target.logical == self.target.logical,
            None => id(policy).is_some_and(|it| Some(it) == id(self.target)),
        }
    }
}

fn word<const N: usize>(
    words: &[(&'static str, &'static str); N],
    wanted: &str,
) -> Option<&'static str> {
    let found = words.iter().find(|(aws, _)| *aws == wanted);
    found.map(|(_, ours)| *ours)
}

/// A member in the words of scenarios; one that has none is left out, which the log says.
fn worded(section: &Section<'_>, key: &str) -> Option<String> {
    let text = section.text(key)?;
    let found = word(&WORDS, &text);
    if found.is_none() {
        section.skip(
            key,
            format!("\"{text}\" means nothing here: the default holds."),
        );
    }
    found.map(quoted)
}

fn tracking(section: &Section<'_>, from: &str, text: &mut Text) {
    let Some(settings) = section.section("TargetTrackingScalingPolicyConfiguration") else {
        section.refuse("", "The policy has no configuration.");
        return;
    };
    let predefined = settings.section("PredefinedMetricSpecification");
    let name = predefined
        .as_ref()
        .and_then(|it| it.text("PredefinedMetricType"));
    if let Some(predefined) = &predefined {
        predefined.done(&["ResourceLabel"]);
    }
    let metric = name.as_deref().and_then(|it| word(&METRICS, it));
    let (Some(metric), Some(target)) = (metric, settings.number::<f64>("TargetValue")) else {
        let why = "Its metric is none that is simulated: cpu, memory, requests and, of a queue, backlog_per_task are. The policy is left out.";
        section.skip("TargetTrackingScalingPolicyConfiguration", why);
        settings.done_all();
        return;
    };
    text.item("scaling.policy");
    text.line("metric", quoted(metric), from);
    text.line("target", number(target), from);
    let seconds = |key| settings.number::<u32>(key);
    text.maybe("scale_out_cooldown", seconds("ScaleOutCooldown"), from);
    text.maybe("scale_in_cooldown", seconds("ScaleInCooldown"), from);
    text.maybe("disable_scale_in", settings.flag("DisableScaleIn"), from);
}

fn step<'a>(pieces: &Pieces<'a>, section: &Section<'a>, policy: &'a Found<'a>, text: &mut Text) {
    let settings = section.section("StepScalingPolicyConfiguration");
    let is_its = |it: &&'a Found<'a>| {
        let actions = it.properties.get("AlarmActions").and_then(Resolved::items);
        let mut actions = actions.unwrap_or_default().iter();
        actions.any(|it| {
            pieces
                .at(it, POLICY)
                .is_some_and(|it| it.logical == policy.logical)
        })
    };
    let (Some(settings), Some(alarm)) = (settings, pieces.of(ALARM).find(is_its)) else {
        section.skip("", "No alarm of this template triggers it: it is left out.");
        section.done_all();
        return;
    };
    let triggers = pieces.section(alarm);
    triggers.done(&[
        "ActionsEnabled",
        "AlarmActions",
        "AlarmDescription",
        "AlarmName",
        "Dimensions",
        "InsufficientDataActions",
        "Namespace",
        "OKActions",
        "Statistic",
        "Tags",
        "Unit",
    ]);
    let metric = triggers.text("MetricName");
    let metric = metric.as_deref().and_then(|it| word(&METRICS, it));
    let threshold = triggers.number::<f64>("Threshold");
    let comparison = worded(&triggers, "ComparisonOperator");
    let (Some(metric), Some(threshold), Some(comparison)) = (metric, threshold, comparison) else {
        triggers.skip(
            "",
            "Its metric is none that is simulated: the policy is left out.",
        );
        triggers.done_all();
        settings.done_all();
        return;
    };
    let mut fields = vec![
        format!("comparison = {comparison}"),
        format!("threshold = {}", number(threshold)),
    ];
    for (key, field) in [
        ("Period", "period"),
        ("EvaluationPeriods", "evaluation_periods"),
        ("DatapointsToAlarm", "datapoints_to_alarm"),
    ] {
        fields.extend(
            triggers
                .number::<u32>(key)
                .map(|it| format!("{field} = {it}")),
        );
    }
    fields.extend(worded(&triggers, "TreatMissingData").map(|it| format!("missing = {it}")));
    let from = policy.logical;
    text.item("scaling.policy");
    text.line("kind", quoted("step"), from);
    text.line("metric", quoted(metric), alarm.logical);
    text.maybe("adjustment", worded(&settings, "AdjustmentType"), from);
    let steps: Vec<String> = settings
        .sections("StepAdjustments")
        .iter()
        .map(adjustment)
        .collect();
    text.line("steps", format!("[{}]", steps.join(", ")), from);
    text.maybe(
        "minimum_magnitude",
        settings.number::<u32>("MinAdjustmentMagnitude"),
        from,
    );
    text.maybe("cooldown", settings.number::<u32>("Cooldown"), from);
    text.maybe(
        "aggregation",
        worded(&settings, "MetricAggregationType"),
        from,
    );
    text.line(
        "alarm",
        format!("{{ {} }}", fields.join(", ")),
        alarm.logical,
    );
}

fn adjustment(step: &Section<'_>) -> String {
    let mut fields = Vec::new();
    for (key, field) in [
        ("MetricIntervalLowerBound", "lower"),
        ("MetricIntervalUpperBound", "upper"),
    ] {
        let bound = step.number::<f64>(key);
        fields.extend(bound.map(|it| format!("{field} = {}", number(it))));
    }
    let adjustment = step.number::<i64>("ScalingAdjustment").unwrap_or_default();
    fields.push(format!("adjustment = {adjustment}"));
    format!("{{ {} }}", fields.join(", "))
}

/// A number as TOML has it.
fn number(it: f64) -> String {
    match it.is_finite() {
        true => it.to_string(),
        false => "0".to_owned(),
    }
}
