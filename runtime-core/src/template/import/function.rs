//! Functions and their settings: `AWS::Serverless::Function` and `AWS::Lambda::Function`.

use super::super::log::Log;
use super::super::model::{Alias, Code, StackFunction};
use super::builder::Builder;
use super::{Found, Section, code};
use crate::api::check_tags;
use crate::platform::{
    DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_MEMORY, DEFAULT_TIMEOUT, EPHEMERAL_STORAGE, Input,
    MAX_DESCRIPTION_LENGTH, Out, Setting, validate,
};
use crate::timeline::{
    Architecture, AsyncConfiguration, ClockSetting, FunctionConfiguration, HandlerKind, Runtime,
    SnapStart,
};
use crate::units::{ByteCount, FunctionId, MemoryMb, Moment, OrderedMap, PackageId, Span};
use std::collections::BTreeMap;

/// Read by later passes.
const LATER: [&str; 7] = [
    "DeadLetterConfig",
    "DeadLetterQueue",
    "EventInvokeConfig",
    "Events",
    "FunctionUrlConfig",
    "AutoPublishAlias",
    "ProvisionedConcurrencyConfig",
];
/// Why properties mean nothing here.
const LEFT: [(&[&str], &str); 7] = [
    (
        &[
            "Role",
            "Policies",
            "AssumeRolePolicyDocument",
            "PermissionsBoundary",
            "RolePath",
        ],
        "Permissions are not checked here.",
    ),
    (
        &["VpcConfig", "FileSystemConfigs"],
        "There is no network and no network file system here.",
    ),
    (
        &["KmsKeyArn", "SourceKMSKeyArn", "CodeSigningConfigArn"],
        "Encryption and signatures mean nothing here.",
    ),
    (&["LoggingConfig"], "Logs are plain text here."),
    (&["PropagateTags"], "Only functions have tags here."),
    (
        &[
            "DeploymentPreference",
            "AutoPublishAliasAllProperties",
            "AutoPublishCodeSha256",
            "VersionDeletionPolicy",
            "PublishToLatestPublished",
        ],
        "Deployments are at once here.",
    ),
    (
        &[
            "CapacityProviderConfig",
            "DurableConfig",
            "FunctionScalingConfig",
            "ImageConfig",
            "RecursiveLoop",
            "RuntimeManagementConfig",
            "TenancyConfig",
        ],
        "Nothing here stands for it.",
    ),
];

impl Builder<'_> {
    pub(super) fn functions(&mut self, found: &[Found<'_>]) {
        for resource in found.iter().filter(|it| it.is_function()) {
            self.has_read(resource.logical);
            let function = self.read_function(resource);
            if !self.is_valid(&function, resource) {
                continue;
            }
            let id = FunctionId(u32::try_from(self.stack.functions.len()).unwrap_or(u32::MAX));
            let configuration = Box::new(function.configuration.clone());
            let input = Input::ConfigureFunction {
                function: id,
                configuration,
            };
            self.platform
                .handle(Moment::START, input, &mut Out::default());
            let name = function.configuration.name.clone();
            self.known_as(
                self.resolver.arn("lambda", &format!("function:{name}")),
                resource.logical,
            );
            self.known_as(name, resource.logical);
            self.stack.functions.push(function);
        }
    }

    fn read_function(&self, resource: &Found<'_>) -> StackFunction {
        let section = resource.section(self.log);
        section.done(&LATER);
        for (keys, why) in LEFT {
            section.leave(keys, why);
        }
        let (id, runtime) = code::read_runtime(&section);
        let code = code::read(&section, &id);
        let handler = section.text("Handler");
        if handler.is_none() && !id.is_empty() && runtime.is_managed() {
            section.refuse("Handler", "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        }
        let layers = section.items("Layers").into_iter();
        let mut configuration = configuration(&section, resource.logical, runtime, handler, &code);
        here(resource, self.log, &mut configuration);
        StackFunction {
            logical_id: resource.logical.to_owned(),
            description: section.text("Description"),
            layers: layers.filter_map(|layer| self.origin(layer)).collect(),
            aliases: alias(resource, self).into_iter().collect(),
            configuration,
            version: None,
            version_description: version_description(&section, "VersionDescription"),
            tags: valid_tags(&section),
            traced: traced(&section),
            runtime: id,
            code,
        }
    }

    /// Whether AWS would create it. If not, the log says why where the setting is.
    fn is_valid(&self, function: &StackFunction, resource: &Found<'_>) -> bool {
        let others = self.stack.functions.iter().map(|it| &it.configuration);
        let errors = validate(&function.configuration, others, DEFAULT_ACCOUNT_CONCURRENCY);
        let path = resource.path().member("Properties");
        for error in &errors {
            let key = match error.setting() {
                Setting::Name => "FunctionName",
                Setting::Handler => "Handler",
                Setting::Memory => "MemorySize",
                Setting::Timeout => "Timeout",
                Setting::EphemeralStorage => "EphemeralStorage",
                Setting::Variables => "Environment",
                Setting::ReservedConcurrency => "ReservedConcurrentExecutions",
                Setting::SnapStart => "SnapStart",
                Setting::Layers => "Layers",
                Setting::Asynchronous => "EventInvokeConfig",
            };
            let at = resource
                .properties
                .get(key)
                .map_or(resource.at, |value| value.at);
            self.log.refused(at, &path.member(key), error.to_string());
        }
        errors.is_empty()
    }
}

/// The one place where settings are put together: what a template does not say has Lambda's default.
fn configuration(
    section: &Section<'_>,
    logical: &str,
    runtime: Runtime,
    handler: Option<String>,
    code: &Code,
) -> FunctionConfiguration {
    let size = match code {
        Code::Inline(text) => ByteCount::from(text.len()),
        _ => ByteCount::ZERO,
    };
    let storage = section.section("EphemeralStorage");
    let storage = storage.and_then(|storage| storage.number("Size"));
    FunctionConfiguration {
        name: section
            .text("FunctionName")
            .unwrap_or_else(|| logical.to_owned()),
        package: PackageId(0),
        runtime,
        handler: handler.unwrap_or_else(|| runtime.default_handler().to_owned()),
        kind: match runtime.is_managed() {
            true => HandlerKind::Loop,
            false => HandlerKind::Reactor,
        },
        code_size: size,
        unzipped_size: size,
        layers: Vec::new(),
        initial_memory: ByteCount::ZERO,
        memory: section
            .number("MemorySize")
            .map_or(DEFAULT_MEMORY, MemoryMb::new),
        timeout: section
            .number("Timeout")
            .map_or(DEFAULT_TIMEOUT, Span::from_secs),
        architecture: architecture(section),
        ephemeral_storage: storage.map_or(*EPHEMERAL_STORAGE.start(), MemoryMb::new),
        variables: variables(section),
        reserved_concurrency: section.number("ReservedConcurrentExecutions"),
        snap_start: snap_start(section),
        asynchronous: AsyncConfiguration::default(),
        clock: ClockSetting::default(),
    }
}

/// What an export of ours says beside the properties, because AWS has no such setting.
fn here(resource: &Found<'_>, log: &Log, configuration: &mut FunctionConfiguration) {
    let Some(section) = resource.here(log) else {
        return;
    };
    match section.text("Clock").as_deref() {
        Some("measured") => configuration.clock = ClockSetting::Measured,
        None | Some("modelled") => {}
        Some(_) => section.refuse("Clock", "A clock is modelled or measured."),
    }
    if section.text("SnapStart").as_deref() == Some("PublishedVersions") {
        configuration.snap_start = SnapStart::PublishedVersions;
    }
}

/// Tags, as TagResource takes them; none if it would not.
fn valid_tags(section: &Section<'_>) -> BTreeMap<String, String> {
    let tags = tags(section);
    let checked = check_tags(&tags.clone().into_iter().collect());
    match checked {
        Ok(()) => tags,
        Err(error) => {
            section.refuse("Tags", error.message);
            BTreeMap::new()
        }
    }
}

/// A mapping in SAM, a list of keys and values in CloudFormation.
fn tags(section: &Section<'_>) -> BTreeMap<String, String> {
    let Some(value) = section.value("Tags") else {
        return BTreeMap::new();
    };
    if value.items().is_some() {
        let tags = section.sections("Tags").into_iter();
        return tags
            .filter_map(|tag| Some((tag.text("Key")?, tag.text("Value")?)))
            .collect();
    }
    let Some(own) = section.section("Tags") else {
        return BTreeMap::new();
    };
    let keys = own.keys();
    keys.filter_map(|key| Some((key.to_owned(), own.text(key)?)))
        .collect()
}

fn traced(section: &Section<'_>) -> bool {
    let nested = section
        .section("TracingConfig")
        .and_then(|it| it.text("Mode"));
    let mode = section.text("Tracing").or(nested);
    mode.as_deref() == Some("Active")
}

fn architecture(section: &Section<'_>) -> Architecture {
    let named = section.texts("Architectures");
    match named.as_slice() {
        [] => Architecture::default(),
        [name] if name == Architecture::Arm64.name() => Architecture::Arm64,
        [name] if name == Architecture::X86_64.name() => Architecture::X86_64,
        _ => {
            let why = format!(
                "1 validation error detected: Value '[{}]' at 'architectures' failed to satisfy constraint: Member must have one element of x86_64, arm64",
                named.join(", ")
            );
            section.refuse("Architectures", why);
            Architecture::default()
        }
    }
}

fn variables(section: &Section<'_>) -> OrderedMap<String, String> {
    let environment = section.section("Environment");
    let Some(own) = environment.as_ref().and_then(|it| it.section("Variables")) else {
        return OrderedMap::new();
    };
    let named = own.keys();
    named
        .filter_map(|key| Some((key.to_owned(), own.text(key)?)))
        .collect()
}

fn snap_start(section: &Section<'_>) -> SnapStart {
    let apply = section
        .section("SnapStart")
        .and_then(|it| it.text("ApplyOn"));
    match apply.as_deref() {
        None | Some("None") => SnapStart::None,
        Some("PublishedVersions") => SnapStart::PublishedVersions,
        Some(other) => {
            let why = format!(
                "1 validation error detected: Value '{other}' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]"
            );
            section.refuse("SnapStart", why);
            SnapStart::None
        }
    }
}

/// What is said of a version, if Lambda takes it (Lambda API reference, PublishVersion).
pub(super) fn version_description(section: &Section<'_>, key: &str) -> Option<String> {
    let text = section.text(key)?;
    if text.chars().count() > MAX_DESCRIPTION_LENGTH {
        let why = format!(
            "1 validation error detected: Value '{text}' at 'description' failed to satisfy constraint: Member must have length less than or equal to {MAX_DESCRIPTION_LENGTH}"
        );
        section.refuse(key, why);
        return None;
    }
    Some(text)
}

/// `AutoPublishAlias`, and the provisioned concurrency that goes with it.
fn alias(resource: &Found<'_>, builder: &Builder<'_>) -> Option<Alias> {
    let named = |key| {
        resource
            .property(key)
            .filter(|(value, _)| value.unknown().is_none())
    };
    let provisioned = named("ProvisionedConcurrencyConfig").and_then(|(value, path)| {
        Section::of(value, path, builder.log).number("ProvisionedConcurrentExecutions")
    });
    let Some((name, path)) = named("AutoPublishAlias") else {
        if let Some((value, path)) = resource.property("ProvisionedConcurrencyConfig") {
            let why = "Provisioned concurrency needs a version or an alias: set AutoPublishAlias.";
            builder.log.refused(value.at, &path, why);
        }
        return None;
    };
    let Some(name) = name.text() else {
        builder
            .log
            .refused(name.at, &path, "An alias is called by a text.");
        return None;
    };
    Some(Alias {
        name: name.to_owned(),
        version: None,
        weights: BTreeMap::new(),
        provisioned,
        description: None,
        logical_id: None,
    })
}
