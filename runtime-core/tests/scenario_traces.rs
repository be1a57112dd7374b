//! Scenarios whose events were recorded, or come in bursts.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runtime_core::simulator::fargate::watch_service;
use runtime_core::simulator::{
    AnyFile, Arrivals, Figures, FileError, ScenarioFile, Trace, TraceProblem, ValueError,
    WrongValue, read, read_any, read_service, read_with, simulate,
};
use runtime_core::units::Span;

fn text(load: &str) -> String {
    format!(
        "version = 1\nname = \"test\"\nlength = 600\n[[function]]\nname = \"f\"\nduration = 0.1\n\
         [[load]]\nfunction = \"f\"\n{load}\n"
    )
}

fn inline(csv: &str) -> Result<ScenarioFile, FileError> {
    read(&text(&format!("trace = \"\"\"\n{csv}\n\"\"\"")))
}

fn trace(csv: &str) -> Trace {
    let file = inline(csv).unwrap_or_else(|error| panic!("{error}\n{csv}"));
    match &file.scenario.loads[0].arrivals {
        Arrivals::Trace { trace, .. } => trace.clone(),
        other => panic!("{other:?}"),
    }
}

fn millis(all: &[u64]) -> Trace {
    Trace::Times(all.iter().copied().map(Span::from_millis).collect())
}

#[test]
fn times_are_seconds_or_dates() {
    assert_eq!(trace("0\n1.5\n1.5\n7"), millis(&[0, 1_500, 1_500, 7_000]));
    assert_eq!(
        trace("timestamp\r\n3\r\n\r\n4\r\n"),
        millis(&[3_000, 4_000])
    );
    assert_eq!(
        trace("id,timestamp,size\na,1e1,5\nb,\"11\",6"),
        millis(&[10_000, 11_000])
    );
    // The first date is the start, in whatever zone the others are; 28 February and 1 March of a leap year.
    assert_eq!(
        trace(
            "time\n2028-02-28T23:59:59.75Z\n2028-02-29T01:00:00+01:00\n2028-02-28 20:00:01-04:00\n\
             2028-03-01T00:00:00z"
        ),
        millis(&[0, 250, 1_250, 86_400_250])
    );
}

#[test]
fn counts_are_by_the_minute() {
    assert_eq!(
        trace("minute,count\n5,10\n6,0\n7,3.0"),
        Trace::Minutes(vec![10, 0, 3])
    );
    let azure = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\na,b,c,http,1,0,2\na,b,d,timer,4,4,4";
    assert_eq!(trace(azure), Trace::Minutes(vec![5, 4, 6]));
    assert_eq!(trace("1,2\n7,8"), Trace::Minutes(vec![7, 8]));
    let one = text(&format!("row = \"d\"\ntrace = \"\"\"\n{azure}\"\"\""));
    match &read(&one).unwrap().scenario.loads[0].arrivals {
        Arrivals::Trace { trace, .. } => assert_eq!(*trace, Trace::Minutes(vec![4, 4, 4])),
        other => panic!("{other:?}"),
    }
}

/// A day of the public traces: 1,440 columns.
#[test]
fn a_whole_day_of_the_azure_traces_is_read() {
    let columns: Vec<String> = (1..=1_440).map(|it: u32| it.to_string()).collect();
    let counts: Vec<String> = (0..1_440).map(|it: u32| (it % 7).to_string()).collect();
    let csv = format!(
        "HashOwner,HashApp,HashFunction,Trigger,{}\no,a,f,queue,{}",
        columns.join(","),
        counts.join(",")
    );
    let mut file = inline(&csv).unwrap();
    file.scenario.length = Span::from_secs(86_400);
    let wanted: u32 = (0..1_440).map(|it| it % 7).sum();
    assert_eq!(file.scenario.estimate().requests, f64::from(wanted));
    let mut figures = Figures::of(&file.scenario);
    simulate(&file.scenario, &mut figures);
    assert_eq!(figures.headline().requests, u64::from(wanted));
}

#[test]
fn what_is_wrong_with_a_trace_is_named_with_its_line() {
    use TraceProblem::*;
    let time = |it: &str| Time(it.to_owned());
    let count = |it: &str| Count(it.to_owned());
    for (csv, line, problem) in [
        ("", None, Empty),
        ("timestamp", None, Empty),
        ("minute,count", None, Empty),
        ("a,1,2", None, Empty),
        ("1\n3\n2", Some(3), OutOfOrder),
        (
            "2026-01-01T00:00:01Z\n2026-01-01T00:00:00Z",
            Some(2),
            OutOfOrder,
        ),
        ("1\n-2", Some(2), time("-2")),
        ("-1", Some(1), time("-1")),
        ("1\nNaN", Some(2), time("NaN")),
        ("nan\n1", Some(1), time("nan")),
        ("1\ninf", Some(2), time("inf")),
        ("1\n1e300", Some(2), time("1e300")),
        ("time\n1\nsoon", Some(3), time("soon")),
        (
            "2026-02-29T00:00:00Z",
            Some(1),
            time("2026-02-29T00:00:00Z"),
        ),
        (
            "2026-01-01T24:00:00Z",
            Some(1),
            time("2026-01-01T24:00:00Z"),
        ),
        ("2026-01-01T00:00:00", Some(1), time("2026-01-01T00:00:00")),
        ("5\n2026-01-01T00:00:00Z", Some(2), Mixed),
        ("when,what\n1,2", Some(1), Header("when,what".to_owned())),
        ("minute,count\n0,1\n2,1", Some(3), Gap { minute: 1 }),
        ("minute,count\n3,1\n2,1", Some(3), OutOfOrder),
        ("minute,count\n1,1\n1,1", Some(3), OutOfOrder),
        ("minute,count\n-1,1", Some(2), Minute("-1".to_owned())),
        ("minute,count\n0,-4", Some(2), count("-4")),
        ("minute,count\n0,nan", Some(2), count("nan")),
        ("minute,count\n0,1.5", Some(2), count("1.5")),
        ("minute,count\n0", Some(2), count("")),
        ("f,1,2,4\na,1,1,1", Some(1), Gap { minute: 3 }),
        ("f,1,2,2\na,1,1,1", Some(1), OutOfOrder),
        ("f,1,2,x\na,1,1,1", Some(1), Minute("x".to_owned())),
        (
            "f,1,2\na,1\n",
            Some(2),
            Columns {
                wanted: 3,
                found: 2,
            },
        ),
        ("f,1,2\na,1,2\nb,,2", Some(3), count("")),
    ] {
        let error = inline(csv).unwrap_err();
        let FileError::Values(wrong) = &error else {
            panic!("{csv}: {error}");
        };
        let [
            WrongValue {
                error: ValueError::Trace { error: found, .. },
                ..
            },
        ] = &wrong[..]
        else {
            panic!("{csv}: {error}");
        };
        // The trace begins below its field, which is in line 9.
        assert_eq!(error.line(), Some(9 + line.unwrap_or(0)), "{csv}: {error}");
        assert_eq!((found.line, &found.problem), (line, &problem), "{csv}");
        assert!(!error.hint().is_empty());
        if let Some(line) = line {
            let words = format!("line {line} of the trace: ");
            assert!(error.to_string().contains(&words), "{error}");
        }
    }
}

#[test]
fn rows_are_of_traces_with_a_column_for_each_minute() {
    for (load, message) in [
        (
            "row = \"x\"\ntrace = \"\"\"\nf,1,2\na,1,2\"\"\"",
            "no row is named \"x\"",
        ),
        (
            "row = \"x\"\ntrace = \"\"\"\n1\n2\"\"\"",
            "no rows with names",
        ),
        (
            "row = \"x\"\nrate = 1",
            "there is no trace that the row is of",
        ),
        ("rate = 1\ntrace = \"a.csv\"", "both a rate and a trace"),
        ("", "neither a rate nor a trace"),
        (
            "trace = \"a.csv\"",
            "\"a.csv\" cannot be read: there are no files here",
        ),
    ] {
        let error = read(&text(load)).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn a_trace_lies_beside_its_scenario() {
    let open = |name: &str| match name {
        "day.csv" => Ok("1\n2\n1\n".to_owned()),
        other => Err(format!("no {other}")),
    };
    let error = read_with(&text("trace = \"day.csv\""), open).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 9: trace: day.csv: line 3 of the trace: it goes back in time"
    );
    let good = read_with(&text("trace = \"day.csv\""), |_| Ok("1\n2\n9\n".to_owned())).unwrap();
    let mut figures = Figures::of(&good.scenario);
    simulate(&good.scenario, &mut figures);
    assert_eq!(figures.headline().requests, 3);
    let missing = read_with(&text("trace = \"night.csv\""), open).unwrap_err();
    assert!(missing.to_string().contains("no night.csv"), "{missing}");
}

#[test]
fn bursts_are_states_with_rates() {
    let bursts = "rate = { bursts = [{ rate = 1, stay = 90 }, { rate = 41, stay = 10 }] }";
    let file = read(&text(bursts)).unwrap();
    assert!((file.scenario.estimate().requests - 3_000.0).abs() < 1e-6);
    for (from, to, message) in [
        ("stay = 90", "stay = 0", "a period takes longer"),
        (
            "rate = 41",
            "rate = -1",
            "-1 is no number of events a second",
        ),
        ("rate = 41", "rate = nan", "no number of events a second"),
        (", { rate = 41, stay = 10 }", "", "no second state"),
        ("stay = 90", "stay = 1e-9", ""),
    ] {
        let changed = text(&bursts.replace(from, to));
        match (message, read(&changed)) {
            // One short state does not change often.
            ("", read) => assert!(read.is_ok()),
            (message, Err(error)) => assert!(error.to_string().contains(message), "{error}"),
            (_, Ok(_)) => panic!("{changed}"),
        }
    }
    let short = "rate = { bursts = [{ rate = 1, stay = 1e-7 }, { rate = 41, stay = 1e-7 }] }";
    let error = read(&text(short)).unwrap_err();
    assert!(
        error.to_string().contains("a hundred million times"),
        "{error}"
    );
}

/// Texts that are nearly traces.
fn nearly() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        (0..40_u32).prop_map(|it| it.to_string()),
        (-9.0..99.0_f64).prop_map(|it| it.to_string()),
        "[0-9]{4}-[0-1][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{0,11})?(Z|[+-][0-2][0-9]:[0-9]{2})?",
        "timestamp|time|minute|count|NaN|inf|1e400|\"5\"|",
        "\\PC{0,6}",
    ];
    let line = prop::collection::vec(cell, 0..5).prop_map(|it| it.join(","));
    prop::collection::vec(line, 0..7).prop_map(|it| it.join("\n"))
}

proptest! {
    /// Whatever is in a text: it is a trace whose events are in order, as many as were counted, or an error
    /// that says what to do.
    #[test]
    fn any_text_is_a_trace_or_an_error_with_a_remedy(csv in nearly()) {
        let load = text("trace = \"a.csv\"");
        match read_with(&load, |_| Ok(csv.clone())) {
            Ok(file) => {
                let scenario = file.scenario;
                prop_assert_eq!(scenario.check(), []);
                if let Arrivals::Trace { trace: Trace::Times(times), .. } = &scenario.loads[0].arrivals {
                    prop_assert!(times.is_sorted() && !times.is_empty());
                }
            }
            Err(error) => {
                prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
                prop_assert_eq!(error.line(), Some(9));
            }
        }
    }
}

fn service(requests: &str) -> String {
    format!(
        "version = 1\nname = \"test\"\nlength = 600\n[service]\nname = \"s\"\ncpu = 256\nmemory = 512\ndesired = 2\n\
         [requests]\nwork = 0.01\n{requests}\n"
    )
}

#[test]
fn services_have_what_a_trace_says() {
    let minutes = "trace = \"\"\"\nminute,count\n0,30\n1,60\n2,0\n3,90\"\"\"";
    for detail in ["exact", "fluid"] {
        let text = service(&format!("{minutes}\ndetail = \"{detail}\""));
        let plan = read_service(&text).unwrap().plan;
        let ended = watch_service(&plan, ("", ""), None, || Span::ZERO, |_| {});
        let requests = ended.headline.requests;
        // As an amount that flows the last one may still be on its way.
        assert!((179..=180).contains(&requests), "{detail}: {requests}");
        assert_eq!(ended.headline.answers.errors(), 0);
    }
    // One beside the file, of which one row is wanted; a function has the same requests.
    let text = service("trace = \"a.csv\"\nrow = \"g\"\n[lambda]\nmemory = 512");
    let open = |name: &str| match name {
        "a.csv" => Ok("HashFunction,1,2\nf,5,5\ng,7,8".to_owned()),
        _ => Err("it is not there".to_owned()),
    };
    let Ok(AnyFile::Sides(file)) = read_any(&text, open) else {
        panic!("no sides");
    };
    let Arrivals::Trace { trace, .. } = &file.plan.service.arrivals else {
        panic!("no trace");
    };
    assert_eq!(*trace, Trace::Minutes(vec![7, 8]));
    assert_eq!(
        file.plan.scenario().loads[0].arrivals,
        file.plan.service.arrivals
    );
}

#[test]
fn what_is_wrong_with_a_services_trace_is_named_with_its_line() {
    for (requests, said) in [
        (
            "rate = 1\ntrace = \"a.csv\"",
            "line 12: requests.trace: the requests have both a rate and a trace",
        ),
        (
            "",
            "requests.rate: the requests have neither a rate nor a trace",
        ),
        (
            "rate = 1\nrow = \"x\"",
            "line 12: requests.row: there is no trace that the row is of",
        ),
        (
            "trace = \"a.csv\"",
            "line 11: requests.trace: the trace \"a.csv\" cannot be read: there are no files here",
        ),
        // The third line of the trace, which begins below its field.
        (
            "trace = \"\"\"\n1\n2\nthree\"\"\"",
            "line 14: requests.trace: ",
        ),
    ] {
        let error = read_service(&service(requests)).unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(!error.hint().is_empty());
    }
}
