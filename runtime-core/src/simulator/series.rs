//! A run over time: what came and what there was, in stretches of one length.

use super::figures::{LevelFigures, Totals};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// How many stretches a run is cut into: as many as a chart on a wide screen can tell apart.
pub const STRETCHES: u64 = 300;

/// What happened in one stretch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// What was counted in it.
    pub counted: Totals,
    /// Requests that held an environment.
    pub running: LevelFigures,
    /// Environments that there were.
    pub environments: LevelFigures,
    /// Of requests that ended in it: the time from arrival to end that half of them, and 99 in a
    /// hundred, did not exceed. Nothing if none ended.
    pub latency: Option<(Span, Span)>,
}

/// A run over time, as far as it has come. Its size does not grow with the number of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// How long each stretch is; the last one may be cut short by the run's end.
    pub width: Span,
    /// From the start on.
    pub stretches: Vec<Stretch>,
}
