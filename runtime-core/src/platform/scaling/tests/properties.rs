//! What holds whatever happens.

use super::stage::{M, Stage, above, at, percent};
use crate::platform::scaling::EXTRA_PERIODS;
use crate::timeline::{AlarmState, MissingData, ScalingFact};
use crate::units::{MetricValue, Moment};
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
