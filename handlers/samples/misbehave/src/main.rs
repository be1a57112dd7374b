//! Fails in whichever way the event asks for: `{"do": "loop"}` and so on.
//!
//! A command rather than a reactor, so that it can exit with a code and use files as any program
//! does.

use coldstart_handler::{Context, Error, log, sleep};
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::time::Duration;

mod tmp;

/// What to do. Every field but `do` may be left out.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Deed {
    /// Returns at once.
    Ok,
    /// Returns an error.
    Error,
    /// Panics: the process aborts.
    Panic,
    /// Never returns: the function's timeout ends it.
    Loop,
    /// Takes memory in steps of 1 MB, and uses it, until there is no more.
    Allocate,
    /// Waits.
    Sleep {
        #[serde(default = "one_second")]
        millis: u64,
    },
    /// Ends the process.
    Exit {
        #[serde(default = "three")]
        code: i32,
    },
    /// Writes lines to the log.
    Flood {
        #[serde(default = "thousand")]
        lines: u32,
    },
    /// Returns more bytes than a response may have.
    LargeResponse {
        #[serde(default = "seven_million")]
        bytes: usize,
    },
    /// Calls itself until the stack is full.
    Recurse,
    /// Divides, by zero if not told otherwise.
    Divide {
        #[serde(default)]
        by: i32,
    },
    /// Counts in a global variable and in a file of `/tmp`.
    Tmp,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Report {
    Done { done: &'static str },
    Quotient { quotient: i32 },
    Filler { filler: String },
    Counts(tmp::Counts),
}

fn one_second() -> u64 {
    1_000
}

fn three() -> i32 {
    3
}

fn thousand() -> u32 {
    1_000
}

fn seven_million() -> usize {
    7_000_000
}

fn handler(deed: Deed, context: Context) -> Result<Report, Error> {
    let done = match deed {
        Deed::Ok => "nothing",
        Deed::Error => return Err(Error::new("Misbehaviour", "the event asked for an error")),
        Deed::Panic => panic(),
        Deed::Loop => spin(),
        Deed::Allocate => hoard(),
        Deed::Sleep { millis } => {
            sleep(Duration::from_millis(millis));
            "slept"
        }
        Deed::Exit { code } => std::process::exit(code),
        Deed::Flood { lines } => {
            for line in 1..=lines {
                log!("line {line} of {lines}, {:?} left", context.remaining());
            }
            "flooded the log"
        }
        Deed::LargeResponse { bytes } => {
            let filler = "x".repeat(bytes);
            return Ok(Report::Filler { filler });
        }
        Deed::Recurse => {
            log!("{} calls deep", descend(0));
            "came back"
        }
        Deed::Divide { by } => {
            let quotient = black_box(42) / by;
            return Ok(Report::Quotient { quotient });
        }
        Deed::Tmp => return Ok(Report::Counts(tmp::count()?)),
    };
    Ok(Report::Done { done })
}

#[expect(clippy::panic, reason = "this is what the event asked for")]
fn panic() -> ! {
    panic!("the event asked for a panic")
}

/// Works for ever. The counter keeps the loop from being compiled away.
fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Takes memory and writes to all of it; a page that is never written may cost nothing.
fn hoard() -> ! {
    let mut hoard = Vec::new();
    loop {
        hoard.push(black_box(vec![1_u8; 1 << 20]));
        if hoard.len().is_multiple_of(16) {
            log!("holding {} MB", hoard.len());
        }
    }
}

/// The use of `depth` after the call keeps it from becoming a loop.
#[expect(unconditional_recursion, reason = "this is what the event asked for")]
fn descend(depth: u64) -> u64 {
    let frame = black_box([depth; 32]);
    descend(depth + 1) + frame[0]
}

coldstart_handler::main!(handler);

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn every_test_event_is_a_deed_and_every_deed_has_one() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../public/events");
        let mut deeds = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.starts_with("misbehave-") {
                let deed: Deed = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                deeds.push(std::mem::discriminant(&deed));
            }
        }
        let distinct = deeds.iter().collect::<std::collections::HashSet<_>>();
        assert_eq!(distinct.len(), 12);
    }

    #[test]
    fn good_deeds_are_reported() {
        let report = |deed| {
            let report = handler(deed, Context::default()).unwrap();
            serde_json::to_string(&report).unwrap()
        };
        assert_eq!(report(Deed::Ok), r#"{"done":"nothing"}"#);
        assert_eq!(report(Deed::Divide { by: 5 }), r#"{"quotient":8}"#);
        assert_eq!(
            report(Deed::LargeResponse { bytes: 3 }),
            r#"{"filler":"xxx"}"#
        );
        assert!(handler(Deed::Error, Context::default()).is_err());
    }
}
