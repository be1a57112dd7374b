//! What the session says of queues, as plain values.

use crate::session::{OwnProjection, Reading};
use crate::shapes::text::clip;
use runtime_core::projections::{
    AsyncEvents, AsyncRecord, AsyncStage, MappingRecord, MessageRecord, QueueRecord, Queues,
    SentRecord,
};
use runtime_core::timeline::{
    AsyncSource, Condition, Destination, MappingState, RecordKind, ReturnReason, Sender,
};
use runtime_core::units::{
    FunctionId, MappingId, MessageId, Moment, QueueId, RequestId, SourceId, Span,
};

/// Messages that are told one by one.
const LISTED: usize = 12;
/// Messages that are drawn.
const DRAWN: usize = 300;
/// Asynchronous events that are told.
const EVENTS: usize = 12;
/// Characters of a message's body that are shown.
const PREVIEW: usize = 96;

/// The panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Model {
    pub(super) summary: String,
    pub(super) queues: Vec<QueueRow>,
    pub(super) events: Vec<EventRow>,
    /// Older events that are not told.
    pub(super) more_events: usize,
}

/// A queue.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct QueueRow {
    pub(super) id: QueueId,
    pub(super) name: String,
    pub(super) fifo: bool,
    pub(super) counts: String,
    pub(super) settings: String,
    /// One for each message.
    pub(super) places: Vec<Place>,
    pub(super) messages: Vec<MessageRow>,
    pub(super) more: usize,
    pub(super) mappings: Vec<MappingRow>,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Visible,
    Hidden,
    Delayed,
}

impl Place {
    pub(super) fn class(self) -> &'static str {
        match self {
            Place::Visible => "message message-visible",
            Place::Hidden => "message message-hidden",
            Place::Delayed => "message message-delayed",
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MessageRow {
    pub(super) id: MessageId,
    pub(super) body: String,
    pub(super) group: Option<String>,
    pub(super) receives: u32,
    pub(super) state: String,
}

/// What polls a queue.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MappingRow {
    pub(super) id: MappingId,
    pub(super) function: String,
    pub(super) text: String,
}

/// An asynchronous event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EventRow {
    pub(super) first: RequestId,
    /// The last attempt.
    pub(super) last: Option<RequestId>,
    pub(super) function: String,
    pub(super) origin: String,
    pub(super) state: String,
    /// `trying`, `waiting`, `handled` or `failed`.
    pub(super) kind: &'static str,
    pub(super) sent: Vec<String>,
}

impl Model {
    pub(super) fn ids(&self) -> Vec<QueueId> {
        self.queues.iter().map(|queue| queue.id).collect()
    }

    pub(super) fn queue(&self, id: QueueId) -> Option<QueueRow> {
        self.queues.iter().find(|queue| queue.id == id).cloned()
    }
}

pub(super) fn model(
    reading: &Reading<'_>,
    queues: &mut OwnProjection<Queues>,
    events: &mut OwnProjection<AsyncEvents>,
) -> Model {
    let now = reading.playhead().unwrap_or(reading.now);
    let (queues, events) = (queues.of(reading), events.of(reading));
    let waiting = events.waiting();
    let count = queues.queues().count();
    let names = Names { reading, queues };
    let told: Vec<EventRow> = events
        .iter()
        .rev()
        .take(EVENTS)
        .map(|(first, record)| names.event(now, first, record))
        .collect();
    let mut summary = match count {
        0 => String::new(),
        1 => "1 queue".to_owned(),
        count => format!("{count} queues"),
    };
    if waiting > 0 {
        let separator = if summary.is_empty() { "" } else { " · " };
        let events = if waiting == 1 { "event" } else { "events" };
        summary.push_str(&format!(
            "{separator}{waiting} asynchronous {events} waiting"
        ));
    }
    Model {
        summary,
        queues: queues
            .queues()
            .map(|(id, queue)| names.queue(now, id, queue))
            .collect(),
        more_events: events.count() - told.len(),
        events: told,
    }
}

struct Names<'a, 'b> {
    reading: &'a Reading<'b>,
    queues: &'a Queues,
}

impl Names<'_, '_> {
    fn function(&self, function: FunctionId) -> String {
        let functions = self.reading.functions();
        let found = functions.get(function);
        found.map_or_else(
            || "a deleted function".to_owned(),
            |it| it.configuration.name.clone(),
        )
    }

    fn queue_name(&self, queue: QueueId) -> String {
        self.queues.queue(queue).map_or_else(
            || "a deleted queue".to_owned(),
            |it| it.configuration.name.clone(),
        )
    }

    fn destination(&self, destination: Destination) -> String {
        match destination {
            Destination::Queue(queue) => self.queue_name(queue),
            Destination::Function(function) => self.function(function),
            Destination::Source(source) => self.source(source),
        }
    }

    fn queue(&self, now: Moment, id: QueueId, queue: &QueueRecord) -> QueueRow {
        let settings = &queue.configuration;
        let counts = queue.counts(now);
        let mut text = vec![format!("{} visible", counts.visible)];
        let others = [
            (counts.hidden as u64, "in flight"),
            (counts.delayed as u64, "delayed"),
            (queue.handled, "handled"),
            (queue.filtered, "filtered out"),
            (queue.moved, "to the dead-letter queue"),
        ];
        text.extend(
            others
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{count} {what}")),
        );
        let mut about = vec![format!(
            "visibility timeout {}",
            whole(settings.visibility_timeout)
        )];
        if settings.delay > Span::ZERO {
            about.push(format!("delay {}", whole(settings.delay)));
        }
        if let Some(redrive) = settings.redrive {
            let to = self.queue_name(redrive.dead_letter_queue);
            let receives = redrive.maximum_receives;
            about.push(format!("after {receives} receives to {to}"));
        }
        let place = |message: &MessageRecord| match message.batch {
            Some(_) => Place::Hidden,
            None if message.visible > now => Place::Delayed,
            None => Place::Visible,
        };
        let mappings = self.queues.mappings();
        QueueRow {
            id,
            name: settings.name.clone(),
            fifo: settings.is_fifo(),
            counts: text.join(" · "),
            settings: about.join(" · "),
            places: queue.messages.values().take(DRAWN).map(place).collect(),
            messages: queue
                .messages
                .iter()
                .take(LISTED)
                .map(|(id, message)| self.message(now, *id, message, place(message)))
                .collect(),
            more: queue.messages.len().saturating_sub(LISTED),
            mappings: mappings
                .filter(|(_, mapping)| mapping.configuration.queue() == Some(id))
                .map(|(id, mapping)| MappingRow {
                    id,
                    function: self.function(mapping.configuration.function),
                    text: mapping_text(mapping),
                })
                .collect(),
        }
    }

    fn message(
        &self,
        now: Moment,
        id: MessageId,
        message: &MessageRecord,
        place: Place,
    ) -> MessageRow {
        let body = self.reading.payloads().get(message.body);
        let body = String::from_utf8_lossy(&body);
        let state = match place {
            Place::Visible => "visible".to_owned(),
            Place::Hidden => format!("in flight for {} more", left(now, message.visible)),
            Place::Delayed => format!("delayed for {} more", left(now, message.visible)),
        };
        let from = match message.sender {
            Sender::User => String::new(),
            Sender::Source { source } => format!(", from {}", self.source(source)),
            Sender::Lambda { function } => format!(", from {}", self.function(function)),
        };
        MessageRow {
            id,
            body: clip(&body, PREVIEW),
            group: message.group.as_deref().map(str::to_owned),
            receives: message.receives,
            state: format!("{state}{from}"),
        }
    }

    fn source(&self, source: SourceId) -> String {
        let source = self.reading.platform().source(source);
        source.map_or_else(|| "a deleted source".to_owned(), |it| it.name.clone())
    }

    fn event(&self, now: Moment, first: RequestId, record: &AsyncRecord) -> EventRow {
        let origin = match record.source {
            AsyncSource::Invoke => "invoked".to_owned(),
            AsyncSource::Source { source } => format!("from {}", self.source(source)),
            AsyncSource::Destination { function } => {
                format!("destination of {}", self.function(function))
            }
        };
        let attempts = record.attempts.len();
        let (kind, state) = match record.stage {
            AsyncStage::Trying => ("trying", format!("attempt {attempts} under way")),
            AsyncStage::Waiting { reason, due } => {
                let why = match reason {
                    ReturnReason::FunctionError => "function error",
                    ReturnReason::Throttled => "throttled",
                    ReturnReason::SystemError => "system error",
                    ReturnReason::Interrupted => "the tab was closed",
                };
                let next = attempts + 1;
                let left = left(now, due);
                ("waiting", format!("{why}: attempt {next} in {left}"))
            }
            AsyncStage::Finished {
                condition,
                invocations,
                ..
            } => {
                let times = match invocations {
                    1 => "1 invocation".to_owned(),
                    times => format!("{times} invocations"),
                };
                match condition {
                    Condition::Success => ("handled", format!("handled after {times}")),
                    failed => ("failed", format!("given up: {}, {times}", failed.name())),
                }
            }
        };
        EventRow {
            first,
            last: record.attempts.last().copied(),
            function: self.function(record.function),
            origin,
            state,
            kind,
            sent: record.sent.iter().map(|sent| self.sent(sent)).collect(),
        }
    }

    fn sent(&self, sent: &SentRecord) -> String {
        let what = match sent.kind {
            RecordKind::OnSuccess => "success record",
            RecordKind::OnFailure => "failure record",
            RecordKind::DeadLetter => "dead letter",
        };
        let to = self.destination(sent.destination);
        match sent.delivered {
            true => format!("{what} to {to}"),
            false => format!("{what} could not be sent to {to}"),
        }
    }
}

/// How long it is until then.
pub(in crate::pages::playground) fn left(now: Moment, then: Moment) -> String {
    // Whole seconds from ten on: tenths of them would only flicker.
    let span = then.since(now);
    match span.as_nanos() / 1_000_000_000 {
        0..10 => format!("{:.1} s", span.as_millis_f64() / 1_000.0),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

/// A setting in seconds.
pub(in crate::pages::playground) fn whole(span: Span) -> String {
    format!("{} s", span.as_nanos() / 1_000_000_000)
}

fn mapping_text(record: &MappingRecord) -> String {
    let (mapping, batches) = (&record.configuration, record.batches);
    let mut text = vec![format!("batches of up to {}", mapping.batch_size)];
    if mapping.window > Span::ZERO {
        text.push(format!("window {}", whole(mapping.window)));
    }
    if let Some(most) = mapping.maximum_concurrency() {
        text.push(format!("at most {most} at a time"));
    }
    if let Some(pollers) = mapping.pollers() {
        text.push(format!(
            "{} to {} pollers",
            pollers.minimum, pollers.maximum
        ));
    }
    if mapping.report_failures {
        text.push("reports batch item failures".to_owned());
    }
    match mapping.filters.len() {
        0 => {}
        1 => text.push("1 filter".to_owned()),
        count => text.push(format!("{count} filters")),
    }
    if record.state != MappingState::Enabled {
        text.push(record.state.name().to_lowercase());
    }
    text.push(match batches {
        1 => "1 batch so far".to_owned(),
        count => format!("{count} batches so far"),
    });
    text.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_told_as_finely_as_they_matter() {
        let told = |millis| left(Moment::START, Moment::START + Span::from_millis(millis));
        assert_eq!(told(0), "0.0 s");
        assert_eq!(told(1_250), "1.2 s");
        assert_eq!(told(59_900), "59 s");
        assert_eq!(told(150_000), "2 min");
    }
}
