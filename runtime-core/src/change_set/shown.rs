//! What was understood and has nothing of its own here: routes that the HTTP client calls, events that
//! the Event panel makes, state machines.

use super::data::Shown;
use super::plan::Planner;
use crate::template::{SourceKind, TriggerSource};

/// Where requests come from.
const HTTP: &str = "Call it in the HTTP client.";
/// Where events come from.
const EVENT: &str = "Make its events in the Event panel.";

impl Planner<'_> {
    pub(super) fn shown(&mut self) {
        let stack = self.stack;
        for trigger in &stack.triggers {
            let Some((_, function)) = self.function_called(&trigger.function) else {
                continue;
            };
            let is_wired = match &trigger.source {
                TriggerSource::Logs { group, .. } => self.logger(group).is_some(),
                _ => false,
            };
            if let Some((what, note)) = of_trigger(&trigger.source).filter(|_| !is_wired) {
                let name = format!("{function}: {}", trigger.name);
                self.show(name, what, note);
            }
        }
        for source in &stack.sources {
            if let Some((what, note)) = of_source(&source.kind) {
                self.show(source.logical_id.clone(), what.to_owned(), note);
            }
        }
    }

    fn show(&mut self, name: String, what: String, note: &str) {
        self.set.shown.push(Shown {
            name,
            what,
            note: note.to_owned(),
        });
    }
}

fn of_trigger(source: &TriggerSource) -> Option<(String, &'static str)> {
    Some(match source {
        TriggerSource::RestApi { method, path, .. } => {
            (format!("{method} {path} of a REST API"), HTTP)
        }
        TriggerSource::HttpApi { method, path, .. } => {
            let route = match (method, path) {
                (Some(method), Some(path)) => format!("{method} {path}"),
                _ => "$default".to_owned(),
            };
            (format!("{route} of an HTTP API"), HTTP)
        }
        TriggerSource::WebSocket { route, .. } => (format!("{route} of a WebSocket API"), HTTP),
        TriggerSource::LoadBalancer { target_group } => (
            format!("target group {target_group} of a load balancer"),
            HTTP,
        ),
        TriggerSource::Logs { group, pattern } => {
            let pattern = match pattern.is_empty() {
                true => String::new(),
                false => format!(", {pattern}"),
            };
            (format!("log group {}{pattern}", group.text()), EVENT)
        }
        TriggerSource::Alexa { .. } => (
            "an Alexa skill".to_owned(),
            "Write its events in the Event panel.",
        ),
        _ => return None,
    })
}

fn of_source(kind: &SourceKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        SourceKind::Table { stream: None, .. } => {
            ("a table without a stream", "Nothing is stored in it here.")
        }
        SourceKind::HttpApi => ("an HTTP API", "The HTTP client calls its functions."),
        SourceKind::RestApi { .. } => ("a REST API", "The HTTP client calls its functions."),
        SourceKind::WebSocketApi => ("a WebSocket API", "The HTTP client calls its functions."),
        SourceKind::StateMachine { .. } => ("a state machine", "It is shown and not run."),
        SourceKind::Layer { .. } => (
            "a layer",
            "What was given of it lies under /opt of the functions that have it.",
        ),
        SourceKind::LogGroup => ("a log group", "Logs lie with their invocations here."),
        _ => return None,
    })
}
