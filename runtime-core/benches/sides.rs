//! An hour of 100 requests a second on both sides, as the sliders of the Scale lab simulate it.
//!
//! `cargo bench --package runtime-core --features scenarios --bench sides`: a line for each side, and one for each
//! with a crowd of five times as many, with the median of milliseconds over several rounds.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use runtime_core::billing::{FargatePrices, PriceBook};
use runtime_core::simulator::{SidesPlan, WhichSide, one_side, read_sides};
use runtime_core::units::Span;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 5;
const PRICES: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");
const STEADY: &str = "100";
const CROWD: &str =
    "{ crowd = { before = 100, peak = 500, at = 1200, rise = 30, stay = 300, fall = 60 } }";

fn main() {
    let prices = (
        PriceBook::parse(PRICES).unwrap(),
        FargatePrices::parse(PRICES).unwrap(),
    );
    for (name, rate) in [("steady", STEADY), ("crowd", CROWD)] {
        let plan = read_sides(&scenario(rate)).unwrap().plan;
        for (side, which) in [
            ("lambda", WhichSide::Lambda),
            ("fargate", WhichSide::Fargate),
        ] {
            let mut times: Vec<f64> = (0..ROUNDS).map(|_| millis(&plan, which, &prices)).collect();
            times.sort_by(f64::total_cmp);
            println!("{side}-{name} {:.1}", times[ROUNDS / 2]);
        }
    }
}

fn scenario(rate: &str) -> String {
    format!(
        "version = 1\nname = \"Side by side\"\nlength = 3600\n\
         [requests]\nrate = {rate}\nwork = \"lognormal:0.02,0.5\"\nwait = \"exp:0.03\"\nat_once = 100\n\
         [lambda]\nmemory = 1769\ntimeout = 30\nstart = 0.1\ninit = \"lognormal:0.4,0.3\"\n\
         [service]\nname = \"service\"\ncpu = 1024\nmemory = 2048\ndesired = 4\non_demand_vcpus = 4000\n\
         [balancer]\nderegistration_delay = 60\n\
         [scaling]\nminimum = 4\nmaximum = 30\n\
         [[scaling.policy]]\nmetric = \"cpu\"\ntarget = 60\n"
    )
}

fn millis(plan: &SidesPlan, which: WhichSide, (book, prices): &(PriceBook, FargatePrices)) -> f64 {
    let begin = Instant::now();
    let side = one_side(plan, which, ("", ""), (book, prices), || Span::ZERO);
    let taken = begin.elapsed().as_secs_f64() * 1e3;
    assert!(side.side.requests > 350_000 && side.side.latency.is_some());
    black_box(side);
    taken
}
