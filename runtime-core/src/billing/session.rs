//! A projection that folds usage by function. It keeps no money: prices are applied when asked for,
//! so another price book needs no new fold.

use super::{Bill, BilledInvocation, BilledSettings, FreeTier, PriceBook, Usage, bill};
use crate::timeline::{Entry, LifecycleEvent, Outcome, Projection, Start};
use crate::units::{EnvironmentId, FunctionId, RequestId, Span};
use std::collections::BTreeMap;

/// What a session has used so far. Its size grows with functions and living environments, not with
/// invocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionUsage {
    revisions: BTreeMap<Revision, Used>,
    environments: BTreeMap<EnvironmentId, Revision>,
    running: BTreeMap<RequestId, (EnvironmentId, Start)>,
}

/// A function at one revision: environments are billed by the settings that they were created with.
type Revision = (FunctionId, u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Used {
    settings: BilledSettings,
    requests: u64,
    /// A whole number of milliseconds: each invocation is rounded by itself.
    billed: Span,
}

impl Projection for SessionUsage {
    fn apply(&mut self, entry: &Entry) {
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
                    });
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                revision,
                ..
            } => {
                self.environments
                    .insert(*environment, (*function, *revision));
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.environments.remove(environment);
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
            | LifecycleEvent::LogWritten { .. }
            | LifecycleEvent::EnvironmentReset { .. }
            | LifecycleEvent::TimeSkipped { .. } => {}
        }
    }
}

impl SessionUsage {
    /// What one function used, over all its revisions.
    pub fn function(&self, function: FunctionId, book: &PriceBook) -> Usage {
        self.revisions
            .range((function, 0)..=(function, u32::MAX))
            .map(|(_, used)| used.usage(book))
            .sum()
    }

    /// What all functions used.
    pub fn total(&self, book: &PriceBook) -> Usage {
        self.revisions.values().map(|used| used.usage(book)).sum()
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
        let used = self
            .environments
            .get(&environment)
            .and_then(|revision| self.revisions.get_mut(revision));
        if let Some(used) = used
            && let Some(invocation) =
                BilledInvocation::finished(used.settings, start, outcome, duration)
        {
            used.requests = used.requests.saturating_add(1);
            used.billed += invocation.time().billed();
        }
    }
}

impl Used {
    fn usage(&self, book: &PriceBook) -> Usage {
        self.settings.usage(book, self.requests, self.billed)
    }
}
