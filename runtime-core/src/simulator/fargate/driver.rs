//! The driver: what comes and what is due, in order -> inputs of ECS and of Application Auto Scaling; what
//! became of them -> the sink.

use super::fluid::{FLUID_STEP, Fluid, Traffic};
use super::listener::Listener;
use super::machine::Slot;
use super::plan::{Detail, LEAD, ServicePlan};
use super::requests::{Attempt, Flight};
use super::sink::{Answer, ServiceSink};
use super::station::Station;
use super::workers::Workers;
use crate::generator::Numbers;
use crate::platform::fargate::{self, Fargate, ServiceView};
use crate::platform::scaling::{self, AutoScaling, PodAutoscaler};
use crate::simulator::arrivals::Flow;
use crate::timeline::{LifecycleEvent, SessionMeta};
use crate::units::{
    IdMap, Moment, ScalableTargetId, ServiceId, SessionSeed, Span, TaskDefinitionId, TaskId,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// The service.
pub(super) const SERVICE: ServiceId = ServiceId(1);
/// What is scaled of it.
pub(super) const TARGET: ScalableTargetId = ScalableTargetId(1);
/// How often the service is looked at: high-resolution metrics have a datapoint for each, the others three.
pub const SAMPLING: Span = Span::from_secs(20);
/// The wall clock at the start: 2026-01-01 00:00 UTC.
pub const START_MILLIS: u64 = 1_767_225_600_000;

/// What the work of requests, and what they wait for, is drawn for.
pub(in crate::simulator) const WORKS: &str = "work";
pub(in crate::simulator) const WAITS: &str = "waiting";
/// What the arrivals of a service by itself are drawn for.
const ARRIVALS: &str = "arrivals";

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
    simulate_service_at(plan, ARRIVALS, sink);
}

/// The same with arrivals that are drawn for this name, one by one.
pub(in crate::simulator) fn simulate_service_at(
    plan: &ServicePlan,
    arrivals: &str,
    sink: &mut impl ServiceSink,
) {
    let mut simulation = Simulation::new(plan, arrivals, sink);
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
    /// A request has not come to the database that it needs.
    GivenUp {
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
    /// A client sends a request again.
    Again(Attempt),
    /// Messages that no task has deleted in time can be received again.
    VisibleAgain,
    /// Metrics are sampled, checks looked at.
    Sample,
    /// The autoscaler of pods looks at them.
    Sync,
    /// Requests have flowed for a step.
    Step,
    /// Something happens that the plan says.
    Incident(usize),
    /// What an incident has brought is over.
    Over(usize),
}

struct Entry {
    at: Moment,
    pub(super) order: u64,
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
    /// Where tasks are pods that are scaled.
    pub(super) autoscaler: Option<PodAutoscaler>,
    agenda: BinaryHeap<Reverse<Entry>>,
    pub(super) order: u64,
    pub(super) traffic: Traffic<'a>,
    pub(super) balancer: Listener,
    /// Where tasks take messages of a queue instead.
    pub(super) workers: Option<Workers>,
    /// Whether security groups let the load balancer come to tasks.
    pub(super) reaches_tasks: bool,
    /// Whether they let tasks come to what requests wait for.
    pub(super) reaches_database: bool,
    pub(super) stations: IdMap<TaskId, Station>,
    pub(super) flights: Vec<Option<Flight>>,
    pub(super) free: Vec<Slot>,
    /// When requests that are on their way are answered with 504, in order.
    pub(super) deadlines: VecDeque<(Moment, Slot, u64)>,
    /// Requests so far.
    pub(super) number: u64,
    /// Requests since the last sample.
    pub(super) since_sample: u64,
    /// Requests since the autoscaler of pods last looked.
    pub(super) since_sync: u64,
    /// Those of them that were answered with 502, 503 or 504.
    pub(super) errors_since_sample: u64,
    /// What is wrong with revisions that were deployed.
    pub(super) flaws: BTreeMap<TaskDefinitionId, super::plan::Flaw>,
    /// Incidents that make waiting longer, by their place.
    pub(super) slow: BTreeMap<usize, f64>,
    pub(super) works: Numbers,
    pub(super) waits: Numbers,
    pub(super) clients: Numbers,
    pub(super) senders: Numbers,
    /// What is told ECS as soon as all effects are carried out.
    pub(super) answers: VecDeque<fargate::Input>,
    /// What sink and Application Auto Scaling were told last.
    told: ServiceView,
    pub(super) sink: &'a mut S,
}

impl<'a, S: ServiceSink> Simulation<'a, S> {
    fn new(plan: &'a ServicePlan, arrivals: &str, sink: &'a mut S) -> Self {
        let numbers = |what: &str| Numbers::of(plan.seed, what);
        Simulation {
            plan,
            fargate: Fargate::default(),
            scaling: AutoScaling::new(session()),
            autoscaler: None,
            agenda: BinaryHeap::new(),
            order: 0,
            traffic: match plan.requests.detail {
                Detail::Exact => Traffic::Each(Flow::begin(
                    &plan.arrivals,
                    plan.seed,
                    arrivals,
                    Moment::START + plan.length,
                )),
                Detail::Fluid => Traffic::Fluid(Box::new(Fluid::new(plan))),
            },
            balancer: Listener::of(plan),
            workers: plan.queue.as_ref().map(Workers::of),
            reaches_tasks: plan.security.balancer_reaches_task(),
            reaches_database: plan.security.task_reaches_database(),
            stations: IdMap::new(),
            flights: Vec::new(),
            free: Vec::new(),
            deadlines: VecDeque::new(),
            number: 0,
            since_sample: 0,
            since_sync: 0,
            errors_since_sample: 0,
            flaws: BTreeMap::new(),
            slow: BTreeMap::new(),
            works: numbers(WORKS),
            waits: numbers(WAITS),
            clients: numbers("waits of clients"),
            senders: numbers("clients"),
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
        self.begin_autoscaler(at);
        // At the very end of a period samples are of the next one.
        let first = Span::from_nanos(SAMPLING.as_nanos() - 1);
        self.put(at + first, Due::Sample);
        if self.flows() {
            // Steps end where samples do.
            let first = Span::from_nanos(FLUID_STEP.as_nanos() - 1);
            self.put(at + LEAD + first, Due::Step);
        }
        for (place, incident) in self.plan.incidents.iter().enumerate() {
            self.put(at + LEAD + incident.at, Due::Incident(place));
        }
    }

    fn run(&mut self) {
        let end = Moment::START + LEAD + self.plan.length;
        loop {
            let due = self.agenda.peek().map(|it| it.0.at);
            let deadline = self.deadlines.front().map(|it| it.0);
            let arrival = match &self.traffic {
                Traffic::Each(flow) => flow.due().map(|at| at + LEAD),
                Traffic::Fluid(_) => None,
            };
            let soonest = [due, deadline, arrival].into_iter().flatten().min();
            let Some(at) = soonest.filter(|at| *at <= end) else {
                // What flows in the last step comes before the end.
                return self.flow_on(Moment::from_nanos(end.as_nanos() - 1));
            };
            if due == Some(at) {
                if let Some(Reverse(entry)) = self.agenda.pop() {
                    self.happen(at, entry.due);
                }
            } else if deadline == Some(at) {
                self.deadline(at);
            } else {
                if let Traffic::Each(flow) = &mut self.traffic {
                    flow.take();
                }
                let attempt = self.first_attempt();
                self.arrive(at, attempt);
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
            Due::GivenUp { slot, number } => {
                if self.flight(slot, number).is_some_and(|it| !it.gone) {
                    self.give_up(at, slot);
                }
            }
            Due::Unreachable { slot, number } => {
                if self.flight(slot, number).is_some() {
                    self.lose(at, slot, Answer::Timeout);
                }
            }
            Due::Booted(task) => self.booted(at, task),
            Due::Again(attempt) => self.arrive(at, attempt),
            Due::VisibleAgain => self.visible_again(at),
            Due::Sample => {
                self.sample(at);
                self.put(at + SAMPLING, Due::Sample);
            }
            Due::Sync => self.sync(at),
            Due::Step => self.step(at),
            Due::Incident(place) => self.incident(at, place),
            Due::Over(place) => self.over(at, place),
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
        if self.plan.scaling.is_none() && self.plan.deployment_alarm.is_none() {
            return;
        }
        let mut out = scaling::Out::default();
        self.scaling.handle(at, input, &mut out);
        for fact in &out.facts {
            self.sink.scaling(at, fact);
            if let Some(input) = self.plan.alarm_of_deployments(SERVICE, fact) {
                self.put(at, Due::Fargate(input));
            }
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
                // The autoscaler of pods is another machine.
                scaling::Effect::SetReplicas { .. } => {}
            }
        }
    }

    pub(super) fn sampled(&mut self, at: Moment, sample: &super::sink::Sample) {
        self.sink.sampled(at, sample);
    }
}
