//! What happened, append-only.
//!
//! ```text
//! event     LifecycleEvent: one fact, past tense, ids and small values; Entry: a fact and its Moment
//! outcome   how an init or an invocation ended, how a request was refused
//! function  FunctionConfiguration: what a function is set to
//! layer     LayerVersion: what lies under `/opt` beside a function's own code
//! asynchronous  asynchronous invocation: settings, destinations, how an event ends
//! failure_target  where what was given up goes
//! queue     queues: settings, and what happens to them
//! mapping   event source mappings: settings
//! stream    streams of records: settings, and what their mappings do with them
//! snap_start  SnapStart, and what cannot be captured
//! fargate/  ECS on Fargate: task definitions, services, tasks
//! source    buckets, topics, buses, schedules: settings
//! scaling   alarms, scaling policies, scaling activities
//! version   versions, aliases, provisioned concurrency
//! runtime   Runtime: what runs a deployment package
//! log       Timeline: entries and the side table of payload bytes
//! projection  Projection and CaughtUp: folds that go on where they stopped
//! ```

mod asynchronous;
mod event;
mod failure_target;
mod fargate;
mod function;
mod layer;
mod log;
mod mapping;
mod outcome;
mod projection;
mod queue;
mod runtime;
mod scaling;
mod snap_start;
mod source;
mod stream;
mod version;

pub use asynchronous::{
    AsyncConfiguration, AsyncFact, AsyncSource, Condition, Destination, RecordKind, ReturnReason,
};
pub use event::{Entry, LifecycleEvent, ResetReason, SessionMeta, ShutdownReason, Start, Trigger};
pub use failure_target::FailureTarget;
pub use fargate::{
    BREAKER_CEILING, BREAKER_FLOOR, CapacityProvider, CircuitBreaker, ContainerDefinition,
    DeploymentAlarms, DeploymentConfiguration, DeploymentLifecycleStage, DeploymentStrategy,
    EksPods, Endpoints, ExecutionRole, Exit, FargateAccount, FargateFact, Health, HealthCheck,
    INCLUDED_STORAGE, InitializationFailure, KubernetesEvent, Label, LoadBalancer, LogDriver,
    NetworkConfiguration, OperatingSystem, Orchestrator, ProfileSelector, PullFailure, Registry,
    ReplicaReason, Route, RunTaskRefusal, ServiceConfiguration, ServiceEvent, StopCode,
    StoppedReason, StrategyItem, SubnetConfiguration, TargetCheck, TaskDefinition, TaskGroup,
    TaskSize, TaskStatus, Threshold, TrafficShare, Unplaced, max_surge, max_unavailable,
};
pub use function::{
    Architecture, ClockSetting, DEFAULT_HANDLER, FunctionConfiguration, HandlerKind, function_arn,
};
pub use layer::{LayerAbout, LayerVersion, MAX_UNZIPPED_BYTES, layer_arn};
pub use log::{Payloads, Timeline};
pub use mapping::{
    EventSource, FailurePolicy, MappingConfiguration, MappingState, ProvisionedPollers,
    QueueSource, StartingPosition, StreamSource, TopicSource,
};
pub use outcome::{
    Failure, InitOutcome, MAX_ASYNC_EVENT_BYTES, MAX_EVENT_BYTES, MAX_RESPONSE_BYTES, Outcome,
    Rejection, Signal, ThrottleReason,
};
pub use projection::{CaughtUp, Projection};
pub use queue::{QueueConfiguration, QueueFact, Redrive, Sender};
pub use runtime::Runtime;
pub use scaling::{
    ActionOutcome, ActivityStatus, AdjustmentType, Aggregation, AlarmChange, AlarmConfiguration,
    AlarmReason, AlarmState, Calculation, Comparison, Datapoint, Limit, MetricConfiguration,
    MetricSource, MetricStatistic, MissingData, NotScaled, NotScaledReason,
    PodAutoscalerConfiguration, PodCalculation, PodDecision, PodLimit, PodMetric, PodOutcome,
    PolicyConfiguration, PolicyDecision, PolicyKind, PredefinedMetric, RateChange, RatePolicy,
    ScalableDimension, ScalableTargetConfiguration, ScalingActivity, ScalingCause, ScalingFact,
    ScalingRules, ScheduledActionConfiguration, SelectPolicy, Statistic, StepAdjustment,
    StepScaling, SuspendedState, TargetTracking, TrackedMetric,
};
pub use snap_start::{SnapStart, Uncapturable};
pub use source::{
    Happened, InputTransformer, Interest, ObjectEvents, PoolTrigger, ScheduleConfiguration,
    ScheduleOwner, SourceConfiguration, SourceFact, SourceKind, TargetInput, Wire,
};
pub use stream::{
    BrokerKind, KeyAttribute, KeyKind, RecordEnd, ShardBatch, StreamConfiguration, StreamFact,
    StreamKind, StreamView, TableKey, WindowPart,
};
pub use version::{AliasConfiguration, Origin, Qualifier, VersionFact, Weight};
