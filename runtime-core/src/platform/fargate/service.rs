//! Services and their deployments.

use super::bucket::Bucket;
use super::roster::Roster;
use crate::timeline::ServiceConfiguration;
use crate::units::{DeploymentId, Moment, Span, TaskId};

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
