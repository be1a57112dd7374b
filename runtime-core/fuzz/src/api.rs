//! What must hold for any request to the Lambda API. Shared by the fuzz target and by the test that
//! replays its seeds.

use runtime_core::api::{Refused, Registry, Request, Response, Step, World, begin};
use runtime_core::platform::{Input, Out, Platform};
use runtime_core::timeline::{
    Architecture, AsyncConfiguration, ClockSetting, FunctionConfiguration, HandlerKind, Payloads,
    SessionMeta, SnapStart, Timeline,
};
use runtime_core::units::{ByteCount, FunctionId, MemoryMb, Moment, PackageId, Span};

/// A session with one function.
struct Session {
    platform: Platform,
    timeline: Timeline,
    registry: Registry,
    payloads: Payloads,
}

/// A request is a line with method and path, and the body. It has an answer, errors have a name and
/// a reason, and the session goes on. Whether it was accepted; an invocation counts as that.
pub fn api_holds(text: &str) -> bool {
    let (line, body) = text.split_once('\n').unwrap_or((text, ""));
    let (method, target) = line.split_once(' ').unwrap_or((line, ""));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut session = Session::with_echo();
    let answer = session.ask(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    });
    let Some(answer) = answer else {
        return true;
    };
    assert!((200..600).contains(&answer.status));
    let api = !path.starts_with("/lambda-url/");
    if answer.status >= 400 && api {
        assert!(answer.header("x-amzn-ErrorType").is_some());
        assert!(!answer.body.is_empty());
    }
    let list = session.ask(Request {
        method: "GET".to_owned(),
        path: "/aws/lambda/2015-03-31/functions".to_owned(),
        ..Request::default()
    });
    assert!(list.is_some_and(|list| list.status == 200));
    answer.status < 400
}

impl Session {
    fn with_echo() -> Self {
        let mut session = Session {
            platform: Platform::default(),
            timeline: Timeline::default(),
            registry: Registry::default(),
            payloads: Payloads::default(),
        };
        let configuration = FunctionConfiguration {
            name: "echo".to_owned(),
            package: PackageId(1),
            runtime: Default::default(),
            handler: "bootstrap".to_owned(),
            kind: HandlerKind::Reactor,
            code_size: ByteCount::new(100),
            unzipped_size: ByteCount::default(),
            layers: Vec::new(),
            initial_memory: ByteCount::new(65_536),
            memory: MemoryMb::new(128),
            timeout: Span::from_secs(3),
            architecture: Architecture::default(),
            ephemeral_storage: MemoryMb::new(512),
            variables: Default::default(),
            reserved_concurrency: None,
            snap_start: SnapStart::None,
            asynchronous: AsyncConfiguration::default(),
            clock: ClockSetting::default(),
        };
        session.tell(Input::ConfigureFunction {
            function: FunctionId(1),
            configuration: Box::new(configuration),
        });
        session
    }

    /// The answer; nothing where a function would have it.
    fn ask(&mut self, request: Request) -> Option<Response> {
        let mut step = self.world(|world| begin(request, world));
        loop {
            step = match step {
                Step::Answer(response) => return Some(response),
                Step::Change(inputs, then) => {
                    for input in inputs {
                        self.tell(input);
                    }
                    Step::Answer(self.world(then))
                }
                Step::Inspect(_, then) => {
                    let refused = Refused {
                        cause: "It is not looked at.".to_owned(),
                        hint: String::new(),
                    };
                    self.world(|world| then(world, Err(refused)))
                }
                Step::Invoke(..) | Step::InvokeAsync(..) => return None,
            };
        }
    }

    fn tell(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(Moment::START, input, &mut out);
        for fact in out.facts {
            self.timeline.push(Moment::START, fact);
        }
    }

    fn world<T>(&mut self, then: impl FnOnce(&mut World<'_>) -> T) -> T {
        then(&mut World {
            platform: &self.platform,
            registry: &mut self.registry,
            timeline: &self.timeline,
            payloads: &self.payloads,
            session: SessionMeta::default(),
            now: Moment::START,
            urls: "https://example.org/lambda-url/",
        })
    }
}
