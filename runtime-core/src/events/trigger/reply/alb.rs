//! Application Load Balancers. User guide for Application Load Balancers, "Use Lambda functions as
//! targets of an Application Load Balancer" (response, multi-value headers, the limit of 1 MB) and
//! "Troubleshoot your Application Load Balancers", section "HTTP 502: Bad gateway": the target is a
//! Lambda function whose response is malformed, too large, or an error.

use super::complaint::{Cause, Complaint};
use super::http::{HttpReply, body, flag, has, headers, multi_value_headers, status, wrong};
use super::{Reply, Verdict};
use crate::events::trigger::encoding::from_base64;
use serde_json::Value;

/// The most that the response's JSON may have, bytes.
const MAX_RESPONSE: usize = 1 << 20;

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                           <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

pub(super) fn judge(event: &Value, given: Result<Value, Cause>, length: usize) -> Reply {
    let several = event.get("multiValueHeaders").is_some();
    let read = given.and_then(|response| match length {
        ..=MAX_RESPONSE => read(&response, several),
        _ => Err(Cause::TooLarge(MAX_RESPONSE)),
    });
    match read {
        Ok((reply, complaint)) => Reply {
            verdict: Verdict::Http(reply),
            complaint,
        },
        Err(cause) => {
            let refused = HttpReply::error(502, "text/html", BAD_GATEWAY);
            Reply::refused(Verdict::Http(refused), Complaint::new(None, cause))
        }
    }
}

fn read(response: &Value, several: bool) -> Result<(HttpReply, Option<Complaint>), Cause> {
    if !response.is_object() {
        return Err(wrong("", "a JSON object"));
    }
    let status = status(&response["statusCode"], false)?;
    let one = headers(&response["headers"])?;
    let many = multi_value_headers(&response["multiValueHeaders"])?;
    // Only the form that the target group is set to counts; that the other one is dropped and not
    // refused is a choice of this model.
    let (mut headers, dropped, name, wanted) = match several {
        true => (
            many,
            one,
            "headers",
            "read: the target group has multi-value headers",
        ),
        false => (
            one,
            many,
            "multiValueHeaders",
            "read: multi-value headers are not enabled",
        ),
    };
    let complaint = (headers.is_empty() && !dropped.is_empty())
        .then(|| Complaint::new(None, wrong(name, wanted)));
    if !has(&headers, "content-type") {
        let kind = "application/octet-stream".to_owned();
        headers.push(("content-type".to_owned(), kind));
    }
    let body = body(&response["body"])?;
    let body = match flag(&response["isBase64Encoded"], "isBase64Encoded")? {
        true => from_base64(body)
            .ok_or_else(|| wrong("body", "base64, and isBase64Encoded says that it is"))?,
        false => body.as_bytes().to_vec(),
    };
    let mut reply = HttpReply::new(status, headers, body);
    match &response["statusDescription"] {
        Value::Null => {}
        Value::String(text) => {
            let words = text.strip_prefix(&status.to_string()).unwrap_or(text);
            words.trim().clone_into(&mut reply.reason);
        }
        _ => return Err(wrong("statusDescription", "a text")),
    }
    Ok((reply, complaint))
}
