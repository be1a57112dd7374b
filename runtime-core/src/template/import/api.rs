//! Routes of REST, HTTP and WebSocket APIs that invoke functions.

use super::super::model::Origin;
use super::super::resolve::{Resolved, Value};
use super::super::trigger::TriggerSource;
use super::builder::Builder;
use super::{Found, Section};

const METHODS: [&str; 8] = [
    "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT",
];
/// What means nothing for a route here.
const LEFT: [&str; 8] = [
    "Auth",
    "RequestModel",
    "RequestParameters",
    "RouteSettings",
    "TimeoutInMillis",
    "ResponseTransferMode",
    "ApiKeyRequired",
    "OperationName",
];

impl Builder<'_> {
    pub(super) fn rest_event(&self, section: &Section<'_>) -> Option<TriggerSource> {
        section.leave(&LEFT, "Nothing here stands for it.");
        let api = section.value("RestApiId").and_then(|it| self.origin(it));
        Some(TriggerSource::RestApi {
            api,
            method: method(section, "Method")?,
            path: path(section, "Path")?,
        })
    }

    pub(super) fn http_event(&self, section: &Section<'_>) -> Option<TriggerSource> {
        section.leave(&LEFT, "Nothing here stands for it.");
        let api = section.value("ApiId").and_then(|it| self.origin(it));
        let is_default = !section.has("Path") && !section.has("Method");
        let (method, path) = match is_default {
            true => (None, None),
            false => (
                Some(method(section, "Method")?),
                Some(path(section, "Path")?),
            ),
        };
        Some(TriggerSource::HttpApi {
            api,
            method,
            path,
            payload_format: payload_format(section, "2.0"),
        })
    }

    /// `AWS::ApiGatewayV2::Route` and the integrations that routes lead to.
    pub(super) fn routes(&mut self, found: &[Found<'_>]) {
        for resource in found {
            match resource.kind {
                "AWS::ApiGatewayV2::Route" => self.route(resource, found),
                "AWS::ApiGatewayV2::Api" => self.quick_route(resource),
                "AWS::ApiGatewayV2::Integration"
                | "AWS::ApiGatewayV2::Stage"
                | "AWS::ApiGatewayV2::Deployment" => {
                    self.has_read(resource.logical);
                    // An integration is read with the routes that lead to it.
                    if resource.kind != "AWS::ApiGatewayV2::Integration" {
                        let why = "Stages and deployments of APIs are not modelled.";
                        self.log.skipped(resource.at, &resource.path(), why);
                    }
                }
                _ => {}
            }
        }
    }

    fn route(&mut self, resource: &Found<'_>, found: &[Found<'_>]) {
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        section.leave(
            &[
                "AuthorizationType",
                "AuthorizerId",
                "AuthorizationScopes",
                "OperationName",
                "RouteResponseSelectionExpression",
                "ApiKeyRequired",
            ],
            "Nothing here stands for it.",
        );
        let api = section.value("ApiId").and_then(|it| self.origin(it));
        let key = section.text("RouteKey");
        let target = section.text("Target");
        let (Some(api), Some(key), Some(target)) = (api, key, target) else {
            section.refuse("", "A route has an ApiId, a RouteKey and a Target.");
            return;
        };
        let integration = target.strip_prefix("integrations/").and_then(|id| {
            let of_kind = |it: &&Found<'_>| it.kind == "AWS::ApiGatewayV2::Integration";
            found.iter().filter(of_kind).find(|it| it.logical == id)
        });
        let Some(integration) = integration else {
            section.skip(
                "Target",
                format!("{target} is no integration of this template."),
            );
            return;
        };
        let own = integration.section(self.log);
        own.done(&[
            "ApiId",
            "IntegrationType",
            "IntegrationMethod",
            "Description",
        ]);
        own.leave(
            &[
                "TimeoutInMillis",
                "ConnectionType",
                "CredentialsArn",
                "ContentHandlingStrategy",
            ],
            "Nothing here stands for it.",
        );
        let format = payload_format(&own, "1.0");
        let Some(value) = own.value("IntegrationUri") else {
            own.skip("", "Only integrations with functions are modelled.");
            return;
        };
        let Some(function) = self.integrated(value) else {
            self.no_function(value, value.at, &own.path.member("IntegrationUri"));
            return;
        };
        let source = match &api {
            Origin::Here(logical) if self.is_web_socket(logical) => {
                TriggerSource::WebSocket { api, route: key }
            }
            _ => http_route(api, &key, format),
        };
        self.trigger(resource.logical, &function, source);
    }

    /// An API that was made with a target: `$default`, or the route that it names.
    fn quick_route(&mut self, resource: &Found<'_>) {
        let Some((value, path)) = resource.property("Target") else {
            return;
        };
        let Some(function) = self.integrated(value) else {
            self.no_function(value, value.at, &path);
            return;
        };
        let key = resource.property("RouteKey").and_then(|(it, _)| it.text());
        let api = Origin::Here(resource.logical.to_owned());
        let source = http_route(api, key.unwrap_or("$default"), "2.0".to_owned());
        self.trigger(resource.logical, &function, source);
    }

    /// The function of an integration: its ARN, or API Gateway's path around it.
    fn integrated(&self, value: &Resolved) -> Option<String> {
        if let Some((_, function)) = self.function(value) {
            return Some(function);
        }
        let text = value.text()?;
        let arn = text
            .split("/functions/")
            .nth(1)?
            .strip_suffix("/invocations")?;
        let arn = Resolved {
            at: value.at,
            value: Value::Text(arn.to_owned()),
        };
        self.function(&arn).map(|(_, function)| function)
    }

    fn is_web_socket(&self, logical: &str) -> bool {
        let mut sources = self.stack.sources.iter();
        let source = sources.find(|it| it.logical_id == logical);
        source.is_some_and(|it| it.kind == super::super::model::SourceKind::WebSocketApi)
    }
}

fn http_route(api: Origin, key: &str, payload_format: String) -> TriggerSource {
    let (method, path) = match key.split_once(' ') {
        Some((method, path)) => (Some(method.to_owned()), Some(path.to_owned())),
        None => (None, None),
    };
    TriggerSource::HttpApi {
        api: Some(api),
        method,
        path,
        payload_format,
    }
}

fn payload_format(section: &Section<'_>, default: &str) -> String {
    match section.text("PayloadFormatVersion") {
        Some(version) if ["1.0", "2.0"].contains(&version.as_str()) => version,
        Some(version) if version == "2" || version == "1" => format!("{version}.0"),
        Some(_) => {
            section.refuse(
                "PayloadFormatVersion",
                "The payload format version is 1.0 or 2.0.",
            );
            default.to_owned()
        }
        None => default.to_owned(),
    }
}

/// A method in capitals; SAM's `x-amazon-apigateway-any-method` is `ANY`.
fn method(section: &Section<'_>, key: &str) -> Option<String> {
    let Some(text) = section.text(key) else {
        section.refuse(key, "Event is missing property: Method.");
        return None;
    };
    let method = match text.to_ascii_uppercase().as_str() {
        "X-AMAZON-APIGATEWAY-ANY-METHOD" | "*" => "ANY".to_owned(),
        other => other.to_owned(),
    };
    if !METHODS.contains(&method.as_str()) {
        section.refuse(
            key,
            format!("{text} is no method of HTTP that API Gateway knows."),
        );
        return None;
    }
    Some(method)
}

fn path(section: &Section<'_>, key: &str) -> Option<String> {
    let path = section.text(key);
    match path {
        Some(path) if path.starts_with('/') || path == "$default" => Some(path),
        _ => {
            section.refuse(key, "A path begins with /.");
            None
        }
    }
}
