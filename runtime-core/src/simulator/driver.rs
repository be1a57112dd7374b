//! The driver: what happens, in order -> inputs; what became of them -> the sink.

use super::actor::Actor;
use super::agenda::{Agenda, Due};
use super::arrivals::Flow;
use super::distribution::drawn;
use super::draws::Draws;
use super::effects::{Beginning, Idle, Place};
use super::scaler::Scaler;
use super::scenario::{Scenario, Way};
use super::set_up::{alias_id, function_id, queue_id};
use super::sink::Sink;
use crate::generator::Numbers;
use crate::platform::{
    Arrival, AsyncArrival, Input, InvocationEnd, Out, Platform, Posting, StartFrom, Timer,
};
use crate::timeline::{
    AsyncSource, InitOutcome, LifecycleEvent, Outcome, Qualifier, Sender, Trigger,
};
use crate::units::{ByteCount, EnvironmentId, IdMap, Moment, PayloadId, RequestId, Span};
use std::collections::VecDeque;

/// The event that all requests have: nobody reads it.
pub(super) const EVENT: PayloadId = PayloadId(0);
/// Its size, and that of a message: below all limits (model choice).
pub(super) const EVENT_BYTES: ByteCount = ByteCount::new(1_000);

/// Runs a scenario from its beginning to its end, and tells a sink all that happens. The scenario is one
/// that [`Scenario::check`] finds nothing wrong with; the end of what is taken means over is
/// [`Scenario::length`] after the start.
pub fn simulate(scenario: &Scenario, sink: &mut impl Sink) {
    let mut simulation = Simulation::new(scenario, sink);
    simulation.set_up();
    simulation.run();
}

/// What the arrivals of the load at this place are drawn for.
pub(super) fn arrivals_of(place: usize) -> String {
    format!("arrivals {place}")
}

pub(super) struct Simulation<'a, S> {
    pub(super) scenario: &'a Scenario,
    pub(super) platform: Platform,
    /// Used for each input: nothing is allocated for an event.
    out: Out,
    pub(super) agenda: Agenda,
    pub(super) actors: Vec<Actor<'a>>,
    flows: Vec<Flow<'a>>,
    pub(super) environments: IdMap<EnvironmentId, Place>,
    /// Of those in which no handler has run.
    pub(super) beginnings: IdMap<EnvironmentId, Beginning>,
    /// Requests whose clients send them again if they fail: which load, and how often they did.
    clients: IdMap<RequestId, (u16, u16)>,
    waits: Numbers,
    /// What the platform is told as soon as all effects are carried out.
    pub(super) answers: VecDeque<Input>,
    pub(super) scaler: Option<Scaler>,
    /// What the scenario begins with is there at the start: nothing takes time.
    pub(super) setting_up: bool,
    /// What is on the agenda that is not the end of something idle.
    unfinished: u64,
    pub(super) sink: &'a mut S,
}

impl<'a, S: Sink> Simulation<'a, S> {
    fn new(scenario: &'a Scenario, sink: &'a mut S) -> Self {
        let seed = scenario.seed;
        let flow = |(place, load): (usize, &'a super::Load)| {
            let end = Moment::START + scenario.length;
            Flow::begin(&load.arrivals, seed, &arrivals_of(place), end)
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
            beginnings: IdMap::new(),
            clients: IdMap::new(),
            waits: Numbers::of(seed, "waits of clients"),
            answers: VecDeque::new(),
            scaler: Scaler::of(scenario),
            setting_up: true,
            unfinished: 0,
            sink,
        }
    }

    fn set_up(&mut self) {
        for input in self.scenario.set_up() {
            self.input(Moment::START, input);
        }
        while let Some((at, due)) = self.agenda.take(Moment::START) {
            self.happen(at, due);
        }
        self.setting_up = false;
        self.set_up_scaling(Moment::START);
        self.go_on(Moment::START);
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
        let function = function_id(load.function);
        let plan = self.scenario.functions.get(load.function);
        let qualifier = match plan.is_some_and(|it| it.provisioning.is_some()) {
            true => Qualifier::Alias(alias_id(load.function)),
            false => Qualifier::LATEST,
        };
        let (event, bytes) = (EVENT, EVENT_BYTES);
        let input = match &load.way {
            Way::Request { retries } => {
                if retries.is_some_and(|it| attempt < it.most) {
                    let place = u16::try_from(place).unwrap_or(u16::MAX);
                    self.clients.insert(request, (place, attempt));
                }
                let arrival = Arrival {
                    request,
                    function,
                    qualifier,
                    trigger: Trigger::Invoke,
                    event,
                    bytes,
                    refused: None,
                };
                self.platform.handle_request(at, arrival, &mut self.out);
                self.go_on(at);
                return;
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
            Way::Queue(_) => {
                Input::SendMessage(Posting::of(queue_id(place), Sender::User, event, bytes))
            }
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
            Due::Scaling => {
                self.scaling_due(at);
                self.go_on(at);
                return;
            }
            Due::Again { load, attempt } => {
                self.sink.sent_again();
                self.arrive(at, load.into(), attempt);
            }
            Due::Ready(environment) => self.input(at, Input::EnvironmentReady { environment }),
            Due::InitEnd(environment) => {
                let beginning = self.beginnings.get(&environment);
                let restores = beginning.is_some_and(|it| it.from == StartFrom::Snapshot);
                let captures = beginning.is_some_and(|it| it.from == StartFrom::Capture);
                let duration = beginning.map(|it| it.init).unwrap_or_default();
                self.input(
                    at,
                    Input::InitFinished {
                        environment,
                        outcome: InitOutcome::Succeeded,
                        duration,
                        restoring: if restores { duration } else { Span::ZERO },
                        snapshot: captures.then_some(Ok(EVENT_BYTES)),
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
                    self.platform.handle_end(at, end, &mut self.out);
                    self.go_on(at);
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

    /// Tells the platform something.
    fn input(&mut self, at: Moment, input: Input) {
        self.platform.handle(at, input, &mut self.out);
        self.go_on(at);
    }

    /// Tells the sink what became of an input, and carries out what is asked for.
    fn go_on(&mut self, at: Moment) {
        loop {
            for fact in &self.out.facts {
                self.sink.fact(at, fact);
            }
            if self.scaler.is_some() {
                let facts = std::mem::take(&mut self.out.facts);
                self.tell_scaler(at, &facts);
                self.out.facts = facts;
            }
            if !self.clients.is_empty() {
                let facts = std::mem::take(&mut self.out.facts);
                self.ask_clients(at, &facts);
                self.out.facts = facts;
            }
            self.out.facts.clear();
            let mut effects = std::mem::take(&mut self.out.effects);
            for effect in &effects {
                self.carry_out(at, effect);
            }
            effects.clear();
            self.out.effects = effects;
            let Some(input) = self.answers.pop_front() else {
                return;
            };
            self.platform.handle(at, input, &mut self.out);
        }
    }

    pub(super) fn put(&mut self, at: Moment, due: Due) {
        self.unfinished += 1;
        self.agenda.put(at, due);
    }

    pub(super) fn put_timer(&mut self, at: Moment, timer: Timer) {
        self.unfinished += 1;
        self.agenda.put_timer(at, timer);
    }
}
