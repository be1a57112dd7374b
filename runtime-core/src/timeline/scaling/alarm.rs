//! Alarms of CloudWatch (CloudWatch user guide, "Using Amazon CloudWatch alarms").

use crate::timeline::SessionMeta;
use crate::units::{MetricId, MetricValue, Moment, PolicyId, Span, civil_date};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What a metric is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricConfiguration {
    /// As CloudWatch calls it, with its namespace: `AWS/ECS CPUUtilization`.
    pub name: String,
    /// How long a period of its datapoints is: 60 seconds, or less of a high-resolution metric.
    pub resolution: Span,
}

/// What an alarm is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmConfiguration {
    /// Unique in the account and region.
    pub name: String,
    /// What it looks at.
    pub source: MetricSource,
    /// `Period`: how long the time is that a datapoint is of.
    pub period: Span,
    /// `EvaluationPeriods`: how many datapoints are looked at.
    pub evaluation_periods: u32,
    /// `DatapointsToAlarm`: how many of them have to breach the threshold.
    pub datapoints_to_alarm: u32,
    /// `ComparisonOperator`.
    pub comparison: Comparison,
    /// `Threshold`.
    pub threshold: MetricValue,
    /// `TreatMissingData`.
    pub missing: MissingData,
    /// `AlarmActions`: the scaling policies that are told each time that it is evaluated and is in ALARM.
    pub actions: Vec<PolicyId>,
}

/// What datapoints are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MetricSource {
    /// A statistic of one metric.
    Metric(MetricStatistic),
    /// Metric math: one statistic divided by another of the same period, as in backlog per task. There is
    /// no datapoint where one of them has none or the divisor is zero.
    Quotient {
        /// Above the line.
        dividend: MetricStatistic,
        /// Below it.
        divisor: MetricStatistic,
    },
}

impl MetricSource {
    /// The metrics that it needs.
    pub fn metrics(self) -> impl Iterator<Item = MetricId> {
        let (first, second) = match self {
            MetricSource::Metric(it) => (it, None),
            MetricSource::Quotient { dividend, divisor } => (dividend, Some(divisor)),
        };
        std::iter::once(first).chain(second).map(|it| it.metric)
    }
}

/// A statistic of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricStatistic {
    /// Of which metric.
    pub metric: MetricId,
    /// What of a period's samples.
    pub statistic: Statistic,
}

/// What a datapoint says of the samples of its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Statistic {
    /// Their mean.
    Average,
    /// Their sum.
    Sum,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
    /// How many there are.
    SampleCount,
}

/// When a datapoint breaches the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// It is greater.
    GreaterThanThreshold,
    /// It is greater, or equal.
    GreaterThanOrEqualToThreshold,
    /// It is less.
    LessThanThreshold,
    /// It is less, or equal.
    LessThanOrEqualToThreshold,
}

impl Comparison {
    /// Whether the value breaches the threshold.
    pub fn breaches(self, value: MetricValue, threshold: MetricValue) -> bool {
        match self {
            Comparison::GreaterThanThreshold => value > threshold,
            Comparison::GreaterThanOrEqualToThreshold => value >= threshold,
            Comparison::LessThanThreshold => value < threshold,
            Comparison::LessThanOrEqualToThreshold => value <= threshold,
        }
    }

    /// Whether larger values are what it is about.
    pub const fn is_greater(self) -> bool {
        match self {
            Comparison::GreaterThanThreshold | Comparison::GreaterThanOrEqualToThreshold => true,
            Comparison::LessThanThreshold | Comparison::LessThanOrEqualToThreshold => false,
        }
    }

    /// As CloudWatch says it in a reason.
    pub const fn words(self) -> &'static str {
        match self {
            Comparison::GreaterThanThreshold => "greater than",
            Comparison::GreaterThanOrEqualToThreshold => "greater than or equal to",
            Comparison::LessThanThreshold => "less than",
            Comparison::LessThanOrEqualToThreshold => "less than or equal to",
        }
    }
}

/// What stands for a datapoint that is missing, where there are not enough others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MissingData {
    /// Nothing; without any datapoint the alarm goes to INSUFFICIENT_DATA.
    #[default]
    Missing,
    /// Nothing; the alarm's state stays.
    Ignore,
    /// One that breaches the threshold.
    Breaching,
    /// One that does not.
    NotBreaching,
}

/// The state of an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmState {
    /// It has just been created, or there is not enough data.
    #[default]
    InsufficientData,
    /// Within the threshold.
    Ok,
    /// Outside of it.
    Alarm,
}

impl AlarmState {
    /// AWS's name.
    pub const fn name(self) -> &'static str {
        match self {
            AlarmState::InsufficientData => "INSUFFICIENT_DATA",
            AlarmState::Ok => "OK",
            AlarmState::Alarm => "ALARM",
        }
    }
}

/// What an alarm knows of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datapoint {
    /// When its period ended. CloudWatch names the beginning.
    pub until: Moment,
    /// The statistic.
    pub value: MetricValue,
}

/// Why an alarm's state changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmChange {
    /// What it was.
    pub from: AlarmState,
    /// What it is.
    pub to: AlarmState,
    /// What was looked at.
    pub reason: AlarmReason,
}

/// What an alarm looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmReason {
    /// The datapoints that were there, the newest first.
    pub datapoints: Vec<Datapoint>,
    /// How many of them breach the threshold.
    pub breaching: u32,
    /// How many were missing, so that `TreatMissingData` stands for them.
    pub filled: u32,
}

impl AlarmChange {
    /// `StateReason` as CloudWatch words it. The wording of thresholds and of missing data is that of
    /// alarms' messages which are public in repositories (read 2026-11-30), such as "Threshold Crossed: 2 out
    /// of the last 2 datapoints [10.0 (05/10/20 06:42:00), 10.0 (05/10/20 06:37:00)] were not greater than
    /// or equal to the threshold (30.0) (minimum 1 datapoint for ALARM -> OK transition)." CloudWatch
    /// may leave out some of many datapoints: here all of them are named.
    pub fn reason(&self, alarm: &AlarmConfiguration, session: SessionMeta) -> String {
        let AlarmReason {
            datapoints,
            breaching,
            filled,
        } = &self.reason;
        if self.to == AlarmState::InsufficientData {
            return format!("Insufficient Data: {}.", unknown(alarm.evaluation_periods));
        }
        if *filled > 0
            && let MissingData::Breaching | MissingData::NotBreaching = alarm.missing
        {
            return treated(datapoints.len(), *filled, alarm);
        }
        let crossed = self.to == AlarmState::Alarm;
        let count = datapoints.len() as u64;
        let named = match crossed {
            true => u64::from(*breaching),
            false => count - u64::from(*breaching).min(count),
        };
        let mut text = format!(
            "Threshold Crossed: {named} out of the last {} [",
            counted(count, "datapoint")
        );
        let shown = datapoints
            .iter()
            .filter(|it| alarm.comparison.breaches(it.value, alarm.threshold) == crossed);
        for (place, datapoint) in shown.enumerate() {
            let separator = if place == 0 { "" } else { ", " };
            let began = session.unix_nanos(datapoint.until);
            let began = written(began.saturating_sub(alarm.period.as_nanos()));
            // Writing into a text does not fail.
            let _ = write!(text, "{separator}{} ({began})", datapoint.value);
        }
        let (verb, not) = (
            if named == 1 { "was" } else { "were" },
            if crossed { "" } else { "not " },
        );
        let spare = alarm
            .evaluation_periods
            .saturating_sub(alarm.datapoints_to_alarm);
        let (least, transition) = match crossed {
            true => (alarm.datapoints_to_alarm, "OK -> ALARM"),
            false => (spare.saturating_add(1), "ALARM -> OK"),
        };
        let _ = write!(
            text,
            "] {verb} {not}{} the threshold ({}) (minimum {} for {transition} transition).",
            alarm.comparison.words(),
            alarm.threshold,
            counted(least.into(), "datapoint"),
        );
        text
    }
}

fn unknown(periods: u32) -> String {
    let verb = if periods == 1 { "was" } else { "were" };
    format!("{} {verb} unknown", counted(periods.into(), "datapoint"))
}

/// What CloudWatch says where datapoints were filled in.
fn treated(there: usize, filled: u32, alarm: &AlarmConfiguration) -> String {
    let received = match there {
        0 => "no datapoints were received".to_owned(),
        1 => "1 datapoint was received".to_owned(),
        more => format!("{more} datapoints were received"),
    };
    let missing = match filled {
        1 => "1 missing datapoint was treated as".to_owned(),
        more => format!("{more} missing datapoints were treated as"),
    };
    let treatment = match alarm.missing {
        MissingData::NotBreaching => "NonBreaching",
        MissingData::Breaching | MissingData::Missing | MissingData::Ignore => "Breaching",
    };
    let periods = counted(alarm.evaluation_periods.into(), "period");
    format!("Threshold Crossed: {received} for {periods} and {missing} [{treatment}].")
}

fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A time as CloudWatch writes it in reasons: `05/10/20 06:42:00`, in UTC.
fn written(unix_nanos: u64) -> String {
    let seconds = unix_nanos / 1_000_000_000;
    let (year, month, day) = civil_date((seconds / 86_400).cast_signed());
    let of_day = seconds % 86_400;
    format!(
        "{day:02}/{month:02}/{:02} {:02}:{:02}:{:02}",
        year % 100,
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}
