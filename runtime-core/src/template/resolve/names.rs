//! Names, ARNs and URLs of resources: what `Ref` and `Fn::GetAtt` come to (CloudFormation template
//! reference, "Return values" of each resource type).
//!
//! A resource without a name of its own is called by its logical id, where AWS would draw a name.

use super::super::document::At;
use super::super::log::Path;
use super::functions::Stop;
use super::{LONGEST_CHAIN, Resolver};
use crate::units::{RequestId, SessionSeed};

/// How resources of a type are called.
struct Naming {
    kind: &'static str,
    /// The property with the name.
    property: &'static str,
    service: &'static str,
    /// What stands before the name in the ARN.
    prefix: &'static str,
    /// `Ref` is the ARN rather than the name.
    by_arn: bool,
}

const fn naming(
    kind: &'static str,
    property: &'static str,
    service: &'static str,
    prefix: &'static str,
    by_arn: bool,
) -> Naming {
    Naming {
        kind,
        property,
        service,
        prefix,
        by_arn,
    }
}

const NAMINGS: [Naming; 23] = [
    naming(
        "AWS::Serverless::Function",
        "FunctionName",
        "lambda",
        "function:",
        false,
    ),
    naming(
        "AWS::Lambda::Function",
        "FunctionName",
        "lambda",
        "function:",
        false,
    ),
    naming("AWS::SQS::Queue", "QueueName", "sqs", "", false),
    naming("AWS::SNS::Topic", "TopicName", "sns", "", true),
    naming(
        "AWS::DynamoDB::Table",
        "TableName",
        "dynamodb",
        "table/",
        false,
    ),
    naming(
        "AWS::Serverless::SimpleTable",
        "TableName",
        "dynamodb",
        "table/",
        false,
    ),
    naming("AWS::Kinesis::Stream", "Name", "kinesis", "stream/", false),
    naming(
        "AWS::Events::EventBus",
        "Name",
        "events",
        "event-bus/",
        false,
    ),
    naming("AWS::Events::Rule", "Name", "events", "rule/", false),
    naming(
        "AWS::Logs::LogGroup",
        "LogGroupName",
        "logs",
        "log-group:",
        false,
    ),
    naming(
        "AWS::StepFunctions::StateMachine",
        "StateMachineName",
        "states",
        "stateMachine:",
        true,
    ),
    naming(
        "AWS::Serverless::StateMachine",
        "Name",
        "states",
        "stateMachine:",
        true,
    ),
    naming(
        "AWS::Cognito::UserPool",
        "UserPoolName",
        "cognito-idp",
        "userpool/",
        false,
    ),
    naming(
        "AWS::KinesisFirehose::DeliveryStream",
        "DeliveryStreamName",
        "firehose",
        "deliverystream/",
        false,
    ),
    naming(
        "AWS::Scheduler::Schedule",
        "Name",
        "scheduler",
        "schedule/default/",
        false,
    ),
    naming(
        "AWS::Scheduler::ScheduleGroup",
        "Name",
        "scheduler",
        "schedule-group/",
        false,
    ),
    naming("AWS::ECS::Cluster", "ClusterName", "ecs", "cluster/", false),
    naming("AWS::ECS::Service", "ServiceName", "ecs", "service/", true),
    naming(
        "AWS::ECS::TaskDefinition",
        "Family",
        "ecs",
        "task-definition/",
        true,
    ),
    naming(
        "AWS::ECR::Repository",
        "RepositoryName",
        "ecr",
        "repository/",
        false,
    ),
    naming(
        "AWS::SecretsManager::Secret",
        "Name",
        "secretsmanager",
        "secret:",
        true,
    ),
    naming("AWS::KMS::Key", "", "kms", "key/", false),
    naming("AWS::SSM::Parameter", "Name", "ssm", "parameter", false),
];

fn is_id(kind: &str, attribute: &str) -> bool {
    let types = IDS.iter().find(|(types, _)| kind.starts_with(types));
    types.is_some_and(|(_, ids)| ids.contains(&attribute))
}

/// Types whose ids AWS draws: ten small letters and digits.
const DRAWN: [&str; 6] = [
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::WebSocketApi",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGateway::Deployment",
];

/// Attributes that are ids or parts of ARNs which AWS draws, of types whose resources only matter by being the same
/// ones: the logical id stands for them as it does for their `Ref`.
const IDS: [(&str, &[&str]); 2] = [
    (
        "AWS::EC2::",
        &[
            "GroupId",
            "VpcId",
            "SubnetId",
            "AllocationId",
            "InternetGatewayId",
            "NatGatewayId",
            "RouteTableId",
        ],
    ),
    (
        "AWS::ElasticLoadBalancingV2::",
        &[
            "LoadBalancerArn",
            "LoadBalancerFullName",
            "ListenerArn",
            "TargetGroupArn",
            "TargetGroupFullName",
        ],
    ),
];

impl Resolver<'_> {
    /// The text that `Ref` (without an attribute) or `Fn::GetAtt` of a resource is.
    pub(super) fn physical(
        &self,
        logical: &str,
        attribute: Option<&str>,
        at: At,
        path: &Path,
    ) -> Result<String, Stop> {
        let kind = match self.type_of(logical) {
            Some(kind) => kind,
            None => return self.generated(logical, attribute),
        };
        // The version that SAM publishes for `AutoPublishAlias`.
        if (kind, attribute) == ("AWS::Serverless::Function", Some("Version.Version")) {
            return Ok("1".to_owned());
        }
        if let (Some(attribute), true) = (attribute, kind.starts_with("AWS::Lambda::Url")) {
            return Ok(match attribute {
                "FunctionUrl" => format!(
                    "https://{}.lambda-url.{}.on.aws/",
                    drawn(logical, 32),
                    self.inputs.region
                ),
                _ => self.unknown(logical, attribute, kind, at, path),
            });
        }
        match kind {
            "AWS::S3::Bucket" => {
                let name = self
                    .name_of(logical, "BucketName", path)?
                    .to_ascii_lowercase();
                Ok(match attribute {
                    None => name,
                    Some("Arn") => format!("arn:{}:s3:::{name}", self.partition()),
                    Some("DomainName") => format!("{name}.s3.amazonaws.com"),
                    Some(_) => format!("{name}.s3.{}.{}", self.inputs.region, self.domain()),
                })
            }
            "AWS::IAM::Role" => {
                let name = self.name_of(logical, "RoleName", path)?;
                let (partition, account) = (self.partition(), &self.inputs.account);
                Ok(match attribute {
                    Some("Arn") => format!("arn:{partition}:iam::{account}:role/{name}"),
                    _ => name,
                })
            }
            "AWS::Serverless::LayerVersion" | "AWS::Lambda::LayerVersion" => {
                let name = self.name_of(logical, "LayerName", path)?;
                Ok(self.arn("lambda", &format!("layer:{name}:1")))
            }
            "AWS::Lambda::Version" | "AWS::Lambda::Alias" => {
                let qualifier = match kind {
                    "AWS::Lambda::Alias" => self.name_of(logical, "Name", path)?,
                    _ => "1".to_owned(),
                };
                let function = self.name_of(logical, "FunctionName", path)?;
                let name = function.rsplit(':').next().unwrap_or(&function);
                Ok(match attribute {
                    Some("Version") => qualifier,
                    _ => self.arn("lambda", &format!("function:{name}:{qualifier}")),
                })
            }
            kind if DRAWN.contains(&kind) => {
                let id = drawn(logical, 10);
                let host = format!("{id}.execute-api.{}.{}", self.inputs.region, self.domain());
                Ok(match attribute {
                    Some("ApiEndpoint") => format!("https://{host}"),
                    Some("RootResourceId") => drawn(&format!("{logical}/"), 10),
                    _ => id,
                })
            }
            kind => match NAMINGS.iter().find(|naming| naming.kind == kind) {
                Some(naming) => self.by_table(logical, naming, attribute, at, path),
                None => Ok(match attribute {
                    None => logical.to_owned(),
                    Some(attribute) if is_id(kind, attribute) => logical.to_owned(),
                    Some(attribute) => self.unknown(logical, attribute, kind, at, path),
                }),
            },
        }
    }

    fn by_table(
        &self,
        logical: &str,
        naming: &Naming,
        attribute: Option<&str>,
        at: At,
        path: &Path,
    ) -> Result<String, Stop> {
        let mut name = self.name_of(logical, naming.property, path)?;
        if naming.kind == "AWS::SQS::Queue" && !name.ends_with(".fifo") && self.is_fifo(logical) {
            name.push_str(".fifo");
        }
        let arn = || self.arn(naming.service, &format!("{}{name}", naming.prefix));
        let url = || {
            let (region, account) = (&self.inputs.region, &self.inputs.account);
            format!("https://sqs.{region}.{}/{account}/{name}", self.domain())
        };
        Ok(match (naming.service, attribute) {
            ("sqs", None | Some("QueueUrl")) => url(),
            ("logs", Some("Arn")) => format!("{}:*", arn()),
            ("dynamodb", Some("StreamArn")) => format!("{}/stream/2026-11-24T12:00:00.000", arn()),
            ("ecs", None) if naming.kind == "AWS::ECS::TaskDefinition" => format!("{}:1", arn()),
            ("cognito-idp", None) => format!("{}_{}", self.inputs.region, drawn(logical, 9)),
            (_, Some("Arn" | "TopicArn" | "TaskDefinitionArn" | "ServiceArn" | "Id")) => arn(),
            (_, None) if naming.by_arn => arn(),
            (_, None | Some("QueueName" | "TopicName" | "Name")) => name,
            (_, Some(attribute)) => self.unknown(logical, attribute, naming.kind, at, path),
        })
    }

    /// An attribute that only AWS could give a value.
    fn unknown(&self, logical: &str, attribute: &str, kind: &str, at: At, path: &Path) -> String {
        let text = format!("{logical}.{attribute}");
        let why = format!("Only AWS knows {text} of a {kind}: the text \"{text}\" stands for it.");
        self.log.changed(at, path, why);
        text
    }

    /// What SAM's transform would have made, or nothing of the kind.
    fn generated(&self, logical: &str, attribute: Option<&str>) -> Result<String, Stop> {
        let unresolved = || {
            Stop::Wrong(format!(
                "Unresolved resource dependencies [{logical}] in the Resources block of the template"
            ))
        };
        if !self.sections.serverless {
            return Err(unresolved());
        }
        let role_of = logical
            .strip_suffix("Role")
            .filter(|it| self.type_of(it).is_some());
        let url_of = logical
            .strip_suffix("Url")
            .filter(|it| self.type_of(it).is_some());
        let text = match (logical, attribute) {
            ("ServerlessRestApi" | "ServerlessHttpApi", _) => drawn(logical, 10),
            ("ServerlessRestApiProdStage", _) => "Prod".to_owned(),
            ("ServerlessHttpApiApiGatewayDefaultStage", _) => "$default".to_owned(),
            _ if role_of.is_some() => {
                let account = &self.inputs.account;
                match attribute {
                    Some("Arn") => {
                        format!("arn:{}:iam::{account}:role/{logical}", self.partition())
                    }
                    _ => logical.to_owned(),
                }
            }
            (_, Some("FunctionUrl")) if url_of.is_some() => {
                format!(
                    "https://{}.lambda-url.{}.on.aws/",
                    drawn(logical, 32),
                    self.inputs.region
                )
            }
            // `Function.Alias`, `Function.Version`
            _ => match logical.split_once('.') {
                Some((function, "Alias" | "Version")) if self.type_of(function).is_some() => {
                    self.arn("lambda", &format!("function:{function}:live"))
                }
                _ => return Err(unresolved()),
            },
        };
        self.implicit.borrow_mut().insert(logical.to_owned());
        Ok(text)
    }

    /// The value of the property with the name, or the logical id.
    fn name_of(&self, logical: &str, property: &str, path: &Path) -> Result<String, Stop> {
        let properties = self
            .resources
            .get(logical)
            .and_then(|it| it.get("Properties"));
        let Some(node) = properties.and_then(|it| it.get(property)) else {
            return Ok(logical.to_owned());
        };
        let chain = self.naming.borrow().clone();
        if let Some(start) = chain.iter().position(|it| it == logical) {
            let circle = chain.get(start..).unwrap_or_default().join(", ");
            return Err(Stop::Wrong(format!(
                "Circular dependency between resources: [{circle}]"
            )));
        }
        if chain.len() >= LONGEST_CHAIN {
            return Err(Stop::Wrong(format!(
                "more than {LONGEST_CHAIN} names build on each other"
            )));
        }
        self.naming.borrow_mut().push(logical.to_owned());
        let value = self.resolve(node, path);
        self.naming.borrow_mut().pop();
        match value.unknown() {
            Some(why) => Err(Stop::Unknown(why.to_owned())),
            None => Ok(value.text().unwrap_or(logical).to_owned()),
        }
    }

    fn is_fifo(&self, logical: &str) -> bool {
        let properties = self
            .resources
            .get(logical)
            .and_then(|it| it.get("Properties"));
        let fifo = properties.and_then(|it| it.get("FifoQueue"));
        fifo.and_then(|it| it.text()) == Some("true")
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        let (region, account) = (&self.inputs.region, &self.inputs.account);
        format!(
            "arn:{}:{service}:{region}:{account}:{resource}",
            self.partition()
        )
    }

    pub(super) fn partition(&self) -> &'static str {
        match self.inputs.region.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    pub(super) fn domain(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            _ => "amazonaws.com",
        }
    }
}

/// Small letters and digits that belong to a name, as API ids are.
fn drawn(name: &str, length: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = hash(name);
    let letters = std::iter::repeat_with(|| {
        state = crate::units::splitmix(state);
        let index = (state >> 32) as usize % LETTERS.len();
        LETTERS.get(index).copied().map_or('a', char::from)
    });
    letters.take(length).collect()
}

/// The id at the end of a stack's ARN.
pub(super) fn stack_uuid(name: &str) -> String {
    RequestId(0).uuid(SessionSeed(hash(name)))
}

/// FNV-1a.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
