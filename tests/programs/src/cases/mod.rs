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

impl Case {
    /// Runs it; says what is not as expected, as lines.
    ///
    /// # Errors
    /// If anything is not.
    pub fn check(&self, table: &Table, place: &dyn Place) -> Result<(), String> {
        self.differences(&place.run(&self.job(table)))
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
        let job = self.job(table);
        let said = place.run(&job);
        self.differences(&said)?;
        let differs = said.iter().zip(other.run(&job)).enumerate();
        let mut differs = differs.filter(|(_, (one, other))| *one != other);
        match differs.next() {
            None => Ok(()),
            Some((at, (one, other))) => Err(format!("message {at}: {one:?} but {other:?}")),
        }
    }

    fn differences(&self, said: &[FromEnvironment]) -> Result<(), String> {
        let found = matching::differences(self, &phases::phases(said));
        match found.is_empty() {
            true => Ok(()),
            false => Err(found.join("\n")),
        }
    }
}
