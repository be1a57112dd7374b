//! Cognito user pools. Cognito developer guide, "Customizing user pool workflows with Lambda triggers":
//! the handler returns the event with its response filled in, within five seconds.

use super::complaint::{Cause, Complaint};
use super::http::wrong;
use super::{Reply, Verdict};
use serde_json::Value;

/// What a response of some trigger may say, and must then be true or false.
const FLAGS: [&str; 7] = [
    "autoConfirmUser",
    "autoVerifyEmail",
    "autoVerifyPhone",
    "issueTokens",
    "failAuthentication",
    "answerCorrect",
    "forceAliasCreation",
];

/// What a response of some trigger may say, and must then be a string.
const TEXTS: [&str; 2] = ["challengeName", "challengeMetadata"];
/// What a response of some trigger may say, and must then be strings by names.
const MAPS: [&str; 2] = ["publicChallengeParameters", "privateChallengeParameters"];

/// Errors and messages as API reference and reports have them: InvalidLambdaResponseException
/// "Unrecognizable lambda output", UserLambdaValidationException "PreSignUp failed with error ...",
/// and UserNotFoundException for a migration that fails.
pub(super) fn judge(event: &Value, given: Result<Value, Cause>, error: &Value) -> Reply {
    let trigger = event["triggerSource"].as_str().unwrap_or_default();
    let trigger = trigger.split('_').next().unwrap_or_default();
    match given.and_then(|event| read(&event)) {
        Ok(response) => Reply::plain(Verdict::Continued(response)),
        Err(cause) => {
            let (name, message) = match (&cause, trigger) {
                (Cause::FunctionError, "UserMigration") => {
                    let client = event["callerContext"]["clientId"].as_str();
                    let client = client.unwrap_or_default();
                    let message = format!("Exception migrating user in app client {client}");
                    ("UserNotFoundException", message)
                }
                (Cause::FunctionError, _) => {
                    let said = error["errorMessage"].as_str().unwrap_or_default();
                    let message = format!("{trigger} failed with error {said}.");
                    ("UserLambdaValidationException", message)
                }
                _ => (
                    "InvalidLambdaResponseException",
                    "Unrecognizable lambda output".to_owned(),
                ),
            };
            let verdict = Verdict::Refused {
                error: name,
                message,
            };
            Reply::refused(verdict, Complaint::new(None, cause))
        }
    }
}

fn read(event: &Value) -> Result<Value, Cause> {
    let response = event
        .get("response")
        .filter(|response| response.is_object())
        .ok_or_else(|| wrong("response", "there, as in the event"))?;
    for name in FLAGS {
        if !matches!(response[name], Value::Null | Value::Bool(_)) {
            return Err(wrong(format!("response.{name}"), "true or false"));
        }
    }
    for name in TEXTS {
        if !matches!(response[name], Value::Null | Value::String(_)) {
            return Err(wrong(format!("response.{name}"), "a string"));
        }
    }
    for name in MAPS {
        let fits = match &response[name] {
            Value::Null => true,
            Value::Object(map) => map.values().all(Value::is_string),
            _ => false,
        };
        if !fits {
            return Err(wrong(format!("response.{name}"), "strings by names"));
        }
    }
    Ok(response.clone())
}
