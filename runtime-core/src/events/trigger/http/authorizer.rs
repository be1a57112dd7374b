//! What Lambda authorizers are asked. API Gateway developer guide, "Input to an API Gateway Lambda
//! authorizer" and "Control access to HTTP APIs with AWS Lambda authorizers".

use super::{
    HEADERS, METHOD, PATH, QUERY, Request, SOURCE_IP, USER_AGENT, all_values, api_host,
    last_values, parameters_of, rest, version2,
};
use crate::events::trigger::context::Context;
use crate::events::trigger::form::{
    Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text,
};
use crate::events::trigger::json::json;
use serde_json::{Map, Value};

const AUTHORIZED: Field = Field {
    default: "accept: application/json\nauthorization: Bearer token-1001",
    ..HEADERS
};

pub(in crate::events::trigger) const REST: &[Field] = &[
    field(
        "type",
        "Authorizer type",
        FieldKind::Choice(&["TOKEN", "REQUEST"]),
        "TOKEN",
    ),
    optional(
        "authorizationToken",
        "Token (type TOKEN)",
        "Bearer token-1001",
    ),
    Field {
        default: "GET",
        ..METHOD
    },
    PATH,
    text("resource", "Resource", "/{proxy+}"),
    QUERY,
    AUTHORIZED,
    text("stage", "Stage", "prod"),
    SOURCE_IP,
    USER_AGENT,
];

pub(in crate::events::trigger) const HTTP: &[Field] = &[
    Field {
        default: "GET",
        ..METHOD
    },
    PATH,
    text("routeKey", "Route", "GET /orders/{id}"),
    QUERY,
    AUTHORIZED,
    text("stage", "Stage", "$default"),
    SOURCE_IP,
    USER_AGENT,
];

pub(in crate::events::trigger) fn rest(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let request = Request::new(form)?;
    let stage = form.get("stage");
    let resource = form.get("resource");
    let parameters = parameters_of("resource", resource, &request.path)?;
    let method_arn = arn(&rest::api(context), stage, &request, context);
    if form.get("type") == "TOKEN" {
        let Some(token) = form.optional("authorizationToken") else {
            return Err(FieldError::new("authorizationToken", FieldProblem::Empty));
        };
        return Ok(json!({
            "type": "TOKEN",
            "methodArn": method_arn,
            "authorizationToken": token,
        }));
    }
    let headers = request.headers_at(&rest::host(context), context, true);
    let query = request.query(true);
    Ok(json!({
        "type": "REQUEST",
        "methodArn": method_arn,
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": last_values(&headers),
        "multiValueHeaders": all_values(&headers),
        "queryStringParameters": last_values(&query),
        "multiValueQueryStringParameters": all_values(&query),
        "pathParameters": parameters,
        "stageVariables": {},
        "requestContext": rest::request_context(&request, resource, stage, context),
    }))
}

pub(in crate::events::trigger) fn http(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let request = Request::new(form)?;
    let (route, stage) = (form.get("routeKey"), form.get("stage"));
    let id = context.lower("http-api", 10);
    let mut event = version2::event(
        &request,
        route,
        stage,
        context,
        &id,
        &api_host(&id, context),
    );
    if let Some((_, resource)) = route.split_once(' ') {
        let parameters = parameters_of("routeKey", resource, &request.path)?;
        version2::put(&mut event, "pathParameters", parameters);
    }
    let identity = request
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        .map(|(_, value)| value.clone());
    event["type"] = json!("REQUEST");
    event["routeArn"] = json!(arn(&id, stage, &request, context));
    event["identitySource"] = json!(identity.into_iter().collect::<Vec<_>>());
    // An authorizer is asked before anybody reads the body.
    let fields: Option<&mut Map<_, _>> = event.as_object_mut();
    if let Some(fields) = fields {
        fields.remove("isBase64Encoded");
    }
    Ok(event)
}

fn arn(api: &str, stage: &str, request: &Request, context: &Context) -> String {
    let path = request.path.trim_start_matches('/');
    let resource = format!("{api}/{stage}/{}/{path}", request.method);
    context.arn("execute-api", &resource)
}
