//! Services and their deployments.

use super::bucket::Bucket;
use super::roster::Roster;
use super::scheduler::Progress;
use crate::timeline::{DeploymentLifecycleStage, ServiceConfiguration, TrafficShare};
use crate::units::{DeploymentId, Moment, Span, TargetGroupId, TaskId};

/// Tasks that the scheduler starts for one service at once (model choice: AWS publishes 500 a minute, and RunTask
/// starts ten in a call).
pub const SERVICE_BURST: u32 = 10;

/// An event is told again after so long, if its cause is still there (Amazon ECS developer guide of 2023-06-15,
/// "Service event messages").
pub const EVENT_SILENCE: Span = Span::from_secs(6 * 60 * 60);

/// The longest gap between tasks that fail to start (Amazon ECS developer guide, "Service throttle logic"; it was
/// 15 minutes in 2023).
pub const LONGEST_BACKOFF: Span = Span::from_secs(27 * 60);

/// The first gap; each next one is twice as long (model choice: AWS does not publish the steps).
pub const FIRST_BACKOFF: Span = Span::from_secs(10);

/// After so many failures in a row a service says that it cannot start tasks (model choice).
pub const IMPAIRED_AFTER: u32 = 3;

/// A stage of a deployment that shifts traffic takes no longer: then the deployment fails, and is rolled back
/// (Amazon ECS developer guide, "Amazon ECS blue/green service deployments workflow", read 2026-11-30).
pub const LONGEST_STAGE: Span = Span::from_secs(24 * 60 * 60);

/// For how long a rolling update looks at its alarms when all its tasks are there. ECS computes it from the alarms,
/// "less than 5 minutes" by default (Amazon ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment
/// failures"; model choice: always five).
pub const ALARM_BAKE: Span = Span::from_secs(5 * 60);

/// A service.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) configuration: Box<ServiceConfiguration>,
    pub(super) desired: u32,
    pub(super) deleted: bool,
    /// The last one is PRIMARY.
    pub(super) deployments: Vec<Deployment>,
    /// What is deployed again if a deployment fails.
    pub(super) completed: Option<(DeploymentId, Box<ServiceConfiguration>)>,
    pub(super) bucket: Bucket,
    pub(super) backoff: Backoff,
    /// The task that is there only to let one of another zone go.
    pub(super) moving: Option<TaskId>,
    /// Whether it has said that it moves tasks.
    pub(super) rebalancing: bool,
    pub(super) steady: bool,
    /// Whether an alarm of its deployments is in ALARM.
    pub(super) in_alarm: bool,
    /// The count for which its ReplicaSets were set last.
    pub(super) scaled_for: Option<u32>,
    pub(super) said: Said,
    /// When it was planned that it goes on.
    pub(super) wake: Option<Moment>,
}

impl Service {
    pub(super) fn new(configuration: Box<ServiceConfiguration>, service_rate: u32) -> Self {
        Service {
            // A new service without DesiredCount has one task (github.com/aws/aws-cdk, pull request 13130, on what
            // CloudFormation does).
            desired: configuration.desired.unwrap_or(1),
            configuration,
            deleted: false,
            deployments: Vec::new(),
            completed: None,
            bucket: Bucket::new(SERVICE_BURST, service_rate),
            backoff: Backoff::default(),
            moving: None,
            rebalancing: false,
            steady: false,
            in_alarm: false,
            scaled_for: None,
            said: Said::default(),
            wake: None,
        }
    }

    pub(super) fn primary(&self) -> Option<&Deployment> {
        self.deployments.last()
    }

    pub(super) fn primary_mut(&mut self) -> Option<&mut Deployment> {
        self.deployments.last_mut()
    }

    /// The deployment that has the production traffic, or will have it back.
    pub(super) fn in_production(&self) -> Option<&Deployment> {
        let primary = self.primary()?;
        let blue = primary.shift.as_ref().and_then(Shift::blue);
        blue.and_then(|blue| self.deployment(blue))
            .or(Some(primary))
    }

    /// How many tasks a deployment is to have, while traffic shifts. Both revisions have what is desired, also
    /// when that changes (model choice: AWS says that both fleets run, and that scaling out goes on).
    pub(super) fn wanted(&self, it: &Deployment) -> u32 {
        let Some((primary, shift)) = self.primary().and_then(|it| Some((it, it.shift.as_ref()?)))
        else {
            return 0;
        };
        if it.id == primary.id {
            match shift.stage < DeploymentLifecycleStage::ScaleUp {
                true => 0,
                false => self.desired + u32::from(self.moving.is_some()),
            }
        } else if shift.blue() == Some(it.id) {
            self.desired
        } else {
            0
        }
    }

    /// Whether its tasks are pods.
    pub(super) fn is_eks(&self) -> bool {
        self.configuration.orchestrator.is_eks()
    }

    /// The deployment that a task more is of: where traffic shifts, the older one first; of ReplicaSets the newest.
    pub(super) fn lacking(&self) -> Option<&Deployment> {
        let primary = self.primary()?;
        if self.is_eks() {
            let mut newest = self.deployments.iter().rev();
            return newest.find(|it| it.lacks() > 0);
        }
        if primary.shift.is_none() {
            return Some(primary);
        }
        let mut all = self.deployments.iter();
        all.find(|it| it.missing(self.wanted(it)) > 0)
    }

    pub(super) fn deployment(&self, id: DeploymentId) -> Option<&Deployment> {
        self.deployments.iter().find(|it| it.id == id)
    }

    pub(super) fn deployment_mut(&mut self, id: DeploymentId) -> Option<&mut Deployment> {
        self.deployments.iter_mut().find(|it| it.id == id)
    }
}

/// A deployment of a service.
#[derive(Clone, Debug)]
pub(super) struct Deployment {
    pub(super) id: DeploymentId,
    pub(super) revision: Box<ServiceConfiguration>,
    /// The one that failed, if this one is a rollback.
    pub(super) after: Option<DeploymentId>,
    pub(super) rollout: Rollout,
    pub(super) roster: Roster,
    /// Failed tasks, as the circuit breaker counts them.
    pub(super) failed: u32,
    /// Whether a task of it has run.
    pub(super) ran: bool,
    /// Where its tasks are registered.
    pub(super) target_group: Option<TargetGroupId>,
    /// How far it has come, if it shifts traffic.
    pub(super) shift: Option<Shift>,
    /// Whether an alarm can end it.
    pub(super) watched: bool,
    /// Until when a rolling update with alarms is looked at.
    pub(super) baked: Option<Moment>,
    /// How many pods it is to have, where it is a ReplicaSet.
    pub(super) replicas: u32,
    /// How far it has come, where it is one.
    pub(super) progress: Progress,
}

impl Deployment {
    /// How many pods a ReplicaSet lacks.
    pub(super) fn lacks(&self) -> u32 {
        self.replicas.saturating_sub(self.roster.all())
    }

    /// How many tasks it lacks that is to have so many; a failed one starts nothing more.
    pub(super) fn missing(&self, wanted: u32) -> u32 {
        match self.rollout {
            Rollout::Failed => 0,
            Rollout::InProgress | Rollout::Completed => wanted.saturating_sub(self.roster.good()),
        }
    }
}

/// How far a deployment has come that shifts traffic.
#[derive(Clone, Debug)]
pub(super) struct Shift {
    pub(super) stage: DeploymentLifecycleStage,
    /// What had the traffic before; none, if there was nothing or it is rolled back to.
    pub(super) from: Option<DeploymentId>,
    /// What it has of the production traffic.
    pub(super) share: TrafficShare,
    /// When the stage, or the step of it, is over.
    pub(super) until: Option<Moment>,
}

impl Shift {
    /// Whether traffic can go back to where it came from.
    pub(super) const fn has_way_back(&self) -> bool {
        self.from.is_some()
    }

    /// Whether nothing is left but to clean up.
    pub(super) fn is_over(&self) -> bool {
        self.stage == DeploymentLifecycleStage::CleanUp
    }

    /// The deployment that is kept beside it.
    pub(super) fn blue(&self) -> Option<DeploymentId> {
        self.from.filter(|_| !self.is_over())
    }
}

/// `rolloutState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rollout {
    InProgress,
    Completed,
    Failed,
}

/// How long a service waits because its tasks fail to start.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    /// How often it has waited, since a task ran.
    rounds: u32,
    /// Tasks that were created before do not count again.
    since: Moment,
    pub(super) until: Moment,
}

impl Backoff {
    /// A task failed before it ran. Whether it is time to say so.
    pub(super) fn fail(&mut self, now: Moment, created: Moment) -> bool {
        if self.rounds == 0 || created >= self.since {
            let wait = FIRST_BACKOFF.doubled(self.rounds).min(LONGEST_BACKOFF);
            self.rounds = self.rounds.saturating_add(1);
            self.since = now;
            self.until = now + wait;
        }
        self.rounds >= IMPAIRED_AFTER
    }
}

/// What a service has said and does not say again while its cause lasts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) stuck: Option<Moment>,
    pub(super) throttled: Option<Moment>,
    pub(super) unplaced: Option<Moment>,
    pub(super) impaired: Option<Moment>,
}

/// Whether it is time to say it.
pub(super) fn is_news(said: &mut Option<Moment>, now: Moment) -> bool {
    let news = said.is_none_or(|before| now.since(before) >= EVENT_SILENCE);
    if news {
        *said = Some(now);
    }
    news
}
