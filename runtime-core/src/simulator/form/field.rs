//! Fields of a form: where they stand in a file, what may be in them, what holds without them.

use serde::{Deserialize, Serialize};

/// Of so many policies a form has fields.
pub const MOST_POLICIES: usize = 8;

/// A field. `public/scenarios/README.md` says of each what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// `service.name`
    Name,
    /// `service.cpu`: with one that its memory does not go with, the memory changes as well.
    Cpu,
    /// `service.memory`
    Memory,
    /// `service.os`
    Os,
    /// `service.architecture`
    Architecture,
    /// `service.desired`
    Desired,
    /// `service.grace_period`
    GracePeriod,
    /// `service.on_demand_vcpus`
    OnDemandVcpus,
    /// `service.spot_vcpus`
    SpotVcpus,
    /// `service.deployment.strategy`: with it go the fields that only another one has.
    DeploymentStrategy,
    /// `service.deployment.bake_time`
    BakeTime,
    /// `service.minimum_healthy_percent`
    MinimumHealthyPercent,
    /// `service.maximum_percent`
    MaximumPercent,
    /// `service.circuit_breaker`
    CircuitBreaker,
    /// `base` of FARGATE in `service.strategy`
    FargateBase,
    /// `weight` of FARGATE in `service.strategy`
    FargateWeight,
    /// `base` of FARGATE_SPOT in `service.strategy`
    SpotBase,
    /// `weight` of FARGATE_SPOT in `service.strategy`
    SpotWeight,
    /// `network.zones`
    Zones,
    /// `network.route`
    Route,
    /// `network.public_ip`
    PublicIp,
    /// `task.boot`
    Boot,
    /// `requests.work`
    Work,
    /// `requests.wait`
    Wait,
    /// `requests.at_once`
    AtOnce,
    /// `scaling.minimum`
    Minimum,
    /// `scaling.maximum`
    Maximum,
    /// Of a policy: which, from 0, in `scaling.policy`.
    Policy(usize, PolicyField),
}

/// A field of a target tracking policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PolicyField {
    /// `metric`
    Metric,
    /// `target`
    Target,
    /// `scale_out_cooldown`
    ScaleOutCooldown,
    /// `scale_in_cooldown`
    ScaleInCooldown,
    /// `disable_scale_in`
    DisableScaleIn,
}

/// What may be in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Text,
    /// A whole number from 0 on.
    Whole,
    /// A number.
    Number,
    /// A time in seconds, or how it is drawn: `exp:0.2`.
    Time,
    /// `true` or `false`.
    Switch,
    /// One of these.
    Choice(&'static [&'static str]),
}

impl PolicyField {
    /// All of them.
    pub const ALL: [PolicyField; 5] = [
        PolicyField::Metric,
        PolicyField::Target,
        PolicyField::ScaleOutCooldown,
        PolicyField::ScaleInCooldown,
        PolicyField::DisableScaleIn,
    ];
}

impl Field {
    /// All that are not of a policy.
    pub const ALL: [Field; 27] = [
        Field::Name,
        Field::Cpu,
        Field::Memory,
        Field::Os,
        Field::Architecture,
        Field::Desired,
        Field::GracePeriod,
        Field::OnDemandVcpus,
        Field::SpotVcpus,
        Field::DeploymentStrategy,
        Field::BakeTime,
        Field::MinimumHealthyPercent,
        Field::MaximumPercent,
        Field::CircuitBreaker,
        Field::FargateBase,
        Field::FargateWeight,
        Field::SpotBase,
        Field::SpotWeight,
        Field::Zones,
        Field::Route,
        Field::PublicIp,
        Field::Boot,
        Field::Work,
        Field::Wait,
        Field::AtOnce,
        Field::Minimum,
        Field::Maximum,
    ];

    /// What may be in it.
    pub const fn kind(self) -> FieldKind {
        match self {
            Field::Name => FieldKind::Text,
            Field::Os => FieldKind::Choice(&["linux", "windows"]),
            Field::Architecture => FieldKind::Choice(&["x86_64", "arm64"]),
            Field::DeploymentStrategy => {
                FieldKind::Choice(&["rolling", "blue_green", "linear", "canary"])
            }
            Field::CircuitBreaker => FieldKind::Choice(&["off", "on", "rollback"]),
            Field::Route => FieldKind::Choice(&["nat", "internet_gateway", "endpoints", "none"]),
            Field::PublicIp | Field::Policy(_, PolicyField::DisableScaleIn) => FieldKind::Switch,
            Field::Boot | Field::Work | Field::Wait => FieldKind::Time,
            Field::Policy(_, PolicyField::Metric) => FieldKind::Choice(&[
                "cpu",
                "memory",
                "cpu_20s",
                "memory_20s",
                "requests",
                "backlog_per_task",
                "backlog",
            ]),
            Field::GracePeriod
            | Field::BakeTime
            | Field::Policy(
                _,
                PolicyField::Target | PolicyField::ScaleOutCooldown | PolicyField::ScaleInCooldown,
            ) => FieldKind::Number,
            _ => FieldKind::Whole,
        }
    }

    /// What holds where it is not written. `None`: it has to be, or nothing holds then.
    pub const fn default(self) -> Option<&'static str> {
        Some(match self {
            Field::Os => "linux",
            Field::Architecture => "x86_64",
            Field::GracePeriod | Field::Wait => "0",
            Field::OnDemandVcpus | Field::SpotVcpus => "6",
            Field::DeploymentStrategy => "rolling",
            Field::MinimumHealthyPercent => "100",
            Field::MaximumPercent | Field::AtOnce => "200",
            Field::CircuitBreaker => "off",
            Field::Zones => "3",
            Field::Route => "nat",
            Field::PublicIp | Field::Policy(_, PolicyField::DisableScaleIn) => "false",
            Field::Boot => "1",
            Field::Policy(_, PolicyField::ScaleOutCooldown | PolicyField::ScaleInCooldown) => "300",
            _ => return None,
        })
    }

    /// Whether a file may be without it. Shares of capacity providers and bounds can be taken out in the text only.
    pub const fn can_be_left_out(self) -> bool {
        self.default().is_some() || matches!(self, Field::BakeTime)
    }
}

impl FieldKind {
    /// What may be in it, in words.
    pub const fn expects(self) -> &'static str {
        match self {
            FieldKind::Text => "a name",
            FieldKind::Whole => "a whole number",
            FieldKind::Number => "a number",
            FieldKind::Time => {
                "a number of seconds, or how they are drawn: exp:MEAN, lognormal:MEDIAN,SIGMA, pareto:LEAST,SHAPE \
                 or list:A,B,C"
            }
            FieldKind::Switch => "true or false",
            FieldKind::Choice(_) => "one of what is offered",
        }
    }
}
