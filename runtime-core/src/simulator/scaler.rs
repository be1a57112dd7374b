//! Application Auto Scaling of provisioned concurrency: what happens -> samples, what is desired -> inputs.
//!
//! A function's `ProvisionedConcurrencyUtilization` is sampled whenever one of its invocations begins (model
//! choice: AWS says only that there are no datapoints while there are no requests; Lambda developer guide,
//! "Configuring provisioned concurrency").

use super::agenda::Due;
use super::driver::Simulation;
use super::provisioning::{ScheduledBounds, metric_id, place_of_target, target_id};
use super::scenario::Scenario;
use super::set_up::{function_id, place_of};
use super::sink::Sink;
use crate::platform::scaling::{AutoScaling, Effect, Input, Out, Samples, Timer};
use crate::timeline::{
    LifecycleEvent, MetricConfiguration, PredefinedMetric, SessionMeta, VersionFact,
};
use crate::units::{MetricValue, Moment, PolicyId, ScheduledActionId, SessionSeed, Span};
use std::collections::BTreeMap;

/// A metric's datapoints are of a minute.
const MINUTE: Span = Span::from_secs(60);

/// Application Auto Scaling, and what it has asked for.
pub(super) struct Scaler {
    scaling: AutoScaling,
    out: Out,
    /// In the order of their moments, and of those in which they were set.
    timers: BTreeMap<(Moment, u64), Timer>,
    set: u64,
    /// By the number of their ids, from 1.
    actions: Vec<ScheduledBounds>,
    /// Which functions are scaled, by their places.
    scaled: Vec<bool>,
}

impl Scaler {
    /// That of a scenario in which something is scaled.
    pub(super) fn of(scenario: &Scenario) -> Option<Scaler> {
        let scaling = |it: &super::SimulatedFunction| {
            let provisioning = it.provisioning.as_ref();
            provisioning.is_some_and(|it| it.scaling.is_some())
        };
        let scaled: Vec<bool> = scenario.functions.iter().map(scaling).collect();
        scaled.contains(&true).then(|| Scaler {
            scaling: AutoScaling::new(SessionMeta {
                seed: SessionSeed(scenario.seed.0),
                unix_millis: 0,
            }),
            out: Out::default(),
            timers: BTreeMap::new(),
            set: 0,
            actions: Vec::new(),
            scaled,
        })
    }

    /// Tells it something. When scheduled actions are due is answered at once.
    fn tell(&mut self, at: Moment, input: Input) {
        let known = self.out.effects.len();
        self.scaling.handle(at, input, &mut self.out);
        let planned: Vec<Input> = self
            .out
            .effects
            .iter()
            .skip(known)
            .filter_map(|effect| match *effect {
                Effect::PlanAction { action, after, .. } => {
                    let place = (action.0 as usize).saturating_sub(1);
                    let bounds = self.actions.get(place);
                    let due = bounds.and_then(|it| it.due_after(after));
                    Some(Input::ActionPlanned { action, due })
                }
                _ => None,
            })
            .collect();
        for input in planned {
            self.scaling.handle(at, input, &mut self.out);
        }
    }
}

impl<S: Sink> Simulation<'_, S> {
    /// Registers what is scaled.
    pub(super) fn set_up_scaling(&mut self, at: Moment) {
        let Some(scaler) = &mut self.scaler else {
            return;
        };
        for (place, function) in self.scenario.functions.iter().enumerate() {
            let Some(provisioning) = &function.provisioning else {
                continue;
            };
            let Some(scaling) = &provisioning.scaling else {
                continue;
            };
            let name = &function.configuration.name;
            let kind = PredefinedMetric::LambdaProvisionedConcurrencyUtilization;
            scaler.tell(
                at,
                Input::ConfigureMetric {
                    metric: metric_id(place),
                    configuration: Box::new(MetricConfiguration {
                        name: kind.name().to_owned(),
                        resolution: MINUTE,
                    }),
                },
            );
            scaler.tell(
                at,
                Input::RegisterTarget {
                    target: target_id(place),
                    configuration: Box::new(scaling.target(name)),
                    running: provisioning.environments,
                    desired: provisioning.environments,
                },
            );
            if let Some(policy) = scaling.policy(place) {
                scaler.tell(
                    at,
                    Input::ConfigurePolicy {
                        policy: PolicyId(super::set_up::number(place)),
                        configuration: Box::new(policy),
                    },
                );
            }
            let actions = scaling.actions(place);
            for (bounds, action) in scaling.schedule.iter().zip(actions) {
                scaler.actions.push(*bounds);
                let number = u32::try_from(scaler.actions.len()).unwrap_or(u32::MAX);
                scaler.tell(
                    at,
                    Input::ConfigureAction {
                        action: ScheduledActionId(number),
                        configuration: Box::new(action),
                    },
                );
            }
        }
        self.scale(at);
    }

    /// What of these facts says how far provisioned concurrency is in use, and how much there is.
    pub(super) fn tell_scaler(&mut self, at: Moment, facts: &[LifecycleEvent]) {
        for fact in facts {
            let place = match fact {
                LifecycleEvent::InvocationStarted { environment, .. } => {
                    let place = self.environments.get(environment);
                    place.map(|it| it.function as usize)
                }
                LifecycleEvent::Version(
                    VersionFact::ProvisioningFinished { function, .. }
                    | VersionFact::ProvisioningFailed { function, .. }
                    | VersionFact::ProvisioningDeleted { function, .. },
                ) => Some(place_of(*function)),
                _ => None,
            };
            let Some(scaler) = &mut self.scaler else {
                return;
            };
            let Some(place) = place.filter(|it| scaler.scaled.get(*it) == Some(&true)) else {
                continue;
            };
            let view = self.platform.provisioned(function_id(place)).next();
            let input = match (fact, view) {
                (LifecycleEvent::InvocationStarted { .. }, Some(view)) => {
                    let (in_use, available) = (view.in_use.into(), view.available.into());
                    match MetricValue::ratio(in_use, available) {
                        Some(utilization) => Input::Sampled {
                            metric: metric_id(place),
                            samples: Samples::one(utilization),
                        },
                        None => continue,
                    }
                }
                (LifecycleEvent::InvocationStarted { .. }, None) => continue,
                (_, view) => Input::Running {
                    target: target_id(place),
                    running: view.map_or(0, |it| it.allocated),
                },
            };
            scaler.tell(at, input);
        }
        self.scale(at);
    }

    /// Timers of alarms and actions are due.
    pub(super) fn scaling_due(&mut self, at: Moment) {
        while let Some(scaler) = &mut self.scaler
            && let Some(first) = scaler.timers.first_entry()
            && first.key().0 <= at
        {
            let timer = first.remove();
            scaler.tell(at, Input::TimerFired(timer));
            self.scale(at);
        }
    }

    /// Tells the sink what it says, and carries out what it asks for.
    fn scale(&mut self, at: Moment) {
        let Some(scaler) = &mut self.scaler else {
            return;
        };
        for fact in scaler.out.facts.drain(..) {
            self.sink.fact(at, &LifecycleEvent::Scaling(fact));
        }
        for effect in scaler.out.effects.drain(..) {
            match effect {
                Effect::SetTimer { at: due, timer } => {
                    scaler.timers.insert((due, scaler.set), timer);
                    scaler.set += 1;
                    // Nothing that has to come to its end.
                    self.agenda.put(due, Due::Scaling);
                }
                Effect::SetDesired { target, capacity } => {
                    let place = place_of_target(target);
                    let function = self.scenario.functions.get(place);
                    let provisioning = function.and_then(|it| it.provisioning.as_ref());
                    let asked = provisioning.map(|it| it.asked(place, capacity));
                    self.answers.extend(asked);
                }
                // Answered at once; and there are no pods.
                Effect::PlanAction { .. } | Effect::SetReplicas { .. } => {}
            }
        }
    }
}
