//! `FunctionConfiguration`: a function as the API shows it (Lambda API reference,
//! "FunctionConfiguration"; fields and states as recorded against AWS, LocalStack's
//! `test_lambda_api` snapshots of 2024).

use super::arns::destination_arn;
use super::layers;
use super::name::REGION;
use super::world::World;
use crate::timeline::{FunctionConfiguration, Runtime, SnapStart, function_arn};
use crate::units::{FunctionId, Moment, RequestId, SessionSeed, Version};
use serde_json::{Value, json};

/// Which call a function is shown by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The one that created it.
    Created,
    /// One that changed it.
    Updated,
    /// One that asked for it.
    Asked,
    /// A list, which leaves out its state.
    Listed,
}

/// A function as it is set now.
pub(super) fn latest(world: &mut World<'_>, function: FunctionId, shown: Shown) -> Value {
    let Some(configuration) = world.platform.configuration(function).cloned() else {
        return Value::Null;
    };
    world.registry.catch_up(world.timeline);
    let (modified, _) = world.registry.changed(function);
    let mut value = settings(world, (function, Version::Latest), &configuration, modified);
    value["Version"] = json!("$LATEST");
    value["RevisionId"] = json!(revision_id(world, function));
    if shown != Shown::Listed {
        state(world, (function, Version::Latest), shown, &mut value);
    }
    value
}

/// Tells one state of a function from another.
pub(super) fn revision_id(world: &mut World<'_>, function: FunctionId) -> String {
    world.registry.catch_up(world.timeline);
    let (_, revision) = world.registry.changed(function);
    let number = (u64::from(function.0) << 32) | u64::from(revision);
    RequestId(number).uuid(SessionSeed(!world.session.seed.0))
}

/// A published version of a function.
pub(super) fn published(
    world: &mut World<'_>,
    function: FunctionId,
    version: Version,
    shown: Shown,
) -> Value {
    let Some(configuration) = world.platform.version(function, version).cloned() else {
        return Value::Null;
    };
    world.registry.catch_up(world.timeline);
    let (at, revision, description) = world
        .registry
        .published(function, version)
        .cloned()
        .unwrap_or_default();
    let mut value = settings(world, (function, version), &configuration, at);
    let number = (u64::from(function.0) << 32) | u64::from(revision);
    let seed = SessionSeed(world.session.seed.0 ^ u64::from(u32::from(version)));
    value["FunctionArn"] = json!(format!("{}:{version}", function_arn(&configuration.name)));
    value["Version"] = json!(version.to_string());
    value["RevisionId"] = json!(RequestId(number).uuid(seed));
    if !description.is_empty() {
        value["Description"] = json!(description);
    }
    if shown != Shown::Listed {
        state(world, (function, version), shown, &mut value);
    }
    value
}

/// What a function is set to, whatever version of it.
fn settings(
    world: &World<'_>,
    (function, version): (FunctionId, Version),
    configuration: &FunctionConfiguration,
    modified: Moment,
) -> Value {
    let details = world.registry.details(function);
    let runtime = details
        .runtime
        .filter(|_| configuration.runtime.is_managed());
    let mut value = json!({
        "FunctionName": configuration.name,
        "FunctionArn": function_arn(&configuration.name),
        "Runtime": runtime.unwrap_or_else(|| configuration.runtime.id().to_owned()),
        "Role": details.role,
        "Handler": configuration.handler,
        "CodeSize": configuration.code_size.get(),
        "Description": details.description,
        "Timeout": configuration.timeout.as_nanos() / 1_000_000_000,
        "MemorySize": configuration.memory.get(),
        "LastModified": world.timestamp(modified),
        "CodeSha256": world.registry.digest(configuration.package).unwrap_or_default(),
        "Environment": {"Variables": configuration.variables},
        "TracingConfig": {"Mode": if details.traced { "Active" } else { "PassThrough" }},
        "PackageType": "Zip",
        "Architectures": [configuration.architecture.name()],
        "EphemeralStorage": {"Size": configuration.ephemeral_storage.get()},
        "SnapStart": {
            "ApplyOn": configuration.snap_start.name(),
            "OptimizationStatus": "Off",
        },
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": format!("/aws/lambda/{}", configuration.name)},
    });
    if configuration.snap_start == SnapStart::PublishedVersions
        && world.platform.has_snapshot(function, version)
    {
        value["SnapStart"]["OptimizationStatus"] = json!("On");
    }
    if !configuration.layers.is_empty() {
        value["Layers"] = layers::of_function(&configuration.layers);
    }
    if let Some(target) = configuration.asynchronous.dead_letter_queue {
        value["DeadLetterConfig"] = json!({"TargetArn": destination_arn(world, target.into())});
    }
    value
}

/// How far a function is, which lists leave out.
fn state(
    world: &World<'_>,
    (function, version): (FunctionId, Version),
    shown: Shown,
    value: &mut Value,
) {
    let configuration = world.platform.configuration(function);
    let runtime = configuration
        .map_or(Runtime::Provided, |it| it.runtime)
        .id();
    value["RuntimeVersionConfig"] = json!({
        "RuntimeVersionArn": format!("arn:aws:lambda:{REGION}::runtime:coldstart-{runtime}-v1"),
    });
    let pending = shown == Shown::Created || world.platform.is_pending(function, version);
    if pending {
        value["State"] = json!("Pending");
        value["StateReason"] = json!("The function is being created.");
        value["StateReasonCode"] = json!("Creating");
    } else {
        value["State"] = json!("Active");
    }
    match shown {
        Shown::Updated => {
            value["LastUpdateStatus"] = json!("InProgress");
            value["LastUpdateStatusReason"] = json!("The function is being created.");
            value["LastUpdateStatusReasonCode"] = json!("Creating");
        }
        Shown::Asked if !pending => value["LastUpdateStatus"] = json!("Successful"),
        _ => {}
    }
}
