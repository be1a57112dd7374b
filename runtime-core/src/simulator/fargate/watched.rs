//! What is said of a service's run that somebody watches.

use super::eks::PodWords;
use super::figures::{ServiceHeadline, ServiceSeries};
use super::plan::Detail;
use super::record::{AlarmLine, Entry, TaskLane, Weights};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// What a service's run has come to so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceSoFar {
    /// The scenario's name.
    pub name: String,
    /// What it shows.
    pub about: String,
    /// From which all draws follow.
    pub seed: u64,
    /// How much of the time is simulated.
    pub at: Span,
    /// How much of it there is.
    pub length: Span,
    /// How long that took.
    pub taken: Span,
    /// What it is.
    pub service: ServiceWords,
    /// How its requests are simulated: [`Detail::approximation`] says it to people.
    pub detail: Detail,
    /// Its figures.
    pub headline: ServiceHeadline,
    /// The same over time.
    pub series: ServiceSeries,
    /// Its tasks, in order of creation.
    pub tasks: Vec<TaskLane>,
    /// How many more there were.
    pub more_tasks: u64,
    /// How production traffic was divided among revisions, where deployments shift it.
    pub weights: Vec<Weights>,
    /// What was said and decided, in order.
    pub entries: Vec<Entry>,
    /// How much more there was.
    pub more_entries: u64,
    /// Alarms and their states.
    pub alarms: Vec<AlarmLine>,
    /// What it costs.
    pub cost: ServiceCost,
}

/// What a service is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceWords {
    /// Its name.
    pub name: String,
    /// A task's size, as in `1 vCPU and 2 GB`.
    pub size: String,
    /// Operating system and architecture.
    pub platform: String,
    /// Availability Zones.
    pub zones: u8,
    /// Addresses of each subnet.
    pub addresses: u32,
    /// Its load balancer's algorithm, as the API names it; none, if it works off a queue.
    pub algorithm: Option<String>,
    /// Where its tasks are pods of EKS.
    pub pods: Option<PodWords>,
}

/// What a service's tasks cost at list prices, in dollars with six decimals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCost {
    /// What is paid for, and how much that is.
    pub lines: Vec<(String, String)>,
    /// The sum of all.
    pub total: String,
    /// Where the prices are from: region and the day they were read.
    pub source: String,
}
