//! Jobs of a CodePipeline pipeline. CodePipeline user guide, "Invoke an AWS Lambda function in a
//! pipeline in CodePipeline", section "Example JSON event".

use super::super::context::Context;
use super::super::form::{Field, FieldError, Form, optional, text};
use crate::events::trigger::json::json;
use serde_json::Value;

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("functionName", "Function name", "check-website"),
    optional("userParameters", "User parameters", "https://example.com"),
    text("artifact", "Input artifact", "SourceOutput"),
    text(
        "bucket",
        "Artifact bucket",
        "codepipeline-us-east-1-123456789012",
    ),
    text("objectKey", "Artifact key", "shop/SourceOutp/mYq3bGH.zip"),
    optional("continuationToken", "Continuation token", ""),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let mut data = json!({
        "actionConfiguration": {
            "configuration": {
                "FunctionName": form.get("functionName"),
                "UserParameters": form.get("userParameters"),
            },
        },
        "inputArtifacts": [{
            "name": form.get("artifact"),
            "revision": null,
            "location": {
                "type": "S3",
                "s3Location": {
                    "bucketName": form.get("bucket"),
                    "objectKey": form.get("objectKey"),
                },
            },
        }],
        "outputArtifacts": [],
        "artifactCredentials": {
            "accessKeyId": format!("ASIA{}", context.upper("access-key", 16)),
            "secretAccessKey": context.opaque("secret", 30),
            "sessionToken": context.opaque("session", 60),
        },
    });
    if let Some(token) = form.optional("continuationToken") {
        data["continuationToken"] = json!(token);
    }
    Ok(json!({"CodePipeline.job": {
        "id": context.uuid("job"),
        "accountId": context.account,
        "data": data,
    }}))
}
