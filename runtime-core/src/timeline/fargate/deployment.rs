//! Deployments: how a service goes from one revision to the next, and what ends a deployment that fails (ECS API
//! reference, DeploymentConfiguration, LinearConfiguration, CanaryConfiguration, DeploymentAlarms, ServiceDeployment).

use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a service is deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentConfiguration {
    /// Of the desired count, rounded up: what has to stay healthy in a rolling update.
    pub minimum_healthy_percent: u32,
    /// Of the desired count, rounded down: what may run or start in a rolling update.
    pub maximum_percent: u32,
    /// `None` if it is not enabled.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// How tasks and traffic go from one revision to the next.
    #[serde(default)]
    pub strategy: DeploymentStrategy,
    /// `bakeTimeInMinutes`: for how long both revisions run after all traffic has shifted; whole minutes, a day at
    /// most. `None` if it is not given: none, and refused with BLUE_GREEN.
    #[serde(default)]
    pub bake_time: Option<Span>,
    /// `None` if no alarm is asked.
    #[serde(default)]
    pub alarms: Option<DeploymentAlarms>,
}

impl Default for DeploymentConfiguration {
    fn default() -> Self {
        DeploymentConfiguration {
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            circuit_breaker: None,
            strategy: DeploymentStrategy::Rolling,
            bake_time: None,
            alarms: None,
        }
    }
}

impl DeploymentConfiguration {
    /// How many tasks have to stay healthy.
    pub fn floor(&self, desired: u32) -> u32 {
        let hundredths = u64::from(desired) * u64::from(self.minimum_healthy_percent);
        u32::try_from(hundredths.div_ceil(100)).unwrap_or(u32::MAX)
    }

    /// How many tasks may run or start.
    pub fn cap(&self, desired: u32) -> u32 {
        let hundredths = u64::from(desired) * u64::from(self.maximum_percent);
        u32::try_from(hundredths / 100).unwrap_or(u32::MAX)
    }
}

/// `strategy` of a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum DeploymentStrategy {
    /// Old tasks make way for new ones behind one target group.
    #[default]
    Rolling,
    /// A second fleet is started, and gets all of the production traffic at once.
    BlueGreen,
    /// It gets the same share more in each step.
    Linear {
        /// `stepPercent`: 3 to 100 %.
        step: TrafficShare,
        /// `stepBakeTimeInMinutes`: between two steps, and not after the last one; whole minutes, a day at most.
        bake: Span,
    },
    /// It gets a small share, and then all.
    Canary {
        /// `canaryPercent`: 0.1 to 100 %.
        first: TrafficShare,
        /// `canaryBakeTimeInMinutes`: for how long that is all; whole minutes, a day at most.
        bake: Span,
    },
}

impl DeploymentStrategy {
    /// LINEAR with the API's defaults: 10 % every six minutes.
    pub const LINEAR: Self = Self::Linear {
        step: TrafficShare::from_tenths(100),
        bake: Span::from_secs(6 * 60),
    };
    /// CANARY with the API's defaults: 5 %, and the rest after ten minutes.
    pub const CANARY: Self = Self::Canary {
        first: TrafficShare::from_tenths(50),
        bake: Span::from_secs(10 * 60),
    };

    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rolling => "ROLLING",
            Self::BlueGreen => "BLUE_GREEN",
            Self::Linear { .. } => "LINEAR",
            Self::Canary { .. } => "CANARY",
        }
    }

    /// Whether a second fleet gets the production traffic.
    pub fn shifts_traffic(self) -> bool {
        self != Self::Rolling
    }

    /// What the second fleet gets after a share, and for how long it is that.
    pub fn after(self, share: TrafficShare) -> (TrafficShare, Span) {
        let (next, bake) = match self {
            Self::Linear { step, bake } => (share.plus(step), bake),
            Self::Canary { first, bake } if share < first => (first, bake),
            Self::Canary { .. } | Self::BlueGreen | Self::Rolling => {
                (TrafficShare::ALL, Span::ZERO)
            }
        };
        match next {
            TrafficShare::ALL => (next, Span::ZERO),
            _ => (next, bake),
        }
    }
}

/// A share of the production traffic, in tenths of a percent as the API takes it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TrafficShare(u16);

impl TrafficShare {
    /// No traffic.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const ALL: Self = Self(1_000);

    /// So many tenths of a percent, all at most.
    pub const fn from_tenths(tenths: u16) -> Self {
        match tenths {
            0..=1_000 => Self(tenths),
            _ => Self::ALL,
        }
    }

    /// Tenths of a percent.
    pub const fn tenths(self) -> u16 {
        self.0
    }

    /// From 0 to 1.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }

    /// What is left for the others.
    pub const fn rest(self) -> Self {
        Self(Self::ALL.0 - self.0)
    }

    /// Both, and all at most.
    const fn plus(self, more: Self) -> Self {
        Self::from_tenths(self.0 + more.0)
    }
}

impl fmt::Display for TrafficShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{} %", self.0 / 10),
            tenth => write!(f, "{}.{tenth} %", self.0 / 10),
        }
    }
}

/// `alarms` of a deployment, that are enabled: it fails when one of them goes to ALARM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentAlarms {
    /// Whether the last deployment that completed is deployed again.
    pub rollback: bool,
}

/// `lifecycleStage` of a deployment that shifts traffic, in order. The guide of 2026-07 has
/// PRE_PRODUCTION_TRAFFIC_SHIFT as well, which only hooks can tell: there are none here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeploymentLifecycleStage {
    /// What another deployment has left goes, where there is more than one revision.
    ReconcileService,
    /// The green revision has not started.
    PreScaleUp,
    /// It starts its tasks, and serves nothing.
    ScaleUp,
    /// They have started.
    PostScaleUp,
    /// Test traffic shifts.
    TestTrafficShift,
    /// All test traffic goes to it.
    PostTestTrafficShift,
    /// Production traffic shifts.
    ProductionTrafficShift,
    /// All of it has shifted.
    PostProductionTrafficShift,
    /// Both revisions run.
    BakeTime,
    /// The blue revision stops its tasks.
    CleanUp,
}

impl DeploymentLifecycleStage {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReconcileService => "RECONCILE_SERVICE",
            Self::PreScaleUp => "PRE_SCALE_UP",
            Self::ScaleUp => "SCALE_UP",
            Self::PostScaleUp => "POST_SCALE_UP",
            Self::TestTrafficShift => "TEST_TRAFFIC_SHIFT",
            Self::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
            Self::ProductionTrafficShift => "PRODUCTION_TRAFFIC_SHIFT",
            Self::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
        }
    }
}

/// What ends a deployment whose tasks keep failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CircuitBreaker {
    /// Whether the last deployment that completed is deployed again.
    pub rollback: bool,
    /// How many failed tasks are too many.
    pub threshold: Threshold,
    /// Whether a healthy task begins the count anew.
    pub reset_on_healthy_task: bool,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        CircuitBreaker {
            rollback: false,
            threshold: Threshold::BoundedPercent(50),
            reset_on_healthy_task: true,
        }
    }
}

/// `thresholdConfiguration` of a circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Threshold {
    /// Of the desired count, rounded up: 3 at least and 200 at most.
    BoundedPercent(u32),
    /// Of the desired count, rounded up: 1 at least.
    UnboundedPercent(u32),
    /// So many tasks.
    Count(u32),
}

/// Fewer failed tasks never end a deployment (API_ServiceDeploymentCircuitBreaker page; it was 10 in the
/// developer guide of 2023-06-15).
pub const BREAKER_FLOOR: u32 = 3;
/// More always do (the same page).
pub const BREAKER_CEILING: u32 = 200;

impl Threshold {
    /// The number of failed tasks that ends a deployment.
    pub fn tasks(self, desired: u32) -> u32 {
        self.tasks_from(BREAKER_FLOOR, desired)
    }

    /// The same with another floor than today's.
    pub fn tasks_from(self, floor: u32, desired: u32) -> u32 {
        let of = |percent: u32| {
            let hundredths = u64::from(desired) * u64::from(percent);
            u32::try_from(hundredths.div_ceil(100)).unwrap_or(u32::MAX)
        };
        match self {
            Threshold::BoundedPercent(percent) => {
                of(percent).max(floor).min(BREAKER_CEILING.max(floor))
            }
            Threshold::UnboundedPercent(percent) => of(percent).max(1),
            Threshold::Count(count) => count.max(1),
        }
    }
}
