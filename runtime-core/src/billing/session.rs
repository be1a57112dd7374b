//! A projection that folds usage by function. It keeps no money: prices are applied when asked for,
//! so another price book needs no new fold.

use super::{
    Bill, BilledInvocation, BilledSettings, FreeTier, GbSeconds, Gigabytes, PriceBook, Usage, bill,
};
use crate::timeline::{Entry, InitOutcome, LifecycleEvent, Outcome, Projection, Start};
use crate::units::{EnvironmentId, FunctionId, Moment, RequestId, Span, Version};
use std::collections::{BTreeMap, BTreeSet};

/// What a session has used so far. Its size grows with functions and living environments, not with
/// invocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionUsage {
    revisions: BTreeMap<Revision, Used>,
    environments: BTreeMap<EnvironmentId, Revision>,
    running: BTreeMap<RequestId, (EnvironmentId, Start)>,
    /// Environments that are made for a snapshot, or provisioned: their INIT is billed by itself.
    capturing: BTreeSet<EnvironmentId>,
    /// Snapshots that are kept, since when, and of which revision.
    kept: BTreeMap<(FunctionId, Version), (Moment, u32)>,
    /// The last entry's.
    now: Moment,
}

/// For how long a snapshot is billed at least (AWS Lambda pricing page).
pub const LEAST_SNAPSHOT_CACHE: Span = Span::from_secs(3 * 60 * 60);

/// A function at one revision: environments are billed by the settings that they were created with.
type Revision = (FunctionId, u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Used {
    settings: BilledSettings,
    requests: u64,
    /// A whole number of milliseconds: each invocation is rounded by itself.
    billed: Span,
    /// Environments that began from a snapshot.
    restores: u64,
    /// For how long a snapshot was kept that is no more.
    cached: Span,
}

impl Projection for SessionUsage {
    fn apply(&mut self, entry: &Entry) {
        self.now = entry.at;
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function,
                revision,
                configuration,
            } => {
                self.revisions
                    .entry((*function, *revision))
                    .or_insert(Used {
                        settings: configuration.as_ref().into(),
                        requests: 0,
                        billed: Span::ZERO,
                        restores: 0,
                        cached: Span::ZERO,
                    });
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                revision,
                request,
                ..
            } => {
                self.environments
                    .insert(*environment, (*function, *revision));
                if request.is_none() {
                    self.capturing.insert(*environment);
                }
            }
            // SnapStart bills initialisation code like a handler's ("Monitoring for Lambda
            // SnapStart"), though it is no request, and so does provisioned concurrency
            // ("Configuring provisioned concurrency for a function").
            LifecycleEvent::InitFinished {
                environment,
                outcome: InitOutcome::Succeeded,
                duration,
            } => {
                if self.capturing.contains(environment)
                    && let Some(used) = self.used(*environment)
                {
                    used.billed += Span::from_millis(duration.billed_millis());
                }
            }
            LifecycleEvent::SnapshotTaken {
                function,
                revision,
                version,
                ..
            } => {
                // One that is taken again, for the next tab, is the same that is kept.
                let kept = self.kept.entry((*function, *version));
                kept.or_insert((entry.at, *revision));
            }
            LifecycleEvent::SnapshotDeleted { function, version }
            | LifecycleEvent::SnapshotRefused {
                function, version, ..
            } => {
                if let Some((since, revision)) = self.kept.remove(&(*function, *version))
                    && let Some(used) = self.revisions.get_mut(&(*function, revision))
                {
                    used.cached += entry.at.since(since).max(LEAST_SNAPSHOT_CACHE);
                }
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.environments.remove(environment);
                self.capturing.remove(environment);
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                start,
            } => {
                self.running.insert(*request, (*environment, *start));
            }
            LifecycleEvent::InvocationFinished {
                request,
                outcome,
                duration,
                ..
            } => self.finish(*request, *outcome, *duration),
            LifecycleEvent::SessionOpened { .. }
            | LifecycleEvent::AccountConfigured { .. }
            | LifecycleEvent::FunctionDeleted { .. }
            | LifecycleEvent::RequestArrived { .. }
            | LifecycleEvent::RequestRejected { .. }
            | LifecycleEvent::InitStarted { .. }
            | LifecycleEvent::InitFinished { .. }
            | LifecycleEvent::RestoreStarted { .. }
            | LifecycleEvent::RestoreFinished { .. }
            | LifecycleEvent::LogWritten { .. }
            | LifecycleEvent::EnvironmentReset { .. }
            | LifecycleEvent::Async(_)
            | LifecycleEvent::Queue(_)
            | LifecycleEvent::Source(_)
            | LifecycleEvent::Version(_)
            | LifecycleEvent::TimeSkipped { .. }
            | LifecycleEvent::Stream(_)
            | LifecycleEvent::Fargate(_)
            | LifecycleEvent::Scaling(_) => {}
        }
    }
}

impl SessionUsage {
    /// What one function used, over all its revisions.
    pub fn function(&self, function: FunctionId, book: &PriceBook) -> Usage {
        let revisions = self.revisions.range((function, 0)..=(function, u32::MAX));
        let used: Usage = revisions.map(|(_, used)| used.usage(book)).sum();
        let of_it = self.kept.iter().filter(|((it, _), _)| *it == function);
        let kept: Usage = of_it.map(|(key, kept)| self.kept(key.0, *kept)).sum();
        used + kept
    }

    /// What a snapshot that is there now has cost until the last entry.
    fn kept(&self, function: FunctionId, (since, revision): (Moment, u32)) -> Usage {
        let used = self.revisions.get(&(function, revision));
        let span = self.now.since(since).max(LEAST_SNAPSHOT_CACHE);
        Usage {
            snapshot_cache: used
                .map(|used| GbSeconds::of(used.settings.memory, span))
                .unwrap_or_default(),
            ..Usage::default()
        }
    }

    fn used(&mut self, environment: EnvironmentId) -> Option<&mut Used> {
        let revision = self.environments.get(&environment)?;
        self.revisions.get_mut(revision)
    }

    /// What all functions used.
    pub fn total(&self, book: &PriceBook) -> Usage {
        let used: Usage = self.revisions.values().map(|used| used.usage(book)).sum();
        let kept = self.kept.iter().map(|(key, kept)| self.kept(key.0, *kept));
        used + kept.sum()
    }

    /// The session's bill in a month in which `month_to_date` was used before.
    pub fn bill(&self, book: &PriceBook, month_to_date: &Usage, free_tier: FreeTier) -> Bill {
        bill(book, &self.total(book), month_to_date, free_tier)
    }

    /// Each function's share of the bill at list prices, deleted functions included, in the order
    /// of their ids. The free tier belongs to the account and not to a function, so it is left
    /// aside; the shares add up to [`Bill::before_free_tier`] of the session.
    pub fn by_function(
        &self,
        book: &PriceBook,
        month_to_date: &Usage,
    ) -> BTreeMap<FunctionId, Bill> {
        let mut before = *month_to_date;
        let mut shares = BTreeMap::new();
        for &(function, _) in self.revisions.keys() {
            if shares.contains_key(&function) {
                continue;
            }
            let used = self.function(function, book);
            shares.insert(function, bill(book, &used, &before, FreeTier::Off));
            before += used;
        }
        shares
    }

    fn finish(&mut self, request: RequestId, outcome: Outcome, duration: Span) {
        // Facts about ids that were never introduced come from a damaged file: nothing to bill.
        let Some((environment, start)) = self.running.remove(&request) else {
            return;
        };
        if let Some(used) = self.used(environment)
            && let Some(invocation) =
                BilledInvocation::finished(used.settings, start, outcome, duration)
        {
            used.requests = used.requests.saturating_add(1);
            used.billed += invocation.time().billed();
            used.restores += u64::from(invocation.restored);
        }
    }
}

impl Used {
    fn usage(&self, book: &PriceBook) -> Usage {
        let memory = self.settings.memory;
        Usage {
            snapshot_cache: GbSeconds::of(memory, self.cached),
            snapshot_restores: Gigabytes::of(memory, self.restores),
            ..self.settings.usage(book, self.requests, self.billed)
        }
    }
}
