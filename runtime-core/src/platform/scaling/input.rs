//! What goes in and what comes out.

use super::Samples;
use crate::timeline::{AlarmConfiguration, MetricConfiguration, ScalingFact};
use crate::units::{AlarmId, MetricId, Moment};

/// What a driver tells. Settings were validated before.
#[derive(Clone, Debug)]
pub enum Input {
    /// A metric is sampled from now on; its former samples are forgotten.
    ConfigureMetric {
        /// New or existing.
        metric: MetricId,
        /// Valid settings.
        configuration: Box<MetricConfiguration>,
    },
    /// A metric was sampled: the samples are of the period that this moment is in. At the very end of a
    /// period they are of the next one.
    Sampled {
        /// Which.
        metric: MetricId,
        /// One sample, or several.
        samples: Samples,
    },
    /// Create an alarm, or change it.
    ConfigureAlarm {
        /// New or existing.
        alarm: AlarmId,
        /// Valid settings.
        configuration: Box<AlarmConfiguration>,
    },
    /// Delete an alarm.
    DeleteAlarm {
        /// Which.
        alarm: AlarmId,
    },
    /// The moment of [`Effect::SetTimer`] has come.
    TimerFired(Timer),
}

/// What a driver is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say [`Input::TimerFired`] at this moment.
    SetTimer {
        /// On the session clock.
        at: Moment,
        /// Comes back as it is.
        timer: Timer,
    },
}

/// A timer carries the state that it was set for: if that has moved on, it is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// An alarm looks at its datapoints.
    Evaluate {
        /// Which.
        alarm: AlarmId,
        /// When it wanted to.
        due: Moment,
    },
}

/// Where answers go.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// For the timeline, each as a [`LifecycleEvent`](crate::timeline::LifecycleEvent).
    pub facts: Vec<ScalingFact>,
    /// For the driver.
    pub effects: Vec<Effect>,
}

impl Out {
    pub(super) fn fact(&mut self, fact: ScalingFact) {
        self.facts.push(fact);
    }

    pub(super) fn timer(&mut self, at: Moment, timer: Timer) {
        self.effects.push(Effect::SetTimer { at, timer });
    }
}
