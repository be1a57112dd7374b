//! Units and identities. No public function of this crate takes a bare number for time, memory,
//! money or identity.
//!
//! ```text
//! time    Moment (since the session began), Span
//! metric  MetricValue: exact values of metrics, thresholds, targets
//! memory  MemoryMb (a function's setting), ByteCount
//! money   Money, UsdPerUnit: exact until they are shown
//! ids     of functions, environments, requests, payloads, packages, queues, messages ...
//! id_map  IdMap: what comes and goes, by id
//! long      push_long: lists that only grow
//! ordered   OrderedMap, OrderedSet: small code for what is kept by id
//! version   Version: `$LATEST`, or a published one
//! calendar  the date of a count of days, times in UTC as texts
//! decimal   fractions without floating point
//! task      sizes of Fargate tasks: CPU units, disks
//! ```

mod calendar;
mod decimal;
mod id_map;
mod ids;
mod long;
mod memory;
mod metric;
mod money;
mod ordered;
mod task;
mod time;
mod version;

pub(crate) use calendar::{civil_date, date, days};
pub use calendar::{read_time, written_time};
pub use id_map::IdMap;
pub use ids::{
    ActivityId, AlarmId, AliasId, BatchId, DeploymentId, EnvironmentId, FunctionId, GeneratorId,
    Id, MappingId, MessageId, MetricId, PackageId, PayloadId, PodAutoscalerId, PolicyId, QueueId,
    RecordId, RequestId, ScalableTargetId, ScheduledActionId, ServiceId, SessionSeed, SourceId,
    StreamId, SubnetId, TargetGroupId, TaskDefinitionId, TaskId, ZoneId,
};
pub(crate) use ids::{splitmix, uuid};
pub(crate) use long::push_long;
pub use memory::{ByteCount, MemoryMb};
pub use metric::MetricValue;
pub use money::{Money, ParseUsdError, UsdPerUnit};
pub use ordered::{OrderedMap, OrderedSet};
pub use task::{CpuUnits, StorageGib};
pub use time::{Moment, Span};
pub use version::Version;
