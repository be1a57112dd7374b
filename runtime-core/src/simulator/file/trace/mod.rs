//! Traces: CSV texts of events that were recorded.
//!
//! ```text
//! mod    trace: a text -> Trace, or what is wrong with it, in which line
//! time   seconds since the start, and times as RFC 3339 has them
//! error  TraceError
//! ```
//!
//! Three forms are told apart by the first line:
//! - one time in each line: seconds since the start, or RFC 3339, of which the first is the start. A first line
//!   that is no time is a header; of several columns, that of `timestamp` or `time` counts;
//! - `minute,count` and such lines: one for each minute, from any minute on;
//! - columns `1`, `2`, ... after others: counts for each minute, a function in each line (Azure Functions
//!   invocation trace 2019: github.com/Azure/AzurePublicDataset, `HashOwner,HashApp,HashFunction,Trigger,1..1440`).
//!   Those of all lines are added up, or of those that have a given name in one of the other columns.

mod error;
mod time;

pub use error::{TraceError, TraceProblem};

use crate::simulator::arrivals::{MOST_TIMES, Trace};
use time::{Time, time};

/// Names of a column of times.
const TIMES: [&str; 2] = ["timestamp", "time"];

/// Reads a trace. `row` names lines of one with a column for each minute.
pub(super) fn trace(text: &str, row: Option<&str>) -> Result<Trace, TraceError> {
    // Empty lines say nothing; the byte order mark of spreadsheets neither.
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().enumerate();
    let mut lines = lines
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty());
    let Some((number, first)) = lines.next() else {
        return Err(TraceProblem::Empty.without_line());
    };
    let header: Vec<&str> = cells(first).collect();
    let minutes = header.iter().position(|it| *it == "1");
    if let Some(before) = minutes.filter(|it| *it > 0 || header.len() > 1) {
        check_minutes(number, header.get(before..).unwrap_or_default())?;
        return wide(lines, (before, header.len()), row);
    }
    if row.is_some() {
        return Err(TraceProblem::NoRows.at(number));
    }
    if header.len() == 2 && header.first() == Some(&"minute") {
        return minutes_and_counts(lines);
    }
    let column = header.iter().position(|it| TIMES.contains(it));
    match (column, header.as_slice()) {
        (Some(column), _) => times(lines, column),
        // What begins like a number is meant as one.
        (None, [cell]) if !is_word(cell) => times(std::iter::once((number, first)).chain(lines), 0),
        (None, [_]) => times(lines, 0),
        (None, _) => Err(TraceProblem::Header(first.chars().take(60).collect()).at(number)),
    }
}

/// A header, and not a number or a time that is written badly.
fn is_word(cell: &str) -> bool {
    cell.starts_with(|it: char| it.is_alphabetic()) && cell.parse::<f64>().is_err()
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|it| it.trim().trim_matches('"').trim())
}

fn times<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
    column: usize,
) -> Result<Trace, TraceError> {
    let mut times = Vec::new();
    let mut first: Option<Time> = None;
    let mut last = None;
    for (number, line) in lines {
        let cell = cells(line).nth(column).unwrap_or_default();
        let time = time(cell).map_err(|problem| problem.at(number))?;
        let start = *first.get_or_insert(time);
        let since = time.since(start).map_err(|problem| problem.at(number))?;
        if last.is_some_and(|last| since < last) {
            return Err(TraceProblem::OutOfOrder.at(number));
        }
        if times.len() >= MOST_TIMES {
            return Err(TraceProblem::TooMany.at(number));
        }
        last = Some(since);
        times.push(since);
    }
    match times.is_empty() {
        true => Err(TraceProblem::Empty.without_line()),
        false => Ok(Trace::Times(times)),
    }
}

fn count(cell: &str) -> Result<u32, TraceProblem> {
    let refused = || TraceProblem::Count(cell.chars().take(40).collect());
    match cell.parse::<u32>() {
        Ok(count) => Ok(count),
        // As spreadsheets write whole numbers.
        Err(_) => {
            let number = cell.parse::<f64>().map_err(|_| refused())?;
            let whole = number >= 0.0 && number <= f64::from(u32::MAX) && number.fract() == 0.0;
            match whole {
                true => Ok(number as u32),
                false => Err(refused()),
            }
        }
    }
}

fn minutes_and_counts<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
) -> Result<Trace, TraceError> {
    let mut counts = Vec::new();
    let mut next: Option<u32> = None;
    for (number, line) in lines {
        let mut cells = cells(line);
        let (minute, cell) = (cells.next().unwrap_or_default(), cells.next());
        let minute: u32 = minute
            .parse()
            .map_err(|_| TraceProblem::Minute(minute.chars().take(40).collect()).at(number))?;
        if let Some(next) = next.filter(|next| *next != minute) {
            let problem = match minute < next {
                true => TraceProblem::OutOfOrder,
                false => TraceProblem::Gap { minute: next },
            };
            return Err(problem.at(number));
        }
        next = minute.checked_add(1);
        counts.push(count(cell.unwrap_or_default()).map_err(|problem| problem.at(number))?);
    }
    match counts.is_empty() {
        true => Err(TraceProblem::Empty.without_line()),
        false => Ok(Trace::Minutes(counts)),
    }
}

/// The columns of minutes are 1, 2, 3 and so on.
fn check_minutes(number: usize, names: &[&str]) -> Result<(), TraceError> {
    for (wanted, name) in (1_u32..).zip(names) {
        let minute: u32 = name
            .parse()
            .map_err(|_| TraceProblem::Minute(name.chars().take(40).collect()).at(number))?;
        if minute != wanted {
            let problem = match minute < wanted {
                true => TraceProblem::OutOfOrder,
                false => TraceProblem::Gap { minute: wanted },
            };
            return Err(problem.at(number));
        }
    }
    Ok(())
}

fn wide<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
    (before, columns): (usize, usize),
    row: Option<&str>,
) -> Result<Trace, TraceError> {
    let mut sums: Vec<u32> = vec![0; columns.saturating_sub(before)];
    let mut found = false;
    for (number, line) in lines {
        let cells: Vec<&str> = cells(line).collect();
        let names = cells.get(..before).unwrap_or_default();
        if row.is_some_and(|row| !names.contains(&row)) {
            continue;
        }
        if cells.len() != columns {
            let (wanted, found) = (columns, cells.len());
            return Err(TraceProblem::Columns { wanted, found }.at(number));
        }
        found = true;
        for (sum, cell) in sums.iter_mut().zip(cells.iter().skip(before)) {
            let count = count(cell).map_err(|problem| problem.at(number))?;
            *sum = sum.saturating_add(count);
        }
    }
    match (found, row) {
        (true, _) => Ok(Trace::Minutes(sums)),
        (false, Some(row)) => Err(TraceProblem::NoSuchRow(row.to_owned()).without_line()),
        (false, None) => Err(TraceProblem::Empty.without_line()),
    }
}
