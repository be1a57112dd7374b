//! What a function has logged, or a client puts into its log group -> what subscription filters tell.

use super::context;
use crate::events::log_filter::LogFilter;
use crate::events::trigger::logs::{LogEvent, event as logs_event};
use crate::platform::{Input, Lineage, SourceEvent};
use crate::scribe::Desk;
use crate::timeline::{Interest, SourceKind, Wire};
use crate::units::{ByteCount, Moment, SourceId};

/// The log of one request, as the host has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestLog {
    /// Its log stream.
    pub stream: String,
    /// Its log events.
    pub lines: Vec<(Moment, String)>,
}

impl Desk<'_> {
    /// Writes what every subscription filter tells that something matches of what a request has logged.
    pub(in crate::scribe) fn write_log_events(
        &mut self,
        at: Moment,
        (id, number): (SourceId, u64),
        lineage: Lineage,
    ) -> Input {
        let log = self.log.take().unwrap_or_default();
        Input::SourceEventsWritten {
            source: id,
            events: self.matching_log_events(at, (id, number), &log),
            lineage,
        }
    }

    /// What every subscription filter of a log group tells of these log events.
    pub(super) fn matching_log_events(
        &mut self,
        at: Moment,
        (id, number): (SourceId, u64),
        log: &RequestLog,
    ) -> Vec<SourceEvent> {
        let source = self.platform.source(id);
        let group = source.filter(|it| matches!(it.kind, SourceKind::LogGroup(_)));
        let Some(group) = group else {
            return Vec::new();
        };
        let mut told = Vec::new();
        for (place, wire) in group.wires.iter().enumerate() {
            let matching: Vec<LogEvent> = match filter(wire) {
                Some(filter) => log
                    .lines
                    .iter()
                    .filter(|(_, message)| filter.matches(message.trim_end_matches('\n')))
                    .map(|(at, message)| LogEvent {
                        unix_millis: self.session.unix_nanos(*at) / 1_000_000,
                        message: message.clone(),
                    })
                    .collect(),
                None => Vec::new(),
            };
            if matching.is_empty() {
                continue;
            }
            let context = context(self.session, at, number, id);
            let name = format!("filter-{}", place + 1);
            let event = logs_event(&context, &group.name, &log.stream, &name, &matching);
            told.push((wire.target, event.to_string()));
        }
        let events = told.into_iter().map(|(target, text)| SourceEvent {
            target,
            bytes: ByteCount::from(text.len()),
            event: self.payloads.add(text.into_bytes()),
            attributes: None,
            refused: None,
        });
        events.collect()
    }
}

fn filter(wire: &Wire) -> Option<LogFilter> {
    match &wire.interest {
        Interest::Everything => LogFilter::parse("").ok(),
        // Patterns are checked before: a damaged file's matches nothing.
        Interest::LogEvents(pattern) => LogFilter::parse(pattern).ok(),
        _ => None,
    }
}
