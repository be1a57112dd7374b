//! The driver: effects -> inputs.

use super::agenda::{Agenda, Due};
use super::arrivals::Flow;
use super::distribution::{Distribution, drawn};
use super::draws::Draws;
use super::scenario::{
    ColdStart, Failures, Scenario, SimulatedFunction, Way, function_id, place_of, queue_id,
};
use super::sink::Sink;
use crate::generator::{Numbers, Seed};
use crate::platform::{
    Arrival, AsyncArrival, Effect, Input, InvocationEnd, Out, Platform, Posting, Timer,
};
use crate::timeline::{
    AsyncSource, Failure, InitOutcome, LifecycleEvent, Outcome, Qualifier, Sender, Trigger,
};
use crate::units::{ByteCount, EnvironmentId, IdMap, Moment, PayloadId, RequestId, Span};
use std::collections::VecDeque;

/// The event that all requests have: nobody reads it.
const EVENT: PayloadId = PayloadId(0);
/// Its size, and that of a message: below all limits (model choice).
const EVENT_BYTES: ByteCount = ByteCount::new(1_000);

/// Runs a scenario from its beginning to its end, and tells a sink all that happens. The scenario is one
/// that [`Scenario::check`] finds nothing wrong with; the end of what is taken means over is
/// [`Scenario::length`] after the start.
pub fn simulate(scenario: &Scenario, sink: &mut impl Sink) {
    let mut simulation = Simulation::new(scenario, sink);
    simulation.set_up();
    simulation.run();
}

struct Simulation<'a, S> {
    scenario: &'a Scenario,
    platform: Platform,
    /// Used for each input: nothing is allocated for an event.
    out: Out,
    agenda: Agenda,
    actors: Vec<Actor<'a>>,
    flows: Vec<Flow>,
    environments: IdMap<EnvironmentId, Place>,
    /// Requests whose clients send them again if they fail: which load, and how often they did.
    clients: IdMap<RequestId, (u16, u16)>,
    waits: Numbers,
    /// What the platform is told as soon as all effects are carried out.
    answers: VecDeque<Input>,
    /// What is on the agenda that is not the end of something idle.
    unfinished: u64,
    sink: &'a mut S,
}

/// A function, and the numbers that its times are drawn with.
struct Actor<'a> {
    plan: &'a SimulatedFunction,
    durations: Numbers,
    cold_starts: Numbers,
    inits: Numbers,
    outcomes: Numbers,
    /// The share of a whole cold start that is INIT.
    init_share: f64,
}

/// What the driver knows of an environment.
struct Place {
    function: usize,
    /// What its first handler takes, where that was drawn with its INIT phase.
    first: Option<Span>,
    /// Of the INIT phase.
    init: Span,
    request: RequestId,
    duration: Span,
    outcome: Outcome,
    idle: Idle,
}

/// Each invocation ends with a timer for the environment's idle end; one of them is on the agenda, and when
/// it is due it looks whether it still is.
#[derive(Clone, Copy)]
struct Idle {
    since: Moment,
    due: Moment,
    pending: bool,
}

impl<'a> Actor<'a> {
    fn new(plan: &'a SimulatedFunction, seed: Seed) -> Self {
        let name = &plan.configuration.name;
        let numbers = |what: &str| Numbers::of(seed, &format!("{what} of {name}"));
        let init_share = match &plan.cold_start {
            ColdStart::Whole(whole) => {
                let share = 1.0 - plan.duration.mean_seconds() / whole.mean_seconds();
                // Not a number where neither has a mean, or both are nothing.
                if share > 0.0 { share } else { 0.0 }
            }
            ColdStart::Phases { .. } => 0.0,
        };
        Actor {
            plan,
            durations: numbers("durations"),
            cold_starts: numbers("cold starts"),
            inits: numbers("inits"),
            outcomes: numbers("outcomes"),
            init_share,
        }
    }

    fn duration(&self, request: RequestId) -> Span {
        let mut draws = Draws::of(self.durations, request.0);
        self.plan.duration.draw(&mut draws)
    }

    /// Until an environment is there, its INIT phase, and its first handler where that belongs to it.
    fn cold_start(&self, environment: EnvironmentId) -> (Span, Span, Option<Span>) {
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

    /// An INIT phase that runs once more, inside of an invocation.
    fn init_again(&self, request: RequestId) -> Span {
        let mut draws = Draws::of(self.inits, request.0);
        match &self.plan.cold_start {
            ColdStart::Whole(whole) => self.split(whole.draw(&mut draws)).0,
            ColdStart::Phases { init, .. } => Distribution::draw(init, &mut draws),
        }
    }

    /// How an invocation ends that reaches no timeout.
    fn outcome(&self, at: Moment, request: RequestId) -> Outcome {
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

impl<'a, S: Sink> Simulation<'a, S> {
    fn new(scenario: &'a Scenario, sink: &'a mut S) -> Self {
        let seed = scenario.seed;
        let flow = |(place, load): (usize, &super::Load)| {
            Flow::begin(&load.arrivals, seed, &format!("arrivals {place}"))
        };
        Simulation {
            scenario,
            platform: Platform::default(),
            out: Out::default(),
            agenda: Agenda::default(),
            actors: scenario
                .functions
                .iter()
                .map(|plan| Actor::new(plan, seed))
                .collect(),
            flows: scenario.loads.iter().enumerate().map(flow).collect(),
            environments: IdMap::new(),
            clients: IdMap::new(),
            waits: Numbers::of(seed, "waits of clients"),
            answers: VecDeque::new(),
            unfinished: 0,
            sink,
        }
    }

    fn set_up(&mut self) {
        for input in self.scenario.set_up() {
            self.input(Moment::START, input);
        }
    }

    fn run(&mut self) {
        let end = Moment::START + self.scenario.length;
        // What comes from outside, and what is due until then.
        while let Some((at, load)) = self.next_arrival().filter(|(at, _)| *at <= end) {
            while let Some((due_at, due)) = self.agenda.take(at) {
                self.happen(due_at, due);
            }
            if let Some(flow) = self.flows.get_mut(load) {
                flow.take();
            }
            self.arrive(at, load, 0);
        }
        while let Some((at, due)) = self.agenda.take(end) {
            self.happen(at, due);
        }
        // What has begun comes to its end.
        let settled = end + self.scenario.settle;
        while self.unfinished > 0
            && let Some((at, due)) = self.agenda.take(settled)
        {
            self.happen(at, due);
        }
    }

    /// The load whose next event comes first; the first of those that come at the same moment.
    fn next_arrival(&self) -> Option<(Moment, usize)> {
        let flows = self.flows.iter().enumerate();
        flows
            .filter_map(|(load, flow)| Some((flow.due()?, load)))
            .min()
    }

    /// An event of a load comes, for the first time or once more.
    fn arrive(&mut self, at: Moment, place: usize, attempt: u16) {
        let Some(load) = self.scenario.loads.get(place) else {
            return;
        };
        let request = self.platform.next_request();
        let (function, qualifier) = (function_id(load.function), Qualifier::LATEST);
        let (event, bytes) = (EVENT, EVENT_BYTES);
        let input = match &load.way {
            Way::Request { retries } => {
                if retries.is_some_and(|it| attempt < it.most) {
                    let place = u16::try_from(place).unwrap_or(u16::MAX);
                    self.clients.insert(request, (place, attempt));
                }
                Input::Request(Arrival {
                    request,
                    function,
                    qualifier,
                    trigger: Trigger::Invoke,
                    event,
                    bytes,
                    refused: None,
                })
            }
            Way::Event => Input::InvokeAsync(AsyncArrival {
                request,
                function,
                qualifier,
                source: AsyncSource::Invoke,
                event,
                bytes,
                refused: None,
            }),
            Way::Queue(_) => Input::SendMessage(Posting {
                queue: queue_id(place),
                sender: Sender::User,
                body: event,
                bytes,
                attributes: None,
                group: None,
                deduplication: None,
                delay: None,
            }),
        };
        self.input(at, input);
    }

    /// Clients whose requests ended send them again, where that was no success.
    fn ask_clients(&mut self, at: Moment, facts: &[LifecycleEvent]) {
        for fact in facts {
            let (request, well) = match fact {
                LifecycleEvent::RequestRejected { request, .. } => (*request, false),
                LifecycleEvent::InvocationFinished {
                    request, outcome, ..
                } => (*request, *outcome == Outcome::Succeeded),
                _ => continue,
            };
            let Some((load, attempts)) = self.clients.remove(&request) else {
                continue;
            };
            let way = self.scenario.loads.get(usize::from(load)).map(|it| &it.way);
            if let Some(Way::Request {
                retries: Some(retries),
            }) = way
                && !well
            {
                let longest = retries.wait.doubled(attempts.into()).as_nanos() as f64;
                let share = Draws::of(self.waits, request.0).fraction();
                let attempt = attempts + 1;
                self.put(at + drawn(longest * share), Due::Again { load, attempt });
            }
        }
    }

    /// Something on the agenda is due.
    fn happen(&mut self, at: Moment, due: Due) {
        match due {
            Due::IdleEnd(environment) => {
                self.idle_end(at, environment);
                return;
            }
            Due::Again { load, attempt } => self.arrive(at, load.into(), attempt),
            Due::Ready(environment) => self.input(at, Input::EnvironmentReady { environment }),
            Due::InitEnd(environment) => {
                let duration = self.environments.get(&environment).map(|it| it.init);
                self.input(
                    at,
                    Input::InitFinished {
                        environment,
                        outcome: InitOutcome::Succeeded,
                        duration: duration.unwrap_or_default(),
                        restoring: Span::ZERO,
                        snapshot: None,
                    },
                );
            }
            Due::HandlerEnd(environment) => {
                if let Some(place) = self.environments.get(&environment) {
                    let end = InvocationEnd {
                        environment,
                        request: place.request,
                        outcome: place.outcome,
                        duration: place.duration,
                        max_memory: ByteCount::default(),
                        response: None,
                    };
                    self.input(at, Input::InvocationFinished(end));
                }
            }
            Due::Timer(slot) => {
                if let Some(timer) = self.agenda.take_timer(slot)
                    && self.platform.awaits(timer)
                {
                    self.input(at, Input::TimerFired(timer));
                }
            }
        }
        self.unfinished = self.unfinished.saturating_sub(1);
    }

    fn idle_end(&mut self, at: Moment, environment: EnvironmentId) {
        let Some(place) = self.environments.get_mut(&environment) else {
            return;
        };
        let Idle { since, due, .. } = place.idle;
        if due > at {
            self.agenda.put(due, Due::IdleEnd(environment));
            return;
        }
        place.idle.pending = false;
        let timer = Timer::IdleExpiry { environment, since };
        if self.platform.awaits(timer) {
            self.input(at, Input::TimerFired(timer));
        }
    }

    /// Tells the platform something, the sink what became of it, and carries out what is asked for.
    fn input(&mut self, at: Moment, input: Input) {
        let mut out = std::mem::take(&mut self.out);
        let mut next = Some(input);
        while let Some(input) = next {
            self.platform.handle(at, input, &mut out);
            for fact in &out.facts {
                self.sink.fact(at, fact);
            }
            if !self.clients.is_empty() {
                self.ask_clients(at, &out.facts);
            }
            out.facts.clear();
            for effect in out.effects.drain(..) {
                self.carry_out(at, effect);
            }
            next = self.answers.pop_front();
        }
        self.out = out;
    }

    fn put(&mut self, at: Moment, due: Due) {
        self.unfinished += 1;
        self.agenda.put(at, due);
    }

    fn put_timer(&mut self, at: Moment, timer: Timer) {
        self.unfinished += 1;
        self.agenda.put_timer(at, timer);
    }

    /// None of these tells the platform something at once: that would be in the middle of its effects.
    fn carry_out(&mut self, at: Moment, effect: Effect) {
        match effect {
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let Some(place) = self.environments.get_mut(&environment) else {
                    return;
                };
                let Some(actor) = self.actors.get(place.function) else {
                    return;
                };
                let first = place.first.take();
                place.request = request;
                place.duration = match (init_first, first) {
                    (false, Some(rest)) => rest,
                    (false, None) => actor.duration(request),
                    (true, first) => {
                        let rest = first.unwrap_or_else(|| actor.duration(request));
                        actor.init_again(request) + rest
                    }
                };
                place.outcome = actor.outcome(at, request);
                let end = at + place.duration;
                // Whatever takes longer is ended by the platform's timer.
                if end <= deadline {
                    self.put(end, Due::HandlerEnd(environment));
                } else {
                    let timer = Timer::InvocationTimeout {
                        environment,
                        request,
                    };
                    self.put_timer(deadline, timer);
                }
            }
            Effect::SetTimer { at, timer } => self.set_timer(at, timer),
            Effect::StartEnvironment {
                environment,
                function,
                ..
            } => {
                let function = place_of(function);
                let Some(actor) = self.actors.get(function) else {
                    return;
                };
                let (start, init, first) = actor.cold_start(environment);
                let made = Place {
                    function,
                    first,
                    init,
                    request: RequestId(0),
                    duration: Span::ZERO,
                    outcome: Outcome::Succeeded,
                    idle: Idle {
                        since: at,
                        due: at,
                        pending: false,
                    },
                };
                self.environments.insert(environment, made);
                self.put(at + start, Due::Ready(environment));
            }
            Effect::Init { environment, limit } => {
                let init = self.environments.get(&environment).map(|it| it.init);
                let init = init.unwrap_or_default();
                match init <= limit {
                    true => self.put(at + init, Due::InitEnd(environment)),
                    false => {
                        let timer = Timer::InitLimit { environment };
                        self.put_timer(at + limit, timer);
                    }
                }
            }
            Effect::StopEnvironment { environment } => {
                self.environments.remove(&environment);
            }
            // A new process; that it has to init again the next invocation says.
            Effect::ResetEnvironment { .. } => {}
            Effect::WriteBatch {
                batch, messages, ..
            } => self.answers.push_back(Input::BatchWritten {
                batch,
                event: EVENT,
                bytes: ByteCount::new(EVENT_BYTES.get().saturating_mul(messages.len() as u64)),
                dropped: Vec::new(),
            }),
            // Scenarios have no sources of these.
            Effect::WriteRecord(_)
            | Effect::ReadBatchResponse { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. } => {}
        }
    }

    fn set_timer(&mut self, at: Moment, timer: Timer) {
        match timer {
            // Those that can matter were put there together with what they limit.
            Timer::InvocationTimeout { .. } | Timer::InitLimit { .. } => {}
            Timer::IdleExpiry { environment, since } => {
                let Some(place) = self.environments.get_mut(&environment) else {
                    return;
                };
                place.idle.since = since;
                place.idle.due = at;
                if !place.idle.pending {
                    place.idle.pending = true;
                    self.agenda.put(at, Due::IdleEnd(environment));
                }
            }
            timer => self.put_timer(at, timer),
        }
    }
}
