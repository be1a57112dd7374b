//! Pods of EKS on Fargate: which Fargate profile takes them, and what is said of their Deployment (Amazon EKS user
//! guide of 2024-12-18, "Define which Pods use Fargate when launched"; kubernetes.io, "Deployments").

use super::Unplaced;
use crate::units::{DeploymentId, TaskId};
use serde::{Deserialize, Serialize};

/// A label of a pod: its key and its value.
pub type Label = (String, String);

/// Who keeps the count of a service's tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Orchestrator {
    /// The service scheduler of ECS.
    #[default]
    Ecs,
    /// A Deployment of Kubernetes and its ReplicaSets: tasks are pods.
    Eks(Box<EksPods>),
}

impl Orchestrator {
    /// Whether tasks are pods.
    pub const fn is_eks(&self) -> bool {
        matches!(self, Orchestrator::Eks(_))
    }
}

/// What decides whether pods run on Fargate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EksPods {
    /// Theirs.
    pub namespace: String,
    /// Theirs.
    pub labels: Vec<Label>,
    /// The selectors of the cluster's Fargate profile: 1 to 5.
    pub profile: Vec<ProfileSelector>,
}

/// A selector of a Fargate profile. In namespace, keys and values `*` stands for any text and `?` for one character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileSelector {
    /// The pod's has to be this one.
    pub namespace: String,
    /// The pod has to have all of them.
    pub labels: Vec<Label>,
}

/// What is said of a Deployment, its ReplicaSets and pods, in the words of kubernetes/kubernetes and of EKS's
/// scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum KubernetesEvent {
    /// `ScalingReplicaSet` (pkg/controller/deployment/sync.go).
    ScalingReplicaSet {
        /// Whose pods are to be more or fewer.
        replica_set: DeploymentId,
        /// `spec.replicas` before.
        from: u32,
        /// `spec.replicas` from now on.
        to: u32,
        /// Why.
        why: ReplicaReason,
    },
    /// `FailedScheduling`: a pod stays Pending.
    FailedScheduling(Unplaced),
    /// `NewReplicaSetAvailable`: a rollout is complete.
    ReplicaSetAvailable(DeploymentId),
    /// `ProgressDeadlineExceeded`: a rollout has not gone on for `progressDeadlineSeconds`. Nothing is rolled back.
    DeadlineExceeded(DeploymentId),
    /// `BackOff`: an image could not be pulled.
    PullBackOff {
        /// Whose.
        replica_set: DeploymentId,
        /// Which pod's.
        pod: TaskId,
    },
    /// `BackOff`: a container ended again.
    RestartBackOff {
        /// Whose.
        replica_set: DeploymentId,
        /// Which pod's.
        pod: TaskId,
    },
}

/// What a Deployment counts when it sets the replicas of a ReplicaSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaReason {
    /// `spec.replicas` of the Deployment.
    pub desired: u32,
    /// Its pods that are available.
    pub available: u32,
    /// Whether pods of another revision are left.
    pub updating: bool,
}

/// `maxSurge` of a rolling update: "Absolute number is calculated from percentage by rounding up. Defaults to 25%"
/// (Kubernetes API reference, RollingUpdateDeployment).
pub const fn max_surge(desired: u32) -> u32 {
    desired.div_ceil(4)
}

/// `maxUnavailable` of a rolling update: "Absolute number is calculated from percentage by rounding down [...].
/// Defaults to 25%" (the same page).
pub const fn max_unavailable(desired: u32) -> u32 {
    desired / 4
}

impl KubernetesEvent {
    /// `reason` of the event, or of the Deployment's condition.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::ScalingReplicaSet { .. } => "ScalingReplicaSet",
            Self::FailedScheduling(_) => "FailedScheduling",
            Self::ReplicaSetAvailable(_) => "NewReplicaSetAvailable",
            Self::DeadlineExceeded(_) => "ProgressDeadlineExceeded",
            Self::PullBackOff { .. } | Self::RestartBackOff { .. } => "BackOff",
        }
    }

    /// Object, reason and message, as `kubectl get events` has them. A ReplicaSet's hash is its revision's number here.
    pub fn message(&self, deployment: &str) -> String {
        let set = |id: DeploymentId| format!("{deployment}-{}", id.0);
        let pod_of = |id: DeploymentId, pod: TaskId| format!("{deployment}-{}-{}", id.0, pod.0);
        let of_deployment = format!("deployment/{deployment}");
        let (object, message) = match *self {
            Self::ScalingReplicaSet {
                replica_set,
                from,
                to,
                ..
            } => {
                let (way, set) = (if to > from { "up" } else { "down" }, set(replica_set));
                let message = format!("Scaled {way} replica set {set} from {from} to {to}");
                (of_deployment, message)
            }
            Self::FailedScheduling(reason) => {
                (format!("pod/{deployment}"), reason.of_pod().to_owned())
            }
            Self::ReplicaSetAvailable(replica_set) => {
                let set = set(replica_set);
                let message = format!("ReplicaSet \"{set}\" has successfully progressed.");
                (of_deployment, message)
            }
            Self::DeadlineExceeded(replica_set) => {
                let set = set(replica_set);
                let message = format!("ReplicaSet \"{set}\" has timed out progressing.");
                (of_deployment, message)
            }
            Self::PullBackOff { replica_set, pod } => (
                format!("pod/{}", pod_of(replica_set, pod)),
                format!("Back-off pulling image \"{deployment}\""),
            ),
            Self::RestartBackOff { replica_set, pod } => {
                let pod = pod_of(replica_set, pod);
                let message =
                    format!("Back-off restarting failed container {deployment} in pod {pod}");
                (format!("pod/{pod}"), message)
            }
        };
        format!("{object} {}: {message}", self.reason())
    }

    /// The way to it, or what to do about it, a sentence a step.
    pub fn explain(&self) -> Vec<String> {
        match *self {
            Self::ScalingReplicaSet { why, .. } => why.explain(),
            Self::FailedScheduling(reason) => vec![reason.hint_of_pod().to_owned()],
            Self::ReplicaSetAvailable(_) => Vec::new(),
            Self::DeadlineExceeded(_) => vec![
                "No pod more has become available for ten minutes. Kubernetes goes on trying and rolls \
                 nothing back: kubectl rollout undo does."
                    .to_owned(),
            ],
            Self::PullBackOff { .. } => vec![
                "The pod stays and pulls again: after 10 seconds, then 20, 40, and five minutes at most."
                    .to_owned(),
            ],
            Self::RestartBackOff { .. } => vec![
                "The pod stays on its node, which is paid for, and its container is started again: at \
                 once, then after 10 seconds, 20, 40, and five minutes at most."
                    .to_owned(),
            ],
        }
    }
}

impl ReplicaReason {
    fn explain(self) -> Vec<String> {
        let ReplicaReason {
            desired, available, ..
        } = self;
        let mut steps = vec![format!("The Deployment is to have {desired} replicas.")];
        if self.updating {
            let (surge, unavailable) = (max_surge(desired), max_unavailable(desired));
            steps.push(format!(
                "maxSurge: 25 % of {desired}, rounded up, is {surge}: {} pods at most.",
                desired + surge
            ));
            steps.push(format!(
                "maxUnavailable: 25 % of {desired}, rounded down, is {unavailable}: {} have to be \
                 available, and {available} are.",
                desired - unavailable
            ));
        }
        steps
    }
}

impl Unplaced {
    /// The message of `FailedScheduling`. Sources: the scheduler of Kubernetes without any node
    /// (kubernetes/kubernetes, `ErrNoNodesAvailable`); github.com/terraform-aws-modules/terraform-aws-eks, issue 1758
    /// (the quota); github.com/aws/containers-roadmap, issue 1890 (no node in time).
    const fn of_pod(self) -> &'static str {
        match self {
            Self::NoProfile => "no nodes available to schedule pods",
            Self::VcpuLimit | Self::AboveLimit => {
                "Your AWS account has reached the limit on the number of Fargate pods it can run \
                 concurrently"
            }
            Self::NoCapacity(_) | Self::InternalError | Self::NoFreeAddress => {
                "Pod provisioning timed out (will retry)"
            }
        }
    }

    const fn hint_of_pod(self) -> &'static str {
        match self {
            Self::NoProfile => {
                "No selector of the Fargate profile matches the pod's namespace and all of the selector's \
                 labels, and there are no other nodes: the pod stays Pending. A profile cannot be changed, \
                 and pods are looked at when they are created."
            }
            Self::VcpuLimit | Self::AboveLimit => {
                "The quota of Fargate On-Demand vCPUs counts tasks of ECS and pods of EKS: have it raised."
            }
            Self::NoFreeAddress => {
                "Each pod takes an address of a private subnet: use larger subnets, or more of them."
            }
            Self::NoCapacity(_) | Self::InternalError => {
                "No subnet of the profile lies in an Availability Zone that can be used."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_as_kubernetes_rounds_them() {
        // kubernetes.io, "Deployments", "Max Surge" and "Max Unavailable", at the default of 25 % (computed).
        for (desired, surge, unavailable) in [
            (0, 0, 0),
            (1, 1, 0),
            (3, 1, 0),
            (4, 1, 1),
            (5, 2, 1),
            (10, 3, 2),
            (100, 25, 25),
        ] {
            assert_eq!(
                (max_surge(desired), max_unavailable(desired)),
                (surge, unavailable)
            );
        }
    }

    #[test]
    fn events_are_worded_as_kubernetes_words_them() {
        let event = KubernetesEvent::ScalingReplicaSet {
            replica_set: DeploymentId(2),
            from: 0,
            to: 3,
            why: ReplicaReason {
                desired: 10,
                available: 10,
                updating: true,
            },
        };
        assert_eq!(
            event.message("web"),
            "deployment/web ScalingReplicaSet: Scaled up replica set web-2 from 0 to 3"
        );
        assert_eq!(
            event.explain(),
            [
                "The Deployment is to have 10 replicas.",
                "maxSurge: 25 % of 10, rounded up, is 3: 13 pods at most.",
                "maxUnavailable: 25 % of 10, rounded down, is 2: 8 have to be available, and 10 are.",
            ]
        );
        let event = KubernetesEvent::FailedScheduling(Unplaced::NoProfile);
        assert_eq!(
            event.message("web"),
            "pod/web FailedScheduling: no nodes available to schedule pods"
        );
    }
}
