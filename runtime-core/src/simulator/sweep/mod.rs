//! A scenario with other values of one or two of its fields: how its figures depend on them.
//!
//! ```text
//! mod    Sweep: a scenario file and axes -> a scenario for each point
//! axis   Axis: which field, and which values
//! error  SweepError
//! ```
//!
//! All points have the scenario's seed: what is drawn for the same request is the same at each, so that
//! differences between points are not those of chance.

mod axis;
mod error;

pub use axis::{Axis, Number};
pub use error::SweepError;

use super::file::{FileError, scenario_of, table_of};
use super::scenario::Scenario;

/// The most runs of a sweep: its points, times the replications of each.
pub const MOST_RUNS: u64 = 10_000;

/// A scenario file, and what is changed in it.
pub struct Sweep<'a> {
    file: toml::Table,
    axes: Vec<Axis>,
    open: &'a (dyn Fn(&str) -> Result<String, String> + Sync),
}

impl<'a> Sweep<'a> {
    /// Of a scenario file's text. `open` is what
    /// [`read_with`](super::read_with) has.
    ///
    /// # Errors
    /// If the axes do not fit the scenario, or one of their points cannot be simulated.
    pub fn of(
        text: &str,
        open: &'a (dyn Fn(&str) -> Result<String, String> + Sync),
        axes: Vec<Axis>,
        replications: u32,
    ) -> Result<Sweep<'a>, SweepError> {
        match axes.as_slice() {
            [_] => {}
            [first, second] if first.path == second.path => {
                return Err(SweepError::SameField(first.path.clone()));
            }
            [_, _] => {}
            _ => return Err(SweepError::Axes(axes.len())),
        }
        let file = table_of(text).map_err(SweepError::File)?;
        let sweep = Sweep { file, axes, open };
        let runs = sweep.points().saturating_mul(replications.max(1).into());
        if runs > MOST_RUNS {
            return Err(SweepError::TooMany { runs });
        }
        for point in 0..sweep.points() {
            sweep.scenario(point)?;
        }
        Ok(sweep)
    }

    /// What is changed.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many points there are.
    pub fn points(&self) -> u64 {
        let lengths = self.axes.iter().map(|it| it.values.len() as u64);
        lengths.fold(1, u64::saturating_mul)
    }

    /// The values of a point, in the order of the axes. The last axis changes first.
    pub fn values(&self, point: u64) -> Vec<Number> {
        let mut rest = point;
        let mut values: Vec<Number> = self
            .axes
            .iter()
            .rev()
            .filter_map(|axis| {
                let many = (axis.values.len() as u64).max(1);
                let place = usize::try_from(rest % many).unwrap_or_default();
                rest /= many;
                axis.values.get(place).copied()
            })
            .collect();
        values.reverse();
        values
    }

    /// The scenario of a point.
    ///
    /// # Errors
    /// If it cannot be simulated.
    pub fn scenario(&self, point: u64) -> Result<Scenario, SweepError> {
        let values = self.values(point);
        let mut file = self.file.clone();
        for (axis, value) in self.axes.iter().zip(&values) {
            axis.set(&mut file, *value)?;
        }
        let refused = |error: FileError| {
            let axes = self.axes.iter().zip(&values);
            let point = axes.map(|(axis, value)| format!("{} = {value}", axis.path));
            SweepError::Point {
                point: point.collect::<Vec<String>>().join(", "),
                error,
            }
        };
        let file = scenario_of(file, self.open).map_err(refused)?;
        Ok(file.scenario)
    }
}
