//! Loads that are read and drawn.

use super::*;
use crate::simulator::{AnyFile, Measured, read_any};
use proptest::prelude::*;

#[test]
fn a_load_is_read_from_its_start_to_its_end() {
    let rows: [(&str, &[(u64, f64)]); 4] = [
        ("5", &[(0, 5.0), (600, 5.0)]),
        (
            "{ steps = [[0, 1], [60, 9]] }",
            &[(0, 1.0), (60, 1.0), (60, 9.0), (600, 9.0)],
        ),
        (
            "{ points = [[60, 1], [1200, 20]] }",
            &[(0, 1.0), (60, 1.0), (600, 10.0)],
        ),
        (
            "{ bursts = [{ rate = 2, stay = 30 }, { rate = 8, stay = 10 }] }",
            &[(0, 3.5), (600, 3.5)],
        ),
    ];
    for (rate, wanted) in rows {
        let load = read(&SMALL.replace("rate = 5", &format!("rate = {rate}")))
            .load
            .unwrap();
        assert_eq!(load.by_chance, rate.contains("bursts"));
        assert_eq!(load.points, points(wanted), "{rate}");
    }
    let day = "rate = { day = { mean = 10, swing = 0.5, period = 300 } }";
    let load = read(&SMALL.replace("rate = 5", day)).load.unwrap();
    assert_eq!(load.points.len(), 241);
    for (at, rate) in [(0, 5.0), (150, 15.0), (300, 5.0), (450, 15.0)] {
        assert!((load.at(Span::from_secs(at)) - rate).abs() < 1e-9, "{at}");
    }
}

#[test]
fn what_is_drawn_has_no_more_points_than_it_needs() {
    let rows: [(&[(u64, f64)], &str); 6] = [
        (&[], "{ points = [] }"),
        (&[(0, 0.0), (10, 0.0), (20, 0.0)], "{ points = [[0, 0]] }"),
        (
            &[(0, 10.0), (10, 20.0), (20, 30.0)],
            "{ points = [[0, 10], [20, 30]] }",
        ),
        (
            &[(0, 10.0), (10, 20.0), (20, 20.0), (30, 20.0)],
            "{ points = [[0, 10], [10, 20]] }",
        ),
        (
            &[(0, 1.23456), (10, 123.456), (20, 0.0)],
            "{ points = [[0, 1.23], [10, 123], [20, 0]] }",
        ),
        (
            &[(0, 0.0123), (7, 1234.5)],
            "{ points = [[0, 0.012], [7, 1235]] }",
        ),
    ];
    for (drawn, wanted) in rows {
        assert_eq!(drawn_as_text(&points(drawn)), wanted);
    }
    let (_, text) = shipped()
        .into_iter()
        .find(|(file, _)| file.contains("alarm-lag"))
        .unwrap();
    let drawn = points(&[(0, 10.0), (600, 90.0), (1200, 10.0)]);
    let new = changed(&text, &[FormChange::Load(drawn)]).unwrap();
    let line = "rate = { points = [[0, 10], [600, 90], [1200, 10]] } # requests a second, from their moment on";
    assert_eq!(difference(&text, &new).1, [line]);
    assert!(read_any(&new, |_| Err(String::new())).is_ok());
}

#[test]
fn what_is_drawn_stands_instead_of_a_trace() {
    let trace = "trace = \"\"\"\nf,1,2\ng,3,4\"\"\"\nrow = \"g\"";
    let text = SMALL.replace("rate = 5", trace);
    assert!(read_any(&text, |_| Err(String::new())).is_ok());
    let drawn = points(&[(0, 10.0), (600, 90.0)]);
    let new = changed(&text, &[FormChange::Load(drawn)]).unwrap();
    assert!(!new.contains("trace") && !new.contains("row"), "{new}");
    assert!(
        new.contains("rate = { points = [[0, 10], [600, 90]] }"),
        "{new}"
    );
    assert!(read_any(&new, |_| Err(String::new())).is_ok());
}

#[test]
fn what_is_recorded_begins_with_the_first_request_and_ends_with_the_last() {
    let millis = |all: &[u64]| {
        all.iter()
            .map(|it| Span::from_millis(*it))
            .collect::<Vec<_>>()
    };
    let rows = [
        (millis(&[]), None),
        (millis(&[70_000]), Some("{ steps = [[0, 1], [1, 0]] }")),
        (
            // In any order: three in a second, nothing, two in another one.
            millis(&[9_500, 5_000, 5_400, 5_999, 9_000]),
            Some("{ steps = [[0, 3], [1, 0], [4, 2], [5, 0]] }"),
        ),
        (
            // Two minutes in steps of two seconds would be 61.
            millis(&[0, 1_000, 7_000, 120_000]),
            Some("{ steps = [[0, 0.4], [5, 0.2], [10, 0], [120, 0.2], [125, 0]] }"),
        ),
    ];
    for (moments, wanted) in rows {
        assert_eq!(recorded_as_text(&moments).as_deref(), wanted);
    }
    let recorded = changed(SMALL, &[FormChange::Record(millis(&[0, 100, 61_000]))]).unwrap();
    assert_eq!(
        recorded,
        SMALL.replace(
            "rate = 5",
            "rate = { steps = [[0, 1], [2, 0], [60, 0.5], [62, 0]] }"
        )
    );
    assert!(read_any(&recorded, |_| Err(String::new())).is_ok());
    let nothing = changed(SMALL, &[FormChange::Record(Vec::new())]);
    assert_eq!(nothing, Err(ChangeError::Nothing));
}

proptest! {
    #[test]
    fn what_is_left_out_of_a_drawing_is_on_its_lines(
        rates in proptest::collection::vec(0.0..500.0_f64, 2..60),
    ) {
        let drawn: Vec<LoadPoint> = rates
            .iter()
            .enumerate()
            .map(|(place, rate)| LoadPoint { at: Span::from_secs(place as u64), rate: *rate })
            .collect();
        let kept = ServiceLoad {
            length: Span::from_secs(60),
            points: simplified(&drawn),
            by_chance: false,
        };
        let highest = rates.iter().fold(0.0_f64, |most, it| most.max(*it));
        for it in &drawn {
            prop_assert!((kept.at(it.at) - it.rate).abs() <= highest * 0.004 + 1e-9);
        }
    }
}

/// A function's own times, memory and timeout take the place of what the scenario says of it; the rest stays.
#[test]
fn what_was_measured_takes_the_place_of_what_was_written() {
    const TWO: &str = "version = 1\nname = \"two\"\nlength = 60\n\n[[function]]\nname = \"a\" # first\nduration = \"exp:0.1\" # seconds\n\n[[function]]\nname = \"b\"\nduration = 0.2\nmemory = 256 # MB\n\n[[load]]\nfunction = \"a\"\nrate = 1\n";
    let measured = |name: &str| {
        FormChange::Measured(Box::new(Measured {
            name: name.to_owned(),
            durations: [30, 10].map(Span::from_millis).to_vec(),
            inits: vec![Span::from_millis(250)],
            memory: 512,
            timeout: Span::from_secs(3),
            architecture: "arm64".to_owned(),
        }))
    };
    let new = changed(TWO, &[measured("b")]).unwrap();
    let AnyFile::Functions(file) = read_any(&new, |_| Err(String::new())).unwrap() else {
        panic!("functions");
    };
    let [a, b] = &file.scenario.functions[..] else {
        panic!("two functions");
    };
    assert_eq!(b.configuration.memory.get(), 512);
    assert_eq!(b.configuration.timeout, Span::from_secs(3));
    assert!(new.contains("duration = \"list:0.01,0.03\"\n"), "{new}");
    assert!(new.contains("init = \"list:0.25\""), "{new}");
    assert!(new.contains("memory = 512 # MB"), "{new}");
    let AnyFile::Functions(before) = read_any(TWO, |_| Err(String::new())).unwrap() else {
        panic!("functions");
    };
    assert_eq!(a, &before.scenario.functions[0]);
    // Twice the same is the same.
    assert_eq!(changed(&new, &[measured("b")]).unwrap(), new);
    // One that the scenario does not know is its first.
    let first = changed(TWO, &[measured("echo")]).unwrap();
    assert!(
        first.contains("duration = \"list:0.01,0.03\" # seconds"),
        "{first}"
    );
    let none = FormChange::Measured(Box::default());
    assert_eq!(changed(TWO, &[none]), Err(ChangeError::Nothing));
    assert_eq!(
        changed(SMALL, &[measured("a")]),
        Err(ChangeError::NoFunction)
    );
}
