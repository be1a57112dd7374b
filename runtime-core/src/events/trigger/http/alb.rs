//! Requests that an Application Load Balancer passes on. User guide for Application Load Balancers,
//! "Use Lambda functions as targets of an Application Load Balancer": with multi-value headers
//! enabled the plural fields replace the others, and nothing of the query is decoded.

use super::{
    BINARY, BODY, HEADERS, METHOD, PATH, QUERY, Request, SOURCE_IP, USER_AGENT, all_values,
    last_values,
};
use crate::events::trigger::context::Context;
use crate::events::trigger::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::Value;

/// The most that is passed on to a function, bytes of the body.
const MAX_BODY: usize = 1 << 20;

pub(in crate::events::trigger) const FORM: &[Field] = &[
    METHOD,
    PATH,
    QUERY,
    HEADERS,
    BODY,
    BINARY,
    field(
        "multiValueHeaders",
        "Multi-value headers",
        FieldKind::Flag,
        "false",
    ),
    text("targetGroup", "Target group", "orders"),
    SOURCE_IP,
    USER_AGENT,
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let request = Request::new(form)?;
    if request.body.as_ref().is_some_and(|it| it.len() > MAX_BODY) {
        let wanted = "at most 1,048,576 bytes: for more a load balancer answers with 413";
        return Err(FieldError::new("body", FieldProblem::Not(wanted)));
    }
    let host = format!(
        "{}-{}.{}.elb.{}",
        form.get("targetGroup"),
        context.digits("balancer", 10),
        context.region,
        context.domain()
    );
    let headers = request.headers_at(&host, context, false);
    let query = request.query(false);
    let group = format!(
        "targetgroup/{}/{}",
        form.get("targetGroup"),
        context.hex("target-group", 16)
    );
    let mut event = json!({
        "requestContext": {
            "elb": {"targetGroupArn": context.arn("elasticloadbalancing", &group)},
        },
        "httpMethod": request.method,
        "path": request.path,
        "body": request.body.clone().unwrap_or_default(),
        "isBase64Encoded": request.binary,
    });
    if form.flag("multiValueHeaders") {
        event["multiValueHeaders"] = all_values(&headers);
        event["multiValueQueryStringParameters"] = all_values(&query);
    } else {
        event["headers"] = last_values(&headers);
        event["queryStringParameters"] = last_values(&query);
    }
    Ok(event)
}
