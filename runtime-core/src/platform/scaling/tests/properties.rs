//! What holds whatever happens.

use super::stage::{M, Stage, T, above, at, cpu, percent, service};
use crate::platform::scaling::{EXTRA_PERIODS, Input, Samples};
use crate::timeline::{
    ActivityStatus, AdjustmentType, AlarmState, Comparison, Limit, MissingData, PolicyKind,
    PredefinedMetric, ScalingCause, ScalingFact, StepAdjustment, StepScaling, TargetTracking,
    TrackedMetric,
};
use crate::units::{
    ActivityId, AlarmId, MetricId, MetricValue, Moment, OrderedMap, PolicyId, Span,
};
use proptest::prelude::*;

fn missing() -> impl Strategy<Value = MissingData> {
    prop::sample::select(vec![
        MissingData::Missing,
        MissingData::Ignore,
        MissingData::Breaching,
        MissingData::NotBreaching,
    ])
}

/// The state that datapoints should give, counted as the guide says it.
fn recount(
    points: &[Option<MetricValue>],
    (enough, needed): (u32, u32),
    missing: MissingData,
    before: AlarmState,
) -> AlarmState {
    let range = (needed + EXTRA_PERIODS) as usize;
    let mut newest: Vec<Option<bool>> = points
        .iter()
        .rev()
        .map(|it| it.map(|value| value > percent(50)))
        .collect();
    newest.resize(range, None);
    let real: Vec<bool> = newest
        .iter()
        .flatten()
        .copied()
        .take(needed as usize)
        .collect();
    let breaching = real.iter().filter(|it| **it).count() as u32;
    let filled = needed - real.len() as u32;
    let all_breach = real.iter().all(|it| *it);
    let oldest = newest
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |it| it as u32 + 1);
    let alarm = match missing {
        MissingData::Breaching => breaching + filled >= enough,
        MissingData::NotBreaching => breaching >= enough,
        _ if breaching >= enough => true,
        _ if filled == 0 || !all_breach => false,
        MissingData::Ignore => return before,
        MissingData::Missing if oldest >= enough => true,
        MissingData::Missing => return AlarmState::InsufficientData,
    };
    if alarm {
        AlarmState::Alarm
    } else {
        AlarmState::Ok
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_alarms_state_is_a_recount_of_its_datapoints(
        values in prop::collection::vec(prop::option::of(0..100_i64), 1..30),
        needed in 1..6_u32,
        spare in 0..5_u32,
        missing in missing(),
    ) {
        let enough = needed.saturating_sub(spare).max(1);
        let mut alarm = above(50, enough, needed);
        alarm.missing = missing;
        let mut stage = Stage::new();
        stage.metric(M, 60);
        stage.alarm(1, alarm);
        let of = |second: u64| values.get((second / 60) as usize).copied().flatten().map(percent);
        stage.sampled_until(60 * values.len() as u64 + 600, of);
        let (mut points, mut state, mut told) = (Vec::new(), AlarmState::default(), AlarmState::default());
        let mut evaluations: Vec<Moment> = Vec::new();
        let mut facts = stage.facts.iter().peekable();
        while let Some((moment, fact)) = facts.next() {
            let ScalingFact::AlarmEvaluated { datapoint, until, .. } = fact else {
                continue;
            };
            evaluations.push(*until);
            points.push(*datapoint);
            let range = points.len().saturating_sub((needed + EXTRA_PERIODS) as usize);
            state = recount(&points[range..], (enough, needed), missing, state);
            if let Some((_, ScalingFact::AlarmChanged { change, .. })) = facts.peek() {
                prop_assert_eq!(change.from, told);
                told = change.to;
            }
            prop_assert_eq!(told, state, "at {}", moment);
        }
        let minutes: Vec<Moment> = (1..=evaluations.len() as u64).map(|it| at(60 * it)).collect();
        prop_assert_eq!(evaluations, minutes);
    }
}

const MEMORY: MetricId = MetricId(2);
const OUT_COOLDOWN: Span = Span::from_secs(240);
const IN_COOLDOWN: Span = Span::from_secs(180);

/// What happens in a minute.
#[derive(Clone, Copy, Debug)]
struct Minute {
    cpu: Option<i64>,
    memory: Option<i64>,
    /// Somebody sets what is desired.
    set: Option<u32>,
    deploying: bool,
}

fn minute() -> impl Strategy<Value = Minute> {
    let percentage =
        || prop::option::weighted(0.95, prop_oneof![0..30_i64, 40..60_i64, 80..100_i64]);
    let set = prop::option::weighted(0.02, 0..40_u32);
    let deploying = prop::bool::weighted(0.1);
    (percentage(), percentage(), set, deploying).prop_map(|(cpu, memory, set, deploying)| Minute {
        cpu,
        memory,
        set,
        deploying,
    })
}

/// Long stretches of the same minute, so that alarms change their states.
fn script() -> impl Strategy<Value = Vec<Minute>> {
    prop::collection::vec((minute(), 1..25_usize), 1..15).prop_map(|stretches| {
        let stretches = stretches.into_iter();
        stretches
            .flat_map(|(minute, times)| std::iter::repeat_n(minute, times))
            .collect()
    })
}

/// A service of CPU and memory, both tracked, and steps for CPU.
fn busy(minimum: u32, maximum: u32, start: u32, delay: u64) -> Stage {
    let mut stage = Stage::new();
    stage.delay = Span::from_secs(delay);
    stage.metric(M, 60);
    stage.metric(MEMORY, 60);
    stage.register(service(minimum, maximum), start);
    let kind = PredefinedMetric::ECSServiceAverageMemoryUtilization;
    let metric = TrackedMetric::Predefined {
        kind,
        metric: MEMORY,
    };
    for (policy, tracking) in [(1, cpu(50)), (2, TargetTracking::of(metric, percent(60)))] {
        let cooldowns = TargetTracking {
            scale_out_cooldown: Some(OUT_COOLDOWN),
            scale_in_cooldown: Some(IN_COOLDOWN),
            ..tracking
        };
        stage.track(policy, cooldowns);
    }
    for (policy, comparison, lower, upper, adjustment) in [
        (
            3,
            Comparison::GreaterThanThreshold,
            Some(MetricValue::ZERO),
            None,
            30,
        ),
        (
            4,
            Comparison::LessThanThreshold,
            None,
            Some(MetricValue::ZERO),
            -30,
        ),
    ] {
        let step = StepAdjustment {
            lower,
            upper,
            adjustment,
        };
        let mut steps = StepScaling::of(AdjustmentType::PercentChangeInCapacity, vec![step]);
        steps.cooldown = Some(if adjustment > 0 {
            OUT_COOLDOWN
        } else {
            IN_COOLDOWN
        });
        stage.policy(policy, PolicyKind::Step(steps));
        let mut alarm = above(if adjustment > 0 { 75 } else { 25 }, 2, 2);
        alarm.comparison = comparison;
        alarm.actions = vec![PolicyId(policy)];
        stage.alarm(10 + policy, alarm);
    }
    stage
}

/// Alarms for scaling in, by the thresholds that the policies have.
fn low_alarms(stage: &Stage) -> Vec<AlarmId> {
    let low = |(_, fact): &(Moment, ScalingFact)| match fact {
        ScalingFact::AlarmConfigured {
            alarm,
            configuration,
        } if configuration.name.contains("AlarmLow") => Some(*alarm),
        _ => None,
    };
    stage.facts.iter().filter_map(low).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn scaling_keeps_its_promises(
        script in script(),
        minimum in 0..10_u32,
        more in 0..30_u32,
        start in 0..40_u32,
        delay in 0..200_u64,
    ) {
        let maximum = minimum + more;
        let mut stage = busy(minimum, maximum, start, delay);
        for (place, now) in script.iter().enumerate() {
            let begins = 60 * place as u64;
            stage.run_until(at(begins));
            stage.tell(Input::Deployment { target: T, in_progress: now.deploying });
            if let Some(desired) = now.set {
                stage.set_desired(desired);
            }
            for (metric, value) in [(M, now.cpu), (MEMORY, now.memory)] {
                if let Some(value) = value {
                    let samples = Samples::one(percent(value));
                    stage.tell(Input::Sampled { metric, samples });
                }
            }
        }
        stage.run_until(at(60 * script.len() as u64 + 3_600));

        let lows = low_alarms(&stage);
        prop_assert_eq!(lows.len(), 2);
        let mut states: OrderedMap<AlarmId, AlarmState> = OrderedMap::new();
        let mut running: OrderedMap<ActivityId, bool> = OrderedMap::new();
        // The end of the last scale-in's cooldown.
        let mut cooling: Option<Moment> = None;
        // The end of the last scale-out's cooldown, and what there was before it, if nobody sets it by hand.
        let by_hand = script.iter().any(|it| it.set.is_some());
        let mut added: Option<(Moment, u32)> = None;
        for (moment, fact) in &stage.facts {
            match fact {
                ScalingFact::AlarmChanged { alarm, change } => {
                    states.insert(*alarm, change.to);
                }
                ScalingFact::ActivityStarted { activity, change } => {
                    // Within the bounds, and never without a change.
                    prop_assert!((minimum..=maximum).contains(&change.to), "{:?}", change);
                    prop_assert_ne!(change.from, change.to);
                    let by_policy = matches!(change.cause, ScalingCause::Policy(_));
                    let scales_in = by_policy && change.to < change.from;
                    if scales_in {
                        for low in &lows {
                            prop_assert_eq!(states.get(low), Some(&AlarmState::Alarm));
                        }
                        prop_assert!(running.values().all(|scales_in| !scales_in));
                        prop_assert!(cooling.is_none_or(|until| until <= *moment));
                        // A person's minute was not one of a deployment.
                        let place = (moment.as_nanos() / 60_000_000_000) as usize;
                        let now = script.get(place).or(script.last());
                        prop_assert!(now.is_some_and(|it| !it.deploying));
                        added = None;
                    } else {
                        cooling = None;
                    }
                    if let ScalingCause::Policy(decision) = &change.cause
                        && !scales_in
                    {
                        let counted = |limit: &Limit| match limit {
                            Limit::Counted { before } => Some(*before),
                            _ => None,
                        };
                        let counted = decision.limits.iter().find_map(counted);
                        let lifted = matches!(decision.limits[..], [Limit::LiftedFirst { .. }]);
                        // Within the cooldown, what was added counts.
                        if let Some((until, before)) = added.filter(|it| *moment < it.0 && !by_hand) {
                            prop_assert!(lifted || before == 0 || counted == Some(before), "{until}");
                        }
                        let before = counted.unwrap_or(match added {
                            Some((until, before)) if *moment < until && lifted => before,
                            _ => change.running,
                        });
                        added = Some((Moment::from_nanos(u64::MAX), before));
                    }
                    running.insert(*activity, scales_in);
                }
                ScalingFact::ActivityEnded { activity, status } => {
                    let scaled_in = running.remove(activity);
                    added = match (scaled_in, *status) {
                        (Some(false), ActivityStatus::Successful) => {
                            added.map(|(_, before)| (*moment + OUT_COOLDOWN, before))
                        }
                        (Some(false), ActivityStatus::Unfulfilled) => None,
                        _ => added,
                    };
                    prop_assert!(scaled_in.is_some(), "an activity ends once");
                    if scaled_in == Some(true) && *status == ActivityStatus::Successful {
                        cooling = Some(*moment + IN_COOLDOWN);
                    }
                }
                _ => {}
            }
            // One activity at a time.
            prop_assert!(running.len() <= 1);
        }
    }
}
