//! What was measured of a function, as fields of a scenario.

use crate::units::Span;
use serde::{Deserialize, Serialize};

/// What invocations of a function came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Its name: the scenario's function of that name is it, or else its first one.
    pub name: String,
    /// Durations of what was invoked, in any order.
    pub durations: Vec<Span>,
    /// INIT phases, in any order; none where no environment was made.
    pub inits: Vec<Span>,
    /// Its memory, MB.
    pub memory: u32,
    /// Its timeout.
    pub timeout: Span,
    /// `x86_64` or `arm64`.
    pub architecture: String,
}
