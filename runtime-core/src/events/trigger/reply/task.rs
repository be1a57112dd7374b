//! Tasks of Step Functions that invoke a function (`arn:aws:states:::lambda:invoke`): Step Functions developer
//! guide, "Invoke an AWS Lambda function with Step Functions" and "Handle Lambda service exceptions", read in 2026.

use super::complaint::{Cause, Complaint};
use super::{Reply, Verdict};
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

/// "If an exception is raised within the Lambda function, the Task will fail": with the name that the function gave
/// it.
pub(super) fn judge(given: Result<Value, Cause>, error: &Value) -> Reply {
    let cause = match given {
        Ok(output) => return Reply::plain(Verdict::TaskResult(output)),
        Err(cause) => cause,
    };
    let name = error["errorType"].as_str().filter(|name| !name.is_empty());
    let verdict = Verdict::TaskFailed {
        // What Step Functions calls a failure without a name.
        error: name.unwrap_or("Lambda.Unknown").to_owned(),
        cause: error.to_string(),
    };
    Reply::refused(verdict, Complaint::new(None, cause))
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
    use crate::events::trigger::{TriggerKind, judge_refusal};

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
    /// Lambda service exceptions"); of REST APIs facts section 4.
    #[test]
    fn a_throttle_has_a_name() {
        let throttle = Refusal {
            exception: "TooManyRequestsException",
            message: "Rate Exceeded.",
            status: 429,
        };
        let judged = |kind| judge_refusal(kind, &throttle).map(|it| it.verdict);
        assert!(matches!(
            judged(TriggerKind::StepFunctions),
            Some(Verdict::TaskFailed { error, .. }) if error == "Lambda.TooManyRequestsException"
        ));
        assert!(matches!(
            judged(TriggerKind::ApiGatewayRest),
            Some(Verdict::Http(reply)) if reply.status == 500
        ));
        assert_eq!(judged(TriggerKind::S3), None);
    }
}
