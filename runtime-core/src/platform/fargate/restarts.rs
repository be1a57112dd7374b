//! What becomes of a pod whose image cannot be pulled, or whose container ends: it stays on its node and tries again,
//! after longer and longer waits (kubernetes.io, "Pod Lifecycle", "How Pods handle problems with containers":
//! `restartPolicy: Always`, the only one of Deployments; "Images", ImagePullBackOff).

use super::Fargate;
use super::input::{Effect, Out, Timer};
use super::state::{Standing, State};
use crate::timeline::{FargateFact, KubernetesEvent, ServiceEvent, TaskStatus};
use crate::units::{Moment, Span, TaskId};

/// The first wait that is not none; each next one is twice as long ("10s, 20s, 40s, ...").
pub const FIRST_RESTART_DELAY: Span = Span::from_secs(10);
/// "that is capped at 300 seconds (5 minutes)".
pub const LONGEST_RESTART_DELAY: Span = Span::from_secs(300);
/// "Once a container has executed for 10 minutes without any problems, the kubelet resets the restart backoff timer".
pub const BACKOFF_RESET: Span = Span::from_secs(600);

/// How often a pod has tried in vain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Restarts {
    /// Since it last ran for [`BACKOFF_RESET`].
    in_a_row: u32,
    /// Whether it has been told that it waits.
    told: bool,
}

/// How long is waited for the next try, after so many in vain. The first restart of a container is "an immediate
/// restart"; an image is pulled again after a wait.
fn delay(in_a_row: u32, pulled: bool) -> Span {
    match in_a_row.saturating_sub(u32::from(pulled)).checked_sub(1) {
        None => Span::ZERO,
        Some(doubled) => FIRST_RESTART_DELAY
            .doubled(doubled)
            .min(LONGEST_RESTART_DELAY),
    }
}

impl Fargate {
    /// Whether a task is a pod.
    pub(super) fn is_pod(&self, id: TaskId) -> bool {
        let service = self
            .service_of(id)
            .and_then(|(id, _)| self.services.get(&id));
        service.is_some_and(|it| it.configuration.orchestrator.is_eks())
    }

    /// A container of a pod has ended: the pod is not ready, its target goes, and its containers start again. The
    /// AWS Load Balancer Controller deregisters pods that are not ready.
    pub(super) fn restart(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let Some(containers) = task.state.containers() else {
            return;
        };
        let (registered, since) = (containers.registered, containers.since);
        if matches!(task.state, State::Running(_)) && at.since(since) >= BACKOFF_RESET {
            task.restarts = Restarts::default();
        }
        if registered {
            out.fact(FargateFact::TargetDraining { task: id });
            out.fact(FargateFact::TargetDeregistered { task: id });
        }
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Pending,
        });
        self.back_off(at, id, true, out);
        self.stand(id, Standing::Starting);
    }

    /// A pod has tried in vain to pull its images, or to keep its containers running: it tries again.
    pub(super) fn back_off(&mut self, at: Moment, id: TaskId, pulled: bool, out: &mut Out) {
        let of = self.service_of(id);
        let (Some(task), Some((service, replica_set))) = (self.tasks.get_mut(&id), of) else {
            return;
        };
        let restarts = &mut task.restarts;
        restarts.in_a_row = restarts.in_a_row.saturating_add(1);
        let delay = delay(restarts.in_a_row, pulled);
        let until = at + delay;
        task.state = State::BackOff { until, pulled };
        if delay > Span::ZERO && !std::mem::replace(&mut restarts.told, true) {
            let pod = id;
            let event = match pulled {
                true => KubernetesEvent::RestartBackOff { replica_set, pod },
                false => KubernetesEvent::PullBackOff { replica_set, pod },
            };
            let event = ServiceEvent::Kubernetes(event);
            out.fact(FargateFact::ServiceEvent { service, event });
        }
        let planned = until;
        out.timer(until, Timer::Retry { task: id, planned });
    }

    /// It has waited for long enough.
    pub(super) fn retry(&mut self, id: TaskId, planned: Moment, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        match task.state {
            State::BackOff { until, pulled } if until == planned => {
                (task.state, _) = match pulled {
                    true => (
                        State::Starting,
                        out.effect(Effect::StartContainers { task: id }),
                    ),
                    false => (State::Pulling, out.effect(Effect::PullImages { task: id })),
                };
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes() {
        // kubernetes.io, "Pod Lifecycle": 10 s, 20 s, 40 s, ..., 300 s; the first restart is at once.
        let waits = |pulled| (1..=8).map(move |it| delay(it, pulled).as_nanos() / 1_000_000_000);
        assert!(waits(false).eq([10, 20, 40, 80, 160, 300, 300, 300]));
        assert!(waits(true).eq([0, 10, 20, 40, 80, 160, 300, 300]));
    }
}
