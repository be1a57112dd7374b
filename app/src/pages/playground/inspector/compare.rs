//! Attempts at the same work, and what is different between two of them.

use super::super::reply::response_of;
use super::super::words::failure_words;
use crate::session::Reading;
use runtime_core::events::difference::{Change, ChangeKind, Difference, difference};
use runtime_core::projections::{InvocationRecord, Stage, Traces};
use runtime_core::timeline::Outcome;
use runtime_core::units::RequestId;

/// Attempts at the same work, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Attempts {
    /// Each with what it is called.
    pub(super) all: Vec<(RequestId, String)>,
    /// The one that is shown, by its index.
    shown: usize,
}

impl Attempts {
    pub(super) fn has(&self, request: RequestId) -> bool {
        self.all.iter().any(|(it, _)| *it == request)
    }

    /// The attempt that is shown with the one before it, or the first two; `None` if there are no two.
    pub(super) fn usual(&self) -> Option<(RequestId, RequestId)> {
        let second = self.shown.max(1);
        let first = self.all.get(second.checked_sub(1)?)?;
        Some((first.0, self.all.get(second)?.0))
    }
}

pub(super) fn attempts(
    reading: &Reading<'_>,
    traces: &Traces,
    record: &InvocationRecord,
) -> Attempts {
    let all = traces.attempts(record.request);
    let known = all
        .into_iter()
        .filter_map(|it| reading.invocations().get(it));
    let all: Vec<_> = known
        .enumerate()
        .map(|(index, record)| {
            let name = format!("{}: {} · {}", index + 1, record.arrived, ended(record));
            (record.request, name)
        })
        .collect();
    let shown = all.iter().position(|(it, _)| *it == record.request);
    Attempts {
        shown: shown.unwrap_or_default(),
        all,
    }
}

fn ended(record: &InvocationRecord) -> String {
    match record.stage {
        Stage::Starting | Stage::Initializing => "starts".to_owned(),
        Stage::Invoking => "at work".to_owned(),
        Stage::Finished(end) => match end.outcome {
            Outcome::Succeeded => format!("handled in {}", end.duration),
            Outcome::Failed(failure) => failure_words(failure).to_owned(),
        },
        Stage::Rejected { rejection, .. } => format!("refused, {}", rejection.status()),
    }
}

/// The differences of two attempts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) event: Compared,
    pub(super) response: Compared,
}

/// What is different, in words and rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compared {
    pub(super) says: String,
    pub(super) changes: Vec<ChangeRow>,
}

/// A change as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChangeRow {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) path: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

pub(super) fn compared(reading: &Reading<'_>, pair: (RequestId, RequestId)) -> Option<Pair> {
    let record = |it| reading.invocations().get(it);
    let (first, second) = (record(pair.0)?, record(pair.1)?);
    let events = [first, second].map(|it| reading.payloads().get(it.event));
    let responses = [first, second].map(|it| response_of(reading, it));
    let response = match &responses {
        [Some((first, _)), Some((second, _))] => told(difference(first, second)),
        [None, None] => only("Neither has a response."),
        [None, _] => only("Only the second has a response."),
        [_, None] => only("Only the first has a response."),
    };
    Some(Pair {
        event: told(difference(&events[0], &events[1])),
        response,
    })
}

fn only(says: &str) -> Compared {
    Compared {
        says: says.to_owned(),
        changes: Vec::new(),
    }
}

fn told(difference: Difference) -> Compared {
    match difference {
        Difference::None => only("No difference."),
        Difference::NotJson => only("They are different, and not both are JSON."),
        Difference::TooLong => only("They are different, and too long to be compared."),
        Difference::Changes(changes, left_out) => {
            let count = changes.len() + left_out;
            let says = match (count, left_out) {
                (1, _) => "One difference.".to_owned(),
                (_, 0) => format!("{count} differences."),
                _ => format!(
                    "{count} differences; the first {} are these.",
                    changes.len()
                ),
            };
            Compared {
                says,
                changes: changes.into_iter().map(row).collect(),
            }
        }
    }
}

fn row(change: Change) -> ChangeRow {
    let (class, word, from, to) = match change.kind {
        ChangeKind::Added(to) => ("change change-added", "added", None, Some(to)),
        ChangeKind::Removed(from) => ("change change-removed", "removed", Some(from), None),
        ChangeKind::Changed(from, to) => ("change", "changed", Some(from), Some(to)),
    };
    let path = match change.path.is_empty() {
        true => "all of it".to_owned(),
        false => change.path,
    };
    ChangeRow {
        class,
        word,
        path,
        from,
        to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(count: u64, shown: usize) -> Attempts {
        Attempts {
            all: (0..count)
                .map(|it| (RequestId(it), String::new()))
                .collect(),
            shown,
        }
    }

    #[test]
    fn the_shown_attempt_is_compared_with_the_one_before_it() {
        let pair = |a, b| Some((RequestId(a), RequestId(b)));
        assert_eq!(attempts(3, 2).usual(), pair(1, 2));
        assert_eq!(attempts(3, 1).usual(), pair(0, 1));
        // The first has none before it.
        assert_eq!(attempts(3, 0).usual(), pair(0, 1));
        assert_eq!(attempts(1, 0).usual(), None);
        assert_eq!(attempts(0, 0).usual(), None);
    }

    #[test]
    fn differences_are_told_with_both_values() {
        let found = told(difference(b"{\"a\":1}", b"{\"a\":2,\"b\":3}"));
        assert_eq!(found.says, "2 differences.");
        assert_eq!(found.changes[0].from.as_deref(), Some("1"));
        assert_eq!(found.changes[1].class, "change change-added");
        assert_eq!(told(difference(b"1", b"1")).changes, []);
        assert_eq!(told(difference(b"1", b"2")).changes[0].path, "all of it");
    }
}
