//! Aliases (Lambda API reference, CreateAlias).

use super::Call;
use super::error::ApiError;
use super::fields::Fields;
use super::functions::listing;
use super::http::Response;
use super::page::page;
use super::world::{Step, World};
use crate::platform::{Input, VersionError, validate_alias};
use crate::timeline::{AliasConfiguration, Weight, function_arn};
use crate::units::{AliasId, FunctionId, RequestId, SessionSeed, Version};
use serde_json::{Value, json};

/// The most aliases of one page.
const PAGE: usize = 50;

pub(super) fn create(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let name = fields.required("Name", fields.text("Name")?)?.to_owned();
    fields.required("FunctionVersion", fields.text("FunctionVersion")?)?;
    let function = call.unqualified_function(world)?;
    let mut configuration = AliasConfiguration {
        function,
        name,
        version: Version::Latest,
        additional: None,
        description: String::new(),
    };
    apply(&fields, &mut configuration)?;
    check(&configuration, None, world)?;
    put(world.platform.next_alias(), configuration, 201)
}

pub(super) fn update(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let fields = call.fields()?;
    let (alias, mut configuration) = find(call, world)?;
    if let Some(revision) = fields.text("RevisionId")?
        && revision != revision_id(world, alias)
    {
        return Err(ApiError::precondition("GetFunction/GetAlias"));
    }
    apply(&fields, &mut configuration)?;
    check(&configuration, Some(alias), world)?;
    put(alias, configuration, 200)
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let (alias, _) = find(call, world)?;
    Ok(Step::Answer(Response::json(200, &describe(world, alias))))
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    let wanted = call.request.parameter("FunctionVersion");
    let aliases: Vec<AliasId> = world
        .platform
        .aliases()
        .filter(|(_, it)| it.function == function)
        .filter(|(_, it)| {
            wanted
                .as_ref()
                .is_none_or(|wanted| it.version.to_string() == *wanted)
        })
        .map(|(id, _)| id)
        .collect();
    let (aliases, next) = page(&call.request, PAGE, aliases, |id| id.0)?;
    let aliases: Vec<Value> = aliases.into_iter().map(|it| describe(world, it)).collect();
    Ok(Step::Answer(listing("Aliases", aliases, next)))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let inputs = match find(call, world) {
        Ok((alias, _)) => vec![Input::DeleteAlias { alias }],
        // To delete what is not there is no mistake, as long as the function is.
        Err(_) => {
            call.unqualified_function(world)?;
            Vec::new()
        }
    };
    Step::change(inputs, |_| Response::empty(204))
}

fn find(call: &Call, world: &World<'_>) -> Result<(AliasId, AliasConfiguration), ApiError> {
    let function = call.unqualified_function(world)?;
    let name = call.part(1);
    match world.platform.alias(function, name) {
        Some((id, configuration)) => Ok((id, configuration.clone())),
        None => Err(ApiError::not_found(format!(
            "Cannot find alias arn: {}",
            arn(world, function, name)
        ))),
    }
}

fn arn(world: &World<'_>, function: FunctionId, name: &str) -> String {
    let of = world
        .platform
        .configuration(function)
        .map_or("", |it| it.name.as_str());
    format!("{}:{name}", function_arn(of))
}

fn put(alias: AliasId, configuration: AliasConfiguration, status: u16) -> Result<Step, ApiError> {
    let input = Input::ConfigureAlias {
        alias,
        configuration: Box::new(configuration),
    };
    Step::change(vec![input], move |world| {
        Response::json(status, &describe(world, alias))
    })
}

fn apply(fields: &Fields, configuration: &mut AliasConfiguration) -> Result<(), ApiError> {
    if let Some(text) = fields.text("FunctionVersion")? {
        configuration.version = version(text, "functionVersion")?;
    }
    if let Some(description) = fields.text("Description")? {
        configuration.description = description.to_owned();
    }
    let Some(routing) = fields.object("RoutingConfig")? else {
        return Ok(());
    };
    let weights = routing
        .object("AdditionalVersionWeights")?
        .unwrap_or_default();
    let mut names = weights.names();
    configuration.additional = match (names.next(), names.next()) {
        (None, _) => None,
        (Some(name), None) => {
            let fraction = weights.fraction(name)?.unwrap_or_default();
            let weight = Weight::from_fraction(fraction).ok_or_else(|| {
                let must = "be between 0.0 and 1.0";
                ApiError::constraint(fraction, "routingConfig.additionalVersionWeights", must)
            })?;
            Some((
                version(name, "routingConfig.additionalVersionWeights")?,
                weight,
            ))
        }
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "Number of items in AdditionalVersionWeights cannot be greater than 1",
            ));
        }
    };
    Ok(())
}

fn version(text: &str, field: &str) -> Result<Version, ApiError> {
    Version::parse(text).ok_or_else(|| {
        let must = r"satisfy regular expression pattern: (\$LATEST|[0-9]+)";
        ApiError::constraint(text, field, must)
    })
}

fn check(
    configuration: &AliasConfiguration,
    alias: Option<AliasId>,
    world: &World<'_>,
) -> Result<(), ApiError> {
    match validate_alias(configuration, alias, world.platform)
        .into_iter()
        .next()
    {
        None => Ok(()),
        Some(error @ VersionError::AliasTaken { .. }) => Err(ApiError::conflict(error.to_string())),
        Some(error @ VersionError::UnknownVersion { .. }) => {
            Err(ApiError::not_found(error.to_string()))
        }
        Some(error) => Err(error.into()),
    }
}

fn revision_id(world: &mut World<'_>, alias: AliasId) -> String {
    world.registry.catch_up(world.timeline);
    let number = (u64::from(alias.0) << 32) | u64::from(world.registry.alias_changes(alias));
    RequestId(number).uuid(SessionSeed(world.session.seed.0.rotate_left(1)))
}

fn describe(world: &mut World<'_>, alias: AliasId) -> Value {
    let revision = revision_id(world, alias);
    let mut aliases = world.platform.aliases();
    let Some((_, it)) = aliases.find(|(id, _)| *id == alias) else {
        return Value::Null;
    };
    let mut value = json!({
        "AliasArn": arn(world, it.function, &it.name),
        "Name": it.name,
        "FunctionVersion": it.version.to_string(),
        "Description": it.description,
        "RevisionId": revision,
    });
    if let Some((version, weight)) = it.additional {
        value["RoutingConfig"] =
            json!({"AdditionalVersionWeights": {version.to_string(): weight.fraction()}});
    }
    value
}
