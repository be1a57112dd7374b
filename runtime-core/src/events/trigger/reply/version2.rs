//! HTTP APIs and function URLs, payload format 2.0. API Gateway developer guide, "Create AWS Lambda
//! proxy integrations for HTTP APIs", section "Lambda function response for format 2.0"; Lambda
//! developer guide, "Invoking Lambda function URLs", section "Response payload format".

use super::complaint::{Cause, Complaint};
use super::http::{HttpReply, body, flag, has, headers, status, wrong};
use super::{Reply, Verdict};
use crate::events::trigger::encoding::from_base64;
use serde_json::Value;

/// "Troubleshooting issues with HTTP API Lambda integrations" has the message; that its status is 500
/// is in reports (awslabs/aws-lambda-cpp issue 117).
pub(super) fn http_api(given: Result<Value, Cause>, response: &[u8]) -> Reply {
    let refused = HttpReply::error(
        500,
        "application/json",
        "{\"message\":\"Internal Server Error\"}",
    );
    judge(given, response, refused)
}

/// A function error is a 5xx ("Monitoring Lambda function URLs"); that it is 502 with this text is in
/// reports (awsdocs/aws-lambda-developer-guide issue 430).
pub(super) fn function_url(given: Result<Value, Cause>, response: &[u8]) -> Reply {
    let refused = HttpReply::error(502, "application/json", "Internal Server Error");
    judge(given, response, refused)
}

fn judge(given: Result<Value, Cause>, response: &[u8], refused: HttpReply) -> Reply {
    match given.and_then(|value| read(&value, response)) {
        Ok(reply) => Reply::plain(Verdict::Http(reply)),
        Err(cause) => Reply::refused(Verdict::Http(refused), Complaint::new(None, cause)),
    }
}

fn read(value: &Value, response: &[u8]) -> Result<HttpReply, Cause> {
    let json = ("content-type".to_owned(), "application/json".to_owned());
    // Any JSON without a status is the body itself.
    if value.get("statusCode").is_none_or(Value::is_null) {
        return Ok(HttpReply::new(200, vec![json], response.to_vec()));
    }
    let status = status(&value["statusCode"], true)?;
    let mut headers = headers(&value["headers"])?;
    for (name, _) in &mut headers {
        name.make_ascii_lowercase();
    }
    // Without a content type, API Gateway and function URLs say that it is JSON.
    if !has(&headers, "content-type") {
        headers.push(json);
    }
    headers.extend(cookies(&value["cookies"])?);
    let body = body(&value["body"])?;
    let body = match flag(&value["isBase64Encoded"], "isBase64Encoded")? {
        true => from_base64(body)
            .ok_or_else(|| wrong("body", "base64, and isBase64Encoded says that it is"))?,
        false => body.as_bytes().to_vec(),
    };
    Ok(HttpReply::new(status, headers, body))
}

fn cookies(value: &Value) -> Result<Vec<(String, String)>, Cause> {
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err(wrong("cookies", "a list")),
    };
    list.iter()
        .enumerate()
        .map(|(index, cookie)| match cookie {
            Value::String(text) => Ok(("set-cookie".to_owned(), text.clone())),
            _ => Err(wrong(format!("cookies[{index}]"), "a text")),
        })
        .collect()
}
