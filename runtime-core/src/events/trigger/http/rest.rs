//! Events of a REST API with Lambda proxy integration. API Gateway developer guide, "Input format of
//! a Lambda function for proxy integration"; what is null, and which fields there are, as recorded
//! from AWS by LocalStack (test_apigateway_lambda.snapshot.json).

use super::{
    BINARY, BODY, HEADERS, METHOD, PATH, QUERY, Request, SOURCE_IP, USER_AGENT, all_values,
    api_host, last_values, or_null, parameters_of,
};
use crate::events::trigger::context::Context;
use crate::events::trigger::form::{Field, FieldError, FieldKind, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::{Map, Value};

pub(in crate::events::trigger) const FORM: &[Field] = &[
    METHOD,
    PATH,
    text("resource", "Resource", "/{proxy+}"),
    QUERY,
    HEADERS,
    BODY,
    BINARY,
    text("stage", "Stage", "prod"),
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

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let request = Request::new(form)?;
    let resource = form.get("resource");
    let parameters = parameters_of("resource", resource, &request.path)?;
    let headers = request.headers_at(&host(context), context, true);
    let query = request.query(true);
    let mut request_context = request_context(&request, resource, form.get("stage"), context);
    let authorizer = form.object("authorizer");
    if !authorizer.is_empty() {
        request_context.insert("authorizer".to_owned(), Value::Object(authorizer));
    }
    Ok(json!({
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": last_values(&headers),
        "multiValueHeaders": all_values(&headers),
        "queryStringParameters": or_null(last_values(&query)),
        "multiValueQueryStringParameters": or_null(all_values(&query)),
        "pathParameters": or_null(parameters),
        "stageVariables": or_null(Value::Object(form.object("stageVariables"))),
        "requestContext": request_context,
        "body": request.body(),
        "isBase64Encoded": request.binary,
    }))
}

/// The API's id, ten letters and digits.
pub(super) fn api(context: &Context) -> String {
    context.lower("rest-api", 10)
}

pub(super) fn host(context: &Context) -> String {
    api_host(&api(context), context)
}

/// `requestContext` of a request that nobody signed in for.
pub(super) fn request_context(
    request: &Request,
    resource: &str,
    stage: &str,
    context: &Context,
) -> Map<String, Value> {
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| map.insert(name.to_owned(), value);
    put("accountId", json!(context.account));
    put("apiId", json!(api(context)));
    put("deploymentId", json!(context.lower("deployment", 6)));
    put("domainName", json!(host(context)));
    put("domainPrefix", json!(api(context)));
    put(
        "extendedRequestId",
        json!(context.opaque("extended-request", 11)),
    );
    put("httpMethod", json!(request.method));
    put("identity", identity(request));
    put("path", json!(format!("/{stage}{}", request.path)));
    put("protocol", json!("HTTP/1.1"));
    put("requestId", json!(context.uuid("request")));
    put("requestTime", json!(context.common_log_time()));
    put("requestTimeEpoch", json!(context.unix_millis));
    put("resourceId", json!(context.lower("resource", 6)));
    put("resourcePath", json!(resource));
    put("stage", json!(stage));
    map
}

fn identity(request: &Request) -> Value {
    json!({
        "accessKey": null,
        "accountId": null,
        "caller": null,
        "cognitoAuthenticationProvider": null,
        "cognitoAuthenticationType": null,
        "cognitoIdentityId": null,
        "cognitoIdentityPoolId": null,
        "principalOrgId": null,
        "sourceIp": request.source_ip,
        "user": null,
        "userAgent": request.user_agent,
        "userArn": null,
    })
}
