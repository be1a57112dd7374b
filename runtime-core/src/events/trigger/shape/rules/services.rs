//! What services say by themselves: buses, logs, user pools, pipelines, rules, mail.

use super::super::rule::Rule::{
    self, Any, Base64, Batch, Digits, Filled, Flag, Is, Iso, Json, List, Map, Object, OneOf,
    OrNull, Text, Whole,
};
use super::super::rule::{may, must};
use super::ARN;

pub(super) const BRIDGE: Rule = Object(&[
    must("version", Is("0")),
    must("id", Filled),
    must("detail-type", Filled),
    must("source", Filled),
    must("account", Digits),
    must("time", Iso),
    must("region", Filled),
    must("resources", List(&Text)),
    must("detail", Map(&Any)),
]);

pub(super) const SCHEDULER: Rule = Object(&[
    must("version", Is("0")),
    must("id", Filled),
    must("detail-type", Is("Scheduled Event")),
    must("source", Is("aws.scheduler")),
    must("account", Digits),
    must("time", Iso),
    must("region", Filled),
    must("resources", List(&Text)),
    must("detail", Is("{}")),
]);

pub(super) const LOGS: Rule = Object(&[must("awslogs", Object(&[must("data", Base64)]))]);

pub(super) const COGNITO: Rule = Object(&[
    must("version", Filled),
    must("triggerSource", Filled),
    must("region", Filled),
    must("userPoolId", Filled),
    must("userName", Text),
    must(
        "callerContext",
        Object(&[must("awsSdkVersion", Text), must("clientId", OrNull(&Text))]),
    ),
    must("request", Map(&Any)),
    must("response", Map(&Any)),
]);

pub(super) const CODE_PIPELINE: Rule = Object(&[must(
    "CodePipeline.job",
    Object(&[
        must("id", Filled),
        must("accountId", Digits),
        must(
            "data",
            Object(&[
                must(
                    "actionConfiguration",
                    Object(&[must(
                        "configuration",
                        Object(&[must("FunctionName", Filled), may("UserParameters", Text)]),
                    )]),
                ),
                must("inputArtifacts", List(&Map(&Any))),
                must("outputArtifacts", List(&Map(&Any))),
                must(
                    "artifactCredentials",
                    Object(&[
                        must("accessKeyId", Text),
                        must("secretAccessKey", Text),
                        must("sessionToken", Text),
                    ]),
                ),
                may("continuationToken", OrNull(&Text)),
            ]),
        ),
    ]),
)]);

pub(super) const CONFIG: Rule = Object(&[
    must("version", Filled),
    must("invokingEvent", Json),
    may("ruleParameters", Json),
    must("resultToken", Filled),
    must("eventLeftScope", Flag),
    must("executionRoleArn", ARN),
    must("configRuleArn", ARN),
    must("configRuleName", Filled),
    must("configRuleId", Filled),
    must("accountId", Digits),
]);

const VERDICT: Rule = Object(&[must("status", Filled)]);

pub(super) const SES: Rule = Object(&[must(
    "Records",
    Batch(&Object(&[
        must("eventSource", Is("aws:ses")),
        must("eventVersion", Filled),
        must(
            "ses",
            Object(&[
                must(
                    "mail",
                    Object(&[
                        must("timestamp", Iso),
                        must("source", Text),
                        must("messageId", Filled),
                        must("destination", List(&Text)),
                        must("headersTruncated", Flag),
                        must(
                            "headers",
                            List(&Object(&[must("name", Text), must("value", Text)])),
                        ),
                        must("commonHeaders", Map(&Any)),
                    ]),
                ),
                must(
                    "receipt",
                    Object(&[
                        must("timestamp", Iso),
                        must("processingTimeMillis", Whole),
                        must("recipients", List(&Text)),
                        must("spamVerdict", VERDICT),
                        must("virusVerdict", VERDICT),
                        must("spfVerdict", VERDICT),
                        must("dkimVerdict", VERDICT),
                        may("dmarcVerdict", VERDICT),
                        must("action", Object(&[must("type", Filled)])),
                    ]),
                ),
            ]),
        ),
    ])),
)]);

/// What the payload of a CloudWatch Logs event holds.
pub(in crate::events::trigger::shape) const LOG_DATA: Rule = Object(&[
    must("messageType", OneOf(&["DATA_MESSAGE", "CONTROL_MESSAGE"])),
    must("owner", Text),
    must("logGroup", Text),
    must("logStream", Text),
    must("subscriptionFilters", List(&Text)),
    must(
        "logEvents",
        List(&Object(&[
            must("id", Text),
            must("timestamp", Whole),
            must("message", Text),
        ])),
    ),
]);
