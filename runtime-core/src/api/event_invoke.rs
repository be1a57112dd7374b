//! How a function is invoked asynchronously (Lambda API reference, PutFunctionEventInvokeConfig).

use super::Call;
use super::arns::{destination_arn, destination_error, failure_target_of};
use super::error::ApiError;
use super::fields::Fields;
use super::functions::listing;
use super::http::Response;
use super::name::Reference;
use super::page::page;
use super::world::{Step, World};
use crate::platform::{EVENT_AGE, Input, QueueError, RETRY_ATTEMPTS, validate_async};
use crate::timeline::{AsyncConfiguration, Destination, function_arn};
use crate::units::{FunctionId, Span};
use serde_json::{Value, json};

/// The most of a page.
const PAGE: usize = 50;

pub(super) fn put(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    let fields = call.fields()?;
    // What the request does not name goes back to its default.
    let before = world.settings(function)?.asynchronous;
    let blank = AsyncConfiguration {
        dead_letter_queue: before.dead_letter_queue,
        ..AsyncConfiguration::default()
    };
    set(world, function, &fields, blank)
}

pub(super) fn update(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    exists(world, function)?;
    let before = world.settings(function)?.asynchronous;
    set(world, function, &call.fields()?, before)
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    exists(world, function)?;
    Ok(Step::Answer(Response::json(
        200,
        &describe(world, function),
    )))
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    let items: Vec<Value> = exists(world, function)
        .is_ok()
        .then(|| describe(world, function))
        .into_iter()
        .collect();
    let (items, next) = page(&call.request, PAGE, items, |_| 0u32)?;
    Ok(Step::Answer(listing(
        "FunctionEventInvokeConfigs",
        items,
        next,
    )))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    exists(world, function)?;
    let mut configuration = world.settings(function)?;
    configuration.asynchronous = AsyncConfiguration {
        dead_letter_queue: configuration.asynchronous.dead_letter_queue,
        ..AsyncConfiguration::default()
    };
    world.registry.change(function, |it| it.event_invoke = None);
    let input = Input::ConfigureFunction {
        function,
        configuration: Box::new(configuration),
    };
    Step::change(vec![input], |_| Response::empty(204))
}

/// Settings are the function's here, whatever its versions: other qualifiers have none of their own.
fn function(call: &Call, world: &World<'_>) -> Result<FunctionId, ApiError> {
    let reference = call.function()?;
    let function = reference.function(world)?;
    match reference.qualifier.as_deref() {
        None | Some("$LATEST") => Ok(function),
        Some(_) => Err(ApiError::absent(
            "An EventInvokeConfig of a version or an alias",
        )),
    }
}

fn exists(world: &World<'_>, function: FunctionId) -> Result<(), ApiError> {
    let settings = world.settings(function)?;
    let plain = AsyncConfiguration {
        dead_letter_queue: settings.asynchronous.dead_letter_queue,
        ..AsyncConfiguration::default()
    };
    // It may have been made on the page.
    if world.registry.details(function).event_invoke.is_some() || settings.asynchronous != plain {
        return Ok(());
    }
    Err(ApiError::not_found(format!(
        "The function {}:$LATEST doesn't have an EventInvokeConfig",
        function_arn(&settings.name)
    )))
}

fn set(
    world: &mut World<'_>,
    function: FunctionId,
    fields: &Fields,
    mut asynchronous: AsyncConfiguration,
) -> Result<Step, ApiError> {
    let retries = i64::from(*RETRY_ATTEMPTS.start())..=i64::from(*RETRY_ATTEMPTS.end());
    let seconds = |span: &Span| (span.as_nanos() / 1_000_000_000) as i64;
    let ages = seconds(EVENT_AGE.start())..=seconds(EVENT_AGE.end());
    let mut named = false;
    let mut given = Given::default();
    if let Some(attempts) = fields.number("MaximumRetryAttempts", retries)? {
        asynchronous.maximum_retry_attempts = attempts;
        named = true;
    }
    if let Some(age) = fields.number("MaximumEventAgeInSeconds", ages)? {
        asynchronous.maximum_event_age = Span::from_secs(u64::from(age));
        named = true;
    }
    if let Some(config) = fields.object("DestinationConfig")? {
        named = true;
        given = Given::read(&config)?;
        if !given.are_destinations() {
            return Err(given.refused());
        }
        if config.has("OnSuccess") {
            asynchronous.on_success = destination(&config, "OnSuccess", world)?;
        }
        if config.has("OnFailure") {
            asynchronous.on_failure = destination(&config, "OnFailure", world)?;
        }
    }
    if !named {
        return Err(ApiError::invalid(
            "You must specify at least one of error handling or destination setting.",
        ));
    }
    if let Some(error) = validate_async(&asynchronous, world.platform)
        .into_iter()
        .next()
    {
        return Err(match error {
            QueueError::WrongDestination { .. } => given.refused(),
            error => error.into(),
        });
    }
    let mut configuration = world.settings(function)?;
    configuration.asynchronous = asynchronous;
    let now = world.now;
    world
        .registry
        .change(function, |it| it.event_invoke = Some(now));
    let input = Input::ConfigureFunction {
        function,
        configuration: Box::new(configuration),
    };
    Step::change(vec![input], move |world| {
        Response::json(200, &describe(world, function))
    })
}

/// The destinations that a request names.
#[derive(Default)]
struct Given {
    on_success: Option<String>,
    on_failure: Option<String>,
}

impl Given {
    fn read(config: &Fields) -> Result<Given, ApiError> {
        let arn = |name| -> Result<Option<String>, ApiError> {
            let Some(one) = config.object(name)? else {
                return Ok(None);
            };
            let arn = one.text("Destination")?.filter(|arn| !arn.is_empty());
            Ok(arn.map(str::to_owned))
        };
        Ok(Given {
            on_success: arn("OnSuccess")?,
            on_failure: arn("OnFailure")?,
        })
    }

    /// Whether they are of services that can be destinations, whatever is there.
    fn are_destinations(&self) -> bool {
        let mut all = [&self.on_success, &self.on_failure].into_iter().flatten();
        all.all(|arn| {
            let mut services = ["sqs", "sns", "lambda", "events", "s3"].iter();
            services.any(|service| arn.starts_with(&format!("arn:aws:{service}:")))
        })
    }

    /// AWS's words for what cannot be one (localstack/localstack, `services/lambda_/provider.py`, whose tests are
    /// run against AWS).
    fn refused(&self) -> ApiError {
        let shown = |name: &str, arn: &Option<String>| match arn {
            Some(arn) => format!("{name}(destination={arn})"),
            None => "null".to_owned(),
        };
        ApiError::invalid(format!(
            "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) is invalid.",
            shown("OnSuccess", &self.on_success),
            shown("OnFailure", &self.on_failure)
        ))
    }
}

fn destination(
    config: &Fields,
    name: &str,
    world: &World<'_>,
) -> Result<Option<Destination>, ApiError> {
    let Some(one) = config.object(name)? else {
        return Ok(None);
    };
    let Some(arn) = one.text("Destination")?.filter(|arn| !arn.is_empty()) else {
        return Ok(None);
    };
    if arn.starts_with("arn:aws:lambda:") {
        let function = Reference::read(arn, None)?.function(world)?;
        return Ok(Some(Destination::Function(function)));
    }
    let target = failure_target_of(world, arn).ok_or_else(|| destination_error(arn))?;
    Ok(Some(target.into()))
}

fn describe(world: &World<'_>, function: FunctionId) -> Value {
    let Some(configuration) = world.platform.configuration(function) else {
        return Value::Null;
    };
    let settings = configuration.asynchronous;
    let modified = world
        .registry
        .details(function)
        .event_invoke
        .unwrap_or_default();
    let shown = |destination: Option<Destination>| match destination {
        None => json!({}),
        Some(destination) => json!({"Destination": destination_arn(world, destination)}),
    };
    json!({
        "LastModified": world.seconds(modified),
        "FunctionArn": format!("{}:$LATEST", function_arn(&configuration.name)),
        "MaximumRetryAttempts": settings.maximum_retry_attempts,
        "MaximumEventAgeInSeconds": settings.maximum_event_age.as_nanos() / 1_000_000_000,
        "DestinationConfig": {
            "OnSuccess": shown(settings.on_success),
            "OnFailure": shown(settings.on_failure),
        },
    })
}
