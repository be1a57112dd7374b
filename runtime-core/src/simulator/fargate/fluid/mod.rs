//! Requests as a flow, where they are too many to be simulated one by one.
//!
//! ```text
//! mod         what the driver does with it: tasks that change, checks, memory, samples
//! flow        Fluid: what comes, where it goes, what becomes of it, step by step
//! pool        tasks in groups: those that are alike are simulated as one
//! crowd       tasks behind a load balancer: how many requests are in each at a rate
//! steady      what a task is like in the long run at a rate
//! throughput  how fast a task is with so many requests
//! latency     how long requests take: ranks instead of draws
//! ```
//!
//! Only requests are approximated. Tasks, deployments, incidents, alarms, scaling and billing are those of an
//! exact run, by the same driver. What comes is the mean of what is drawn; nothing is drawn here. Between any two
//! things that happen, and at least once a [`FLUID_STEP`], the load balancer's share flows to each target, and as
//! much leaves it as [`crowd`] says. What comes in a step gets its latency when it comes, as [`latency`] says, and
//! its response after that: 504 where it takes longer than the idle timeout, and 502 where its task ends first. Of
//! whole requests each is counted once.
//!
//! What it leaves out ([`LEFT_OUT`]): chance. Tasks that are treated alike have the same load, so that what
//! happens to the unluckiest first (a check that waits, memory that is full) happens to all of a group at once,
//! and not before their mean has come to it.

mod crowd;
mod flow;
mod latency;
mod pool;
mod steady;
mod throughput;

pub(super) use flow::Fluid;

use super::driver::{Due, SAMPLING, Simulation};
use super::sink::{Sample, ServiceSink};
use super::station::Reach;
use crate::platform::fargate::{Checked, Input};
use crate::timeline::{Exit, TaskStatus};
use crate::units::{Moment, Span, TaskId};
use pool::{Class, Portion};

/// The longest step of a flow (model choice: as short as metrics are exact, and long against a request).
pub const FLUID_STEP: Span = Span::from_secs(1);
/// What a flow cannot say.
pub const LEFT_OUT: &str = "single requests, chance between tasks that are alike, memory that only the \
                            unluckiest run out of";

/// How requests are simulated.
pub(super) enum Traffic<'a> {
    /// One by one.
    Each(crate::simulator::arrivals::Flow<'a>),
    /// As a flow.
    Fluid(Box<Fluid<'a>>),
}

impl<'a> Traffic<'a> {
    fn fluid(&mut self) -> Option<&mut Fluid<'a>> {
        match self {
            Traffic::Each(_) => None,
            Traffic::Fluid(fluid) => Some(fluid),
        }
    }
}

impl<S: ServiceSink> Simulation<'_, S> {
    /// Whether requests flow.
    pub(super) fn flows(&self) -> bool {
        matches!(self.traffic, Traffic::Fluid(_))
    }

    /// Before something changes, what was until then has happened.
    pub(super) fn flow_on(&mut self, at: Moment) {
        if let Some(fluid) = self.traffic.fluid() {
            fluid.go_on_to(at, self.sink);
        }
    }

    /// The longest step is over.
    pub(super) fn step(&mut self, at: Moment) {
        self.flow_on(at);
        let plan = self.plan;
        let Some(fluid) = self.traffic.fluid() else {
            return;
        };
        for group in fluid.pool.groups.values_mut() {
            let since = group.class.slow_since;
            group.class.slow_since = since.filter(|it| at.since(*it) < plan.balancer.slow_start);
        }
        fluid.pool.tidy();
        self.look_at_all_memory(at);
        self.put(at + FLUID_STEP, Due::Step);
    }

    /// A task may be of another kind now.
    pub(super) fn sort_task(&mut self, at: Moment, task: TaskId) {
        if !self.flows() {
            return;
        }
        let class = self.class_of(at, task);
        let before = self.traffic.fluid().and_then(|it| it.pool.class_of(task));
        if class == before {
            return;
        }
        self.flow_on(at);
        let Some(fluid) = self.traffic.fluid() else {
            return;
        };
        match (before, class) {
            (_, None) => fluid.remove(task),
            (None, Some(class)) => fluid.pool.put(task, class, Portion::default()),
            (Some(_), Some(class)) => {
                let portion = fluid.pool.take(task);
                fluid.pool.put(task, class, portion);
            }
        }
    }

    fn class_of(&self, at: Moment, task: TaskId) -> Option<Class> {
        let station = self.stations.get(&task)?;
        let target = self.balancer.target(task);
        let slow_start = self.plan.balancer.slow_start;
        // Of those that began in the same step all are alike.
        let step = FLUID_STEP.as_nanos();
        let slow_since = target
            .and_then(|(_, since)| since)
            .map(|since| Moment::from_nanos(since.as_nanos() / step * step))
            .filter(|since| at.since(*since) < slow_start);
        let running = self.fargate.task_status(task).is_some_and(counts);
        let waits = station.is_checked() && station.reach == Reach::Answers;
        Some(Class {
            target: target.map(|(standing, _)| standing),
            slow_since,
            reach: station.serves(),
            running,
            passes: waits.then_some(station.passes),
        })
    }

    /// Its container has ended.
    pub(super) fn lose_flow(&mut self, at: Moment, task: TaskId) {
        self.flow_on(at);
        if let Some(fluid) = self.traffic.fluid() {
            fluid.lose(at, task, self.sink);
        }
    }

    /// Nothing comes back from it any more.
    pub(super) fn cut_off_flow(&mut self, at: Moment, task: TaskId) {
        self.flow_on(at);
        if let Some(fluid) = self.traffic.fluid() {
            fluid.cut_off(task);
        }
    }

    /// How long requests wait for others has changed.
    pub(super) fn slow_flow(&mut self, at: Moment) {
        self.flow_on(at);
        let factor: f64 = self.slow.values().product();
        if let Some(fluid) = self.traffic.fluid() {
            fluid.slow_down(factor);
        }
    }

    /// Checks wait in queues as requests do: tasks of groups whose queues are too long fail theirs.
    pub(super) fn look_at_flow_checks(&mut self, at: Moment) {
        let timeout = self.plan.balancer.check.timeout;
        let Some(fluid) = self.traffic.fluid() else {
            return;
        };
        let mut changed = Vec::new();
        for (id, group) in &fluid.pool.groups {
            let passes = group.ages.longest_wait(at) <= timeout;
            if group.class.passes.is_some_and(|before| before != passes) {
                let tasks = fluid.pool.tasks_of(*id).into_iter();
                changed.extend(tasks.map(|task| (task, passes)));
            }
        }
        for (task, passes) in changed {
            if let Some(station) = self.stations.get_mut(&task) {
                station.passes = passes;
            }
            self.sort_task(at, task);
            let checked = Checked::Target;
            self.tell(
                at,
                Input::Answering {
                    task,
                    checked,
                    passes,
                },
            );
        }
    }

    /// Tasks of groups that use more memory than there is come to their end.
    fn look_at_all_memory(&mut self, at: Moment) {
        let requests = &self.plan.requests;
        let most = self.plan.memory();
        let Some(fluid) = self.traffic.fluid() else {
            return;
        };
        let mut full = Vec::new();
        for (id, group) in &fluid.pool.groups {
            let handled = group.load.min(fluid.throughput.at_once());
            let used = requests.idle_memory as f64 + requests.memory as f64 * handled;
            if group.class.reach == Reach::Answers && used > most as f64 {
                full.extend(fluid.pool.tasks_of(*id));
            }
        }
        for task in full {
            self.container_exited(at, task, Exit::OutOfMemory);
        }
    }

    /// Measures what has flowed since the last sample.
    pub(super) fn sample_flow(&mut self, at: Moment, sample: &mut Sample) {
        self.flow_on(at);
        let plan = self.plan;
        let Some(fluid) = self.traffic.fluid() else {
            return;
        };
        let most = plan.vcpus() * SAMPLING.as_nanos() as f64 / 1e9;
        let at_once = fluid.throughput.at_once();
        let memory_of = |handled: f64| {
            let used = plan.requests.idle_memory as f64 + plan.requests.memory as f64 * handled;
            used / (plan.memory().max(1)) as f64
        };
        let (mut cpu, mut memory, mut running) = (0.0, 0.0, 0.0);
        let (mut handled, mut queued) = (0.0, 0.0);
        for group in fluid.pool.groups.values_mut() {
            let tasks = f64::from(group.tasks);
            let of_each = match group.class.reach {
                Reach::Answers => group.load.min(at_once),
                Reach::Refuses | Reach::Gone => 0.0,
            };
            let used = std::mem::take(&mut group.busy) / most;
            if group.class.running {
                cpu += tasks * used.clamp(0.0, 1.0);
                memory += tasks * memory_of(of_each);
                running += tasks;
            }
            handled += tasks * of_each;
            if group.class.reach == Reach::Answers {
                queued += tasks * (group.load - at_once).max(0.0);
            }
        }
        (sample.handled, sample.queued) = (handled.round() as u64, queued.round() as u64);
        if running > 0.0 {
            (sample.cpu, sample.memory) = (Some(cpu / running), Some(memory / running));
        }
        self.since_sample = std::mem::take(&mut fluid.since_sample);
    }
}

/// Whether a task with this status counts for the service's utilization.
pub(super) fn counts(status: TaskStatus) -> bool {
    (TaskStatus::Running..=TaskStatus::Stopping).contains(&status)
}
