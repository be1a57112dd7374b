//! Actors: functions with the numbers that their times and outcomes are drawn with.

use super::distribution::Distribution;
use super::draws::Draws;
use super::fargate::{WAITS, WORKS};
use super::scenario::{ColdStart, Failures, HandlerTime, SimulatedFunction};
use crate::cpu::CpuClock;
use crate::generator::{Numbers, Seed};
use crate::timeline::{Failure, Outcome};
use crate::units::{EnvironmentId, Moment, RequestId, Span};

/// A function, and the numbers that its times are drawn with.
pub(super) struct Actor<'a> {
    plan: &'a SimulatedFunction,
    durations: Numbers,
    works: Numbers,
    waits: Numbers,
    /// At the beginning of an invocation.
    clock: CpuClock,
    cold_starts: Numbers,
    inits: Numbers,
    restores: Numbers,
    outcomes: Numbers,
    /// The share of a whole cold start that is INIT.
    init_share: f64,
}

impl<'a> Actor<'a> {
    pub(super) fn new(plan: &'a SimulatedFunction, seed: Seed) -> Self {
        let name = &plan.configuration.name;
        let numbers = |what: &str| Numbers::of(seed, &format!("{what} of {name}"));
        let init_share = match &plan.cold_start {
            ColdStart::Whole(whole) => {
                let memory = plan.configuration.memory;
                let share = 1.0 - plan.duration.mean_seconds(memory) / whole.mean_seconds();
                // Not a number where neither has a mean, or both are nothing.
                if share > 0.0 { share } else { 0.0 }
            }
            ColdStart::Phases { .. } => 0.0,
        };
        Actor {
            plan,
            durations: numbers("durations"),
            works: Numbers::of(seed, WORKS),
            waits: Numbers::of(seed, WAITS),
            clock: CpuClock::new(plan.configuration.memory),
            cold_starts: numbers("cold starts"),
            inits: numbers("inits"),
            restores: numbers("restores"),
            outcomes: numbers("outcomes"),
            init_share,
        }
    }

    pub(super) fn duration(&self, request: RequestId) -> Span {
        match &self.plan.duration {
            HandlerTime::Drawn(it) => it.draw(&mut Draws::of(self.durations, request.0)),
            HandlerTime::Computed { work, wait } => {
                // A service counts its requests from 0.
                let number = request.0.saturating_sub(1);
                let mut clock = self.clock.clone();
                clock.run(work.draw(&mut Draws::of(self.works, number)));
                clock.wait(wait.draw(&mut Draws::of(self.waits, number)));
                clock.now()
            }
        }
    }

    /// Until an environment is there, its INIT phase, and its first handler where that belongs to it.
    pub(super) fn cold_start(&self, environment: EnvironmentId) -> (Span, Span, Option<Span>) {
        let mut draws = Draws::of(self.cold_starts, environment.0.into());
        match &self.plan.cold_start {
            ColdStart::Whole(whole) => {
                let (init, rest) = self.split(whole.draw(&mut draws));
                (Span::ZERO, init, Some(rest))
            }
            ColdStart::Phases { start, init } => {
                let start = start.draw(&mut draws);
                (start, init.draw(&mut draws), None)
            }
        }
    }

    /// The same of one that begins from a snapshot.
    pub(super) fn restored(&self, environment: EnvironmentId) -> (Span, Span, Option<Span>) {
        let (start, _, first) = self.cold_start(environment);
        let mut draws = Draws::of(self.restores, environment.0.into());
        (start, self.plan.restore.draw(&mut draws), first)
    }

    /// An INIT phase that runs once more, inside of an invocation.
    pub(super) fn init_again(&self, request: RequestId) -> Span {
        let mut draws = Draws::of(self.inits, request.0);
        match &self.plan.cold_start {
            ColdStart::Whole(whole) => self.split(whole.draw(&mut draws)).0,
            ColdStart::Phases { init, .. } => Distribution::draw(init, &mut draws),
        }
    }

    /// How an invocation ends that reaches no timeout.
    pub(super) fn outcome(&self, at: Moment, request: RequestId) -> Outcome {
        let Failures {
            errors,
            crashes,
            during,
        } = self.plan.failures;
        let since = at.since(Moment::START);
        if errors + crashes <= 0.0 || during.is_some_and(|(from, to)| since < from || since >= to) {
            return Outcome::Succeeded;
        }
        let drawn = Draws::of(self.outcomes, request.0).fraction();
        match drawn {
            it if it <= errors => Outcome::Failed(Failure::HandlerError),
            it if it <= errors + crashes => Outcome::Failed(Failure::Exited(1)),
            _ => Outcome::Succeeded,
        }
    }

    fn split(&self, whole: Span) -> (Span, Span) {
        let init = (whole.as_nanos() as f64 * self.init_share).round() as u64;
        let init = Span::from_nanos(init);
        (init, whole.saturating_sub(init))
    }
}
