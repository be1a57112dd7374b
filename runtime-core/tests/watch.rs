//! Runs that somebody watches: what is said of them adds up to what they come to.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use runtime_core::protocol::{decode, encode};
use runtime_core::simulator::{
    Field, Figures, FormChange, FormNews, FormOrder, FormState, LoadPoint, RunNews, RunOrder,
    STRETCHES, SimulationOrder, SoFar, Stretch, SweepNews, SweepOrder, read, read_form, simulate,
    watch, watch_sweep,
};
use runtime_core::units::Span;
use std::cell::Cell;

const PRICES: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");

const SCENARIO: &str = r#"
version = 1
name = "Steady"
about = "Twenty requests a second, in ten minutes."
length = 600
concurrency = 8

[[function]]
name = "f"
duration = "exp:0.4"
init = 1.0

[[load]]
function = "f"
rate = 20
"#;

fn order(text: &str) -> RunOrder {
    RunOrder {
        text: text.to_owned(),
        prices: PRICES.to_owned(),
        however_large: false,
    }
}

/// All that is said, by a clock that goes on by a second whenever somebody looks.
fn news(order: &RunOrder) -> Vec<RunNews> {
    let (mut news, clock) = (Vec::new(), Cell::new(0));
    let now = || Span::from_secs(clock.replace(clock.get() + 1));
    watch(order, now, |it| news.push(it.clone()));
    news
}

fn ended(news: &[RunNews]) -> &SoFar {
    match news.last() {
        Some(RunNews::Ended(so_far)) => so_far,
        other => panic!("{other:?}"),
    }
}

#[test]
fn stretches_add_up_to_the_figures() {
    let news = news(&order(SCENARIO));
    let it = ended(&news);
    let mut figures = Figures::of(&read(SCENARIO).unwrap().scenario);
    simulate(&read(SCENARIO).unwrap().scenario, &mut figures);
    let headline = figures.headline();
    assert_eq!(it.headline, headline, "watching changes nothing");

    let stretches = &it.series.stretches;
    assert_eq!(stretches.len() as u64, STRETCHES);
    let sum = |what: fn(&Stretch) -> u64| stretches.iter().map(what).sum::<u64>();
    assert_eq!(sum(|it| it.counted.requests), headline.requests);
    assert_eq!(sum(|it| it.counted.throttled), headline.throttled);
    assert_eq!(sum(|it| it.counted.cold_starts), headline.cold_starts);
    // What ends while the run settles is of no stretch.
    let late = headline.served - sum(|it| it.counted.served);
    assert!(late <= 8, "{late}");
    let peak = stretches.iter().map(|it| it.running.peak).max();
    assert_eq!(peak, Some(headline.running.peak));
    let means = stretches.iter().map(|it| it.running.mean).sum::<f64>();
    let mean = means / stretches.len() as f64;
    assert!((mean - headline.running.mean).abs() < 1e-9, "{mean}");
    for stretch in stretches {
        assert!(stretch.running.mean <= stretch.running.peak as f64);
        assert!(stretch.running.peak <= 8);
        let (half, most) = stretch.latency.unwrap();
        assert!(half <= most && most <= headline.latency.unwrap().most);
    }
}

#[test]
fn a_run_says_again_and_again_how_far_it_is() {
    let text = SCENARIO.replace("length = 600", "length = 6000");
    let news = news(&order(&text));
    let going = news.iter().filter_map(|it| match it {
        RunNews::Going(so_far) => Some(so_far.as_ref()),
        _ => None,
    });
    let going: Vec<&SoFar> = going.collect();
    assert!(going.len() > 3, "{}", going.len());
    for pair in going.windows(2) {
        assert!(pair[0].at < pair[1].at && pair[0].taken < pair[1].taken);
        assert!(pair[0].headline.requests < pair[1].headline.requests);
        // What was said of a stretch stays so.
        let before = &pair[0].series.stretches;
        assert!(pair[1].series.stretches.starts_with(before));
    }
    // The load is the same all the time: so are means over what is simulated so far.
    let running = |it: &SoFar| it.headline.running.mean;
    let last = running(ended(&news));
    assert!((running(going[0]) / last - 1.0).abs() < 0.1);
}

#[test]
fn a_run_costs_what_its_requests_and_their_time_cost() {
    // A thousand requests of exactly a second at 1,024 MB, one at a time: $0.0000166667 a GB-second and
    // $0.20 a million requests (the file's prices).
    let text = SCENARIO
        .replace("exp:0.4", "0.5")
        .replace("init = 1.0", "memory = 1024");
    let news = news(&order(&text));
    let it = ended(&news);
    let served = it.headline.served as f64;
    let near = |told: &str, dollars: f64| {
        let told: f64 = told.parse().unwrap();
        assert!((told - dollars).abs() < 1e-5, "{told} {dollars}");
    };
    near(&it.cost.requests, served * 0.2e-6);
    near(&it.cost.compute, served * 0.5 * 0.000_016_666_7);
    near(&it.cost.total, served * (0.2e-6 + 0.5 * 0.000_016_666_7));
    assert_eq!(it.cost.ephemeral_storage, "0.000000");
    assert!(it.cost.source.starts_with("us-east-1, read 20"));
}

#[test]
fn what_cannot_be_run_says_where_and_what_to_do() {
    let refused = |text: &str| match &news(&order(text))[..] {
        [RunNews::Refused(refusal)] => refusal.clone(),
        other => panic!("{other:?}"),
    };
    let refusal = refused(&SCENARIO.replace("rate = 20", "rate = -1"));
    assert_eq!(refusal.line, Some(15), "{refusal:?}");
    assert!(!refusal.hint.is_empty());
    assert_eq!(refused("nonsense").line, Some(1));
    assert_eq!(refused("").line, None);
    let refusal = refused(&SCENARIO.replace("concurrency = 8", "concurrency = 0"));
    assert!(!refusal.cause.is_empty() && !refusal.hint.is_empty());
    let mut order = order(SCENARIO);
    order.prices = "{}".to_owned();
    assert!(matches!(&news(&order)[..], [RunNews::Refused(_)]));
}

#[test]
fn a_billion_requests_are_asked_for_first() {
    let large = SCENARIO
        .replace("rate = 20", "rate = 900000")
        .replace("600", "86400");
    match &news(&order(&large))[..] {
        [RunNews::TooMuch { requests, seconds }] => {
            assert!((requests / (900_000.0 * 86_400.0) - 1.0).abs() < 1e-6);
            assert!(*seconds > 60.0);
        }
        other => panic!("{other:?}"),
    }
}

/// What page and worker say to each other comes as it was said.
#[test]
fn orders_and_news_of_forms_and_sweeps_travel() {
    let service = include_str!("../../public/scenarios/alarm-lag.toml");
    let order = FormOrder {
        text: service.to_owned(),
        changes: vec![
            FormChange::Set(Field::Zones, "2".to_owned()),
            FormChange::AddPolicy,
            FormChange::Load(vec![LoadPoint {
                at: Span::ZERO,
                rate: 1.0,
            }]),
            FormChange::Record(vec![Span::from_secs(1)]),
        ],
    };
    let news = read_form(&order);
    assert!(matches!(news.form, FormState::Service(_)), "{news:?}");
    let sweep = SweepOrder {
        text: SCENARIO.to_owned(),
        prices: PRICES.to_owned(),
        axes: vec!["load.0.rate=1,2".to_owned()],
        first: 0,
        workers: 1,
        however_large: false,
    };
    let mut said = Vec::new();
    watch_sweep(&sweep, |it| said.push(it));
    assert_eq!(said.len(), 4);
    let back: Vec<SweepNews> = said.iter().map(|it| decode(&encode(it)).unwrap()).collect();
    assert_eq!(back, said);
    for order in [SimulationOrder::Form(order), SimulationOrder::Sweep(sweep)] {
        assert_eq!(decode::<SimulationOrder>(&encode(&order)).unwrap(), order);
    }
    assert_eq!(decode::<FormNews>(&encode(&news)).unwrap(), news);
}
