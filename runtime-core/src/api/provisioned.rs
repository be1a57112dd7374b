//! Provisioned concurrency (Lambda API reference, PutProvisionedConcurrencyConfig).

use super::Call;
use super::error::ApiError;
use super::functions::listing;
use super::http::Response;
use super::page::page;
use super::versions::qualifier;
use super::world::{Step, World};
use crate::platform::{Input, ProvisionedStatus, ProvisionedView, refuse_provisioned};
use crate::timeline::{Qualifier, function_arn};
use crate::units::FunctionId;
use serde_json::{Value, json};

/// The most of a page.
const PAGE: usize = 50;

pub(super) fn put(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let name = "ProvisionedConcurrentExecutions";
    let environments = fields.required(name, fields.number(name, 1..=i64::from(u32::MAX))?)?;
    let (function, qualifier) = target(call, world)?;
    if let Some(error) = refuse_provisioned(world.platform, function, qualifier, environments) {
        return Err(error.into());
    }
    let input = Input::Provision {
        function,
        qualifier,
        environments,
    };
    Step::change(vec![input], move |world| {
        match find(world, function, qualifier) {
            Some(view) => Response::json(202, &describe(world, function, &view)),
            None => missing().response(),
        }
    })
}

/// One, or with `List=ALL` all of a function.
pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    if call.request.parameter("List").as_deref() == Some("ALL") {
        return list(call, world);
    }
    let (function, qualifier) = target(call, world)?;
    let view = find(world, function, qualifier).ok_or_else(missing)?;
    Ok(Step::Answer(Response::json(
        200,
        &describe(world, function, &view),
    )))
}

fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    let views: Vec<(u32, ProvisionedView)> =
        (0..).zip(world.platform.provisioned(function)).collect();
    let (views, next) = page(&call.request, PAGE, views, |(place, _)| *place)?;
    let mut items = Vec::new();
    for (_, view) in views {
        let mut item = describe(world, function, &view);
        let name = world.settings(function)?.name;
        let qualifier = world.platform.qualifier_name(view.qualifier);
        item["FunctionArn"] = format!("{}:{qualifier}", function_arn(&name)).into();
        items.push(item);
    }
    Ok(Step::Answer(listing(
        "ProvisionedConcurrencyConfigs",
        items,
        next,
    )))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let (function, qualifier) = target(call, world)?;
    let input = Input::Provision {
        function,
        qualifier,
        environments: 0,
    };
    Step::change(vec![input], |_| Response::empty(204))
}

fn target(call: &Call, world: &World<'_>) -> Result<(FunctionId, Qualifier), ApiError> {
    let reference = call.function()?;
    if reference.qualifier.is_none() {
        return Err(ApiError::missing("qualifier"));
    }
    let function = reference.function(world)?;
    Ok((function, qualifier(&reference, function, world)?))
}

fn find(world: &World<'_>, function: FunctionId, qualifier: Qualifier) -> Option<ProvisionedView> {
    let mut all = world.platform.provisioned(function);
    all.find(|it| it.qualifier == qualifier)
}

fn missing() -> ApiError {
    ApiError::new(
        404,
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
    )
}

fn describe(world: &mut World<'_>, function: FunctionId, view: &ProvisionedView) -> Value {
    world.registry.catch_up(world.timeline);
    let at = world.registry.provisioned_at(function, view.qualifier);
    let mut value = json!({
        "RequestedProvisionedConcurrentExecutions": view.requested,
        "AvailableProvisionedConcurrentExecutions": view.available,
        "AllocatedProvisionedConcurrentExecutions": view.allocated,
        "Status": view.status.name(),
        "LastModified": world.timestamp(at),
    });
    if view.status == ProvisionedStatus::Failed {
        value["StatusReason"] = json!("FUNCTION_ERROR_INIT_FAILURE");
    }
    value
}
