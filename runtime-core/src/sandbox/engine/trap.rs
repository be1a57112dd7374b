//! Why guest code stopped, in one vocabulary for all engines.

use crate::timeline::Signal;
use std::fmt;

/// Why guest code stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trap {
    Unreachable,
    MemoryOutOfBounds,
    TableOutOfBounds,
    BadIndirectCall,
    StackOverflow,
    DivisionByZero,
    IntegerOverflow,
    InvalidConversion,
    UncaughtException,
    /// No trap of an engine's: a metered module had used up its fuel.
    OutOfFuel,
    /// The engine's own words for something rare.
    Other(String),
}

impl Trap {
    /// The signal that a process would have died of. What an operating system has no signal for
    /// counts as an abort.
    pub(crate) fn signal(&self) -> Signal {
        match self {
            Trap::MemoryOutOfBounds
            | Trap::TableOutOfBounds
            | Trap::BadIndirectCall
            | Trap::StackOverflow => Signal::SegmentationFault,
            Trap::DivisionByZero | Trap::IntegerOverflow | Trap::InvalidConversion => {
                Signal::FloatingPointException
            }
            Trap::Unreachable | Trap::UncaughtException | Trap::OutOfFuel | Trap::Other(_) => {
                Signal::Aborted
            }
        }
    }

    /// Reads an engine's message: wasmer's natively, or that of a `WebAssembly.RuntimeError`,
    /// `RangeError` or `InternalError` of V8 (Chromium), SpiderMonkey (Firefox) or JavaScriptCore
    /// (Safari).
    pub(crate) fn from_message(message: &str) -> Trap {
        /// Words that tell the trap, lower case; the first line that fits wins.
        const SIGNS: &[(&str, Trap)] = &[
            ("unreachable", Trap::Unreachable),
            ("call stack", Trap::StackOverflow),
            ("too much recursion", Trap::StackOverflow),
            ("stack overflow", Trap::StackOverflow),
            // Before "table", which "unrepresentable" ends in.
            ("divide result unrepresentable", Trap::IntegerOverflow),
            ("float unrepresentable", Trap::InvalidConversion),
            ("signature", Trap::BadIndirectCall),
            ("indirect call to null", Trap::BadIndirectCall),
            ("null table entry", Trap::BadIndirectCall),
            ("null function", Trap::BadIndirectCall),
            ("uninitialized element", Trap::BadIndirectCall),
            ("indirect call type mismatch", Trap::BadIndirectCall),
            ("out of bounds call_indirect", Trap::TableOutOfBounds),
            ("table", Trap::TableOutOfBounds),
            ("element segment", Trap::TableOutOfBounds),
            ("by zero", Trap::DivisionByZero),
            ("integer overflow", Trap::IntegerOverflow),
            ("division overflow", Trap::IntegerOverflow),
            ("conversion to integer", Trap::InvalidConversion),
            ("out of bounds trunc", Trap::InvalidConversion),
            ("exception", Trap::UncaughtException),
            ("memory", Trap::MemoryOutOfBounds),
            ("data segment", Trap::MemoryOutOfBounds),
            ("out of bounds", Trap::MemoryOutOfBounds),
        ];
        let lower = message.to_ascii_lowercase();
        SIGNS
            .iter()
            .find(|(sign, _)| lower.contains(sign))
            .map_or_else(|| Trap::Other(message.to_owned()), |(_, trap)| trap.clone())
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trap::Unreachable => "unreachable",
            Trap::MemoryOutOfBounds => "out of bounds memory access",
            Trap::TableOutOfBounds => "out of bounds table access",
            Trap::BadIndirectCall => "indirect call to null or to a function of another type",
            Trap::StackOverflow => "call stack exhausted",
            Trap::DivisionByZero => "integer divide by zero",
            Trap::IntegerOverflow => "integer overflow",
            Trap::InvalidConversion => "invalid conversion to integer",
            Trap::UncaughtException => "uncaught exception",
            Trap::OutOfFuel => "out of fuel",
            Trap::Other(message) => message,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as wasmer and the three browser engines word them.
    #[test]
    fn engines_messages_are_understood() {
        for (message, trap) in [
            ("call stack exhausted", Trap::StackOverflow),
            ("out of bounds memory access", Trap::MemoryOutOfBounds),
            (
                "undefined element: out of bounds table access",
                Trap::TableOutOfBounds,
            ),
            ("uninitialized element", Trap::BadIndirectCall),
            ("indirect call type mismatch", Trap::BadIndirectCall),
            ("uncaught exception", Trap::UncaughtException),
            ("unreachable", Trap::Unreachable),
            ("unreachable executed", Trap::Unreachable),
            (
                "Unreachable code should not be executed (evaluating 'f()')",
                Trap::Unreachable,
            ),
            ("memory access out of bounds", Trap::MemoryOutOfBounds),
            ("index out of bounds", Trap::MemoryOutOfBounds),
            (
                "Out of bounds memory access (evaluating 'f()')",
                Trap::MemoryOutOfBounds,
            ),
            (
                "WebAssembly.Instance(): data segment 0 is out of bounds (offset 70000 + size 1 > memory_size 65536 bytes)",
                Trap::MemoryOutOfBounds,
            ),
            ("table index is out of bounds", Trap::TableOutOfBounds),
            ("null function", Trap::BadIndirectCall),
            ("function signature mismatch", Trap::BadIndirectCall),
            (
                "null function or function signature mismatch",
                Trap::BadIndirectCall,
            ),
            ("indirect call to null", Trap::BadIndirectCall),
            ("indirect call signature mismatch", Trap::BadIndirectCall),
            (
                "call_indirect to a signature that does not match",
                Trap::BadIndirectCall,
            ),
            ("call_indirect to a null table entry", Trap::BadIndirectCall),
            (
                "Out of bounds call_indirect (evaluating 'f()')",
                Trap::TableOutOfBounds,
            ),
            ("Maximum call stack size exceeded", Trap::StackOverflow),
            ("too much recursion", Trap::StackOverflow),
            ("divide by zero", Trap::DivisionByZero),
            ("remainder by zero", Trap::DivisionByZero),
            ("integer divide by zero", Trap::DivisionByZero),
            ("integer overflow", Trap::IntegerOverflow),
            (
                "float unrepresentable in integer range",
                Trap::InvalidConversion,
            ),
            ("invalid conversion to integer", Trap::InvalidConversion),
            ("Out of bounds Trunc operation", Trap::InvalidConversion),
            ("something else", Trap::Other("something else".to_owned())),
        ] {
            assert_eq!(Trap::from_message(message), trap, "{message}");
        }
    }
}
