//! What can be wrong with metrics, alarms, scalable targets, policies and scheduled actions.

use crate::units::Span;
use std::fmt;

/// What is wrong with settings of what scales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScalingError {
    /// A metric's datapoints cannot be of so much time.
    Resolution(Span),
    /// No alarm can have this name.
    AlarmName(String),
    /// No alarm can have this period.
    Period(Span),
    /// The metric's datapoints do not fit the alarm's.
    PeriodOfMetric {
        /// The alarm's.
        period: Span,
        /// The metric's.
        resolution: Span,
    },
    /// An alarm looks at one datapoint at least.
    EvaluationPeriods,
    /// More datapoints would have to breach than are looked at, or none.
    DatapointsToAlarm {
        /// So many would have to.
        points: u32,
        /// So many are looked at.
        periods: u32,
    },
    /// An alarm looks at more than a day.
    Window {
        /// Of each datapoint.
        period: Span,
        /// So many of them.
        periods: u32,
    },
}

impl fmt::Display for ScalingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScalingError::Resolution(span) => {
                write!(f, "A metric cannot have a datapoint every {span}.")
            }
            ScalingError::AlarmName(name) => write!(f, "\"{name}\" cannot be an alarm's name."),
            ScalingError::Period(span) => write!(f, "{span} cannot be an alarm's period."),
            ScalingError::PeriodOfMetric { period, resolution } => write!(
                f,
                "A period of {period} cannot be made of datapoints of {resolution}."
            ),
            ScalingError::EvaluationPeriods => write!(f, "The alarm looks at no datapoint."),
            ScalingError::DatapointsToAlarm { points, periods } => write!(
                f,
                "{points} of {periods} datapoints cannot be what takes the alarm to ALARM."
            ),
            ScalingError::Window { period, periods } => {
                write!(f, "{periods} periods of {period} are more than a day.")
            }
        }
    }
}

impl std::error::Error for ScalingError {}

impl ScalingError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ScalingError::Resolution(_) => "Take 60 seconds, or a part of them such as 20.",
            ScalingError::AlarmName(_) => "Use 1 to 255 ASCII characters.",
            ScalingError::Period(_) => "Take 10, 20 or 30 seconds, or whole minutes.",
            ScalingError::PeriodOfMetric { .. } => {
                "Take a multiple of the metric's period, or a metric of higher resolution."
            }
            ScalingError::EvaluationPeriods => "Set EvaluationPeriods to 1 or more.",
            ScalingError::DatapointsToAlarm { .. } => {
                "Set DatapointsToAlarm to 1 or more, and to EvaluationPeriods at most."
            }
            ScalingError::Window { .. } => "Take a shorter period, or fewer of them.",
        }
    }
}
