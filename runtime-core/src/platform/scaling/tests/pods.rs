//! The horizontal pod autoscaler, against kubernetes.io, "Horizontal Pod Autoscaling" (kubernetes/website, read
//! 2026-11-30).

use super::stage::{at, percent};
use crate::platform::scaling::{
    CPU_INITIALIZATION, Effect, Out, PodAutoscaler, PodReadiness, PodUsage, SYNC_PERIOD,
    ScalingError, check_pods,
};
use crate::timeline::{
    PodAutoscalerConfiguration, PodDecision, PodLimit, PodMetric, PodOutcome, RateChange,
    RatePolicy, ScalingFact, ScalingRules, SelectPolicy,
};
use crate::units::{MetricValue, Moment, PodAutoscalerId, Span};
use proptest::prelude::*;

/// CPU at 50 percent, with the default behaviour.
fn cpu(minimum: u32, maximum: u32) -> PodAutoscalerConfiguration {
    PodAutoscalerConfiguration {
        deployment: "web".to_owned(),
        minimum,
        maximum,
        metrics: vec![PodMetric {
            name: "cpu resource utilization (percentage of request)".to_owned(),
            target: percent(50),
        }],
        up: ScalingRules::default_up(),
        down: ScalingRules::default_down(),
    }
}

/// All pods are ready and at the same percentage.
fn all_at(pods: u32, percentage: i64) -> PodUsage {
    PodUsage {
        sum: percent(percentage * i64::from(pods)),
        ready: pods,
        ..PodUsage::default()
    }
}

struct Cluster {
    autoscaler: PodAutoscaler,
    now: Moment,
    replicas: u32,
    decisions: Vec<PodDecision>,
}

impl Cluster {
    fn new(configuration: PodAutoscalerConfiguration, replicas: u32) -> Self {
        let mut out = Out::default();
        let configuration = Box::new(configuration);
        Cluster {
            autoscaler: PodAutoscaler::new(PodAutoscalerId(1), configuration, &mut out),
            now: at(1_000),
            replicas,
            decisions: Vec::new(),
        }
    }

    /// One look, 15 seconds after the last; the replicas then.
    fn sync(&mut self, usages: &[PodUsage]) -> u32 {
        let mut out = Out::default();
        self.autoscaler
            .sync(self.now, self.replicas, usages, &mut out);
        self.now = self.now + SYNC_PERIOD;
        for effect in out.effects {
            if let Effect::SetReplicas { replicas, .. } = effect {
                self.replicas = replicas;
            }
        }
        for fact in out.facts {
            if let ScalingFact::PodsDecided { decision, .. } = fact {
                self.decisions.push(*decision);
            }
        }
        self.replicas
    }

    fn at(&mut self, percentage: i64) -> u32 {
        let usage = all_at(self.replicas, percentage);
        self.sync(&[usage])
    }
}

/// "if the current metric value is 200m, and the desired value is 100m, the number of replicas will be doubled
/// [...] If the current value is instead 50m, you'll halve the number of replicas"; nothing happens within
/// a tolerance of 0.1.
#[test]
fn replicas_follow_the_ratio() {
    assert_eq!(Cluster::new(cpu(1, 100), 4).at(100), 8);
    let mut halved = cpu(1, 100);
    halved.down.stabilization = Span::ZERO;
    assert_eq!(Cluster::new(halved, 4).at(25), 2);
    for (percentage, replicas) in [(55, 10), (56, 12), (45, 10), (50, 10)] {
        assert_eq!(
            Cluster::new(cpu(1, 100), 10).at(percentage),
            replicas,
            "{percentage}"
        );
    }
    // Rounded up: 3 at 60 of 50 are 3.6.
    assert_eq!(Cluster::new(cpu(1, 100), 3).at(60), 4);
}

/// "4 pods or a 100% of the currently running replicas will be added every 15 seconds till the HPA reaches its
/// steady state."
#[test]
fn scaling_up_doubles_or_adds_four_every_15_seconds() {
    let mut cluster = Cluster::new(cpu(1, 100), 1);
    let sizes: Vec<u32> = (0..5).map(|_| cluster.at(1_000)).collect();
    assert_eq!(sizes, [5, 10, 20, 40, 80]);
    assert_eq!(cluster.at(1_000), 100);
    let limits = |decision: Option<&PodDecision>| decision.map(|it| it.limits.clone());
    let first = limits(cluster.decisions.first());
    assert_eq!(first, Some(vec![PodLimit::Rate { replicas: 5 }]));
    let last = vec![
        PodLimit::Rate { replicas: 160 },
        PodLimit::Maximum { maximum: 100 },
    ];
    assert_eq!(limits(cluster.decisions.last()), Some(last));
    let first = &cluster.decisions[0];
    assert_eq!(
        first.event(cluster.autoscaler.configuration()),
        "New size: 5; reason: cpu resource utilization (percentage of request) above target"
    );
    assert_eq!(
        first.explain(),
        [
            "1 pods have 1000.0 together: / 50.0 = 20.0, rounded up to 20.",
            "No more may change in a period: 5.",
            "Replicas: 1 before, 5 now.",
        ]
    );
}

/// "all desired states from the past 5 minutes will be considered", and the highest is followed.
#[test]
fn scaling_down_waits_for_the_window() {
    let mut cluster = Cluster::new(cpu(1, 100), 10);
    assert_eq!(cluster.at(50), 10);
    let mut sizes = Vec::new();
    for look in 0..22 {
        // One look in between wants 6.
        sizes.push(cluster.at(if look == 10 { 30 } else { 10 }));
    }
    // The last look that wanted 10 was 300 s before.
    let first = sizes.iter().position(|it| *it < 10);
    assert_eq!(first, Some(19));
    assert_eq!(sizes[19], 6);
    assert_eq!(sizes[21], 6);
    let told = &cluster.decisions[0];
    assert!(matches!(
        told.limits[..],
        [PodLimit::Stabilized { replicas: 10, .. }]
    ));
    assert_eq!(cluster.decisions.len(), 2, "told once, and scaled");
    let scaled = &cluster.decisions[1];
    assert_eq!(
        scaled.event(cluster.autoscaler.configuration()),
        "New size: 6; reason: All metrics below target"
    );
}

/// The window is as long where it reaches to the moment at which the session began.
#[test]
fn windows_hold_what_happened_at_the_start() {
    let mut cluster = Cluster::new(cpu(1, 100), 10);
    cluster.now = Moment::START;
    let sizes: Vec<u32> = (0..21).map(|_| cluster.at(0)).collect();
    let first = sizes.iter().position(|it| *it < 10);
    assert_eq!(first, Some(20), "after 300 s");

    // Up in the same way: what the deployment was set to before is the lowest.
    let mut configuration = cpu(1, 100);
    configuration.up.stabilization = Span::from_secs(60);
    let mut cluster = Cluster::new(configuration, 10);
    cluster.now = Moment::START;
    let sizes: Vec<u32> = (0..5).map(|_| cluster.at(100)).collect();
    assert_eq!(sizes, [10, 10, 10, 10, 20]);
}

/// What was changed at that moment counts for policies.
#[test]
fn policies_count_what_was_changed_at_the_start() {
    let mut configuration = cpu(1, 100);
    let policy = RatePolicy {
        change: RateChange::Pods(4),
        period: Span::from_secs(60),
    };
    for rules in [&mut configuration.up, &mut configuration.down] {
        rules.stabilization = Span::ZERO;
        rules.policies = vec![policy];
    }
    for (percentage, expected) in [(0, [36, 36, 36, 36, 32]), (500, [44, 44, 44, 44, 48])] {
        let mut cluster = Cluster::new(configuration.clone(), 40);
        cluster.now = Moment::START;
        let sizes: Vec<u32> = (0..5).map(|_| cluster.at(percentage)).collect();
        assert_eq!(sizes, expected, "{percentage}");
    }
}

/// The page's example: 80 replicas down to 10 with 4 pods or 10 % a minute: 8, then 8 of 72 (7.2 rounded up),
/// and from 40 on 4 at a time.
#[test]
fn policies_limit_the_rate() {
    let mut configuration = cpu(1, 100);
    let period = Span::from_secs(60);
    let policy = |change| RatePolicy { change, period };
    configuration.down = ScalingRules {
        stabilization: Span::ZERO,
        select: SelectPolicy::Max,
        policies: vec![policy(RateChange::Pods(4)), policy(RateChange::Percent(10))],
    };
    let minutes = |configuration: &PodAutoscalerConfiguration| {
        let mut cluster = Cluster::new(configuration.clone(), 80);
        let mut sizes = Vec::new();
        for look in 0..44 {
            let now = cluster.replicas;
            let usage = PodUsage {
                sum: percent(500),
                ready: now,
                ..PodUsage::default()
            };
            let size = cluster.sync(&[usage]);
            match look % 4 {
                0 => sizes.push(size),
                _ => assert_eq!(size, now, "once a minute"),
            }
        }
        sizes
    };
    assert_eq!(
        minutes(&configuration),
        [72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20]
    );
    configuration.down.select = SelectPolicy::Min;
    assert_eq!(minutes(&configuration)[..3], [76, 72, 68]);
    configuration.down.select = SelectPolicy::Disabled;
    assert_eq!(minutes(&configuration)[..3], [80, 80, 80]);
}

/// "the largest of the desired replica counts is chosen. If any of these metrics cannot be converted into a
/// desired replica count and a scale down is suggested by the metrics which can be fetched, scaling is skipped."
#[test]
fn the_largest_metric_wins_and_unknown_ones_keep_it_up() {
    let two = || {
        let mut configuration = cpu(1, 100);
        configuration.down.stabilization = Span::ZERO;
        configuration.metrics.push(PodMetric {
            name: "pods metric requests".to_owned(),
            target: percent(10),
        });
        Cluster::new(configuration, 10)
    };
    let mut cluster = two();
    assert_eq!(cluster.sync(&[all_at(10, 75), all_at(10, 20)]), 20);
    let event = cluster.decisions[0].event(cluster.autoscaler.configuration());
    assert_eq!(
        event,
        "New size: 20; reason: pods metric requests above target"
    );
    assert_eq!(two().sync(&[all_at(10, 20), all_at(10, 8)]), 8);
    let mut cluster = two();
    assert_eq!(cluster.sync(&[all_at(10, 20), PodUsage::default()]), 10);
    assert_eq!(cluster.decisions[0].limits, [PodLimit::Unknown]);
    assert_eq!(two().sync(&[all_at(10, 75), PodUsage::default()]), 15);
}

/// "assuming those pods were consuming 100% of the desired value in case of a scale down, and 0% in case of a
/// scale up"; "the not-yet-ready pods are consuming 0%"; "If the new ratio reverses the scale direction, or
/// is within the tolerance, the controller doesn't take any scaling action."
#[test]
fn pods_without_metrics_dampen_it() {
    let look = |sum: i64, (ready, unready, missing): (u32, u32, u32)| {
        let mut configuration = cpu(1, 100);
        configuration.down.stabilization = Span::ZERO;
        let mut cluster = Cluster::new(configuration, ready + unready + missing);
        let usage = PodUsage {
            sum: percent(sum),
            ready,
            unready,
            missing,
        };
        let replicas = cluster.sync(&[usage]);
        let outcome = cluster.decisions.first().map(|it| it.metrics[0].outcome);
        (replicas, outcome)
    };
    // 3 at 150 are 9 of 10 pods: not down although up was wanted; with 8 at 100 it is 16 of 10.
    assert_eq!(look(450, (3, 7, 0)).0, 10);
    assert_eq!(look(800, (8, 2, 0)), (16, Some(PodOutcome::Wants(16))));
    assert_eq!(look(800, (8, 0, 2)).0, 16);
    // 8 at 10 are 1.6 pods, and two without metrics count as one each.
    assert_eq!(look(80, (8, 0, 2)), (4, Some(PodOutcome::Wants(4))));
    // Those that are not ready do not count when it goes down.
    assert_eq!(look(80, (8, 2, 0)).0, 2);
    assert_eq!(look(360, (8, 0, 92)).0, 100);
}

/// "Implicit maintenance-mode deactivation"; bounds come before metrics.
#[test]
fn zero_replicas_switch_it_off_and_bounds_come_first() {
    assert_eq!(Cluster::new(cpu(1, 10), 0).at(500), 0);
    let mut above = Cluster::new(cpu(1, 10), 30);
    assert_eq!(above.at(500), 10);
    let mut below = Cluster::new(cpu(5, 10), 2);
    assert_eq!(below.at(10), 5);
    let event = |cluster: &Cluster| cluster.decisions[0].event(cluster.autoscaler.configuration());
    assert_eq!(
        event(&above),
        "New size: 10; reason: Current number of replicas above Spec.MaxReplicas"
    );
    assert_eq!(
        event(&below),
        "New size: 5; reason: Current number of replicas below Spec.MinReplicas"
    );
}

#[test]
fn settings_are_checked() {
    assert_eq!(check_pods(&cpu(1, 10)), []);
    let mut wrong = cpu(0, 10);
    wrong.metrics[0].target = MetricValue::ZERO;
    wrong.up.stabilization = Span::from_secs(3_601);
    wrong.down.policies[0].period = Span::ZERO;
    let errors = check_pods(&wrong);
    assert_eq!(
        errors,
        [
            ScalingError::NoReplicas,
            ScalingError::TargetValue(MetricValue::ZERO),
            ScalingError::Stabilization(Span::from_secs(3_601)),
            ScalingError::RatePolicy,
        ]
    );
    assert!(
        errors
            .iter()
            .all(|it| !it.hint().is_empty() && !it.to_string().is_empty())
    );
}

proptest! {
    #[test]
    fn replicas_stay_within_bounds_and_change_no_faster_than_allowed(
        minimum in 1..10_u32,
        more in 0..50_u32,
        start in 1..60_u32,
        percentages in prop::collection::vec(0..400_i64, 1..60),
    ) {
        let maximum = minimum + more;
        let mut cluster = Cluster::new(cpu(minimum, maximum), start);
        for percentage in percentages {
            let before = cluster.replicas;
            let now = cluster.at(percentage);
            prop_assert!((minimum..=maximum).contains(&now));
            let allowed = (2 * before).max(before + 4).max(minimum);
            prop_assert!(now <= allowed, "{before} to {now}");
            if now < before && before <= maximum {
                prop_assert!(percentage <= 50);
            }
        }
    }
}

#[test]
fn young_pods_count_only_once_they_are_ready_for_a_whole_window() {
    // `groupPods` of pkg/controller/podautoscaler/replica_calculator.go: 300 s of initialization, 30 s until the first
    // readiness; a window of 15 s. Started at 0; ready or not since; looked at; set aside.
    for (ready, since, now, aside) in [
        (false, 0, 60, true),
        (true, 60, 70, true),
        (true, 60, 75, false),
        (false, 100, 200, true),
        // After the initialization what was ready once counts on, whatever it is now.
        (false, 100, 300, false),
        (false, 0, 300, true),
        (false, 29, 400, true),
        (true, 299, 300, false),
    ] {
        let readiness = PodReadiness {
            started: at(0),
            ready,
            since: at(since),
        };
        let found = readiness.is_set_aside(at(now), SYNC_PERIOD);
        assert_eq!(found, aside, "{ready} since {since} at {now}");
    }
    assert_eq!(CPU_INITIALIZATION, Span::from_secs(300));
}

#[test]
fn what_keeps_the_replicas_is_worded_as_conditions_are() {
    let decision = |wanted, limits| PodDecision {
        from: 4,
        to: 4,
        metrics: Vec::new(),
        wanted,
        limits,
    };
    let stabilized = PodLimit::Stabilized {
        since: at(0),
        replicas: 4,
    };
    for (wanted, limit, reason) in [
        (4, None, "DesiredWithinRange"),
        (2, Some(stabilized), "ScaleDownStabilized"),
        (8, Some(stabilized), "ScaleUpStabilized"),
        (8, Some(PodLimit::Maximum { maximum: 4 }), "TooManyReplicas"),
        (2, Some(PodLimit::Minimum { minimum: 4 }), "TooFewReplicas"),
        (8, Some(PodLimit::Rate { replicas: 4 }), "ScaleUpLimit"),
        (2, Some(PodLimit::Unknown), "FailedGetResourceMetric"),
    ] {
        let condition = decision(wanted, limit.into_iter().collect()).condition();
        assert!(condition.starts_with(reason), "{condition}");
    }
}
