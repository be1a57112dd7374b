//! What a handler is told about its invocation.

use crate::{now, var};
use serde::Deserialize;
use std::time::{Duration, SystemTime};

/// What a handler is told about its invocation.
///
/// [`Context::default`] is an empty one for unit tests of a handler: its deadline is in the past.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    /// The request's UUID, as in the START, END and REPORT lines.
    pub request_id: String,
    /// When the function's timeout is reached, in ms since 1970.
    pub deadline_unix_millis: u64,
    /// `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with `:QUALIFIER` if one was invoked.
    pub invoked_function_arn: String,
}

impl Context {
    /// When the function's timeout is reached.
    pub fn deadline(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.deadline_unix_millis)
    }

    /// How long the handler may still run before it is killed; zero once that time has come.
    pub fn remaining(&self) -> Duration {
        self.deadline().duration_since(now()).unwrap_or_default()
    }

    /// The function's name: the seventh part of its ARN, empty if there is no ARN.
    pub fn function_name(&self) -> &str {
        self.invoked_function_arn.split(':').nth(6).unwrap_or("")
    }

    /// The function's memory in MB of 1,024 KB (`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`).
    pub fn memory_limit_mb(&self) -> Option<u32> {
        var("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?.parse().ok()
    }

    /// The context in the host's JSON. `null` and anything unexpected give an empty context:
    /// a handler that does not look at it must not fail because of it.
    pub(crate) fn from_json(json: &[u8]) -> Context {
        serde_json::from_slice::<Option<Context>>(json)
            .ok()
            .flatten()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_json_is_read() {
        let context = Context::from_json(
            br#"{"requestId":"8f5a","deadlineUnixMillis":1500,"later":1,
                 "invokedFunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:greeting:live"}"#,
        );
        assert_eq!(context.request_id, "8f5a");
        assert_eq!(context.function_name(), "greeting");
        assert_eq!(
            context.deadline(),
            SystemTime::UNIX_EPOCH + Duration::from_millis(1500)
        );
    }

    #[test]
    fn no_invocation_is_an_empty_context() {
        assert_eq!(Context::from_json(b"null"), Context::default());
        assert_eq!(Context::from_json(b""), Context::default());
        assert_eq!(Context::default().function_name(), "");
    }

    #[test]
    fn remaining_time_counts_down_to_the_deadline_and_no_further() {
        let soon = now() + Duration::from_secs(60);
        let millis = soon
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_millis();
        let context = Context {
            deadline_unix_millis: u64::try_from(millis).unwrap(),
            ..Context::default()
        };
        assert!(context.remaining() > Duration::from_secs(50));
        assert!(context.remaining() <= Duration::from_secs(60));
        assert_eq!(Context::default().remaining(), Duration::ZERO);
    }
}
