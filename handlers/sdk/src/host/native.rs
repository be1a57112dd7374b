//! What the host offers, by means of std.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::time::{Duration, SystemTime};

/// How long an invocation may take here: Lambda's default timeout.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Writes to stderr. A log that cannot be written must not fail the handler.
pub(crate) fn log(bytes: &[u8]) {
    let _ = std::io::stderr().write_all(bytes);
}

/// A context like one of the host's, of a function named after `AWS_LAMBDA_FUNCTION_NAME`.
pub(crate) fn context() -> Vec<u8> {
    let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "handler".into());
    let since_1970 = now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let deadline = u64::try_from((since_1970 + TIMEOUT).as_millis()).unwrap_or(u64::MAX);
    serde_json::json!({
        "requestId": "00000000-0000-0000-0000-000000000000",
        "deadlineUnixMillis": deadline,
        "invokedFunctionArn": format!("arn:aws:lambda:us-east-1:123456789012:function:{name}"),
    })
    .to_string()
    .into_bytes()
}

/// The environment variables; those that are not UTF-8 are left out.
pub(crate) fn variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The time of day.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Waits.
pub(crate) fn sleep(duration: Duration) {
    std::thread::sleep(duration);
}

/// Fills the buffer from the seeds that std draws for its hash maps: random, not secret.
pub(crate) fn random(buffer: &mut [u8]) {
    for chunk in buffer.chunks_mut(8) {
        let bytes = RandomState::new().hash_one(0_u8).to_ne_bytes();
        chunk.copy_from_slice(&bytes[..chunk.len()]);
    }
}
