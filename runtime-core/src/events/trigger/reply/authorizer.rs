//! Lambda authorizers. API Gateway developer guide, "Output from an API Gateway Lambda authorizer" (a
//! principal, a policy, a context without objects and lists; an error "Unauthorized" is a 401) and
//! "Control access to HTTP APIs with AWS Lambda authorizers" (simple responses).

use super::complaint::{Cause, Complaint};
use super::http::{HttpReply, wrong};
use super::{Reply, Verdict};
use serde_json::{Map, Value};

/// Whether a request to an API may go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Authorization {
    /// It may.
    Allowed {
        /// Who asks; simple responses do not say.
        principal: Option<String>,
        /// What the integration's event has in `requestContext.authorizer`.
        context: Map<String, Value>,
    },
    /// It may not; the client gets this.
    Rejected(HttpReply),
}

/// Bodies as in "Gateway response types" (UNAUTHORIZED, ACCESS_DENIED, AUTHORIZER_FAILURE,
/// AUTHORIZER_CONFIGURATION_ERROR).
pub(super) fn rest(event: &Value, given: Result<Value, Cause>, error: &Value) -> Reply {
    let method = event["methodArn"].as_str().unwrap_or_default();
    match given.and_then(|response| read_policy(&response, method)) {
        Ok(allowed) => Reply::plain(Verdict::Authorization(allowed)),
        Err(cause) => {
            let (status, body) = match &cause {
                Cause::FunctionError if error["errorMessage"] == "Unauthorized" => {
                    (401, "{\"message\":\"Unauthorized\"}")
                }
                Cause::Denied { explicitly: true } => (
                    403,
                    "{\"Message\":\"User is not authorized to access this resource with an \
                     explicit deny\"}",
                ),
                Cause::Denied { explicitly: false } => (
                    403,
                    "{\"Message\":\"User is not authorized to access this resource\"}",
                ),
                _ => (500, "{\"message\":null}"),
            };
            rejected(status, body, cause)
        }
    }
}

pub(super) fn http(event: &Value, given: Result<Value, Cause>) -> Reply {
    let route = event["routeArn"].as_str().unwrap_or_default();
    let read = given.and_then(|response| match response.get("isAuthorized") {
        Some(Value::Bool(true)) => Ok(Authorization::Allowed {
            principal: None,
            context: context(&response, false)?,
        }),
        Some(Value::Bool(false)) => Err(Cause::Denied { explicitly: true }),
        Some(_) => Err(wrong("isAuthorized", "true or false")),
        None => read_policy(&response, route),
    });
    match read {
        Ok(allowed) => Reply::plain(Verdict::Authorization(allowed)),
        Err(cause @ Cause::Denied { .. }) => rejected(403, "{\"message\":\"Forbidden\"}", cause),
        Err(cause) => rejected(500, "{\"message\":\"Internal Server Error\"}", cause),
    }
}

fn rejected(status: u16, body: &str, cause: Cause) -> Reply {
    let reply = HttpReply::error(status, "application/json", body);
    Reply::refused(
        Verdict::Authorization(Authorization::Rejected(reply)),
        Complaint::new(None, cause),
    )
}

fn read_policy(response: &Value, method: &str) -> Result<Authorization, Cause> {
    if !response.is_object() {
        return Err(wrong("", "a JSON object"));
    }
    let Some(principal) = response["principalId"].as_str() else {
        return Err(wrong("principalId", "a text"));
    };
    let document = &response["policyDocument"];
    let statements = match &document["Statement"] {
        Value::Array(statements) => statements.as_slice(),
        one @ Value::Object(_) => std::slice::from_ref(one),
        _ => return Err(wrong("policyDocument.Statement", "a list of statements")),
    };
    let context = context(response, true)?;
    let mut allowed = false;
    for (index, statement) in statements.iter().enumerate() {
        let path = |field: &str| format!("policyDocument.Statement[{index}].{field}");
        let effect = statement["Effect"].as_str();
        let action = texts(&statement["Action"])
            .ok_or_else(|| wrong(path("Action"), "a text or a list of texts"))?;
        let resource = texts(&statement["Resource"])
            .ok_or_else(|| wrong(path("Resource"), "a text or a list of texts"))?;
        let invokes = action
            .iter()
            .any(|it| fits(&it.to_ascii_lowercase(), "execute-api:invoke"));
        let applies = invokes && resource.iter().any(|it| fits(it, method));
        match effect {
            Some("Deny") if applies => return Err(Cause::Denied { explicitly: true }),
            Some("Allow") => allowed |= applies,
            Some("Deny") => {}
            _ => return Err(wrong(path("Effect"), "Allow or Deny")),
        }
    }
    match allowed {
        true => Ok(Authorization::Allowed {
            principal: Some(principal.to_owned()),
            context,
        }),
        false => Err(Cause::Denied { explicitly: false }),
    }
}

/// What the authorizer adds; that of a REST API cannot hold objects and lists.
fn context(response: &Value, flat: bool) -> Result<Map<String, Value>, Cause> {
    let context = match &response["context"] {
        Value::Null => return Ok(Map::new()),
        Value::Object(context) => context,
        _ => return Err(wrong("context", "an object")),
    };
    let nested = context
        .iter()
        .find(|(_, value)| value.is_object() || value.is_array());
    match nested {
        Some((name, _)) if flat => Err(wrong(
            format!("context.{name}"),
            "a text, a number, true or false",
        )),
        _ => Ok(context.clone()),
    }
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// Whether a text fits a pattern of IAM: `*` is any text, `?` any character.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut here) = (0, 0);
    // Where the last star is, and what of the text it takes so far.
    let mut star: Option<(usize, usize)> = None;
    while here < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(&letter) if letter == b'?' || letter == text[here] => {
                at += 1;
                here += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    at = place + 1;
                    here = taken + 1;
                    star = Some((place, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_of_iam() {
        for (pattern, text, wanted) in [
            ("*", "", true),
            ("*", "anything", true),
            ("arn:*/prod/GET/*", "arn:a/prod/GET/b/c", true),
            ("arn:*/prod/GET/*", "arn:a/prod/POST/b", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), wanted, "{pattern} {text}");
        }
    }
}
