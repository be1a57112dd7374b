//! REST APIs. API Gateway developer guide, "Output format of a Lambda function for proxy
//! integration". What is refused, and that a status may be missing or a text, was recorded from AWS
//! by LocalStack (test_apigateway_lambda.py, test_lambda_aws_proxy_response_format and
//! test_aws_proxy_response_payload_format_validation). Lambda developer guide, "Handling Lambda errors
//! with an API Gateway API": 502 for an error and for a response in the wrong format.

use super::complaint::{Cause, Complaint};
use super::http::{HttpReply, body, flag, has, headers, multi_value_headers, status, wrong};
use super::{Reply, Verdict};
use serde_json::Value;

/// What API Gateway's execution log says.
const MALFORMED: &str = "Malformed Lambda proxy response";

const KNOWN: [&str; 5] = [
    "statusCode",
    "headers",
    "multiValueHeaders",
    "body",
    "isBase64Encoded",
];

pub(super) fn judge(given: Result<Value, Cause>) -> Reply {
    match given.and_then(|response| read(&response)) {
        Ok(reply) => Reply::plain(Verdict::Http(reply)),
        Err(cause) => {
            let mut reply = internal_server_error(502);
            let kind = "InternalServerErrorException".to_owned();
            reply.headers.push(("x-amzn-errortype".to_owned(), kind));
            let aws = (cause != Cause::FunctionError).then_some(MALFORMED);
            Reply::refused(Verdict::Http(reply), Complaint::new(aws, cause))
        }
    }
}

pub(super) fn internal_server_error(status: u16) -> HttpReply {
    let body = "{\"message\": \"Internal server error\"}";
    HttpReply::error(status, "application/json", body)
}

fn read(response: &Value) -> Result<HttpReply, Cause> {
    let fields = response
        .as_object()
        .ok_or_else(|| wrong("", "a JSON object"))?;
    if let Some(name) = fields.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(Cause::UnknownField(name.clone()));
    }
    let status = match &response["statusCode"] {
        Value::Null => 200,
        value => status(value, true)?,
    };
    // The body stays encoded: an API decodes it only for its binary media types, and has none unless
    // they were set.
    flag(&response["isBase64Encoded"], "isBase64Encoded")?;
    let body = body(&response["body"])?;
    let several = multi_value_headers(&response["multiValueHeaders"])?;
    // Of a name in both, those of multiValueHeaders count.
    let mut merged = headers(&response["headers"])?;
    merged.retain(|(name, _)| !has(&several, name));
    merged.extend(several);
    if !has(&merged, "content-type") {
        merged.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    Ok(HttpReply::new(status, merged, body.as_bytes().to_vec()))
}
