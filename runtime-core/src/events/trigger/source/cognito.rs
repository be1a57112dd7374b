//! Triggers of a Cognito user pool. Cognito developer guide, "Customizing user pool workflows with
//! Lambda triggers": each has its own request and an empty response, which the handler fills in.

use super::super::context::Context;
use super::super::form::{Field, FieldError, FieldKind, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::Value;

const SOURCES: &[&str] = &[
    "PreSignUp_SignUp",
    "PreSignUp_AdminCreateUser",
    "PreSignUp_ExternalProvider",
    "PostConfirmation_ConfirmSignUp",
    "PostConfirmation_ConfirmForgotPassword",
    "PreAuthentication_Authentication",
    "PostAuthentication_Authentication",
    "TokenGeneration_HostedAuth",
    "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "TokenGeneration_RefreshTokens",
    "CustomMessage_SignUp",
    "CustomMessage_AdminCreateUser",
    "CustomMessage_ResendCode",
    "CustomMessage_ForgotPassword",
    "CustomMessage_UpdateUserAttribute",
    "CustomMessage_VerifyUserAttribute",
    "CustomMessage_Authentication",
    "DefineAuthChallenge_Authentication",
    "CreateAuthChallenge_Authentication",
    "VerifyAuthChallengeResponse_Authentication",
    "UserMigration_Authentication",
    "UserMigration_ForgotPassword",
];

pub(in crate::events::trigger) const FORM: &[Field] = &[
    field(
        "triggerSource",
        "Trigger source",
        FieldKind::Choice(SOURCES),
        "PreSignUp_SignUp",
    ),
    text("userName", "User name", "ada"),
    field(
        "userAttributes",
        "User attributes",
        FieldKind::JsonObject,
        "{\"email\": \"ada@example.com\"}",
    ),
    field(
        "clientMetadata",
        "Client metadata",
        FieldKind::JsonObject,
        "{}",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let source = form.get("triggerSource");
    let trigger = source.split('_').next().unwrap_or_default();
    let attributes = Value::Object(form.object("userAttributes"));
    let metadata = form.object("clientMetadata");
    let (mut request, response) = request_and_response(trigger, attributes);
    if !metadata.is_empty() {
        request["clientMetadata"] = Value::Object(metadata);
    }
    Ok(json!({
        "version": "1",
        "triggerSource": source,
        "region": context.region,
        "userPoolId": format!("{}_{}", context.region, context.upper("pool", 9)),
        "userName": form.get("userName"),
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": context.lower("client", 26),
        },
        "request": request,
        "response": response,
    }))
}

fn request_and_response(trigger: &str, attributes: Value) -> (Value, Value) {
    let request = json!({ "userAttributes": attributes });
    let with = |name: &str, value: Value| {
        let mut request = request.clone();
        request[name] = value;
        request
    };
    // As app clients have it that keep to themselves who is a user (PreventUserExistenceErrors).
    let challenged = |own: Value| {
        let mut request = with("userNotFound", json!(false));
        for (name, value) in own.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        request
    };
    match trigger {
        "PreSignUp" => (
            with("validationData", json!({})),
            json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}),
        ),
        "PreAuthentication" => {
            let mut request = with("validationData", json!({}));
            request["userNotFound"] = json!(false);
            (request, json!({}))
        }
        "PostAuthentication" => (with("newDeviceUsed", json!(false)), json!({})),
        "TokenGeneration" => {
            let groups = json!({
                "groupsToOverride": [],
                "iamRolesToOverride": [],
                "preferredRole": null,
            });
            (
                with("groupConfiguration", groups),
                json!({"claimsOverrideDetails": null}),
            )
        }
        "CustomMessage" => {
            let mut request = with("codeParameter", json!("{####}"));
            request["usernameParameter"] = json!("{username}");
            (
                request,
                json!({"smsMessage": null, "emailMessage": null, "emailSubject": null}),
            )
        }
        "DefineAuthChallenge" => (
            challenged(json!({"session": []})),
            json!({"challengeName": null, "issueTokens": null, "failAuthentication": null}),
        ),
        "CreateAuthChallenge" => {
            let request = challenged(json!({"challengeName": "CUSTOM_CHALLENGE", "session": []}));
            (
                request,
                json!({
                    "publicChallengeParameters": null,
                    "privateChallengeParameters": null,
                    "challengeMetadata": null,
                }),
            )
        }
        "VerifyAuthChallengeResponse" => {
            let answered = json!({
                "privateChallengeParameters": {"answer": "5"},
                "challengeAnswer": "5",
            });
            (challenged(answered), json!({"answerCorrect": null}))
        }
        "UserMigration" => (
            // The user is not in the pool yet: there are no attributes of it.
            json!({"password": "correct horse battery staple", "validationData": {}}),
            json!({
                "userAttributes": null,
                "finalUserStatus": null,
                "messageAction": null,
                "desiredDeliveryMediums": null,
                "forceAliasCreation": null,
            }),
        ),
        _ => (request, json!({})),
    }
}
