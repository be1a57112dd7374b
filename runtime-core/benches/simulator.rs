//! Requests a second of the simulator: whole runs on one core, with latency percentiles, cold starts and
//! the bill.
//!
//! `cargo bench --package runtime-core --bench simulator`: a line for each load, with its requests a
//! second and the median of simulated requests a second over several rounds. Durations are
//! exponential with mean 1.991 s, as in SimFaaS's README case; the second line is ten million
//! requests. The last line is a service on Fargate as a flow: 5,000 tasks, a day, 50,000 requests a second,
//! with a deployment and the loss of a zone; it tells the seconds that it takes.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use runtime_core::billing::{FargatePrices, FreeTier, PriceBook, Usage, bill};
use runtime_core::simulator::fargate::{
    Detail, Incident, IncidentKind, PolicyPlan, ScalingPlan, ServiceMetric, ServicePlan,
    TrackingPlan, watch_service,
};
use runtime_core::simulator::{
    Arrivals, ColdStart, Curve, Distribution, Figures, Scenario, SimulatedFunction, Spacing,
    simulate,
};
use runtime_core::timeline::{
    ContainerDefinition, FargateAccount, SuspendedState, TaskDefinition, TaskSize,
};
use runtime_core::units::{CpuUnits, MetricValue, Span};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 3;
const PRICES: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");

fn main() {
    let book = PriceBook::parse(PRICES).unwrap();
    for (name, rate, seconds) in [
        ("at-100", 100.0, 20_000),
        ("at-1000", 1_000.0, 10_000),
        ("at-10000", 10_000.0, 500),
    ] {
        let scenario = scenario(rate, Span::from_secs(seconds));
        let mut speeds: Vec<f64> = (0..ROUNDS).map(|_| speed(&scenario, &book)).collect();
        speeds.sort_by(f64::total_cmp);
        println!("{name} {:.0}", speeds[ROUNDS / 2]);
    }
    let prices = FargatePrices::parse(PRICES).unwrap();
    let plan = service();
    let mut times: Vec<f64> = (0..ROUNDS).map(|_| seconds(&plan, &prices)).collect();
    times.sort_by(f64::total_cmp);
    println!("fargate-fluid-seconds {:.3}", times[ROUNDS / 2]);
}

/// 5,000 tasks of a vCPU, which requests keep busy by 60 %. Quotas are what AWS raises them to for so many.
fn service() -> ServicePlan {
    let mut definition = TaskDefinition::of("large", TaskSize::new(1_024, 2_048));
    definition.containers = vec![ContainerDefinition {
        port: Some(80),
        ..ContainerDefinition::named("large")
    }];
    let work = Distribution::Exponential {
        mean: Span::from_millis(60),
    };
    let arrivals = Arrivals::Curve {
        curve: Curve::steady(50_000.0),
        spacing: Spacing::Poisson,
    };
    let day = Span::from_secs(86_400);
    let mut plan = ServicePlan::of(definition, 5_000, work, arrivals, day);
    plan.requests.detail = Detail::Fluid;
    plan.account = FargateAccount {
        on_demand: CpuUnits::from_vcpus(20_000),
        launch_burst: 500,
        launch_rate: 50,
        service_rate: 3_000,
        provisioning: 5_000,
        ..FargateAccount::default()
    };
    plan.network.prefix = 18;
    plan.scaling = Some(ScalingPlan {
        minimum: 1_000,
        maximum: 5_000,
        suspended: SuspendedState::default(),
        policies: vec![PolicyPlan::Tracking(TrackingPlan {
            metric: ServiceMetric::Cpu,
            value: MetricValue::whole(60),
            scale_out_cooldown: None,
            scale_in_cooldown: None,
            disable_scale_in: false,
        })],
        schedule: Vec::new(),
    });
    plan.incidents = vec![
        Incident {
            at: Span::from_secs(4 * 3_600),
            what: IncidentKind::Deployment {
                flaw: None,
                desired: None,
            },
        },
        Incident {
            at: Span::from_secs(12 * 3_600),
            what: IncidentKind::ZoneFailure {
                zone: 0,
                lasts: Span::from_secs(1_800),
            },
        },
    ];
    assert_eq!(plan.check(), []);
    plan
}

fn seconds(plan: &ServicePlan, prices: &FargatePrices) -> f64 {
    let begin = Instant::now();
    let now = || Span::from_nanos(begin.elapsed().as_nanos() as u64);
    let so_far = watch_service(plan, ("", ""), Some(prices), now, |_| {});
    let taken = begin.elapsed().as_secs_f64();
    let headline = so_far.headline;
    assert_eq!(so_far.at, plan.length);
    assert!(headline.requests > 4_300_000_000 && headline.running.peak >= 5_000);
    assert!(headline.latency.is_some() && headline.started > 10_000);
    black_box(so_far.cost);
    taken
}

fn scenario(rate: f64, length: Span) -> Scenario {
    let exponential = |mean| Distribution::Exponential { mean };
    let function = SimulatedFunction::named(
        "function",
        exponential(Span::from_millis(1_991)),
        ColdStart::Whole(exponential(Span::from_millis(2_244))),
    );
    let mut scenario = Scenario::of(function, rate, length);
    // Room for twice what runs on average.
    scenario.concurrency = (rate * 4.0) as u32;
    scenario
}

fn speed(scenario: &Scenario, book: &PriceBook) -> f64 {
    let begin = Instant::now();
    let mut figures = Figures::of(scenario);
    simulate(scenario, &mut figures);
    let headline = figures.headline();
    let usage = figures.usage(book);
    let bill = bill(book, &usage, &Usage::default(), FreeTier::Off);
    let taken = begin.elapsed().as_secs_f64();
    assert!(headline.latency.is_some() && headline.cold_starts > 0);
    black_box(bill.total());
    headline.requests as f64 / taken
}
