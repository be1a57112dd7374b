//! Resources to functions, queues, mappings and triggers.
//!
//! ```text
//! mod       import: the order in which resources are read; imported: what it gives
//! sections  the template's sections
//! section   a mapping that is read member by member, so that nothing gets lost
//! globals   Globals of a SAM template, merged into resources
//! cycles    resources that need each other in a circle
//! builder   the stack that is made, and who is who in it
//! function  functions and their settings; code: runtimes and code; qualified: versions, aliases, URLs
//! sources   topics, buckets, tables, streams, APIs, state machines, layers
//! queues    queues; mappings: event source mappings of queues, streams and brokers
//! asynchronous  destinations, dead-letter queues, EventInvokeConfig
//! events    the Events of SAM functions
//! rules     schedules and event patterns; targets: what has a list of targets
//! notifications  S3, SNS, CloudWatch Logs, IoT, Cognito
//! api       routes of HTTP, REST and WebSocket APIs
//! services/ services of ECS as scenarios of the Fargate page
//! ```

mod api;
mod asynchronous;
mod builder;
mod code;
mod cycles;
mod events;
mod function;
mod globals;
mod imported;
mod mappings;
mod notifications;
mod qualified;
mod queues;
mod rules;
mod section;
mod sections;
mod services;
mod sources;
mod targets;

use super::document::{At, Document, DocumentError};
use super::log::{Log, Notice, Path};
use super::resolve::{Inputs, Needed, Parameter, Resolved, Resolver, Value};
use builder::Builder;
pub use imported::Imported;
use section::Section;
pub use services::{ServiceScenarios, service_scenarios};

/// A resource that the template's conditions let be, with its functions carried out.
pub(super) struct Found<'a> {
    pub(super) logical: &'a str,
    pub(super) kind: &'a str,
    pub(super) at: At,
    pub(super) properties: Resolved,
    /// What it depends on beside what its properties point at.
    pub(super) depends: Vec<(String, At)>,
    /// What an export of ours says beside its properties.
    pub(super) here: Option<Resolved>,
}

impl Found<'_> {
    fn path(&self) -> Path {
        Path::of(self.logical)
    }

    fn section<'a>(&'a self, log: &'a Log) -> Section<'a> {
        Section::of(&self.properties, self.path().member("Properties"), log)
    }

    /// What an export of ours says beside the resource's properties.
    fn here<'a>(&'a self, log: &'a Log) -> Option<Section<'a>> {
        let path = self.path().member("Metadata").member("Coldstart");
        let section = Section::of(self.here.as_ref()?, path, log);
        // Each is read by a pass of its own.
        section.done(&["Aliases", "Clock", "Events", "Name", "SnapStart", "Source"]);
        Some(section)
    }

    /// A text of that.
    fn here_text(&self, key: &str) -> Option<String> {
        let text = self.here.as_ref()?.get(key)?.text();
        text.map(str::to_owned)
    }

    /// A property that is read apart from the others.
    fn property(&self, name: &str) -> Option<(&Resolved, Path)> {
        let path = self.path().member("Properties").member(name);
        self.properties.get(name).map(|value| (value, path))
    }

    fn is_function(&self) -> bool {
        matches!(
            self.kind,
            "AWS::Serverless::Function" | "AWS::Lambda::Function"
        )
    }
}

/// Reads a template. What of it is not taken over is said in the result.
///
/// # Errors
///
/// If the text is no template at all.
pub fn import(template: &[u8], inputs: &Inputs) -> Result<Imported, DocumentError> {
    let read = reading(template, inputs, |resolver, log, found, description| {
        let mut builder = Builder::new(resolver, log, found);
        builder.stack.description = description;
        builder.sources(found);
        builder.queues(found);
        builder.functions(found);
        builder.asynchronous(found);
        builder.qualified(found);
        builder.events(found);
        builder.mapping_resources(found);
        builder.target_resources(found);
        builder.notifications(found);
        builder.routes(found);
        builder.kept(found);
        builder.finish(found)
    })?;
    Ok(Imported {
        stack: read.came_to,
        parameters: read.parameters,
        needed: read.needed,
        notices: read.notices,
    })
}

/// What somebody makes of a template's resources, and what there is to say of it.
struct Reading<T> {
    came_to: T,
    parameters: Vec<Parameter>,
    needed: Vec<Needed>,
    notices: Vec<Notice>,
}

/// Carries out a template's functions, and has something made of its resources and its description.
fn reading<T>(
    template: &[u8],
    inputs: &Inputs,
    make: impl FnOnce(&Resolver<'_>, &Log, &[Found<'_>], Option<String>) -> T,
) -> Result<Reading<T>, DocumentError> {
    let document = Document::parse(template)?;
    let log = Log::default();
    for at in &document.aliases {
        let why =
            "CloudFormation does not support YAML aliases: it stands for what its anchor names.";
        log.changed(*at, &Path::of("Template"), why);
    }
    let template = sections::read(&document.root, &log)?;
    let (parameters, values) = super::resolve::parameters(template.parameters, inputs, &log);
    let resolver = Resolver::new(template.sections, values, inputs, &log);
    let globals = globals::read(template.globals, &resolver, &log);
    let mut found = sections::resources(&template, &globals, &resolver, &log);
    cycles::leave_out(&mut found, &log);
    let came_to = make(&resolver, &log, &found, template.description);
    for name in resolver.implicit() {
        let why = "SAM's transform makes this resource; here only its name is known.";
        log.changed(At { line: 1, column: 1 }, &Path::of(&name), why);
    }
    let mut needed = resolver.needed();
    needed.sort_by_key(|needed| needed.at);
    drop(resolver);
    Ok(Reading {
        came_to,
        parameters,
        needed,
        notices: log.into_notices(),
    })
}

/// JSON as the value of a member, or the text that it is in.
fn json_of(value: &Resolved) -> String {
    match &value.value {
        Value::Text(text) => text.clone(),
        _ => value.json().to_string(),
    }
}
