//! Counting in two places, to show which of them survives.

use serde::Serialize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io};

const FILE: &str = "/tmp/misbehave-count";

/// A command is a fresh process each time, so this never gets past 1.
static GLOBAL: AtomicU32 = AtomicU32::new(0);

/// How often each of the places has counted.
#[derive(Serialize)]
pub(crate) struct Counts {
    global: u32,
    file: u32,
}

/// Counts once more. A file that is not there counts as 0.
pub(crate) fn count() -> io::Result<Counts> {
    let before = match fs::read_to_string(FILE) {
        Ok(text) => text.trim().parse().map_err(io::Error::other)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0_u32,
        Err(error) => return Err(error),
    };
    let file = before.saturating_add(1);
    fs::write(FILE, file.to_string())?;
    let global = GLOBAL.fetch_add(1, Ordering::Relaxed) + 1;
    Ok(Counts { global, file })
}
