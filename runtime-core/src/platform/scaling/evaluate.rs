//! Which state follows from an alarm's datapoints (CloudWatch user guide, "Evaluating an alarm" and
//! "Configuring how CloudWatch alarms treat missing data").

use crate::timeline::{AlarmConfiguration, AlarmState, MissingData};
use crate::units::MetricValue;

/// How many datapoints more than `EvaluationPeriods` are looked at, in case some are missing. The guide's
/// tables look at 5 where 3 are needed and say that the number depends on period and resolution; it
/// is not published. Model choice: always two more.
pub const EXTRA_PERIODS: u32 = 2;

/// What datapoints say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// `None`: the state stays.
    pub(super) state: Option<AlarmState>,
    /// How many datapoints were evaluated: the newest that are there.
    pub(super) there: u32,
    /// How many of them breach the threshold.
    pub(super) breaching: u32,
    /// How many are missing.
    pub(super) filled: u32,
}

/// Looks at datapoints, the newest first.
pub(super) fn judge(window: &[Option<MetricValue>], alarm: &AlarmConfiguration) -> Verdict {
    let (needed, enough) = (alarm.evaluation_periods, alarm.datapoints_to_alarm);
    let breaches = |value: &MetricValue| alarm.comparison.breaches(*value, alarm.threshold);
    let (mut there, mut breaching) = (0, 0);
    for value in window.iter().flatten() {
        if there == needed {
            break;
        }
        there += 1;
        breaching += u32::from(breaches(value));
    }
    let filled = needed.saturating_sub(there);
    let or_ok = |alarm: bool| match alarm {
        true => Some(AlarmState::Alarm),
        false => Some(AlarmState::Ok),
    };
    let state = match alarm.missing {
        MissingData::Breaching => or_ok(breaching.saturating_add(filled) >= enough),
        MissingData::NotBreaching => or_ok(breaching >= enough),
        // What breaches is enough, or something is within the threshold, or nothing is missing.
        MissingData::Missing | MissingData::Ignore
            if breaching >= enough || there > breaching || filled == 0 =>
        {
            or_ok(breaching >= enough)
        }
        MissingData::Ignore => None,
        // All that is there breaches the threshold: ALARM, if the oldest is old enough ("Avoiding
        // premature transitions to alarm state").
        MissingData::Missing => {
            let oldest = window.iter().rposition(Option::is_some);
            let is_old = oldest.is_some_and(|place| place as u64 + 1 >= u64::from(enough));
            match is_old {
                true => Some(AlarmState::Alarm),
                false => Some(AlarmState::InsufficientData),
            }
        }
    };
    Verdict {
        state,
        there,
        breaching,
        filled,
    }
}
