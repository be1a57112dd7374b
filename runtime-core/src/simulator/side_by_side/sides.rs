//! What both sides came to, in the same words.

use crate::simulator::{LevelFigures, Percentiles};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// What is compared: the same of both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The scenario's name.
    pub name: String,
    /// What it shows.
    pub about: String,
    /// From which all draws follow.
    pub seed: u64,
    /// For how long requests came.
    pub length: Span,
    /// How long each stretch of both sides is; the last one may be cut short by the end.
    pub width: Span,
    /// Where prices are from: region and the day they were read.
    pub source: String,
}

/// A function and a service under the same requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sides {
    /// What is compared.
    pub compared: Comparison,
    /// How long the simulation took.
    pub taken: Span,
    /// The function.
    pub lambda: Side,
    /// The service.
    pub fargate: Side,
}

/// Which of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhichSide {
    /// The function.
    Lambda,
    /// The service.
    Fargate,
}

/// One side that has been run by itself: both can be, at the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SideRun {
    /// What it is a side of.
    pub compared: Comparison,
    /// Which of both.
    pub which: WhichSide,
    /// How long the simulation took.
    pub taken: Span,
    /// What it came to.
    pub side: Side,
}

impl Sides {
    /// Both, if they are of the same comparison and each is there once. They are taken to have run at the
    /// same time.
    pub fn of(one: SideRun, other: SideRun) -> Option<Sides> {
        let (lambda, fargate) = match (one.which, other.which) {
            (WhichSide::Lambda, WhichSide::Fargate) => (one, other),
            (WhichSide::Fargate, WhichSide::Lambda) => (other, one),
            (WhichSide::Lambda, WhichSide::Lambda) | (WhichSide::Fargate, WhichSide::Fargate) => {
                return None;
            }
        };
        (lambda.compared == fargate.compared).then(|| Sides {
            compared: lambda.compared,
            taken: lambda.taken.max(fargate.taken),
            lambda: lambda.side,
            fargate: fargate.side,
        })
    }
}

/// One side, until the end of the time in which requests came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Requests that came; what clients sent again is among them.
    pub requests: u64,
    /// Those that a client had sent before.
    pub again: u64,
    /// Those with a response that is a success.
    pub served: u64,
    /// Those with another one.
    pub rejected: Rejected,
    /// Those that had no response yet.
    pub unfinished: u64,
    /// From arrival to response: on Lambda of all that the handler was given, on Fargate of those that were served.
    pub latency: Option<Percentiles>,
    /// Invocations that found a new environment; tasks that were started after the start.
    pub starts: u64,
    /// The most requests at a time that had no response yet.
    pub most_at_once: u64,
    /// What was there for them.
    pub capacity: SideCapacity,
    /// What it costs at list prices.
    pub cost: SideCost,
    /// The same over time.
    pub stretches: Vec<SideStretch>,
}

/// Responses that are no success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// 429 of Lambda: for want of concurrency.
    pub throttled: u64,
    /// The function's timeout was reached.
    pub timed_out: u64,
    /// 502 of the load balancer.
    pub bad_gateway: u64,
    /// 503 of the load balancer.
    pub unavailable: u64,
    /// 504 of the load balancer.
    pub gateway_timeout: u64,
}

impl Rejected {
    /// All of them.
    pub fn all(&self) -> u64 {
        let of_lambda = self.throttled + self.timed_out;
        of_lambda + self.bad_gateway + self.unavailable + self.gateway_timeout
    }
}

/// What was there for the requests, and how much of it stood idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SideCapacity {
    /// Environments; RUNNING tasks.
    pub units: LevelFigures,
    /// Environment-seconds; vCPU-seconds of RUNNING tasks, as sampled.
    pub provided: f64,
    /// Those of them that nothing was done in. Lambda does not bill them; of tasks they are billed like the others.
    pub idle: f64,
}

impl SideCapacity {
    /// The share that stood idle, 0 to 1; nothing where nothing was there.
    pub fn idle_share(&self) -> Option<f64> {
        (self.provided > 0.0).then(|| self.idle / self.provided)
    }
}

/// What a side costs, in dollars with six decimals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideCost {
    /// What is paid for, and how much that is.
    pub lines: Vec<(String, String)>,
    /// The sum of all.
    pub total: String,
}

/// A side in one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideStretch {
    /// Responses that are a success.
    pub served: u64,
    /// Responses that are none.
    pub rejected: u64,
    /// What 99 in a hundred of the latencies did not exceed, if there are any.
    pub p99: Option<Span>,
}
