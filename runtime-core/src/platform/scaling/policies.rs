//! Scaling policies: their alarms, and what they may change.

use super::alarms::Evaluated;
use super::targets::Phase;
use super::{AutoScaling, Out};
use crate::timeline::{
    AlarmState, Calculation, Limit, NotScaled, NotScaledReason, PolicyConfiguration,
    PolicyDecision, PolicyKind, ScalingCause, ScalingFact,
};
use crate::units::{AlarmId, Moment, PolicyId, ScalableTargetId, Span};

/// A policy.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) configuration: Box<PolicyConfiguration>,
    /// The alarms that were created for it: none of a step scaling policy.
    pub(super) alarms: Option<Tracking>,
    /// Why it has changed nothing when this alarm triggered it, if that was told.
    pub(super) told: Option<(AlarmId, NotScaledReason)>,
}

/// The alarms of a target tracking policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tracking {
    pub(super) high: AlarmId,
    /// Where it scales in.
    pub(super) low: Option<AlarmId>,
}

/// A policy that was triggered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triggered {
    pub(super) target: ScalableTargetId,
    pub(super) policy: PolicyId,
    pub(super) alarm: AlarmId,
}

impl AutoScaling {
    pub(super) fn configure_policy(
        &mut self,
        at: Moment,
        id: PolicyId,
        configuration: Box<PolicyConfiguration>,
        out: &mut Out,
    ) {
        self.drop_alarms(id, out);
        out.fact(ScalingFact::PolicyConfigured {
            policy: id,
            configuration: configuration.clone(),
        });
        let alarms = match configuration.kind {
            PolicyKind::TargetTracking(tracking) => {
                let target = configuration.target;
                Some(self.create_alarms(at, (target, id), tracking, out))
            }
            PolicyKind::Step(_) => None,
        };
        self.policies.insert(
            id,
            Policy {
                configuration,
                alarms,
                told: None,
            },
        );
    }

    pub(super) fn delete_policy(&mut self, id: PolicyId, out: &mut Out) {
        self.drop_alarms(id, out);
        if self.policies.remove(&id).is_some() {
            out.fact(ScalingFact::PolicyDeleted { policy: id });
        }
    }

    /// "CloudWatch alarms that are associated with your target tracking scaling policies are deleted
    /// automatically when you delete the scaling policies" (user guide, "Target tracking", 2019).
    fn drop_alarms(&mut self, id: PolicyId, out: &mut Out) {
        let Some(alarms) = self.policies.get(&id).and_then(|it| it.alarms) else {
            return;
        };
        for alarm in [Some(alarms.high), alarms.low].into_iter().flatten() {
            self.delete_alarm(alarm, out);
        }
    }

    /// An alarm was evaluated: "the alarm continues to invoke the action for every period that the alarm
    /// remains in the new state" (CloudWatch user guide, "Using Amazon CloudWatch alarms").
    pub(super) fn act(&mut self, at: Moment, id: AlarmId, evaluated: Evaluated, out: &mut Out) {
        let count = self
            .alarms
            .get(&id)
            .map_or(0, |it| it.configuration.actions.len());
        for place in 0..count {
            let Some(alarm) = self.alarms.get(&id) else {
                return;
            };
            let state = alarm.state;
            let Some(policy) = alarm.configuration.actions.get(place).copied() else {
                continue;
            };
            let Some(of) = self.policies.get_mut(&policy) else {
                continue;
            };
            if state != AlarmState::Alarm && of.told.is_some_and(|(alarm, _)| alarm == id) {
                of.told = None;
            }
            let triggered = Triggered {
                target: of.configuration.target,
                policy,
                alarm: id,
            };
            match &of.configuration.kind {
                &PolicyKind::TargetTracking(tracking) => {
                    let low = of.alarms.is_some_and(|it| it.low == Some(id));
                    self.track(at, triggered, tracking, (low, state), evaluated, out);
                }
                PolicyKind::Step(_) if state == AlarmState::Alarm => {
                    self.step(at, triggered, evaluated, out);
                }
                PolicyKind::Step(_) => {}
            }
        }
    }

    /// A policy wants more than what is desired; it has counted from `before`, if the last scale-out was not
    /// over.
    pub(super) fn scale_out(
        &mut self,
        at: Moment,
        triggered: Triggered,
        (calculation, wanted): (Calculation, u32),
        before: Option<u32>,
        cooldown: Span,
        out: &mut Out,
    ) {
        let Some(target) = self.targets.get(&triggered.target) else {
            return;
        };
        let bounds = &target.configuration;
        let (minimum, maximum) = (bounds.minimum, bounds.maximum);
        let desired = target.desired;
        let mut limits: Vec<Limit> = Vec::new();
        let to = if desired < minimum {
            // "... scales the desired count up to the minimum capacity value and then continues to scale out
            // as required" (ECS developer guide, "Service auto scaling", considerations).
            limits.push(Limit::LiftedFirst { minimum });
            minimum
        } else {
            limits.extend(before.map(|before| Limit::Counted { before }));
            if wanted > maximum {
                limits.push(Limit::Maximum { maximum });
            }
            wanted.min(maximum)
        };
        let reason = match () {
            () if bounds.suspended.scale_out => NotScaledReason::Suspended,
            () if to > desired => {
                let before = before.unwrap_or(target.running);
                let cause = ScalingCause::Policy(PolicyDecision {
                    policy: triggered.policy,
                    alarm: triggered.alarm,
                    calculation,
                    limits,
                });
                let phase = |stage| Phase::Out { before, stage };
                self.start(at, triggered.target, to, cause, cooldown, phase, out);
                return;
            }
            () if wanted > maximum => NotScaledReason::AlreadyAtMaxCapacity { maximum },
            () => NotScaledReason::AlreadyAtDesiredCapacity,
        };
        self.not_scaled(triggered, Some(calculation), reason, out);
    }

    /// What keeps policies from scaling in now.
    pub(super) fn keeps_from_scaling_in(
        &self,
        at: Moment,
        target: ScalableTargetId,
    ) -> Option<NotScaledReason> {
        let id = target;
        let target = self.targets.get(&id)?;
        if target.configuration.suspended.scale_in {
            return Some(NotScaledReason::Suspended);
        }
        // "Application Auto Scaling turns off scale-in processes while Amazon ECS deployments are in
        // progress" (ECS developer guide, "Service auto scaling", considerations).
        if target.deploying {
            return Some(NotScaledReason::Deployment);
        }
        if let Some(policy) = self.disagrees(id) {
            return Some(NotScaledReason::Disagreement { policy });
        }
        let until = target.scaled_in(at)?;
        Some(NotScaledReason::Cooldown { until })
    }

    /// A policy wants less than what is desired.
    pub(super) fn scale_in(
        &mut self,
        at: Moment,
        triggered: Triggered,
        (calculation, wanted): (Calculation, u32),
        mut limits: Vec<Limit>,
        cooldown: Span,
        out: &mut Out,
    ) {
        let Some(target) = self.targets.get(&triggered.target) else {
            return;
        };
        let bounds = &target.configuration;
        let (minimum, maximum) = (bounds.minimum, bounds.maximum);
        let to = if target.desired > maximum {
            // "... scales the desired count down to the maximum capacity value and then continues to scale
            // in as required" (the same considerations).
            limits.clear();
            limits.push(Limit::LoweredFirst { maximum });
            maximum
        } else {
            if wanted < minimum {
                limits.push(Limit::Minimum { minimum });
            }
            wanted.max(minimum)
        };
        let reason = match () {
            () if to < target.desired => {
                let cause = ScalingCause::Policy(PolicyDecision {
                    policy: triggered.policy,
                    alarm: triggered.alarm,
                    calculation,
                    limits,
                });
                let phase = |stage| Phase::In { stage };
                self.start(at, triggered.target, to, cause, cooldown, phase, out);
                return;
            }
            () if wanted < minimum => NotScaledReason::AlreadyAtMinCapacity { minimum },
            () => match calculation {
                Calculation::Proportional { .. } => NotScaledReason::AnticipatedFlapping,
                Calculation::FromZero { .. } | Calculation::Step { .. } => {
                    NotScaledReason::AlreadyAtDesiredCapacity
                }
            },
        };
        self.not_scaled(triggered, Some(calculation), reason, out);
    }

    /// Tells why a policy has changed nothing, once.
    pub(super) fn not_scaled(
        &mut self,
        triggered: Triggered,
        calculation: Option<Calculation>,
        reason: NotScaledReason,
        out: &mut Out,
    ) {
        let Triggered {
            target,
            policy,
            alarm,
        } = triggered;
        let desired = self.targets.get(&target).map_or(0, |it| it.desired);
        let Some(of) = self.policies.get_mut(&policy) else {
            return;
        };
        if of.told != Some((alarm, reason)) {
            of.told = Some((alarm, reason));
            out.fact(ScalingFact::NotScaled(Box::new(NotScaled {
                target,
                policy,
                alarm,
                calculation,
                desired,
                reason,
            })));
        }
    }
}
