//! What flows: to the load balancer, to tasks, through them, and back.

use super::super::balancer::{Algorithm, Standing};
use super::super::plan::{LEAD, ServicePlan};
use super::super::requests::CONNECTING;
use super::super::sink::{Answer, ServiceSink};
use super::super::station::Reach;
use super::FLUID_STEP;
use super::crowd::{Crowd, Routing};
use super::latency::{Finds, Latencies};
use super::pool::{Class, Parcel, Parcels, Pool, Portion, Turns};
use super::steady::SteadyStates;
use super::throughput::Throughput;
use crate::simulator::arrivals::Volume;
use crate::simulator::distribution::drawn;
use crate::units::{Moment, Span, TaskId};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Of the requests that come in a step so many have latencies of their own, divided among all groups; the others
/// have the same ones (model choice).
const POINTS: u64 = 128;
/// As many one group has at most, and at least.
const POINTS_OF_GROUP: (u64, u64) = (4, 64);
/// What clients send again after one time is spread over so many moments at most (model choice).
const MOST_PARTS: u64 = 256;
/// So often an interval is halved until a level is found.
const HALVINGS: u32 = 60;
/// The least weight of a target in slow start: it has just begun.
const LEAST_WEIGHT: f64 = 1e-6;

/// Requests as a flow.
pub(in super::super) struct Fluid<'a> {
    pub(super) plan: &'a ServicePlan,
    volume: Volume<'a>,
    /// Until when all has flowed.
    now: Moment,
    /// Requests that clients have sent for the first time, and how many were told so far.
    expected: f64,
    told: u64,
    pub(super) pool: Pool,
    /// Responses that nothing changes any more: those of tasks that cannot be reached.
    gone: Parcels,
    /// What clients send again: when, and for which time.
    again: BTreeMap<(Moment, u16), u64>,
    pub(super) throughput: Throughput,
    steady: SteadyStates,
    crowd: Crowd,
    latencies: Latencies,
    turns: Turns,
    /// Requests since the last sample.
    pub(super) since_sample: u64,
    /// What has its response now.
    ready: Vec<Parcel>,
}

/// What each task of a group gets.
#[derive(Clone, Copy, Debug)]
struct Share {
    group: u32,
    tasks: f64,
    each: f64,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: Moment,
    to: Moment,
}

impl Stretch {
    fn seconds(self) -> f64 {
        seconds_of(self.to.since(self.from))
    }
}

impl<'a> Fluid<'a> {
    pub(in super::super) fn new(plan: &'a ServicePlan) -> Fluid<'a> {
        let requests = &plan.requests;
        let throughput = throughput(plan, 1.0);
        let steady = SteadyStates::of(&throughput);
        let routing = Routing {
            algorithm: plan.balancer.algorithm,
            spacing: plan.arrivals.spacing(),
            targets: 1,
            variation: requests.work.variation(),
            vcpus: plan.vcpus(),
        };
        let crowd = Crowd::of(&throughput, &steady, routing);
        let end = Moment::START + plan.length;
        Fluid {
            plan,
            volume: Volume::begin(&plan.arrivals, plan.seed, "arrivals", end),
            now: Moment::START,
            expected: 0.0,
            told: 0,
            pool: Pool::default(),
            gone: Parcels::new(),
            again: BTreeMap::new(),
            throughput,
            steady,
            crowd,
            latencies: Latencies::of(requests),
            turns: Turns::default(),
            since_sample: 0,
            ready: Vec::new(),
        }
    }

    /// From now on requests wait for others so many times as long as planned.
    pub(super) fn slow_down(&mut self, factor: f64) {
        self.latencies.slow = factor;
        self.throughput = throughput(self.plan, factor);
        self.steady = SteadyStates::of(&self.throughput);
        self.crowd = Crowd::of(&self.throughput, &self.steady, self.crowd.routing());
    }

    /// All that happens until a moment, if nothing changes before it.
    pub(super) fn go_on_to(&mut self, at: Moment, sink: &mut impl ServiceSink) {
        if at <= self.now {
            return;
        }
        let stretch = Stretch {
            from: std::mem::replace(&mut self.now, at),
            to: at,
        };
        let (batches, amount) = self.coming(at);
        for (attempt, count) in &batches {
            sink.arrived(at, *attempt > 0, *count);
            self.since_sample += count;
        }
        let shares = self.shares(amount, stretch);
        let finds = self.go_through(stretch, &shares);
        for (attempt, count) in batches {
            self.divide(stretch, (attempt, count), &shares, &finds);
        }
        self.respond(at, sink);
    }

    /// Requests that come until a moment, by how often they were sent before; and how many that is as a flow.
    fn coming(&mut self, at: Moment) -> (Vec<(u16, u64)>, f64) {
        let since = at.since(Moment::START + LEAD);
        let expected = self.volume.until(since);
        let mut amount = (expected - self.expected).max(0.0);
        self.expected = expected;
        let fresh = (expected.round() as u64).saturating_sub(self.told);
        self.told += fresh;
        let mut batches = Vec::new();
        if fresh > 0 {
            batches.push((0, fresh));
        }
        while let Some(first) = self.again.first_entry().filter(|it| it.key().0 <= at) {
            let ((_, attempt), count) = first.remove_entry();
            amount += count as f64;
            match batches.iter_mut().find(|it| it.0 == attempt) {
                Some(batch) => batch.1 += count,
                None => batches.push((attempt, count)),
            }
        }
        (batches, amount)
    }

    /// What each target gets of an amount. The tables are made for as many.
    fn shares(&mut self, amount: f64, stretch: Stretch) -> Vec<Share> {
        let at = stretch.to;
        let groups = &self.pool.groups;
        let healthy = |class: &Class| class.target == Some(Standing::Healthy);
        // Fail open, as the load balancer does.
        let some = groups.values().any(|it| healthy(&it.class));
        let open = groups.iter().filter(|(_, it)| match some {
            true => healthy(&it.class),
            false => it.class.target.is_some(),
        });
        let mut shares: Vec<Share> = Vec::new();
        let (mut weights, mut targets) = (0.0, 0_u32);
        for (id, group) in open {
            let each = group.class.slow_since.map_or(1.0, |since| {
                let slow_start = self.plan.balancer.slow_start.as_nanos() as f64;
                (at.since(since).as_nanos() as f64 / slow_start.max(1.0)).clamp(LEAST_WEIGHT, 1.0)
            });
            let tasks = f64::from(group.tasks);
            weights += each * tasks;
            targets = targets.saturating_add(group.tasks);
            shares.push(Share {
                group: *id,
                tasks,
                each,
            });
        }
        let routing = self.crowd.routing();
        if targets > 0 && targets != routing.targets {
            let routing = Routing { targets, ..routing };
            self.crowd = Crowd::of(&self.throughput, &self.steady, routing);
        }
        match routing.algorithm {
            Algorithm::RoundRobin | Algorithm::WeightedRandom => {
                for share in &mut shares {
                    share.each *= amount / weights;
                }
            }
            Algorithm::LeastOutstandingRequests => {
                self.level(amount, stretch.seconds(), &mut shares);
            }
        }
        shares
    }

    /// The fewest outstanding requests get more, so that all that get some have as many in the end. Who refuses
    /// never has any, and gets all.
    fn level(&self, amount: f64, seconds: f64, shares: &mut [Share]) {
        let group = |share: &Share| self.pool.groups.get(&share.group);
        let refuses =
            |share: &Share| group(share).is_some_and(|it| it.class.reach == Reach::Refuses);
        let refusing: f64 = shares
            .iter()
            .filter(|it| refuses(it))
            .map(|it| it.tasks)
            .sum();
        if refusing > 0.0 {
            for share in shares {
                share.each = match refuses(share) {
                    true => amount / refusing,
                    false => 0.0,
                };
            }
            return;
        }
        let comes = |share: &Share, level: f64| match group(share) {
            Some(it) if it.class.reach == Reach::Gone => {
                (level * (1.0 + seconds / seconds_of(CONNECTING)) - it.load).max(0.0)
            }
            Some(it) => self.crowd.comes(it.load, level, seconds),
            None => 0.0,
        };
        let filled = |shares: &[Share], level: f64| -> f64 {
            let of = |it: &Share| comes(it, level) * it.tasks;
            shares.iter().map(of).sum()
        };
        // The level at which all that comes has found a place.
        let loads = shares.iter().filter_map(group).map(|it| it.load);
        let (mut low, mut high) = (0.0, loads.fold(0.0, f64::max) + amount);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            match filled(shares, middle) < amount {
                true => low = middle,
                false => high = middle,
            }
        }
        let all = filled(shares, high);
        for share in shares {
            share.each = comes(share, high) * amount / all.max(f64::MIN_POSITIVE);
        }
    }

    /// Requests come to tasks and leave them; what those find that come.
    fn go_through(&mut self, stretch: Stretch, shares: &[Share]) -> Vec<Finds> {
        let seconds = stretch.seconds();
        let mut shares = shares.iter().peekable();
        let mut finds = Vec::new();
        for (id, group) in &mut self.pool.groups {
            let share = shares.next_if(|it| it.group == *id);
            let comes = share.map_or(0.0, |it| it.each);
            let before = group.load;
            let mut found = None;
            match group.class.reach {
                Reach::Refuses => group.load = 0.0,
                Reach::Gone => {
                    group.load = (before + comes) / (1.0 + seconds / seconds_of(CONNECTING));
                }
                Reach::Answers if before + comes > 0.0 => {
                    let leaves = self.crowd.leaving(before + comes, seconds);
                    let rate = self.crowd.by_chance(comes / seconds, leaves);
                    group.load = (before + comes - leaves * seconds).max(0.0);
                    group.busy += leaves * seconds * self.throughput.work();
                    let queued = group.load - self.throughput.at_once();
                    group.ages.go_on(stretch.from, comes, queued);
                    if comes > 0.0 {
                        let by_chance = self.crowd.load(rate);
                        found = Some(Finds {
                            seen: self.steady.seen(self.crowd.time(rate)),
                            backlog: (
                                (before - by_chance).max(0.0),
                                (group.load - by_chance).max(0.0),
                            ),
                        });
                    }
                }
                Reach::Answers => {}
            }
            if share.is_some() {
                finds.push(found.unwrap_or_else(Finds::nobody));
            }
        }
        finds
    }

    /// Divides whole requests as the flow is divided.
    fn divide(
        &mut self,
        stretch: Stretch,
        (attempt, count): (u16, u64),
        shares: &[Share],
        finds: &[Finds],
    ) {
        let all: f64 = shares.iter().map(|it| it.each * it.tasks).sum();
        if all <= 0.0 {
            return self.ready.push(Parcel {
                due: stretch.to,
                latency: Span::ZERO,
                answer: Answer::Unavailable,
                attempt,
                count,
            });
        }
        let points = (POINTS / shares.len() as u64).clamp(POINTS_OF_GROUP.0, POINTS_OF_GROUP.1);
        let turn = self.turns.next();
        let (mut until, mut given) = (0.0, 0);
        for (place, (share, finds)) in shares.iter().zip(finds).enumerate() {
            until += share.each * share.tasks;
            let given_then = match place + 1 == shares.len() {
                true => count,
                false => ((count as f64 * (until / all) + turn) as u64).clamp(given, count),
            };
            let batch = (attempt, given_then - given);
            given = given_then;
            if batch.1 > 0 {
                self.deliver(stretch, batch, share.group, finds, points);
            }
        }
    }

    /// Whole requests come to tasks of a group.
    fn deliver(
        &mut self,
        stretch: Stretch,
        (attempt, count): (u16, u64),
        group: u32,
        finds: &Finds,
        points: u64,
    ) {
        let Some(group) = self.pool.groups.get_mut(&group) else {
            return;
        };
        let parcel = Parcel {
            due: stretch.to,
            latency: Span::ZERO,
            answer: Answer::BadGateway,
            attempt,
            count,
        };
        match group.class.reach {
            Reach::Refuses => self.ready.push(parcel),
            Reach::Gone => self.gone.push(Reverse(Parcel {
                due: stretch.to + CONNECTING,
                latency: CONNECTING,
                answer: Answer::Timeout,
                ..parcel
            })),
            Reach::Answers => {
                let idle = self.plan.balancer.idle_timeout;
                let width = stretch.to.since(stretch.from).as_nanos() as f64;
                let points = points.min(count);
                for point in 0..points {
                    let part =
                        |point: u64| u128::from(count) * u128::from(point) / u128::from(points);
                    let (comes, seconds) = self.latencies.next(finds, &self.throughput);
                    let latency = drawn(seconds * 1e9);
                    let (answer, latency) = match latency <= idle {
                        true => (Answer::Served, latency),
                        false => (Answer::Timeout, idle),
                    };
                    let parcel = Parcel {
                        due: stretch.from + drawn(width * comes) + latency,
                        latency,
                        answer,
                        attempt,
                        count: (part(point + 1) - part(point)) as u64,
                    };
                    match parcel.due <= stretch.to {
                        true => self.ready.push(parcel),
                        false => group.parcels.push(Reverse(parcel)),
                    }
                }
            }
        }
    }

    /// Clients get what is due.
    fn respond(&mut self, at: Moment, sink: &mut impl ServiceSink) {
        let mut ready = std::mem::take(&mut self.ready);
        let groups = self.pool.groups.values_mut().map(|it| &mut it.parcels);
        for parcels in groups.chain([&mut self.gone]) {
            while parcels.peek().is_some_and(|it| it.0.due <= at) {
                ready.extend(parcels.pop().map(|it| it.0));
            }
        }
        for parcel in &ready {
            self.answer(at, parcel, sink);
        }
        ready.clear();
        self.ready = ready;
    }

    fn answer(&mut self, at: Moment, parcel: &Parcel, sink: &mut impl ServiceSink) {
        let Parcel {
            latency,
            answer,
            attempt,
            count,
            ..
        } = *parcel;
        sink.answered(at, answer, latency, count);
        let Some(retries) = self.plan.requests.retries else {
            return;
        };
        if answer == Answer::Served || attempt >= retries.most {
            return;
        }
        // Each waits for a part of the longest wait, and each part is as likely.
        let longest = retries.wait.doubled(attempt.into()).as_nanos();
        let parts = longest.div_ceil(FLUID_STEP.as_nanos()).clamp(1, MOST_PARTS);
        let turn = self.turns.next();
        let until = |part: u64| (count as f64 * part as f64 / parts as f64 + turn) as u64;
        for part in 0..parts {
            let more = until(part + 1) - until(part);
            if more > 0 {
                let waits = u128::from(longest) * u128::from(2 * part + 1) / u128::from(2 * parts);
                let due = at + Span::from_nanos(u64::try_from(waits).unwrap_or(u64::MAX));
                *self.again.entry((due, attempt + 1)).or_default() += more;
            }
        }
    }

    /// A task has ended: its connections are closed.
    pub(super) fn lose(&mut self, at: Moment, task: TaskId, sink: &mut impl ServiceSink) {
        let Some(class) = self.pool.class_of(task) else {
            return;
        };
        let lost = self.pool.take(task);
        for parcel in &lost.parcels {
            let parcel = Parcel {
                latency: at.since(parcel.came()),
                answer: Answer::BadGateway,
                ..*parcel
            };
            self.answer(at, &parcel, sink);
        }
        self.pool.put(task, class, Portion::default());
    }

    /// A task cannot be reached any more: its requests wait in vain for the idle timeout.
    pub(super) fn cut_off(&mut self, task: TaskId) {
        let Some(class) = self.pool.class_of(task) else {
            return;
        };
        let lost = self.pool.take(task);
        let latency = self.plan.balancer.idle_timeout;
        self.gone.extend(lost.parcels.iter().map(|parcel| {
            Reverse(Parcel {
                due: parcel.came() + latency,
                latency,
                answer: Answer::Timeout,
                ..*parcel
            })
        }));
        self.pool.put(task, class, Portion::default());
    }

    /// It is there no more. What its clients wait for comes all the same.
    pub(super) fn remove(&mut self, task: TaskId) {
        let left = self.pool.take(task);
        self.gone.extend(left.parcels.into_iter().map(Reverse));
    }
}

impl Finds {
    /// What requests find that come to nobody who handles them.
    fn nobody() -> Finds {
        Finds {
            seen: [0.0; super::steady::PARTS],
            backlog: (0.0, 0.0),
        }
    }
}

fn seconds_of(span: Span) -> f64 {
    span.as_nanos() as f64 / 1e9
}

fn throughput(plan: &ServicePlan, slow: f64) -> Throughput {
    let requests = &plan.requests;
    Throughput::of(
        plan.vcpus(),
        requests.at_once,
        requests.work.mean_seconds(),
        requests.wait.mean_seconds() * slow,
    )
}
