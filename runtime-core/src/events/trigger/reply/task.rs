//! Tasks of Step Functions that invoke a function (`arn:aws:states:::lambda:invoke`): Step Functions developer
//! guide, "Invoke an AWS Lambda function with Step Functions", "Handling errors in Step Functions workflows" and
//! "Handle Lambda service exceptions", read in 2026.

use super::super::form::Fields;
use super::super::kind::TriggerKind;
use super::super::source::direct::TASK_TIMEOUT;
use super::complaint::{Cause, Complaint};
use super::{Reply, Verdict};
use crate::units::Span;
use serde_json::{Value, json};

/// An invocation that a task has made.
#[derive(Clone, Copy, Debug)]
pub struct Invoked<'a> {
    /// Its id.
    pub request_id: &'a str,
    /// The version that had it.
    pub version: &'a str,
}

/// Why Lambda did not invoke a function.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// As the API names it.
    pub exception: &'a str,
    /// What it says.
    pub message: &'a str,
    /// Its HTTP status.
    pub status: u16,
}

/// The task's result: the output "is nested inside a dictionary of metadata", as JSON and not as a text. Without the
/// headers `Date` and `X-Amzn-Trace-Id` (model choice).
pub fn task_result(invoked: &Invoked<'_>, output: &Value) -> Value {
    let Invoked {
        request_id,
        version,
    } = invoked;
    json!({
        "ExecutedVersion": version,
        "Payload": output,
        "SdkHttpMetadata": {
            "HttpHeaders": {
                "Connection": "keep-alive",
                "Content-Length": output.to_string().len().to_string(),
                "Content-Type": "application/json",
                "X-Amz-Executed-Version": version,
                "x-amzn-Remapped-Content-Length": "0",
                "x-amzn-RequestId": request_id,
            },
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": request_id},
        "StatusCode": 200,
    })
}

/// What the task is told of a failure without a name ("Lambda.Unknown"), before the payload: as it is reported, for
/// example in aws-samples/amazon-textract-idp-cdk-constructs#80.
const NO_ERROR_TYPE: &str = "The cause could not be determined because Lambda did not return an error type. Returned payload:";

/// "If an exception is raised within the Lambda function, the Task will fail": with the name that the function gave
/// it. Lambda itself names what it ends, a timeout for example: Sandbox.Timedout, which state machines have to name
/// (aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#917). "Handle Lambda service
/// exceptions" has Lambda.Unknown for it, from before these errors had types.
pub(super) fn judge(given: Result<Value, Cause>, error: &Value) -> Reply {
    let cause = match given {
        Ok(output) => return Reply::plain(Verdict::TaskResult(output)),
        Err(cause) => cause,
    };
    let name = error["errorType"].as_str().filter(|name| !name.is_empty());
    let verdict = match name {
        Some(name) => Verdict::TaskFailed {
            error: name.to_owned(),
            cause: error.to_string(),
        },
        None => Verdict::TaskFailed {
            error: "Lambda.Unknown".to_owned(),
            cause: format!("{NO_ERROR_TYPE} {error}"),
        },
    };
    Reply::refused(verdict, Complaint::new(None, cause))
}

/// What a task does with an answer that came `took` after it began, if its `TimeoutSeconds` were over by then: it had
/// failed with `States.Timeout` ("A Task state either ran longer than the TimeoutSeconds value, or ..."), without a
/// cause. The function goes on.
pub fn task_timeout(timeout_seconds: u32, took: Span) -> Option<Reply> {
    let over = took > Span::from_secs(u64::from(timeout_seconds));
    let verdict = Verdict::TaskFailed {
        error: "States.Timeout".to_owned(),
        cause: String::new(),
    };
    over.then(|| Reply::refused(verdict, Complaint::new(None, Cause::TooLate)))
}

/// `TimeoutSeconds` of a task whose form was filled in like this.
pub fn task_timeout_of(fields: &Fields) -> u32 {
    let usual = || {
        let mut form = TriggerKind::StepFunctions.form().iter();
        form.find(|it| it.name == TASK_TIMEOUT).map(|it| it.default)
    };
    let seconds = fields.get(TASK_TIMEOUT).or_else(usual);
    let seconds = seconds.and_then(|it| it.trim().parse().ok());
    seconds.unwrap_or(u32::MAX)
}

/// "Lambda errors are reported as Lambda.<ErrorName>"; what stands after the message is how SDKs write it, and not
/// published (model choice).
pub(super) fn refused(refusal: &Refusal<'_>) -> Verdict {
    let Refusal {
        exception,
        message,
        status,
    } = refusal;
    Verdict::TaskFailed {
        error: format!("Lambda.{exception}"),
        cause: format!("{message} (Service: Lambda, Status Code: {status})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::trigger::{Context, build, judge};

    /// The example of "Invoke an AWS Lambda function with Step Functions".
    #[test]
    fn a_result_is_nested_in_metadata() {
        let id = "6b3bebdb-9251-453a-ae45-512d9e2bf4d3";
        let invoked = Invoked {
            request_id: id,
            version: "$LATEST",
        };
        let result = task_result(&invoked, &json!({"a": [1]}));
        let names: Vec<&str> = result
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "ExecutedVersion",
                "Payload",
                "SdkHttpMetadata",
                "SdkResponseMetadata",
                "StatusCode"
            ]
        );
        assert_eq!(result["Payload"], json!({"a": [1]}), "no text of JSON");
        assert_eq!(result["SdkResponseMetadata"]["RequestId"], id);
        let http = &result["SdkHttpMetadata"];
        assert_eq!(http["HttpStatusCode"], 200);
        assert_eq!(http["HttpHeaders"]["Content-Length"], "9");
        assert_eq!(http["HttpHeaders"]["X-Amz-Executed-Version"], "$LATEST");
    }

    /// "When Lambda hits the maximum number of invocations, the error is Lambda.TooManyRequestsException" ("Handle
    /// Lambda service exceptions").
    #[test]
    fn a_throttle_has_a_name() {
        let throttle = Refusal {
            exception: "TooManyRequestsException",
            message: "Rate Exceeded.",
            status: 429,
        };
        assert!(matches!(
            refused(&throttle),
            Verdict::TaskFailed { error, .. } if error == "Lambda.TooManyRequestsException"
        ));
    }

    /// What Lambda answers for a function that failed, as LocalStack's snapshots of AWS have it (November 2025), and the
    /// error that a Catch or Retry has to name.
    #[test]
    fn a_failure_is_called_what_lambda_calls_it() {
        for (answer, name) in [
            (
                r#"{"errorType":"OrderError","errorMessage":"no tea"}"#,
                "OrderError",
            ),
            (
                r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 6b3b Error: Task timed out after 1.00 seconds"}"#,
                "Sandbox.Timedout",
            ),
            (
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 6b3b Error: Runtime exited with error: signal: killed"}"#,
                "Runtime.ExitError",
            ),
            // Before errors of Lambda's own had types.
            (
                r#"{"errorMessage":"2023-06-12T19:54:02.822Z 6b3b Task timed out after 3.01 seconds"}"#,
                "Lambda.Unknown",
            ),
            (
                r#"{"errorType":"","errorMessage":"no tea"}"#,
                "Lambda.Unknown",
            ),
            ("no JSON", "Lambda.Unknown"),
        ] {
            let kind = TriggerKind::StepFunctions;
            let reply = judge(kind, b"{}", Some(answer.as_bytes()), true);
            let Verdict::TaskFailed { error, cause } = reply.verdict else {
                panic!("{answer}: {reply:?}");
            };
            assert_eq!(error, name, "{answer}");
            let unknown = name == "Lambda.Unknown";
            assert_eq!(cause.starts_with(NO_ERROR_TYPE), unknown, "{cause}");
        }
    }

    /// "Handling errors in Step Functions workflows", States.Timeout: "ran longer than the TimeoutSeconds value".
    #[test]
    fn a_task_that_runs_longer_than_its_timeout_has_failed_before_the_answer() {
        let error = |seconds, took| match task_timeout(seconds, took)?.verdict {
            Verdict::TaskFailed { error, .. } => Some(error),
            _ => None,
        };
        assert_eq!(error(2, Span::from_millis(1_999)), None);
        assert_eq!(error(2, Span::from_secs(2)), None);
        assert_eq!(
            error(2, Span::from_millis(2_001)).as_deref(),
            Some("States.Timeout")
        );
    }

    /// "Task workflow state": a positive integer, 99999999 where it is not set; the payload alone is the event.
    #[test]
    fn a_tasks_timeout_is_no_part_of_its_event() {
        let kind = TriggerKind::StepFunctions;
        assert_eq!(task_timeout_of(&Fields::new()), 99_999_999);
        let fields = Fields::new()
            .with("payload", "[1]")
            .with(TASK_TIMEOUT, " 20 ");
        assert_eq!(task_timeout_of(&fields), 20);
        assert_eq!(build(kind, &fields, &Context::default()), Ok(json!([1])));
        for wrong in ["0", "100000000", "soon"] {
            let fields = Fields::new().with(TASK_TIMEOUT, wrong);
            let refused = build(kind, &fields, &Context::default()).map_err(|it| it.field);
            assert_eq!(refused, Err(TASK_TIMEOUT.to_owned()), "{wrong}");
        }
    }
}
