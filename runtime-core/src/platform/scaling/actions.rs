//! Scheduled actions: bounds that a target gets at set times (Application Auto Scaling user guide, "Scheduled
//! scaling"). When one is due the driver finds out: nothing here knows of cron.

use super::{AutoScaling, Effect, Out, Timer};
use crate::timeline::{ActionOutcome, ScalingFact, ScheduledActionConfiguration};
use crate::units::{Moment, ScheduledActionId};

/// A scheduled action.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) configuration: Box<ScheduledActionConfiguration>,
    /// When it was set so.
    created: Moment,
    /// When it is due next.
    due: Option<Moment>,
}

impl AutoScaling {
    pub(super) fn configure_action(
        &mut self,
        at: Moment,
        id: ScheduledActionId,
        configuration: Box<ScheduledActionConfiguration>,
        out: &mut Out,
    ) {
        out.fact(ScalingFact::ActionConfigured {
            action: id,
            configuration: configuration.clone(),
        });
        let action = Action {
            configuration,
            created: at,
            due: None,
        };
        self.actions.insert(id, action);
        self.plan(at, id, out);
    }

    pub(super) fn delete_action(&mut self, id: ScheduledActionId, out: &mut Out) {
        if self.actions.remove(&id).is_some() {
            out.fact(ScalingFact::ActionDeleted { action: id });
        }
    }

    /// Asks when it is due next.
    fn plan(&mut self, after: Moment, id: ScheduledActionId, out: &mut Out) {
        if let Some(action) = self.actions.get_mut(&id) {
            action.due = None;
            out.effects.push(Effect::PlanAction {
                action: id,
                created: action.created,
                after,
            });
        }
    }

    pub(super) fn planned(&mut self, id: ScheduledActionId, due: Option<Moment>, out: &mut Out) {
        let Some(action) = self.actions.get_mut(&id) else {
            return;
        };
        action.due = due;
        if let Some(due) = due {
            out.timer(due, Timer::Action { action: id, due });
        }
    }

    /// "A scheduled action sets the MinCapacity and MaxCapacity to what is specified by the scheduled action at
    /// the time specified", whatever cooldown there is.
    pub(super) fn action_due(
        &mut self,
        at: Moment,
        id: ScheduledActionId,
        due: Moment,
        out: &mut Out,
    ) {
        let action = self.actions.get(&id).filter(|it| it.due == Some(due));
        let Some(action) = action.map(|it| &it.configuration) else {
            return;
        };
        let of = action.target;
        if let Some(target) = self.targets.get_mut(&of) {
            let bounds = &mut target.configuration;
            let minimum = action.minimum.unwrap_or(bounds.minimum);
            let maximum = action.maximum.unwrap_or(bounds.maximum);
            let outcome = match () {
                () if bounds.suspended.scheduled => ActionOutcome::Suspended,
                () if minimum > maximum => ActionOutcome::Refused { minimum, maximum },
                () => {
                    (bounds.minimum, bounds.maximum) = (minimum, maximum);
                    ActionOutcome::Set { minimum, maximum }
                }
            };
            out.fact(ScalingFact::ActionTriggered {
                action: id,
                outcome,
            });
            if let ActionOutcome::Set { .. } = outcome {
                self.keep_within_bounds(at, of, out);
            }
        }
        self.plan(at, id, out);
    }
}
