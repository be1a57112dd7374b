//! What an environment said: INIT, invocation, invocation ...

use runtime_core::protocol::FromEnvironment;
use runtime_core::sandbox::{Done, Invoked};
use runtime_core::timeline::InitOutcome;
use runtime_core::units::RequestId;

/// INIT or an invocation.
pub(super) struct Phase {
    /// What was written meanwhile.
    pub(super) log: String,
    pub(super) end: End,
}

pub(super) enum End {
    /// How it ended; whether it could be captured, or why not.
    Init(InitOutcome, Option<Result<(), String>>),
    Invocation(RequestId, Box<Invoked>),
    /// Our side failed.
    Broken(String),
}

pub(super) fn phases(said: &[FromEnvironment]) -> Vec<Phase> {
    let mut phases = Vec::new();
    let mut log = Vec::new();
    for message in said {
        let end = match message {
            FromEnvironment::Ready
            | FromEnvironment::Profiled(_)
            | FromEnvironment::TmpChanged(_) => continue,
            FromEnvironment::LogWritten { text, .. } => {
                log.extend_from_slice(text);
                continue;
            }
            FromEnvironment::Done(Done::Init {
                outcome, snapshot, ..
            }) => {
                let captured = snapshot.as_ref().map(|captured| match captured {
                    Ok(_) => Ok(()),
                    Err(reason) => Err(reason.to_string()),
                });
                End::Init(*outcome, captured)
            }
            FromEnvironment::Done(Done::Invocation { request, invoked }) => {
                End::Invocation(*request, Box::new(invoked.clone()))
            }
            FromEnvironment::Broken { message } => End::Broken(message.clone()),
        };
        let log = String::from_utf8_lossy(&std::mem::take(&mut log)).into_owned();
        phases.push(Phase { log, end });
    }
    phases
}
