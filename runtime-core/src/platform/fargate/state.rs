//! Tasks and the states that they go through.

use super::input::Checked;
use super::probe::Probe;
use super::restarts::Restarts;
use crate::timeline::{CapacityProvider, Health, StoppedReason, TaskGroup, TaskStatus};
use crate::units::{CpuUnits, Moment, SubnetId, TaskDefinitionId, ZoneId};

/// One task, from its creation until it cannot be described any more.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) definition: TaskDefinitionId,
    pub(super) group: TaskGroup,
    pub(super) provider: CapacityProvider,
    pub(super) cpu: CpuUnits,
    pub(super) subnet: SubnetId,
    pub(super) zone: ZoneId,
    /// Whether it holds an address of its subnet.
    pub(super) addressed: bool,
    pub(super) public_ip: bool,
    pub(super) https: bool,
    pub(super) created: Moment,
    /// Until when scale-in leaves it alone.
    pub(super) protected: Option<Moment>,
    pub(super) state: State,
    pub(super) standing: Standing,
    /// Of a pod.
    pub(super) restarts: Restarts,
}

/// Where it stands, with what there is only then.
#[derive(Clone, Debug)]
pub(super) enum State {
    Provisioning,
    /// The agent tries again and again, and will give up for this reason.
    Failing(StoppedReason),
    Pulling,
    Starting,
    /// A pod waits until this moment, to pull its images again or to start its containers again.
    BackOff {
        until: Moment,
        pulled: bool,
    },
    /// It is being registered with its target group.
    Activating(Containers),
    Running(Containers),
    /// Its target is drained.
    Deactivating(Containers),
    Stopping(Containers),
    Deprovisioning,
    Stopped,
}

impl State {
    pub(super) fn status(&self) -> TaskStatus {
        match self {
            State::Provisioning => TaskStatus::Provisioning,
            State::Failing(_) | State::Pulling | State::Starting | State::BackOff { .. } => {
                TaskStatus::Pending
            }
            State::Activating(_) => TaskStatus::Activating,
            State::Running(_) => TaskStatus::Running,
            State::Deactivating(_) => TaskStatus::Deactivating,
            State::Stopping(_) => TaskStatus::Stopping,
            State::Deprovisioning => TaskStatus::Deprovisioning,
            State::Stopped => TaskStatus::Stopped,
        }
    }

    /// Its containers, once they have started and while any are left.
    pub(super) fn containers(&mut self) -> Option<&mut Containers> {
        match self {
            State::Activating(containers)
            | State::Running(containers)
            | State::Deactivating(containers)
            | State::Stopping(containers) => Some(containers),
            State::Provisioning
            | State::Failing(_)
            | State::Pulling
            | State::Starting
            | State::BackOff { .. }
            | State::Deprovisioning
            | State::Stopped => None,
        }
    }
}

/// Containers that have started.
#[derive(Clone, Debug, Default)]
pub(super) struct Containers {
    /// A bit for each that runs: a task definition has ten at most.
    pub(super) running: u16,
    /// When the task became RUNNING.
    pub(super) since: Moment,
    /// Its checks; of containers that are essential only.
    pub(super) probes: Vec<(Checked, Probe)>,
    /// Without checks: whether it has run for long enough to count as healthy.
    pub(super) settled: bool,
    /// Whether its address is registered.
    pub(super) registered: bool,
}

impl Containers {
    pub(super) fn runs(&self, container: u8) -> bool {
        self.running & bit(container) != 0
    }

    /// Takes note of an end; whether it did run.
    pub(super) fn end(&mut self, container: u8) -> bool {
        let ran = self.runs(container);
        self.running &= !bit(container);
        ran
    }

    pub(super) fn probe(&mut self, checked: Checked) -> Option<&mut Probe> {
        let found = self.probes.iter_mut().find(|(it, _)| *it == checked);
        found.map(|(_, probe)| probe)
    }

    /// The worst of its containers' checks, if there are any.
    pub(super) fn container_health(&self) -> Option<Health> {
        let checks = self.probes.iter().filter(|(it, _)| *it != Checked::Target);
        worst(checks.map(|(_, probe)| probe.health))
    }

    /// The target's check, if there is one.
    pub(super) fn target_health(&self) -> Option<Health> {
        let mut checks = self.probes.iter().filter(|(it, _)| *it == Checked::Target);
        checks.next().map(|(_, probe)| probe.health)
    }
}

/// Unhealthy before unknown before healthy.
fn worst(all: impl Iterator<Item = Health>) -> Option<Health> {
    all.max_by_key(|health| match health {
        Health::Healthy => 0,
        Health::Unknown => 1,
        Health::Unhealthy => 2,
    })
}

/// A container's bit; none for what no task has.
pub(super) fn bit(container: u8) -> u16 {
    1_u16.checked_shl(u32::from(container)).unwrap_or(0)
}

/// How the scheduler counts a task of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It is on its way to RUNNING.
    Starting,
    /// It runs, and nobody knows yet whether it is healthy.
    Waiting,
    Healthy,
    Unhealthy,
    /// It is to stop, and its containers have not ended.
    Leaving,
    /// It counts for nothing any more; and tasks of no service.
    Gone,
}
