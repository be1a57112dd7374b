//! What is written down of pods, in the words of Kubernetes.

use super::plan::ServicePlan;
use super::record::{Entry, Speaker};
use crate::platform::fargate::capacity_provisioned;
use crate::timeline::{PodAutoscalerConfiguration, PodDecision, StoppedReason};
use crate::units::Span;

/// What a pod gets and why, at the start.
pub(super) fn capacity(plan: &ServicePlan) -> Option<Entry> {
    let eks = plan.eks.as_ref()?;
    let provisioned = capacity_provisioned(plan.definition.size);
    Some(Entry {
        at: Span::ZERO,
        by: Speaker::Service,
        text: format!("pod/{} CapacityProvisioned: {provisioned}", plan.name),
        because: eks.requests.explain(),
    })
}

/// `stopCode`, and of a pod the reason of the event.
pub(super) fn code_of(reason: StoppedReason) -> String {
    match reason {
        StoppedReason::PodDeleted(_) => "SuccessfulDelete".to_owned(),
        _ => reason.code().to_string(),
    }
}

/// What the autoscaler has done, or why it has not.
pub(super) fn decided(it: &PodDecision, configuration: &PodAutoscalerConfiguration) -> String {
    let name = &configuration.deployment;
    match it.from == it.to {
        true => format!("horizontalpodautoscaler/{name} {}", it.condition()),
        false => {
            let event = it.event(configuration);
            format!("horizontalpodautoscaler/{name} SuccessfulRescale: {event}")
        }
    }
}
