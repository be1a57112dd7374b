//! Requests a second of the simulator: whole runs on one core, with latency percentiles, cold starts and
//! the bill.
//!
//! `cargo bench --package runtime-core --bench simulator`: a line for each load, with its requests a
//! second and the median of simulated requests a second over several rounds. Durations are
//! exponential with mean 1.991 s, as in SimFaaS's README case; the second line is ten million
//! requests.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use runtime_core::billing::{FreeTier, PriceBook, Usage, bill};
use runtime_core::simulator::{
    ColdStart, Distribution, Figures, Scenario, SimulatedFunction, simulate,
};
use runtime_core::units::Span;
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
