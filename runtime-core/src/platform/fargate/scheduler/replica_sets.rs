//! Deployments of Kubernetes and their ReplicaSets, which keep the count of a service's pods where EKS does (kubernetes.io,
//! "Deployments", "Rolling Update Deployment", "Proportional scaling"; the steps are those of kubernetes/kubernetes,
//! pkg/controller/deployment/rolling.go and pkg/controller/replicaset). A revision is a ReplicaSet here.

use super::super::Fargate;
use super::super::input::Out;
use super::super::roster::Roster;
use super::super::service::{Deployment, Rollout, Service};
use super::super::state::Standing;
use super::say;
use crate::timeline::{
    FargateFact, KubernetesEvent, ReplicaReason, ServiceEvent, StoppedReason, max_surge,
    max_unavailable,
};
use crate::units::{Moment, ServiceId, Span};

/// A rollout that has not gone on for so long is told to have failed (`progressDeadlineSeconds`, default).
pub const PROGRESS_DEADLINE: Span = Span::from_secs(600);

/// Which pods are deleted first: "Pending (and unschedulable) pods are scaled down first", then those that are not
/// ready (kubernetes.io, "ReplicaSet", "Scaling a ReplicaSet").
const ORDER: [Standing; 4] = [
    Standing::Starting,
    Standing::Waiting,
    Standing::Unhealthy,
    Standing::Healthy,
];

impl Fargate {
    /// What [`Fargate::reconcile`] is for services of ECS.
    pub(super) fn reconcile_pods(&mut self, at: Moment, id: ServiceId, most: u32, out: &mut Out) {
        if let Some(service) = self.services.get_mut(&id) {
            scale_replica_sets(id, service, out);
        }
        self.delete_pods(at, id, out);
        self.launch(at, id, most, out);
        self.conclude_rollout(at, id, out);
    }

    /// What a ReplicaSet has too many: of the pods that count alike the youngest (Kubernetes compares how long they
    /// have been ready on a logarithmic scale; model choice: exactly).
    fn delete_pods(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        loop {
            let Some(service) = self.services.get(&id) else {
                return;
            };
            let mut sets = service.deployments.iter();
            let Some(set) = sets.find(|it| it.roster.all() > it.replicas) else {
                return;
            };
            let mut victims = ORDER.iter().map(|it| set.roster.youngest(*it));
            let Some(victim) = victims.find_map(|it| it) else {
                return;
            };
            let reason = StoppedReason::PodDeleted(set.id);
            self.stop(at, victim, reason, out);
        }
    }

    /// Whether a rollout is complete, or has not gone on for too long.
    fn conclude_rollout(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        self.drop_old(at, id, out);
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let desired = service.desired;
        let (all, available) = (pods(service), available(service));
        let alone = service.deployments.len() == 1;
        let Some(primary) = service.deployments.last_mut() else {
            return;
        };
        if primary.rollout != Rollout::InProgress {
            return;
        }
        let updated = primary.roster.all();
        let set = primary.id;
        if alone && updated == desired && available == desired {
            primary.rollout = Rollout::Completed;
            let (revision, deployment) = (primary.revision.clone(), set);
            service.completed = Some((deployment, revision));
            out.fact(FargateFact::DeploymentCompleted {
                service: id,
                deployment,
            });
            tell(id, KubernetesEvent::ReplicaSetAvailable(set), out);
            return;
        }
        let progress = &mut primary.progress;
        progress.look(at, updated, all - updated, available);
        let deadline = progress.since + PROGRESS_DEADLINE;
        if at < deadline {
            self.wake_at(id, Some(deadline), out);
        } else if !std::mem::replace(&mut progress.told, true) {
            tell(id, KubernetesEvent::DeadlineExceeded(set), out);
        }
    }
}

/// How far a rollout has come.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Progress {
    /// Pods of the new revision, pods of older ones, and those that are available, when it last went on.
    seen: Option<(u32, u32, u32)>,
    since: Moment,
    told: bool,
}

impl Progress {
    /// It goes on with more new pods, fewer old ones, or more that are available than before (`DeploymentProgressing` of
    /// pkg/controller/deployment/util).
    fn look(&mut self, now: Moment, updated: u32, old: u32, available: u32) {
        let goes_on = self
            .seen
            .is_none_or(|before| updated > before.0 || old < before.1 || available > before.2);
        self.seen = Some((updated, old, available));
        if goes_on {
            (self.since, self.told) = (now, false);
        }
    }
}

fn pods(service: &Service) -> u32 {
    service.deployments.iter().map(|it| it.roster.all()).sum()
}

fn ready(roster: &Roster) -> u32 {
    roster.count(Standing::Healthy)
}

fn available(service: &Service) -> u32 {
    let rosters = service.deployments.iter().map(|it| &it.roster);
    rosters.map(ready).sum()
}

fn tell(id: ServiceId, event: KubernetesEvent, out: &mut Out) {
    say(id, ServiceEvent::Kubernetes(event), out);
}

/// Sets how many pods each ReplicaSet is to have.
fn scale_replica_sets(id: ServiceId, service: &mut Service, out: &mut Out) {
    let desired = service.desired;
    let why = ReplicaReason {
        desired,
        available: available(service),
        updating: service.deployments.len() > 1,
    };
    let before = service.scaled_for.replace(desired);
    let mut scale = |it: &mut Deployment, to: u32| {
        let from = std::mem::replace(&mut it.replicas, to);
        if from != to {
            let event = KubernetesEvent::ScalingReplicaSet {
                replica_set: it.id,
                from,
                to,
                why,
            };
            tell(id, event, out);
        }
    };
    if let Some(before) = before.filter(|it| *it != desired) {
        for (place, to) in shares(&service.deployments, before, desired) {
            if let Some(it) = service.deployments.get_mut(place) {
                scale(it, to);
            }
        }
    }
    let least = desired - max_unavailable(desired);
    let total: u32 = service.deployments.iter().map(|it| it.replicas).sum();
    let Some((new, old)) = service.deployments.split_last_mut() else {
        return;
    };
    if new.replicas > desired {
        scale(new, desired);
    } else {
        // NewRSNewReplicas: never more pods than the surge allows.
        let room = (desired + max_surge(desired)).saturating_sub(total);
        let to = new.replicas + room.min(desired - new.replicas);
        scale(new, to);
    }
    // reconcileOldReplicaSets: pods of the new revision that are not available yet do not make any old one superfluous.
    let total = new.replicas + old.iter().map(|it| it.replicas).sum::<u32>();
    let unavailable = new.replicas.saturating_sub(ready(&new.roster));
    let mut most = total.saturating_sub(least + unavailable);
    for it in old.iter_mut() {
        // cleanupUnhealthyReplicas.
        let unhealthy = it.replicas.saturating_sub(ready(&it.roster)).min(most);
        most -= unhealthy;
        let to = it.replicas - unhealthy;
        scale(it, to);
    }
    let mut spare = why.available.saturating_sub(least).min(most);
    for it in old.iter_mut() {
        let fewer = it.replicas.min(spare);
        spare -= fewer;
        let to = it.replicas - fewer;
        scale(it, to);
    }
}

/// What ReplicaSets get where another number of pods is wanted: all of it where only one has any; during a rollout each
/// its share of what the surge allows, and the largest what is left ("Proportional scaling"; `scale` and
/// `GetReplicaSetProportion` of pkg/controller/deployment). Places, and replicas.
fn shares(sets: &[Deployment], before: u32, desired: u32) -> Vec<(usize, u32)> {
    let mut active: Vec<(usize, u32)> = sets.iter().map(|it| it.replicas).enumerate().collect();
    active.retain(|(_, replicas)| *replicas > 0);
    if let [(place, _)] = active[..] {
        return vec![(place, desired)];
    }
    let limit = |desired: u32| i64::from(desired + max_surge(desired));
    let (most, most_before) = (limit(desired), limit(before).max(1));
    let total: i64 = active.iter().map(|(_, it)| i64::from(*it)).sum();
    let add = most - total;
    // The largest first; of those that are as large the newest where there are to be more, the oldest otherwise.
    active.sort_by_key(|(place, replicas)| {
        let age = *place as i64;
        (
            std::cmp::Reverse(*replicas),
            if add > 0 { -age } else { age },
        )
    });
    let mut left = add;
    let mut shares: Vec<(usize, i64)> = Vec::new();
    for (place, replicas) in active {
        let replicas = i64::from(replicas);
        // Rounded to the nearest.
        let share = (2 * replicas * most + most_before) / (2 * most_before) - replicas;
        let share = if add > 0 {
            share.min(left)
        } else {
            share.max(left)
        };
        left -= share;
        shares.push((place, replicas + share));
    }
    if let Some((_, largest)) = shares.first_mut() {
        *largest += left;
    }
    let whole = |it: i64| u32::try_from(it.max(0)).unwrap_or(u32::MAX);
    shares
        .into_iter()
        .map(|(place, it)| (place, whole(it)))
        .collect()
}
