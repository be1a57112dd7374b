//! Which requests may run now (Lambda developer guide, "Understanding Lambda function scaling"
//! and "Configuring reserved concurrency").

use super::Platform;
use super::growth::Rate;
use super::input::{Arrival, Effect, Out, StartFrom};
use super::owners::{Owner, Sent};
use super::state::{Environment, Function, Purpose, Snapshot, State};
use super::versions::Found;
use crate::timeline::{LifecycleEvent, Qualifier, Rejection, ThrottleReason, Trigger, VersionFact};
use crate::units::{EnvironmentId, FunctionId, Moment, Version};

impl Platform {
    pub(super) fn request(&mut self, at: Moment, arrival: Arrival, out: &mut Out) {
        let version = self.version_of(arrival.function, arrival.qualifier, arrival.request);
        self.arrive(at, arrival, version, None, out);
    }

    /// A request that the platform itself sends, to `$LATEST`.
    pub(super) fn send(&mut self, at: Moment, arrival: Arrival, owner: Owner, out: &mut Out) {
        let version = self.version_of(arrival.function, arrival.qualifier, arrival.request);
        self.arrive(at, arrival, version, Some(owner), out);
    }

    /// A request whose qualifier stands for this version; for none that there is if `None`.
    pub(super) fn arrive(
        &mut self,
        at: Moment,
        arrival: Arrival,
        version: Option<Version>,
        owner: Option<Owner>,
        out: &mut Out,
    ) {
        let Arrival {
            request,
            function,
            qualifier,
            trigger,
            event,
            bytes,
            refused,
        } = arrival;
        self.next_request = self.next_request.max(request.0.saturating_add(1));
        out.frequent_fact(|| LifecycleEvent::RequestArrived {
            request,
            function,
            trigger,
            event,
            bytes,
        });
        if let Some(version) = version
            && !qualifier.is_latest()
        {
            let alias = match qualifier {
                Qualifier::Alias(alias) => Some(alias),
                Qualifier::Version(_) => None,
            };
            out.fact(VersionFact::RequestRouted {
                request,
                version,
                alias,
            });
        }
        let sent = Sent { request, owner };
        let admitted = match (refused, version) {
            (Some(rejection), _) => Err(rejection),
            (None, None) => Err(Rejection::FunctionNotFound),
            (None, Some(version)) => self.admit(at, &arrival, version, sent, out),
        };
        if let Err(rejection) = admitted {
            self.reject(sent, rejection, out);
        }
    }

    /// Finds an environment for the request, or has one made; or says why there is none.
    fn admit(
        &mut self,
        at: Moment,
        arrival: &Arrival,
        version: Version,
        sent: Sent,
        out: &mut Out,
    ) -> Result<(), Rejection> {
        let (request, function) = (sent.request, arrival.function);
        let spills = match self.take_provisioned(at, function, arrival.qualifier, version) {
            Found::Environment(environment) => {
                self.reuse(at, environment, sent, out);
                return Ok(());
            }
            Found::Nothing => true,
            Found::NotProvisioned => false,
        };
        // Only synchronous requests have a limit in time.
        let counted = arrival.trigger == Trigger::Invoke;
        let pool = self.pool_now();
        let target = self.functions.get_mut(&function);
        let target = target.ok_or(Rejection::FunctionNotFound)?;
        refuse(at, target, version, counted.then_some(&mut self.rate), pool)?;
        let edition = target.edition_mut(version);
        let edition = edition.ok_or(Rejection::FunctionNotFound)?;
        let idle = edition.idle.pop_back();
        let purpose = match edition.snapshot {
            Snapshot::Taken => Purpose::Restore(sent),
            Snapshot::None | Snapshot::Pending(_) => Purpose::Serve(sent),
        };
        if idle.is_none() && !target.allowance.take(at) {
            let reason = ThrottleReason::FunctionInvocationRateLimitExceeded;
            return Err(Rejection::Throttled(reason));
        }
        // One that is throttled has not spilled over: it ran nowhere.
        if spills {
            out.fact(VersionFact::RequestSpilledOver { request });
        }
        self.pool.hold(target);
        match idle {
            Some(environment) => self.reuse(at, environment, sent, out),
            None => {
                self.create(function, version, purpose, out);
            }
        }
        Ok(())
    }

    /// Makes an environment of a version of a function as it is now set.
    pub(super) fn create(
        &mut self,
        function: FunctionId,
        version: Version,
        purpose: Purpose,
        out: &mut Out,
    ) -> Option<EnvironmentId> {
        let target = self.functions.get(&function)?.edition(version)?;
        let environment = EnvironmentId(self.next_environment);
        self.next_environment = self.next_environment.saturating_add(1);
        let revision = target.revision;
        let provisioned = match purpose {
            Purpose::Provision(qualifier) => Some(qualifier),
            Purpose::Serve(_) | Purpose::Restore(_) | Purpose::Capture => None,
        };
        let made = Environment {
            function,
            revision,
            version,
            provisioned,
            timeout: target.configuration.timeout,
            created: Moment::START,
            memory: target.configuration.initial_memory,
            draining: None,
            state: State::Starting { purpose },
        };
        self.environments.insert(environment, made);
        out.fact(LifecycleEvent::EnvironmentCreated {
            environment,
            function,
            revision,
            version,
            request: purpose.request(),
            provisioned: provisioned.is_some(),
        });
        out.effect(Effect::StartEnvironment {
            environment,
            function,
            beginning: match purpose {
                Purpose::Serve(_) | Purpose::Provision(_) => StartFrom::Init,
                Purpose::Restore(_) => StartFrom::Snapshot,
                Purpose::Capture => StartFrom::Capture,
            },
        });
        Some(environment)
    }
}

/// Why a request cannot run in an environment on demand now. `rate` is the account's, where requests of
/// this kind have a limit in time; `used` and `limit` are those of the unreserved pool.
fn refuse(
    at: Moment,
    function: &mut Function,
    version: Version,
    rate: Option<&mut Rate>,
    (used, limit): (u32, u32),
) -> Result<(), Rejection> {
    let edition = function.edition(version);
    if edition.is_some_and(|it| matches!(it.snapshot, Snapshot::Pending(_))) {
        return Err(Rejection::SnapStartNotReady);
    }
    let reserved = function.settings().reserved_concurrency;
    let reason = match reserved {
        // What is provisioned is set aside: it can be all that there is.
        Some(reserved)
            if function.in_flight >= reserved.saturating_sub(function.provisioned_total()) =>
        {
            ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded
        }
        Some(reserved) if rate.is_some() && !function.rate.take(at, reserved) => {
            ThrottleReason::ReservedFunctionInvocationRateLimitExceeded
        }
        None if used >= limit => ThrottleReason::ConcurrentInvocationLimitExceeded,
        None if rate.is_some_and(|rate| !rate.take(at, limit)) => {
            ThrottleReason::CallerRateLimitExceeded
        }
        Some(_) | None => return Ok(()),
    };
    Err(Rejection::Throttled(reason))
}
