//! What a point simulates, and what it came to.

use crate::billing::{FargatePrices, FreeTier, PriceBook, Usage, bill};
use crate::generator::Seed;
use crate::simulator::fargate::{
    ServiceCost, ServiceHeadline, ServicePlan, service_intervals, watch_service,
};
use crate::simulator::{
    Estimate, Figures, Headline, Interval, Scenario, figure_names, intervals, simulate,
};
use crate::units::Span;

/// The name of what a run costs, in dollars at list prices, among the figures.
pub const COST: &str = "cost";
/// Decimals of costs.
const DECIMALS: u32 = 6;

/// Functions or a service.
#[derive(Clone, Debug, PartialEq)]
pub enum SweptPlan {
    /// Functions.
    Functions(Box<Scenario>),
    /// A service on Fargate.
    Service(Box<ServicePlan>),
}

/// What a run of a point came to.
#[derive(Clone, Debug)]
pub enum SweptRun {
    /// Functions, and what they cost in dollars.
    Functions(Box<Headline>, f64),
    /// A service.
    Service(Box<(ServiceHeadline, ServiceCost)>),
}

impl SweptPlan {
    /// From which all draws follow.
    pub fn seed(&self) -> Seed {
        match self {
            SweptPlan::Functions(it) => it.seed,
            SweptPlan::Service(it) => it.seed,
        }
    }

    /// The same with another seed.
    pub fn seeded(mut self, seed: Seed) -> SweptPlan {
        match &mut self {
            SweptPlan::Functions(it) => it.seed = seed,
            SweptPlan::Service(it) => it.seed = seed,
        }
        self
    }

    /// The same with the seed of its `n`-th replication.
    pub fn replication(&self, n: u32) -> SweptPlan {
        match self {
            SweptPlan::Functions(it) => SweptPlan::Functions(Box::new(it.replication(n))),
            SweptPlan::Service(it) => SweptPlan::Service(Box::new(it.replication(n))),
        }
    }

    /// What it asks for.
    pub fn estimate(&self) -> Estimate {
        match self {
            SweptPlan::Functions(it) => it.estimate(),
            SweptPlan::Service(it) => it.estimate(),
        }
    }

    /// Runs it to its end.
    pub fn run(&self, (book, fargate): (&PriceBook, &FargatePrices)) -> SweptRun {
        match self {
            SweptPlan::Functions(scenario) => {
                let mut figures = Figures::of(scenario);
                simulate(scenario, &mut figures);
                let usage = figures.usage(book);
                let bill = bill(book, &usage, &Usage::default(), FreeTier::Off);
                let cost = bill.total().decimal(DECIMALS).parse();
                SweptRun::Functions(Box::new(figures.headline()), cost.unwrap_or_default())
            }
            SweptPlan::Service(plan) => {
                let so_far = watch_service(plan, ("", ""), Some(fargate), || Span::ZERO, |_| {});
                SweptRun::Service(Box::new((so_far.headline, so_far.cost)))
            }
        }
    }
}

/// The mean of each figure over runs of one point, and how sure it is. Times are seconds, costs dollars; what no run
/// has is left out.
pub fn swept_intervals(runs: &[SweptRun]) -> Vec<(&'static str, Interval)> {
    let mut functions = (Vec::new(), Vec::new());
    let mut services = Vec::new();
    for run in runs {
        match run {
            SweptRun::Functions(headline, cost) => {
                functions.0.push(Headline::clone(headline));
                functions.1.push(*cost);
            }
            SweptRun::Service(it) => services.push((it.0, it.1.clone())),
        }
    }
    let mut figures = intervals(&functions.0);
    figures.extend(Interval::of(&functions.1).map(|it| (COST, it)));
    figures.extend(service_intervals(&services));
    figures
}

/// The names of all figures that runs of such a plan can have, in order.
pub fn swept_names(plan: &SweptPlan) -> Vec<&'static str> {
    match plan {
        SweptPlan::Functions(_) => figure_names().chain([COST]).collect(),
        SweptPlan::Service(_) => crate::simulator::fargate::service_figure_names().collect(),
    }
}
