//! Layers (Lambda API reference, PublishLayerVersion, ListLayers, ListLayerVersions, GetLayerVersion,
//! GetLayerVersionByArn, DeleteLayerVersion; messages as LocalStack recorded them against AWS,
//! `test_lambda_api`), and `Layers` of functions.

use super::Call;
use super::code;
use super::error::ApiError;
use super::fields::Fields;
use super::functions::listing;
use super::http::Response;
use super::layer_name::{self, LayerReference};
use super::name::REGION;
use super::page::page;
use super::shelf::{Content, Published};
use super::world::{Step, Upload, UploadKind, World};
use crate::platform::{MAX_DESCRIPTION_LENGTH, MAX_LAYERS, SettingError};
use crate::timeline::{LayerAbout, LayerVersion, layer_arn};
use serde_json::{Value, json};

/// The most layers or versions of one page.
const PAGE: usize = 50;
/// The longest licence, in characters.
const MAX_LICENSE: usize = 512;
/// The most runtimes that a version can be for.
const MAX_RUNTIMES: usize = 15;
/// Architectures that a version can be for.
const ARCHITECTURES: [&str; 2] = ["x86_64", "arm64"];

pub(super) fn publish(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let name = layer_name::name(call.part(0))?;
    let fields = call.fields()?;
    let content = fields.required("Content", fields.object("Content")?)?;
    let about = LayerAbout {
        description: short(&fields, "Description", MAX_DESCRIPTION_LENGTH)?,
        license: short(&fields, "LicenseInfo", MAX_LICENSE)?,
        runtimes: runtimes(&fields)?,
        architectures: architectures(&fields)?,
    };
    let zip = code::zip_file(&content)?;
    let digest = code::digest(&zip);
    let created = world.now;
    let upload = Upload {
        file_name: format!("{name}.zip"),
        bytes: zip,
        kind: UploadKind::Layer,
    };
    Ok(Step::Inspect(
        upload,
        Box::new(move |world, inspected| match inspected {
            Ok((package, inspected)) => {
                world.registry.digested(package, digest);
                let content = Content {
                    package,
                    code_size: inspected.size,
                    unzipped_size: inspected.unzipped_size(),
                };
                let layer = world.registry.publish_layer(&name, content, about, created);
                let published = world.registry.shelf().version(&layer.name, layer.version);
                let body = published.map_or(Value::Null, |it| whole(world, it));
                Step::Answer(Response::json(201, &body))
            }
            Err(refused) => Step::Answer(code::refusal(&refused).response()),
        }),
    ))
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    // GetLayerVersionByArn has no path of its own.
    if call.request.parameter("find").as_deref() == Some("LayerVersion") {
        let arn = call.request.parameter("Arn").unwrap_or_default();
        let LayerReference { name, version, .. } = layer_name::version(&arn, "arn")?;
        return found(world, &name, version);
    }
    let shelf = world.registry.shelf();
    let fits = fitting(call);
    let newest = shelf.names().filter_map(|name| {
        let newest = shelf.versions(name).filter(|it| fits(it)).last()?;
        Some((name.to_owned(), newest))
    });
    let (items, next) = page(&call.request, PAGE, newest, |(name, _)| name.clone())?;
    let items = items.into_iter().map(|(name, newest)| {
        json!({
            "LayerName": name,
            "LayerArn": layer_arn(&name),
            "LatestMatchingVersion": listed(world, newest),
        })
    });
    Ok(Step::Answer(listing("Layers", items.collect(), next)))
}

pub(super) fn versions(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let name = layer_name::name(call.part(0))?;
    let fits = fitting(call);
    let versions = world.registry.shelf().versions(&name);
    let mut versions: Vec<&Published> = versions.filter(|it| fits(it)).collect();
    // The newest comes first.
    versions.reverse();
    let order = |it: &&Published| u32::MAX - it.layer.version;
    let (items, next) = page(&call.request, PAGE, versions, order)?;
    let items = items.into_iter().map(|it| listed(world, it)).collect();
    Ok(Step::Answer(listing("LayerVersions", items, next)))
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let name = layer_name::name(call.part(0))?;
    found(world, &name, layer_name::number(call.part(1))?)
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let name = layer_name::name(call.part(0))?;
    let version = layer_name::number(call.part(1))?;
    // One that is not there is no error.
    world.registry.delete_layer(&name, version);
    Ok(Step::Answer(Response::empty(204)))
}

/// The layers that a function is to have from now on; `None` where the request does not say.
pub(super) fn wanted(
    fields: &Fields,
    world: &World<'_>,
) -> Result<Option<Vec<LayerVersion>>, ApiError> {
    let Some(arns) = fields.texts("Layers")? else {
        return Ok(None);
    };
    if arns.len() > MAX_LAYERS {
        return Err(SettingError::TooManyLayers.into());
    }
    let layers = arns.iter().map(|arn| {
        let reference = layer_name::version(arn, "layers")?;
        let LayerReference { name, version, .. } = &reference;
        if reference.is_foreign {
            return Err(ApiError::new(
                403,
                "AccessDeniedException",
                format!(
                    "User is not authorized to perform: lambda:GetLayerVersion on resource: {arn} because no resource-based policy allows the lambda:GetLayerVersion action"
                ),
            ));
        }
        if reference.is_elsewhere {
            return Err(ApiError::invalid(format!(
                "Layers are not in the same region as the function. Layers are expected to be in region {REGION}."
            )));
        }
        let published = world.registry.shelf().version(name, *version);
        let published = published.map(|it| it.layer.clone());
        published.ok_or_else(|| {
            ApiError::invalid(format!("Layer version {arn} does not exist."))
        })
    });
    layers.collect::<Result<_, _>>().map(Some)
}

/// `Layers` of a function as it is shown.
pub(super) fn of_function(layers: &[LayerVersion]) -> Value {
    layers
        .iter()
        .map(|layer| json!({"Arn": layer.arn(), "CodeSize": layer.code_size.get()}))
        .collect()
}

fn found(world: &World<'_>, name: &str, version: u32) -> Result<Step, ApiError> {
    let published = world.registry.shelf().version(name, version);
    let published = published
        .ok_or_else(|| ApiError::not_found("The resource you requested does not exist."))?;
    Ok(Step::Answer(Response::json(200, &whole(world, published))))
}

/// A version with its layer and its content.
fn whole(world: &World<'_>, published: &Published) -> Value {
    let layer = &published.layer;
    let mut value = listed(world, published);
    value["LayerArn"] = json!(layer_arn(&layer.name));
    value["Content"] = json!({
        // AWS gives an address from which it can be fetched for ten minutes.
        "Location": "",
        "CodeSha256": world.registry.digest(layer.package).unwrap_or_default(),
        "CodeSize": layer.code_size.get(),
    });
    value
}

/// A version as lists have it.
fn listed(world: &World<'_>, published: &Published) -> Value {
    let about = &published.about;
    let mut value = json!({
        "LayerVersionArn": published.layer.arn(),
        "Version": published.layer.version,
        "Description": about.description,
        "CreatedDate": world.timestamp(published.created),
    });
    if !about.license.is_empty() {
        value["LicenseInfo"] = json!(about.license);
    }
    if !about.runtimes.is_empty() {
        value["CompatibleRuntimes"] = json!(about.runtimes);
    }
    if !about.architectures.is_empty() {
        value["CompatibleArchitectures"] = json!(about.architectures);
    }
    value
}

/// Whether a version is for the runtime and the architecture that a list asks for. One that does not
/// say what it is for is in no list that asks.
fn fitting(call: &Call) -> impl Fn(&Published) -> bool + use<> {
    let runtime = call.request.parameter("CompatibleRuntime");
    let architecture = call.request.parameter("CompatibleArchitecture");
    move |published| {
        let has = |list: &[String], wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|it| list.contains(it))
        };
        has(&published.about.runtimes, &runtime)
            && has(&published.about.architectures, &architecture)
    }
}

fn short(fields: &Fields, name: &str, most: usize) -> Result<String, ApiError> {
    let text = fields.text(name)?.unwrap_or_default();
    if text.chars().count() > most {
        let must = format!("have length less than or equal to {most}");
        return Err(ApiError::constraint(text, &fields.place(name), must));
    }
    Ok(text.to_owned())
}

fn architectures(fields: &Fields) -> Result<Vec<String>, ApiError> {
    let names = fields.texts("CompatibleArchitectures")?.unwrap_or_default();
    if names.iter().all(|it| ARCHITECTURES.contains(&it.as_str())) {
        return Ok(names);
    }
    let must = "satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]";
    Err(ApiError::constraint(
        format_args!("[{}]", names.join(", ")),
        "compatibleArchitectures",
        must,
    ))
}

/// Runtimes are not looked up: a layer may be for many that are not here, and AWS knows more each year.
fn runtimes(fields: &Fields) -> Result<Vec<String>, ApiError> {
    let names = fields.texts("CompatibleRuntimes")?.unwrap_or_default();
    if names.len() > MAX_RUNTIMES {
        let must = format!("have length less than or equal to {MAX_RUNTIMES}");
        let shown = format!("[{}]", names.join(", "));
        return Err(ApiError::constraint(shown, "compatibleRuntimes", must));
    }
    Ok(names)
}
