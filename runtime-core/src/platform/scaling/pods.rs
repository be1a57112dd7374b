//! The horizontal pod autoscaler of Kubernetes (kubernetes.io, "Horizontal Pod Autoscaling"; the order of its
//! steps is that of kubernetes/kubernetes, pkg/controller/podautoscaler). It looks at pods each
//! [`SYNC_PERIOD`]; there are no alarms under it.

use super::{Effect, Out};
use crate::timeline::{
    PodAutoscalerConfiguration, PodCalculation, PodDecision, PodLimit, PodOutcome, RateChange,
    ScalingFact, ScalingRules, SelectPolicy,
};
use crate::units::{MetricValue, Moment, PodAutoscalerId, Span};
use std::collections::VecDeque;

/// How often it looks at pods (`--horizontal-pod-autoscaler-sync-period`, default).
pub const SYNC_PERIOD: Span = Span::from_secs(15);
/// How far a ratio may be from 1 without anything happening, in percent
/// (`--horizontal-pod-autoscaler-tolerance`, default 0.1).
pub const TOLERANCE_PERCENT: u32 = 10;

/// What pods have of one metric. Pods that are being deleted and failed pods are not counted at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PodUsage {
    /// The sum over the pods that are ready and have the metric.
    pub sum: MetricValue,
    /// How many those are.
    pub ready: u32,
    /// How many are not ready yet: set aside, of CPU only.
    pub unready: u32,
    /// How many have no metric.
    pub missing: u32,
}

/// For how long after its start a pod's CPU counts only while it is ready
/// (`--horizontal-pod-autoscaler-cpu-initialization-period`, default).
pub const CPU_INITIALIZATION: Span = Span::from_secs(300);
/// Within so long of its start a pod that is not ready has never been ready
/// (`--horizontal-pod-autoscaler-initial-readiness-delay`, default).
pub const INITIAL_READINESS: Span = Span::from_secs(30);

/// What decides whether the CPU of a running pod counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodReadiness {
    /// `status.startTime`: its node has it.
    pub started: Moment,
    /// Its condition Ready.
    pub ready: bool,
    /// `lastTransitionTime` of that.
    pub since: Moment,
}

impl PodReadiness {
    /// Whether it is set aside, as one that is not ready yet, where its metric is of a window until now (kubernetes
    /// /kubernetes, pkg/controller/podautoscaler/replica_calculator.go, `groupPods`).
    pub fn is_set_aside(self, now: Moment, window: Span) -> bool {
        match self.started + CPU_INITIALIZATION > now {
            true => !self.ready || now < self.since + window,
            false => !self.ready && self.started + INITIAL_READINESS > self.since,
        }
    }
}

/// An autoscaler of the pods of one deployment.
#[derive(Clone, Debug)]
pub struct PodAutoscaler {
    id: PodAutoscalerId,
    configuration: Box<PodAutoscalerConfiguration>,
    /// What it recommended, and when.
    recommendations: VecDeque<(Moment, u32)>,
    /// By how much it changed the replicas up and down, and when.
    ups: VecDeque<(Moment, u32)>,
    downs: VecDeque<(Moment, u32)>,
    /// What kept it from what it wanted, if that was told.
    told: Vec<PodLimit>,
}

/// The same limit apart from moments that go on.
fn is_same(one: &PodLimit, other: &PodLimit) -> bool {
    match (one, other) {
        (
            PodLimit::Stabilized { replicas, .. },
            PodLimit::Stabilized {
                replicas: others, ..
            },
        ) => replicas == others,
        _ => one == other,
    }
}

impl PodAutoscaler {
    /// An autoscaler with valid settings.
    pub fn new(
        id: PodAutoscalerId,
        configuration: Box<PodAutoscalerConfiguration>,
        out: &mut Out,
    ) -> Self {
        out.fact(ScalingFact::PodAutoscalerConfigured {
            autoscaler: id,
            configuration: configuration.clone(),
        });
        PodAutoscaler {
            id,
            configuration,
            recommendations: VecDeque::new(),
            ups: VecDeque::new(),
            downs: VecDeque::new(),
            told: Vec::new(),
        }
    }

    /// What it is set to.
    pub fn configuration(&self) -> &PodAutoscalerConfiguration {
        &self.configuration
    }

    /// Looks at the pods: `replicas` are those that the deployment is set to, `usages` are of the metrics in
    /// the order of the settings. A decision is told if it changes something, or is kept from it for
    /// another reason than before.
    pub fn sync(&mut self, at: Moment, replicas: u32, usages: &[PodUsage], out: &mut Out) {
        let bounds = (self.configuration.minimum, self.configuration.maximum);
        // "If the target's desired replica count is set to 0, and the HPA's minimum replica count is greater than
        // 0, the HPA stops adjusting the target".
        if replicas == 0 && bounds.0 > 0 {
            return;
        }
        if self.recommendations.is_empty() {
            self.recommendations.push_back((at, replicas));
        }
        let mut decision = PodDecision {
            from: replicas,
            to: replicas,
            metrics: Vec::new(),
            wanted: replicas,
            limits: Vec::new(),
        };
        if replicas > bounds.1 {
            (decision.to, decision.wanted) = (bounds.1, bounds.1);
        } else if replicas < bounds.0 {
            (decision.to, decision.wanted) = (bounds.0, bounds.0);
        } else {
            self.calculate(replicas, usages, &mut decision);
            let stabilized = self.stabilize(at, &mut decision);
            decision.to = self.limit_rate(at, stabilized, &mut decision);
        }
        let changed = decision.to != replicas;
        let same = self.told.len() == decision.limits.len()
            && self
                .told
                .iter()
                .zip(&decision.limits)
                .all(|(one, other)| is_same(one, other));
        if changed {
            let events = if decision.to > replicas {
                &mut self.ups
            } else {
                &mut self.downs
            };
            events.push_back((at, decision.to.abs_diff(replicas)));
            out.effects.push(Effect::SetReplicas {
                autoscaler: self.id,
                replicas: decision.to,
            });
        }
        if changed || !same {
            self.told.clone_from(&decision.limits);
            out.fact(ScalingFact::PodsDecided {
                autoscaler: self.id,
                decision: Box::new(decision),
            });
        }
    }

    /// What the metrics want: the largest number; without all of them no fewer than there are.
    fn calculate(&self, replicas: u32, usages: &[PodUsage], decision: &mut PodDecision) {
        let (mut wanted, mut unknown) = (None, false);
        for (place, metric) in self.configuration.metrics.iter().enumerate() {
            let usage = usages.get(place).copied().unwrap_or_default();
            let calculation = calculate(usage, metric.target, replicas);
            decision.metrics.push(calculation);
            let wants = match calculation.outcome {
                PodOutcome::Wants(wants) => Some(wants),
                PodOutcome::Tolerated | PodOutcome::Reversed => Some(replicas),
                PodOutcome::Unknown => None,
            };
            unknown |= wants.is_none();
            wanted = wanted.max(wants);
        }
        decision.wanted = wanted.unwrap_or(replicas);
        if unknown && decision.wanted < replicas {
            decision.limits.push(PodLimit::Unknown);
            decision.wanted = replicas;
        }
    }

    /// "The controller considers all recommendations within a configurable window choosing the highest
    /// recommendation from within that window", and upwards the lowest.
    fn stabilize(&mut self, at: Moment, decision: &mut PodDecision) -> u32 {
        let wanted = decision.wanted;
        let since = |rules: &ScalingRules| at - rules.stabilization;
        let (up, down) = (
            since(&self.configuration.up),
            since(&self.configuration.down),
        );
        // Ages are compared, as a window may begin before the session.
        let within = |rules: &ScalingRules| {
            let window = rules.stabilization;
            let recent = self.recommendations.iter();
            recent
                .filter(move |(when, _)| at.since(*when) < window)
                .map(|(_, it)| *it)
        };
        let lowest = within(&self.configuration.up).fold(wanted, u32::min);
        let highest = within(&self.configuration.down).fold(wanted, u32::max);
        let longest = self.configuration.up.stabilization;
        let longest = longest.max(self.configuration.down.stabilization);
        // No lower than what all of one window want, no higher than what one of the other wants.
        let stabilized = decision.from.max(lowest).min(highest);
        self.recommendations.push_back((at, wanted));
        while self
            .recommendations
            .front()
            .is_some_and(|(when, _)| at.since(*when) >= longest)
        {
            self.recommendations.pop_front();
        }
        if stabilized != wanted {
            let since = if stabilized > wanted { down } else { up };
            decision.limits.push(PodLimit::Stabilized {
                since,
                replicas: stabilized,
            });
        }
        stabilized
    }

    /// How far it may go at once: policies, then bounds.
    fn limit_rate(&mut self, at: Moment, wanted: u32, decision: &mut PodDecision) -> u32 {
        let now = decision.from;
        let configuration = &self.configuration;
        let all = configuration
            .up
            .policies
            .iter()
            .chain(&configuration.down.policies);
        let longest = all.map(|it| it.period).max().unwrap_or(Span::ZERO);
        for events in [&mut self.ups, &mut self.downs] {
            while events
                .front()
                .is_some_and(|(when, _)| at.since(*when) >= longest)
            {
                events.pop_front();
            }
        }
        let (rules, is_up) = match wanted > now {
            true => (&configuration.up, true),
            false => (&configuration.down, false),
        };
        let changed = |events: &VecDeque<(Moment, u32)>, period: Span| {
            let recent = events.iter().filter(|(when, _)| at.since(*when) < period);
            recent.fold(0_u64, |all, (_, change)| all + u64::from(*change))
        };
        let allowed = rules.policies.iter().map(|policy| {
            let (added, removed) = (
                changed(&self.ups, policy.period),
                changed(&self.downs, policy.period),
            );
            let began = (u64::from(now) + removed).saturating_sub(added);
            match (policy.change, is_up) {
                (RateChange::Pods(pods), true) => began + u64::from(pods),
                (RateChange::Pods(pods), false) => began.saturating_sub(pods.into()),
                // Rounded up: "10% of the pods is 7.2 but the number is rounded up to 8" when scaling down.
                (RateChange::Percent(percent), true) => {
                    began + (began * u64::from(percent)).div_ceil(100)
                }
                (RateChange::Percent(percent), false) => {
                    began.saturating_sub((began * u64::from(percent)).div_ceil(100))
                }
            }
        });
        let most_change = match (rules.select, is_up) {
            (SelectPolicy::Disabled, _) => Some(u64::from(now)),
            (SelectPolicy::Max, true) | (SelectPolicy::Min, false) => allowed.max(),
            (SelectPolicy::Min, true) | (SelectPolicy::Max, false) => allowed.min(),
        };
        let limit = u32::try_from(most_change.unwrap_or(u64::from(now))).unwrap_or(u32::MAX);
        let rated = match is_up {
            true => wanted.min(limit.max(now)),
            false => wanted.max(limit.min(now)),
        };
        if rated != wanted {
            decision.limits.push(PodLimit::Rate { replicas: rated });
        }
        let (minimum, maximum) = (configuration.minimum, configuration.maximum);
        if rated > maximum {
            decision.limits.push(PodLimit::Maximum { maximum });
        } else if rated < minimum {
            decision.limits.push(PodLimit::Minimum { minimum });
        }
        rated.min(maximum).max(minimum)
    }
}

/// What one metric wants: "desiredReplicas = ceil[currentReplicas * ( currentMetricValue / desiredMetricValue )]"
/// with the average over the pods that count, which is the sum over the target.
fn calculate(usage: PodUsage, target: MetricValue, replicas: u32) -> PodCalculation {
    let known = |sum: MetricValue, pods: u32, assumed: u32, outcome| PodCalculation {
        sum,
        pods,
        assumed,
        target,
        outcome,
    };
    let direction = |sum: MetricValue, pods: u32| {
        let all = i128::from(target.millionths()) * i128::from(pods);
        let difference = i128::from(sum.millionths()) - all;
        let tolerated = difference.abs() * 100 <= all * i128::from(TOLERANCE_PERCENT);
        (difference.signum(), tolerated)
    };
    let wants = |sum: MetricValue| {
        let wants = sum.proportional(1, target);
        wants.map_or(PodOutcome::Unknown, PodOutcome::Wants)
    };
    let PodUsage {
        sum,
        ready,
        unready,
        missing,
    } = usage;
    if ready == 0 {
        return known(sum, 0, 0, PodOutcome::Unknown);
    }
    let (way, tolerated) = direction(sum, ready);
    let (count_unready, count_missing) = (unready > 0 && way > 0, missing > 0 && way != 0);
    if !count_unready && missing == 0 {
        let outcome = if tolerated {
            PodOutcome::Tolerated
        } else {
            wants(sum)
        };
        return known(sum, ready, 0, outcome);
    }
    // "assuming those pods were consuming 100% of the desired value in case of a scale down, and 0% in case of a
    // scale up"; of pods that are not ready 0% in case of a scale up.
    let mut all = sum;
    let mut assumed = 0;
    if count_missing {
        assumed += missing;
        if way < 0 {
            let each = target.millionths().saturating_mul(missing.into());
            all = all + MetricValue::from_millionths(each);
        }
    }
    if count_unready {
        assumed += unready;
    }
    let pods = ready.saturating_add(assumed);
    let (new_way, tolerated) = direction(all, pods);
    let outcome = match wants(all) {
        _ if tolerated => PodOutcome::Tolerated,
        _ if new_way != way => PodOutcome::Reversed,
        // More pods than replicas, or fewer, must not turn it around either.
        PodOutcome::Wants(wants) if way < 0 && wants > replicas => PodOutcome::Reversed,
        PodOutcome::Wants(wants) if way > 0 && wants < replicas => PodOutcome::Reversed,
        outcome => outcome,
    };
    known(all, pods, assumed, outcome)
}
