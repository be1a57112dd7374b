//! Payload format 2.0: HTTP APIs and function URLs. API Gateway developer guide, "Create AWS Lambda
//! proxy integrations for HTTP APIs"; Lambda developer guide, "Invoking Lambda function URLs".

use super::{
    BINARY, BODY, HEADERS, METHOD, PATH, QUERY, Request, SOURCE_IP, USER_AGENT, api_host,
    joined_values, or_null, parameters_of,
};
use crate::events::trigger::context::Context;
use crate::events::trigger::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::{Map, Value};

pub(in crate::events::trigger) const HTTP_API: &[Field] = &[
    METHOD,
    PATH,
    text("routeKey", "Route", "POST /orders/{id}"),
    QUERY,
    HEADERS,
    BODY,
    BINARY,
    text("stage", "Stage", "$default"),
    field(
        "stageVariables",
        "Stage variables",
        FieldKind::JsonObject,
        "{}",
    ),
    field(
        "authorizer",
        "What an authorizer added",
        FieldKind::JsonObject,
        "{}",
    ),
    SOURCE_IP,
    USER_AGENT,
];

pub(in crate::events::trigger) const FUNCTION_URL: &[Field] = &[
    METHOD,
    PATH,
    QUERY,
    HEADERS,
    BODY,
    BINARY,
    field(
        "authType",
        "Auth type",
        FieldKind::Choice(&["NONE", "AWS_IAM"]),
        "NONE",
    ),
    SOURCE_IP,
    USER_AGENT,
];

pub(in crate::events::trigger) fn http_api(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let request = Request::new(form)?;
    let route = form.get("routeKey");
    let parameters = route_parameters(route, &request)?;
    let id = context.lower("http-api", 10);
    let mut event = event(
        &request,
        route,
        form.get("stage"),
        context,
        &id,
        &api_host(&id, context),
    );
    let authorizer = form.object("authorizer");
    if !authorizer.is_empty() {
        event["requestContext"]["authorizer"] = Value::Object(authorizer);
    }
    // An HTTP API leaves out what there is none of.
    put(&mut event, "pathParameters", parameters);
    let variables = Value::Object(form.object("stageVariables"));
    put(&mut event, "stageVariables", variables);
    Ok(event)
}

pub(in crate::events::trigger) fn function_url(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let request = Request::new(form)?;
    let id = context.url_id();
    let host = format!("{id}.lambda-url.{}.on.aws", context.region);
    let mut event = event(&request, "$default", "$default", context, &id, &host);
    // A function URL does not use them, and says so.
    event["pathParameters"] = Value::Null;
    event["stageVariables"] = Value::Null;
    if form.get("authType") == "AWS_IAM" {
        let user = format!("AIDA{}", context.upper("user", 17));
        event["requestContext"]["authorizer"] = json!({"iam": {
            "accessKey": format!("AKIA{}", context.upper("access-key", 16)),
            "accountId": context.account,
            "callerId": user,
            "cognitoIdentity": null,
            "principalOrgId": null,
            "userArn": format!("arn:{}:iam::{}:user/example-user", context.partition(), context.account),
            "userId": user,
        }});
    }
    Ok(event)
}

/// `$default`, or a method and a resource.
fn route_parameters(route: &str, request: &Request) -> Result<Value, FieldError> {
    if route == "$default" {
        return Ok(Value::Null);
    }
    match route.split_once(' ') {
        Some((method, resource)) if method == "ANY" || method == request.method => {
            parameters_of("routeKey", resource, &request.path)
        }
        _ => {
            let wanted = "$default, or the request's method (or ANY) and a resource";
            Err(FieldError::new("routeKey", FieldProblem::Not(wanted)))
        }
    }
}

/// What both have in common.
pub(super) fn event(
    request: &Request,
    route: &str,
    stage: &str,
    context: &Context,
    id: &str,
    host: &str,
) -> Value {
    let mut headers = request.headers_at(host, context, false);
    headers.push((
        "content-length".to_owned(),
        request.content_length().to_string(),
    ));
    let cookies: Vec<Value> = headers
        .extract_if(.., |(name, _)| name == "cookie")
        .flat_map(|(_, value)| value.split("; ").map(|it| json!(it)).collect::<Vec<_>>())
        .collect();
    let path = match stage {
        "$default" => request.path.clone(),
        stage => format!("/{stage}{}", request.path),
    };
    let mut event = json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": request.raw_query,
        "headers": joined_values(&headers),
        "requestContext": {
            "accountId": context.account,
            "apiId": id,
            "domainName": host,
            "domainPrefix": id,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": request.user_agent,
            },
            "requestId": context.opaque("request", 11),
            "routeKey": route,
            "stage": stage,
            "time": context.common_log_time(),
            "timeEpoch": context.unix_millis,
        },
        "isBase64Encoded": request.binary,
    });
    put(&mut event, "cookies", Value::Array(cookies));
    put(
        &mut event,
        "queryStringParameters",
        joined_values(&request.query(true)),
    );
    put(&mut event, "body", request.body());
    event
}

/// Adds a field if it holds anything.
pub(super) fn put(event: &mut Value, name: &str, value: Value) {
    let empty = match &value {
        Value::Array(list) => list.is_empty(),
        value => or_null(value.clone()).is_null(),
    };
    let fields: Option<&mut Map<_, _>> = event.as_object_mut();
    if let Some(fields) = fields.filter(|_| !empty) {
        fields.insert(name.to_owned(), value);
    }
}
