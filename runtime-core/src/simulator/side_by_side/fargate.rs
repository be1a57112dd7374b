//! Counts the service's side.

use super::lambda::DECIMALS;
use super::sides::{Rejected, Side, SideCapacity, SideCost, SideStretch};
use crate::billing::{FargateBillLine, FargatePrices, Hours, TaskMeter, bill_tasks};
use crate::platform::fargate::ServiceView;
use crate::simulator::fargate::{
    Answer, LEAD, SAMPLING, Sample, ServiceFigures, ServicePlan, ServiceSink, ServiceStretch,
    simulate_service_at,
};
use crate::timeline::{FargateFact, ScalingFact};
use crate::units::{Moment, Span};

/// When requests begin to come.
const START: Moment = Moment::from_nanos(LEAD.as_nanos());

struct FargateSide {
    figures: ServiceFigures,
    meter: TaskMeter,
    vcpus: f64,
    running: u32,
    /// Tasks that were started after the start.
    starts: u64,
    /// Requests without a response, and the most of them at a time.
    open: (u64, u64),
    /// vCPU-seconds that were there, and that were used.
    provided: f64,
    used: f64,
}

/// Runs the service's plan to its end; `arrivals` names what its arrivals are drawn for.
pub(super) fn run(plan: &ServicePlan, arrivals: &str, prices: &FargatePrices) -> Side {
    let mut side = FargateSide {
        figures: ServiceFigures::of(plan.length),
        meter: TaskMeter::default(),
        vcpus: plan.vcpus(),
        running: 0,
        starts: 0,
        open: (0, 0),
        provided: 0.0,
        used: 0.0,
    };
    simulate_service_at(plan, arrivals, &mut side);
    let end = START + plan.length;
    side.figures.reach(end);
    side.came_to(end, prices)
}

impl FargateSide {
    fn came_to(&self, end: Moment, prices: &FargatePrices) -> Side {
        let headline = self.figures.headline(end);
        let answers = headline.answers;
        let stretch = |it: &ServiceStretch| SideStretch {
            served: it.answers.served,
            rejected: it.answers.errors(),
            p99: it.latency.map(|(_, most)| most),
        };
        Side {
            requests: headline.requests,
            again: headline.again,
            served: answers.served,
            rejected: Rejected {
                bad_gateway: answers.bad_gateway,
                unavailable: answers.unavailable,
                gateway_timeout: answers.timeout,
                ..Rejected::default()
            },
            unfinished: headline.unfinished,
            latency: headline.latency,
            starts: self.starts,
            most_at_once: self.open.1,
            capacity: SideCapacity {
                units: headline.running,
                provided: self.provided,
                idle: self.provided - self.used,
            },
            cost: self.cost(end, prices),
            stretches: self
                .figures
                .series()
                .stretches
                .iter()
                .map(stretch)
                .collect(),
        }
    }

    /// Tasks from the start on, and the load balancer's hours. What a public month is made of otherwise, capacity
    /// units (LCU) and the balancer's own addresses, depends on what requests carry, which nobody says.
    fn cost(&self, end: Moment, prices: &FargatePrices) -> SideCost {
        let bill = bill_tasks(prices, &self.meter.usage(end));
        let line = |it: &FargateBillLine| (it.to_string(), it.amount.decimal(DECIMALS));
        let mut lines: Vec<_> = bill.lines.iter().map(line).collect();
        let hours = Hours::of(end.since(START));
        let price = prices.load_balancer.value;
        let balancer = hours.at(price);
        lines.push((
            format!("load balancer: {hours} h × ${price}"),
            balancer.decimal(DECIMALS),
        ));
        SideCost {
            lines,
            total: (bill.total() + balancer).decimal(DECIMALS),
        }
    }
}

impl ServiceSink for FargateSide {
    fn fargate(&mut self, at: Moment, fact: &FargateFact) {
        self.figures.reach(at);
        // What was there before the start is paid for from the start on.
        self.meter.fact(at.max(START), fact);
        if matches!(fact, FargateFact::TaskCreated { .. }) {
            self.figures.task_started();
            self.starts += u64::from(at >= START);
        }
    }

    fn scaling(&mut self, at: Moment, _: &ScalingFact) {
        self.figures.reach(at);
    }

    fn changed(&mut self, at: Moment, view: &ServiceView) {
        self.figures.reach(at);
        self.figures.changed(at, view);
        self.running = view.running;
    }

    #[inline]
    fn arrived(&mut self, at: Moment, again: bool, count: u64) {
        self.figures.reach(at);
        self.figures.arrived(again, count);
        self.open.0 += count;
        self.open.1 = self.open.1.max(self.open.0);
    }

    #[inline]
    fn answered(&mut self, at: Moment, answer: Answer, latency: Span, count: u64) {
        self.figures.reach(at);
        self.figures.answered(answer, latency, count);
        self.open.0 = self.open.0.saturating_sub(count);
    }

    fn sampled(&mut self, at: Moment, sample: &Sample) {
        self.figures.reach(at);
        self.figures.sampled(at, sample);
        // A sample is of the time before it.
        if at > START
            && let Some(cpu) = sample.cpu
        {
            let vcpu_seconds =
                f64::from(self.running) * self.vcpus * (SAMPLING.as_nanos() as f64 / 1e9);
            self.provided += vcpu_seconds;
            self.used += vcpu_seconds * cpu;
        }
    }
}
