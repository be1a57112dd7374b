//! Tables of cases for language runtimes. `handlers/runtimes/README.md` describes their files.
//!
//! ```text
//! table     a case as it is written, and as a job
//! phases    what an environment said: INIT, invocation, invocation ...
//! matching  what is expected against what happened
//! ```

mod matching;
mod phases;
mod table;

pub use table::{Case, Table};

use crate::job::Place;
use runtime_core::protocol::FromEnvironment;
use runtime_core::sandbox::{Beginning, Done};

impl Case {
    /// Runs it; says what is not as expected, as lines.
    ///
    /// # Errors
    /// If anything is not.
    pub fn check(&self, table: &Table, place: &dyn Place) -> Result<(), String> {
        self.differences(&self.said(table, place))
    }

    /// The same, and that the other place says the very same, byte for byte and to the nanosecond.
    ///
    /// # Errors
    /// If anything is not.
    pub fn check_alike(
        &self,
        table: &Table,
        place: &dyn Place,
        other: &dyn Place,
    ) -> Result<(), String> {
        let said = self.said(table, place);
        self.differences(&said)?;
        let differs = said.iter().zip(self.said(table, other)).enumerate();
        let mut differs = differs.filter(|(_, (one, other))| *one != other);
        match differs.next() {
            None => Ok(()),
            Some((at, (one, other))) => {
                // A snapshot may have megabytes.
                let short = |message| {
                    format!("{message:?}")
                        .chars()
                        .take(2_000)
                        .collect::<String>()
                };
                Err(format!(
                    "message {at}: {} but {}",
                    short(one),
                    short(&other)
                ))
            }
        }
    }

    /// Everything that the case's environment says; with SnapStart, its two environments.
    fn said(&self, table: &Table, place: &dyn Place) -> Vec<FromEnvironment> {
        let mut job = self.job(table);
        if !self.snap_start {
            return place.run(&job);
        }
        let invocations = std::mem::take(&mut job.invocations);
        job.settings.beginning = Beginning::Capture;
        let mut said = place.run(&job);
        let captured = said.iter().find_map(|message| match message {
            FromEnvironment::Done(Done::Init {
                snapshot: Some(Ok(snapshot)),
                ..
            }) => Some(snapshot.clone()),
            _ => None,
        });
        if let Some(snapshot) = captured {
            for message in &said {
                if let FromEnvironment::TmpChanged(change) = message {
                    job.settings.tmp.apply(change.clone());
                }
            }
            job.settings.beginning = Beginning::Restore(snapshot);
            job.invocations = invocations;
            said.extend(place.run(&job));
        }
        said
    }

    fn differences(&self, said: &[FromEnvironment]) -> Result<(), String> {
        let mut phases = phases::phases(said);
        let mut found = Vec::new();
        if self.snap_start {
            found.extend(matching::of_snapshot(self, &mut phases));
        }
        found.extend(matching::differences(self, &phases));
        match found.is_empty() {
            true => Ok(()),
            false => Err(found.join("\n")),
        }
    }
}
