//! Tags of functions and event source mappings (Lambda API reference, TagResource).

use super::Call;
use super::error::ApiError;
use super::http::Response;
use super::mappings;
use super::name::Reference;
use super::world::{Step, World};
use crate::units::{FunctionId, MappingId, OrderedMap};
use serde_json::json;

/// The most tags of a resource, and the longest key and value ("Using tags on Lambda functions").
const MAX_TAGS: usize = 50;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// What can have tags.
enum Tagged {
    Function(FunctionId),
    Mapping(MappingId),
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let tags = match tagged(call, world)? {
        Tagged::Function(function) => world.registry.details(function).tags,
        Tagged::Mapping(mapping) => world.registry.mapping_tags(mapping),
    };
    Ok(Step::Answer(Response::json(200, &json!({"Tags": tags}))))
}

pub(super) fn tag(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let tags = fields.required("Tags", fields.map("Tags")?)?;
    check(&tags)?;
    change(call, world, move |own| {
        own.extend(tags);
        check(own)
    })
}

pub(super) fn untag(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let keys: Vec<String> = call.request.parameters("tagKeys").collect();
    if keys.is_empty() {
        return Err(ApiError::missing("tagKeys"));
    }
    change(call, world, move |own| {
        own.retain(|key, _| !keys.contains(key));
        Ok(())
    })
}

/// Changes tags, unless that leaves what cannot be.
fn change(
    call: &Call,
    world: &mut World<'_>,
    change: impl FnOnce(&mut OrderedMap<String, String>) -> Result<(), ApiError>,
) -> Result<Step, ApiError> {
    match tagged(call, world)? {
        Tagged::Function(function) => {
            let mut tags = world.registry.details(function).tags;
            change(&mut tags)?;
            world.registry.change(function, |it| it.tags = tags);
        }
        Tagged::Mapping(mapping) => {
            let mut tags = world.registry.mapping_tags(mapping);
            change(&mut tags)?;
            world.registry.change_mapping_tags(mapping, |it| *it = tags);
        }
    }
    Ok(Step::Answer(Response::empty(204)))
}

/// Checks a resource's tags.
pub(crate) fn check(tags: &OrderedMap<String, String>) -> Result<(), ApiError> {
    if tags.len() > MAX_TAGS {
        return Err(ApiError::invalid(
            "Number of tags exceeds resource tag limit.",
        ));
    }
    for (key, value) in tags {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if key.is_empty() || long(key, MAX_KEY) || key.starts_with("aws:") {
            return Err(ApiError::invalid(format!(
                "The tag key \"{key}\" is none: 1 to {MAX_KEY} characters, not beginning with aws:."
            )));
        }
        if long(value, MAX_VALUE) {
            return Err(ApiError::invalid(format!(
                "The value of the tag \"{key}\" is longer than {MAX_VALUE} characters."
            )));
        }
    }
    Ok(())
}

fn tagged(call: &Call, world: &World<'_>) -> Result<Tagged, ApiError> {
    let arn = call.part(0);
    if let Some((_, uuid)) = arn.split_once(":event-source-mapping:") {
        return mappings::find(uuid, world).map(Tagged::Mapping);
    }
    if !arn.starts_with("arn:") {
        let must = "be the ARN of a function or an event source mapping";
        return Err(ApiError::constraint(arn, "resource", must));
    }
    let reference = Reference::read(arn, None)?;
    if reference.qualifier.is_some() {
        return Err(ApiError::invalid(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        ));
    }
    reference.function(world).map(Tagged::Function)
}
