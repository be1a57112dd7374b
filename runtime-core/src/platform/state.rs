//! Functions, environments and the states that an environment goes through.

use super::growth::{Allowance, Portion, Rate};
use super::owners::Sent;
use super::versions::Provisioned;
use crate::timeline::{FunctionConfiguration, Qualifier, ShutdownReason};
use crate::units::{
    ByteCount, EnvironmentId, FunctionId, Moment, OrderedMap, RequestId, Span, Version,
};
use std::collections::VecDeque;
use std::num::NonZeroU32;

/// The INIT phase's limit for on-demand functions (Lambda developer guide, "Understanding the
/// Lambda execution environment lifecycle").
pub const INIT_LIMIT: Span = Span::from_secs(10);

/// The INIT phase's limit where a snapshot is taken of it: this, or the function's timeout if that
/// is longer (same page).
pub const SNAPSHOT_INIT_LIMIT: Span = Span::from_secs(130);

/// The RESTORE phase's limit (same page).
pub const RESTORE_LIMIT: Span = Span::from_secs(10);

/// Account concurrency by default (Lambda quotas page).
pub const DEFAULT_ACCOUNT_CONCURRENCY: u32 = 1_000;

/// How long an idle environment is kept. Model choice: AWS does not publish it; measurements by
/// others range from 5 to 60 minutes.
pub const DEFAULT_IDLE_EXPIRY: Span = Span::from_secs(10 * 60);

#[derive(Clone, Debug)]
pub(super) struct Function {
    /// `$LATEST`. What belongs to the function as a whole, such as reserved concurrency, is read
    /// from its settings.
    pub(super) latest: Edition,
    /// What was published and not deleted.
    pub(super) published: OrderedMap<NonZeroU32, Edition>,
    /// The highest number that a version has had.
    pub(super) last_version: u32,
    /// Counts changes of `$LATEST`.
    pub(super) revision: u32,
    /// Deleted functions stay until the session ends: their requests may still be running.
    pub(super) deleted: bool,
    /// Requests that hold concurrency, those in provisioned environments left aside.
    pub(super) in_flight: u32,
    /// How many environments it may get now.
    pub(super) allowance: Allowance,
    /// How many synchronous requests its reserved concurrency lets in.
    pub(super) rate: Rate,
    /// How many provisioned environments can be made now.
    pub(super) portion: Portion,
    /// Provisioned concurrency, by what it is for.
    pub(super) provisioned: OrderedMap<Qualifier, Provisioned>,
}

/// Code and settings of one version, and the environments that have them.
#[derive(Clone, Debug)]
pub(super) struct Edition {
    pub(super) configuration: Box<FunctionConfiguration>,
    /// Of which revision of `$LATEST` it is.
    pub(super) revision: u32,
    /// What was said of it when it was published.
    pub(super) description: Box<str>,
    /// Idle environments, the most recently idle last: that one is reused first (model choice: AWS does not
    /// publish the order).
    pub(super) idle: VecDeque<EnvironmentId>,
    pub(super) snapshot: Snapshot,
}

/// Where a function is with its snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Snapshot {
    /// It has none.
    None,
    /// It is being taken in this environment.
    Pending(EnvironmentId),
    /// It is there.
    Taken,
}

impl Function {
    pub(super) fn new(configuration: Box<FunctionConfiguration>) -> Self {
        Function {
            latest: Edition::new(configuration, 1),
            published: OrderedMap::new(),
            last_version: 0,
            revision: 1,
            deleted: false,
            in_flight: 0,
            allowance: Allowance::default(),
            rate: Rate::default(),
            portion: Portion::default(),
            provisioned: OrderedMap::new(),
        }
    }

    /// One of its versions.
    pub(super) fn edition(&self, version: Version) -> Option<&Edition> {
        match version {
            Version::Latest => Some(&self.latest),
            Version::Published(number) => self.published.get(&number),
        }
    }

    /// One of its versions.
    pub(super) fn edition_mut(&mut self, version: Version) -> Option<&mut Edition> {
        match version {
            Version::Latest => Some(&mut self.latest),
            Version::Published(number) => self.published.get_mut(&number),
        }
    }

    /// Where an environment of it lies while it is idle.
    pub(super) fn idle_of(
        &mut self,
        environment: &Environment,
    ) -> Option<&mut VecDeque<EnvironmentId>> {
        match environment.provisioned {
            Some(qualifier) => self.provisioned.get_mut(&qualifier).map(|it| &mut it.idle),
            None => self.edition_mut(environment.version).map(|it| &mut it.idle),
        }
    }

    /// A request no longer holds concurrency: the function's, or what is provisioned for this.
    pub(super) fn release(&mut self, provisioned: Option<Qualifier>) {
        let provisioned = provisioned.and_then(|it| self.provisioned.get_mut(&it));
        let in_flight = provisioned.map_or(&mut self.in_flight, |it| &mut it.in_flight);
        *in_flight = in_flight.saturating_sub(1);
    }

    /// Whether its requests on demand run in the unreserved pool.
    pub(super) fn is_unreserved(&self) -> bool {
        self.deleted || self.settings().reserved_concurrency.is_none()
    }

    /// What the function as a whole is set to.
    pub(super) fn settings(&self) -> &FunctionConfiguration {
        &self.latest.configuration
    }

    /// Provisioned concurrency that is taken from the function's or the account's share.
    pub(super) fn provisioned_total(&self) -> u32 {
        let requested = self.provisioned.values().map(Provisioned::claimed);
        requested.fold(0, u32::saturating_add)
    }
}

impl Edition {
    pub(super) fn new(configuration: Box<FunctionConfiguration>, revision: u32) -> Self {
        Edition {
            configuration,
            revision,
            description: Box::default(),
            idle: VecDeque::new(),
            snapshot: Snapshot::None,
        }
    }

    /// A version that is published.
    pub(super) fn published(
        configuration: Box<FunctionConfiguration>,
        revision: u32,
        description: &str,
    ) -> Self {
        Edition {
            description: description.into(),
            ..Edition::new(configuration, revision)
        }
    }

    /// Whether environments must be replaced for these settings to hold. Reserved concurrency and
    /// asynchronous invocation are no part of an environment.
    pub(super) fn replaced_by(&self, new: &FunctionConfiguration) -> bool {
        let mut old = (*self.configuration).clone();
        old.reserved_concurrency = new.reserved_concurrency;
        old.asynchronous = new.asynchronous;
        old != *new
    }
}

#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) function: FunctionId,
    /// Of which of its revisions.
    pub(super) revision: u32,
    /// Of which of its versions.
    pub(super) version: Version,
    /// Whose provisioned concurrency it belongs to, if any.
    pub(super) provisioned: Option<Qualifier>,
    /// The timeout of the revision that it was made for.
    pub(super) timeout: Span,
    /// Since when its worker is up.
    pub(super) created: Moment,
    /// The most memory that its process is known to have had: a killed one cannot be asked.
    pub(super) memory: ByteCount,
    /// Set when it is to go as soon as it has finished.
    pub(super) draining: Option<ShutdownReason>,
    pub(super) state: State,
}

/// What an environment is doing. Each state owns what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// Its worker is being started.
    Starting { purpose: Purpose },
    /// In the INIT or RESTORE phase.
    Initializing { purpose: Purpose, since: Moment },
    /// A handler runs.
    Invoking { sent: Sent, since: Moment },
    /// Frozen. `needs_init` after a reset: its process is new.
    Idle { since: Moment, needs_init: bool },
}

/// What an environment is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A request; with INIT.
    Serve(Sent),
    /// A request; from a snapshot.
    Restore(Sent),
    /// A snapshot.
    Capture,
    /// Provisioned concurrency.
    Provision(Qualifier),
}

impl Purpose {
    /// The request that waits for it.
    pub(super) fn request(self) -> Option<RequestId> {
        match self {
            Purpose::Serve(sent) | Purpose::Restore(sent) => Some(sent.request),
            Purpose::Capture | Purpose::Provision(_) => None,
        }
    }
}

impl State {
    /// The request that log output belongs to: output of the INIT phase belongs to none.
    pub(super) fn request(&self) -> Option<RequestId> {
        match *self {
            State::Invoking { sent, .. } => Some(sent.request),
            State::Starting { .. } | State::Initializing { .. } | State::Idle { .. } => None,
        }
    }
}
