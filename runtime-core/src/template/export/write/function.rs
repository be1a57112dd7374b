//! `AWS::Serverless::Function` (SAM's schema, schema_source/aws_serverless_function.py).

use super::super::super::model::{Code, Origin, StackFunction};
use super::super::super::trigger::TriggerSource;
use super::super::node::Node;
use super::{LOOP, Writer};
use crate::api::UrlCors;
use crate::platform::EPHEMERAL_STORAGE;
use crate::timeline::{AsyncConfiguration, ClockSetting, Destination, FailureTarget, SnapStart};
use crate::units::FunctionId;

impl Writer<'_> {
    pub(super) fn function(&mut self, id: FunctionId) {
        let stack = self.stack;
        let Some(function) = stack.function(id) else {
            return;
        };
        let settings = &function.configuration;
        let about = format!("function {}", settings.name);
        let mut here = Node::map();
        if settings.clock == ClockSetting::Measured {
            here.add("Clock", settings.clock.name());
        }
        let aliases = self.aliases(&about, function);
        here = here.with_some("Aliases", aliases.here.filled());
        let snap_start = self.snap_start(&about, function, &mut here);
        let events = self.events(id, function);
        here = here.with_some("Events", events.here.filled());
        let (code_key, code) = match &function.code {
            Code::Inline(text) => ("InlineCode", Some(text.clone())),
            Code::Image(image) => ("ImageUri", Some(image.clone())),
            Code::Path(place) | Code::Bucket(place) => ("CodeUri", Some(place.clone())),
            Code::Stub => ("CodeUri", None),
        };
        let layers = function.layers.iter().map(|layer| match layer {
            Origin::Here(logical) => Node::reference(logical),
            Origin::Elsewhere(arn) => Node::text(arn),
        });
        let layers = Node::from(layers.collect::<Vec<_>>()).filled();
        let storage = settings.ephemeral_storage;
        let storage = (storage != *EPHEMERAL_STORAGE.start())
            .then(|| Node::map().with("Size", storage.get()));
        let variables = settings.variables.iter();
        let variables = variables.map(|(key, value)| (key.clone(), Node::text(value)));
        let variables = Node::Map(variables.collect()).filled();
        let tags = function.tags.iter();
        let tags = tags.map(|(key, value)| (key.clone(), Node::text(value)));
        // Without an alias the version is a resource of its own.
        let described = function.version_description.clone();
        let described = described.filter(|_| aliases.published.is_some());
        let properties = Node::map()
            .with("FunctionName", settings.name.as_str())
            .with_some("Description", function.description.clone())
            .with("Runtime", function.runtime.as_str())
            .with("Handler", settings.handler.as_str())
            .with_some(code_key, code)
            .with_some("Layers", layers)
            .with("Architectures", vec![settings.architecture.name()])
            .with("MemorySize", settings.memory.get())
            .with("Timeout", super::super::gather::seconds(settings.timeout))
            .with_some("EphemeralStorage", storage)
            .with_some(
                "Environment",
                variables.map(|it| Node::map().with("Variables", it)),
            )
            .with_some(
                "ReservedConcurrentExecutions",
                settings.reserved_concurrency,
            )
            .with_some("SnapStart", snap_start)
            .with_some("Tracing", function.traced.then_some("Active"))
            .with_some("Tags", Node::Map(tags.collect()).filled())
            .with_some("VersionDescription", described)
            .with_some("AutoPublishAlias", aliases.published)
            .with_some(
                "ProvisionedConcurrencyConfig",
                aliases.provisioned.map(provisioned),
            )
            .with_some("DeadLetterQueue", self.dead_letters(&settings.asynchronous))
            .with_some(
                "EventInvokeConfig",
                self.invoke_config(id, &settings.asynchronous),
            )
            .with_some("FunctionUrlConfig", self.url(function))
            .with_some("Events", events.events.filled());
        self.resource(
            &function.logical_id,
            "AWS::Serverless::Function",
            here,
            properties,
        );
        for (logical, kind, properties) in aliases.resources {
            self.resource(&logical, kind, Node::map(), properties);
        }
    }

    /// SnapStart, where AWS has it ("Improving startup performance with Lambda SnapStart", "Supported
    /// features and limitations"): of what runs here, for Python from 3.12 on, and without provisioned
    /// concurrency.
    fn snap_start(
        &mut self,
        about: &str,
        function: &StackFunction,
        here: &mut Node,
    ) -> Option<Node> {
        let own = function.configuration.snap_start;
        if own == SnapStart::None {
            return None;
        }
        let minor = function.runtime.strip_prefix("python3.");
        let supported = minor.and_then(|it| it.parse::<u32>().ok()) >= Some(12);
        let version = function.version.and_then(|it| it.provisioned);
        let mut aliases = function.aliases.iter();
        let is_provisioned = version.is_some() || aliases.any(|it| it.provisioned.is_some());
        let why = match (supported, is_provisioned) {
            (false, _) => format!(
                "AWS has no SnapStart for {}: it is left out.",
                function.runtime
            ),
            (true, true) => {
                "AWS has no SnapStart where there is provisioned concurrency: it is left out."
                    .to_owned()
            }
            (true, false) => {
                if function.aliases.is_empty() && function.version.is_none() {
                    let why =
                        "SnapStart is for published versions on AWS: give it an AutoPublishAlias.";
                    self.remark(about, why);
                }
                return Some(Node::map().with("ApplyOn", own.name()));
            }
        };
        self.remark(about, why);
        here.add("SnapStart", own.name());
        None
    }

    fn dead_letters(&self, settings: &AsyncConfiguration) -> Option<Node> {
        let (kind, arn) = match settings.dead_letter_queue? {
            FailureTarget::Queue(queue) => ("SQS", self.queue_arn(queue)?),
            FailureTarget::Source(topic) => ("SNS", self.sink(self.stack.source(topic)?).1),
        };
        Some(Node::map().with("Type", kind).with("TargetArn", arn))
    }

    fn invoke_config(&mut self, id: FunctionId, settings: &AsyncConfiguration) -> Option<Node> {
        let standard = AsyncConfiguration::default();
        let age = super::super::gather::seconds(settings.maximum_event_age);
        let age = (settings.maximum_event_age != standard.maximum_event_age).then_some(age);
        let attempts = settings.maximum_retry_attempts;
        let attempts = (attempts != standard.maximum_retry_attempts).then_some(attempts);
        let mut destination = |it: Option<Destination>| self.destination(id, it?);
        let on_success = destination(settings.on_success);
        let on_failure = destination(settings.on_failure);
        let destinations = Node::map()
            .with_some("OnSuccess", on_success)
            .with_some("OnFailure", on_failure);
        Node::map()
            .with_some("MaximumEventAgeInSeconds", age)
            .with_some("MaximumRetryAttempts", attempts)
            .with_some("DestinationConfig", destinations.filled())
            .filled()
    }

    fn destination(&mut self, of: FunctionId, destination: Destination) -> Option<Node> {
        let (kind, arn) = match destination {
            Destination::Queue(queue) => ("SQS", self.queue_arn(queue)?),
            Destination::Function(to) => {
                let function = self.stack.function(to)?;
                let name = &function.configuration.name;
                let arn = match self.leads_to(to, of) {
                    // Named instead of pointed at, so that neither has to be there before the other.
                    true => Node::Call(
                        "Sub",
                        format!(
                            "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}"
                        ),
                    ),
                    false => Node::attribute(&function.logical_id, "Arn"),
                };
                ("Lambda", arn)
            }
            Destination::Source(id) => {
                let stack = self.stack;
                let source = stack.source(id)?;
                if self.tells_back(source, of) {
                    let about = format!("function {}", stack.function(of)?.configuration.name);
                    self.remark(about, LOOP);
                    return None;
                }
                self.sink(source)
            }
        };
        Some(Node::map().with("Type", kind).with("Destination", arn))
    }

    fn url(&self, function: &StackFunction) -> Option<Node> {
        let mut triggers = self.stack.triggers.iter();
        let url = triggers.find_map(|it| match &it.source {
            TriggerSource::FunctionUrl {
                auth,
                streamed,
                cors,
            } if it.function == function.logical_id => Some((auth, *streamed, cors)),
            _ => None,
        });
        let (auth, streamed, cors) = url?;
        let own = Node::map()
            .with("AuthType", auth.as_str())
            .with_some("InvokeMode", streamed.then_some("RESPONSE_STREAM"))
            .with_some("Cors", cors.as_ref().and_then(cross_origin));
        Some(own)
    }
}

fn cross_origin(cors: &UrlCors) -> Option<Node> {
    let list = |texts: &Option<Vec<String>>| texts.clone().map(Node::from);
    Node::map()
        .with_some("AllowCredentials", cors.credentials)
        .with_some("AllowHeaders", list(&cors.headers))
        .with_some("AllowMethods", list(&cors.methods))
        .with_some("AllowOrigins", list(&cors.origins))
        .with_some("ExposeHeaders", list(&cors.exposed))
        .with_some("MaxAge", cors.max_age)
        .filled()
}

pub(super) fn provisioned(environments: u32) -> Node {
    Node::map().with("ProvisionedConcurrentExecutions", environments)
}
