//! What a chart shows as rows: for a table beside the picture, and as CSV.

use crate::shapes::{text::grouped, ticks::short};

/// Heads and rows.
pub(super) struct Table {
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A moment or a duration, nanoseconds.
    Time(u64),
    Count(u64),
    Text(String),
    /// There is none.
    Empty,
}

impl Cell {
    /// As a person reads it.
    pub(super) fn shown(&self) -> String {
        match self {
            Cell::Time(nanos) => short(*nanos),
            Cell::Count(count) => grouped(*count),
            Cell::Text(text) => text.clone(),
            Cell::Empty => String::new(),
        }
    }

    /// As a program reads it: times in seconds, numbers without separators.
    fn plain(&self) -> String {
        match self {
            Cell::Time(nanos) => seconds(*nanos),
            Cell::Count(count) => count.to_string(),
            Cell::Text(text) => quoted(text),
            Cell::Empty => String::new(),
        }
    }
}

impl Table {
    /// As CSV (RFC 4180). The heads of times say their unit.
    pub(super) fn csv(&self) -> String {
        let first = self.rows.first();
        let head =
            |(column, head): (usize, &&'static str)| match first.and_then(|row| row.get(column)) {
                Some(Cell::Time(_)) => quoted(&format!("{head} (s)")),
                _ => quoted(head),
            };
        let heads: Vec<String> = self.heads.iter().enumerate().map(head).collect();
        let rows = self.rows.iter();
        let rows = rows.map(|row| row.iter().map(Cell::plain).collect::<Vec<_>>());
        let mut csv = String::new();
        for line in std::iter::once(heads).chain(rows) {
            csv.push_str(&line.join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

/// Exactly, without zeros at the end.
fn seconds(nanos: u64) -> String {
    let (whole, part) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let text = format!("{whole}.{part:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn quoted(text: &str) -> String {
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_plain_numbers_seconds_and_quotes_where_needed() {
        let table = Table {
            heads: vec!["From", "served", "by, mostly"],
            rows: vec![
                vec![
                    Cell::Time(0),
                    Cell::Count(1_200),
                    Cell::Text("\"A\", B".to_owned()),
                ],
                vec![
                    Cell::Time(1_500_000_000),
                    Cell::Empty,
                    Cell::Text("C".to_owned()),
                ],
            ],
        };
        assert_eq!(
            table.csv(),
            "From (s),served,\"by, mostly\"\r\n0,1200,\"\"\"A\"\", B\"\r\n1.5,,C\r\n"
        );
    }

    #[test]
    fn seconds_are_exact() {
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(10_000_000_000), "10");
        assert_eq!(seconds(86_400_000_000_001), "86400.000000001");
    }

    #[test]
    fn a_person_reads_units_and_groups() {
        assert_eq!(Cell::Time(6_000_000_000).shown(), "6 s");
        assert_eq!(Cell::Count(1_200).shown(), "1,200");
        assert_eq!(Cell::Empty.shown(), "");
    }
}
