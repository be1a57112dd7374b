//! Environment variables of a handler: what Lambda sets and what the user sets.
//!
//! Names and values are those of the Lambda developer guide, "Working with Lambda environment
//! variables", section "Defined runtime environment variables". A handler module is a custom
//! runtime in AWS's terms.

use crate::timeline::{FunctionConfiguration, HandlerKind, Origin, SessionMeta, SnapStart};
use crate::units::{EnvironmentId, Moment, OrderedMap, RequestId, SessionSeed, Version, date};

/// The region that functions believe to be in, and whose prices are billed.
const REGION: &str = "us-east-1";
/// Where AWS keeps a function's code.
const TASK_ROOT: &str = "/var/task";
/// Where AWS keeps a runtime.
const RUNTIME_DIR: &str = "/var/runtime";
/// Where the files of the Runtime API are (`handlers/RUNTIME_API.md`).
const RUNTIME_API_DIR: &str = "/run/lambda";

/// Names that a function's settings cannot use.
pub const RESERVED_VARIABLES: [&str; 21] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// The whole environment of a handler: AWS's defaults, which the user may replace, the user's own
/// variables, and the reserved ones.
pub fn environment_variables(
    configuration: &FunctionConfiguration,
    origin: Origin,
    log_stream: &str,
) -> OrderedMap<String, String> {
    let defaults = [
        ("LANG", "en_US.UTF-8".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin".to_owned()),
        (
            "LD_LIBRARY_PATH",
            format!(
                "/var/lang/lib:/lib64:/usr/lib64:{RUNTIME_DIR}:{RUNTIME_DIR}/lib:{TASK_ROOT}:{TASK_ROOT}/lib:/opt/lib"
            ),
        ),
    ];
    let mut variables: OrderedMap<String, String> = defaults
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    variables.extend(configuration.variables.clone());
    variables.extend(reserved_variables(configuration, origin, log_stream));
    variables
}

/// The reserved variables that have a value here. Access keys, the Runtime API's address and the
/// metadata endpoint have none: there is no account and no network behind a sandbox.
pub fn reserved_variables(
    configuration: &FunctionConfiguration,
    origin: Origin,
    log_stream: &str,
) -> OrderedMap<String, String> {
    let name = &configuration.name;
    // Functions with SnapStart do not have these two ("Monitoring for Lambda SnapStart").
    let (initialization, log) = match configuration.snap_start {
        SnapStart::None => (
            if origin.provisioned {
                "provisioned-concurrency"
            } else {
                "on-demand"
            },
            Some([
                ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
                ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.to_owned()),
            ]),
        ),
        SnapStart::PublishedVersions => ("snap-start", None),
    };
    let runtime_api = (configuration.kind == HandlerKind::Loop)
        .then(|| ("COLDSTART_RUNTIME_API", RUNTIME_API_DIR.to_owned()));
    [
        ("_HANDLER", configuration.handler.clone()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        (
            "AWS_EXECUTION_ENV",
            configuration.runtime.execution_environment().to_owned(),
        ),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            configuration.memory.get().to_string(),
        ),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", origin.version.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", initialization.to_owned()),
        ("LAMBDA_RUNTIME_DIR", RUNTIME_DIR.to_owned()),
        ("LAMBDA_TASK_ROOT", TASK_ROOT.to_owned()),
    ]
    .into_iter()
    .chain(runtime_api)
    .chain(log.into_iter().flatten())
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

/// The name of an environment's log stream, `2026/11/23/[$LATEST]` (or its version's number) and 32
/// hexadecimal digits: the day (UTC) on which the environment was created, and digits that follow from session and
/// environment, so that a replay shows the same name.
pub fn log_stream_name(
    session: SessionMeta,
    version: Version,
    environment: EnvironmentId,
    created: Moment,
) -> String {
    let unix_millis = session
        .unix_millis
        .saturating_add(created.as_nanos() / 1_000_000);
    let (year, month, day) = date(unix_millis / 86_400_000);
    // The same spreading as for request ids, from another seed: no stream looks like a request.
    let seed = SessionSeed(!session.seed.0);
    let digits = RequestId(u64::from(environment.0))
        .uuid(seed)
        .replace('-', "");
    format!("{year:04}/{month:02}/{day:02}/[{version}]{digits}")
}
