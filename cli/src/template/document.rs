//! What is in a template, as JSON: resources by their logical ids, times in seconds.

use super::import::Unread;
use runtime_core::template::{Imported, Stack, StackFunction};
use runtime_core::timeline::{Destination, FunctionConfiguration};
use runtime_core::units::{QueueId, Span};
use serde_json::{Value, json};
use std::path::Path;

/// One line.
pub(super) fn line(file: &Path, read: &Result<Imported, Unread>) -> Value {
    let file = file.display().to_string();
    match read {
        Err(unread) => json!({
            "file": file,
            "error": {
                "line": unread.at.map(|(line, _)| line),
                "column": unread.at.map(|(_, column)| column),
                "message": unread.message,
                "hint": unread.hint,
            },
        }),
        Ok(imported) => {
            let stack = &imported.stack;
            let each = |make: &dyn Fn(&StackFunction) -> Value| -> Vec<Value> {
                stack.functions.iter().map(make).collect()
            };
            json!({
                "file": file,
                "description": stack.description,
                "functions": each(&|it| function(stack, it)),
                "triggers": stack.triggers,
                "queues": queues(stack),
                "deliveries": deliveries(stack),
                "mappings": mappings(stack),
                "sources": stack.sources,
                "kept": stack.kept,
                "parameters": imported.parameters,
                "needed": imported.needed,
                "skipped": imported.notices,
            })
        }
    }
}

fn function(stack: &Stack, function: &StackFunction) -> Value {
    let FunctionConfiguration {
        name,
        handler,
        runtime,
        memory,
        timeout,
        architecture,
        ephemeral_storage,
        variables,
        reserved_concurrency,
        snap_start,
        asynchronous,
        ..
    } = &function.configuration;
    let destination = |it: Option<Destination>| match it? {
        Destination::Queue(id) => queue_name(stack, id),
        Destination::Function(id) => stack.function(id).map(|it| it.logical_id.clone()),
        Destination::Source(id) => stack.source(id).map(|it| it.logical_id.clone()),
    };
    json!({
        "logicalId": function.logical_id,
        "name": name,
        "description": function.description,
        "runtime": function.runtime,
        "runsOn": runtime.id(),
        "handler": handler,
        "memoryMb": memory.get(),
        "timeoutSeconds": seconds(*timeout),
        "architecture": architecture.name(),
        "ephemeralStorageMb": ephemeral_storage.get(),
        "variables": variables,
        "reservedConcurrency": reserved_concurrency,
        "snapStart": snap_start.name(),
        "code": function.code,
        "layers": function.layers,
        "aliases": function.aliases,
        "asynchronous": {
            "maximumRetryAttempts": asynchronous.maximum_retry_attempts,
            "maximumEventAgeSeconds": seconds(asynchronous.maximum_event_age),
            "onSuccess": destination(asynchronous.on_success),
            "onFailure": destination(asynchronous.on_failure),
            "deadLetterQueue": destination(asynchronous.dead_letter_queue.map(Destination::from)),
        },
    })
}

fn queues(stack: &Stack) -> Vec<Value> {
    let queues = stack.queues.iter();
    queues
        .map(|queue| {
            let settings = &queue.configuration;
            let redrive = settings.redrive.map(|redrive| {
                json!({
                    "deadLetterQueue": queue_name(stack, redrive.dead_letter_queue),
                    "maximumReceives": redrive.maximum_receives,
                })
            });
            json!({
                "logicalId": queue.logical_id,
                "name": settings.name,
                "fifo": settings.is_fifo(),
                "visibilityTimeoutSeconds": seconds(settings.visibility_timeout),
                "delaySeconds": seconds(settings.delay),
                "retentionSeconds": seconds(settings.retention),
                "contentBasedDeduplication": settings.content_based_deduplication,
                "redrive": redrive,
            })
        })
        .collect()
}

/// What sends messages to queues.
fn deliveries(stack: &Stack) -> Vec<Value> {
    let deliveries = stack.deliveries.iter();
    deliveries
        .map(|delivery| {
            json!({
                "name": delivery.name,
                "queue": queue_name(stack, delivery.queue),
                "source": delivery.source,
                "sourceName": delivery.source_name,
            })
        })
        .collect()
}

fn mappings(stack: &Stack) -> Vec<Value> {
    let mappings = stack.mappings.iter();
    mappings
        .map(|mapping| {
            let settings = &mapping.configuration;
            let function = stack.function(settings.function);
            json!({
                "name": mapping.name,
                "queue": settings.queue().map(|it| queue_name(stack, it)),
                "function": function.map(|it| it.logical_id.clone()),
                "enabled": settings.enabled,
                "batchSize": settings.batch_size,
                "windowSeconds": seconds(settings.window),
                "maximumConcurrency": settings.maximum_concurrency(),
                "provisionedPollers": settings.pollers(),
                "reportBatchItemFailures": settings.report_failures,
                "filters": settings.filters,
            })
        })
        .collect()
}

fn queue_name(stack: &Stack, id: QueueId) -> Option<String> {
    stack.queue(id).map(|it| it.logical_id.clone())
}

fn seconds(span: Span) -> u64 {
    span.as_nanos() / 1_000_000_000
}
