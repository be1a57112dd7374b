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

impl Case {
    /// Runs it; says what is not as expected, as lines.
    ///
    /// # Errors
    /// If anything is not.
    pub fn check(&self, table: &Table, place: &dyn Place) -> Result<(), String> {
        let said = place.run(&self.job(table));
        let found = matching::differences(self, &phases::phases(&said));
        match found.is_empty() {
            true => Ok(()),
            false => Err(found.join("\n")),
        }
    }
}
