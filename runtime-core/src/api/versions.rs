//! Versions of a function (Lambda API reference, PublishVersion), and what qualifiers lead to.

use super::Call;
use super::describe::{Shown, latest, published};
use super::error::ApiError;
use super::functions::{check_revision, listing};
use super::http::Response;
use super::name::Reference;
use super::page::page;
use super::world::{Step, World};
use crate::platform::{Input, MAX_DESCRIPTION_LENGTH, refuse_version_deletion};
use crate::timeline::Qualifier;
use crate::units::{FunctionId, Version};
use serde_json::Value;

/// The most versions of one page.
const PAGE: usize = 50;

pub(super) fn publish(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let function = call.unqualified_function(world)?;
    check_revision(&fields, world, function)?;
    let current = world.settings(function)?.package;
    let current = world.registry.digest(current).unwrap_or_default();
    if let Some(wanted) = fields.text("CodeSha256")?.filter(|it| *it != current) {
        return Err(ApiError::invalid(format!(
            "CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the CodeSHA256 in $LATEST."
        )));
    }
    let description = fields.text("Description")?.unwrap_or_default().to_owned();
    if description.chars().count() > MAX_DESCRIPTION_LENGTH {
        let must = format!("have length less than or equal to {MAX_DESCRIPTION_LENGTH}");
        return Err(ApiError::constraint(description, "description", must));
    }
    let input = Input::PublishVersion {
        function,
        description,
    };
    Step::change(vec![input], move |world| {
        Response::json(201, &newest(world, function, Shown::Created))
    })
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    let mut items = vec![(0, latest(world, function, Shown::Listed))];
    items.extend(listed(world, function));
    let (items, next) = page(&call.request, PAGE, items, |(number, _)| *number)?;
    let items: Vec<Value> = items.into_iter().map(|(_, it)| it).collect();
    Ok(Step::Answer(listing("Versions", items, next)))
}

/// What a reference leads to, as it is shown.
pub(super) fn shown(reference: &Reference, world: &mut World<'_>) -> Result<Value, ApiError> {
    let function = reference.function(world)?;
    let qualifier = qualifier(reference, function, world)?;
    let version = match qualifier {
        Qualifier::Version(version) => version,
        Qualifier::Alias(alias) => {
            let mut aliases = world.platform.aliases();
            let found = aliases.find(|(id, _)| *id == alias);
            found.map(|(_, alias)| alias.version).unwrap_or_default()
        }
    };
    let mut value = match version {
        Version::Latest => latest(world, function, Shown::Asked),
        version => published(world, function, version, Shown::Asked),
    };
    value["FunctionArn"] = reference.arn().into();
    Ok(value)
}

/// The version or alias that a reference names; `$LATEST` if it names none.
pub(super) fn qualifier(
    reference: &Reference,
    function: FunctionId,
    world: &World<'_>,
) -> Result<Qualifier, ApiError> {
    match reference.qualifier.as_deref() {
        None => Ok(Qualifier::LATEST),
        Some(text) => {
            let known = world.platform.qualifier(function, text);
            known.ok_or_else(|| reference.missing())
        }
    }
}

/// The published versions of a function, as lists show them, with their numbers.
pub(super) fn listed(world: &mut World<'_>, function: FunctionId) -> Vec<(u32, Value)> {
    let versions = world
        .platform
        .versions(function)
        .map(|(version, _)| version);
    let versions: Vec<Version> = versions.collect();
    let mut values = Vec::new();
    for version in versions {
        let value = published(world, function, version, Shown::Listed);
        values.push((version.into(), value));
    }
    values
}

/// Deletes a version: DeleteFunction with a qualifier.
pub(super) fn delete(
    reference: &Reference,
    text: &str,
    function: FunctionId,
    world: &mut World<'_>,
) -> Result<Step, ApiError> {
    let version = match Version::parse(text) {
        Some(Version::Latest) => {
            return Err(ApiError::invalid(
                "$LATEST version cannot be deleted without deleting the function.",
            ));
        }
        Some(version) => version,
        None => {
            return Err(ApiError::invalid(
                "Deletion of aliases is not currently supported.",
            ));
        }
    };
    if world.platform.version(function, version).is_none() {
        return Err(reference.missing());
    }
    if let Some(error) = refuse_version_deletion(world.platform, function, version) {
        return Err(ApiError::conflict(error.to_string()));
    }
    let input = Input::DeleteVersion { function, version };
    Step::change(vec![input], |_| Response::empty(204))
}

/// What publishes the function as the inputs before this one leave it.
pub(super) fn publish_input(function: FunctionId) -> Input {
    Input::PublishVersion {
        function,
        description: String::new(),
    }
}

/// The version that was published last.
pub(super) fn newest(world: &mut World<'_>, function: FunctionId, shown: Shown) -> Value {
    let last = world.platform.versions(function).map(|(it, _)| it).last();
    match last {
        Some(version) => published(world, function, version, shown),
        None => latest(world, function, shown),
    }
}
