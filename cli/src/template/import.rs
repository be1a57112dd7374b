//! `coldstart template import`: a line or a text for each template.

use super::arguments::ImportArguments;
use super::{document, text};
use crate::failure::Failure;
use runtime_core::template::document::{DocumentError, MAX_TEMPLATE_BYTES};
use runtime_core::template::{Imported, Inputs};
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

/// Why there is nothing to say of a file.
pub(super) struct Unread {
    /// Line and column, if it could be read so far.
    pub(super) at: Option<(u32, u32)>,
    pub(super) message: String,
    pub(super) hint: String,
}

pub(super) fn run(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let inputs = arguments.given.inputs();
    let mut all_read = true;
    let mut out = io::stdout().lock();
    for file in &arguments.files {
        let read = read(file, &inputs);
        all_read &= read.is_ok();
        let shown = match arguments.json {
            true => format!("{}\n", document::line(file, &read)),
            false => text::shown(file, &read),
        };
        match out.write_all(shown.as_bytes()) {
            // Whoever reads it has enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            Err(error) => return Err(Failure::Broken(format!("could not print: {error}"))),
            Ok(()) => {}
        }
    }
    Ok(match all_read {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Reads a template.
pub(super) fn read(file: &Path, inputs: &Inputs) -> Result<Imported, Unread> {
    let bytes = template(file)?;
    runtime_core::template::import(&bytes, inputs).map_err(Unread::from)
}

/// A template's bytes.
pub(super) fn template(file: &Path) -> Result<Vec<u8>, Unread> {
    bytes(file).map_err(|error| Unread {
        at: None,
        message: format!("it could not be read: {error}"),
        hint: "Check the path, and that you may read it.".to_owned(),
    })
}

impl From<DocumentError> for Unread {
    fn from(error: DocumentError) -> Unread {
        Unread {
            at: Some((error.at.line, error.at.column)),
            message: error.fault.to_string(),
            hint: error.hint().to_owned(),
        }
    }
}

/// A file's bytes; of one that is too large, enough to see that it is.
fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let most = MAX_TEMPLATE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    match file == Path::new("-") {
        true => io::stdin().lock().take(most).read_to_end(&mut bytes)?,
        false => fs::File::open(file)?.take(most).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
