//! What is simulated: a service on Fargate behind a load balancer, what scales it, what comes and what
//! goes wrong.

use super::balancer::Algorithm;
use super::deployments::DeploymentAlarmPlan;
use super::eks::EksPlan;
use super::fluid::{FLUID_STEP, LEFT_OUT};
use super::policies::ScalingPlan;
use super::security::SecurityGroups;
use crate::generator::Seed;
use crate::simulator::{Arrivals, Distribution, Estimate, Retries};
use crate::timeline::{
    DeploymentConfiguration, FargateAccount, Route, StrategyItem, TargetCheck, TaskDefinition,
    TaskSize,
};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// How long the service has been there when the time that is simulated begins: its first tasks have started
/// and are healthy (model choice). All moments of a plan count from the end of it.
pub const LEAD: Span = Span::from_secs(300);
/// The longest that can be simulated: nobody looks at more of a service's tasks at once.
pub const MOST_DAYS: u64 = 366;

/// How many clients a service has, unless a plan says so (model choice).
pub const CLIENTS: u32 = 1_000;

/// A service on Fargate, and what happens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePlan {
    /// All draws follow from it.
    pub seed: Seed,
    /// For how long requests come.
    pub length: Span,
    /// The account's quotas.
    pub account: FargateAccount,
    /// Where tasks run.
    pub network: NetworkPlan,
    /// Who may connect to whom.
    pub security: SecurityGroups,
    /// The service's name.
    pub name: String,
    /// How many tasks it has at first.
    pub desired: u32,
    /// What a task is made of; its first container is the one that requests go to.
    pub definition: TaskDefinition,
    /// What they run on; empty for `FARGATE` alone.
    pub strategy: Vec<StrategyItem>,
    /// How it is deployed.
    pub deployment: DeploymentConfiguration,
    /// The alarm that ends its deployments, if there is one; `deployment.alarms` says what follows.
    pub deployment_alarm: Option<DeploymentAlarmPlan>,
    /// Whether tasks are moved from full to empty Availability Zones.
    pub rebalancing: bool,
    /// For how long failed checks of a new task count for nothing.
    pub grace_period: Span,
    /// How long what tasks do takes.
    pub pace: TaskPace,
    /// What requests go through.
    pub balancer: BalancerPlan,
    /// What tasks take messages of, where nothing goes through a load balancer: each arrival is a message then.
    pub queue: Option<QueuePlan>,
    /// What they ask for.
    pub requests: RequestPlan,
    /// When they come.
    pub arrivals: Arrivals,
    /// What scales the service; `None` if nothing does.
    pub scaling: Option<ScalingPlan>,
    /// What is done and what goes wrong, in any order.
    pub incidents: Vec<Incident>,
    /// Where tasks are pods of EKS: `definition.size` is what a pod is paid for, and nothing of ECS counts.
    pub eks: Option<EksPlan>,
}

/// A VPC with a subnet in each Availability Zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkPlan {
    /// How many Availability Zones: 1 to 6.
    pub zones: u8,
    /// The length of each subnet's prefix: 16 to 28.
    pub prefix: u8,
    /// How what is not in the VPC is reached.
    pub route: Route,
    /// Whether tasks have public addresses.
    pub public_ip: bool,
}

/// How long the steps of a task's life take.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskPace {
    /// Until a machine and its interface are there.
    pub attach: Distribution,
    /// Pull and unpacking of the images.
    pub pull: Distribution,
    /// From then on until the containers have started.
    pub start: Distribution,
    /// From then on until requests are answered.
    pub boot: Distribution,
    /// From SIGTERM until the container has ended.
    pub end: Distribution,
    /// Until the interface is gone.
    pub detach: Distribution,
}

/// The load balancer and its target group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalancerPlan {
    /// How a target is chosen.
    pub algorithm: Algorithm,
    /// 30 to 900 seconds, or none.
    pub slow_start: Span,
    /// `stickiness.lb_cookie.duration_seconds`: 1 second to 7 days; `None` for no sticky sessions.
    pub stickiness: Option<Span>,
    /// How targets are checked.
    pub check: TargetCheck,
    /// How long a deregistered target is drained.
    pub deregistration_delay: Span,
    /// How long a response is waited for: then it is 504.
    pub idle_timeout: Span,
}

/// A standard queue of SQS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlan {
    /// For how long a message is hidden that was received: 0 to 12 hours.
    pub visibility_timeout: Span,
    /// For how long a message is kept: a minute to 14 days.
    pub retention: Span,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestPlan {
    /// What it computes, in the time of one whole vCPU.
    pub work: Distribution,
    /// How long it then waits for others, such as a database.
    pub wait: Distribution,
    /// How many requests a task handles at a time; others queue in it.
    pub at_once: u32,
    /// Memory of a task without any requests, in bytes.
    pub idle_memory: u64,
    /// Memory of each request that is handled, in bytes.
    pub memory: u64,
    /// How many clients send requests; each request is of any of them. Only sticky sessions mind.
    pub clients: u32,
    /// What clients do when they get no success.
    pub retries: Option<Retries>,
    /// How they are simulated.
    pub detail: Detail,
}

/// How requests are simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// One by one.
    #[default]
    Exact,
    /// As a flow, in steps of [`FLUID_STEP`]: an approximation whose cost does not grow with their number.
    Fluid,
}

impl Detail {
    /// What is to be said wherever results are shown: `fluid approximation, step 1 s`, and what it leaves out.
    /// Nothing where requests are simulated exactly.
    pub fn approximation(self) -> Option<(String, &'static str)> {
        let seconds = FLUID_STEP.as_nanos() / 1_000_000_000;
        match self {
            Detail::Exact => None,
            Detail::Fluid => Some((format!("fluid approximation, step {seconds} s"), LEFT_OUT)),
        }
    }
}

/// What is done, or goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// When, since the start.
    pub at: Span,
    /// What.
    pub what: IncidentKind,
}

/// What can be done or go wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum IncidentKind {
    /// A new revision of the task definition is deployed. That is UpdateService, without a desired count
    /// unless one is given.
    Deployment {
        /// What is wrong with it.
        flaw: Option<Flaw>,
        /// What the template says about the desired count: it undoes what scaling has set.
        desired: Option<u32>,
    },
    /// The desired count is set by hand.
    DesiredCount(u32),
    /// An Availability Zone fails for a time: its tasks do not answer, and none can be started there.
    ZoneFailure {
        /// Which, from 0.
        zone: u8,
        /// For how long.
        lasts: Span,
    },
    /// Spot capacity is taken back, and there is none for a time.
    SpotReclaim {
        /// The share of Spot tasks that get the notice.
        share: f64,
        /// For how long there is none.
        lasts: Span,
    },
    /// Containers end with exit code 1.
    Crash {
        /// The share of running tasks.
        share: f64,
    },
    /// What requests wait for takes longer for a time.
    SlowDependency {
        /// So many times as long.
        factor: f64,
        /// For how long.
        lasts: Span,
    },
}

/// What is wrong with a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its image cannot be pulled.
    NoImage,
    /// Its container cannot be started.
    NoStart,
    /// It starts and never answers its checks.
    NoAnswer,
    /// Its container ends with exit code 1 some seconds after its start.
    Exits,
    /// It answers its checks, and closes the connections of requests.
    Errors,
}

impl Default for TaskPace {
    /// Medians that were measured with RunTask in ca-central-1 in 2026-10, five tasks of 2 vCPU, as they are;
    /// a boot of a second, an end of a second and a detachment of four are model choices.
    fn default() -> Self {
        let measured = |hundredths: [u64; 5]| {
            Distribution::Empirical(hundredths.map(|it| Span::from_millis(it * 10)).to_vec())
        };
        let seconds = |it| Distribution::Constant(Span::from_secs(it));
        TaskPace {
            attach: measured([1_413, 1_543, 1_734, 1_082, 1_624]),
            pull: measured([450, 727, 435, 453, 699]),
            start: measured([318, 96, 310, 313, 119]),
            boot: seconds(1),
            end: seconds(1),
            detach: seconds(4),
        }
    }
}

impl TaskPace {
    /// Of pods on EKS: 30 to 45 seconds until the node is there, and over 60 until the pod runs (github.com/aws
    /// /containers-roadmap, issue 649, 2019-12-12). Four nodes as likely as each other, and a start that makes the
    /// earliest pod run after a minute, are model choices; pulls are those of tasks.
    pub fn of_pods() -> Self {
        let nodes = [30, 35, 40, 45].map(Span::from_secs);
        TaskPace {
            attach: Distribution::Empirical(nodes.to_vec()),
            start: Distribution::Constant(Span::from_secs(26)),
            ..TaskPace::default()
        }
    }
}

impl Default for BalancerPlan {
    /// The defaults of load balancers and target groups.
    fn default() -> Self {
        BalancerPlan {
            algorithm: Algorithm::default(),
            slow_start: Span::ZERO,
            stickiness: None,
            check: TargetCheck::default(),
            deregistration_delay: Span::from_secs(300),
            idle_timeout: Span::from_secs(60),
        }
    }
}

impl Default for QueuePlan {
    /// SQS's defaults (SQS API reference, CreateQueue).
    fn default() -> Self {
        QueuePlan {
            visibility_timeout: Span::from_secs(30),
            retention: Span::from_secs(4 * 86_400),
        }
    }
}

impl Default for NetworkPlan {
    /// Three zones with a /24 each, behind NAT gateways.
    fn default() -> Self {
        NetworkPlan {
            zones: 3,
            prefix: 24,
            route: Route::Nat,
            public_ip: false,
        }
    }
}

impl ServicePlan {
    /// What handles requests may use.
    pub(super) fn usable(&self) -> TaskSize {
        let size = self.definition.size;
        self.eks.as_ref().map_or(size, |it| it.limit(size))
    }

    /// Memory of a task, in bytes.
    pub(super) fn memory(&self) -> u64 {
        u64::from(self.usable().memory.get()) << 20
    }

    /// vCPUs of a task.
    pub(in crate::simulator) fn vcpus(&self) -> f64 {
        f64::from(self.usable().cpu.get()) / 1_024.0
    }

    /// What it asks for.
    pub fn estimate(&self) -> Estimate {
        let steps = self.length.as_nanos().div_ceil(FLUID_STEP.as_nanos());
        Estimate {
            requests: self.arrivals.events(self.length),
            steps: match self.requests.detail {
                Detail::Exact => None,
                Detail::Fluid => Some(steps as f64),
            },
        }
    }

    /// A service with ECS's defaults that is not scaled, to which requests come at one rate.
    pub fn of(
        definition: TaskDefinition,
        desired: u32,
        work: Distribution,
        arrivals: Arrivals,
        length: Span,
    ) -> ServicePlan {
        ServicePlan {
            seed: Seed(1),
            length,
            account: FargateAccount::default(),
            network: NetworkPlan::default(),
            security: SecurityGroups::default(),
            name: definition.family.clone(),
            desired,
            definition,
            strategy: Vec::new(),
            deployment: DeploymentConfiguration::default(),
            deployment_alarm: None,
            rebalancing: true,
            grace_period: Span::ZERO,
            pace: TaskPace::default(),
            balancer: BalancerPlan::default(),
            queue: None,
            requests: RequestPlan {
                work,
                wait: Distribution::Constant(Span::ZERO),
                at_once: 1_000,
                idle_memory: 0,
                memory: 0,
                clients: CLIENTS,
                retries: None,
                detail: Detail::Exact,
            },
            arrivals,
            scaling: None,
            incidents: Vec::new(),
            eks: None,
        }
    }
}
