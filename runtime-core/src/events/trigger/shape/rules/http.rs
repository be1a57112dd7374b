//! HTTP requests, connections and authorizers.

use super::super::rule::Rule::{
    self, Any, Begins, Filled, Flag, Is, List, Map, Object, OneOf, OrNull, Text, Whole,
};
use super::super::rule::{may, must};
use super::{ARN, TEXTS};

const TEXT_LISTS: Rule = Map(&List(&Text));
const METHOD: Rule = Filled;
const PATH: Rule = Begins("/");

const REST_CONTEXT: Rule = Object(&[
    may("accountId", Text),
    must("apiId", Filled),
    must("httpMethod", METHOD),
    must(
        "identity",
        Object(&[must("sourceIp", Text), may("userAgent", OrNull(&Text))]),
    ),
    may("authorizer", OrNull(&Map(&Any))),
    must("requestId", Filled),
    may("requestTime", Text),
    may("requestTimeEpoch", Whole),
    may("resourceId", Text),
    must("resourcePath", Text),
    must("stage", Filled),
]);

pub(super) const REST: Rule = Object(&[
    must("resource", Text),
    must("path", PATH),
    must("httpMethod", METHOD),
    must("headers", OrNull(&TEXTS)),
    must("multiValueHeaders", OrNull(&TEXT_LISTS)),
    must("queryStringParameters", OrNull(&TEXTS)),
    must("multiValueQueryStringParameters", OrNull(&TEXT_LISTS)),
    must("pathParameters", OrNull(&TEXTS)),
    must("stageVariables", OrNull(&TEXTS)),
    must("requestContext", REST_CONTEXT),
    must("body", OrNull(&Text)),
    must("isBase64Encoded", Flag),
]);

const HTTP_CONTEXT: Rule = Object(&[
    must("accountId", Text),
    must("apiId", Filled),
    must("domainName", Filled),
    must("domainPrefix", Filled),
    must(
        "http",
        Object(&[
            must("method", METHOD),
            must("path", PATH),
            must("protocol", Filled),
            must("sourceIp", Filled),
            must("userAgent", Text),
        ]),
    ),
    must("requestId", Filled),
    must("routeKey", Filled),
    must("stage", Filled),
    must("time", Filled),
    must("timeEpoch", Whole),
    may("authorizer", OrNull(&Map(&Any))),
    may("authentication", OrNull(&Map(&Any))),
]);

pub(super) const VERSION2: Rule = Object(&[
    must("version", Is("2.0")),
    must("routeKey", Filled),
    must("rawPath", PATH),
    must("rawQueryString", Text),
    may("cookies", OrNull(&List(&Text))),
    must("headers", TEXTS),
    may("queryStringParameters", OrNull(&TEXTS)),
    may("pathParameters", OrNull(&TEXTS)),
    may("stageVariables", OrNull(&TEXTS)),
    must("requestContext", HTTP_CONTEXT),
    may("body", OrNull(&Text)),
    must("isBase64Encoded", Flag),
]);

pub(super) const FUNCTION_URL: Rule = Object(&[
    must("version", Is("2.0")),
    must("routeKey", Is("$default")),
    must("rawPath", PATH),
    must("rawQueryString", Text),
    may("cookies", OrNull(&List(&Text))),
    must("headers", TEXTS),
    may("queryStringParameters", OrNull(&TEXTS)),
    must("requestContext", HTTP_CONTEXT),
    may("body", OrNull(&Text)),
    must("isBase64Encoded", Flag),
]);

pub(super) const HTTP_AUTHORIZER: Rule = Object(&[
    must("version", Is("2.0")),
    must("type", Is("REQUEST")),
    must("routeArn", ARN),
    must("identitySource", OrNull(&List(&Text))),
    must("routeKey", Filled),
    must("rawPath", PATH),
    must("rawQueryString", Text),
    must("headers", TEXTS),
    may("queryStringParameters", OrNull(&TEXTS)),
    must("requestContext", HTTP_CONTEXT),
    may("pathParameters", OrNull(&TEXTS)),
    may("stageVariables", OrNull(&TEXTS)),
]);

pub(super) const TOKEN_AUTHORIZER: Rule = Object(&[
    must("type", Is("TOKEN")),
    must("methodArn", ARN),
    must("authorizationToken", Filled),
]);

pub(super) const REQUEST_AUTHORIZER: Rule = Object(&[
    must("type", OneOf(&["TOKEN", "REQUEST"])),
    must("methodArn", ARN),
    must("resource", Text),
    must("path", PATH),
    must("httpMethod", METHOD),
    must("headers", OrNull(&TEXTS)),
    must("multiValueHeaders", OrNull(&TEXT_LISTS)),
    must("queryStringParameters", OrNull(&TEXTS)),
    must("multiValueQueryStringParameters", OrNull(&TEXT_LISTS)),
    must("pathParameters", OrNull(&TEXTS)),
    must("stageVariables", OrNull(&TEXTS)),
    must("requestContext", REST_CONTEXT),
]);

pub(super) const WEBSOCKET: Rule = Object(&[
    may("headers", OrNull(&TEXTS)),
    may("multiValueHeaders", OrNull(&TEXT_LISTS)),
    may("queryStringParameters", OrNull(&TEXTS)),
    may("multiValueQueryStringParameters", OrNull(&TEXT_LISTS)),
    must(
        "requestContext",
        Object(&[
            must("apiId", Filled),
            must("connectedAt", Whole),
            must("connectionId", Filled),
            must("domainName", Filled),
            must("eventType", OneOf(&["CONNECT", "MESSAGE", "DISCONNECT"])),
            may("extendedRequestId", Text),
            may("messageDirection", Is("IN")),
            may("messageId", OrNull(&Text)),
            must("requestId", Filled),
            must("requestTimeEpoch", Whole),
            must("routeKey", Filled),
            must("stage", Filled),
        ]),
    ),
    may("body", OrNull(&Text)),
    must("isBase64Encoded", Flag),
]);

const BALANCER_CONTEXT: Rule = Object(&[must("elb", Object(&[must("targetGroupArn", ARN)]))]);

pub(super) const BALANCER: Rule = Object(&[
    must("requestContext", BALANCER_CONTEXT),
    must("httpMethod", METHOD),
    must("path", PATH),
    must("queryStringParameters", TEXTS),
    must("headers", TEXTS),
    must("body", Text),
    must("isBase64Encoded", Flag),
]);

pub(super) const BALANCER_SEVERAL: Rule = Object(&[
    must("requestContext", BALANCER_CONTEXT),
    must("httpMethod", METHOD),
    must("path", PATH),
    must("multiValueQueryStringParameters", TEXT_LISTS),
    must("multiValueHeaders", TEXT_LISTS),
    must("body", Text),
    must("isBase64Encoded", Flag),
]);
