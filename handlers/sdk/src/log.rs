//! Writing to the function's log.

use crate::host;
use std::fmt;

/// Writes a line to the function's log; takes what `format!` takes.
///
/// ```
/// coldstart_handler::log!("{} items left", 3);
/// ```
///
/// In a command the standard `eprintln!` does the same. `println!` does not: what a command
/// writes to stdout is its response.
#[macro_export]
macro_rules! log {
    ($($arguments:tt)*) => {
        $crate::write_line(::core::format_args!($($arguments)*))
    };
}

/// Writes a line to the log. Called through [`log!`](crate::log!).
pub fn write_line(line: fmt::Arguments<'_>) {
    // One call a line: lines of the host and of the module do not mix.
    host::log(format!("{line}\n").as_bytes());
}
