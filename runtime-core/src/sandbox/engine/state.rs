//! Taking and restoring snapshots.

use super::{Engine, Limits, StartError};
use crate::sandbox::meter::{REFERENCE_GLOBALS, TABLES_CHANGE, VECTOR_GLOBALS};
use crate::sandbox::snapshot::{ModuleState, difference};
use crate::timeline::Uncapturable;

const PAGE_BYTES: u64 = 65_536;

impl Engine {
    /// The state of the instance, which no code of the module is in, and which is gone afterwards.
    pub(crate) fn capture(
        &mut self,
        limits: Limits,
    ) -> Result<Result<ModuleState, Uncapturable>, StartError> {
        let obstacles = match self.capture_obstacles() {
            None => return Ok(Err(Uncapturable::OnStack)),
            Some(obstacles) => obstacles,
        };
        for (bit, reason) in [
            (TABLES_CHANGE, Uncapturable::TablesChange),
            (VECTOR_GLOBALS, Uncapturable::VectorGlobals),
            (REFERENCE_GLOBALS, Uncapturable::ReferenceGlobals),
        ] {
            if obstacles & bit != 0 {
                return Ok(Err(reason));
            }
        }
        let mut globals = self.own_globals();
        // Engines list exports in orders of their own.
        globals.sort_by(|(one, _), (other, _)| one.cmp(other));
        let memory = self.whole_memory();
        self.create(limits)?;
        // Page by page: two whole memories may be more than a worker has room for.
        let blocks = difference(&memory, |at, len| self.read(at, len).ok());
        self.drop_instance();
        Ok(Ok(ModuleState {
            pages: (memory.len() as u64 / PAGE_BYTES) as u32,
            blocks,
            globals,
        }))
    }

    /// Replaces the instance by one in this state.
    pub(crate) fn restore(
        &mut self,
        state: &ModuleState,
        limits: Limits,
    ) -> Result<(), StartError> {
        self.create(limits)?;
        self.grow_to(state.pages)?;
        for (at, bytes) in &state.blocks {
            // Blocks lie within the pages, which are there now.
            let _ = self.write(*at, bytes);
        }
        for (name, value) in &state.globals {
            self.set_own_global(name, *value)?;
        }
        Ok(())
    }

    fn whole_memory(&mut self) -> Vec<u8> {
        let size = self.memory_size();
        // A 32-bit worker has no room for 4 GiB beside a guest of 4 GiB; the function's memory
        // ends before.
        self.read(0, size as usize).unwrap_or_default()
    }
}
