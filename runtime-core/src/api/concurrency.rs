//! Reserved concurrency and the account (Lambda API reference, PutFunctionConcurrency,
//! GetAccountSettings).

use super::Call;
use super::error::ApiError;
use super::http::Response;
use super::world::{Step, World};
use crate::platform::{Input, refuse_reserved, validate};
use crate::timeline::MAX_UNZIPPED_BYTES;
use crate::units::FunctionId;
use serde_json::json;

/// Code storage of an account (Lambda quotas page: 300 GB).
const TOTAL_CODE: u64 = 300 * 1024 * 1024 * 1024;
const CODE_ZIPPED: u64 = 52_428_800;

pub(super) fn put(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let name = "ReservedConcurrentExecutions";
    let reserved = fields.required(name, fields.number(name, 0..=i64::from(u32::MAX))?)?;
    let function = call.unqualified_function(world)?;
    let answer = Response::json(200, &json!({name: reserved}));
    set(world, function, Some(reserved), answer)
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    let body = match world.settings(function)?.reserved_concurrency {
        Some(reserved) => json!({"ReservedConcurrentExecutions": reserved}),
        None => json!({}),
    };
    Ok(Step::Answer(Response::json(200, &body)))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    set(world, function, None, Response::empty(204))
}

fn set(
    world: &World<'_>,
    function: FunctionId,
    reserved: Option<u32>,
    answer: Response,
) -> Result<Step, ApiError> {
    let mut configuration = world.settings(function)?;
    configuration.reserved_concurrency = reserved;
    let others = world.platform.functions().filter(|(id, _)| *id != function);
    let others = others.map(|(_, other)| other);
    let mut errors = validate(&configuration, others, world.platform.account_concurrency());
    errors.extend(reserved.and_then(|it| refuse_reserved(world.platform, function, it)));
    if let Some(error) = errors.into_iter().next() {
        return Err(error.into());
    }
    let input = Input::ConfigureFunction {
        function,
        configuration: Box::new(configuration),
    };
    Step::change(vec![input], move |_| answer)
}

pub(super) fn account(_: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let functions = || world.platform.functions().map(|(_, it)| it);
    let concurrency = world.platform.account_concurrency();
    let reserved: u64 = functions()
        .map(|it| u64::from(it.reserved_concurrency.unwrap_or(0)))
        .sum();
    let code: u64 = functions().map(|it| it.code_size.get()).sum();
    let layers = world.registry.shelf().all();
    let layers: u64 = layers.map(|it| it.layer.code_size.get()).sum();
    let body = json!({
        "AccountLimit": {
            "TotalCodeSize": TOTAL_CODE,
            "CodeSizeUnzipped": MAX_UNZIPPED_BYTES,
            "CodeSizeZipped": CODE_ZIPPED,
            "ConcurrentExecutions": concurrency,
            "UnreservedConcurrentExecutions": u64::from(concurrency).saturating_sub(reserved),
        },
        "AccountUsage": {"TotalCodeSize": code + layers, "FunctionCount": functions().count()},
    });
    Ok(Step::Answer(Response::json(200, &body)))
}
