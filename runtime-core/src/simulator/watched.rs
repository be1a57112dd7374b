//! A run that somebody watches: what it has come to so far, again and again, until it ends.

use super::fargate::ServiceSoFar;
use super::figures::Headline;
use super::series::Series;
use super::side_by_side::{SideRun, Sides, WhichSide};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOrder {
    /// A scenario file's text.
    pub text: String,
    /// Prices to bill by, as the text of a file of `public/prices/`.
    pub prices: String,
    /// Whether it may be more than [`UNASKED_REQUESTS`](super::UNASKED_REQUESTS).
    pub however_large: bool,
}

/// One side of a scenario that has two is to be run; another worker runs the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideOrder {
    /// Which.
    pub which: WhichSide,
    /// Of what.
    pub run: RunOrder,
}

/// What is said of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunNews {
    /// It cannot be run.
    Refused(Refusal),
    /// It is so much that it has to be asked for. Seconds are a rough estimate.
    TooMuch {
        /// Events that come from outside.
        requests: f64,
        /// How long it takes, in seconds.
        seconds: f64,
    },
    /// It is on its way.
    Going(Box<SoFar>),
    /// It has ended.
    Ended(Box<SoFar>),
    /// A service's run is on its way.
    ServiceGoing(Box<ServiceSoFar>),
    /// A service's run has ended.
    ServiceEnded(Box<ServiceSoFar>),
    /// A service and a function with the same requests have been run.
    SidesEnded(Box<Sides>),
}

/// What is said of one side, once it has been run.
pub type SideNews = Result<SideRun, Refusal>;

/// Why a text cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The line that is wrong, from 1, if it is one line's fault.
    pub line: Option<usize>,
    /// What is wrong.
    pub cause: String,
    /// What to do.
    pub hint: String,
}

/// What a run has come to so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoFar {
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
    /// Its figures.
    pub headline: Headline,
    /// The same over time.
    pub series: Series,
    /// What it costs.
    pub cost: Cost,
}

/// What a run costs at list prices, in dollars with six decimals: without the free tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Of requests.
    pub requests: String,
    /// Of GB-seconds.
    pub compute: String,
    /// Of provisioned concurrency, and of what ran on it.
    pub provisioned: String,
    /// Of ephemeral storage above what is included.
    pub ephemeral_storage: String,
    /// The sum of all.
    pub total: String,
    /// Where the prices are from: region and the day they were read.
    pub source: String,
}
