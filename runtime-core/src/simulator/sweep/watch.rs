//! Runs a part of a sweep, and says what each point came to.

use super::axis::{Axis, Number};
use super::error::SweepError;
use super::grid::{MOST_RUNS, Sweep};
use super::order::{SweepField, SweepNews, SweepOrder, SweptAxis};
use super::plan::{SweptPlan, swept_intervals, swept_names};
use crate::billing::{FargatePrices, PriceBook};
use crate::simulator::file::table_of;
use crate::simulator::{Estimate, Refusal};
use toml::{Table, Value};

/// Fields that say what a file is, and not what happens in it.
const NO_FIELDS: [&str; 1] = ["version"];

/// Runs the part that is asked for. `say` is told of each piece of news, and the last of them is that this part has
/// ended, unless there is nothing to run.
pub fn watch_sweep(order: &SweepOrder, mut say: impl FnMut(SweepNews)) {
    if let Err(refused) = part(order, &mut say) {
        say(refused);
    }
}

fn part(order: &SweepOrder, say: &mut impl FnMut(SweepNews)) -> Result<(), SweepNews> {
    if order.axes.is_empty() {
        say(SweepNews::Fields(fields(&order.text)?));
        return Ok(());
    }
    let none = |_: &str| Err("there are no files here".to_owned());
    let axes: Result<Vec<Axis>, SweepError> = order.axes.iter().map(|it| it.parse()).collect();
    let sweep = Sweep::of(&order.text, &none, axes.map_err(refused)?, 1).map_err(refused)?;
    let plan = |point| sweep.plan(point).map_err(refused);
    let estimate = estimate(&sweep, plan)?;
    if estimate.is_large() && !order.however_large {
        return Err(SweepNews::TooMuch {
            requests: estimate.requests,
            seconds: estimate.seconds(),
        });
    }
    let wrong = |error: String, hint: String| {
        SweepNews::Refused(Refusal {
            line: None,
            cause: error,
            hint,
        })
    };
    let book = PriceBook::parse(&order.prices).map_err(|it| wrong(it.to_string(), it.hint()))?;
    let fargate =
        FargatePrices::parse(&order.prices).map_err(|it| wrong(it.to_string(), it.hint()))?;
    say(SweepNews::Begun {
        axes: sweep.axes().iter().map(SweptAxis::of).collect(),
        figures: swept_names(&plan(0)?).into_iter().map(Into::into).collect(),
    });
    let step = usize::try_from(order.workers.max(1)).unwrap_or(usize::MAX);
    for point in (u64::from(order.first)..sweep.points()).step_by(step) {
        let run = plan(point)?.run((&book, &fargate));
        let figures = swept_intervals(&[run]).into_iter();
        say(SweepNews::Point {
            point: u32::try_from(point).unwrap_or(u32::MAX),
            figures: figures
                .map(|(name, it)| (name.to_owned(), it.mean))
                .collect(),
        });
    }
    say(SweepNews::Ended);
    Ok(())
}

fn estimate(
    sweep: &Sweep<'_>,
    plan: impl Fn(u64) -> Result<SweptPlan, SweepNews>,
) -> Result<Estimate, SweepNews> {
    let mut all = Estimate {
        requests: 0.0,
        steps: None,
    };
    for point in 0..sweep.points().min(MOST_RUNS) {
        let one = plan(point)?.estimate();
        all.requests += one.requests;
        if let Some(steps) = one.steps {
            *all.steps.get_or_insert(0.0) += steps;
        }
    }
    Ok(all)
}

fn refused(error: SweepError) -> SweepNews {
    let line = match &error {
        SweepError::File(error) => error.line(),
        _ => None,
    };
    SweepNews::Refused(Refusal {
        line,
        cause: error.to_string(),
        hint: error.hint(),
    })
}

impl SweptAxis {
    fn of(axis: &Axis) -> SweptAxis {
        SweptAxis {
            path: axis.path.clone(),
            values: axis.values.iter().map(|it| it.as_f64()).collect(),
        }
    }
}

impl Number {
    fn as_f64(self) -> f64 {
        match self {
            Number::Integer(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

/// The fields of a file that have a number, in its order of tables.
fn fields(text: &str) -> Result<Vec<SweepField>, SweepNews> {
    let table = table_of(text).map_err(|error| refused(SweepError::File(error)))?;
    let mut fields = Vec::new();
    let numbers = table
        .iter()
        .filter(|(name, _)| !NO_FIELDS.contains(&name.as_str()));
    for (name, value) in numbers {
        gather(name.clone(), value, &mut fields);
    }
    Ok(fields)
}

fn gather(path: String, value: &Value, fields: &mut Vec<SweepField>) {
    let within = |table: &Table, fields: &mut Vec<SweepField>| {
        for (name, value) in table {
            gather(format!("{path}.{name}"), value, fields);
        }
    };
    match value {
        Value::Integer(value) => fields.push(SweepField {
            path,
            value: *value as f64,
        }),
        Value::Float(value) => fields.push(SweepField {
            path,
            value: *value,
        }),
        Value::Table(table) => within(table, fields),
        // Functions, loads, incidents; lists of numbers, such as the points of a rate, are no fields of their own.
        Value::Array(all) => {
            for (place, value) in all.iter().enumerate() {
                if let Value::Table(table) = value {
                    for (name, value) in table {
                        gather(format!("{path}.{place}.{name}"), value, fields);
                    }
                }
            }
        }
        Value::String(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}
