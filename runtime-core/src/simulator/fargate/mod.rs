//! A service on Fargate behind a load balancer, or one that works off a queue, in no time.
//!
//! ```text
//! plan       ServicePlan: what is simulated, as plain values
//! policies   what scales it, and what Application Auto Scaling is told of that
//! eks        the same of pods of EKS
//! autoscaler  what scales those
//! check      what is wrong with one
//! set_up     a plan -> what ECS is told first
//! driver     simulate_service: what comes and what is due -> inputs
//! requests   their way to a task and back
//! station    tasks: what ECS asks for, what they answer
//! workers    tasks that take messages of a queue instead
//! machine    how requests share a task's vCPUs, and queue in it
//! listener   which target group a request goes to
//! balancer   which target of it
//! sessions   which target a client's cookie names
//! security   who may connect to whom
//! fluid/     the same requests as a flow, where they are too many
//! incidents  deployments, failures
//! deployments  the alarm that ends them
//! measures   the metrics that policies look at
//! metrics    what is measured, every 20 seconds
//! sink       where all of it goes
//! figures    counts, levels, percentiles, and the same over time
//! replication the same service with other seeds
//! record     tasks, alarms, what was said and decided
//! kubernetes  the words for that of pods
//! watched    what is said of a run that somebody watches
//! watch      a plan -> that, again and again
//! ```
//!
//! No rule of ECS or of Application Auto Scaling is here: [`Fargate`](crate::platform::fargate::Fargate) and
//! [`AutoScaling`](crate::platform::scaling::AutoScaling) decide. Requests are simulated one by one, exactly, or
//! as a flow ([`Detail`]).

mod autoscaler;
mod balancer;
mod check;
mod deployments;
mod driver;
mod eks;
mod figures;
mod fluid;
mod incidents;
mod kubernetes;
mod listener;
mod machine;
mod measures;
mod metrics;
mod plan;
mod policies;
mod record;
mod replication;
mod requests;
mod security;
mod sessions;
mod set_up;
mod sink;
mod station;
mod watch;
mod watched;
mod workers;

pub use balancer::Algorithm;
pub use check::PlanError;
pub use deployments::DeploymentAlarmPlan;
#[cfg(feature = "scenarios")]
pub(super) use driver::simulate_service_at;
pub use driver::{SAMPLING, START_MILLIS, session, simulate_service};
pub(super) use driver::{WAITS, WORKS};
pub use eks::{AutoscalerPlan, EksError, EksPlan, PodMeasure, PodWords};
pub use figures::{
    Answers, QueueFigures, ServiceFigures, ServiceHeadline, ServiceSeries, ServiceStretch,
};
pub use fluid::{FLUID_STEP, LEFT_OUT};
pub use measures::ServiceMetric;
pub use plan::{
    BalancerPlan, CLIENTS, Detail, Flaw, Incident, IncidentKind, LEAD, MOST_DAYS, NetworkPlan,
    QueuePlan, RequestPlan, ServicePlan, TaskPace,
};
pub use policies::{AlarmPlan, BoundsChange, PolicyPlan, ScalingPlan, StepPlan, TrackingPlan};
pub use record::{
    AlarmLine, Entry, LanePhase, MOST_ENTRIES, MOST_LANES, Speaker, Stopped, TaskLane, Weights,
};
pub use replication::{service_figure_names, service_intervals};
pub use security::{
    CONNECT_TIMEOUT, DirectedRule, Direction, Group, Peer, Rule, SecurityGroup, SecurityGroups,
    WrongRule,
};
pub use sink::{Answer, QueueSample, Sample, ServiceSink};
pub use station::{AGENT_GIVES_UP, EXITS_AFTER};
pub use watch::watch_service;
pub use watched::{ServiceCost, ServiceSoFar, ServiceWords};

#[cfg(test)]
mod tests;
