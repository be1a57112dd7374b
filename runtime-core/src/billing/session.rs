//! A projection that folds usage by function. It keeps no money: prices are applied when asked for,
//! so another price book needs no new fold.

use super::charge::{Charge, Charged};
use super::{
    Bill, BilledInvocation, BilledSettings, FreeTier, GbSeconds, Gigabytes, PerArchitecture,
    PriceBook, ProvisionedMeter, Usage, bill,
};
use crate::timeline::{
    Entry, InitOutcome, LifecycleEvent, Outcome, Projection, Qualifier, Start, Trigger, VersionFact,
};
use crate::units::{
    AliasId, ByteCount, EnvironmentId, FunctionId, Moment, RequestId, Span, Version,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a session has used so far. Its size grows with functions and living environments, not with
/// invocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionUsage {
    revisions: BTreeMap<Revision, Used>,
    environments: BTreeMap<EnvironmentId, Made>,
    running: BTreeMap<RequestId, Running>,
    /// What events of asynchronous invocation count for beyond one request, until they are invoked first.
    large: BTreeMap<RequestId, u64>,
    /// The events of their attempts that have not begun.
    attempts: BTreeMap<RequestId, RequestId>,
    /// Environments that are made for a snapshot, or provisioned: their INIT is billed by itself.
    capturing: BTreeSet<EnvironmentId>,
    /// Snapshots that are kept, since when, and of which revision.
    kept: BTreeMap<(FunctionId, Version), (Moment, u32)>,
    /// The revision of each version.
    versions: BTreeMap<(FunctionId, Version), u32>,
    /// The version of each alias.
    aliases: BTreeMap<AliasId, Version>,
    /// Provisioned concurrency that is enabled.
    enabled: BTreeMap<(FunctionId, Qualifier), ProvisionedMeter>,
    /// What came of each function's that is not.
    disabled: BTreeMap<FunctionId, PerArchitecture>,
    /// The last entry's.
    now: Moment,
}

/// For how long a snapshot is billed at least (AWS Lambda pricing page).
pub const LEAST_SNAPSHOT_CACHE: Span = Span::from_secs(3 * 60 * 60);

/// How many requests an event of asynchronous invocation is: one for its first 256 KB, and one for every
/// 64 KB more or part of them (AWS Lambda pricing page).
pub fn async_requests(bytes: ByteCount) -> u64 {
    const FIRST: u64 = 256 * 1_024;
    const MORE: u64 = 64 * 1_024;
    1 + bytes.get().saturating_sub(FIRST).div_ceil(MORE)
}

/// A function at one revision: environments are billed by the settings that they were created with.
type Revision = (FunctionId, u32);

/// An invocation that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Running {
    environment: EnvironmentId,
    start: Start,
    /// The event that it is the first invocation of, and what that counts for beyond one request.
    large: Option<(RequestId, u64)>,
}

/// What an environment was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Made {
    revision: Revision,
    provisioned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Used {
    settings: BilledSettings,
    requests: u64,
    /// A whole number of milliseconds: each invocation is rounded by itself.
    billed: Span,
    /// The same of invocations on provisioned concurrency.
    provisioned: Span,
    /// Environments that began from a snapshot.
    restores: u64,
    /// For how long a snapshot was kept that is no more.
    cached: Span,
}

impl Projection for SessionUsage {
    fn apply(&mut self, entry: &Entry) {
        let _ = self.charge(entry);
    }
}

impl SessionUsage {
    /// Takes a fact in, and says what it ends that is billed.
    pub(super) fn charge(&mut self, entry: &Entry) -> Option<Charge> {
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
                        provisioned: Span::ZERO,
                        restores: 0,
                        cached: Span::ZERO,
                    });
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                revision,
                request,
                provisioned,
                ..
            } => {
                let made = Made {
                    revision: (*function, *revision),
                    provisioned: *provisioned,
                };
                self.environments.insert(*environment, made);
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
                if self.capturing.contains(environment) {
                    return self.init(*environment, *duration);
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
            LifecycleEvent::RequestArrived {
                request,
                trigger: Trigger::Async { first, attempt },
                bytes,
                ..
            } => {
                let more = async_requests(*bytes) - 1;
                if *attempt == 1 && more > 0 {
                    self.large.insert(*first, more);
                }
                // Attempts before may have been throttled: then it has not been invoked yet.
                if self.large.contains_key(first) {
                    self.attempts.insert(*request, *first);
                }
            }
            LifecycleEvent::RequestRejected { request, .. } => {
                self.attempts.remove(request);
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                start,
            } => {
                let first = self.attempts.remove(request);
                let running = Running {
                    environment: *environment,
                    start: *start,
                    large: first.and_then(|it| Some((it, self.large.remove(&it)?))),
                };
                self.running.insert(*request, running);
            }
            LifecycleEvent::InvocationFinished {
                request,
                outcome,
                duration,
                ..
            } => return self.finish(*request, *outcome, *duration),
            LifecycleEvent::Version(fact) => self.version(entry.at, fact),
            LifecycleEvent::SessionOpened { .. }
            | LifecycleEvent::AccountConfigured { .. }
            | LifecycleEvent::FunctionDeleted { .. }
            | LifecycleEvent::RequestArrived { .. }
            | LifecycleEvent::InitStarted { .. }
            | LifecycleEvent::InitFinished { .. }
            | LifecycleEvent::RestoreStarted { .. }
            | LifecycleEvent::RestoreFinished { .. }
            | LifecycleEvent::LogWritten { .. }
            | LifecycleEvent::EnvironmentReset { .. }
            | LifecycleEvent::Async(_)
            | LifecycleEvent::Queue(_)
            | LifecycleEvent::Source(_)
            | LifecycleEvent::TimeSkipped { .. }
            | LifecycleEvent::Stream(_)
            | LifecycleEvent::Fargate(_)
            | LifecycleEvent::Scaling(_) => {}
        }
        None
    }

    /// What one function used, over all its revisions.
    pub fn function(&self, function: FunctionId, book: &PriceBook) -> Usage {
        let revisions = self.revisions.range((function, 0)..=(function, u32::MAX));
        let used: Usage = revisions.map(|(_, used)| used.usage(book)).sum();
        used + self.enduring(self.now, |it| it == function)
    }

    /// What costs without an invocation, of these functions and until a moment: provisioned concurrency, and snapshots
    /// that are there.
    fn enduring(&self, now: Moment, wanted: impl Fn(FunctionId) -> bool) -> Usage {
        let kept = self.kept.iter().filter(|((it, _), _)| wanted(*it));
        let kept: Usage = kept.map(|(key, kept)| self.kept(now, key.0, *kept)).sum();
        kept + self.provisioned(now, wanted)
    }

    /// Provisioned concurrency of these functions until a moment: what is enabled is as if it were disabled then.
    fn provisioned(&self, now: Moment, wanted: impl Fn(FunctionId) -> bool) -> Usage {
        let disabled = self.disabled.iter().filter(|(it, _)| wanted(**it));
        let enabled = self.enabled.iter().filter(|((it, _), _)| wanted(*it));
        let enabled = enabled.map(|(_, meter)| meter.until(now));
        let all = disabled.map(|(_, used)| *used).chain(enabled);
        Usage {
            provisioned_capacity: all.fold(PerArchitecture::default(), |sum, it| sum + it),
            ..Usage::default()
        }
    }

    fn version(&mut self, at: Moment, fact: &VersionFact) {
        match fact {
            VersionFact::VersionPublished {
                function,
                version,
                revision,
                ..
            } => {
                self.versions.insert((*function, *version), *revision);
            }
            VersionFact::AliasConfigured {
                alias,
                configuration,
            } => {
                self.aliases.insert(*alias, configuration.version);
                let key = (configuration.function, Qualifier::Alias(*alias));
                // It has environments of the other version from now on.
                if let Some(meter) = self.enabled.get(&key) {
                    self.enable(at, key, meter.environments());
                }
            }
            VersionFact::ProvisioningStarted {
                function,
                qualifier,
                environments,
            } => self.enable(at, (*function, *qualifier), *environments),
            VersionFact::ProvisioningFailed {
                function,
                qualifier,
            }
            | VersionFact::ProvisioningDeleted {
                function,
                qualifier,
            } => self.disable(at, (*function, *qualifier)),
            VersionFact::VersionDeleted { .. }
            | VersionFact::AliasDeleted { .. }
            | VersionFact::RequestRouted { .. }
            | VersionFact::ProvisioningFinished { .. }
            | VersionFact::RequestSpilledOver { .. } => {}
        }
    }

    fn enable(&mut self, at: Moment, key: (FunctionId, Qualifier), environments: u32) {
        let version = match key.1 {
            Qualifier::Version(version) => Some(version),
            Qualifier::Alias(alias) => self.aliases.get(&alias).copied(),
        };
        let revision = version.and_then(|it| self.versions.get(&(key.0, it)));
        let used = revision.and_then(|it| self.revisions.get(&(key.0, *it)));
        // Facts about versions that were never introduced come from a damaged file: nothing to bill.
        let Some(settings) = used.map(|it| it.settings) else {
            return;
        };
        let begun = ProvisionedMeter::begin(at, environments, settings);
        let meter = self.enabled.entry(key).or_insert(begun);
        meter.change(at, environments, settings);
    }

    fn disable(&mut self, at: Moment, key: (FunctionId, Qualifier)) {
        if let Some(meter) = self.enabled.remove(&key) {
            let disabled = self.disabled.entry(key.0).or_default();
            *disabled = *disabled + meter.until(at);
        }
    }

    /// What a snapshot that is there has cost until a moment.
    fn kept(&self, now: Moment, function: FunctionId, (since, revision): (Moment, u32)) -> Usage {
        let used = self.revisions.get(&(function, revision));
        let span = now.since(since).max(LEAST_SNAPSHOT_CACHE);
        Usage {
            snapshot_cache: used
                .map(|used| GbSeconds::of(used.settings.memory, span))
                .unwrap_or_default(),
            ..Usage::default()
        }
    }

    /// Of an environment's function, and whether the environment is provisioned.
    fn used(&mut self, environment: EnvironmentId) -> Option<(&mut Used, bool)> {
        let made = self.environments.get(&environment)?;
        let used = self.revisions.get_mut(&made.revision)?;
        Some((used, made.provisioned))
    }

    /// What all functions used until the last fact.
    pub fn total(&self, book: &PriceBook) -> Usage {
        self.total_until(book, self.now)
    }

    /// The same until a moment after it: what endures goes on while nothing happens.
    pub fn total_until(&self, book: &PriceBook, now: Moment) -> Usage {
        let used: Usage = self.revisions.values().map(|used| used.usage(book)).sum();
        used + self.enduring(now.max(self.now), |_| true)
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

    fn init(&mut self, environment: EnvironmentId, duration: Span) -> Option<Charge> {
        let (function, revision) = self.environments.get(&environment)?.revision;
        let (used, provisioned) = self.used(environment)?;
        *used.time_of(provisioned) += Span::from_millis(duration.billed_millis());
        let what = Charged::Init {
            settings: used.settings,
            provisioned,
            duration,
        };
        Some(Charge {
            function,
            revision,
            what,
        })
    }

    fn finish(&mut self, request: RequestId, outcome: Outcome, duration: Span) -> Option<Charge> {
        // Facts about ids that were never introduced come from a damaged file: nothing to bill.
        let running = self.running.remove(&request)?;
        let (function, revision) = self.environments.get(&running.environment)?.revision;
        let (used, provisioned) = self.used(running.environment)?;
        let billed = BilledInvocation::finished(used.settings, running.start, outcome, duration);
        let Some(billed) = billed else {
            // What is not billed counts for nothing: the next attempt is the first.
            self.large.extend(running.large);
            return None;
        };
        let requests = running.large.map_or(1, |(_, more)| more.saturating_add(1));
        used.requests = used.requests.saturating_add(requests);
        *used.time_of(provisioned) += billed.time().billed();
        used.restores += u64::from(billed.restored);
        let what = Charged::Invocation {
            request,
            start: running.start,
            outcome,
            billed: billed.on_provisioned(provisioned),
            requests,
        };
        Some(Charge {
            function,
            revision,
            what,
        })
    }

    /// What costs while nothing runs, until a moment or the last fact: provisioned concurrency that is enabled, and
    /// snapshots that are kept.
    pub(super) fn idle(&self, until: Option<Moment>, wanted: impl Fn(FunctionId) -> bool) -> Usage {
        let now = until.map_or(self.now, |it| it.max(self.now));
        let over = self.revisions.iter().filter(|((it, _), _)| wanted(*it));
        let over = over.map(|(_, used)| Usage {
            snapshot_cache: GbSeconds::of(used.settings.memory, used.cached),
            ..Usage::default()
        });
        over.sum::<Usage>() + self.enduring(now, &wanted)
    }
}

impl Used {
    /// What the time of an environment is added to that is provisioned, or not. That this is so for its
    /// INIT phase too, which no request waits for, is a model choice.
    fn time_of(&mut self, provisioned: bool) -> &mut Span {
        match provisioned {
            true => &mut self.provisioned,
            false => &mut self.billed,
        }
    }

    fn usage(&self, book: &PriceBook) -> Usage {
        let memory = self.settings.memory;
        let on_demand = self.settings.usage(book, self.requests, self.billed);
        let provisioned = self.settings.provisioned_usage(book, self.provisioned);
        Usage {
            snapshot_cache: GbSeconds::of(memory, self.cached),
            snapshot_restores: Gigabytes::of(memory, self.restores),
            ..on_demand + provisioned
        }
    }
}
