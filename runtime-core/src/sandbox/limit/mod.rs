//! A module rewritten so that its memory stays within its function's memory setting.
//!
//! The engine enforces a memory's declared maximum by answering -1 to `memory.grow`, which a
//! program may survive. Lambda kills the process instead. So the maximum is lowered, and every
//! `memory.grow` becomes a call of a function that is added at the end:
//!
//! ```text
//! (func $grow (param $delta i32) (result i32)
//!   (if (i32.lt_u (i32.sub (i32.const LIMIT) (memory.size)) (local.get $delta))
//!     (then (global.set $out_of_memory (i32.const 1)) (unreachable)))
//!   (memory.grow (local.get $delta)))
//! ```
//!
//! A module's own smaller maximum still answers -1. Everything else is copied as it is: what is
//! added goes to the end of its section, so no index changes, and names, tables, segments and
//! whatever proposals the module uses survive byte for byte. A module without `memory.grow` gets
//! nothing added.
//!
//! ```text
//! mod      limit_memory, LimitError
//! outline  what must be known beforehand: counts, the memory, where each memory.grow is
//! rewrite  the new module
//! ```

mod outline;
mod rewrite;

use crate::units::MemoryMb;
use outline::Outline;
use rewrite::Rewrite;
use std::fmt;
use wasm_encoder::MemoryType;

/// The exported global, `mut i32`, that is 1 once the function's memory was exceeded. A module that
/// cannot grow its memory does not have it.
pub const OUT_OF_MEMORY_EXPORT: &str = "coldstart.out_of_memory";

/// The most pages of 64 KiB that a 32-bit memory can have.
const MAX_PAGES: u64 = 65_536;

/// Why a module's memory cannot be limited. Never happens to a module that passed inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitError {
    /// The module is not valid.
    Malformed {
        /// The parser's message.
        message: String,
        /// Where, in bytes from the module's start.
        offset: u64,
    },
    /// The module has several memories, or an imported, shared or 64-bit one.
    UnsupportedMemory,
    /// The module has an export called [`OUT_OF_MEMORY_EXPORT`] itself.
    ReservedExport,
}

impl LimitError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            LimitError::Malformed { .. } | LimitError::UnsupportedMemory => {
                "Inspect the module first: inspection says what is wrong with it."
            }
            LimitError::ReservedExport => "Give that export another name.",
        }
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LimitError::Malformed { message, offset } => {
                write!(f, "the module is not valid: {message} (at byte {offset})")
            }
            LimitError::UnsupportedMemory => {
                f.write_str("the module's memory is not one 32-bit memory of its own")
            }
            LimitError::ReservedExport => {
                write!(
                    f,
                    "the module has an export called {OUT_OF_MEMORY_EXPORT} itself"
                )
            }
        }
    }
}

impl std::error::Error for LimitError {}

impl From<wasmparser::Error> for LimitError {
    fn from(error: wasmparser::Error) -> Self {
        LimitError::Malformed {
            message: error.message().to_owned(),
            offset: error.offset(),
        }
    }
}

/// Limits a valid module's memory to a function's: a `memory.grow` beyond it sets the global
/// [`OUT_OF_MEMORY_EXPORT`] to 1 and traps. The declared maximum is lowered too, but never below
/// the declared minimum: a module that is too large from the start stays valid, and is the
/// sandbox's to refuse.
///
/// # Errors
///
/// See [`LimitError`].
pub fn limit_memory(wasm: &[u8], memory: MemoryMb) -> Result<Vec<u8>, LimitError> {
    let outline = Outline::read(wasm)?;
    let Some(own) = outline.memory else {
        return Ok(wasm.to_vec());
    };
    // The setting may be above what a 32-bit memory can have; then only the latter limits.
    let limit = memory.wasm_pages().max(own.minimum);
    let lowered = match own.maximum {
        Some(maximum) => Some(maximum.min(limit)),
        None => Some(limit).filter(|limit| *limit < MAX_PAGES),
    };
    if outline.grows.is_empty() && lowered == own.maximum {
        return Ok(wasm.to_vec());
    }
    let rewrite = Rewrite {
        wasm,
        memory: MemoryType {
            maximum: lowered,
            ..own
        },
        limit,
        outline,
    };
    rewrite.run()
}

fn malformed(message: &str, offset: u64) -> LimitError {
    LimitError::Malformed {
        message: message.to_owned(),
        offset,
    }
}
