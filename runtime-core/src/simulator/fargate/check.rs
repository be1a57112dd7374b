//! What is wrong with a plan, and what to do.

use super::balancer::Algorithm;
use super::eks::{EksError, field_of_ecs};
use super::measures::ServiceMetric;
use super::plan::{Detail, Flaw, IncidentKind, MOST_DAYS, ServicePlan};
use super::sessions::STICKINESS;
use crate::platform::fargate::{ServiceError, TaskDefinitionError};
use crate::platform::scaling::ScalingError;
use crate::platform::{RETENTION, VISIBILITY_TIMEOUT};
use crate::simulator::check::check_arrivals;
use crate::simulator::{MOST_TIME, ScenarioError};
use crate::units::Span;
use std::fmt;

/// Why a plan cannot be simulated.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanError {
    /// No time, or more than a year.
    Length,
    /// None, or more than six zones.
    Zones(u8),
    /// ECS would not accept the task definition.
    Definition(TaskDefinitionError),
    /// ECS or Elastic Load Balancing would not accept the service.
    Service(ServiceError),
    /// Application Auto Scaling would not accept a target or a policy.
    Scaling(ScalingError),
    /// CloudWatch would not accept the alarm of deployments.
    DeploymentAlarm(ScalingError),
    /// Requests a target are no metric of a service whose deployments shift traffic.
    RequestsOfShifts,
    /// A revision with errors needs a load balancer.
    ErrorsOfQueue,
    /// They cannot be simulated.
    Arrivals(ScenarioError),
    /// Nobody is ever handled.
    AtOnce,
    /// Slow start is 30 to 900 seconds.
    SlowStart,
    /// Slow start goes with round robin only.
    SlowStartOfAlgorithm,
    /// A cookie's duration is 1 second to 7 days.
    Stickiness,
    /// Sticky sessions do not go with weighted random.
    StickinessOfAlgorithm,
    /// Nobody sends requests.
    Clients,
    /// The balancer's idle timeout is 1 to 4,000 seconds.
    IdleTimeout,
    /// SQS would not accept the visibility timeout.
    Visibility(Span),
    /// SQS would not accept the retention period.
    Retention(Span),
    /// Messages of a queue have no clients that send them again.
    QueueRetries,
    /// A policy looks at a metric that a service with a queue has not, or one without has not.
    Metric {
        /// Which.
        metric: ServiceMetric,
        /// Whether there is a queue.
        queue: bool,
    },
    /// A task without requests has no memory left.
    Memory,
    /// A share is 0 to 1.
    Share(f64),
    /// A factor is more than 0, and 1,000 at most.
    Factor(f64),
    /// There is no such Availability Zone.
    Zone(u8),
    /// It would happen after the end.
    Late(Span),
    /// EKS could not run it.
    Eks(EksError),
    /// What a flow knows nothing of.
    FlowOf {
        /// `queue`, `balancer.sticky`, `service.deployment`, `service.orchestrator` or `security_groups`.
        field: &'static str,
    },
    /// What only one of the sides knows that are compared.
    OneSided {
        /// `queue`, `requests.detail`, `incident`, `service.orchestrator` or `security_groups`.
        field: &'static str,
    },
    /// A flow needs the mean of what requests compute, or wait for, and there is none.
    NoMean {
        /// `requests.work` or `requests.wait`.
        field: &'static str,
    },
    /// A flow needs the variance of the work where a task handles no more requests than it has vCPUs, and there
    /// is none.
    NoVariance,
}

impl ServicePlan {
    /// Everything about it that needs no [`Fargate`](crate::platform::fargate::Fargate) to be found wrong.
    pub(super) fn check_values(&self) -> Vec<PlanError> {
        let mut errors = Vec::new();
        let mut wrong = |wrong: bool, error: PlanError| {
            if wrong {
                errors.push(error);
            }
        };
        let most = Span::from_secs(MOST_DAYS * 86_400).min(MOST_TIME);
        wrong(
            self.length == Span::ZERO || self.length > most,
            PlanError::Length,
        );
        let zones = self.network.zones;
        wrong(!(1..=6).contains(&zones), PlanError::Zones(zones));
        for error in check_arrivals(&self.arrivals, self.length) {
            wrong(true, PlanError::Arrivals(error));
        }
        wrong(self.requests.at_once == 0, PlanError::AtOnce);
        if self.requests.detail == Detail::Fluid {
            for error in self.check_fluid() {
                wrong(true, error);
            }
        }
        let balancer = &self.balancer;
        let slow = balancer.slow_start;
        let slow_is_right = (Span::from_secs(30)..=Span::from_secs(900)).contains(&slow);
        wrong(slow > Span::ZERO && !slow_is_right, PlanError::SlowStart);
        wrong(
            slow > Span::ZERO && balancer.algorithm != Algorithm::RoundRobin,
            PlanError::SlowStartOfAlgorithm,
        );
        if let Some(duration) = balancer.stickiness {
            wrong(!STICKINESS.contains(&duration), PlanError::Stickiness);
            wrong(
                balancer.algorithm == Algorithm::WeightedRandom,
                PlanError::StickinessOfAlgorithm,
            );
            wrong(self.requests.clients == 0, PlanError::Clients);
        }
        let idle = Span::from_secs(1)..=Span::from_secs(4_000);
        wrong(
            !idle.contains(&balancer.idle_timeout),
            PlanError::IdleTimeout,
        );
        if let Some(queue) = &self.queue {
            let (visibility, retention) = (queue.visibility_timeout, queue.retention);
            wrong(
                !VISIBILITY_TIMEOUT.contains(&visibility),
                PlanError::Visibility(visibility),
            );
            wrong(
                !RETENTION.contains(&retention),
                PlanError::Retention(retention),
            );
            wrong(self.requests.retries.is_some(), PlanError::QueueRetries);
        }
        let queue = self.queue.is_some();
        for metric in self.metrics() {
            let there = match queue {
                true => metric.is_of_queues(),
                false => metric.is_of_balancers(),
            };
            wrong(!there, PlanError::Metric { metric, queue });
        }
        // "The metric is not supported for the blue/green deployment type" (Amazon ECS developer guide, on
        // ALBRequestCountPerTarget): the label names one of the two target groups, as it does with the others.
        let shifts = self.deployment.strategy.shifts_traffic();
        let by_requests = self.metrics().any(|it| it == ServiceMetric::Requests);
        wrong(shifts && by_requests, PlanError::RequestsOfShifts);
        let memory = self.memory();
        wrong(self.requests.idle_memory >= memory, PlanError::Memory);
        for incident in &self.incidents {
            wrong(incident.at > self.length, PlanError::Late(incident.at));
            match incident.what {
                IncidentKind::Crash { share } | IncidentKind::SpotReclaim { share, .. } => {
                    wrong(!(0.0..=1.0).contains(&share), PlanError::Share(share));
                }
                IncidentKind::SlowDependency { factor, .. } => {
                    let right = factor > 0.0 && factor <= 1_000.0;
                    wrong(!right, PlanError::Factor(factor));
                }
                IncidentKind::ZoneFailure { zone, .. } => {
                    wrong(zone >= zones, PlanError::Zone(zone));
                }
                IncidentKind::Deployment { flaw, .. } => {
                    let errors = flaw == Some(Flaw::Errors);
                    wrong(errors && queue, PlanError::ErrorsOfQueue);
                }
                IncidentKind::DesiredCount(_) => {}
            }
        }
        errors
    }

    /// What a flow cannot be made of.
    fn check_fluid(&self) -> Vec<PlanError> {
        let (work, wait) = (&self.requests.work, &self.requests.wait);
        let shifts = self.deployment.strategy.shifts_traffic();
        let unknown = [
            (self.queue.is_some(), "queue"),
            (self.balancer.stickiness.is_some(), "balancer.sticky"),
            (!self.security.all_open(), "security_groups"),
            (
                shifts || self.deployment_alarm.is_some(),
                "service.deployment",
            ),
            (self.is_flow_of_pods(), "service.orchestrator"),
        ];
        let unknown = unknown.into_iter().filter(|(is_there, _)| *is_there);
        let mut errors: Vec<PlanError> = unknown
            .map(|(_, field)| PlanError::FlowOf { field })
            .collect();
        for (it, field) in [(work, "requests.work"), (wait, "requests.wait")] {
            if !it.mean_seconds().is_finite() {
                errors.push(PlanError::NoMean { field });
            }
        }
        let one_each = f64::from(self.requests.at_once) <= self.vcpus().max(1.0);
        if errors.is_empty() && one_each && !work.variation().is_finite() {
            errors.push(PlanError::NoVariance);
        }
        errors
    }
}

impl PlanError {
    /// Which field of a scenario file it is about, with dots between tables; the table, where it is about
    /// several.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Zones(_) => "network.zones",
            Self::Definition(_) => "service",
            Self::Service(error) => match error {
                ServiceError::Name(_) => "service.name",
                ServiceError::Desired(_) => "service.desired",
                ServiceError::Percentages { .. } | ServiceError::RebalancingWithoutRoom => {
                    "service.maximum_percent"
                }
                ServiceError::Threshold(_) => "service.circuit_breaker",
                ServiceError::ProviderTwice(_)
                | ServiceError::StrategyRange(_)
                | ServiceError::TwoBases
                | ServiceError::NoWeight
                | ServiceError::WindowsSpot => "service.strategy",
                ServiceError::Port(_) | ServiceError::Target(_) => "balancer",
                ServiceError::Prefix(_) => "network.prefix",
                ServiceError::AdvancedConfiguration
                | ServiceError::SameTargetGroup(_)
                | ServiceError::NoBakeTime
                | ServiceError::BakeTime(_)
                | ServiceError::StepPercent(_)
                | ServiceError::CanaryPercent(_) => "service.deployment",
                ServiceError::OfEcs(what) => field_of_ecs(*what),
                ServiceError::Selectors(_) | ServiceError::NoNamespace => "eks.profile",
                ServiceError::Definition(_)
                | ServiceError::Subnets(_)
                | ServiceError::UnknownSubnet(_) => "service",
            },
            Self::Scaling(_) | Self::Metric { .. } | Self::RequestsOfShifts => "scaling",
            Self::DeploymentAlarm(_) => "service.deployment",
            Self::Visibility(_) => "queue.visibility_timeout",
            Self::Retention(_) => "queue.retention",
            Self::QueueRetries => "requests.retries",
            Self::Arrivals(_) => "requests.rate",
            Self::AtOnce => "requests.at_once",
            Self::SlowStart | Self::SlowStartOfAlgorithm => "balancer.slow_start",
            Self::Stickiness | Self::StickinessOfAlgorithm => "balancer.sticky",
            Self::Clients => "requests.clients",
            Self::IdleTimeout => "balancer.idle_timeout",
            Self::Memory => "task.idle_memory",
            Self::Share(_)
            | Self::Factor(_)
            | Self::Zone(_)
            | Self::Late(_)
            | Self::ErrorsOfQueue => "incident",
            Self::NoMean { field } | Self::FlowOf { field } | Self::OneSided { field } => field,
            Self::NoVariance => "requests.work",
            Self::Eks(error) => error.field(),
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Length => format!("Give more than no time, and {MOST_DAYS} days at most."),
            Self::Zones(_) => "Give 1 to 6 zones.".to_owned(),
            Self::Definition(error) => error.hint(),
            Self::Service(error) => error.hint().to_owned(),
            Self::Scaling(error) | Self::DeploymentAlarm(error) => error.hint().to_owned(),
            Self::RequestsOfShifts => "Take cpu or memory, or the strategy rolling.".to_owned(),
            Self::ErrorsOfQueue => {
                "Take another flaw, or give the service a load balancer.".to_owned()
            }
            Self::Arrivals(error) => error.hint(),
            Self::AtOnce => "Give at_once 1 or more.".to_owned(),
            Self::SlowStart => "Give 30 to 900 seconds, or leave it out.".to_owned(),
            Self::SlowStartOfAlgorithm => {
                "Leave slow_start out, or take the algorithm round_robin.".to_owned()
            }
            Self::Stickiness => "Give 1 second to 7 days, 604800.".to_owned(),
            Self::StickinessOfAlgorithm => {
                "Leave sticky out, or take round_robin or least_outstanding_requests.".to_owned()
            }
            Self::Clients => "Give clients 1 or more.".to_owned(),
            Self::IdleTimeout => "Give 1 to 4000 seconds; the default is 60.".to_owned(),
            Self::Visibility(_) => "Give 0 seconds to 12 hours; the default is 30.".to_owned(),
            Self::Retention(_) => {
                "Give a minute to 14 days; the default is 4 days, 345600.".to_owned()
            }
            Self::QueueRetries => {
                "Leave retries out: what is not deleted in time is received again.".to_owned()
            }
            Self::Metric { queue: true, .. } => {
                "Take backlog_per_task, backlog, cpu or memory.".to_owned()
            }
            Self::Metric { queue: false, .. } => {
                "Take requests, cpu or memory, or give the service a [queue].".to_owned()
            }
            Self::Memory => "Give the task more memory, or idle_memory less.".to_owned(),
            Self::Share(_) => "Give a share from 0 to 1.".to_owned(),
            Self::Factor(_) => "Give a number above 0, and 1000 at most.".to_owned(),
            Self::Zone(_) => "Zones are counted from 0.".to_owned(),
            Self::Late(_) => "Put it before the end, or make length longer.".to_owned(),
            Self::Eks(error) => error.hint().to_owned(),
            Self::FlowOf { field } => format!("Leave {field} or detail = \"fluid\" out."),
            Self::OneSided { .. } => {
                "Leave it out, or leave [lambda] out: the service is then simulated by itself."
                    .to_owned()
            }
            Self::NoMean { .. } => {
                "Give a Pareto tail a shape above 1, or leave detail = \"fluid\" out.".to_owned()
            }
            Self::NoVariance => {
                "Give a Pareto tail a shape above 2, make at_once larger than the task's \
                vCPUs, or leave detail = \"fluid\" out."
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("the time to simulate is none that there can be"),
            Self::Zones(zones) => write!(f, "{zones} zones cannot be"),
            Self::Definition(error) => write!(f, "{error}"),
            Self::Service(error) => write!(f, "{error}"),
            Self::Scaling(error) | Self::DeploymentAlarm(error) => write!(f, "{error}"),
            Self::RequestsOfShifts => f.write_str(
                "ALBRequestCountPerTarget is not supported where deployments shift traffic",
            ),
            Self::ErrorsOfQueue => {
                f.write_str("nobody sends requests to tasks that work off a queue")
            }
            Self::Arrivals(error) => write!(f, "{error}"),
            Self::AtOnce => f.write_str("tasks handle no request at all"),
            Self::SlowStart => f.write_str("slow start is out of range"),
            Self::SlowStartOfAlgorithm => f.write_str("slow start goes with round robin only"),
            Self::Stickiness => f.write_str("the duration of sticky sessions is out of range"),
            Self::StickinessOfAlgorithm => {
                f.write_str("sticky sessions do not go with weighted random")
            }
            Self::Clients => f.write_str("there are no clients"),
            Self::IdleTimeout => f.write_str("the balancer's idle timeout is out of range"),
            Self::Visibility(span) => write!(f, "{span} cannot be a visibility timeout"),
            Self::Retention(span) => write!(f, "{span} cannot be a retention period"),
            Self::QueueRetries => f.write_str("messages of a queue are not sent again"),
            Self::Metric { metric, queue } => write!(
                f,
                "there is no metric {} of a service {} a queue",
                metric.policy_name(),
                if *queue { "with" } else { "without" }
            ),
            Self::Memory => f.write_str("a task has no memory left without any requests"),
            Self::Share(share) => write!(f, "{share} is no share"),
            Self::Factor(factor) => write!(f, "{factor} times as long cannot be"),
            Self::Zone(zone) => write!(f, "there is no zone {zone}"),
            Self::Eks(error) => write!(f, "{error}"),
            Self::FlowOf { .. } => {
                f.write_str("it takes requests one by one: a flow knows nothing of it")
            }
            Self::OneSided { field } => f.write_str(match *field {
                "queue" => "requests that go to a function as well come through a load balancer",
                "service.orchestrator" => "a function is compared with a service of ECS",
                "requests.detail" => "requests that go to a function as well come one by one",
                "security_groups" => "security groups that stop the tasks only compare nothing",
                _ => "a dependency that is slow for the tasks only compares nothing",
            }),
            Self::NoMean { field } => write!(f, "{field} has no mean, and a flow needs one"),
            Self::NoVariance => {
                f.write_str("requests.work has no variance, and a flow through queues needs one")
            }
            Self::Late(at) => write!(
                f,
                "something happens after {} seconds, when it is over",
                at.as_nanos() / 1_000_000_000
            ),
        }
    }
}
