//! A session: the platform, and environments that answer as a table says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runtime_core::api::{
    self, Refused, Registry, Request, Response, Step, Upload, UploadKind, World,
};
use runtime_core::platform::{
    Arrival, AsyncArrival, Effect, Input, InvocationEnd, Out, Platform, Timer, refuse_event,
};
use runtime_core::projections::Invocations;
use runtime_core::sandbox::{DeploymentPackage, InspectError, inspect, inspect_layer};
use runtime_core::timeline::{
    AsyncSource, CaughtUp, Failure, InitOutcome, LifecycleEvent, Outcome, Payloads,
    QueueConfiguration, SessionMeta, SourceConfiguration, SourceKind, Timeline, Trigger,
};
use runtime_core::units::{
    ByteCount, Moment, OrderedMap, PackageId, PayloadId, QueueId, RequestId, SessionSeed, Span,
};
use serde_json::{Value, json};
use std::io::{Cursor, Write};

pub(crate) const URLS: &str = "https://example.org/lambda-url/";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/r";

/// How handlers of a function answer.
#[derive(Clone, Debug)]
pub(crate) enum Handler {
    /// With the event.
    Echo,
    /// With this.
    Says(Value),
    /// With an error of their own.
    Fails,
    /// Never in time.
    TimesOut,
}

pub(crate) struct Stage {
    pub(crate) platform: Platform,
    pub(crate) registry: Registry,
    pub(crate) timeline: Timeline,
    payloads: Payloads,
    session: SessionMeta,
    pub(crate) now: Moment,
    packages: OrderedMap<PackageId, DeploymentPackage>,
    handlers: OrderedMap<String, Handler>,
    events: OrderedMap<RequestId, (PayloadId, String)>,
    invocations: CaughtUp<Invocations>,
    /// How INIT phases end from now on.
    pub(crate) init: InitOutcome,
    /// What is due, in order: only [`Stage::pass`] lets it happen.
    due: Vec<(Moment, Timer)>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let session = SessionMeta {
            seed: SessionSeed(7),
            unix_millis: 1_795_521_600_000,
        };
        let mut timeline = Timeline::default();
        timeline.push(Moment::START, LifecycleEvent::SessionOpened(session));
        Stage {
            platform: Platform::default(),
            registry: Registry::default(),
            timeline,
            payloads: Payloads::default(),
            session,
            now: Moment::START,
            packages: OrderedMap::new(),
            handlers: OrderedMap::new(),
            events: OrderedMap::new(),
            invocations: CaughtUp::default(),
            init: InitOutcome::Succeeded,
            due: Vec::new(),
        }
    }

    /// A session with an echo.
    pub(crate) fn with_echo() -> Self {
        let mut stage = Stage::new();
        stage.create("echo");
        stage
    }

    pub(crate) fn create(&mut self, name: &str) {
        let made = self.send("POST", "/2015-03-31/functions", &creation(name));
        assert_eq!(made.status, 201, "{}", text(&made));
    }

    /// How a function's handlers answer from now on.
    pub(crate) fn let_handler(&mut self, name: &str, handler: Handler) {
        self.handlers.insert(name.to_owned(), handler);
    }

    pub(crate) fn queue(&mut self, name: &str) -> String {
        let configuration = Box::new(QueueConfiguration::named(name));
        let queue: QueueId = self.platform.next_queue();
        self.input(Input::ConfigureQueue {
            queue,
            configuration,
        });
        format!("arn:aws:sqs:us-east-1:123456789012:{name}")
    }

    /// A topic, a bus or a bucket, by its ARN.
    pub(crate) fn source(&mut self, name: &str, kind: SourceKind) -> String {
        let arn = match kind {
            SourceKind::Topic => format!("arn:aws:sns:us-east-1:123456789012:{name}"),
            SourceKind::Bus => format!("arn:aws:events:us-east-1:123456789012:event-bus/{name}"),
            _ => format!("arn:aws:s3:::{name}"),
        };
        let configuration = Box::new(SourceConfiguration {
            name: name.to_owned(),
            kind,
            wires: Vec::new(),
        });
        let source = self.platform.next_source();
        self.input(Input::ConfigureSource {
            source,
            configuration,
        });
        arn
    }

    /// Sends a request of the API; its path may have a query.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: &Value) -> Response {
        let body = match body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        self.send_with(method, path, &[], body)
    }

    pub(crate) fn send_with(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Response {
        self.request(request(
            method,
            &format!("/aws/lambda{path}"),
            headers,
            body,
        ))
    }

    /// Carries a request out, as the page does.
    pub(crate) fn request(&mut self, request: Request) -> Response {
        let mut step = self.world(|world| api::begin(request, world));
        loop {
            step = match step {
                Step::Answer(response) => return response,
                Step::Change(inputs, then) => {
                    for input in inputs {
                        self.input(input);
                    }
                    Step::Answer(self.world(then))
                }
                Step::Inspect(upload, then) => match inspected(upload) {
                    Ok(package) => {
                        let id = PackageId(self.packages.len() as u32 + 1);
                        self.packages.insert(id, package.clone());
                        self.world(|world| then(world, Ok((id, &package))))
                    }
                    Err(error) => {
                        let (cause, hint) = (error.to_string(), error.hint());
                        self.world(|world| then(world, Err(Refused { cause, hint })))
                    }
                },
                Step::Invoke(invoke, then) => {
                    let request = self.platform.next_request();
                    let refused = refuse_event(&invoke.event);
                    let bytes = ByteCount::from(invoke.event.len());
                    let event = self.payloads.add(invoke.event);
                    self.input(Input::Request(Arrival {
                        request,
                        function: invoke.function,
                        qualifier: invoke.qualifier,
                        trigger: Trigger::Invoke,
                        event,
                        bytes,
                        refused,
                    }));
                    let record = self.invocations.catch_up(&self.timeline).get(request);
                    let record = record.cloned().unwrap();
                    Step::Answer(self.world(|world| then(world, &record)))
                }
                Step::InvokeAsync(invoke, then) => {
                    let request = self.platform.next_request();
                    let bytes = ByteCount::from(invoke.event.len());
                    let event = self.payloads.add(invoke.event);
                    self.input(Input::InvokeAsync(AsyncArrival {
                        request,
                        function: invoke.function,
                        qualifier: invoke.qualifier,
                        source: AsyncSource::Invoke,
                        event,
                        bytes,
                        refused: None,
                    }));
                    Step::Answer(self.world(|world| then(world, request)))
                }
            };
        }
    }

    pub(crate) fn world<T>(&mut self, then: impl FnOnce(&mut World<'_>) -> T) -> T {
        for (_, configuration) in self.platform.functions() {
            if let Some(package) = self.packages.get(&configuration.package) {
                self.registry.digest_package(configuration.package, package);
            }
        }
        then(&mut World {
            platform: &self.platform,
            registry: &mut self.registry,
            timeline: &self.timeline,
            payloads: &self.payloads,
            session: self.session,
            now: self.now,
            urls: URLS,
        })
    }

    /// The id that AWS would show for the request that comes next.
    pub(crate) fn next_id(&self) -> String {
        self.platform.peek_request().uuid(self.session.seed)
    }

    /// How many requests have arrived.
    pub(crate) fn arrived(&self) -> usize {
        let is_arrival =
            |event: &LifecycleEvent| matches!(event, LifecycleEvent::RequestArrived { .. });
        self.timeline
            .entries()
            .iter()
            .filter(|it| is_arrival(&it.event))
            .count()
    }

    /// Lets the session clock go on.
    pub(crate) fn wait(&mut self, span: Span) {
        self.now = self.now + span;
    }

    /// Lets the session clock go on, through what is due.
    pub(crate) fn pass(&mut self, span: Span) {
        let until = self.now + span;
        while let Some(next) = self.due.iter().position(|(at, _)| *at <= until) {
            let (at, timer) = self.due.remove(next);
            self.now = self.now.max(at);
            if self.platform.awaits(timer) {
                self.input(Input::TimerFired(timer));
            }
        }
        self.now = until;
    }

    pub(crate) fn input(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(self.now, input, &mut out);
        for fact in out.facts {
            if let LifecycleEvent::RequestArrived {
                request,
                function,
                event,
                ..
            } = &fact
            {
                let name = self
                    .platform
                    .configuration(*function)
                    .map(|it| it.name.clone());
                self.events
                    .insert(*request, (*event, name.unwrap_or_default()));
            }
            self.timeline.push(self.now, fact);
        }
        for effect in out.effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::StartEnvironment { environment, .. } => {
                self.input(Input::EnvironmentReady { environment });
            }
            Effect::Init { environment, .. } => self.input(Input::InitFinished {
                environment,
                outcome: self.init,
                duration: Span::from_millis(20),
                restoring: Span::ZERO,
                snapshot: None,
            }),
            Effect::Invoke {
                environment,
                request,
                ..
            } => {
                let (event, name) = self.events.get(&request).cloned().unwrap();
                let text = self
                    .payloads
                    .add(format!("hello from {name}\n").into_bytes());
                self.input(Input::LogWritten {
                    environment,
                    request: Some(request),
                    text,
                });
                let handler = self.handlers.get(&name).cloned().unwrap_or(Handler::Echo);
                let (outcome, response) = match handler {
                    Handler::TimesOut => {
                        let timer = Timer::InvocationTimeout {
                            environment,
                            request,
                        };
                        self.now = self.now + Span::from_secs(3);
                        return self.input(Input::TimerFired(timer));
                    }
                    Handler::Echo => (Outcome::Succeeded, self.payloads.get(event).to_vec()),
                    Handler::Says(value) => (Outcome::Succeeded, value.to_string().into_bytes()),
                    Handler::Fails => {
                        let error = json!({"errorType": "ValueError", "errorMessage": "no"});
                        let outcome = Outcome::Failed(Failure::HandlerError);
                        (outcome, error.to_string().into_bytes())
                    }
                };
                let response = Some(self.payloads.add(response));
                self.input(Input::InvocationFinished(InvocationEnd {
                    environment,
                    request,
                    outcome,
                    duration: Span::from_millis(5),
                    max_memory: ByteCount::new(1_000_000),
                    response,
                }));
            }
            Effect::SetTimer { at, timer } => {
                let after = self.due.iter().position(|(it, _)| *it > at);
                let place = after.unwrap_or(self.due.len());
                self.due.insert(place, (at, timer));
            }
            Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::ResetEnvironment { .. }
            | Effect::StopEnvironment { .. }
            | Effect::WriteRecord(_)
            | Effect::WriteBatch { .. }
            | Effect::ReadBatchResponse { .. } => {}
        }
    }
}

fn inspected(upload: Upload) -> Result<DeploymentPackage, InspectError> {
    match upload.kind {
        UploadKind::Code => inspect(&upload.file_name, upload.bytes),
        UploadKind::Layer => inspect_layer(&upload.file_name, &upload.bytes),
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body,
    }
}

/// A zip file with a module that runs.
pub(crate) fn zip() -> Vec<u8> {
    let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    zip_of("bootstrap.wasm", &wat::parse_str(module).unwrap())
}

pub(crate) fn zip_of(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file(name, options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What CreateFunction is sent at least.
pub(crate) fn creation(name: &str) -> Value {
    json!({
        "FunctionName": name,
        "Role": ROLE,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Code": {"ZipFile": encoded(&zip())},
    })
}

/// The body of a response as JSON; null if there is none.
pub(crate) fn body(response: &Response) -> Value {
    match response.body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&response.body).unwrap(),
    }
}

pub(crate) fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}
