//! Environment variables of a handler: what Lambda sets and what the user sets.
//!
//! Names and values are those of the Lambda developer guide, "Working with Lambda environment
//! variables", section "Defined runtime environment variables". A handler module is a custom
//! runtime in AWS's terms.

use crate::timeline::{FunctionConfiguration, HandlerKind, SessionMeta, SnapStart};
use crate::units::{EnvironmentId, Moment, RequestId, SessionSeed};
use std::collections::BTreeMap;

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
    log_stream: &str,
) -> BTreeMap<String, String> {
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
    let mut variables: BTreeMap<String, String> = defaults
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    variables.extend(configuration.variables.clone());
    variables.extend(reserved_variables(configuration, log_stream));
    variables
}

/// The reserved variables that have a value here. Access keys, the Runtime API's address and the
/// metadata endpoint have none: there is no account and no network behind a sandbox.
pub fn reserved_variables(
    configuration: &FunctionConfiguration,
    log_stream: &str,
) -> BTreeMap<String, String> {
    let name = &configuration.name;
    // Functions with SnapStart do not have these two ("Monitoring for Lambda SnapStart").
    let (initialization, log) = match configuration.snap_start {
        SnapStart::None => (
            "on-demand",
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
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
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

/// The name of an environment's log stream, `2026/11/23/[$LATEST]` and 32 hexadecimal digits: the
/// day (UTC) on which the environment was created, and digits that follow from session and
/// environment, so that a replay shows the same name.
pub fn log_stream_name(
    session: SessionMeta,
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
    format!("{year:04}/{month:02}/{day:02}/[$LATEST]{digits}")
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar. Counts
/// from a 1st of March, so that the leap day is the last of a year; a cycle of 400 years has
/// 146,097 days.
fn date(days: u64) -> (u64, u64, u64) {
    // 1970-01-01 is day 719,468 of the count that begins on 0000-03-01.
    let days = days.saturating_add(719_468);
    let (cycle, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March have 153 days in five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carried) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (cycle * 400 + year + carried, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_gregorian() {
        let shown = |days| {
            let (year, month, day) = date(days);
            format!("{year}-{month}-{day}")
        };
        assert_eq!(shown(0), "1970-1-1");
        assert_eq!(shown(58), "1970-2-28");
        assert_eq!(shown(59), "1970-3-1");
        assert_eq!(shown(11_016), "2000-2-29");
        assert_eq!(shown(11_017), "2000-3-1");
        assert_eq!(shown(20_780), "2026-11-23");
        assert_eq!(shown(47_540), "2100-2-28");
        assert_eq!(shown(47_541), "2100-3-1");
        // Every day follows the one before it.
        let mut before = date(0);
        for days in 1..200_000 {
            let next = date(days);
            let same_month = (before.0, before.1, before.2 + 1) == next;
            let new_month = (before.0, before.1 + 1, 1) == next && before.2 >= 28;
            let new_year = (before.0 + 1, 1, 1) == next && (before.1, before.2) == (12, 31);
            assert!(same_month || new_month || new_year, "{before:?} {next:?}");
            before = next;
        }
    }
}
