//! Validation of settings, with the limits of AWS.

mod error;

pub use error::ScalingError;

use crate::timeline::{AlarmConfiguration, MetricConfiguration};
use crate::units::Span;
use std::ops::RangeInclusive;

/// The periods of an alarm below a minute (CloudWatch API reference, PutMetricAlarm, botocore 1.43.11 of
/// 2026: 10, 20, 30 and multiples of 60 seconds).
pub const SHORT_PERIODS: [Span; 3] = [
    Span::from_secs(10),
    Span::from_secs(20),
    Span::from_secs(30),
];
/// What an alarm looks at is a day at most (CloudWatch user guide, "Common features of CloudWatch alarms").
pub const LONGEST_WINDOW: Span = Span::from_secs(86_400);
/// The characters of a name (PutMetricAlarm: 1 to 255; PutScalingPolicy and PutScheduledAction: 1 to 256).
pub const ALARM_NAME: RangeInclusive<usize> = 1..=255;

const MINUTE: Span = Span::from_secs(60);

/// What is wrong with a metric's settings.
pub fn check_metric(metric: &MetricConfiguration) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    let resolution = metric.resolution.as_nanos();
    let second = resolution > 0 && resolution.is_multiple_of(1_000_000_000);
    // What every period of an alarm can be made of.
    if !second || !MINUTE.as_nanos().is_multiple_of(resolution) {
        errors.push(ScalingError::Resolution(metric.resolution));
    }
    errors
}

/// What is wrong with an alarm's settings. `resolutions` are those of its metrics.
pub fn check_alarm(
    alarm: &AlarmConfiguration,
    resolutions: impl IntoIterator<Item = Span>,
) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    if !ALARM_NAME.contains(&alarm.name.chars().count()) || !alarm.name.is_ascii() {
        errors.push(ScalingError::AlarmName(alarm.name.clone()));
    }
    let period = alarm.period.as_nanos();
    let minutes = period > 0 && period.is_multiple_of(MINUTE.as_nanos());
    if !minutes && !SHORT_PERIODS.contains(&alarm.period) {
        errors.push(ScalingError::Period(alarm.period));
    }
    for resolution in resolutions {
        let fits = resolution.as_nanos() > 0 && period.is_multiple_of(resolution.as_nanos());
        if !fits {
            errors.push(ScalingError::PeriodOfMetric {
                period: alarm.period,
                resolution,
            });
        }
    }
    let (periods, points) = (alarm.evaluation_periods, alarm.datapoints_to_alarm);
    if periods == 0 {
        errors.push(ScalingError::EvaluationPeriods);
    }
    if points == 0 || points > periods {
        errors.push(ScalingError::DatapointsToAlarm { points, periods });
    }
    if period.saturating_mul(periods.into()) > LONGEST_WINDOW.as_nanos() {
        errors.push(ScalingError::Window {
            period: alarm.period,
            periods,
        });
    }
    errors
}
