//! Managed runtimes: cold and warm, and ten thousand invocations one after the other.

use super::table::{Row, Unit, median};
use super::{Script, comparison, rounds};
use crate::console::say;
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Many times the WASI shim's one shot that Python's first invocation may take.
const PYTHON_COLD: f64 = 1.5;
/// The longest that JavaScript's first invocation may take, in microseconds.
const JAVASCRIPT_COLD: f64 = 150_000.0;
/// The longest that a warm invocation may take in the worker, in microseconds.
const WARM: f64 = 1_000.0;
/// The part of Python's cold start, in the worker, that a warm invocation may take.
const WARM_TO_COLD: f64 = 1.0 / 50.0;
/// The longest that one of ten thousand invocations may take, in microseconds: more is a stall.
const STALL: f64 = 250_000.0;
/// What a tab may keep of an invocation, in bytes: the page's entries of the timeline, with event,
/// response and log, are meant to stay; nothing else is.
const KEPT: f64 = 4_096.0;
/// After so many invocations everything that grows at first has grown.
const SETTLED: u64 = 1_000;
/// Invocations in all.
const COUNT: u64 = 10_000;

/// The functions of the endurance test: their name, and the runtime's.
const ENDURING: [(&str, &str); 4] = [
    ("hello-python", "Python"),
    ("hello-ruby", "Ruby"),
    ("hello-javascript", "JavaScript"),
    ("greeting", "Rust reactor"),
];

/// Measures and gives the rows.
pub(super) fn rows(run: impl Fn(Script) -> Result<Value>) -> Result<Vec<Row>> {
    let mut rows = cold_and_warm(&run(Script::Runtimes)?)?;
    for (function, runtime) in ENDURING {
        let measured = run(Script::Endurance(function))?;
        rows.extend(endurance(runtime, &measured).with_context(|| function.to_owned())?);
    }
    Ok(rows)
}

fn cold_and_warm(measured: &Value) -> Result<Vec<Row>> {
    let cold = "hello: first invocation after the bytes are cached, to result in the page";
    let (javascript, loops) = (&measured["javascript"], &measured["loops"]);
    for same in [&javascript["same"], &loops["python"]["same"]] {
        if *same != true {
            bail!("a runtime gave a wrong response");
        }
    }
    let middle = |measured: &Value, side: &str| -> Result<f64> {
        median(&rounds(measured, side)?).context("no rounds were measured")
    };
    let python_warm = middle(&loops["python"], "warm")?;
    let python_cold = middle(&loops["python"], "cold")?;
    Ok(vec![
        comparison(
            &measured["python"],
            &format!("Python {cold}"),
            "CPython, @bjorn3/browser_wasi_shim, one shot",
            PYTHON_COLD,
        )?,
        Row::at_most(
            "Python hello, warm, in the worker",
            Unit::Micros,
            python_warm,
            WARM,
        ),
        Row::against(
            "the same",
            "its cold start in the worker, compiled already",
            Unit::Micros,
            (python_warm, python_cold),
            WARM_TO_COLD,
        ),
        Row::at_most(
            format!("JavaScript {cold}"),
            Unit::Micros,
            middle(javascript, "ours")?,
            JAVASCRIPT_COLD,
        ),
        Row::at_most(
            "JavaScript hello, warm, in the worker",
            Unit::Micros,
            middle(&loops["javascript"], "warm")?,
            WARM,
        ),
    ])
}

fn endurance(runtime: &str, measured: &Value) -> Result<Vec<Row>> {
    let name = |what: &str| format!("10,000 in one page, {runtime}: {what}");
    let longest = measured["longest"]
        .as_f64()
        .context("nothing was measured")?;
    let mut rows = vec![Row::at_most(
        name("the longest"),
        Unit::Micros,
        longest * 1_000.0,
        STALL,
    )];
    let held = |invoked: u64| {
        let looks = measured["looks"].as_array()?;
        let look = looks.iter().find(|look| look["after"] == invoked)?;
        look["bytes"].as_f64()
    };
    match (held(SETTLED), held(COUNT)) {
        (Some(settled), Some(last)) => rows.push(Row::at_most(
            name("the tab keeps of each after the 1,000th"),
            Unit::Bytes,
            (last - settled) / (COUNT - SETTLED) as f64,
            KEPT,
        )),
        _ => say("this system does not tell what a tab's process holds"),
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_made_of_what_was_measured() {
        let cold = json!({ "ours": [2.0], "peer": [3.0], "same": true });
        let warm = json!({ "cold": [500.0, 500.0], "warm": [9.0, 10.0, 30.0], "same": true });
        let measured = json!({
            "python": cold, "javascript": cold, "loops": { "python": warm, "javascript": warm },
        });
        let rows = cold_and_warm(&measured).unwrap();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[2].compared(), Some(0.02));
        let mut measured = json!({ "longest": 7.0, "looks": [] });
        assert_eq!(endurance("Rust", &measured).unwrap().len(), 1);
        measured["looks"] = json!([
            { "after": 1_000, "bytes": 5_000 },
            { "after": 10_000, "bytes": 23_000 },
        ]);
        let rows = endurance("Rust", &measured).unwrap();
        let name = "10,000 in one page, Rust: the tab keeps of each after the 1,000th";
        assert_eq!(rows[1], Row::at_most(name, Unit::Bytes, 2.0, KEPT));
        assert!(endurance("Rust", &json!({})).is_err());
    }

    #[test]
    fn wrong_responses_are_an_error() {
        let wrong = json!({ "javascript": { "same": false }, "loops": {} });
        assert!(cold_and_warm(&wrong).is_err());
    }
}
