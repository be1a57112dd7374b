//! What is told of a service that is simulated.

use crate::platform::fargate::ServiceView;
use crate::timeline::{FargateFact, ScalingFact};
use crate::units::{Moment, Span};

/// Is told all that happens, in order. Moments count from [`LEAD`](super::LEAD) before the start.
pub trait ServiceSink {
    /// Something happened to the service, its tasks or what they run in.
    fn fargate(&mut self, at: Moment, fact: &FargateFact);
    /// Something happened to alarms and what they scale.
    fn scaling(&mut self, at: Moment, fact: &ScalingFact);
    /// How many tasks are wanted, run and start is no longer what it was.
    fn changed(&mut self, at: Moment, view: &ServiceView);
    /// So many requests came to the load balancer; `again` if their clients had sent them before.
    fn arrived(&mut self, at: Moment, again: bool, count: u64);
    /// So many requests have their response.
    fn answered(&mut self, at: Moment, answer: Answer, latency: Span, count: u64);
    /// What the service is like, every [`SAMPLING`](super::SAMPLING).
    fn sampled(&mut self, at: Moment, sample: &Sample);
}

/// What a client gets (Elastic Load Balancing guide, "Troubleshoot your Application Load Balancers").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// 200.
    Served,
    /// 502: the target refused the connection, or closed it.
    BadGateway,
    /// 503: the target group has no targets.
    Unavailable,
    /// 504: the target could not be reached, or has not answered before the idle timeout.
    Timeout,
}

/// What a service is like at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// The share of their vCPUs that its running tasks have used since the last sample; `None` without any.
    pub cpu: Option<f64>,
    /// The share of their memory that they use; `None` without any.
    pub memory: Option<f64>,
    /// Requests that tasks handle.
    pub handled: u64,
    /// Requests that wait in tasks for their turn.
    pub queued: u64,
    /// Addresses of all subnets that no interface has.
    pub free_addresses: u32,
    /// The queue that tasks take messages of, if they do.
    pub queue: Option<QueueSample>,
}

/// What a queue is like at a moment, and what has happened to its messages so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueSample {
    /// Messages that can be received.
    pub visible: u64,
    /// Messages that tasks have, or had and did not delete.
    pub not_visible: u64,
    /// How old the oldest of all these is; nothing without any.
    pub oldest: Span,
    /// How often a message could be received again, because nobody had deleted it in time.
    pub returned: u64,
    /// How often a task was done with a message that another one had received since, or that was gone.
    pub in_vain: u64,
    /// Messages that were not handled within the retention period, and are gone.
    pub expired: u64,
}
