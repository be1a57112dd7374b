//! The horizontal pod autoscaler of Kubernetes, which scales pods on EKS (kubernetes.io, "Horizontal Pod
//! Autoscaling": content/en/docs/tasks/run-application/horizontal-pod-autoscale.md of kubernetes/website,
//! read 2026-11-30; its field names are those of autoscaling/v2).

use crate::units::{MetricValue, Moment, Span};
use serde::{Deserialize, Serialize};

/// What an autoscaler of pods is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodAutoscalerConfiguration {
    /// The deployment whose replicas it sets.
    pub deployment: String,
    /// `minReplicas`.
    pub minimum: u32,
    /// `maxReplicas`.
    pub maximum: u32,
    /// What is kept at which average for each pod.
    pub metrics: Vec<PodMetric>,
    /// `behavior.scaleUp`.
    pub up: ScalingRules,
    /// `behavior.scaleDown`.
    pub down: ScalingRules,
}

/// A metric of pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodMetric {
    /// As events call it: `cpu resource utilization (percentage of request)`.
    pub name: String,
    /// `averageUtilization` in percent, or `averageValue`.
    pub target: MetricValue,
}

/// How fast the number of replicas may change in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScalingRules {
    /// `stabilizationWindowSeconds`: the safest recommendation of so much time is followed.
    pub stabilization: Span,
    /// `selectPolicy`.
    pub select: SelectPolicy,
    /// `policies`.
    pub policies: Vec<RatePolicy>,
}

impl ScalingRules {
    /// "there is no stabilization window [...]. There are 2 policies where 4 pods or a 100% of the currently
    /// running replicas will be added every 15 seconds".
    pub fn default_up() -> Self {
        let period = Span::from_secs(15);
        let change = |change| RatePolicy { change, period };
        ScalingRules {
            stabilization: Span::ZERO,
            select: SelectPolicy::Max,
            policies: vec![
                change(RateChange::Percent(100)),
                change(RateChange::Pods(4)),
            ],
        }
    }

    /// "For scaling down the stabilization window is 300 seconds. [...] There is only a single policy for
    /// scaling down which allows a 100% of the currently running replicas to be removed".
    pub fn default_down() -> Self {
        ScalingRules {
            stabilization: Span::from_secs(300),
            select: SelectPolicy::Max,
            policies: vec![RatePolicy {
                change: RateChange::Percent(100),
                period: Span::from_secs(15),
            }],
        }
    }
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SelectPolicy {
    /// The one that allows the most.
    Max,
    /// The one that allows the least.
    Min,
    /// None: the number does not change in this direction.
    Disabled,
}

/// How much may change in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RatePolicy {
    /// So much.
    pub change: RateChange,
    /// `periodSeconds`.
    pub period: Span,
}

/// How much may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RateChange {
    /// So many pods.
    Pods(u32),
    /// So many percent of those at the beginning of the period.
    Percent(u32),
}

/// What an autoscaler of pods has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodDecision {
    /// The replicas before.
    pub from: u32,
    /// The replicas from now on.
    pub to: u32,
    /// What each metric wants, in the order of the settings. Nothing where the bounds decide.
    pub metrics: Vec<PodCalculation>,
    /// What the metrics come to, or the bounds.
    pub wanted: u32,
    /// What changed that, in this order.
    pub limits: Vec<PodLimit>,
}

/// What a metric wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodCalculation {
    /// The sum over the pods that count.
    pub sum: MetricValue,
    /// How many count.
    pub pods: u32,
    /// How many of them are not ready, or without a metric, so that something is assumed of them.
    pub assumed: u32,
    /// What each should have.
    pub target: MetricValue,
    /// What comes of it.
    pub outcome: PodOutcome,
}

/// What comes of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PodOutcome {
    /// So many replicas: `ceil(sum / target)`.
    Wants(u32),
    /// The ratio is close enough to 1: as many as there are.
    Tolerated,
    /// With what is assumed of pods it would go the other way: as many as there are.
    Reversed,
    /// No pod has the metric.
    Unknown,
}

/// What changes a number of replicas that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum PodLimit {
    /// A metric is unknown, so that there is no scaling down.
    Unknown,
    /// The safest recommendation since then is followed.
    Stabilized {
        /// The beginning of the window.
        since: Moment,
        /// What comes of it.
        replicas: u32,
    },
    /// No more change in a period.
    Rate {
        /// What comes of it.
        replicas: u32,
    },
    /// `minReplicas`.
    Minimum {
        /// That many.
        minimum: u32,
    },
    /// `maxReplicas`.
    Maximum {
        /// That many.
        maximum: u32,
    },
}

impl PodDecision {
    /// The reason of the event `SuccessfulRescale`, `New size: 4; reason: ...`, as kubernetes/kubernetes has it
    /// (pkg/controller/podautoscaler/horizontal.go).
    pub fn event(&self, configuration: &PodAutoscalerConfiguration) -> String {
        let reason = match () {
            () if self.metrics.is_empty() && self.from > self.to => {
                "Current number of replicas above Spec.MaxReplicas".to_owned()
            }
            () if self.metrics.is_empty() => {
                "Current number of replicas below Spec.MinReplicas".to_owned()
            }
            () if self.to < self.from => "All metrics below target".to_owned(),
            () => {
                let wants = |it: &PodCalculation| match it.outcome {
                    PodOutcome::Wants(replicas) => Some(replicas),
                    PodOutcome::Tolerated | PodOutcome::Reversed | PodOutcome::Unknown => None,
                };
                let mut pairs = configuration.metrics.iter().zip(&self.metrics);
                let found = pairs.find(|(_, it)| wants(it) == Some(self.wanted));
                let name = found.map_or("", |(metric, _)| metric.name.as_str());
                format!("{name} above target")
            }
        };
        format!("New size: {}; reason: {reason}", self.to)
    }

    /// Reason and message of the condition that keeps the replicas as they are (the same file).
    pub fn condition(&self) -> &'static str {
        let up = self.wanted > self.from;
        match self.limits.last() {
            None => "DesiredWithinRange: the desired count is within the acceptable range",
            Some(PodLimit::Unknown) => {
                "FailedGetResourceMetric: did not receive metrics for targeted pods (pods might be unready)"
            }
            Some(PodLimit::Stabilized { .. }) if up => {
                "ScaleUpStabilized: recent recommendations were lower than current one, applying the \
                 lowest recent recommendation"
            }
            Some(PodLimit::Stabilized { .. }) => {
                "ScaleDownStabilized: recent recommendations were higher than current one, applying the \
                 highest recent recommendation"
            }
            Some(PodLimit::Rate { .. }) if up => {
                "ScaleUpLimit: the desired replica count is increasing faster than the maximum scale rate"
            }
            Some(PodLimit::Rate { .. }) => {
                "ScaleDownLimit: the desired replica count is decreasing faster than the maximum scale rate"
            }
            Some(PodLimit::Minimum { .. }) => {
                "TooFewReplicas: the desired replica count is less than the minimum replica count"
            }
            Some(PodLimit::Maximum { .. }) => {
                "TooManyReplicas: the desired replica count is more than the maximum replica count"
            }
        }
    }

    /// The whole way from metrics to the number of replicas, a sentence a step.
    pub fn explain(&self) -> Vec<String> {
        let mut steps: Vec<String> = self.metrics.iter().map(PodCalculation::explain).collect();
        steps.extend(self.limits.iter().map(|limit| limit.explain()));
        steps.push(format!("Replicas: {} before, {} now.", self.from, self.to));
        steps
    }
}

impl PodCalculation {
    fn explain(&self) -> String {
        let PodCalculation {
            sum,
            pods,
            assumed,
            target,
            outcome,
        } = *self;
        let mut text = format!("{pods} pods have {sum} together");
        if assumed > 0 {
            text += &format!(", with what is assumed of {assumed} of them");
        }
        let exact = sum.over(target).unwrap_or_default();
        text + &match outcome {
            PodOutcome::Wants(replicas) => {
                format!(": / {target} = {exact}, rounded up to {replicas}.")
            }
            PodOutcome::Tolerated => {
                format!(": / {target} = {exact}, within the tolerance of {pods}.")
            }
            PodOutcome::Reversed => ": that would be the other direction.".to_owned(),
            PodOutcome::Unknown => ": unknown.".to_owned(),
        }
    }
}

impl PodLimit {
    fn explain(&self) -> String {
        match *self {
            PodLimit::Unknown => "A metric is unknown: no scaling down.".to_owned(),
            PodLimit::Stabilized { since, replicas } => {
                format!("The safest recommendation since {since} is followed: {replicas}.")
            }
            PodLimit::Rate { replicas } => {
                format!("No more may change in a period: {replicas}.")
            }
            PodLimit::Minimum { minimum } => format!("No fewer than minReplicas, {minimum}."),
            PodLimit::Maximum { maximum } => format!("No more than maxReplicas, {maximum}."),
        }
    }
}
