//! Sweeps: which fields, which points, and what is refused.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use runtime_core::simulator::{Axis, MOST_RUNS, Number, Scenario, Sweep, SweepError};
use runtime_core::units::{MemoryMb, Span};

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

fn scenarios(axes: &[&str]) -> Vec<Scenario> {
    let sweep = sweep(axes, 1).unwrap_or_else(|error| panic!("{error}"));
    (0..sweep.points())
        .map(|it| sweep.scenario(it).unwrap())
        .collect()
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
        let (scenario, values) = (sweep.scenario(point).unwrap(), sweep.values(point));
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
