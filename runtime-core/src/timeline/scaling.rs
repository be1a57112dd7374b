//! What scales a service or provisioned concurrency, and why: alarms of CloudWatch, policies and activities
//! of Application Auto Scaling.
//!
//! ```text
//! alarm     alarms: settings, states, why a state changed in CloudWatch's words
//! ```

mod alarm;

pub use alarm::{
    AlarmChange, AlarmConfiguration, AlarmReason, AlarmState, Comparison, Datapoint,
    MetricConfiguration, MetricSource, MetricStatistic, MissingData, Statistic, UNCHECKED,
};

use crate::units::{AlarmId, MetricId, MetricValue, Moment};
use serde::{Deserialize, Serialize};

/// What happened to what scales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum ScalingFact {
    /// A metric is sampled from now on.
    MetricConfigured {
        /// Which.
        metric: MetricId,
        /// What it is.
        configuration: Box<MetricConfiguration>,
    },
    /// An alarm was created or changed. It has no state until it is evaluated.
    AlarmConfigured {
        /// Which.
        alarm: AlarmId,
        /// What it is set to from now on.
        configuration: Box<AlarmConfiguration>,
    },
    /// An alarm was deleted.
    AlarmDeleted {
        /// Which.
        alarm: AlarmId,
    },
    /// An alarm looked at its datapoints. If its state has changed, the next fact says so.
    AlarmEvaluated {
        /// Which.
        alarm: AlarmId,
        /// The end of the newest period that it looked at.
        until: Moment,
        /// That period's datapoint, if there is one.
        datapoint: Option<MetricValue>,
    },
    /// An alarm's state has changed.
    AlarmChanged {
        /// Which.
        alarm: AlarmId,
        /// From which state to which, and why.
        change: Box<AlarmChange>,
    },
}
