//! Application Auto Scaling, and the alarms of CloudWatch under it, as a state machine of their own.
//!
//! ```text
//! input     Input: what a driver tells; Effect and Timer: what is asked for; Out: where answers go
//! metrics   samples of metrics, by period
//! alarms    alarms: when they look at their datapoints, and which
//! evaluate  which state follows from datapoints, and from those that are missing
//! settings  validation of settings; error: what can be wrong with them
//! ```
//!
//! It has never heard of tasks or environments. A driver calls [`AutoScaling::handle`] with a moment and an
//! input, as it calls the platform, and gets facts and effects back.

mod alarms;
mod evaluate;
mod input;
mod metrics;
mod settings;

#[cfg(test)]
mod tests;

pub use alarms::{
    HIGH_RESOLUTION_EVALUATION_LAG, HIGH_RESOLUTION_PUBLICATION_LAG, STANDARD_EVALUATION_LAG,
    STANDARD_PUBLICATION_LAG,
};
pub use evaluate::EXTRA_PERIODS;
pub use input::{Effect, Input, Out, Timer};
pub use metrics::Samples;
pub use settings::{
    ALARM_NAME, LONGEST_WINDOW, SHORT_PERIODS, ScalingError, check_alarm, check_metric,
};

use crate::timeline::{AlarmConfiguration, AlarmState, ScalingFact, SessionMeta};
use crate::units::{AlarmId, MetricId, MetricValue, Moment, OrderedMap};
use alarms::Alarm;
use metrics::Metric;

/// The alarms and scalable targets of one account in one region.
#[derive(Clone, Debug)]
pub struct AutoScaling {
    /// Periods begin at whole minutes of the wall clock.
    session: SessionMeta,
    metrics: OrderedMap<MetricId, Metric>,
    alarms: OrderedMap<AlarmId, Alarm>,
    /// The datapoints that an alarm looks at, the newest first: always the same list.
    window: Vec<Option<MetricValue>>,
}

impl AutoScaling {
    /// Nothing is scaled yet.
    pub fn new(session: SessionMeta) -> Self {
        AutoScaling {
            session,
            metrics: OrderedMap::new(),
            alarms: OrderedMap::new(),
            window: Vec::new(),
        }
    }

    /// Takes one input in, at one moment. Facts and effects are appended to `out` in the order in which
    /// they are to be recorded and carried out. What no longer fits the state is nothing.
    pub fn handle(&mut self, at: Moment, input: Input, out: &mut Out) {
        match input {
            Input::ConfigureMetric {
                metric,
                configuration,
            } => {
                let known = Metric::new(configuration.resolution);
                self.metrics.insert(metric, known);
                out.fact(ScalingFact::MetricConfigured {
                    metric,
                    configuration,
                });
                self.keep_enough();
            }
            Input::Sampled { metric, samples } => self.sampled(at, metric, samples),
            Input::ConfigureAlarm {
                alarm,
                configuration,
            } => self.configure_alarm(at, alarm, configuration, out),
            Input::DeleteAlarm { alarm } => self.delete_alarm(alarm, out),
            Input::TimerFired(Timer::Evaluate { alarm, due }) => {
                self.evaluate(alarm, due, out);
            }
        }
    }

    /// What an alarm is set to, and its state.
    pub fn alarm(&self, alarm: AlarmId) -> Option<(&AlarmConfiguration, AlarmState)> {
        let it = self.alarms.get(&alarm)?;
        Some((&it.configuration, it.state))
    }
}
