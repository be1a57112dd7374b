//! A request as it is typed becomes an event; a finished invocation becomes what the client gets.

use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::reply::{answered, names_of};
use crate::pages::playground::reply_model::ReplyModel;
use crate::session::Reading;
use runtime_core::events::trigger::{
    Connection, Context, Fields, Invoked, TriggerKind, Verdict, build,
};
use runtime_core::units::{FunctionId, RequestId};

/// Answers that are kept.
pub(super) const KEPT: usize = 10;

/// What a request can go through.
pub(super) const KINDS: [TriggerKind; 5] = [
    TriggerKind::ApiGatewayHttp,
    TriggerKind::ApiGatewayRest,
    TriggerKind::FunctionUrl,
    TriggerKind::LoadBalancer,
    TriggerKind::ApiGatewayWebSocket,
];

pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A request as it is typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RequestDraft {
    pub(super) kind: TriggerKind,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: String,
    pub(super) body: String,
}

/// What is done with a connection; requests are only sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Send,
    Disconnect,
}

/// An event, and whom it is for.
pub(super) struct Made {
    pub(super) function: FunctionId,
    pub(super) event: String,
    /// From which the event's ids follow: those of one connection are the same.
    pub(super) seed: u64,
}

impl Default for RequestDraft {
    fn default() -> Self {
        RequestDraft {
            kind: TriggerKind::ApiGatewayHttp,
            method: "GET".to_owned(),
            path: "/hello?name=Ada".to_owned(),
            headers: "accept: */*".to_owned(),
            body: String::new(),
        }
    }
}

impl RequestDraft {
    /// The event of this step; or what is wrong, and what to do.
    pub(super) fn event(
        &self,
        step: Step,
        connection: Option<u64>,
        reading: &Reading<'_>,
    ) -> Result<Made, Mistake> {
        let function = reading
            .selected_function()
            .ok_or_else(|| Mistake::new("There is no function to call.", "Add one first."))?;
        let seed = connection
            .unwrap_or_else(|| reading.session().seed.0 ^ reading.platform().peek_request().0);
        let context = Context {
            unix_millis: reading.session().unix_nanos(reading.now) / 1_000_000,
            seed,
            ..Context::default()
        };
        let fields = match self.kind {
            TriggerKind::ApiGatewayWebSocket => self.frame(step),
            kind => self.request(kind),
        };
        match build(self.kind, &fields, &context) {
            Ok(event) => Ok(Made {
                function,
                event: format!("{event:#}"),
                seed,
            }),
            Err(error) => Err(Mistake::new(format!("{error}."), error.hint())),
        }
    }

    fn request(&self, kind: TriggerKind) -> Fields {
        let (path, query) = match self.path.split_once('?') {
            Some((path, query)) => (path, query),
            None => (self.path.as_str(), ""),
        };
        let path = match path.trim() {
            "" => "/",
            path => path,
        };
        let fields = Fields::new()
            .with("method", self.method.as_str())
            .with("path", path)
            .with("query", query)
            .with("headers", self.headers.as_str())
            .with("body", self.body.as_str());
        // One route takes everything.
        match kind {
            TriggerKind::ApiGatewayHttp => fields.with("routeKey", "$default"),
            TriggerKind::ApiGatewayRest if path == "/" => fields.with("resource", "/"),
            TriggerKind::ApiGatewayRest => fields.with("resource", "/{proxy+}"),
            _ => fields,
        }
    }

    fn frame(&self, step: Step) -> Fields {
        let kind = match step {
            Step::Connect => "CONNECT",
            Step::Send => "MESSAGE",
            Step::Disconnect => "DISCONNECT",
        };
        let fields = Fields::new().with("eventType", kind);
        match step {
            Step::Send => fields.with("body", self.body.as_str()),
            Step::Connect | Step::Disconnect => fields,
        }
    }

    fn asked(&self, step: Step) -> String {
        match (self.kind, step) {
            (TriggerKind::ApiGatewayWebSocket, Step::Connect) => "$connect".to_owned(),
            (TriggerKind::ApiGatewayWebSocket, Step::Disconnect) => "$disconnect".to_owned(),
            (TriggerKind::ApiGatewayWebSocket, Step::Send) => "$default".to_owned(),
            _ => format!("{} {}", self.method, self.path),
        }
    }
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answer {
    pub(super) asked: String,
    pub(super) headline: String,
    pub(super) good: bool,
    pub(super) complaint: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    /// Whether a connection was made.
    pub(super) connected: bool,
}

impl Answer {
    pub(super) fn of(
        asked: &RequestDraft,
        step: Step,
        event: &str,
        request: RequestId,
        reading: &Reading<'_>,
    ) -> Self {
        let mut answer = Answer {
            asked: asked.asked(step),
            ..Answer::default()
        };
        let Some(record) = reading.all_invocations().get(request) else {
            return answer;
        };
        let Some(reply) = answered(reading, record, asked.kind, event.as_bytes()) else {
            answer.headline = "no answer".to_owned();
            return answer;
        };
        answer.connected = reply.verdict == Verdict::Connection(Connection::Opened);
        let (request_id, version) = names_of(reading, record);
        let invoked = Invoked {
            request_id: &request_id,
            version: &version,
        };
        let model = ReplyModel::of(asked.kind, reply, &invoked);
        answer.headline = model.headline;
        answer.good = model.good;
        answer.complaint = model
            .complaint
            .map(|(cause, hint)| format!("{cause} {hint}"));
        answer.headers = model.rows;
        answer.body = model.body.filter(|body| !body.is_empty());
        answer
    }
}
