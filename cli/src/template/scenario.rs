//! `coldstart template scenario`: a service of ECS as a scenario. The scenario goes to standard output, what is said of
//! the template to standard error.

use super::arguments::ScenarioArguments;
use super::import::{Unread, template};
use crate::failure::Failure;
use runtime_core::template::{ServiceScenario, ServiceScenarios, service_scenarios};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(arguments: &ScenarioArguments) -> Result<ExitCode, Failure> {
    let read = match read(&arguments.file, arguments) {
        Ok(read) => read,
        Err(unread) => {
            eprintln!("{}", words(&arguments.file, &unread));
            return Ok(ExitCode::FAILURE);
        }
    };
    let service = match chosen(&read, arguments.service.as_deref()) {
        Ok(service) => service,
        Err(why) => {
            eprintln!("{}: {why}", arguments.file.display());
            return Ok(ExitCode::FAILURE);
        }
    };
    for needed in &read.needed {
        let (line, kind, name) = (needed.at.line, needed.kind.name(), &needed.name);
        eprintln!("line {line}: needs {kind} {name}, which was not given");
    }
    for notice in &read.notices {
        eprintln!("{notice}");
    }
    match io::stdout().lock().write_all(service.text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Broken(format!("could not print: {error}")))
        }
        // Whoever reads it has enough.
        Err(_) | Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

fn read(file: &Path, arguments: &ScenarioArguments) -> Result<ServiceScenarios, Unread> {
    let bytes = template(file)?;
    Ok(service_scenarios(&bytes, &arguments.given.inputs())?)
}

fn chosen<'a>(
    read: &'a ServiceScenarios,
    wanted: Option<&str>,
) -> Result<&'a ServiceScenario, String> {
    let services = &read.services;
    let names: Vec<&str> = services.iter().map(|it| it.logical_id.as_str()).collect();
    let names = names.join(", ");
    match (wanted, &services[..]) {
        (_, []) => Err("it has no AWS::ECS::Service".to_owned()),
        (None, [only]) => Ok(only),
        (None, _) => Err(format!(
            "it has several services: choose one with --service ({names})"
        )),
        (Some(wanted), _) => services
            .iter()
            .find(|it| it.logical_id == wanted)
            .ok_or_else(|| format!("it has no service {wanted}; it has {names}")),
    }
}

fn words(file: &Path, unread: &Unread) -> String {
    let place = unread.at.map(|(line, column)| format!(":{line}:{column}"));
    let place = place.unwrap_or_default();
    format!(
        "{}{place}: {}\n  {}",
        file.display(),
        unread.message,
        unread.hint
    )
}
