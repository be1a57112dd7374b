//! Requests in use over time, and counts.

use crate::timeline::{Entry, LifecycleEvent, Outcome, Projection, Rejection, Start};
use crate::units::{EnvironmentId, Moment, OrderedMap, Span, push_long};

/// Concurrency and counts over the session.
#[derive(Clone, Debug, Default)]
pub struct Concurrency {
    points: Vec<(Moment, Counts)>,
    now: Counts,
    /// Whether the invocation that an environment runs started cold.
    running: OrderedMap<EnvironmentId, bool>,
    durations: Vec<(Span, bool)>,
}

/// Counts at one moment. All but `in_use` only grow. `Invocations`, `Errors` and `Throttles` count
/// as Lambda's metrics of these names do ("Types of metrics for Lambda functions").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that hold concurrency.
    pub in_use: u32,
    /// Requests that reached a handler.
    pub invocations: u32,
    /// Invocations that found a new environment, or one that had to init again.
    pub cold: u32,
    /// Invocations that found a warm environment.
    pub warm: u32,
    /// Requests refused for want of concurrency: neither invocations nor errors.
    pub throttles: u32,
    /// Function errors.
    pub errors: u32,
}

impl Concurrency {
    /// The counts after every moment at which one of them changed.
    pub fn points(&self) -> &[(Moment, Counts)] {
        &self.points
    }

    /// The counts as they are now.
    pub fn now(&self) -> Counts {
        self.now
    }

    /// The duration of every invocation that ended, and whether it started cold.
    pub fn durations(&self) -> &[(Span, bool)] {
        &self.durations
    }

    /// The most requests that ever held concurrency at a time.
    pub fn peak(&self) -> u32 {
        self.points
            .iter()
            .map(|(_, counts)| counts.in_use)
            .max()
            .unwrap_or(0)
    }

    fn record(&mut self, at: Moment) {
        match self.points.last_mut() {
            Some((last, counts)) if *last == at => *counts = self.now,
            _ => push_long(&mut self.points, (at, self.now)),
        }
    }
}

impl Projection for Concurrency {
    fn apply(&mut self, entry: &Entry) {
        match entry.event {
            LifecycleEvent::RequestArrived { .. } => self.now.in_use += 1,
            LifecycleEvent::RequestRejected { rejection, .. } => {
                self.now.in_use = self.now.in_use.saturating_sub(1);
                self.now.throttles += u32::from(matches!(rejection, Rejection::Throttled(_)));
            }
            LifecycleEvent::InvocationStarted {
                environment, start, ..
            } => {
                self.now.invocations += 1;
                match start {
                    Start::Warm => self.now.warm += 1,
                    Start::Cold { .. } | Start::Restored { .. } | Start::InitAgain => {
                        self.now.cold += 1;
                    }
                }
                self.running.insert(environment, start != Start::Warm);
            }
            LifecycleEvent::InvocationFinished {
                environment,
                outcome,
                duration,
                ..
            } => {
                self.now.in_use = self.now.in_use.saturating_sub(1);
                self.now.errors += u32::from(outcome != Outcome::Succeeded);
                let cold = self.running.remove(&environment).unwrap_or(false);
                push_long(&mut self.durations, (duration, cold));
            }
            _ => return,
        }
        self.record(entry.at);
    }
}
