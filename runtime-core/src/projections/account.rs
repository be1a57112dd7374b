//! What CloudWatch would show of the account's concurrency (Lambda developer guide, "Monitoring
//! concurrency").

use crate::timeline::{Entry, LifecycleEvent, Projection, Qualifier, VersionFact};
use crate::units::{EnvironmentId, FunctionId, OrderedMap, OrderedSet, RequestId};

/// The account's concurrency now, and the most that it was.
#[derive(Clone, Debug, Default)]
pub struct AccountMetrics {
    now: Claims,
    most: Claims,
    functions: OrderedMap<FunctionId, Share>,
    /// What is provisioned, or about to be.
    provisioned: OrderedMap<(FunctionId, Qualifier), u32>,
    /// Environments that were made for it.
    environments: OrderedSet<EnvironmentId>,
    /// Requests that have not come to their end, and whether they hold concurrency on demand; `None`
    /// while they hold none.
    requests: OrderedMap<RequestId, (FunctionId, Option<bool>)>,
}

/// Metrics of a Region: each is emitted for all functions together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// `ConcurrentExecutions`: requests that hold concurrency.
    pub concurrent_executions: u32,
    /// `UnreservedConcurrentExecutions`: those of them that neither reserved nor provisioned
    /// concurrency has room for.
    pub unreserved_concurrent_executions: u32,
    /// `ClaimedAccountConcurrency`: what no other invocation on demand can have. These requests, and all
    /// that is reserved or provisioned, in use or not; what a function has provisioned of its reserved
    /// concurrency counts once.
    pub claimed_account_concurrency: u32,
}

/// What a function has of the account's concurrency.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    reserved: Option<u32>,
    /// Its requests in environments on demand.
    on_demand: u32,
}

impl AccountMetrics {
    /// What they are now.
    pub fn now(&self) -> Claims {
        self.now
    }

    /// Their statistic `Maximum` over the whole session.
    pub fn maximum(&self) -> Claims {
        self.most
    }

    fn share(&mut self, function: FunctionId) -> &mut Share {
        self.functions.get_or_default(function)
    }

    fn hold(&mut self, request: RequestId, function: FunctionId, on_demand: bool) {
        let open = self.requests.get(&request);
        let first = open.is_none_or(|(_, holding)| holding.is_none());
        if first {
            self.requests.insert(request, (function, Some(on_demand)));
            self.now.concurrent_executions = self.now.concurrent_executions.saturating_add(1);
            self.share(function).on_demand += u32::from(on_demand);
        }
    }

    fn let_go(&mut self, request: RequestId) {
        if let Some((function, Some(on_demand))) = self.requests.remove(&request) {
            self.now.concurrent_executions = self.now.concurrent_executions.saturating_sub(1);
            let share = self.share(function);
            share.on_demand = share.on_demand.saturating_sub(u32::from(on_demand));
        }
    }

    fn count(&mut self) {
        let (mut unreserved, mut set_aside) = (0_u32, 0_u32);
        for share in self.functions.values() {
            match share.reserved {
                Some(reserved) => set_aside = set_aside.saturating_add(reserved),
                None => unreserved = unreserved.saturating_add(share.on_demand),
            }
        }
        for ((function, _), environments) in self.provisioned.iter() {
            let share = self.functions.get(function);
            if share.is_none_or(|it| it.reserved.is_none()) {
                set_aside = set_aside.saturating_add(*environments);
            }
        }
        self.now.unreserved_concurrent_executions = unreserved;
        self.now.claimed_account_concurrency = unreserved.saturating_add(set_aside);
        let (now, most) = (self.now, &mut self.most);
        *most = Claims {
            concurrent_executions: most.concurrent_executions.max(now.concurrent_executions),
            unreserved_concurrent_executions: most
                .unreserved_concurrent_executions
                .max(now.unreserved_concurrent_executions),
            claimed_account_concurrency: most
                .claimed_account_concurrency
                .max(now.claimed_account_concurrency),
        };
    }
}

impl Projection for AccountMetrics {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function,
                configuration,
                ..
            } => self.share(*function).reserved = configuration.reserved_concurrency,
            LifecycleEvent::FunctionDeleted { function } => self.share(*function).reserved = None,
            LifecycleEvent::Version(VersionFact::ProvisioningStarted {
                function,
                qualifier,
                environments,
            }) => {
                let key = (*function, *qualifier);
                self.provisioned.insert(key, *environments);
            }
            LifecycleEvent::Version(
                VersionFact::ProvisioningFailed {
                    function,
                    qualifier,
                }
                | VersionFact::ProvisioningDeleted {
                    function,
                    qualifier,
                },
            ) => {
                self.provisioned.remove(&(*function, *qualifier));
            }
            LifecycleEvent::RequestArrived {
                request, function, ..
            } => {
                self.requests.insert(*request, (*function, None));
                return;
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                request,
                provisioned,
                ..
            } => {
                if *provisioned {
                    self.environments.insert(*environment);
                }
                if let Some(request) = request {
                    self.hold(*request, *function, true);
                }
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.environments.remove(environment);
                return;
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                if let Some((function, _)) = self.requests.get(request).copied() {
                    let on_demand = !self.environments.contains(environment);
                    self.hold(*request, function, on_demand);
                }
            }
            LifecycleEvent::InvocationFinished { request, .. }
            | LifecycleEvent::RequestRejected { request, .. } => self.let_go(*request),
            _ => return,
        }
        self.count();
    }
}
