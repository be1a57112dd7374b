//! Another amount of provisioned concurrency: what there is stays, as far as it is still wanted.
//!
//! AWS does not say what becomes of the environments in the meantime; its guide shows the allocated
//! concurrency of a function that is scaled as steps up and down, never as a drop to nothing
//! ("Configuring provisioned concurrency for a function"). Model choices: what is added is made
//! [`PROVISIONING_WAIT`] after it was asked for, and found by requests once all of it is there; asked
//! for again in that time, it comes when the first part was to come; of what is given up, what is not
//! made yet goes first, then what is on its way, then what has been idle longest, then what is at work,
//! when it has finished. Portions are those of `provisioned`.

use super::provisioned::PROVISIONING_WAIT;
use super::stage::Stage;
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::platform::state::State;
use crate::timeline::{Qualifier, ShutdownReason, VersionFact};
use crate::units::{EnvironmentId, FunctionId, Moment, Version};

/// What another amount asks for.
enum Change {
    /// Nothing: that many are there, or on their way.
    None,
    /// So many more are made then.
    Later { due: Moment },
    /// So many more are made from now on, together with those on their way.
    Now { more: u32 },
    /// So many of them go.
    Fewer { by: u32 },
}

impl Platform {
    /// Brings what is provisioned to another amount. `false` if there is nothing that requests find yet,
    /// or nothing is to be left: then all of it is given up, or made anew.
    pub(super) fn resize(
        &mut self,
        at: Moment,
        id: FunctionId,
        qualifier: Qualifier,
        environments: u32,
        out: &mut Out,
    ) -> bool {
        let function = self.functions.get_mut(&id);
        let Some(it) = function.and_then(|it| it.provisioned.get_mut(&qualifier)) else {
            return false;
        };
        let available = it.available();
        if available == 0 || environments == 0 {
            return false;
        }
        let change = match it.stage {
            Stage::Growing { due, .. } if environments > available => Change::Later { due },
            // What was to come does not, whatever else.
            Stage::Growing { .. } => {
                it.stage = Stage::Ready;
                Change::Fewer {
                    by: available - environments,
                }
            }
            _ if environments == it.requested => Change::None,
            Stage::Ready if environments > it.requested => Change::Later {
                due: at + PROVISIONING_WAIT,
            },
            _ if environments > it.requested => Change::Now {
                more: environments - it.requested,
            },
            _ => Change::Fewer {
                by: it.requested - environments,
            },
        };
        it.requested = environments;
        let version = it.version;
        if let Change::Later { due } = change {
            let by = environments - available;
            it.stage = Stage::Growing { due, by };
        }
        self.pool.forget();
        out.fact(VersionFact::ProvisioningStarted {
            function: id,
            qualifier,
            environments,
        });
        match change {
            Change::None => {}
            Change::Later { due } => out.effect(Effect::SetTimer {
                at: due,
                timer: Timer::Provision {
                    function: id,
                    qualifier,
                    due,
                },
            }),
            Change::Now { more } => {
                self.expect_more(id, qualifier, more);
                self.make_provisioned(at, id, qualifier, out);
            }
            Change::Fewer { by } => self.give_up(id, (qualifier, version), by, out),
        }
        self.tell_if_there(id, qualifier, out);
        true
    }

    /// So many more are to be made, together with those on their way.
    fn expect_more(&mut self, id: FunctionId, qualifier: Qualifier, more: u32) {
        let function = self.functions.get_mut(&id);
        if let Some(it) = function.and_then(|it| it.provisioned.get_mut(&qualifier))
            && let Some((left, rest)) = it.stage.coming()
        {
            *left = left.saturating_add(more);
            rest.count = rest.count.saturating_add(more);
        }
    }

    /// With fewer, or as many as before, nothing may be left to come.
    fn tell_if_there(&mut self, id: FunctionId, qualifier: Qualifier, out: &mut Out) {
        let function = self.functions.get_mut(&id);
        if let Some(it) = function.and_then(|it| it.provisioned.get_mut(&qualifier))
            && (it.is_complete() || it.stage == Stage::Ready)
        {
            out.fact(VersionFact::ProvisioningFinished {
                function: id,
                qualifier,
            });
        }
    }

    /// So many of those that are not made yet never are; how many there were.
    fn forgo(&mut self, id: FunctionId, qualifier: Qualifier, by: u32) -> u32 {
        let function = self.functions.get_mut(&id);
        let Some(it) = function.and_then(|it| it.provisioned.get_mut(&qualifier)) else {
            return 0;
        };
        it.stage.coming().map_or(0, |(left, rest)| {
            let forgone = by.min(rest.count);
            rest.count -= forgone;
            *left = left.saturating_sub(forgone);
            forgone
        })
    }

    /// Ends so many environments.
    fn give_up(
        &mut self,
        id: FunctionId,
        (qualifier, version): (Qualifier, Version),
        by: u32,
        out: &mut Out,
    ) {
        let by = by - self.forgo(id, qualifier, by);
        // Those on their way, those that are idle since their moment, those at work.
        let rank = |state: &State| match state {
            State::Starting { .. } | State::Initializing { .. } => (0, Moment::START),
            State::Idle { since, .. } => (1, *since),
            State::Invoking { since, .. } => (2, *since),
        };
        let all = self.environments.iter();
        let of_it = all.filter(|(_, it)| {
            it.function == id && it.version == version && it.provisioned == Some(qualifier)
        });
        let mut of_it: Vec<((u8, Moment), EnvironmentId)> = of_it
            .map(|(environment, it)| (rank(&it.state), *environment))
            .collect();
        of_it.sort();
        let reason = ShutdownReason::Deprovisioned;
        for ((kind, _), environment) in of_it.into_iter().take(by as usize) {
            if let Some(it) = self.environments.get_mut(&environment) {
                it.provisioned = None;
                if kind == 2 {
                    it.draining = Some(reason);
                }
            }
            let function = self.functions.get_mut(&id);
            if let Some(function) = function
                && let Some(it) = function.provisioned.get_mut(&qualifier)
            {
                it.idle.retain(|idle| *idle != environment);
                it.added.retain(|added| *added != environment);
                if kind == 0
                    && let Some((left, _)) = it.stage.coming()
                {
                    *left = left.saturating_sub(1);
                }
                if kind == 2 {
                    // What still runs counts as on demand from now on.
                    it.in_flight = it.in_flight.saturating_sub(1);
                    function.in_flight = function.in_flight.saturating_add(1);
                }
            }
            if kind < 2 {
                self.shut_down(environment, reason, out);
            }
        }
    }
}
