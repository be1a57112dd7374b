//! What a trigger does with a response, in words.

use runtime_core::events::trigger::{
    Authorization, BatchReply, Connection, HttpReply, Invoked, Reply, TransformedRecord, Treatment,
    TriggerKind, Verdict, task_result,
};
use std::fmt::Display;

/// Items and headers that are shown one by one; a batch can have thousands.
const SHOWN: usize = 20;

/// What is shown of a reply.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ReplyModel {
    /// The trigger.
    pub(super) trigger: &'static str,
    /// What it does, in a line.
    pub(super) headline: String,
    /// Whether all is as it should be.
    pub(super) good: bool,
    /// What is wrong, and what to do.
    pub(super) complaint: Option<(String, &'static str)>,
    /// Headers, or items and what becomes of them.
    pub(super) rows: Vec<(String, String)>,
    /// A body, a frame, a result.
    pub(super) body: Option<String>,
}

impl ReplyModel {
    pub(super) fn of(kind: TriggerKind, reply: Reply, invoked: &Invoked<'_>) -> Self {
        let good = reply.complaint.is_none();
        let complaint = reply
            .complaint
            .map(|it| (capitalised(&it.to_string()), it.hint()));
        let mut model = ReplyModel {
            trigger: kind.name(),
            good,
            complaint,
            ..ReplyModel::default()
        };
        match reply.verdict {
            Verdict::Http(reply) => model.http(reply),
            Verdict::Connection(connection) => model.connection(connection),
            Verdict::Authorization(authorization) => model.authorization(authorization),
            Verdict::Batch(batch) => model.batch(kind, &batch),
            Verdict::Records(records) => model.records(&records),
            Verdict::Continued(response) => {
                model.headline = "The user pool goes on with this response".to_owned();
                model.body = Some(format!("{response:#}"));
            }
            Verdict::Refused { error, message } => {
                model.headline = format!("The user pool's client gets {error}");
                model.body = Some(message);
            }
            Verdict::TaskResult(output) => {
                model.headline = "The task succeeds with this result".to_owned();
                model.body = Some(format!("{:#}", task_result(invoked, &output)));
            }
            Verdict::TaskFailed { error, cause } => {
                model.good = false;
                model.headline = format!("The task fails with {error}");
                model.body = Some(cause).filter(|cause| !cause.is_empty());
            }
            Verdict::Ignored => {
                model.headline = "Nobody waits for the response: it is dropped".to_owned();
            }
            Verdict::TriedAgain => {
                model.headline = "Lambda tries the event again, after one minute and after two \
                                  more"
                    .to_owned();
            }
        }
        model
    }

    fn http(&mut self, reply: HttpReply) {
        self.headline = reply.status_line();
        self.good &= reply.status < 400;
        self.rows = shortened(reply.headers);
        let body = String::from_utf8(reply.body);
        self.body = Some(body.unwrap_or_else(|error| {
            let length = error.into_bytes().len();
            format!("{length} bytes that are no text")
        }));
    }

    fn connection(&mut self, connection: Connection) {
        match connection {
            Connection::Opened => self.headline = "The connection is made".to_owned(),
            Connection::Refused(reply) => {
                self.http(reply);
                self.headline = format!("The connection is refused: {}", self.headline);
            }
            Connection::Answered { frame, .. } if frame.is_empty() => {
                self.headline = "The client gets no answer".to_owned();
            }
            Connection::Answered { frame, always } => {
                self.headline = match always {
                    true => "The client gets this frame",
                    false => "The client gets this frame, if the route has a route response",
                }
                .to_owned();
                self.body = Some(frame);
            }
            Connection::Closed => self.headline = "The connection is closed".to_owned(),
        }
    }

    fn authorization(&mut self, authorization: Authorization) {
        match authorization {
            Authorization::Allowed { principal, context } => {
                self.headline = match principal {
                    Some(principal) => format!("The request goes on, as {principal}"),
                    None => "The request goes on".to_owned(),
                };
                let shown = context.into_iter().map(|(name, it)| (name, it.to_string()));
                self.rows = shortened(shown.collect());
            }
            Authorization::Rejected(reply) => {
                self.http(reply);
                self.headline = format!("The request is rejected: {}", self.headline);
            }
        }
    }

    fn batch(&mut self, kind: TriggerKind, batch: &BatchReply) {
        let (done, again) = match kind {
            TriggerKind::Sqs => ("deleted", "visible again after the visibility timeout"),
            _ => ("done", "read again"),
        };
        let count = |items: &[String], what: &str| match items.len() {
            1 => format!("1 item is {what}"),
            many => format!("{many} items are {what}"),
        };
        self.good &= batch.failed.is_empty();
        self.headline = match (batch.done.is_empty(), batch.failed.is_empty()) {
            (_, true) => count(&batch.done, done),
            (true, false) => count(&batch.failed, again),
            _ => format!(
                "{}, {}",
                count(&batch.done, done),
                count(&batch.failed, again)
            ),
        };
        if let Some(checkpoint) = &batch.checkpoint {
            self.headline += &format!(", from {checkpoint} on");
        }
        let failed = batch.failed.iter().map(|id| (id.clone(), "again"));
        let done = batch.done.iter().map(|id| (id.clone(), done));
        let rows = failed.chain(done).map(|(id, what)| (id, what.to_owned()));
        self.rows = shortened(rows.collect());
    }

    fn records(&mut self, records: &[TransformedRecord]) {
        let word = |treatment: &Treatment| match treatment {
            Treatment::Delivered(_) => "delivered",
            Treatment::Dropped => "dropped",
            Treatment::ProcessingFailed => "processing failed",
        };
        let counts: Vec<_> = ["delivered", "dropped", "processing failed"]
            .into_iter()
            .map(|what| {
                let same = records.iter().filter(|it| word(&it.treatment) == what);
                (same.count(), what)
            })
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        self.good &= records
            .iter()
            .all(|it| it.treatment != Treatment::ProcessingFailed);
        self.headline = format!("Records: {}", counts.join(", "));
        let rows = records
            .iter()
            .map(|it| (it.id.clone(), word(&it.treatment).to_owned()));
        self.rows = shortened(rows.collect());
    }
}

/// The first rows, and how many there are more.
fn shortened(mut rows: Vec<(String, String)>) -> Vec<(String, String)> {
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    if more > 0 {
        rows.push((plural(more), String::new()));
    }
    rows
}

fn plural(more: impl Display) -> String {
    format!("and {more} more")
}

/// A sentence.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::events::trigger::{Context, Fields, build, judge};

    fn model(kind: TriggerKind, fields: Fields, response: &str, failed: bool) -> ReplyModel {
        let event = build(kind, &fields, &Context::default())
            .unwrap()
            .to_string();
        let reply = judge(kind, event.as_bytes(), Some(response.as_bytes()), failed);
        let invoked = Invoked {
            request_id: "6b3bebdb",
            version: "3",
        };
        ReplyModel::of(kind, reply, &invoked)
    }

    #[test]
    fn a_tasks_result_has_what_lambda_answered_around_it() {
        let kind = TriggerKind::StepFunctions;
        let shown = model(kind, Fields::new(), "[1]", false);
        let body = shown.body.unwrap();
        assert!(
            shown.good && body.contains("\"ExecutedVersion\": \"3\""),
            "{body}"
        );
        assert!(!model(kind, Fields::new(), "{\"errorType\": \"E\"}", true).good);
    }

    #[test]
    fn what_is_refused_says_why_and_what_to_do() {
        let kind = TriggerKind::ApiGatewayRest;
        let shown = model(
            kind,
            Fields::new(),
            "{\"statusCode\": 200, \"body\": {}}",
            false,
        );
        assert_eq!(shown.headline, "HTTP/1.1 502 Bad Gateway");
        assert!(!shown.good);
        let (cause, hint) = shown.complaint.unwrap();
        assert_eq!(
            cause,
            "Malformed Lambda proxy response: body is not a text."
        );
        assert!(hint.contains("JSON.stringify"));
        assert_eq!(
            shown.body.as_deref(),
            Some("{\"message\": \"Internal server error\"}")
        );
    }

    #[test]
    fn batches_say_what_is_tried_again() {
        let three = || Fields::new().with("count", "3");
        let shown = model(TriggerKind::Sqs, three(), "null", false);
        assert_eq!(shown.headline, "3 items are deleted");
        assert!(shown.good);
        let shown = model(TriggerKind::Sqs, three(), "{}", true);
        assert_eq!(
            shown.headline,
            "3 items are visible again after the visibility timeout"
        );
        assert!(!shown.good);
        assert_eq!(shown.rows.len(), 3);
        assert_eq!(shown.rows[0].1, "again");
    }

    #[test]
    fn long_batches_are_cut_short() {
        let lines = Fields::new().with("data", "a\n".repeat(50));
        let shown = model(TriggerKind::Kinesis, lines, "", false);
        assert_eq!(shown.rows.len(), SHOWN + 1);
        assert_eq!(shown.rows[SHOWN].0, "and 30 more");
    }

    #[test]
    fn every_kind_says_something() {
        for kind in TriggerKind::ALL {
            for failed in [false, true] {
                let shown = model(kind, Fields::new(), "{\"errorType\": \"E\"}", failed);
                assert!(!shown.headline.is_empty(), "{kind}");
            }
        }
    }
}
