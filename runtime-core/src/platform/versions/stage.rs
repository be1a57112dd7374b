//! Provisioned concurrency of a version or an alias: how much there is, and how far it has come.

use crate::platform::growth::Rate;
use crate::timeline::Qualifier;
use crate::units::{EnvironmentId, Moment, Version};
use std::collections::VecDeque;

/// The environments of one request for provisioned concurrency.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Provisioned {
    pub(super) version: Version,
    pub(super) requested: u32,
    pub(super) stage: Stage,
    /// The most recently idle last.
    pub(in crate::platform) idle: VecDeque<EnvironmentId>,
    /// Those of [`Stage::Adding`] that are there: requests find them once all are.
    pub(super) added: Vec<EnvironmentId>,
    /// Requests in its environments.
    pub(in crate::platform) in_flight: u32,
    pub(super) rate: Rate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its environments are made then.
    Waiting { due: Moment },
    /// So many are not there yet.
    Preparing { left: u32, rest: Rest },
    /// Requests find them.
    Ready,
    /// Requests find them, and so many more are made then.
    Growing { due: Moment, by: u32 },
    /// Requests find them, and so many more are not there yet.
    Adding { left: u32, rest: Rest },
    /// An INIT phase failed.
    Failed,
}

/// What of the environments that are not there yet nothing has been made of: it comes in portions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) count: u32,
    /// When the next portion is made, if anything is left.
    pub(super) due: Moment,
}

impl Stage {
    /// How many are not there yet, and what of them is still to be made.
    pub(super) fn coming(&mut self) -> Option<(&mut u32, &mut Rest)> {
        match self {
            Stage::Preparing { left, rest } | Stage::Adding { left, rest } => Some((left, rest)),
            Stage::Waiting { .. } | Stage::Ready | Stage::Growing { .. } | Stage::Failed => None,
        }
    }

    /// Whether environments are to be made at this moment.
    pub(super) fn awaits(&self, due: Moment) -> bool {
        match *self {
            Stage::Waiting { due: awaited } | Stage::Growing { due: awaited, .. } => awaited == due,
            Stage::Preparing { rest, .. } | Stage::Adding { rest, .. } => {
                rest.count > 0 && rest.due == due
            }
            Stage::Ready | Stage::Failed => false,
        }
    }
}

/// AWS's `Status` of provisioned concurrency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisionedStatus {
    /// Not all environments are there.
    InProgress,
    /// Requests find them.
    Ready,
    /// There are none.
    Failed,
}

impl ProvisionedStatus {
    /// AWS's name.
    pub const fn name(self) -> &'static str {
        match self {
            ProvisionedStatus::InProgress => "IN_PROGRESS",
            ProvisionedStatus::Ready => "READY",
            ProvisionedStatus::Failed => "FAILED",
        }
    }
}

/// Provisioned concurrency as AWS shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionedView {
    /// For a version or an alias.
    pub qualifier: Qualifier,
    /// The version that has the environments.
    pub version: Version,
    /// `RequestedProvisionedConcurrentExecutions`.
    pub requested: u32,
    /// `AllocatedProvisionedConcurrentExecutions`.
    pub allocated: u32,
    /// `AvailableProvisionedConcurrentExecutions`.
    pub available: u32,
    /// `Status`.
    pub status: ProvisionedStatus,
    /// `ProvisionedConcurrentExecutions`: requests in its environments.
    pub in_use: u32,
}

impl Provisioned {
    pub(super) fn new(version: Version, requested: u32, stage: Stage) -> Self {
        Provisioned {
            version,
            requested,
            stage,
            idle: VecDeque::new(),
            added: Vec::new(),
            in_flight: 0,
            rate: Rate::default(),
        }
    }

    /// What it takes of the function's or the account's concurrency.
    pub(in crate::platform) fn claimed(&self) -> u32 {
        match self.stage {
            Stage::Failed => 0,
            Stage::Waiting { .. }
            | Stage::Preparing { .. }
            | Stage::Ready
            | Stage::Growing { .. }
            | Stage::Adding { .. } => self.requested,
        }
    }

    /// How many environments requests can find, those at work included.
    pub(super) fn available(&self) -> u32 {
        match self.stage {
            Stage::Waiting { .. } | Stage::Preparing { .. } | Stage::Failed => 0,
            Stage::Ready => self.requested,
            Stage::Growing { by: more, .. } | Stage::Adding { left: more, .. } => {
                let added = u32::try_from(self.added.len()).unwrap_or(u32::MAX);
                self.requested.saturating_sub(more.saturating_add(added))
            }
        }
    }

    pub(super) fn view(&self, qualifier: Qualifier) -> ProvisionedView {
        let (allocated, status) = match self.stage {
            Stage::Waiting { .. } => (0, ProvisionedStatus::InProgress),
            Stage::Growing { by: left, .. }
            | Stage::Preparing { left, .. }
            | Stage::Adding { left, .. } => (
                self.requested.saturating_sub(left),
                ProvisionedStatus::InProgress,
            ),
            Stage::Ready => (self.requested, ProvisionedStatus::Ready),
            Stage::Failed => (0, ProvisionedStatus::Failed),
        };
        ProvisionedView {
            qualifier,
            version: self.version,
            requested: self.requested,
            allocated,
            available: self.available(),
            status,
            in_use: self.in_flight,
        }
    }
}

impl Provisioned {
    /// Its environments are made from now on.
    pub(super) fn begin(&mut self, due: Moment) {
        let rest = |count| Rest { count, due };
        match self.stage {
            Stage::Waiting { .. } => {
                let left = self.requested;
                self.stage = Stage::Preparing {
                    left,
                    rest: rest(left),
                };
            }
            Stage::Growing { by, .. } => {
                self.stage = Stage::Adding {
                    left: by,
                    rest: rest(by),
                };
            }
            Stage::Preparing { .. } | Stage::Ready | Stage::Adding { .. } | Stage::Failed => {}
        }
    }

    /// Another takes the place of an environment that was there: it is on its way again.
    pub(super) fn lose(&mut self, environment: EnvironmentId) {
        self.added.retain(|added| *added != environment);
        if let Some((left, _)) = self.stage.coming() {
            *left = left.saturating_add(1);
        }
    }

    /// Whether none is to come any more: then requests find all of them.
    pub(super) fn is_complete(&mut self) -> bool {
        let complete = matches!(
            self.stage,
            Stage::Preparing { left: 0, .. } | Stage::Adding { left: 0, .. }
        );
        if complete {
            self.stage = Stage::Ready;
            self.idle.extend(self.added.drain(..));
        }
        complete
    }
}
