//! `bootstrap`: runs a handler module on AWS Lambda itself, in a `provided.al2023` function whose
//! package has the module beside this program. The same sandbox as in the page, on cranelift.
//!
//! ```text
//! surroundings  what Lambda says in environment variables, and what the module is told of it
//! package       the files of the package and of layers; the module among them
//! api           Lambda's Runtime API over HTTP
//! exchange      events from the API, and what became of them back to it
//! host          clock, randomness and output of the module
//! failure       what keeps a module from running
//! ```
//!
//! Lambda keeps the clock here: it ends the whole process at a timeout. What ends the module's own
//! process (a trap, an exit, too much memory) is told as the invocation's error and ends this program
//! as well, so that Lambda resets the environment, as it does when a runtime's process has ended.

mod api;
mod exchange;
mod failure;
mod host;
mod package;
mod surroundings;

use api::RuntimeApi;
use exchange::{Exchange, Then};
use failure::Failure;
use host::ProcessHost;
use package::Package;
use runtime_core::sandbox::{Phase, Sandbox, SandboxSettings};
use std::process::ExitCode;
use surroundings::Surroundings;

/// Bad input, as it is of `coldstart`.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let surroundings = match Surroundings::read() {
        Ok(surroundings) => surroundings,
        Err(failure) => {
            eprint!("{}", failure.shown());
            return ExitCode::from(BAD_INPUT);
        }
    };
    let exchange = Exchange::new(RuntimeApi::new(&surroundings.api));
    match serve(&surroundings, &exchange) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprint!("{}", failure.shown());
            // There is nothing else to do if this cannot be told either.
            let _ = exchange.give_up(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Gets ready, and handles events until something ends the process; gives its exit code.
fn serve(surroundings: &Surroundings, exchange: &Exchange) -> Result<u8, Failure> {
    let package = Package::read(surroundings)?;
    let settings = SandboxSettings {
        memory: surroundings.memory,
        initial_memory: package.initial_memory,
        variables: surroundings.variables(package.kind),
        task: package.task,
        opt: package.opt,
        ..SandboxSettings::new(package.kind)
    };
    let host = ProcessHost::new(exchange.clone());
    let mut sandbox = Sandbox::start(&settings, package.module, host).map_err(Failure::Sandbox)?;
    // A program that asks for its events itself comes back only when it has ended.
    let mut done = sandbox.init(Phase::default()).map_err(Failure::Sandbox)?;
    loop {
        if let Some(done) = done.take()
            && let Then::End(code) = exchange.tell(done).map_err(Failure::Api)?
        {
            return Ok(code);
        }
        let invocation = exchange.next().map_err(Failure::Api)?;
        done = sandbox.invoke(invocation).map_err(Failure::Sandbox)?;
    }
}
