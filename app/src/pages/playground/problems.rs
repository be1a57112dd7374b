//! What is wrong with a function's code, as far as anybody has said: the inspection of a draft, or
//! the error of the invocation that is shown.

use super::traces::trace;
use crate::session::{DraftStage, Reading};
use crate::widgets::{Mark, Severity};
use runtime_core::projections::{InvocationRecord, Stage};
use runtime_core::sandbox::inspect::SourcePlace;
use runtime_core::timeline::Outcome;
use runtime_core::units::{FunctionId, PackageId};

/// Places that are listed; the calls of a deep recursion say nothing new.
const LISTED: usize = 12;

/// Something that is wrong with the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where, if that is known.
    pub(super) place: Option<SourcePlace>,
    pub(super) message: String,
    /// What to do; may be empty.
    pub(super) hint: String,
    pub(super) severity: Severity,
}

impl Problem {
    /// As a mark in a file's text; `None` if it is elsewhere.
    pub(super) fn mark_in(&self, file: &str) -> Option<Mark> {
        let place = self.place.as_ref().filter(|place| place.file == file)?;
        Some(Mark {
            line: place.line,
            column: place.column,
            message: self.message.clone(),
            severity: self.severity,
        })
    }
}

/// What is wrong with a function's code, of which the package `base` is looked at.
pub(super) fn problems(
    reading: &Reading<'_>,
    function: FunctionId,
    base: PackageId,
) -> Vec<Problem> {
    let stage = reading.draft(function).map(|draft| &draft.stage);
    if let Some(DraftStage::Refused(refusal)) = stage {
        return vec![Problem {
            place: refusal.place.clone(),
            message: refusal.cause.clone(),
            hint: refusal.hint.clone(),
            severity: Severity::Error,
        }];
    }
    let record = reading.shown_request().filter(|record| {
        let ran = record.configuration.as_ref();
        // Lines of other code mean nothing here.
        record.function == function && ran.is_some_and(|it| it.package == base)
    });
    let Some((message, places)) = record.and_then(|record| failure_places(reading, record)) else {
        return Vec::new();
    };
    let places = places.into_iter().take(LISTED).enumerate();
    places
        .map(|(depth, place)| Problem {
            place: Some(place),
            message: match depth {
                0 => message.clone(),
                _ => format!("called from here: {message}"),
            },
            hint: String::new(),
            severity: match depth {
                0 => Severity::Error,
                _ => Severity::Info,
            },
        })
        .collect()
}

/// What an invocation failed with, and where in the function's files that was, innermost first.
pub(super) fn failure_places(
    reading: &Reading<'_>,
    record: &InvocationRecord,
) -> Option<(String, Vec<SourcePlace>)> {
    let Stage::Finished(end) = record.stage else {
        return None;
    };
    let (Outcome::Failed(_), Some(response)) = (end.outcome, end.response) else {
        return None;
    };
    let trace = trace(&reading.payloads().get(response))?;
    Some((trace.message, trace.places))
}
