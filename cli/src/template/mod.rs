//! `coldstart template`: SAM and CloudFormation templates, read and written.
//!
//! ```text
//! arguments  what can be asked for
//! import     a line or a text for each template
//! scenario   a service of ECS as a scenario
//! export     a workspace file as a template with its code
//! document   what is in a template, as JSON
//! text       the same for people
//! ```

mod arguments;
mod document;
mod export;
mod import;
mod scenario;
mod text;

pub(crate) use arguments::TemplateArguments;
pub(crate) use export::NoExport;

use crate::failure::Failure;
use arguments::TemplateTask;
use std::process::ExitCode;

/// Does what was asked for.
pub(crate) fn run(arguments: &TemplateArguments) -> Result<ExitCode, Failure> {
    match &arguments.task {
        TemplateTask::Import(arguments) => import::run(arguments),
        TemplateTask::Export(arguments) => export::run(arguments),
        TemplateTask::Scenario(arguments) => scenario::run(arguments),
    }
}
