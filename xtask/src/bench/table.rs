//! A row, medians, the table and its JSON.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What a row's numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Time of one call.
    Micros,
    /// Time of a whole run.
    Seconds,
    /// Size.
    Bytes,
    /// Entries a second.
    EntriesASecond,
    /// Inputs a second.
    InputsASecond,
    /// Requests a second.
    RequestsASecond,
    /// Frames a second.
    FramesASecond,
    /// So many times something.
    Times,
}

/// One measured thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    name: String,
    unit: Unit,
    ours: f64,
    /// The peer's name and number, if there is one.
    peer: Option<(String, f64)>,
    target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    /// At most so many times the peer's.
    Ratio(f64),
    /// At least so many times the peer's.
    TimesPeer(f64),
    AtMost(f64),
    AtLeast(f64),
}

impl Row {
    /// Microseconds of ours and of the peer, one number a round: their medians count.
    pub(super) fn comparison(
        name: impl Into<String>,
        peer: impl Into<String>,
        ours: &[f64],
        peers: &[f64],
        limit: f64,
    ) -> Result<Row> {
        let median = |rounds| median(rounds).context("no rounds were measured");
        Ok(Row {
            name: name.into(),
            unit: Unit::Micros,
            ours: median(ours)?,
            peer: Some((peer.into(), median(peers)?)),
            target: Target::Ratio(limit),
        })
    }

    /// Ours and what it is compared with, each one number; at most so many times the other.
    pub(super) fn against(
        name: impl Into<String>,
        peer: impl Into<String>,
        unit: Unit,
        (ours, peers): (f64, f64),
        limit: f64,
    ) -> Row {
        Row {
            name: name.into(),
            unit,
            ours,
            peer: Some((peer.into(), peers)),
            target: Target::Ratio(limit),
        }
    }

    /// Ours and what it is compared with, each one number of which more is better; at least so many times the other.
    pub(super) fn beyond(
        name: impl Into<String>,
        peer: impl Into<String>,
        unit: Unit,
        (ours, peers): (f64, f64),
        least: f64,
    ) -> Row {
        Row {
            target: Target::TimesPeer(least),
            ..Row::against(name, peer, unit, (ours, peers), least)
        }
    }

    /// Something of which less is better.
    pub(super) fn at_most(name: impl Into<String>, unit: Unit, ours: f64, budget: f64) -> Row {
        Row {
            name: name.into(),
            unit,
            ours,
            peer: None,
            target: Target::AtMost(budget),
        }
    }

    /// Something of which more is better.
    pub(super) fn at_least(name: impl Into<String>, unit: Unit, ours: f64, least: f64) -> Row {
        Row {
            name: name.into(),
            unit,
            ours,
            peer: None,
            target: Target::AtLeast(least),
        }
    }

    /// Ours by the peer's, if there is one.
    pub(super) fn compared(&self) -> Option<f64> {
        self.peer.as_ref().map(|(_, peer)| self.ours / peer)
    }

    /// Ours by the peer's; by the target where there is no peer.
    fn ratio(&self) -> f64 {
        let (Target::Ratio(other)
        | Target::TimesPeer(other)
        | Target::AtMost(other)
        | Target::AtLeast(other)) = self.target;
        self.compared().unwrap_or(self.ours / other)
    }

    fn met(&self) -> bool {
        match self.target {
            Target::Ratio(limit) => self.ratio() <= limit,
            Target::TimesPeer(least) => self.ratio() >= least,
            Target::AtMost(budget) => self.ours <= budget,
            Target::AtLeast(least) => self.ours >= least,
        }
    }

    fn cells(&self) -> [String; 7] {
        let (peer, theirs) = match &self.peer {
            Some((peer, theirs)) => (peer.clone(), self.unit.text(*theirs)),
            None => ("target".to_owned(), String::new()),
        };
        let target = match self.target {
            Target::Ratio(limit) => format!("<= {limit} x"),
            Target::TimesPeer(least) => format!(">= {least} x"),
            Target::AtMost(budget) => format!("<= {}", self.unit.text(budget)),
            Target::AtLeast(least) => format!(">= {}", self.unit.text(least)),
        };
        let ratio = format!("{:.2} x", self.ratio());
        let met = if self.met() { "met" } else { "MISSED" };
        [
            self.name.clone(),
            peer,
            self.unit.text(self.ours),
            theirs,
            ratio,
            target,
            met.to_owned(),
        ]
    }

    fn json(&self) -> Value {
        let (kind, limit) = match self.target {
            Target::Ratio(limit) => ("ratioAtMost", limit),
            Target::TimesPeer(limit) => ("ratioAtLeast", limit),
            Target::AtMost(limit) => ("atMost", limit),
            Target::AtLeast(limit) => ("atLeast", limit),
        };
        json!({
            "name": self.name,
            "unit": self.unit.name(),
            "ours": self.ours,
            "peer": self.peer.as_ref().map(|(name, number)| json!({ "name": name, "number": number })),
            "ratio": self.ratio(),
            "target": { kind: limit },
            "met": self.met(),
        })
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Unit::Micros => "µs",
            Unit::Seconds => "s",
            Unit::Bytes => "bytes",
            Unit::EntriesASecond => "entries/s",
            Unit::InputsASecond => "inputs/s",
            Unit::RequestsASecond => "requests/s",
            Unit::FramesASecond => "frames/s",
            Unit::Times => "times",
        }
    }

    fn text(self, number: f64) -> String {
        match self {
            Unit::Micros if number < 10.0 => format!("{number:.3} µs"),
            Unit::Micros if number < 1_000.0 => format!("{number:.1} µs"),
            Unit::Micros => format!("{:.2} ms", number / 1_000.0),
            Unit::Seconds => format!("{number:.2} s"),
            Unit::Bytes => format!("{:.1} KB", number / 1_024.0),
            Unit::EntriesASecond | Unit::InputsASecond | Unit::RequestsASecond => {
                match number < 1e5 {
                    true => format!("{:.1} k/s", number / 1e3),
                    false => format!("{:.1} M/s", number / 1e6),
                }
            }
            Unit::FramesASecond => format!("{number:.1}/s"),
            Unit::Times => format!("{number:.2} x"),
        }
    }
}

/// The middle one; of an even number the mean of both. `None` of nothing.
pub(super) fn median(rounds: &[f64]) -> Option<f64> {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    match sorted.len() % 2 {
        0 => Some((sorted[middle - 1] + upper) / 2.0),
        _ => Some(upper),
    }
}

/// The number that all but one in twenty are at most. `None` of nothing.
pub(super) fn percentile_95(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * 95).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

const HEADS: [&str; 7] = ["what", "against", "ours", "peer", "ratio", "target", ""];

/// All rows as text, columns aligned; the first two to the left, numbers to the right.
pub(super) fn as_table(rows: &[Row]) -> String {
    let mut lines = vec![HEADS.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let width = |column: usize| {
        let widths = lines.iter().map(|cells| cells[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let mut text = String::new();
    for cells in &lines {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            match column {
                0 | 1 | 6 => line.push_str(&format!("{cell:<width$}  ")),
                _ => line.push_str(&format!("{cell:>width$}  ")),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// All rows as JSON.
pub(super) fn as_json(rows: &[Row]) -> Value {
    rows.iter().map(Row::json).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn percentiles() {
        let numbers: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile_95(&numbers), Some(95.0));
        assert_eq!(percentile_95(&[7.0]), Some(7.0));
        assert_eq!(percentile_95(&[]), None);
    }

    #[test]
    fn targets_are_met_at_the_limit_and_missed_beyond() {
        let row = |ours| Row::comparison("a", "b", &[ours], &[2.0], 1.5).unwrap();
        assert!(row(3.0).met());
        assert!(!row(3.1).met());
        assert!(Row::at_most("a", Unit::Bytes, 10.0, 10.0).met());
        assert!(!Row::at_most("a", Unit::Bytes, 11.0, 10.0).met());
        assert!(Row::at_least("a", Unit::EntriesASecond, 10.0, 10.0).met());
        assert!(!Row::at_least("a", Unit::EntriesASecond, 9.0, 10.0).met());
        assert!(Row::comparison("a", "b", &[], &[2.0], 1.5).is_err());
        let beyond = |ours| Row::beyond("a", "b", Unit::RequestsASecond, (ours, 2.0), 500.0);
        assert!(beyond(1_000.0).met());
        assert!(!beyond(999.0).met());
    }

    #[test]
    fn the_table_is_aligned() {
        let rows = [
            Row::comparison("warm", "plain", &[1.5], &[1.0], 1.3).unwrap(),
            Row::at_most("page", Unit::Bytes, 102_400.0, 204_800.0),
        ];
        assert_eq!(
            as_table(&rows),
            "what  against      ours      peer   ratio       target\n\
             warm  plain    1.500 µs  1.000 µs  1.50 x     <= 1.3 x  MISSED\n\
             page  target   100.0 KB            0.50 x  <= 200.0 KB  met\n"
        );
    }

    #[test]
    fn json_has_numbers_and_verdicts() {
        let rows = [Row::comparison("warm", "plain", &[1.5], &[1.0], 1.3).unwrap()];
        let json = as_json(&rows);
        assert_eq!(json[0]["unit"], "µs");
        assert_eq!(json[0]["peer"]["number"], 1.0);
        assert_eq!(json[0]["target"]["ratioAtMost"], 1.3);
        assert_eq!(json[0]["met"], false);
    }
}
