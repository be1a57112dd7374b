//! What is asked of a worker that runs a part of a sweep, and what it says.

use crate::simulator::Refusal;
use serde::{Deserialize, Serialize};

/// A sweep, and which part of it is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepOrder {
    /// A scenario file's text.
    pub text: String,
    /// Prices to bill by, as the text of a file of `public/prices/`.
    pub prices: String,
    /// Fields and their values, as in `function.0.memory=128,256,512`: one or two. With none, the fields that can be
    /// swept are said.
    pub axes: Vec<String>,
    /// The first point to run; after it each one that is so many points further.
    pub first: u32,
    /// How many workers share the sweep: at least one.
    pub workers: u32,
    /// Whether it may be more than [`UNASKED_REQUESTS`](crate::simulator::UNASKED_REQUESTS) altogether.
    pub however_large: bool,
}

/// What is said of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SweepNews {
    /// It cannot be run.
    Refused(Refusal),
    /// It is so much that it has to be asked for. Seconds are a rough estimate, on one core.
    TooMuch {
        /// Events that come from outside, at all points.
        requests: f64,
        /// How long it takes, in seconds.
        seconds: f64,
    },
    /// The fields with a number.
    Fields(Vec<SweepField>),
    /// It begins.
    Begun {
        /// The values of each axis.
        axes: Vec<SweptAxis>,
        /// The figures that points can have, in order.
        figures: Vec<String>,
    },
    /// A point has been run. The last axis changes first.
    Point {
        /// Its place.
        point: u32,
        /// Its figures that are there: times are seconds, costs dollars.
        figures: Vec<(String, f64)>,
    },
    /// This part of it has been run.
    Ended,
}

/// A field of a scenario file that has a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepField {
    /// Where it is: `function.0.memory`.
    pub path: String,
    /// What it says now.
    pub value: f64,
}

/// An axis, and how its values are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweptAxis {
    /// Where the field is.
    pub path: String,
    /// One or more.
    pub values: Vec<f64>,
}
