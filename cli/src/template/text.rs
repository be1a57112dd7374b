//! What is in a template, for people.

use super::import::Unread;
use runtime_core::template::{
    Code, Imported, NoticeKind, SourceKind, Stack, StackDelivery, TriggerSource,
};
use std::fmt::Write;
use std::path::Path;

pub(super) fn shown(file: &Path, read: &Result<Imported, Unread>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match read {
        Ok(imported) => template(&mut text, file, imported),
        Err(unread) => error(&mut text, file, unread),
    };
    text
}

fn error(text: &mut String, file: &Path, unread: &Unread) -> std::fmt::Result {
    let place = unread.at.map(|(line, column)| format!(":{line}:{column}"));
    let place = place.unwrap_or_default();
    writeln!(text, "{}{place}: {}", file.display(), unread.message)?;
    writeln!(text, "  hint: {}", unread.hint)
}

fn template(text: &mut String, file: &Path, imported: &Imported) -> std::fmt::Result {
    let stack = &imported.stack;
    writeln!(text, "{}", file.display())?;
    for function in &stack.functions {
        let settings = &function.configuration;
        let code = match &function.code {
            Code::Inline(_) => "inline code".to_owned(),
            Code::Path(path) => path.clone(),
            Code::Bucket(place) | Code::Image(place) => format!("{place} (stub here)"),
            Code::Stub => "stub".to_owned(),
        };
        writeln!(
            text,
            "  function {}: {}, {}, {}, {} s, {code}",
            function.logical_id,
            match function.runtime.is_empty() {
                true => "image",
                false => &function.runtime,
            },
            settings.handler,
            settings.memory,
            settings.timeout.as_nanos() / 1_000_000_000,
        )?;
        invoked_by(text, stack, &function.logical_id)?;
    }
    for (place, queue) in stack.queues.iter().enumerate() {
        let settings = &queue.configuration;
        let dead = settings
            .redrive
            .and_then(|it| stack.queue(it.dead_letter_queue));
        let dead = dead.map(|it| format!(", dead letters to {}", it.logical_id));
        let dead = dead.unwrap_or_default();
        writeln!(
            text,
            "  queue {}: {}{dead}",
            queue.logical_id, settings.name
        )?;
        told_by(text, stack, place)?;
    }
    for source in &stack.sources {
        let kind = match source.kind {
            SourceKind::Topic { .. } => "topic",
            SourceKind::Bucket => "bucket",
            SourceKind::Table { .. } => "table",
            SourceKind::Stream { .. } => "stream",
            SourceKind::Bus => "event bus",
            SourceKind::HttpApi => "HTTP API",
            SourceKind::RestApi { .. } => "REST API",
            SourceKind::WebSocketApi => "WebSocket API",
            SourceKind::StateMachine { .. } => "state machine",
            SourceKind::Layer { .. } => "layer",
            SourceKind::LogGroup => "log group",
            SourceKind::UserPool => "user pool",
        };
        writeln!(text, "  {kind} {}: {}", source.logical_id, source.name)?;
    }
    for kept in &stack.kept {
        writeln!(text, "  kept {}: {}", kept.logical_id, kept.kind)?;
    }
    for needed in &imported.needed {
        let (kind, name, line) = (needed.kind.name(), &needed.name, needed.at.line);
        writeln!(text, "  needed: {kind} {name} (line {line})")?;
    }
    for kind in [
        NoticeKind::Refused,
        NoticeKind::Changed,
        NoticeKind::Skipped,
    ] {
        for notice in imported.notices.iter().filter(|it| it.kind == kind) {
            writeln!(text, "  {notice}")?;
        }
    }
    Ok(())
}

/// What sends messages to a queue, by its place in the stack.
fn told_by(text: &mut String, stack: &Stack, queue: usize) -> std::fmt::Result {
    let own = |it: &&StackDelivery| usize::try_from(it.queue.0) == Ok(queue);
    for delivery in stack.deliveries.iter().filter(own) {
        let (name, kind) = (&delivery.name, kind_of(&delivery.source));
        writeln!(text, "    {name}: {kind}")?;
    }
    Ok(())
}

fn kind_of(source: &TriggerSource) -> String {
    let kind = source.kind();
    kind.map_or_else(|| "Alexa skill".to_owned(), |kind| kind.to_string())
}

fn invoked_by(text: &mut String, stack: &Stack, function: &str) -> std::fmt::Result {
    for trigger in stack.triggers.iter().filter(|it| it.function == function) {
        writeln!(text, "    {}: {}", trigger.name, kind_of(&trigger.source))?;
    }
    let id = stack.function_id(function);
    for mapping in &stack.mappings {
        let settings = &mapping.configuration;
        if Some(settings.function) == id
            && let Some(queue) = settings.queue().and_then(|it| stack.queue(it))
        {
            let (name, queue) = (&mapping.name, &queue.logical_id);
            writeln!(
                text,
                "    {name}: queue {queue}, batches of {}",
                settings.batch_size
            )?;
        }
    }
    Ok(())
}
