//! Identities: small numbers in order of creation, shown as AWS shows them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number that tells one thing from the others of its kind; later ones mostly have larger ones.
pub trait Id: Copy + Ord {
    /// The number.
    fn number(self) -> u64;
}

macro_rules! ids {
    ($($id:ident),*) => {
        $(impl Id for $id {
            fn number(self) -> u64 {
                self.0.into()
            }
        })*
    };
}

ids!(
    FunctionId,
    EnvironmentId,
    RequestId,
    MessageId,
    RecordId,
    BatchId,
    TaskId
);

/// A configured function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FunctionId(pub u32);

/// An execution environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvironmentId(pub u32);

/// One unit of work that was sent to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u64);

/// Bytes in the timeline's side table: an event, a response, a piece of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayloadId(pub u32);

/// A deployment package: what was uploaded, unchanged. A new upload is a new package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackageId(pub u32);

/// An alias of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AliasId(pub u32);

/// A source of events: a bucket, a topic, a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub u32);

/// A message queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueId(pub u32);

/// A message that was sent to a queue; it keeps its id when it is moved to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub u64);

/// An event source mapping: what polls a source for a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MappingId(pub u32);

/// A stream of records, a topic, or a queue of a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(pub u32);

/// A record of a stream. Later ones have larger numbers, in all streams of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub u64);

/// Messages or records that were received together, for one invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub u64);

/// A generator: what sends events on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GeneratorId(pub u32);

/// An ECS task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u32);

/// An ECS service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceId(pub u32);

/// A deployment of an ECS service. Later ones have larger numbers, in all services of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeploymentId(pub u32);

/// One revision of an ECS task definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskDefinitionId(pub u32);

/// A subnet of the VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubnetId(pub u32);

/// A target group of a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TargetGroupId(pub u32);

/// An Availability Zone of the Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneId(pub u8);

/// A metric of CloudWatch: a stream of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetricId(pub u32);

/// An alarm of CloudWatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlarmId(pub u32);

/// What Application Auto Scaling scales: a service's desired count, an alias's provisioned concurrency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScalableTargetId(pub u32);

/// A scaling policy of a scalable target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyId(pub u32);

/// A scheduled action of a scalable target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScheduledActionId(pub u32);

/// A horizontal pod autoscaler of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PodAutoscalerId(pub u32);

/// A scaling activity: one change of a scalable target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActivityId(pub u64);

/// What makes the request ids of one session different from another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionSeed(pub u64);

impl fmt::Display for EnvironmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e-{:02}", self.0)
    }
}

impl RequestId {
    /// The id as AWS shows it, a version 4 UUID. It is a function of the session's seed and the
    /// request's number, so a replay shows the same ids.
    pub fn uuid(self, seed: SessionSeed) -> String {
        uuid(seed.0, self.0)
    }
}

impl MessageId {
    /// The id as SQS shows it, a UUID like that of a request.
    pub fn uuid(self, seed: SessionSeed) -> String {
        uuid(splitmix(seed.0 ^ 0x5351_5300), self.0)
    }
}

impl TaskId {
    /// The id as ECS shows it, 32 hexadecimal digits, made like that of a request.
    pub fn hex(self, seed: SessionSeed) -> String {
        uuid(splitmix(seed.0 ^ 0x4543_5300), u64::from(self.0)).replace('-', "")
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t-{:02}", self.0)
    }
}

impl DeploymentId {
    /// The id as ECS shows it, with nineteen digits, made like that of a request.
    pub fn shown(self, seed: SessionSeed) -> String {
        let number = splitmix(seed.0 ^ 0x6465_7000 ^ u64::from(self.0));
        format!("ecs-svc/{:019}", number % 10_000_000_000_000_000_000)
    }
}

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ecs-svc/{}", self.0)
    }
}

impl fmt::Display for SubnetId {
    /// Of the form that AWS's ids of subnets have.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "subnet-{:017x}", u64::from(self.0))
    }
}

impl fmt::Display for TargetGroupId {
    /// Its ARN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = splitmix(u64::from(self.0));
        write!(
            f,
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/targets-{}/{id:016x}",
            self.0
        )
    }
}

impl fmt::Display for ZoneId {
    /// As in the Region whose prices are shown: `us-east-1a` is the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = char::from(b'a'.saturating_add(self.0.min(25)));
        write!(f, "us-east-1{letter}")
    }
}

impl MappingId {
    /// The id as Lambda shows it, a UUID like that of a request.
    pub fn uuid(self, seed: SessionSeed) -> String {
        uuid(splitmix(seed.0 ^ 0x4553_4d00), u64::from(self.0))
    }
}

impl AlarmId {
    /// What the name of an alarm of a target tracking policy ends with, a UUID like that of a request.
    pub fn uuid(self, seed: SessionSeed) -> String {
        uuid(splitmix(seed.0 ^ 0x414c_524d), u64::from(self.0))
    }
}

impl ActivityId {
    /// The id as Application Auto Scaling shows it, a UUID like that of a request.
    pub fn uuid(self, seed: SessionSeed) -> String {
        uuid(splitmix(seed.0 ^ 0x4143_5400), self.0)
    }
}

/// A version 4 UUID for the number of something of a kind.
pub(crate) fn uuid(kind: u64, number: u64) -> String {
    let high = splitmix(kind ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let low = splitmix(high ^ number);
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

impl RequestId {
    /// The X-Ray trace header of the request: version 1, the time in seconds and 96 bits, a parent
    /// of 64 bits, not sampled ("AWS X-Ray concepts", tracing header).
    pub fn trace_header(self, seed: SessionSeed, unix_seconds: u64) -> String {
        let root = splitmix(!seed.0 ^ self.0);
        let tail = splitmix(root);
        let parent = splitmix(tail);
        format!(
            "Root=1-{:08x}-{root:016x}{:08x};Parent={parent:016x};Sampled=0",
            unix_seconds as u32, tail as u32
        )
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads a counter over all bits.
pub(crate) fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trace_headers_have_the_form_of_x_ray() {
        let header = RequestId(7).trace_header(SessionSeed(1), 0x5bef_4de7);
        let rest = header.strip_prefix("Root=1-5bef4de7-").unwrap_or_default();
        let (id, rest) = rest.split_at(24);
        assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{header}");
        let parent = rest.strip_prefix(";Parent=").unwrap_or_default();
        assert_eq!(parent.len(), 16 + ";Sampled=0".len());
        assert!(parent.ends_with(";Sampled=0"));
        assert_ne!(
            header,
            RequestId(8).trace_header(SessionSeed(1), 0x5bef_4de7)
        );
    }

    #[test]
    fn request_ids_look_like_version_4_uuids_and_differ() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..10 {
            for number in 0..1_000 {
                let uuid = RequestId(number).uuid(SessionSeed(seed));
                assert_eq!(uuid.len(), 36);
                assert_eq!(uuid.as_bytes()[14], b'4');
                assert!(b"89ab".contains(&uuid.as_bytes()[19]));
                assert!(seen.insert(uuid));
            }
        }
    }
}
