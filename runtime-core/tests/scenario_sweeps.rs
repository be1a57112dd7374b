//! Sweeps: which fields, which points, and what is refused.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use runtime_core::billing::{FargatePrices, PriceBook};
use runtime_core::simulator::{
    Axis, MOST_RUNS, Number, Scenario, Sweep, SweepError, SweepNews, SweepOrder, SweptPlan,
    swept_intervals, swept_names, watch_sweep,
};
use runtime_core::units::{MemoryMb, Span};

const PRICES: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");
const FILE: &str = r#"version = 1
name = "sweep"
length = 60
[[function]]
name = "a"
duration = "exp:0.1"
failing = [10, 20]
errors = 0.1
[[function]]
name = "b"
duration = 0.1
[function.provisioned]
concurrency = 1
[[load]]
function = "a"
rate = 2
[[load]]
function = "b"
rate = { crowd = { before = 1, peak = 5, at = 10, rise = 1, stay = 1, fall = 1 } }
"#;

fn none(_: &str) -> Result<String, String> {
    Err("no files".to_owned())
}

fn sweep(axes: &[&str], replications: u32) -> Result<Sweep<'static>, SweepError> {
    let axes: Result<Vec<Axis>, SweepError> = axes.iter().map(|it| it.parse()).collect();
    Sweep::of(FILE, &none, axes?, replications)
}

fn scenario(sweep: &Sweep<'_>, point: u64) -> Scenario {
    match sweep.plan(point) {
        Ok(SweptPlan::Functions(it)) => *it,
        other => panic!("{other:?}"),
    }
}

fn scenarios(axes: &[&str]) -> Vec<Scenario> {
    let sweep = sweep(axes, 1).unwrap_or_else(|error| panic!("{error}"));
    (0..sweep.points()).map(|it| scenario(&sweep, it)).collect()
}

#[test]
fn an_axis_changes_one_field() {
    let all = scenarios(&["functions.0.memory=128,512"]);
    let memory: Vec<MemoryMb> = all
        .iter()
        .map(|it| it.functions[0].configuration.memory)
        .collect();
    assert_eq!(memory, [MemoryMb::new(128), MemoryMb::new(512)]);
    // All else is as it was.
    let mut changed = all[1].clone();
    changed.functions[0].configuration.memory = MemoryMb::new(128);
    assert_eq!(changed, all[0]);
    assert_eq!(scenarios(&["function.a.memory=128,512"]), all);
}

#[test]
fn any_number_of_a_scenario_can_be_an_axis() {
    let one = |axis: &str| scenarios(&[axis]).remove(0);
    assert_eq!(one("length=1.5").length, Span::from_millis(1_500));
    assert_eq!(one("concurrency=700").concurrency, 700);
    assert_eq!(one("seed=9").seed.0, 9);
    let it = one("function.b.provisioned.concurrency=12");
    assert_eq!(
        it.functions[1].provisioning.as_ref().unwrap().environments,
        12
    );
    let during = one("function.a.failing.1=30").functions[0].failures.during;
    assert_eq!(during, Some((Span::from_secs(10), Span::from_secs(30))));
    // A distribution's text gives way to a number, and a rate of one number to another.
    let plain = one("load.0.rate=4");
    assert_eq!(plain.loads[0].arrivals.events(Span::from_secs(10)), 40.0);
    let crowd = one("load.1.rate.crowd.peak=1");
    assert_eq!(crowd.loads[1].arrivals.events(Span::from_secs(60)), 60.0);
    assert_ne!(one("function.a.duration=2"), one("function.a.duration=3"));
}

#[test]
fn two_axes_make_a_grid_whose_last_axis_changes_first() {
    let axes = ["function.0.memory=128,256,512", "load.0.rate=1,2.5"];
    let sweep = sweep(&axes, 1).unwrap();
    let points: Vec<String> = (0..sweep.points())
        .map(|point| {
            let values = sweep.values(point);
            values
                .iter()
                .map(Number::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(
        points,
        ["128 1", "128 2.5", "256 1", "256 2.5", "512 1", "512 2.5"]
    );
    for point in 0..sweep.points() {
        let (scenario, values) = (scenario(&sweep, point), sweep.values(point));
        let Number::Integer(memory) = values[0] else {
            panic!("{values:?}");
        };
        let wanted = MemoryMb::new(u32::try_from(memory).unwrap());
        assert_eq!(scenario.functions[0].configuration.memory, wanted);
    }
}

#[test]
fn what_cannot_be_swept_is_refused_with_a_remedy() {
    for (axes, message) in [
        (&["memory"][..], "\"memory\" is no field with values"),
        (&["=1"], "is no field with values"),
        (&["function..memory=1"], "is no field with values"),
        (&["length="], "\"\" is no number"),
        (&["length=1,nan"], "\"nan\" is no number"),
        (&["length=1,x"], "\"x\" is no number"),
        (&[], "one or two fields, not 0"),
        (
            &["length=1", "seed=1", "concurrency=1"],
            "one or two fields, not 3",
        ),
        (&["length=1", "length=2"], "length is there twice"),
        (
            &["function.7.memory=128"],
            "the scenario has no \"7\" there",
        ),
        (
            &["function.c.memory=128"],
            "the scenario has no \"c\" there",
        ),
        (
            &["function.a.provisioned.concurrency=1"],
            "no \"provisioned\" there",
        ),
        (&["load.0.rate.steady=1"], "no \"steady\" there"),
        (&["load.1.rate=1"], "\"rate\" is no number"),
        (&["function.0=1"], "\"function.0\" is no number"),
        (&["function=1"], "\"function\" is no number"),
        (
            &["function.0.memroy=128"],
            "with function.0.memroy = 128: unknown field `memroy`",
        ),
        (
            &["function.0.memory=128.5"],
            "with function.0.memory = 128.5: ",
        ),
        (
            &["function.0.memory=128,64"],
            "with function.0.memory = 64: memory: function a: ",
        ),
        (&["length=10,0"], "with length = 0: length: the time"),
        (&["load.0.function=3"], "with load.0.function = 3: "),
    ] {
        let Err(error) = sweep(axes, 1) else {
            panic!("{axes:?}");
        };
        assert!(error.to_string().contains(message), "{axes:?}: {error}");
        assert!(!error.hint().is_empty());
    }
    let Err(error) = Sweep::of("version = 2", &none, vec!["length=1".parse().unwrap()], 1) else {
        panic!("a newer file");
    };
    assert!(matches!(error, SweepError::File(_)));
}

#[test]
fn there_is_a_most_of_runs() {
    let many: Vec<String> = (1..=200).map(|it: u32| it.to_string()).collect();
    let (first, second) = (
        format!("length={}", many.join(",")),
        format!("seed={}", many.join(",")),
    );
    let Err(error) = sweep(&[&first, &second], 1) else {
        panic!("40,000 runs");
    };
    assert_eq!(error, SweepError::TooMany { runs: 40_000 });
    assert!(
        error.to_string().contains(&MOST_RUNS.to_string()),
        "{error}"
    );
    assert!(sweep(&[&first], 50).is_ok());
    assert!(sweep(&[&first], 51).is_err());
}

const SERVICE: &str = r#"version = 1
name = "web"
length = 120
[service]
name = "web"
cpu = 512
memory = 1024
desired = 2
[requests]
rate = 5
work = "exp:0.02"
"#;

#[test]
fn a_service_has_points_too() {
    let (book, fargate) = prices();
    let axes = vec!["service.desired=1,4".parse().unwrap()];
    let sweep = Sweep::of(SERVICE, &none, axes, 2).unwrap();
    let figures = |point: u64| {
        let plan = sweep.plan(point).unwrap();
        let runs = [0, 1].map(|it| plan.replication(it).run((&book, &fargate)));
        let figures = swept_intervals(&runs);
        let names = swept_names(&plan);
        assert!(figures.iter().all(|(name, _)| names.contains(name)));
        let one = |name: &str| figures.iter().find(|it| it.0 == name).unwrap().1;
        (one("running").mean, one("cost").mean, one("requests"))
    };
    let (few, many) = (figures(0), figures(1));
    assert!(few.0 < 1.1 && many.0 > 3.9);
    assert!(
        (many.1 / few.1 - 4.0).abs() < 0.01,
        "as many tasks, as many dollars"
    );
    // The same requests at each point.
    assert_eq!(few.2, many.2);
    assert!(few.2.half_width.is_some());
}

#[test]
fn both_sides_have_no_points() {
    let text = format!("{SERVICE}[lambda]\nmemory = 512\n");
    let axes = vec!["service.desired=1,4".parse().unwrap()];
    let error = Sweep::of(&text, &none, axes, 1).err().unwrap();
    assert_eq!(error, SweepError::Sides);
    assert!(error.hint().contains("[lambda]"));
}

fn prices() -> (PriceBook, FargatePrices) {
    (
        PriceBook::parse(PRICES).unwrap(),
        FargatePrices::parse(PRICES).unwrap(),
    )
}

/// What a worker says of its part of a sweep.
fn said(text: &str, axes: &[&str], first: u32, workers: u32) -> Vec<SweepNews> {
    let order = SweepOrder {
        text: text.to_owned(),
        prices: PRICES.to_owned(),
        axes: axes.iter().map(|it| (*it).to_owned()).collect(),
        first,
        workers,
        however_large: false,
    };
    let mut news = Vec::new();
    watch_sweep(&order, |it| news.push(it));
    news
}

#[test]
fn workers_share_the_points_of_a_sweep() {
    let axes = ["function.0.memory=128,256,512", "load.0.rate=1,2.5"];
    let points = |news: &[SweepNews]| -> Vec<(u32, Vec<(String, f64)>)> {
        let points = news.iter().filter_map(|it| match it {
            SweepNews::Point { point, figures } => Some((*point, figures.clone())),
            _ => None,
        });
        points.collect()
    };
    let alone = said(FILE, &axes, 0, 1);
    match &alone[0] {
        SweepNews::Begun { axes, figures } => {
            assert_eq!(axes[1].path, "load.0.rate");
            assert_eq!(axes[1].values, [1.0, 2.5]);
            assert!(figures.iter().any(|it| it == "latency, p99"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(alone.last(), Some(&SweepNews::Ended));
    let all = points(&alone);
    assert_eq!(all.len(), 6);
    let mut shared: Vec<_> = (0..4)
        .flat_map(|worker| points(&said(FILE, &axes, worker, 4)))
        .collect();
    shared.sort_by_key(|it| it.0);
    assert_eq!(shared, all, "the same, whoever runs them");
}

#[test]
fn a_sweep_that_is_none_is_refused() {
    let refused = |text: &str, axes: &[&str]| match said(text, axes, 0, 1).remove(0) {
        SweepNews::Refused(it) => (it.cause, it.hint),
        other => panic!("{other:?}"),
    };
    let (cause, hint) = refused(FILE, &["function.0.memory=a"]);
    assert!(cause.contains("\"a\" is no number"), "{cause}");
    assert!(hint.contains("128,256,512"), "{hint}");
    let (cause, _) = refused(FILE, &["function.0.memory=1"]);
    assert!(cause.starts_with("with function.0.memory = 1: "), "{cause}");
    assert!(refused("no TOML", &["length=1"]).0.len() > 5);
    let large = said(FILE, &["length=6e8,7e8"], 0, 1);
    assert!(matches!(large[..], [SweepNews::TooMuch { requests, .. }] if requests > 1e9));
}

#[test]
fn the_fields_of_a_file_are_said() {
    let fields = |text: &str| match said(text, &[], 0, 1).remove(0) {
        SweepNews::Fields(fields) => fields,
        other => panic!("{other:?}"),
    };
    let of = fields(FILE);
    let paths: Vec<&str> = of.iter().map(|it| it.path.as_str()).collect();
    for path in ["length", "function.0.errors", "load.1.rate.crowd.peak"] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    assert!(!paths.contains(&"version"));
    assert!(!paths.iter().any(|it| it.contains("failing")), "{paths:?}");
    // Each of them can be an axis.
    for field in &of {
        let axis = format!("{}={}", field.path, field.value);
        assert!(
            Sweep::of(FILE, &none, vec![axis.parse().unwrap()], 1).is_ok(),
            "{axis}"
        );
    }
}
