//! Runs a plan and says again and again what it has come to.

use super::driver::simulate_service;
use super::figures::ServiceFigures;
use super::plan::{LEAD, ServicePlan};
use super::record::{Record, is_failure};
use super::sink::{Answer, Sample, ServiceSink};
use super::watched::{ServiceCost, ServiceSoFar, ServiceWords};
use crate::billing::{FargateBillLine, FargatePrices, Hours, TaskMeter, bill_tasks};
use crate::platform::fargate::ServiceView;
use crate::timeline::{FargateFact, OperatingSystem, ScalingFact};
use crate::units::{Moment, Span};

/// How long nothing is said between two pieces of news, at least. They are larger than those of functions.
const PAUSE: Span = Span::from_millis(400);
/// Decimals of what is said of costs.
const DECIMALS: u32 = 6;
/// The clock is looked at once in so much that happens.
const HAPPENINGS_A_LOOK: u32 = 1 << 12;

/// A service's run that counts and writes down, and says so at a pace.
struct ServiceWatch<'a, Now, Say> {
    plan: &'a ServicePlan,
    words: (&'a str, &'a str),
    figures: ServiceFigures,
    record: Record,
    meter: TaskMeter,
    prices: Option<&'a FargatePrices>,
    happened: u32,
    said: Span,
    begun: Span,
    now: Now,
    say: Say,
}

/// Runs a plan to its end; it costs nothing without prices. `now` tells how long it is since some moment; `say` is told what it has come to so
/// far, again and again. What it came to in the end is returned.
pub fn watch_service<Now: Fn() -> Span, Say: FnMut(ServiceSoFar)>(
    plan: &ServicePlan,
    (name, about): (&str, &str),
    prices: Option<&FargatePrices>,
    now: Now,
    say: Say,
) -> ServiceSoFar {
    let begun = now();
    let mut watch = ServiceWatch {
        plan,
        words: (name, about),
        figures: ServiceFigures::of(plan.length),
        record: Record::of(plan),
        meter: TaskMeter::default(),
        prices,
        happened: 0,
        said: begun,
        begun,
        now,
        say,
    };
    simulate_service(plan, &mut watch);
    let end = Moment::START + LEAD + plan.length;
    watch.figures.reach(end);
    watch.so_far(end)
}

impl<Now: Fn() -> Span, Say: FnMut(ServiceSoFar)> ServiceWatch<'_, Now, Say> {
    fn so_far(&self, at: Moment) -> ServiceSoFar {
        let plan = self.plan;
        let since = at.since(Moment::START + LEAD).min(plan.length);
        let (lanes, more_tasks) = self.record.lanes();
        let (entries, more_entries) = self.record.entries(since);
        ServiceSoFar {
            name: self.words.0.to_owned(),
            about: self.words.1.to_owned(),
            seed: plan.seed.0,
            at: since,
            length: plan.length,
            taken: (self.now)().saturating_sub(self.begun),
            service: words(plan),
            detail: plan.requests.detail,
            headline: self.figures.headline(at),
            series: self.figures.series().clone(),
            tasks: lanes.to_vec(),
            weights: self.record.weights().to_vec(),
            more_tasks,
            entries,
            more_entries,
            alarms: self.record.alarms(),
            cost: self.cost(at),
        }
    }

    fn cost(&self, at: Moment) -> ServiceCost {
        let Some(prices) = self.prices else {
            return ServiceCost::default();
        };
        let mut usage = self.meter.usage(at);
        if self.plan.eks.is_some() {
            usage.eks_clusters = Hours::of(at.since(Moment::START));
        }
        let bill = bill_tasks(prices, &usage);
        let line = |it: &FargateBillLine| (it.to_string(), it.amount.decimal(DECIMALS));
        ServiceCost {
            lines: bill.lines.iter().map(line).collect(),
            total: bill.total().decimal(DECIMALS),
            source: format!("{}, read {}", prices.region, prices.date),
        }
    }

    #[inline]
    fn happened(&mut self, at: Moment) {
        self.figures.reach(at);
        self.happened = self.happened.wrapping_add(1);
        if self.happened.is_multiple_of(HAPPENINGS_A_LOOK) {
            self.look(at);
        }
    }

    /// Kept out of what runs for each happening.
    #[cold]
    fn look(&mut self, at: Moment) {
        let now = (self.now)();
        if now.saturating_sub(self.said) >= PAUSE {
            self.said = now;
            let so_far = self.so_far(at);
            (self.say)(so_far);
        }
    }
}

fn words(plan: &ServicePlan) -> ServiceWords {
    let definition = &plan.definition;
    let system = match definition.operating_system {
        OperatingSystem::Linux => "Linux",
        OperatingSystem::Windows => "Windows",
    };
    let subnet = crate::timeline::SubnetConfiguration {
        name: String::new(),
        zone: crate::units::ZoneId(0),
        prefix: plan.network.prefix,
        route: plan.network.route,
    };
    ServiceWords {
        name: plan.name.clone(),
        size: definition.size.to_string(),
        platform: format!("{system}, {}", definition.architecture.name()),
        zones: plan.network.zones,
        addresses: subnet.addresses(),
        algorithm: match plan.queue {
            None => Some(plan.balancer.algorithm.name().to_owned()),
            Some(_) => None,
        },
        pods: plan.eks.as_ref().map(|it| it.words(definition.size)),
    }
}

impl<Now: Fn() -> Span, Say: FnMut(ServiceSoFar)> ServiceSink for ServiceWatch<'_, Now, Say> {
    fn fargate(&mut self, at: Moment, fact: &FargateFact) {
        self.happened(at);
        self.meter.fact(at, fact);
        match fact {
            FargateFact::TaskCreated { .. } => self.figures.task_started(),
            FargateFact::TaskStopRequested { reason, .. }
                if is_failure(reason.code(), reason.hint()) =>
            {
                self.figures.task_failed();
            }
            _ => {}
        }
        self.record.fargate(at, fact);
    }

    fn scaling(&mut self, at: Moment, fact: &ScalingFact) {
        self.happened(at);
        self.record.scaling(at, fact);
    }

    fn changed(&mut self, at: Moment, view: &ServiceView) {
        self.happened(at);
        self.figures.changed(at, view);
    }

    #[inline]
    fn arrived(&mut self, at: Moment, again: bool, count: u64) {
        self.happened(at);
        self.figures.arrived(again, count);
    }

    #[inline]
    fn answered(&mut self, at: Moment, answer: Answer, latency: Span, count: u64) {
        self.happened(at);
        self.figures.answered(answer, latency, count);
    }

    fn sampled(&mut self, at: Moment, sample: &Sample) {
        self.happened(at);
        self.figures.sampled(at, sample);
    }
}
