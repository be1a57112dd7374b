//! The driver: what comes and what is due, in order -> inputs of ECS and of Application Auto Scaling; what
//! became of them -> the sink.

use super::balancer::Balancer;
use super::machine::Slot;
use super::plan::{LEAD, ServiceMetric, ServicePlan};
use super::sink::{Answer, ServiceSink};
use super::station::Station;
use crate::generator::Numbers;
use crate::platform::fargate::{self, Fargate, ServiceView};
use crate::platform::scaling::{self, AutoScaling};
use crate::simulator::arrivals::Flow;
use crate::simulator::distribution::drawn;
use crate::simulator::draws::Draws;
use crate::timeline::{LifecycleEvent, SessionMeta};
use crate::units::{
    IdMap, MetricId, Moment, ScalableTargetId, ServiceId, SessionSeed, Span, TaskDefinitionId,
    TaskId,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// The service.
pub(super) const SERVICE: ServiceId = ServiceId(1);
/// What is scaled of it.
pub(super) const TARGET: ScalableTargetId = ScalableTargetId(1);
/// How often the service is looked at: high-resolution metrics have a datapoint for each, the others three.
pub const SAMPLING: Span = Span::from_secs(20);
/// How long the load balancer tries to connect (Elastic Load Balancing guide, "HTTP 504").
const CONNECTING: Span = Span::from_secs(10);
/// The wall clock at the start: 2026-01-01 00:00 UTC.
pub const START_MILLIS: u64 = 1_767_225_600_000;

/// Wall clock and names of a run.
pub fn session() -> SessionMeta {
    SessionMeta {
        seed: SessionSeed::default(),
        unix_millis: START_MILLIS - LEAD.as_nanos() / 1_000_000,
    }
}

/// Runs a plan from its beginning to its end, and tells a sink all that happens. The plan is one that
/// [`ServicePlan::check`] finds nothing wrong with.
pub fn simulate_service(plan: &ServicePlan, sink: &mut impl ServiceSink) {
    let mut simulation = Simulation::new(plan, sink);
    simulation.set_up();
    simulation.run();
}

/// What is due.
pub(super) enum Due {
    Fargate(fargate::Input),
    Scaling(scaling::Input),
    /// Requests of a task may be done with computing.
    Computed {
        task: TaskId,
        plan: u32,
    },
    /// A request has waited for what it needs of others.
    Waited {
        slot: Slot,
        number: u64,
    },
    /// Nobody answers at the address that a request was sent to.
    Unreachable {
        slot: Slot,
        number: u64,
    },
    /// A task answers from now on.
    Booted(TaskId),
    /// A client sends a request again, for this time.
    Again(u16),
    /// Metrics are sampled, checks looked at.
    Sample,
    /// Something happens that the plan says.
    Incident(usize),
    /// What an incident has brought is over.
    Over(usize),
}

/// A request that is on its way.
pub(super) struct Flight {
    /// Counts all requests: a place that is used again has another one.
    number: u64,
    pub(super) task: TaskId,
    arrived: Moment,
    attempt: u16,
    /// The client has its response already: the task goes on for nobody.
    answered: bool,
    /// No response will come: nothing is known of its task any more.
    gone: bool,
}

struct Entry {
    at: Moment,
    order: u64,
    due: Due,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

pub(super) struct Simulation<'a, S> {
    pub(super) plan: &'a ServicePlan,
    pub(super) fargate: Fargate,
    pub(super) scaling: AutoScaling,
    agenda: BinaryHeap<Reverse<Entry>>,
    order: u64,
    flow: Flow<'a>,
    pub(super) balancer: Balancer,
    pub(super) stations: IdMap<TaskId, Station>,
    flights: Vec<Option<Flight>>,
    free: Vec<Slot>,
    /// When requests that are on their way are answered with 504, in order.
    deadlines: VecDeque<(Moment, Slot, u64)>,
    /// Requests so far.
    number: u64,
    /// Requests since the last sample.
    pub(super) since_sample: u64,
    /// What is wrong with revisions that were deployed.
    pub(super) flaws: BTreeMap<TaskDefinitionId, super::plan::Flaw>,
    /// Incidents that make waiting longer, by their place.
    pub(super) slow: BTreeMap<usize, f64>,
    works: Numbers,
    waits: Numbers,
    clients: Numbers,
    /// What is told ECS as soon as all effects are carried out.
    pub(super) answers: VecDeque<fargate::Input>,
    /// What sink and Application Auto Scaling were told last.
    told: ServiceView,
    sink: &'a mut S,
}

impl<'a, S: ServiceSink> Simulation<'a, S> {
    fn new(plan: &'a ServicePlan, sink: &'a mut S) -> Self {
        let numbers = |what: &str| Numbers::of(plan.seed, what);
        Simulation {
            plan,
            fargate: Fargate::default(),
            scaling: AutoScaling::new(session()),
            agenda: BinaryHeap::new(),
            order: 0,
            flow: Flow::begin(
                &plan.arrivals,
                plan.seed,
                "arrivals",
                Moment::START + plan.length,
            ),
            balancer: Balancer::new(
                plan.balancer.algorithm,
                plan.balancer.slow_start,
                numbers("slow start"),
            ),
            stations: IdMap::new(),
            flights: Vec::new(),
            free: Vec::new(),
            deadlines: VecDeque::new(),
            number: 0,
            since_sample: 0,
            flaws: BTreeMap::new(),
            slow: BTreeMap::new(),
            works: numbers("work"),
            waits: numbers("waiting"),
            clients: numbers("waits of clients"),
            answers: VecDeque::new(),
            told: ServiceView::default(),
            sink,
        }
    }

    fn set_up(&mut self) {
        let at = Moment::START;
        for input in self.plan.set_up() {
            self.tell(at, input);
        }
        for input in self.plan.scaling_set_up() {
            self.tell_scaling(at, input);
        }
        // At the very end of a period samples are of the next one.
        let first = Span::from_nanos(SAMPLING.as_nanos() - 1);
        self.put(at + first, Due::Sample);
        for (place, incident) in self.plan.incidents.iter().enumerate() {
            self.put(at + LEAD + incident.at, Due::Incident(place));
        }
    }

    fn run(&mut self) {
        let end = Moment::START + LEAD + self.plan.length;
        loop {
            let due = self.agenda.peek().map(|it| it.0.at);
            let deadline = self.deadlines.front().map(|it| it.0);
            let arrival = self.flow.due().map(|at| at + LEAD);
            let soonest = [due, deadline, arrival].into_iter().flatten().min();
            let Some(at) = soonest.filter(|at| *at <= end) else {
                return;
            };
            if due == Some(at) {
                if let Some(Reverse(entry)) = self.agenda.pop() {
                    self.happen(at, entry.due);
                }
            } else if deadline == Some(at) {
                self.deadline(at);
            } else {
                self.flow.take();
                self.arrive(at, 0);
            }
        }
    }

    pub(super) fn put(&mut self, at: Moment, due: Due) {
        let order = self.order;
        self.order += 1;
        self.agenda.push(Reverse(Entry { at, order, due }));
    }

    fn happen(&mut self, at: Moment, due: Due) {
        match due {
            Due::Fargate(input) => self.tell(at, input),
            Due::Scaling(input) => self.tell_scaling(at, input),
            Due::Computed { task, plan } => self.computed(at, task, plan),
            Due::Waited { slot, number } => {
                if self.flight(slot, number).is_some_and(|it| !it.gone) {
                    self.finish(at, slot);
                }
            }
            Due::Unreachable { slot, number } => {
                if self.flight(slot, number).is_some() {
                    self.lose(at, slot, Answer::Timeout);
                }
            }
            Due::Booted(task) => self.booted(at, task),
            Due::Again(attempt) => self.arrive(at, attempt),
            Due::Sample => {
                self.sample(at);
                self.put(at + SAMPLING, Due::Sample);
            }
            Due::Incident(place) => self.incident(at, place),
            Due::Over(place) => self.over(at, place),
        }
    }

    /// A request comes to the load balancer.
    fn arrive(&mut self, at: Moment, attempt: u16) {
        let number = self.number;
        self.number += 1;
        self.since_sample += 1;
        self.sink.arrived(at, attempt > 0);
        let Some(task) = self.balancer.choose(at) else {
            return self.answer(at, Answer::Unavailable, Span::ZERO, attempt);
        };
        let reached = self.stations.get(&task).map(|it| it.reach);
        let flight = Flight {
            number,
            task,
            arrived: at,
            attempt,
            answered: false,
            gone: false,
        };
        match reached {
            Some(super::station::Reach::Answers) => {
                let slot = self.keep(flight);
                let deadline = at + self.plan.balancer.idle_timeout;
                self.deadlines.push_back((deadline, slot, number));
                let work = self
                    .plan
                    .requests
                    .work
                    .draw(&mut Draws::of(self.works, number));
                if let Some(station) = self.stations.get_mut(&task) {
                    station.machine.arrive(at, slot, work);
                }
                self.plan_computed(task);
                self.look_at_memory(at, task);
            }
            // Nothing listens there yet, or not any more.
            Some(super::station::Reach::Refuses) | None => {
                self.balancer.answered(task);
                self.answer(at, Answer::BadGateway, Span::ZERO, attempt);
            }
            Some(super::station::Reach::Gone) => {
                let slot = self.keep(flight);
                self.put(at + CONNECTING, Due::Unreachable { slot, number });
            }
        }
    }

    fn keep(&mut self, flight: Flight) -> Slot {
        match self.free.pop() {
            Some(slot) => {
                if let Some(place) = self.flights.get_mut(slot as usize) {
                    *place = Some(flight);
                }
                slot
            }
            None => {
                self.flights.push(Some(flight));
                (self.flights.len() - 1) as Slot
            }
        }
    }

    fn flight(&self, slot: Slot, number: u64) -> Option<&Flight> {
        let flight = self.flights.get(slot as usize)?.as_ref()?;
        (flight.number == number).then_some(flight)
    }

    fn take(&mut self, slot: Slot) -> Option<Flight> {
        let flight = self.flights.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        Some(flight)
    }

    /// When the next request of a task is done with computing.
    pub(super) fn plan_computed(&mut self, task: TaskId) {
        let next = self.stations.get(&task).and_then(|it| it.machine.next());
        if let Some((due, plan)) = next {
            self.put(due, Due::Computed { task, plan });
        }
    }

    fn computed(&mut self, at: Moment, task: TaskId, plan: u32) {
        let station = self.stations.get(&task);
        if !station.is_some_and(|it| it.machine.keeps(plan)) {
            return;
        }
        while let Some(slot) = self
            .stations
            .get_mut(&task)
            .and_then(|it| it.machine.computed(at))
        {
            let number = self.flights.get(slot as usize).and_then(|it| it.as_ref());
            let Some(number) = number.map(|it| it.number) else {
                continue;
            };
            let wait = self
                .plan
                .requests
                .wait
                .draw(&mut Draws::of(self.waits, number));
            let factor: f64 = self.slow.values().product();
            let wait = drawn(wait.as_nanos() as f64 * factor);
            match wait {
                Span::ZERO => self.finish(at, slot),
                wait => self.put(at + wait, Due::Waited { slot, number }),
            }
        }
        self.plan_computed(task);
    }

    /// A task is done with a request.
    fn finish(&mut self, at: Moment, slot: Slot) {
        let Some(flight) = self.take(slot) else {
            return;
        };
        let waited = self.stations.get_mut(&flight.task).map(|station| {
            let queued = station.machine.queued() > 0;
            station.machine.leave(at);
            queued
        });
        if waited == Some(true) {
            self.plan_computed(flight.task);
        }
        if !flight.answered {
            self.balancer.answered(flight.task);
            let latency = at.since(flight.arrived);
            self.answer(at, Answer::Served, latency, flight.attempt);
        }
    }

    /// A request has no place any more where something would come of it.
    pub(super) fn lose(&mut self, at: Moment, slot: Slot, answer: Answer) {
        if let Some(flight) = self.take(slot)
            && !flight.answered
        {
            self.balancer.answered(flight.task);
            self.answer(at, answer, at.since(flight.arrived), flight.attempt);
        }
    }

    /// A task is not reached any more: its requests wait in vain for the idle timeout.
    pub(super) fn cut_off(&mut self, task: TaskId) {
        for slot in self.slots_of(task) {
            let place = self.flights.get_mut(slot as usize);
            match place.and_then(|it| it.as_mut()) {
                Some(flight) if flight.answered => drop(self.take(slot)),
                Some(flight) => flight.gone = true,
                None => {}
            }
        }
    }

    /// The requests that a task has.
    pub(super) fn slots_of(&self, task: TaskId) -> Vec<Slot> {
        let flights = self.flights.iter().enumerate();
        let of = flights.filter(|(_, it)| it.as_ref().is_some_and(|it| it.task == task));
        of.map(|(slot, _)| slot as Slot).collect()
    }

    fn deadline(&mut self, at: Moment) {
        let Some((_, slot, number)) = self.deadlines.pop_front() else {
            return;
        };
        let place = self
            .flights
            .get_mut(slot as usize)
            .and_then(|it| it.as_mut());
        if let Some(flight) = place
            && flight.number == number
            && !flight.answered
        {
            if flight.gone {
                return self.lose(at, slot, Answer::Timeout);
            }
            flight.answered = true;
            let (task, arrived, attempt) = (flight.task, flight.arrived, flight.attempt);
            self.balancer.answered(task);
            self.answer(at, Answer::Timeout, at.since(arrived), attempt);
        }
    }

    /// A client gets its response, and sends the request again if it was no success.
    fn answer(&mut self, at: Moment, answer: Answer, latency: Span, attempt: u16) {
        self.sink.answered(at, answer, latency);
        if let Some(retries) = self.plan.requests.retries
            && answer != Answer::Served
            && attempt < retries.most
        {
            let longest = retries.wait.doubled(attempt.into()).as_nanos() as f64;
            let share = Draws::of(self.clients, self.order).fraction();
            self.put(at + drawn(longest * share), Due::Again(attempt + 1));
        }
    }

    /// Tells ECS something, and carries out what it asks for.
    pub(super) fn tell(&mut self, at: Moment, input: fargate::Input) {
        let mut next = Some(input);
        let mut out = fargate::Out::default();
        while let Some(input) = next {
            self.fargate.handle(at, input, &mut out);
            for fact in std::mem::take(&mut out.facts) {
                if let LifecycleEvent::Fargate(fact) = fact {
                    self.sink.fargate(at, &fact);
                    self.follow(at, &fact);
                }
            }
            for effect in std::mem::take(&mut out.effects) {
                self.carry_out(at, effect);
            }
            next = self.answers.pop_front();
        }
        self.report(at);
    }

    /// Sink and Application Auto Scaling hear what is running, and whether something is being deployed.
    fn report(&mut self, at: Moment) {
        let view = self.fargate.service(SERVICE).unwrap_or_default();
        let told = std::mem::replace(&mut self.told, view);
        if told == view {
            return;
        }
        self.sink.changed(at, &view);
        let target = TARGET;
        if told.deploying != view.deploying {
            let in_progress = view.deploying;
            self.tell_scaling(
                at,
                scaling::Input::Deployment {
                    target,
                    in_progress,
                },
            );
        }
        if told.running != view.running {
            let running = view.running;
            self.tell_scaling(at, scaling::Input::Running { target, running });
        }
    }

    /// Tells Application Auto Scaling something, and carries out what it asks for.
    pub(super) fn tell_scaling(&mut self, at: Moment, input: scaling::Input) {
        if self.plan.scaling.is_none() {
            return;
        }
        let mut out = scaling::Out::default();
        self.scaling.handle(at, input, &mut out);
        for fact in &out.facts {
            self.sink.scaling(at, fact);
        }
        for effect in out.effects {
            match effect {
                scaling::Effect::SetTimer { at, timer } => {
                    self.put(at, Due::Scaling(scaling::Input::TimerFired(timer)));
                }
                scaling::Effect::SetDesired { capacity, .. } => {
                    let input = fargate::Input::SetDesiredCount {
                        service: SERVICE,
                        desired: capacity,
                    };
                    self.put(at, Due::Fargate(input));
                }
                scaling::Effect::PlanAction { action, after, .. } => {
                    let due = self.plan.action_due(action).filter(|due| *due > after);
                    let input = scaling::Input::ActionPlanned { action, due };
                    self.put(at, Due::Scaling(input));
                }
                // Services have no pods.
                scaling::Effect::SetReplicas { .. } => {}
            }
        }
    }

    pub(super) fn sampled(&mut self, at: Moment, sample: &super::sink::Sample) {
        self.sink.sampled(at, sample);
    }
}

/// Where a metric's samples are.
pub(super) const fn metric_id(metric: ServiceMetric) -> MetricId {
    MetricId(match metric {
        ServiceMetric::Cpu => 1,
        ServiceMetric::Memory => 2,
        ServiceMetric::CpuHighResolution => 3,
        ServiceMetric::MemoryHighResolution => 4,
        ServiceMetric::Requests => 5,
    })
}
