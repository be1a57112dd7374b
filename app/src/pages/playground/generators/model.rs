//! What the session says of generators, as plain values.

use super::targets;
use crate::session::{GeneratorState, Reading};
use runtime_core::generator::{End, Process};
use runtime_core::units::GeneratorId;

/// A generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: GeneratorId,
    pub(super) target: String,
    pub(super) process: String,
    pub(super) counts: String,
    pub(super) settings: String,
    pub(super) running: bool,
}

pub(super) fn rows(reading: &Reading<'_>) -> Vec<Row> {
    let generators = reading.generators();
    generators
        .map(|(id, state)| Row {
            id,
            target: targets::name(reading, state.generator.target),
            process: state.generator.process.to_string(),
            counts: counts(state),
            settings: settings(state),
            running: state.run.is_some(),
        })
        .collect()
}

fn counts(state: &GeneratorState) -> String {
    let sent = format!("{} sent", state.sent);
    match (&state.run, &state.ended) {
        (Some(run), _) => format!("running since {} · {sent}", run.began()),
        (None, Some(why)) => format!("stopped: {why} · {sent}"),
        (None, None) => format!("stopped · {sent}"),
    }
}

fn settings(state: &GeneratorState) -> String {
    let generator = &state.generator;
    let end = match generator.end {
        End::Never => "until it is stopped".to_owned(),
        End::After(span) => format!("for {span}"),
        End::Count(1) => "1 event".to_owned(),
        End::Count(count) => format!("{count} events"),
    };
    match generator.process {
        Process::Poisson(_) => format!("{end} · seed {}", generator.seed.0),
        Process::Constant(_) | Process::Ramp { .. } | Process::Bursts { .. } => end,
    }
}
