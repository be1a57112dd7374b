//! Versions, aliases, function URLs and permissions.

use super::super::model::{Alias, StackVersion};
use super::super::resolve::{Pointer, Resolved, Value};
use super::super::trigger::TriggerSource;
use super::builder::Builder;
use super::function::version_description;
use super::{Found, Section};
use crate::api::{UrlCors, check_cors};
use std::collections::BTreeMap;

/// What a function's URL is called among its events.
const URL: &str = "FunctionUrl";

impl Builder<'_> {
    pub(super) fn qualified(&mut self, found: &[Found<'_>]) {
        for resource in found {
            match resource.kind {
                "AWS::Lambda::Version" => {
                    self.has_read(resource.logical);
                    let section = resource.section(self.log);
                    let described = version_description(&section, "Description");
                    section.leave(
                        &["CodeSha256", "RuntimePolicy"],
                        "Nothing here stands for it.",
                    );
                    let provisioned = provisioned(&section);
                    if let Some((id, _)) = self.target(&section, "FunctionName")
                        && let Some(function) = self.stack.functions.get_mut(id.0 as usize)
                    {
                        if function.version.is_some() {
                            let why = "An import publishes one version of a function: this one is the same.";
                            section.change("", why);
                        }
                        let before = function.version.and_then(|it| it.provisioned);
                        let provisioned = provisioned.or(before);
                        function.version = Some(StackVersion { provisioned });
                        let before = function.version_description.take();
                        function.version_description = before.or(described);
                    }
                }
                "AWS::Lambda::Alias" => self.alias(resource),
                "AWS::Lambda::Url" => {
                    self.has_read(resource.logical);
                    let section = resource.section(self.log);
                    section.leave(&["Qualifier"], "The URL invokes the newest version here.");
                    if let Some((_, function)) = self.target(&section, "TargetFunctionArn") {
                        let source = url(&section);
                        self.trigger(URL, &function, source);
                    }
                }
                "AWS::Lambda::Permission"
                | "AWS::Lambda::LayerVersionPermission"
                | "AWS::SQS::QueuePolicy"
                | "AWS::SQS::QueueInlinePolicy"
                | "AWS::SNS::TopicPolicy"
                | "AWS::SNS::TopicInlinePolicy"
                | "AWS::Events::EventBusPolicy"
                | "AWS::S3::BucketPolicy" => {
                    self.has_read(resource.logical);
                    resource.section(self.log).done_all();
                    let why = "Permissions are not checked here.";
                    self.log.skipped(resource.at, &resource.path(), why);
                }
                kind if kind.starts_with("AWS::IAM::") => {
                    self.has_read(resource.logical);
                    let why = "Permissions are not checked here.";
                    self.log.skipped(resource.at, &resource.path(), why);
                }
                "AWS::Serverless::Function" => {
                    if let Some((value, path)) = resource.property("FunctionUrlConfig")
                        && self.stack.function_id(resource.logical).is_some()
                    {
                        let source = url(&Section::of(value, path, self.log));
                        self.trigger(URL, resource.logical, source);
                    }
                }
                _ => {}
            }
        }
        for resource in found {
            self.aliases_here(resource);
        }
    }

    /// What an export of ours says of aliases beside their properties: a deployment has no older versions.
    fn aliases_here(&mut self, resource: &Found<'_>) {
        let here = resource.here(self.log);
        let Some(told) = here.and_then(|it| it.section("Aliases")) else {
            return;
        };
        let id = self.stack.function_id(resource.logical);
        let Some(function) = id.and_then(|id| self.stack.functions.get_mut(id.0 as usize)) else {
            return;
        };
        for alias in &mut function.aliases {
            let Some(told) = told.section(&alias.name) else {
                continue;
            };
            alias.version = alias.version.take().or(told.text("Version"));
            alias.description = alias.description.take().or(told.text("Description"));
            if let Some(weights) = told.section("AdditionalVersionWeights") {
                for version in weights.keys() {
                    let share = weights.number(version);
                    let share = share.filter(|it: &f64| (0.0..=1.0).contains(it));
                    alias
                        .weights
                        .extend(share.map(|it| (version.to_owned(), it)));
                }
            }
        }
    }

    /// Whether this is the version that the template publishes, rather than a number.
    fn is_newest(&self, value: &Resolved) -> bool {
        let Value::Pointer(Pointer {
            logical, attribute, ..
        }) = &value.value
        else {
            return false;
        };
        let attribute = attribute.as_deref();
        self.resolver.type_of(logical) == Some("AWS::Lambda::Version")
            || attribute == Some("Version.Version")
            || (logical.ends_with(".Version") && attribute == Some("Version"))
    }

    fn alias(&mut self, resource: &Found<'_>) {
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        let description = section.text("Description");
        let target = self.target(&section, "FunctionName");
        let name = section.text("Name");
        let version = section.value("FunctionVersion").map(|value| {
            let newest = self.is_newest(value);
            let text = value.text().filter(|_| !newest);
            text.map(str::to_owned)
        });
        let provisioned = provisioned(&section);
        let mut weights = BTreeMap::new();
        if let Some(routing) = section.section("RoutingConfig") {
            for weight in routing.sections("AdditionalVersionWeights") {
                let share = weight
                    .number("FunctionWeight")
                    .filter(|it: &f64| (0.0..=1.0).contains(it));
                match (weight.text("FunctionVersion"), share) {
                    (Some(version), Some(share)) => {
                        weights.insert(version, share);
                    }
                    _ => weight.refuse("", "A weight is a version and a share of 0 to 1."),
                }
            }
        }
        match (target, name, version) {
            (Some((id, _)), Some(name), Some(version)) => {
                if let Some(function) = self.stack.functions.get_mut(id.0 as usize) {
                    function.aliases.push(Alias {
                        name,
                        version,
                        weights,
                        provisioned,
                        description,
                        logical_id: Some(resource.logical.to_owned()),
                    });
                }
            }
            (None, ..) => {}
            _ => section.refuse("", "An alias has a Name and a FunctionVersion."),
        }
    }
}

fn provisioned(section: &Section<'_>) -> Option<u32> {
    let own = section.section("ProvisionedConcurrencyConfig")?;
    own.number("ProvisionedConcurrentExecutions")
}

fn cors(section: &Section<'_>) -> Option<UrlCors> {
    // `Cors: true` and the like is none.
    section.value("Cors")?;
    let own = section.section("Cors")?;
    let list = |key: &str| own.has(key).then(|| own.texts(key));
    let cors = UrlCors {
        credentials: own.flag("AllowCredentials"),
        headers: list("AllowHeaders"),
        methods: list("AllowMethods"),
        origins: list("AllowOrigins"),
        exposed: list("ExposeHeaders"),
        max_age: own.number("MaxAge"),
    };
    match check_cors(&cors) {
        Ok(()) => Some(cors),
        Err(error) => {
            own.refuse("", error.message);
            None
        }
    }
}

fn url(section: &Section<'_>) -> TriggerSource {
    let auth = section.text("AuthType").unwrap_or_default();
    if !["NONE", "AWS_IAM"].contains(&auth.as_str()) {
        section.refuse(
            "AuthType",
            "Member must satisfy enum value set: [NONE, AWS_IAM]",
        );
    }
    TriggerSource::FunctionUrl {
        auth: match auth.as_str() {
            "AWS_IAM" => auth,
            _ => "NONE".to_owned(),
        },
        streamed: match section.text("InvokeMode").as_deref() {
            None | Some("BUFFERED") => false,
            Some("RESPONSE_STREAM") => true,
            Some(_) => {
                let why = "Member must satisfy enum value set: [BUFFERED, RESPONSE_STREAM]";
                section.refuse("InvokeMode", why);
                false
            }
        },
        cors: cors(section),
    }
}
