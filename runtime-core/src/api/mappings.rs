//! Event source mappings (Lambda API reference, CreateEventSourceMapping).

use super::Call;
use super::arns::{queue_arn, queue_of};
use super::error::ApiError;
use super::fields::Fields;
use super::http::Response;
use super::name::{ACCOUNT, REGION, Reference};
use super::page::page;
use super::records;
use super::world::{Step, World};
use crate::events::pattern::{DEFAULT_FILTERS, FilterCriteria, FilterSource};
use crate::platform::{
    BATCH_WINDOW, Input, MAPPING_CONCURRENCY, MAXIMUM_POLLERS, MINIMUM_POLLERS, validate_mapping,
};
use crate::scribe::stream_arn;
use crate::timeline::{MappingConfiguration, MappingState, ProvisionedPollers, function_arn};
use crate::units::{FunctionId, MappingId, Span};
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// The most mappings of one page (Lambda API reference, ListEventSourceMappings).
const PAGE: usize = 100;

/// Settings that only streams, Kafka and brokers have.
const RECORDS: [&str; 12] = [
    "StartingPosition",
    "StartingPositionTimestamp",
    "ParallelizationFactor",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "TumblingWindowInSeconds",
    "DestinationConfig",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "SelfManagedEventSource",
];

/// Settings that no session has.
const OTHERS: [&str; 2] = ["DocumentDBEventSourceConfig", "KMSKeyArn"];

pub(super) fn create(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let function = fields.required("FunctionName", fields.text("FunctionName")?)?;
    let reference = Reference::read(function, None)?;
    let Some(arn) = fields.text("EventSourceArn")? else {
        let function = target(&reference, world)?;
        let configuration = records::self_managed(&fields, function, world)?;
        return add(&fields, configuration, world);
    };
    let known = ["sqs", "kinesis", "dynamodb", "kafka", "mq"];
    if !known
        .iter()
        .any(|it| arn.starts_with(&format!("arn:aws:{it}:")))
    {
        return Err(ApiError::invalid(format!(
            "Unrecognized event source, must be a queue, a stream, a table's stream, a cluster or a broker of this session: {arn}"
        )));
    }
    let function = target(&reference, world)?;
    let configuration = match records::begin(arn, &fields, function, world)? {
        Some(configuration) => configuration,
        None => {
            // AWS's own wording of a queue that it cannot find.
            let queue = queue_of(world, arn).ok_or_else(|| {
                ApiError::invalid(format!(
                    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist: {arn}"
                ))
            })?;
            MappingConfiguration::between(queue, function)
        }
    };
    add(&fields, configuration, world)
}

/// A mapping that is set to nothing yet but its source.
fn add(
    fields: &Fields,
    mut configuration: MappingConfiguration,
    world: &mut World<'_>,
) -> Result<Step, ApiError> {
    apply(fields, &mut configuration, true, world)?;
    let access = records::access(fields)?;
    let mapping = world.platform.next_mapping();
    check(world, mapping, &configuration)?;
    if let Some(access) = access {
        world.registry.set_mapping_access(mapping, access);
    }
    if let Some(tags) = fields.map("Tags")? {
        super::tags::check(&tags)?;
        world.registry.change_mapping_tags(mapping, |it| *it = tags);
    }
    put(mapping, configuration)
}

pub(super) fn update(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let mapping = find(call.part(0), world)?;
    let fields = call.fields()?;
    let mut configuration = world
        .platform
        .mapping(mapping)
        .cloned()
        .ok_or_else(missing)?;
    if let Some(function) = fields.text("FunctionName")? {
        configuration.function = target(&Reference::read(function, None)?, world)?;
    }
    apply(&fields, &mut configuration, false, world)?;
    let access = records::access(&fields)?;
    check(world, mapping, &configuration)?;
    if let Some(access) = access {
        world.registry.set_mapping_access(mapping, access);
    }
    put(mapping, configuration)
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let mapping = find(call.part(0), world)?;
    Ok(Step::Answer(Response::json(200, &describe(world, mapping))))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let mapping = find(call.part(0), world)?;
    let state = world.platform.mapping_state(mapping);
    if state.is_some_and(MappingState::is_changing) {
        return Err(ApiError::in_use(
            "Cannot delete the event source mapping because it is in use.",
        ));
    }
    Step::change(vec![Input::DeleteMapping { mapping }], move |world| {
        Response::json(202, &describe(world, mapping))
    })
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let request = &call.request;
    let function = match request.parameter("FunctionName") {
        Some(name) => Some(Reference::read(&name, None)?.function(world)?),
        None => None,
    };
    let source = request.parameter("EventSourceArn");
    let mappings: Vec<MappingId> = world
        .platform
        .mappings()
        .filter(|(_, it)| function.is_none_or(|function| it.function == function))
        .filter(|(_, it)| {
            source
                .as_ref()
                .is_none_or(|arn| source_arn(world, it) == *arn)
        })
        .map(|(id, _)| id)
        .collect();
    let (mappings, next) = page(request, PAGE, mappings, |id| id.0)?;
    let mappings: Vec<Value> = mappings.into_iter().map(|it| describe(world, it)).collect();
    Ok(Step::Answer(super::functions::listing(
        "EventSourceMappings",
        mappings,
        next,
    )))
}

/// The mapping of a UUID.
pub(super) fn find(uuid: &str, world: &World<'_>) -> Result<MappingId, ApiError> {
    let mut mappings = world.platform.mappings().map(|(id, _)| id);
    mappings
        .find(|id| id.uuid(world.session.seed) == uuid)
        .ok_or_else(missing)
}

fn missing() -> ApiError {
    ApiError::not_found("The resource you requested does not exist.")
}

/// Sources invoke the function as it is now: mappings of versions and aliases are not in this session.
fn target(reference: &Reference, world: &World<'_>) -> Result<FunctionId, ApiError> {
    match reference.qualifier.as_deref() {
        None | Some("$LATEST") => reference.function(world).map_err(|_| {
            ApiError::invalid(format!("Function does not exist: {}", reference.arn()))
        }),
        Some(_) => Err(ApiError::absent(
            "An event source mapping of a version or an alias",
        )),
    }
}

fn put(mapping: MappingId, configuration: MappingConfiguration) -> Result<Step, ApiError> {
    let input = Input::ConfigureMapping {
        mapping,
        configuration: Box::new(configuration),
    };
    Step::change(vec![input], move |world| {
        Response::json(202, &describe(world, mapping))
    })
}

fn apply(
    fields: &Fields,
    configuration: &mut MappingConfiguration,
    new: bool,
    world: &World<'_>,
) -> Result<(), ApiError> {
    let of_queue = configuration.queue().is_some();
    let records = RECORDS.iter().filter(|_| of_queue);
    if let Some(name) = OTHERS.iter().chain(records).find(|name| fields.has(name)) {
        let whose = if of_queue { "an SQS" } else { "this" };
        return Err(ApiError::invalid(format!(
            "{name} is not supported for {whose} event source in this session."
        )));
    }
    records::refuse(fields, configuration, new)?;
    records::apply(fields, configuration, world)?;
    if let Some(enabled) = fields.flag("Enabled")? {
        configuration.enabled = enabled;
    }
    if let Some(size) = fields.number("BatchSize", 1..=10_000)? {
        configuration.batch_size = size;
    }
    let seconds = |span: &Span| (span.as_nanos() / 1_000_000_000) as i64;
    let windows = seconds(BATCH_WINDOW.start())..=seconds(BATCH_WINDOW.end());
    if let Some(window) = fields.number("MaximumBatchingWindowInSeconds", windows)? {
        configuration.window = Span::from_secs(u64::from(window));
    }
    if let Some(scaling) = fields.object("ScalingConfig")? {
        let bounds =
            i64::from(*MAPPING_CONCURRENCY.start())..=i64::from(*MAPPING_CONCURRENCY.end());
        configuration.limit_concurrency(scaling.number("MaximumConcurrency", bounds)?);
    }
    if let Some(wanted) = fields.object("ProvisionedPollerConfig")? {
        configuration.provision_pollers(pollers(&wanted, configuration.pollers())?);
    }
    if let Some(types) = fields.texts("FunctionResponseTypes")? {
        if let Some(other) = types.iter().find(|it| *it != "ReportBatchItemFailures") {
            return Err(ApiError::choice(
                other,
                "functionResponseTypes",
                &["ReportBatchItemFailures"],
            ));
        }
        configuration.report_failures = !types.is_empty();
    }
    if let Some(criteria) = fields.object("FilterCriteria")? {
        let source = records::filter_source(configuration, world);
        configuration.filters = filters(&criteria, source)?;
    }
    Ok(())
}

/// Provisioned mode; an empty object switches it off ("Using provisioned mode", `--provisioned-poller-config '{}'`).
/// What is not named stays, or is AWS's default.
fn pollers(
    fields: &Fields,
    before: Option<ProvisionedPollers>,
) -> Result<Option<ProvisionedPollers>, ApiError> {
    if fields.has("PollerGroupName") {
        return Err(ApiError::invalid(
            "PollerGroupName is not supported for an SQS event source.",
        ));
    }
    let number = |name, bounds: RangeInclusive<u32>| {
        fields.number(name, i64::from(*bounds.start())..=i64::from(*bounds.end()))
    };
    let minimum = number("MinimumPollers", MINIMUM_POLLERS)?;
    let maximum = number("MaximumPollers", MAXIMUM_POLLERS)?;
    let usual = before.unwrap_or(ProvisionedPollers::DEFAULT);
    Ok(minimum.or(maximum).map(|_| ProvisionedPollers {
        minimum: minimum.unwrap_or(usual.minimum),
        maximum: maximum.unwrap_or(usual.maximum),
    }))
}

fn filters(criteria: &Fields, source: FilterSource) -> Result<Vec<String>, ApiError> {
    let mut patterns = Vec::new();
    for filter in criteria.objects("Filters")?.unwrap_or_default() {
        let pattern = filter.text("Pattern")?;
        patterns.push(filter.required("Pattern", pattern)?.to_owned());
    }
    match FilterCriteria::parse(&patterns, source, DEFAULT_FILTERS) {
        Ok(_) => Ok(patterns),
        Err(error) => Err(ApiError::invalid(format!(
            "Invalid filter pattern definition. {error}"
        ))),
    }
}

/// The ARN of what a mapping polls; empty of Kafka of one's own.
fn source_arn(world: &World<'_>, mapping: &MappingConfiguration) -> String {
    if let Some(queue) = mapping.queue() {
        return queue_arn(world, queue);
    }
    let polled = mapping.records().filter(|_| !mapping.is_self_managed());
    let stream = polled.map(|it| it.stream);
    let stream = stream.and_then(|it| world.platform.stream_configuration(it));
    stream.map_or_else(String::new, |it| stream_arn(it, world.session))
}

fn check(
    world: &World<'_>,
    mapping: MappingId,
    configuration: &MappingConfiguration,
) -> Result<(), ApiError> {
    let errors = validate_mapping(configuration, mapping, world.platform);
    errors
        .into_iter()
        .next()
        .map_or(Ok(()), |error| Err(error.into()))
}

fn describe(world: &mut World<'_>, mapping: MappingId) -> Value {
    world.registry.catch_up(world.timeline);
    let Some(settings) = world.platform.mapping(mapping) else {
        return Value::Null;
    };
    let uuid = mapping.uuid(world.session.seed);
    let name = world
        .platform
        .configuration(settings.function)
        .map_or("", |it| it.name.as_str());
    let changed = world.registry.mapping_changed(mapping);
    let mut value = json!({
        "UUID": uuid,
        "BatchSize": settings.batch_size,
        "MaximumBatchingWindowInSeconds": settings.window.as_nanos() / 1_000_000_000,
        "EventSourceArn": source_arn(world, settings),
        "FunctionArn": function_arn(name),
        "LastModified": world.seconds(changed),
        "State": world.platform.mapping_state(mapping).map(MappingState::name),
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": [],
        "EventSourceMappingArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}"),
    });
    if settings.report_failures {
        value["FunctionResponseTypes"] = json!(["ReportBatchItemFailures"]);
    }
    if let Some(most) = settings.maximum_concurrency() {
        value["ScalingConfig"] = json!({"MaximumConcurrency": most});
    }
    if let Some(ProvisionedPollers { minimum, maximum }) = settings.pollers() {
        value["ProvisionedPollerConfig"] =
            json!({"MinimumPollers": minimum, "MaximumPollers": maximum});
    }
    if !settings.filters.is_empty() {
        let filters: Vec<Value> = settings
            .filters
            .iter()
            .map(|it| json!({"Pattern": it}))
            .collect();
        value["FilterCriteria"] = json!({"Filters": filters});
    }
    records::describe(mapping, settings, world, &mut value);
    value
}
