//! A scenario file and axes: a plan for each point.

use super::axis::{Axis, Number};
use super::error::SweepError;
use super::plan::SweptPlan;
use crate::simulator::file::{AnyFile, FileError, functions_or_service, table_of};

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
    /// [`read_with`](crate::simulator::read_with) has.
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
        if file.contains_key("lambda") {
            return Err(SweepError::Sides);
        }
        let sweep = Sweep { file, axes, open };
        let runs = sweep.points().saturating_mul(replications.max(1).into());
        if runs > MOST_RUNS {
            return Err(SweepError::TooMany { runs });
        }
        for point in 0..sweep.points() {
            sweep.plan(point)?;
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

    /// What a point simulates.
    ///
    /// # Errors
    /// If it cannot be simulated.
    pub fn plan(&self, point: u64) -> Result<SweptPlan, SweepError> {
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
        match functions_or_service(file, self.open).map_err(refused)? {
            AnyFile::Functions(it) => Ok(SweptPlan::Functions(Box::new(it.scenario))),
            AnyFile::Service(it) => Ok(SweptPlan::Service(Box::new(it.plan))),
            AnyFile::Sides(_) => Err(SweepError::Sides),
        }
    }
}
