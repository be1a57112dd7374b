//! CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration, GetFunction, ListFunctions,
//! DeleteFunction (Lambda API reference).

use super::Call;
use super::code;
use super::deploy::Made;
use super::describe::{Shown, latest, revision_id};
use super::error::ApiError;
use super::fields::Fields;
use super::http::Response;
use super::name::Reference;
use super::page::page;
use super::registry::Details;
use super::settings;
use super::world::{Step, Upload, UploadKind, World};
use crate::platform::{DEFAULT_MEMORY, DEFAULT_TIMEOUT, Input, validate};
use crate::timeline::{
    Architecture, AsyncConfiguration, ClockSetting, FunctionConfiguration, HandlerKind, SnapStart,
};
use crate::units::{ByteCount, FunctionId, MemoryMb, PackageId};
use serde_json::{Value, json};

/// The most functions of one page.
const PAGE: usize = 50;

pub(super) fn create(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let name = fields.required("FunctionName", fields.text("FunctionName")?)?;
    let reference = Reference::read(name, None)?;
    let mut configuration = blank(reference.name);
    let mut details = Details::default();
    fields.required("Role", fields.text("Role")?)?;
    let code = fields.required("Code", fields.object("Code")?)?;
    settings::apply(&fields, world, &mut configuration, &mut details)?;
    if let Some(tags) = fields.map("Tags")? {
        super::tags::check(&tags)?;
        details.tags = tags;
    }
    match fields.choice("PackageType", &["Zip", "Image"])? {
        Some("Image") => return Err(ApiError::absent("PackageType Image")),
        _ => {
            fields.required("Runtime", fields.text("Runtime")?)?;
            fields.required("Handler", fields.text("Handler")?)?;
        }
    }
    let publish = fields.flag("Publish")?.unwrap_or(false);
    check(world, None, &configuration)?;
    let zip = code::zip_file(&code)?;
    let digest = code::digest(&zip);
    let upload = Upload {
        file_name: format!("{}.zip", configuration.name),
        bytes: zip,
        kind: UploadKind::Code,
    };
    let made = Made {
        function: None,
        configuration,
        details,
        digest,
        publish,
    };
    Ok(Step::Inspect(
        upload,
        Box::new(move |world, inspected| match inspected {
            Ok((id, package)) => made.deploy(world, id, package),
            Err(refused) => Step::Answer(code::refusal(&refused).response()),
        }),
    ))
}

pub(super) fn update_code(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let reference = call.function()?;
    let fields = call.fields()?;
    let zip = code::zip_file(&fields)?;
    let function = reference.function(world)?;
    check_revision(&fields, world, function)?;
    let mut configuration = world.settings(function)?;
    settings::architecture(&fields, &mut configuration)?;
    let publish = fields.flag("Publish")?.unwrap_or(false);
    let dry_run = fields.flag("DryRun")?.unwrap_or(false);
    let made = Made {
        function: Some(function),
        details: world.registry.details(function),
        configuration,
        digest: code::digest(&zip),
        publish,
    };
    let upload = Upload {
        file_name: format!("{}.zip", made.configuration.name),
        bytes: zip,
        kind: UploadKind::Code,
    };
    Ok(Step::Inspect(
        upload,
        Box::new(move |world, inspected| match inspected {
            Ok(_) if dry_run => {
                Step::Answer(Response::json(200, &latest(world, function, Shown::Asked)))
            }
            Ok((id, package)) => made.deploy(world, id, package),
            Err(refused) => Step::Answer(code::refusal(&refused).response()),
        }),
    ))
}

pub(super) fn update_configuration(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let function = call.function()?.function(world)?;
    check_revision(&fields, world, function)?;
    let mut configuration = world.settings(function)?;
    let mut details = world.registry.details(function);
    let managed = configuration.runtime.is_managed();
    settings::apply(&fields, world, &mut configuration, &mut details)?;
    if configuration.runtime.is_managed() != managed {
        return Err(ApiError::invalid(format!(
            "The function's package is not for the runtime {}. Send other code first.",
            configuration.runtime.id()
        )));
    }
    check(world, Some(function), &configuration)?;
    world.registry.change(function, |it| *it = details);
    let input = Input::ConfigureFunction {
        function,
        configuration: Box::new(configuration),
    };
    Step::change(vec![input], move |world| {
        Response::json(200, &latest(world, function, Shown::Updated))
    })
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let reference = call.function()?;
    let configuration = super::versions::shown(&reference, world)?;
    let function = reference.function(world)?;
    let details = world.registry.details(function);
    let name = &world.settings(function)?;
    let mut body = json!({
        "Configuration": configuration,
        // AWS gives an address from which the code can be fetched for ten minutes.
        "Code": {"RepositoryType": "S3", "Location": ""},
    });
    if !details.tags.is_empty() {
        body["Tags"] = json!(details.tags);
    }
    if let Some(reserved) = name.reserved_concurrency {
        body["Concurrency"] = json!({"ReservedConcurrentExecutions": reserved});
    }
    Ok(Step::Answer(Response::json(200, &body)))
}

pub(super) fn get_configuration(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let configuration = super::versions::shown(&call.function()?, world)?;
    Ok(Step::Answer(Response::json(200, &configuration)))
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let all = match call.request.parameter("FunctionVersion").as_deref() {
        None => false,
        Some("ALL") => true,
        Some(other) => return Err(ApiError::choice(other, "functionVersion", &["ALL"])),
    };
    let ids: Vec<FunctionId> = world.platform.functions().map(|(id, _)| id).collect();
    // A version is an item of its own.
    let mut items: Vec<(u64, Value)> = Vec::new();
    for id in ids {
        let place = u64::from(id.0) << 32;
        items.push((place, latest(world, id, Shown::Listed)));
        if all {
            let versions = super::versions::listed(world, id);
            items.extend(
                versions
                    .into_iter()
                    .map(|(number, it)| (place | u64::from(number), it)),
            );
        }
    }
    let (page, next) = page(&call.request, PAGE, items, |(place, _)| *place)?;
    let functions: Vec<Value> = page.into_iter().map(|(_, it)| it).collect();
    Ok(Step::Answer(listing("Functions", functions, next)))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let reference = call.function()?;
    let function = reference.function(world)?;
    if let Some(qualifier) = &reference.qualifier {
        return super::versions::delete(&reference, qualifier, function, world);
    }
    world.registry.forget(function);
    Step::change(vec![Input::DeleteFunction { function }], |_| {
        Response::empty(204)
    })
}

/// A page of a list as the API writes it.
pub(super) fn listing(name: &str, items: Vec<Value>, next: Option<String>) -> Response {
    let mut body = json!({name: items});
    if let Some(next) = next {
        body["NextMarker"] = json!(next);
    }
    Response::json(200, &body)
}

/// Whether somebody else changed the function since the client looked.
pub(super) fn check_revision(
    fields: &Fields,
    world: &mut World<'_>,
    function: FunctionId,
) -> Result<(), ApiError> {
    match fields.text("RevisionId")? {
        Some(revision) if revision != revision_id(world, function) => {
            Err(ApiError::precondition("GetFunction/GetAlias"))
        }
        _ => Ok(()),
    }
}

/// Checks all settings, as the page's own form does.
pub(super) fn check(
    world: &World<'_>,
    function: Option<FunctionId>,
    configuration: &FunctionConfiguration,
) -> Result<(), ApiError> {
    let others = world.platform.functions();
    let others = others
        .filter(|(id, _)| Some(*id) != function)
        .map(|(_, other)| other);
    let errors = validate(configuration, others, world.platform.account_concurrency());
    errors
        .into_iter()
        .next()
        .map_or(Ok(()), |error| Err(error.into()))
}

/// A function before any of its settings was read.
fn blank(name: String) -> FunctionConfiguration {
    FunctionConfiguration {
        name,
        package: PackageId(0),
        runtime: Default::default(),
        handler: String::new(),
        kind: HandlerKind::Loop,
        code_size: ByteCount::default(),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::default(),
        memory: DEFAULT_MEMORY,
        timeout: DEFAULT_TIMEOUT,
        architecture: Architecture::default(),
        ephemeral_storage: MemoryMb::new(512),
        variables: Default::default(),
        reserved_concurrency: None,
        snap_start: SnapStart::None,
        asynchronous: AsyncConfiguration::default(),
        clock: ClockSetting::default(),
    }
}
