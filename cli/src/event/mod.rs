//! `coldstart event`: makes and checks events.
//!
//! ```text
//! arguments  what can be asked for
//! ```

mod arguments;

pub(crate) use arguments::EventArguments;

use crate::failure::Failure;
use crate::source;
use arguments::{EventTask, MakeArguments};
use runtime_core::events::trigger::{
    Context, FieldKind, Fields, TriggerKind, build, check as check_shape,
};
use runtime_core::timeline::MAX_EVENT_BYTES;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// Does what was asked for.
pub(crate) fn run(arguments: &EventArguments) -> Result<ExitCode, Failure> {
    let text = match &arguments.task {
        EventTask::Kinds { kind: None } => kinds(),
        EventTask::Kinds { kind: Some(kind) } => fields(*kind),
        EventTask::Make(arguments) => make(arguments)?,
        EventTask::Check { kind, file } => check(*kind, file)?,
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads it has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::Broken(format!("could not print: {error}"))),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

fn kinds() -> String {
    let row = |kind: TriggerKind| {
        let (slug, class) = (kind.slug(), kind.class().name());
        format!("{slug:<27} {class:<13} {kind}\n")
    };
    TriggerKind::ALL.into_iter().map(row).collect()
}

fn fields(kind: TriggerKind) -> String {
    let mut text = format!("{kind}, {}\n", kind.class().name());
    for field in kind.form() {
        let what = match field.kind {
            FieldKind::Text => "text".to_owned(),
            FieldKind::Optional => "text, may be empty".to_owned(),
            FieldKind::Lines => "lines".to_owned(),
            FieldKind::Number { least, most } => format!("number, {least} to {most}"),
            FieldKind::Choice(choices) => choices.join(" | "),
            FieldKind::Flag => "true | false".to_owned(),
            FieldKind::Json => "JSON".to_owned(),
            FieldKind::JsonObject => "JSON object".to_owned(),
            FieldKind::Headers => "headers, one a line".to_owned(),
        };
        let default = field.default.escape_debug();
        text += &format!("  {}\n      {}: {what}\n", field.name, field.label);
        text += &format!("      default: {default}\n");
    }
    text
}

fn make(arguments: &MakeArguments) -> Result<String, Failure> {
    let mut fields = Fields::new();
    for (name, value) in &arguments.fields {
        fields.set(name, value);
    }
    let standard = Context::default();
    let context = Context {
        region: arguments.region.clone().unwrap_or(standard.region),
        account: arguments.account.clone().unwrap_or(standard.account),
        unix_millis: arguments.at.unwrap_or(standard.unix_millis),
        seed: arguments.seed.unwrap_or(standard.seed),
    };
    let event = build(arguments.kind, &fields, &context).map_err(Failure::Field)?;
    Ok(format!("{event:#}\n"))
}

fn check(kind: TriggerKind, file: &Path) -> Result<String, Failure> {
    let (source, bytes) = source::read(file)?;
    if bytes.len() as u64 > MAX_EVENT_BYTES {
        return Err(Failure::NoEvent {
            source,
            cause: format!("larger than {MAX_EVENT_BYTES} bytes, the most that an event may have"),
            hint: "Put the data elsewhere and send where it is: 6 MB is Lambda's limit.".to_owned(),
        });
    }
    match check_shape(kind, &bytes) {
        Ok(()) => Ok(format!("{source} is one of {kind}\n")),
        Err(error) => Err(Failure::NoEvent {
            source,
            cause: format!("none of {kind}: {error}"),
            hint: error.hint(),
        }),
    }
}
