//! `coldstart`, the command line: the page's platform and sandbox, run natively.
//!
//! ```text
//! arguments    what can be asked for
//! invoke/      `coldstart invoke`: read, check, run, show
//! event/       `coldstart event`: make and check the events of triggers
//! simulate/    `coldstart simulate`: a load on the platform, in no time
//! template/    `coldstart template`: SAM and CloudFormation templates, read and written
//! bill/        `coldstart bill`: what a described month would cost
//! driver/      the live driver: effects -> processes, messages and timers
//! environment  an execution environment: a process of its own, so that a timeout can kill it
//! frames       messages between the two, over stdin and stdout
//! prices       what things cost
//! source       where events come from: files and standard input
//! failure      what can go wrong on our side of it, and the exit code
//! ```

mod arguments;
mod bill;
mod driver;
mod environment;
mod event;
mod failure;
mod frames;
mod invoke;
mod prices;
mod simulate;
mod source;
mod template;

use arguments::{Arguments, Task};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Invoke(arguments) => invoke::run(&arguments),
        Task::Event(arguments) => event::run(&arguments),
        Task::Simulate(arguments) => simulate::run(&arguments),
        Task::Bill(arguments) => bill::run(&arguments),
        Task::Template(arguments) => template::run(&arguments),
        Task::Environment => environment::serve().map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|failure| {
        eprint!("{}", failure.shown());
        failure.exit_code()
    })
}
