//! A service whose tasks are pods of EKS: what a plan says of them, and what is wrong with that.

use super::plan::{Detail, IncidentKind, ServicePlan};
use crate::platform::fargate::{OfEcs, PodRequests, PodTooLarge, capacity_provisioned};
use crate::platform::scaling::{ScalingError, check_pods};
use crate::timeline::{
    EksPods, Orchestrator, PodAutoscalerConfiguration, PodMetric, ScalingRules, TaskSize,
};
use crate::units::{MetricValue, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a plan says of pods.
#[derive(Clone, Debug, PartialEq)]
pub struct EksPlan {
    /// Namespace, labels and the cluster's Fargate profile.
    pub pods: EksPods,
    /// What containers ask for. The first long-running one handles requests.
    pub requests: PodRequests,
    /// What scales the Deployment; `None` if nothing does.
    pub autoscaler: Option<AutoscalerPlan>,
}

/// A HorizontalPodAutoscaler, with the default policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoscalerPlan {
    /// `minReplicas`.
    pub minimum: u32,
    /// `maxReplicas`.
    pub maximum: u32,
    /// What is kept at which value; one of each at most.
    pub metrics: Vec<(PodMeasure, MetricValue)>,
    /// `behavior.scaleUp.stabilizationWindowSeconds`.
    pub up: Span,
    /// `behavior.scaleDown.stabilizationWindowSeconds`.
    pub down: Span,
}

/// What an autoscaler looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodMeasure {
    /// `averageUtilization`: percent of the CPU that pods ask for.
    Cpu,
    /// Requests a second and pod, from an adapter of custom metrics.
    RequestsPerSecond,
}

/// What a pod is, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodWords {
    /// Its namespace.
    pub namespace: String,
    /// What its containers may use, as in `1 vCPU and 2 GB`.
    pub requested: String,
    /// The annotation `CapacityProvisioned`, what is paid for: `1vCPU 3GB`.
    pub provisioned: String,
}

/// Why EKS could not run it, or it is not simulated.
#[derive(Clone, Debug, PartialEq)]
pub enum EksError {
    /// Fargate has no size that is large enough.
    TooLarge(PodTooLarge),
    /// Kubernetes would not accept the autoscaler.
    Autoscaler(ScalingError),
    /// The autoscaler looks at nothing.
    NoMetric,
    /// CPU in percent of nothing.
    NoRequest,
    /// Messages of a queue are no requests.
    RequestsOfQueue,
    /// Spot capacity, or a failing zone.
    Incident,
}

impl EksPlan {
    /// What a pod gets and is paid for.
    ///
    /// # Errors
    /// If Fargate has nothing that large.
    pub fn size(&self) -> Result<TaskSize, PodTooLarge> {
        self.requests.size()
    }

    /// What the container that handles requests may use: "the requested CPU and memory must be equal to the limit for
    /// all of the containers" (Amazon EKS user guide of 2024-12-18, "Understand Fargate Pod configuration details").
    /// One that asks for nothing may use all there is.
    pub(super) fn limit(&self, size: TaskSize) -> TaskSize {
        let asked = self.requests.containers.first();
        let or = |asked: Option<u32>, all: u32| asked.filter(|it| *it > 0).unwrap_or(all);
        TaskSize::new(
            or(asked.map(|it| it.cpu.get()), size.cpu.get()),
            or(asked.map(|it| it.memory.get()), size.memory.get()),
        )
    }

    /// What the container that handles requests asks for, of the CPU that all of the pod ask for: the autoscaler takes
    /// percent of that, and the others use nothing here.
    pub(super) fn share_of_cpu(&self) -> f64 {
        let all = self
            .requests
            .containers
            .iter()
            .map(|it| f64::from(it.cpu.get()));
        let own = self
            .requests
            .containers
            .first()
            .map_or(0, |it| it.cpu.get());
        f64::from(own) / all.sum::<f64>().max(1.0)
    }

    pub(super) fn orchestrator(&self) -> Orchestrator {
        Orchestrator::Eks(Box::new(self.pods.clone()))
    }

    pub(super) fn words(&self, size: TaskSize) -> PodWords {
        PodWords {
            namespace: self.pods.namespace.clone(),
            requested: self.limit(size).to_string(),
            provisioned: capacity_provisioned(size),
        }
    }

    fn has(&self, measure: PodMeasure) -> bool {
        let metrics = self.autoscaler.iter().flat_map(|it| &it.metrics);
        metrics.into_iter().any(|(it, _)| *it == measure)
    }
}

impl AutoscalerPlan {
    pub(super) fn configuration(&self, deployment: &str) -> PodAutoscalerConfiguration {
        let metric = |(measure, target): &(PodMeasure, MetricValue)| PodMetric {
            name: measure.name().to_owned(),
            target: *target,
        };
        PodAutoscalerConfiguration {
            deployment: deployment.to_owned(),
            minimum: self.minimum,
            maximum: self.maximum,
            metrics: self.metrics.iter().map(metric).collect(),
            up: ScalingRules {
                stabilization: self.up,
                ..ScalingRules::default_up()
            },
            down: ScalingRules {
                stabilization: self.down,
                ..ScalingRules::default_down()
            },
        }
    }
}

impl PodMeasure {
    /// As events of the autoscaler call it (kubernetes/kubernetes, pkg/controller/podautoscaler/horizontal.go).
    const fn name(self) -> &'static str {
        match self {
            PodMeasure::Cpu => "cpu resource utilization (percentage of request)",
            PodMeasure::RequestsPerSecond => "pods metric requests_per_second",
        }
    }
}

impl ServicePlan {
    /// What is wrong with it as a Deployment of pods, apart from what
    /// [`check_service`](crate::platform::fargate::check_service) finds.
    pub(super) fn check_eks(&self) -> Vec<EksError> {
        let Some(eks) = &self.eks else {
            return Vec::new();
        };
        let mut errors = Vec::new();
        errors.extend(eks.size().err().map(EksError::TooLarge));
        if let Some(autoscaler) = &eks.autoscaler {
            let wrong = check_pods(&autoscaler.configuration(&self.name));
            errors.extend(wrong.into_iter().map(EksError::Autoscaler));
            let asks = eks.requests.containers.iter().all(|it| it.cpu.get() > 0);
            let cannot = self.queue.is_some() && eks.has(PodMeasure::RequestsPerSecond);
            let found = [
                (autoscaler.metrics.is_empty(), EksError::NoMetric),
                (eks.has(PodMeasure::Cpu) && !asks, EksError::NoRequest),
                (cannot, EksError::RequestsOfQueue),
            ];
            let wrong = found.into_iter().filter(|(wrong, _)| *wrong);
            errors.extend(wrong.map(|(_, error)| error));
        }
        let unknown = |it: &IncidentKind| {
            matches!(
                it,
                IncidentKind::SpotReclaim { .. } | IncidentKind::ZoneFailure { .. }
            )
        };
        if self.incidents.iter().any(|it| unknown(&it.what)) {
            errors.push(EksError::Incident);
        }
        errors
    }

    /// Whether pods are to be simulated as a flow, which knows nothing of them.
    pub(super) fn is_flow_of_pods(&self) -> bool {
        self.eks.is_some() && self.requests.detail == Detail::Fluid
    }
}

/// Which field of a file says what only ECS has.
pub(super) const fn field_of_ecs(what: OfEcs) -> &'static str {
    match what {
        OfEcs::Strategy => "service.strategy",
        OfEcs::CircuitBreaker => "service.circuit_breaker",
        OfEcs::Deployment => "service.deployment",
        OfEcs::Percentages => "service.maximum_percent",
        OfEcs::Windows => "service.os",
        OfEcs::Arm64 => "service.architecture",
        OfEcs::PublicIp => "network.public_ip",
        OfEcs::PublicSubnet => "network.route",
        OfEcs::GracePeriod => "service.grace_period",
        OfEcs::Rebalancing => "service.rebalancing",
        OfEcs::EphemeralStorage => "service.ephemeral_storage",
    }
}

impl EksError {
    pub(super) const fn field(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "service.memory",
            Self::Autoscaler(_) | Self::NoMetric | Self::NoRequest | Self::RequestsOfQueue => {
                "eks.autoscaler"
            }
            Self::Incident => "incident",
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge(error) => error.hint(),
            Self::Autoscaler(error) => error.hint(),
            Self::NoMetric => "Give cpu, requests_per_second or both.",
            Self::NoRequest => {
                "Give the service and all containers a cpu, or take requests_per_second."
            }
            Self::RequestsOfQueue => "Take cpu.",
            Self::Incident => "Leave it out, or set orchestrator = \"ecs\".",
        }
    }
}

impl fmt::Display for EksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(error) => write!(f, "{error}"),
            Self::Autoscaler(error) => write!(f, "{error}"),
            Self::NoMetric => f.write_str("the autoscaler has no metric"),
            Self::NoRequest => f.write_str(
                "missing request for cpu: each container of the pod has to ask for some",
            ),
            Self::RequestsOfQueue => f.write_str("pods that work off a queue get no requests"),
            Self::Incident => f.write_str(
                "EKS on Fargate has no Spot, and a zone's failure is not modelled of pods",
            ),
        }
    }
}
