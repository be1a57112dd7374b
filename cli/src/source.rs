//! Where events and descriptions come from: files and standard input.

use crate::failure::Failure;
use runtime_core::timeline::MAX_EVENT_BYTES;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// An event's bytes, and what a message calls the place that they come from. Of what is larger than an
/// event may be, one byte too many is read: enough to see that it is.
pub(crate) fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let failed = |error| Failure::Read {
        what: "event",
        path: path.to_owned(),
        error,
    };
    if path == Path::new("-") {
        let bytes = limited(io::stdin().lock()).map_err(failed)?;
        Ok(("the event on standard input".to_owned(), bytes))
    } else {
        let bytes = fs::File::open(path).and_then(limited).map_err(failed)?;
        Ok((format!("the event {}", path.display()), bytes))
    }
}

/// The text of a file, or of standard input for `-`; `what` is what a message calls it.
pub(crate) fn text_of(what: &'static str, path: &Path) -> Result<String, Failure> {
    let text = match path == Path::new("-") {
        true => io::read_to_string(io::stdin().lock()),
        false => fs::read_to_string(path),
    };
    text.map_err(|error| Failure::Read {
        what,
        path: path.to_owned(),
        error,
    })
}

fn limited(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_EVENT_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
