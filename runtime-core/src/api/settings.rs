//! The settings that CreateFunction and UpdateFunctionConfiguration share.

use super::arns::failure_target_of;
use super::code;
use super::error::ApiError;
use super::fields::Fields;
use super::layers;
use super::registry::Details;
use super::world::World;
use crate::platform::{EPHEMERAL_STORAGE, MAX_DESCRIPTION_LENGTH, MEMORY, TIMEOUT, validate_async};
use crate::timeline::{Architecture, FunctionConfiguration, SnapStart};
use crate::units::{MemoryMb, Span};

const ROLE_PATTERN: &str = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";

/// Settings of AWS that no session has, with what they may hold all the same because it changes
/// nothing.
const ABSENT: [(&str, &str); 8] = [
    ("VpcConfig", "SubnetIds"),
    ("FileSystemConfigs", ""),
    ("ImageConfig", ""),
    ("KMSKeyArn", ""),
    ("CodeSigningConfigArn", ""),
    ("CapacityProviderConfig", ""),
    ("TenancyConfig", ""),
    ("DurableConfig", ""),
];

/// Takes over every setting that the request names.
pub(super) fn apply(
    fields: &Fields,
    world: &World<'_>,
    configuration: &mut FunctionConfiguration,
    details: &mut Details,
) -> Result<(), ApiError> {
    refuse_absent(fields)?;
    if let Some(role) = fields.text("Role")? {
        if !is_role(role) {
            let must = format!("satisfy regular expression pattern: {ROLE_PATTERN}");
            return Err(ApiError::constraint(role, "role", must));
        }
        details.role = role.to_owned();
    }
    if let Some(description) = fields.text("Description")? {
        if description.chars().count() > MAX_DESCRIPTION_LENGTH {
            let must = format!("have length less than or equal to {MAX_DESCRIPTION_LENGTH}");
            return Err(ApiError::constraint(description, "description", must));
        }
        details.description = description.to_owned();
    }
    if let Some(id) = fields.text("Runtime")? {
        configuration.runtime = code::runtime(id)?;
        details.runtime = (configuration.runtime.id() != id).then(|| id.to_owned());
    }
    if let Some(handler) = fields.text("Handler")? {
        configuration.handler = handler.to_owned();
    }
    let memory = i64::from(MEMORY.start().get())..=i64::from(MEMORY.end().get());
    if let Some(memory) = fields.number("MemorySize", memory)? {
        configuration.memory = MemoryMb::new(memory);
    }
    let seconds = |span: &Span| (span.as_nanos() / 1_000_000_000) as i64;
    if let Some(timeout) =
        fields.number("Timeout", seconds(TIMEOUT.start())..=seconds(TIMEOUT.end()))?
    {
        configuration.timeout = Span::from_secs(u64::from(timeout));
    }
    if let Some(storage) = fields.object("EphemeralStorage")? {
        let sizes =
            i64::from(EPHEMERAL_STORAGE.start().get())..=i64::from(EPHEMERAL_STORAGE.end().get());
        let size = storage.number("Size", sizes)?;
        configuration.ephemeral_storage = MemoryMb::new(storage.required("Size", size)?);
    }
    if let Some(environment) = fields.object("Environment")? {
        configuration.variables = environment.map("Variables")?.unwrap_or_default();
    }
    if let Some(layers) = layers::wanted(fields, world)? {
        configuration.layers = layers;
    }
    if let Some(snap_start) = fields.object("SnapStart")? {
        match snap_start.choice("ApplyOn", &["PublishedVersions", "None"])? {
            Some("PublishedVersions") => configuration.snap_start = SnapStart::PublishedVersions,
            Some(_) => configuration.snap_start = SnapStart::None,
            None => {}
        }
    }
    if let Some(tracing) = fields.object("TracingConfig")? {
        let mode = tracing.choice("Mode", &["Active", "PassThrough"])?;
        details.traced = mode.map_or(details.traced, |mode| mode == "Active");
    }
    architecture(fields, configuration)?;
    logging(fields, &configuration.name)?;
    dead_letters(fields, world, configuration)
}

/// `Architectures`, of which a function has one.
pub(super) fn architecture(
    fields: &Fields,
    configuration: &mut FunctionConfiguration,
) -> Result<(), ApiError> {
    let Some(names) = fields.texts("Architectures")? else {
        return Ok(());
    };
    let shown = || format!("[{}]", names.join(", "));
    configuration.architecture = match names.as_slice() {
        [one] if one == "x86_64" => Architecture::X86_64,
        [one] if one == "arm64" => Architecture::Arm64,
        [_] => {
            let must = "satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]";
            return Err(ApiError::constraint(shown(), "architectures", must));
        }
        [] => {
            let must = "have length greater than or equal to 1";
            return Err(ApiError::constraint(shown(), "architectures", must));
        }
        _ => {
            let must = "have length less than or equal to 1";
            return Err(ApiError::constraint(shown(), "architectures", must));
        }
    };
    Ok(())
}

/// Whether it looks like the ARN of a role.
fn is_role(role: &str) -> bool {
    let mut parts = role.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (arn, partition, service, region, account, resource) =
        (next(), next(), next(), next(), next(), next());
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_/".contains(c);
    arn == "arn"
        && partition.starts_with("aws")
        && service == "iam"
        && region.is_empty()
        && account.len() == 12
        && account.bytes().all(|it| it.is_ascii_digit())
        && resource
            .strip_prefix("role")
            .is_some_and(|name| name.len() > 1 && name.chars().all(allowed))
}

fn refuse_absent(fields: &Fields) -> Result<(), ApiError> {
    for (name, inner) in ABSENT {
        let wanted = match fields.object(name) {
            Ok(Some(object)) if !inner.is_empty() => {
                object.texts(inner)?.is_some_and(|list| !list.is_empty())
            }
            Ok(Some(object)) => object.names().next().is_some(),
            Ok(None) => false,
            // No object: a list or a text, which may be empty.
            Err(_) => match (fields.text(name), fields.objects(name), fields.texts(name)) {
                (Ok(Some(text)), _, _) => !text.is_empty(),
                (_, Ok(Some(list)), _) => !list.is_empty(),
                (_, _, Ok(Some(list))) => !list.is_empty(),
                _ => true,
            },
        };
        if wanted {
            return Err(ApiError::absent(name));
        }
    }
    Ok(())
}

/// Logs are texts, in the group of the function's name.
fn logging(fields: &Fields, name: &str) -> Result<(), ApiError> {
    let Some(logging) = fields.object("LoggingConfig")? else {
        return Ok(());
    };
    if logging.choice("LogFormat", &["JSON", "Text"])? == Some("JSON") {
        return Err(ApiError::absent("LoggingConfig.LogFormat JSON"));
    }
    for level in ["ApplicationLogLevel", "SystemLogLevel"] {
        if logging.text(level)?.is_some() {
            return Err(ApiError::invalid(
                "Log Levels are not supported when the LogFormat is Text; LoggingConfig.LogFormat must be JSON.",
            ));
        }
    }
    match logging.text("LogGroup")? {
        Some(group) if group != format!("/aws/lambda/{name}") => {
            Err(ApiError::absent("A LogGroup other than the function's own"))
        }
        _ => Ok(()),
    }
}

fn dead_letters(
    fields: &Fields,
    world: &World<'_>,
    configuration: &mut FunctionConfiguration,
) -> Result<(), ApiError> {
    let Some(config) = fields.object("DeadLetterConfig")? else {
        return Ok(());
    };
    configuration.asynchronous.dead_letter_queue = match config.text("TargetArn")? {
        None | Some("") => None,
        Some(arn) => Some(failure_target_of(world, arn).ok_or_else(|| {
            ApiError::invalid(format!(
                "The target queue or topic does not exist in this session: {arn}"
            ))
        })?),
    };
    match validate_async(&configuration.asynchronous, world.platform)
        .into_iter()
        .next()
    {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
