//! Topics, buckets, tables, streams, buses, APIs, state machines and layers; and what is kept as it is.

use super::super::model::{KeptResource, Source, SourceKind};
use super::super::resolve::{Resolved, Value};
use super::builder::Builder;
use super::{Found, Section};
use crate::timeline::LayerAbout;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// Types that are kept as they are, by the beginnings of their names.
const KEPT: [&str; 3] = [
    "AWS::ECS::",
    "AWS::ApplicationAutoScaling::",
    "AWS::ElasticLoadBalancingV2::",
];

impl Builder<'_> {
    pub(super) fn sources(&mut self, found: &[Found<'_>]) {
        for resource in found {
            let section = resource.section(self.log);
            let Some((property, kind)) = read(resource, &section) else {
                section.done_all();
                continue;
            };
            section.leave(&["Tags"], "Tags are not kept.");
            self.has_read(resource.logical);
            let name = section.text(property);
            let name = resource.here_text("Name").or(name);
            let text = self.resolver.text_of(resource.logical);
            if let Some(text) = text {
                self.known_as(text, resource.logical);
            }
            let name = name.unwrap_or_else(|| resource.logical.to_owned());
            if let Some(arn) = arn(self, &kind, &name) {
                self.known_as(arn, resource.logical);
            }
            self.add_source(Source {
                logical_id: resource.logical.to_owned(),
                name,
                kind,
            });
        }
    }

    /// What is kept for services of containers, once it is known what else is in the stack.
    pub(super) fn kept(&mut self, found: &[Found<'_>]) {
        let is_kept = |it: &&Found<'_>| KEPT.iter().any(|prefix| it.kind.starts_with(prefix));
        let lambda = |it: &&Found<'_>| {
            it.properties.get("TargetType").and_then(Resolved::text) == Some("lambda")
        };
        let kept: Vec<&Found<'_>> = found
            .iter()
            .filter(is_kept)
            .filter(|it| !lambda(it))
            .collect();
        let mut here: BTreeSet<String> = kept.iter().map(|it| it.logical.to_owned()).collect();
        here.extend(self.stack.functions.iter().map(|it| it.logical_id.clone()));
        here.extend(self.stack.queues.iter().map(|it| it.logical_id.clone()));
        here.extend(self.stack.sources.iter().map(|it| it.logical_id.clone()));
        for resource in kept {
            self.has_read(resource.logical);
            if let Some(why) = resource.properties.unknown() {
                let why = format!("Parts of it are left out: {why}.");
                self.log.skipped(resource.at, &resource.path(), why);
            }
            self.stack.kept.push(KeptResource {
                logical_id: resource.logical.to_owned(),
                kind: resource.kind.to_owned(),
                properties: with_references(&resource.properties, &here),
            });
        }
    }
}

/// What kind of source a resource is, and which of its properties has its name.
fn read(resource: &Found<'_>, section: &Section<'_>) -> Option<(&'static str, SourceKind)> {
    let encryption = "Encryption and retention mean nothing here.";
    Some(match resource.kind {
        "AWS::SNS::Topic" => {
            section.done(&["Subscription", "DisplayName"]);
            section.leave(&["KmsMasterKeyId"], encryption);
            let fifo = section.flag("FifoTopic").unwrap_or(false);
            section.leave(
                &["ContentBasedDeduplication"],
                "Nothing here stands for it.",
            );
            ("TopicName", SourceKind::Topic { fifo })
        }
        "AWS::S3::Bucket" => {
            section.done(&["NotificationConfiguration"]);
            section.leave(
                &[
                    "BucketEncryption",
                    "LifecycleConfiguration",
                    "VersioningConfiguration",
                    "PublicAccessBlockConfiguration",
                    "CorsConfiguration",
                    "OwnershipControls",
                ],
                "Buckets have no settings here.",
            );
            ("BucketName", SourceKind::Bucket)
        }
        "AWS::DynamoDB::Table" => ("TableName", table(section)),
        "AWS::Serverless::SimpleTable" => {
            section.leave(
                &[
                    "ProvisionedThroughput",
                    "SSESpecification",
                    "PointInTimeRecoverySpecification",
                ],
                "Tables have no capacity here.",
            );
            let key = section.section("PrimaryKey");
            let key = key.map(|key| {
                let kind = match key.text("Type").as_deref() {
                    Some("Number") => "N",
                    Some("Binary") => "B",
                    _ => "S",
                };
                (key.text("Name").unwrap_or_default(), kind.to_owned())
            });
            let key = key.unwrap_or_else(|| ("id".to_owned(), "S".to_owned()));
            let (sort, stream) = (None, None);
            ("TableName", SourceKind::Table { key, sort, stream })
        }
        "AWS::Kinesis::Stream" => {
            section.leave(&["StreamEncryption"], encryption);
            let mode = section.section("StreamModeDetails");
            let on_demand =
                mode.and_then(|it| it.text("StreamMode")).as_deref() == Some("ON_DEMAND");
            let shards = section.number("ShardCount").filter(|_| !on_demand);
            let kind = SourceKind::Stream {
                shards,
                retention_hours: section.number("RetentionPeriodHours"),
            };
            ("Name", kind)
        }
        "AWS::Events::EventBus" => {
            section.leave(
                &["Policy", "KmsKeyIdentifier", "DeadLetterConfig"],
                "Nothing here stands for it.",
            );
            section.done(&["Description"]);
            ("Name", SourceKind::Bus)
        }
        "AWS::Logs::LogGroup" => {
            section.leave(
                &["RetentionInDays", "KmsKeyId", "LogGroupClass"],
                encryption,
            );
            ("LogGroupName", SourceKind::LogGroup)
        }
        "AWS::Cognito::UserPool" => {
            section.done(&["LambdaConfig"]);
            ("UserPoolName", SourceKind::UserPool)
        }
        "AWS::Serverless::HttpApi" => {
            api(section);
            ("Name", SourceKind::HttpApi)
        }
        "AWS::Serverless::Api" => {
            api(section);
            let stage = section
                .text("StageName")
                .unwrap_or_else(|| "Prod".to_owned());
            ("Name", SourceKind::RestApi { stage })
        }
        "AWS::ApiGatewayV2::Api" => {
            section.done(&[
                "Target",
                "RouteKey",
                "Description",
                "ApiKeySelectionExpression",
                "RouteSelectionExpression",
            ]);
            section.leave(
                &["CorsConfiguration", "DisableExecuteApiEndpoint"],
                "Nothing here stands for it.",
            );
            match section.text("ProtocolType").as_deref() {
                Some("WEBSOCKET") => ("Name", SourceKind::WebSocketApi),
                _ => ("Name", SourceKind::HttpApi),
            }
        }
        "AWS::Serverless::StateMachine" => ("Name", machine(section)),
        "AWS::StepFunctions::StateMachine" => ("StateMachineName", machine(section)),
        "AWS::Serverless::LayerVersion" | "AWS::Lambda::LayerVersion" => {
            section.leave(
                &["RetentionPolicy"],
                "Versions stay here until someone deletes them.",
            );
            let text = |key| section.text(key).unwrap_or_default();
            let texts = |key| {
                let items = section.items(key).into_iter();
                let texts = items.filter_map(|it| it.text().map(str::to_owned));
                texts.collect()
            };
            let about = LayerAbout {
                description: text("Description"),
                license: text("LicenseInfo"),
                runtimes: texts("CompatibleRuntimes"),
                architectures: texts("CompatibleArchitectures"),
            };
            let content = ["ContentUri", "Content"].into_iter().find_map(|key| {
                let text = section.value(key)?.text().map(str::to_owned);
                text.or_else(|| in_bucket(&section.section(key)?))
            });
            let content = content.unwrap_or_default();
            ("LayerName", SourceKind::Layer { content, about })
        }
        _ => return None,
    })
}

/// Content that only AWS can get.
fn in_bucket(section: &Section<'_>) -> Option<String> {
    section.done(&["S3ObjectVersion", "Version", "S3ObjectStorageMode"]);
    let either = |one, other| section.text(one).or_else(|| section.text(other));
    let (bucket, key) = (either("S3Bucket", "Bucket")?, either("S3Key", "Key")?);
    Some(format!("s3://{bucket}/{key}"))
}

const NO_CAPACITY: &str = "Tables have no capacity and no indexes here.";

fn table(section: &Section<'_>) -> SourceKind {
    // Without a capacity there is nothing to leave out.
    if section.text("BillingMode").as_deref() != Some("PAY_PER_REQUEST") {
        section.leave(&["BillingMode"], NO_CAPACITY);
    }
    section.leave(
        &[
            "ProvisionedThroughput",
            "SSESpecification",
            "PointInTimeRecoverySpecification",
            "TableClass",
            "TimeToLiveSpecification",
            "GlobalSecondaryIndexes",
            "LocalSecondaryIndexes",
            "DeletionProtectionEnabled",
        ],
        NO_CAPACITY,
    );
    let types = section.sections("AttributeDefinitions").into_iter();
    let types: Vec<(String, String)> = types
        .filter_map(|it| Some((it.text("AttributeName")?, it.text("AttributeType")?)))
        .collect();
    let (mut key, mut sort) = (None, None);
    for part in section.sections("KeySchema") {
        let Some(name) = part.text("AttributeName") else {
            continue;
        };
        let kind = types.iter().find(|(of, _)| *of == name);
        let kind = kind.map_or_else(|| "S".to_owned(), |(_, kind)| kind.clone());
        match part.text("KeyType").as_deref() {
            Some("RANGE") => sort = Some((name, kind)),
            _ => key = Some((name, kind)),
        }
    }
    let stream = section.section("StreamSpecification");
    if key.is_none() {
        section.refuse(
            "KeySchema",
            "One or more parameter values were invalid: No Hash Key specified in schema.",
        );
    }
    SourceKind::Table {
        key: key.unwrap_or_else(|| ("id".to_owned(), "S".to_owned())),
        sort,
        stream: stream.and_then(|it| it.text("StreamViewType")),
    }
}

fn api(section: &Section<'_>) {
    section.leave(
        &[
            "Auth",
            "CorsConfiguration",
            "Cors",
            "DefaultRouteSettings",
            "RouteSettings",
            "AccessLogSetting",
            "Domain",
            "EndpointConfiguration",
            "MethodSettings",
            "TracingEnabled",
            "BinaryMediaTypes",
            "OpenApiVersion",
            "FailOnWarnings",
            "StageVariables",
            "AccessLogSettings",
            "Description",
            "DisableExecuteApiEndpoint",
        ],
        "Nothing here stands for it.",
    );
    section.leave(
        &["DefinitionBody", "DefinitionUri"],
        "Routes come from functions' Events here, not from OpenAPI.",
    );
    if !section.has("Auth") && section.has("StageName") {
        section.done(&["StageName"]);
    }
}

fn machine(section: &Section<'_>) -> SourceKind {
    section.skip("", "State machines are shown and not run.");
    section.leave(
        &["Role", "RoleArn", "Policies"],
        "Permissions are not checked here.",
    );
    section.leave(
        &["DefinitionUri", "DefinitionS3Location"],
        "The definition is in a file.",
    );
    section.leave(
        &[
            "Events",
            "Logging",
            "LoggingConfiguration",
            "Tracing",
            "TracingConfiguration",
            "Type",
            "StateMachineType",
            "DefinitionSubstitutions",
        ],
        "Nothing here stands for it.",
    );
    let text = section.value("DefinitionString").and_then(Resolved::text);
    let text = text.and_then(|text| serde_json::from_str(text).ok());
    let definition = text.or_else(|| section.value("Definition").map(Resolved::json));
    SourceKind::StateMachine {
        definition: definition.unwrap_or(Json::Null),
    }
}

fn arn(builder: &Builder<'_>, kind: &SourceKind, name: &str) -> Option<String> {
    let (service, resource) = match kind {
        SourceKind::Topic { .. } => ("sns", name.to_owned()),
        SourceKind::Stream { .. } => ("kinesis", format!("stream/{name}")),
        SourceKind::Bus => ("events", format!("event-bus/{name}")),
        SourceKind::Bucket => return Some(format!("arn:aws:s3:::{name}")),
        _ => return None,
    };
    Some(builder.resolver.arn(service, &resource))
}

/// As JSON, in which resources of the stack are still pointed at.
fn with_references(value: &Resolved, here: &BTreeSet<String>) -> Json {
    match &value.value {
        Value::Pointer(pointer) if here.contains(&pointer.logical) => match &pointer.attribute {
            None => json!({ "Ref": pointer.logical }),
            Some(attribute) => json!({ "Fn::GetAtt": [pointer.logical, attribute] }),
        },
        Value::List(items) => items.iter().map(|it| with_references(it, here)).collect(),
        Value::Map(entries) => {
            let members = entries.iter();
            let members = members.map(|it| (it.key.clone(), with_references(&it.value, here)));
            Json::Object(members.collect())
        }
        _ => value.json(),
    }
}
