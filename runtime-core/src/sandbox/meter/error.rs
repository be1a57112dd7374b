//! Why a module cannot be metered.

use std::convert::Infallible;
use std::fmt;
use wasm_encoder::reencode;

/// Why a module cannot be metered. Of a module that passed inspection only a function can be too
/// large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeterError {
    /// The module is not valid.
    Malformed {
        /// The parser's message.
        message: String,
        /// Where, in bytes from the module's start.
        offset: u64,
    },
    /// The module has several memories, or an imported, shared or 64-bit one.
    UnsupportedMemory,
    /// The module has an export that metering adds, or that is kept for later.
    ReservedExport(String),
    /// With its charges, a function would be larger than browsers compile, or have more locals.
    TooLarge {
        /// The function's index.
        function: u32,
    },
}

impl MeterError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            MeterError::Malformed { .. } | MeterError::UnsupportedMemory => {
                "Inspect the module first: inspection says what is wrong with it."
            }
            MeterError::ReservedExport(_) => "Give that export another name.",
            MeterError::TooLarge { .. } => {
                "Build with less inlining, or split the function: 7 MB of code and 50,000 locals are the most."
            }
        }
    }
}

impl fmt::Display for MeterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MeterError::Malformed { message, offset } => {
                write!(f, "the module is not valid: {message} (at byte {offset})")
            }
            MeterError::UnsupportedMemory => {
                f.write_str("the module's memory is not one 32-bit memory of its own")
            }
            MeterError::ReservedExport(name) => {
                write!(f, "the module has an export called {name} itself")
            }
            MeterError::TooLarge { function } => {
                write!(f, "function {function} is too large to be metered")
            }
        }
    }
}

impl std::error::Error for MeterError {}

impl From<wasmparser::Error> for MeterError {
    fn from(error: wasmparser::Error) -> Self {
        MeterError::Malformed {
            message: error.message().to_owned(),
            offset: error.offset(),
        }
    }
}

impl From<reencode::Error<Infallible>> for MeterError {
    fn from(error: reencode::Error<Infallible>) -> Self {
        match error {
            reencode::Error::ParseError(error) => error.into(),
            other => super::malformed(&other.to_string(), 0),
        }
    }
}
