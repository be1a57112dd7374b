//! A command's main: the event on stdin, the response on stdout, the log on stderr.

use super::{InitResult, respond};
use crate::{Context, Error, host};
use serde::{Serialize, de::DeserializeOwned};
use std::io::{Read as _, Write as _};
use std::process::ExitCode;

/// Runs init and then the handler. A command has no error payload: an error is logged as its JSON
/// and the exit code is 1.
pub fn run<Event, Response, E, Handler, R>(handler: Handler, init: impl FnOnce() -> R) -> ExitCode
where
    Event: DeserializeOwned,
    Response: Serialize,
    E: Into<Error>,
    Handler: Fn(Event, Context) -> Result<Response, E>,
    R: InitResult,
{
    match invoke(handler, init) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut line = error.to_json();
            line.push(b'\n');
            host::log(&line);
            ExitCode::FAILURE
        }
    }
}

fn invoke<Event, Response, E, Handler, R>(
    handler: Handler,
    init: impl FnOnce() -> R,
) -> Result<(), Error>
where
    Event: DeserializeOwned,
    Response: Serialize,
    E: Into<Error>,
    Handler: Fn(Event, Context) -> Result<Response, E>,
    R: InitResult,
{
    init().into_result()?;
    let mut event = Vec::new();
    std::io::stdin().lock().read_to_end(&mut event)?;
    let response = respond(event, Context::from_json(&host::context()), handler)?;
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&response)?;
    // Not left to the end of the program, which would swallow an error.
    stdout.flush()?;
    Ok(())
}
