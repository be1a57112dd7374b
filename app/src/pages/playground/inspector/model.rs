//! The four steps of a request, from what happened to what became of the response.

use super::super::reply::{reply_of, response_of};
use super::super::reply_model::ReplyModel;
use super::super::words::{failure_words, indented};
use crate::session::Reading;
use crate::shapes::text::{clip, grouped};
use runtime_core::events::trigger::{TriggerKind, check_rules};
use runtime_core::projections::{
    InvocationRecord, Node, Part, PartKind, Place, Stage, Subject, Traces,
};
use runtime_core::timeline::{Outcome, SessionMeta, Trigger};
use runtime_core::units::{ByteCount, RequestId};

/// More of a text is not shown here: the Invocation panel has all of a response, the download of a
/// workspace everything.
const SHOWN: usize = 6_000;
/// Longer events are not checked, longer texts not made pretty: it would hold up the page.
const CHECKED_UP_TO: usize = 1_000_000;
/// Messages and records that are shown one by one.
const ITEMS: usize = 12;
/// Of the body of one.
const ITEM: usize = 90;

/// What is shown of a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Steps {
    pub(super) made: Step,
    pub(super) got: Step,
    pub(super) returned: Step,
    pub(super) did: Step,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Step {
    pub(super) headline: String,
    pub(super) good: bool,
    /// Whether the event has its trigger's shape.
    pub(super) mistake: Option<Mistake>,
    pub(super) rows: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) body: Option<String>,
}

/// What a check of an event's shape found.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mistake {
    None(&'static str),
    At {
        kind: &'static str,
        /// With its path.
        cause: String,
        hint: String,
    },
}

impl Step {
    fn of(headline: impl Into<String>) -> Self {
        Step {
            headline: headline.into(),
            good: true,
            ..Step::default()
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    fn row(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.rows.push((name.into(), value.into()));
    }
}

/// What was found in a request's event and in its response. They do not change and may be long: they are
/// read once and not with each fact.
#[derive(Default)]
pub(super) struct Known {
    of: Option<(SessionMeta, RequestId, Option<TriggerKind>)>,
    /// The event's mistake and its text.
    event: Option<(Option<Mistake>, String)>,
    /// Once it has ended.
    returned: Option<Step>,
    reply: Option<Option<ReplyModel>>,
}

pub(super) fn steps(
    known: &mut Known,
    reading: &Reading<'_>,
    traces: &Traces,
    record: &InvocationRecord,
    kind: Option<TriggerKind>,
) -> Steps {
    let of = Some((reading.session(), record.request, kind));
    if known.of != of {
        *known = Known {
            of,
            ..Known::default()
        };
    }
    let event = known.event.get_or_insert_with(|| {
        let event = reading.payloads().get(record.event);
        (mistake(&event, kind), text(&event))
    });
    let got = got(reading, traces, record, event);
    let (returned, reply) = match record.end() {
        Some(_) => {
            let returned = known
                .returned
                .get_or_insert_with(|| returned(reading, record));
            let reply = known.reply.get_or_insert_with(|| reply_of(reading, record));
            (returned.clone(), reply.clone())
        }
        None => (returned(reading, record), None),
    };
    Steps {
        made: made(reading, traces, record),
        got,
        returned,
        did: did(reading, traces, record, reply),
    }
}

fn made(reading: &Reading<'_>, traces: &Traces, record: &InvocationRecord) -> Step {
    match record.trigger {
        Trigger::Invoke => Step::of("Invoke, RequestResponse").note(
            "Whoever calls makes the event; Lambda hands it to the handler byte for byte, and the caller waits.",
        ),
        Trigger::Async { first, .. } => {
            let event = Subject::Event(first);
            let Some(cause) = traces.causes(event).next() else {
                return Step::of("Invoke, Event").note(
                    "Lambda took the event in with 202, and its internal queue hands it to the handler.",
                );
            };
            let (kind, name) = traces.title(cause);
            let mut step = match cause.subject {
                Subject::Happening(_) => Step::of(format!("{kind} {name}"))
                    .note("This happened there; what is told of it goes into the internal queue."),
                _ => Step::of(format!("Destination of {name}"))
                    .note("The record of another event, whose story the trace tells."),
            };
            if matches!(cause.subject, Subject::Happening(_)) {
                step.body = cause.payload.map(|id| text(&reading.payloads().get(id)));
            }
            step
        }
        Trigger::Mapping { batch, .. } => {
            let items = traces.items(Subject::Batch(batch));
            let place = items.first().map(|item| traces.title(item));
            let (kind, name) = place.unwrap_or_default();
            let what = match items.first().map(|item| item.subject) {
                Some(Subject::Record(_)) => "record",
                _ => "message",
            };
            let mut step = Step::of(match items.len() {
                1 => format!("1 {what} of {name}"),
                count => format!("{} {what}s of {name}", grouped(count as u64)),
            });
            step.notes.extend((!kind.is_empty()).then(|| {
                format!("{kind}: the mapping made one event of them, without what no filter matched.")
            }));
            for item in items.iter().take(ITEMS) {
                let body = item.payload.map(|id| reading.payloads().get(id));
                let body = body.unwrap_or_default();
                let body = String::from_utf8_lossy(body.get(..body.len().min(SHOWN)).unwrap_or_default());
                step.row(name_of(reading, item), clip(&body, ITEM));
            }
            let more = items.len().saturating_sub(ITEMS);
            if more > 0 {
                step.row(format!("and {} more", grouped(more as u64)), "");
            }
            step
        }
    }
}

/// What a message or a record is called.
fn name_of(reading: &Reading<'_>, item: &Node) -> String {
    match item.subject {
        Subject::Message(message) => {
            let uuid = message.uuid(reading.session().seed);
            format!("{}…", uuid.get(..8).unwrap_or_default())
        }
        Subject::Record(record) => format!("record {}", record.0),
        _ => String::new(),
    }
}

fn got(
    reading: &Reading<'_>,
    traces: &Traces,
    record: &InvocationRecord,
    (mistake, text): &(Option<Mistake>, String),
) -> Step {
    let mut step = Step::of(match record.stage {
        Stage::Rejected { .. } => "Nothing: it was refused".to_owned(),
        _ => {
            let event = reading.payloads().get(record.event);
            format!("{} of event", ByteCount::from(event.len()))
        }
    });
    step.good = !matches!(record.stage, Stage::Rejected { .. });
    step.mistake = mistake.clone();
    let attempts = traces.attempts(record.request);
    let index = attempts.iter().position(|it| *it == record.request);
    step.row(
        "attempt",
        format!(
            "{} of {}",
            index.map_or(1, |it| it + 1),
            attempts.len().max(1)
        ),
    );
    step.row("request", record.shown().uuid(reading.session().seed));
    if let Some(environment) = record.environment {
        step.row("environment", environment.to_string());
    }
    step.body = Some(text.clone());
    step
}

fn mistake(event: &[u8], kind: Option<TriggerKind>) -> Option<Mistake> {
    if event.len() > CHECKED_UP_TO {
        return None;
    }
    let kind = match kind {
        Some(kind) => kind,
        None => TriggerKind::recognise(&serde_json::from_slice(event).ok()?)?,
    };
    Some(match check_rules(kind, event) {
        Ok(()) => Mistake::None(kind.name()),
        Err(error) => Mistake::At {
            kind: kind.name(),
            hint: error.hint(),
            cause: error.to_string(),
        },
    })
}

fn returned(reading: &Reading<'_>, record: &InvocationRecord) -> Step {
    match record.stage {
        Stage::Starting | Stage::Initializing => Step::of("Its environment starts"),
        Stage::Invoking => Step::of("The handler is at work"),
        Stage::Rejected { rejection, .. } => Step {
            good: false,
            ..Step::of(format!("{} {}", rejection.status(), rejection.exception()))
        }
        .note("No handler saw the event."),
        Stage::Finished(end) => {
            let (response, failed) = response_of(reading, record).unwrap_or_default();
            let mut step = match end.outcome {
                Outcome::Succeeded => {
                    Step::of(format!("{} of response", ByteCount::from(response.len())))
                }
                Outcome::Failed(failure) => {
                    Step::of(format!("Function error: {}", failure_words(failure)))
                }
            };
            step.good = !failed;
            step.row("duration", end.duration.to_string());
            step.body = (!response.is_empty()).then(|| text(&response));
            step
        }
    }
}

fn did(
    reading: &Reading<'_>,
    traces: &Traces,
    record: &InvocationRecord,
    judged: Option<ReplyModel>,
) -> Step {
    let mut step = match (record.trigger, judged) {
        (Trigger::Async { first, .. }, judged) => of_event(traces, Subject::Event(first), judged),
        (_, Some(model)) => of_reply(model),
        (Trigger::Mapping { .. }, None) => Step::of("The mapping has the batch"),
        (Trigger::Invoke, None) => match record.stage {
            Stage::Finished(_) => Step::of("The caller gets it").note(
                "The event looks like no trigger's, so nobody reads the response but the caller.",
            ),
            Stage::Rejected { .. } => {
                Step::of("The caller gets the refusal").note("Nothing tries again.")
            }
            _ => Step::of("The caller waits"),
        },
    };
    if let Trigger::Mapping { batch, .. } = record.trigger {
        outcome_of(reading, traces, Subject::Batch(batch), &mut step);
    }
    step
}

fn of_reply(model: ReplyModel) -> Step {
    let mut step = Step {
        good: model.good,
        rows: model.rows,
        body: model.body.map(|body| clip(&body, SHOWN)),
        ..Step::of(model.headline)
    };
    if let Some((cause, hint)) = model.complaint {
        step.notes.push(format!("{cause} {hint}"));
    }
    step
}

/// What became of an asynchronous event so far, by what it went through.
fn of_event(traces: &Traces, event: Subject, judged: Option<ReplyModel>) -> Step {
    let mut step = match traces.get(event) {
        None => Step::of("The event was refused at the door"),
        Some(node) => {
            let mut step = match node.to {
                None => Step::of("The event is in the internal queue"),
                Some(_) if node.flag == Default::default() => Step::of("The event is done"),
                Some(_) => Step {
                    good: false,
                    ..Step::of("The event was given up")
                },
            };
            let told = |part: &&Part| !matches!(part.kind, PartKind::Dwell);
            for part in node.parts.iter().filter(told) {
                let until = part.to.filter(|to| *to != part.from);
                let value = match (until, part.to) {
                    (Some(to), _) => format!("{} to {to}", part.from),
                    (None, Some(at)) => at.to_string(),
                    (None, None) => format!("since {}", part.from),
                };
                step.row(traces.part_name(part.kind), value);
            }
            step
        }
    };
    if let Some(model) = judged {
        step.notes
            .push(format!("{}: {}.", model.trigger, model.headline));
    }
    step
}

/// What really became of a batch's messages or records so far.
fn outcome_of(reading: &Reading<'_>, traces: &Traces, batch: Subject, step: &mut Step) {
    for item in traces.items(batch).iter().take(ITEMS) {
        let moved = item
            .parts
            .iter()
            .any(|it| matches!(it.kind, PartKind::Moved(_)));
        let filtered = item.parts.iter().any(|it| it.kind == PartKind::Filtered);
        let (kind, place) = traces.title(item);
        let fine = item.flag == Default::default();
        let state = match (item.to, item.place) {
            (Some(_), _) if filtered => "matched no filter".to_owned(),
            (Some(_), Place::Queue(_)) if fine => "deleted".to_owned(),
            (Some(_), _) if fine => "done".to_owned(),
            (Some(_), _) => "given up".to_owned(),
            (None, _) if moved => format!("dead letter in {place}"),
            (None, Place::Queue(_)) => match item.parts.last() {
                Some(part) if part.to.is_none() => format!("waits in {place}"),
                _ => "hidden".to_owned(),
            },
            (None, _) => format!("in {kind} {place}"),
        };
        step.row(name_of(reading, item), state);
    }
}

/// A text for the eye, cut where it is long.
fn text(bytes: &[u8]) -> String {
    let pretty = match bytes.len() <= CHECKED_UP_TO {
        true => indented(bytes),
        false => None,
    };
    let whole = pretty.unwrap_or_else(|| {
        let beginning = bytes.get(..bytes.len().min(SHOWN * 4)).unwrap_or_default();
        String::from_utf8_lossy(beginning).into_owned()
    });
    clip(&whole, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::events::trigger::{Context, Fields, build};

    #[test]
    fn the_first_mistake_is_told_with_its_path() {
        let kind = TriggerKind::Sqs;
        let event = build(kind, &Fields::new(), &Context::default()).unwrap();
        assert_eq!(
            mistake(event.to_string().as_bytes(), None),
            Some(Mistake::None("SQS queue"))
        );
        let mut wrong = event;
        wrong["Records"][0]["body"] = 7.into();
        let Some(Mistake::At { cause, hint, .. }) = mistake(wrong.to_string().as_bytes(), None)
        else {
            unreachable!("the body is no text");
        };
        assert!(cause.starts_with("Records[0].body: "), "{cause}");
        assert!(!hint.is_empty());
        // What looks like no trigger's is checked against one that is named.
        assert_eq!(mistake(b"{}", None), None);
        assert!(matches!(
            mistake(b"{}", Some(kind)),
            Some(Mistake::At { .. })
        ));
        assert!(matches!(
            mistake(b"{", Some(kind)),
            Some(Mistake::At { .. })
        ));
        let long = vec![b' '; CHECKED_UP_TO + 1];
        assert_eq!(mistake(&long, Some(kind)), None);
    }

    #[test]
    fn long_texts_are_cut() {
        let long = format!("\"{}\"", "x".repeat(3 * SHOWN));
        assert!(text(long.as_bytes()).len() < 2 * SHOWN);
        assert_eq!(text(b"{\"a\":1}"), "{\n  \"a\": 1\n}");
        assert_eq!(text(&[0xff]), "\u{fffd}");
    }
}
