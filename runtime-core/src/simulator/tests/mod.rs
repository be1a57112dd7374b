//! Runs against what others measured and proved, and properties that hold for all of them.
//!
//! ```text
//! validation  what others measured, and what formulas give, each with its source
//! properties  Little's law, conservation, bounds, monotonicity, the same seed
//! ```

mod properties;
mod validation;

use super::*;
use crate::units::Span;

fn seconds(seconds: f64) -> Span {
    distribution::span(seconds).unwrap()
}

fn exponential(mean: f64) -> Distribution {
    Distribution::Exponential {
        mean: seconds(mean),
    }
}

/// Poisson arrivals at a function, with these times in seconds.
fn poisson(rate: f64, duration: Distribution, cold: Distribution, length: f64) -> Scenario {
    let function = SimulatedFunction::named("function", duration, ColdStart::Whole(cold));
    Scenario::of(function, rate, seconds(length))
}

fn run(scenario: &Scenario) -> Headline {
    assert_eq!(scenario.check(), []);
    let mut figures = Figures::of(scenario);
    simulate(scenario, &mut figures);
    figures.headline()
}
