//! Sources of events that live in the session: what they are set to, and what happens to them.

use super::Destination;
use crate::units::{ByteCount, FunctionId, Moment, PayloadId, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a source is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceConfiguration {
    /// Unique among sources of its kind.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Who is told what.
    pub wires: Vec<Wire>,
}

/// What a source is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceKind {
    /// An S3 bucket.
    Bucket,
    /// A standard SNS topic.
    Topic,
    /// An EventBridge event bus.
    Bus,
    /// A topic tree of AWS IoT.
    Iot,
    /// The log group of a function.
    LogGroup(FunctionId),
    /// A Cognito user pool.
    UserPool,
    /// Something that happens at set times.
    Schedule(ScheduleConfiguration),
}

impl SourceKind {
    /// As shown to people.
    pub const fn name(&self) -> &'static str {
        match self {
            SourceKind::Bucket => "S3 bucket",
            SourceKind::Topic => "SNS topic",
            SourceKind::Bus => "EventBridge bus",
            SourceKind::Iot => "IoT topics",
            SourceKind::LogGroup(_) => "CloudWatch Logs log group",
            SourceKind::UserPool => "Cognito user pool",
            SourceKind::Schedule(ScheduleConfiguration {
                owner: ScheduleOwner::Rule,
                ..
            }) => "EventBridge scheduled rule",
            SourceKind::Schedule(_) => "EventBridge Scheduler schedule",
        }
    }
}

/// When a schedule is due, and what it says then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleConfiguration {
    /// Whose syntax and event it has.
    pub owner: ScheduleOwner,
    /// `cron(...)`, `rate(...)`, of Scheduler also `at(...)`.
    pub expression: String,
    /// Of Scheduler: the time zone that the expression is in; UTC without one.
    #[serde(default)]
    pub zone: Option<String>,
    /// Whether it is due at all.
    pub enabled: bool,
    /// The event, JSON; without it that of the service.
    pub input: Option<String>,
    /// Of Scheduler (`StartDate`): due not before it, a time in UTC as in `2026-12-01T09:00:00Z`.
    #[serde(default)]
    pub start: Option<String>,
    /// Of Scheduler (`EndDate`): due not after it, written as the start is.
    #[serde(default)]
    pub end: Option<String>,
    /// Of Scheduler (`MaximumWindowInMinutes`): its targets are invoked within so many minutes after the
    /// scheduled time, 1 to 1,440; at that time without it.
    #[serde(default)]
    pub window_minutes: Option<u32>,
}

impl ScheduleConfiguration {
    /// Switched on, with the event of the service; of Scheduler in UTC, from now on, and without a flexible
    /// time window.
    pub fn of(owner: ScheduleOwner, expression: impl Into<String>) -> Self {
        ScheduleConfiguration {
            owner,
            expression: expression.into(),
            zone: None,
            enabled: true,
            input: None,
            start: None,
            end: None,
            window_minutes: None,
        }
    }
}

/// The service that a schedule belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScheduleOwner {
    /// A rule of EventBridge.
    Rule,
    /// EventBridge Scheduler.
    Scheduler,
}

/// A target, and what of a source it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wire {
    /// A function, which is invoked asynchronously, or a queue.
    pub target: Destination,
    /// What it is told of.
    pub interest: Interest,
    /// Of a bus: what of the event it gets.
    #[serde(default)]
    pub input: TargetInput,
}

impl Wire {
    /// A target that gets the whole event.
    pub const fn new(target: Destination, interest: Interest) -> Self {
        Wire {
            target,
            interest,
            input: TargetInput::Event,
        }
    }
}

/// What the target of a rule gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TargetInput {
    /// The event.
    #[default]
    Event,
    /// This JSON, whatever the event is (`Input`).
    Constant(String),
    /// The part of the event that this JSONPath names (`InputPath`).
    Path(String),
    /// What a template makes of parts of the event (`InputTransformer`).
    Transformed(Box<InputTransformer>),
}

/// A template and what stands in it, as the target of a rule has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputTransformer {
    /// Variables, each with a path into the event (`InputPathsMap`).
    pub paths: BTreeMap<String, String>,
    /// JSON in which `<variable>` stands for values (`InputTemplate`).
    pub template: String,
}

/// What of a source a target is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Interest {
    /// All of it.
    Everything,
    /// Of a bucket: objects whose keys begin and end with this.
    Objects {
        /// What has happened to them.
        events: ObjectEvents,
        /// Empty for all.
        prefix: String,
        /// Empty for all.
        suffix: String,
    },
    /// Of a topic: messages that match this filter policy, JSON.
    Messages {
        /// The policy.
        policy: String,
        /// On the message's body instead of its attributes.
        on_body: bool,
    },
    /// Of a bus: events that match this pattern, JSON.
    Pattern(String),
    /// Of a log group: log events that match this filter pattern.
    LogEvents(String),
    /// Of a user pool: it asks the function, and waits for the answer.
    Trigger(PoolTrigger),
    /// Of IoT topics: what this SQL statement makes of messages.
    Sql(String),
}

/// When a user pool asks a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PoolTrigger {
    /// Somebody wants to sign up.
    PreSignUp,
    /// A user was confirmed.
    PostConfirmation,
    /// Somebody wants to sign in.
    PreAuthentication,
    /// A user has signed in.
    PostAuthentication,
    /// Tokens are about to be made.
    PreTokenGeneration,
    /// Somebody wants to sign in by challenges, or has answered one: what is next.
    DefineAuthChallenge,
    /// A challenge is to be made.
    CreateAuthChallenge,
    /// A challenge was answered.
    VerifyAuthChallengeResponse,
}

impl PoolTrigger {
    /// In the order in which a user meets them; those of custom challenges last.
    pub const ALL: [PoolTrigger; 8] = [
        PoolTrigger::PreSignUp,
        PoolTrigger::PostConfirmation,
        PoolTrigger::PreAuthentication,
        PoolTrigger::PostAuthentication,
        PoolTrigger::PreTokenGeneration,
        PoolTrigger::DefineAuthChallenge,
        PoolTrigger::CreateAuthChallenge,
        PoolTrigger::VerifyAuthChallengeResponse,
    ];

    /// As the pool's settings (`LambdaConfig`) call it.
    pub const fn name(self) -> &'static str {
        match self {
            PoolTrigger::PreSignUp => "PreSignUp",
            PoolTrigger::PostConfirmation => "PostConfirmation",
            PoolTrigger::PreAuthentication => "PreAuthentication",
            PoolTrigger::PostAuthentication => "PostAuthentication",
            PoolTrigger::PreTokenGeneration => "PreTokenGeneration",
            PoolTrigger::DefineAuthChallenge => "DefineAuthChallenge",
            PoolTrigger::CreateAuthChallenge => "CreateAuthChallenge",
            PoolTrigger::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse",
        }
    }
}

/// What has happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ObjectEvents {
    /// `s3:ObjectCreated:*`
    Created,
    /// `s3:ObjectRemoved:*`
    Removed,
}

/// Something that happened at a source, as a projection keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Moment,
    /// Counts from 1 in the session.
    pub number: u64,
    /// What.
    pub happening: PayloadId,
}

/// What happens to sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum SourceFact {
    /// A source was created or changed.
    SourceConfigured {
        /// Which.
        source: SourceId,
        /// What it is set to from now on.
        configuration: Box<SourceConfiguration>,
    },
    /// A source was deleted.
    SourceDeleted {
        /// Which.
        source: SourceId,
    },
    /// Something happened that its wires may be interested in.
    Happened {
        /// Where.
        source: SourceId,
        /// Counts from 1 in the session: events' ids follow from it.
        number: u64,
        /// What; nothing for a schedule and for a log group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        happening: Option<PayloadId>,
        /// The function of which Lambda sent a record or a dead letter here, if that is what happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sender: Option<FunctionId>,
    },
    /// A target that was interested is gone, or takes no event of this size: it is not told.
    Undelivered {
        /// Whose.
        source: SourceId,
        /// Where it was to go.
        target: Destination,
        /// The event.
        event: PayloadId,
        /// The event's size.
        bytes: ByteCount,
    },
}
