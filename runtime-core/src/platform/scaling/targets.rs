//! Scalable targets: what is running and desired, and how far the last activity is.

use super::{AutoScaling, Effect, Out, Timer};
use crate::timeline::{
    ActivityStatus, ScalableTargetConfiguration, ScalingActivity, ScalingCause, ScalingFact,
};
use crate::units::{ActivityId, Moment, ScalableTargetId, Span};

/// How long an activity waits for what it set until it is `Unfulfilled`: "Scaling timed out or the target
/// service cannot fulfill the request". AWS does not say how long that is: model choice.
pub const FULFILMENT_LIMIT: Span = Span::from_secs(30 * 60);

/// A scalable target.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) configuration: Box<ScalableTargetConfiguration>,
    pub(super) running: u32,
    pub(super) desired: u32,
    /// Whether a deployment is in progress.
    pub(super) deploying: bool,
    pub(super) phase: Phase,
}

/// What the last activity still means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing.
    Steady,
    /// A policy has scaled out, from so much.
    Out { before: u32, stage: Stage },
    /// A policy has scaled in.
    In { stage: Stage },
    /// The bounds have changed what is desired: no cooldown.
    Bounds { stage: Stage },
}

/// How far an activity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// What is desired is not running yet.
    Fulfilling {
        activity: ActivityId,
        to: u32,
        more: bool,
        /// Begins when it is.
        cooldown: Span,
    },
    /// It is running since then, and the cooldown lasts until then.
    Cooling { since: Moment, until: Moment },
}

impl Phase {
    pub(super) const fn stage(self) -> Option<Stage> {
        match self {
            Phase::Steady => None,
            Phase::Out { stage, .. } | Phase::In { stage } | Phase::Bounds { stage } => Some(stage),
        }
    }

    fn with(self, stage: Stage) -> Phase {
        match self {
            Phase::Steady => Phase::Steady,
            Phase::Out { before, .. } => Phase::Out { before, stage },
            Phase::In { .. } => Phase::In { stage },
            Phase::Bounds { .. } => Phase::Bounds { stage },
        }
    }

    /// The activity that is in progress.
    pub(super) const fn activity(self) -> Option<ActivityId> {
        match self.stage() {
            Some(Stage::Fulfilling { activity, .. }) => Some(activity),
            Some(Stage::Cooling { .. }) | None => None,
        }
    }
}

impl Stage {
    /// Whether it is over.
    const fn is_over(self, at: Moment) -> bool {
        match self {
            Stage::Fulfilling { .. } => false,
            Stage::Cooling { until, .. } => until.as_nanos() <= at.as_nanos(),
        }
    }
}

impl Target {
    /// The capacity before the last scale-out by a policy, while that or its cooldown is not over: "capacity
    /// added by the initiating scale-out activity is calculated as part of the desired capacity for the next
    /// scale-out activity" (user guide, "Cooldown period"). Model choice: it is not over either for a datapoint
    /// whose period began before it was done, which says little of what it added. From zero nothing is counted.
    pub(super) fn before_scale_out(&self, at: Moment, began: Moment) -> Option<u32> {
        let stale = |stage| match stage {
            Stage::Fulfilling { .. } => true,
            Stage::Cooling { since, .. } => began < since,
        };
        match self.phase {
            Phase::Out { before, stage } if !stage.is_over(at) || stale(stage) => {
                (before > 0).then_some(before)
            }
            Phase::Out { .. } | Phase::In { .. } | Phase::Bounds { .. } | Phase::Steady => None,
        }
    }

    /// What keeps it from scaling in: the last scale-in, until then or until it is done.
    pub(super) fn scaled_in(&self, at: Moment) -> Option<Option<Moment>> {
        match self.phase {
            Phase::In { stage } if !stage.is_over(at) => Some(match stage {
                Stage::Fulfilling { .. } => None,
                Stage::Cooling { until, .. } => Some(until),
            }),
            Phase::In { .. } | Phase::Out { .. } | Phase::Bounds { .. } | Phase::Steady => None,
        }
    }
}

impl AutoScaling {
    pub(super) fn register(
        &mut self,
        at: Moment,
        id: ScalableTargetId,
        configuration: Box<ScalableTargetConfiguration>,
        (running, desired): (u32, u32),
        out: &mut Out,
    ) {
        out.fact(ScalingFact::TargetRegistered {
            target: id,
            configuration: configuration.clone(),
        });
        match self.targets.get_mut(&id) {
            Some(target) => target.configuration = configuration,
            None => {
                let target = Target {
                    configuration,
                    running,
                    desired,
                    deploying: false,
                    phase: Phase::Steady,
                };
                self.targets.insert(id, target);
            }
        }
        self.keep_within_bounds(at, id, out);
    }

    pub(super) fn deregister(&mut self, id: ScalableTargetId, out: &mut Out) {
        let Some(target) = self.targets.remove(&id) else {
            return;
        };
        // Nobody waits for what it set any more: of the ways in which activities end, that is the nearest.
        if let Some(activity) = target.phase.activity() {
            let status = ActivityStatus::Overridden;
            out.fact(ScalingFact::ActivityEnded { activity, status });
        }
        let of_it = self.policies.iter();
        let of_it = of_it.filter(|(_, policy)| policy.configuration.target == id);
        let policies: Vec<_> = of_it.map(|(policy, _)| *policy).collect();
        for policy in policies {
            self.delete_policy(policy, out);
        }
        let of_it = self.actions.iter();
        let of_it = of_it.filter(|(_, action)| action.configuration.target == id);
        let actions: Vec<_> = of_it.map(|(action, _)| *action).collect();
        for action in actions {
            self.delete_action(action, out);
        }
        out.fact(ScalingFact::TargetDeregistered { target: id });
    }

    /// "If current capacity is less than the specified minimum capacity, Application Auto Scaling scales out
    /// to the specified minimum capacity", and in to the maximum (user guide, "Scheduled scaling"; the same
    /// when a target is registered with other bounds).
    pub(super) fn keep_within_bounds(&mut self, at: Moment, id: ScalableTargetId, out: &mut Out) {
        let Some(target) = self.targets.get(&id) else {
            return;
        };
        let bounds = &target.configuration;
        let (to, cause) = match target.desired {
            desired if desired < bounds.minimum => (bounds.minimum, ScalingCause::Minimum),
            desired if desired > bounds.maximum => (bounds.maximum, ScalingCause::Maximum),
            _ => return,
        };
        let phase = |stage| Phase::Bounds { stage };
        self.start(at, id, to, cause, Span::ZERO, phase, out);
    }

    /// Sets the desired capacity.
    #[expect(clippy::too_many_arguments, reason = "all of an activity")]
    pub(super) fn start(
        &mut self,
        at: Moment,
        id: ScalableTargetId,
        to: u32,
        cause: ScalingCause,
        cooldown: Span,
        phase: impl Fn(Stage) -> Phase,
        out: &mut Out,
    ) {
        let activity = ActivityId(self.next_activity);
        let Some(target) = self.targets.get_mut(&id) else {
            return;
        };
        self.next_activity = self.next_activity.saturating_add(1);
        if let Some(overridden) = target.phase.activity() {
            out.fact(ScalingFact::ActivityEnded {
                activity: overridden,
                status: ActivityStatus::Overridden,
            });
        }
        let change = ScalingActivity {
            target: id,
            running: target.running,
            from: target.desired,
            to,
            cause,
        };
        let more = to > target.desired;
        target.desired = to;
        target.phase = phase(Stage::Fulfilling {
            activity,
            to,
            more,
            cooldown,
        });
        out.fact(ScalingFact::ActivityStarted {
            activity,
            change: Box::new(change),
        });
        out.effects.push(Effect::SetDesired {
            target: id,
            capacity: to,
        });
        let timer = Timer::Fulfilment {
            target: id,
            activity,
        };
        out.timer(at + FULFILMENT_LIMIT, timer);
        for policy in self.policies.values_mut() {
            if policy.configuration.target == id {
                policy.told = None;
            }
        }
        self.fulfilled(at, id, out);
    }

    /// Something has started or stopped.
    pub(super) fn running(&mut self, at: Moment, id: ScalableTargetId, now: u32, out: &mut Out) {
        if let Some(target) = self.targets.get_mut(&id) {
            target.running = now;
            self.fulfilled(at, id, out);
        }
    }

    /// Somebody else has set what is desired: no activity is about that any more.
    pub(super) fn desired(&mut self, id: ScalableTargetId, now: u32, out: &mut Out) {
        let Some(target) = self.targets.get_mut(&id).filter(|it| it.desired != now) else {
            return;
        };
        target.desired = now;
        let overridden = target.phase.activity();
        // What a scale-out has added is not what there is any more; the cooldown of a scale-in goes on.
        let scaled_out = matches!(target.phase, Phase::Out { .. });
        if overridden.is_some() || scaled_out {
            target.phase = Phase::Steady;
        }
        if let Some(activity) = overridden {
            let status = ActivityStatus::Overridden;
            out.fact(ScalingFact::ActivityEnded { activity, status });
        }
    }

    pub(super) fn deploying(&mut self, id: ScalableTargetId, now: bool) {
        if let Some(target) = self.targets.get_mut(&id) {
            target.deploying = now;
        }
    }

    /// If what the last activity has set is running, its cooldown begins.
    fn fulfilled(&mut self, at: Moment, id: ScalableTargetId, out: &mut Out) {
        let Some(target) = self.targets.get_mut(&id) else {
            return;
        };
        let Some(Stage::Fulfilling {
            activity,
            to,
            more,
            cooldown,
        }) = target.phase.stage()
        else {
            return;
        };
        let running = target.running;
        let done = if more { running >= to } else { running <= to };
        if done {
            let (since, until) = (at, at + cooldown);
            target.phase = target.phase.with(Stage::Cooling { since, until });
            let status = ActivityStatus::Successful;
            out.fact(ScalingFact::ActivityEnded { activity, status });
        }
    }

    /// An activity has waited for too long.
    pub(super) fn unfulfilled(
        &mut self,
        id: ScalableTargetId,
        activity: ActivityId,
        out: &mut Out,
    ) {
        let target = self.targets.get_mut(&id);
        if let Some(target) = target.filter(|it| it.phase.activity() == Some(activity)) {
            target.phase = Phase::Steady;
            let status = ActivityStatus::Unfulfilled;
            out.fact(ScalingFact::ActivityEnded { activity, status });
        }
    }
}
