//! Modelled time in the page: what a handler does makes the time it takes.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

/// 60 million simple operations in a loop of three, 30 ms of a vCPU; `sleep` before, and for ever
/// if the event is long.
const WORKS: &str = r#"(module
  (import "coldstart" "sleep" (func $sleep (param i64)))
  (memory (export "memory") 1)
  (func $work (param $rounds i32)
    (loop $on (br_if $on (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1))))))
  (func (export "_initialize") (call $work (i32.const 4000000)))
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $at i32) (param $length i32) (result i64)
    (if (i32.gt_u (local.get $length) (i32.const 10)) (then (call $sleep (i64.const 60000000000))))
    (if (i32.gt_u (local.get $length) (i32.const 2)) (then (call $sleep (i64.const 2000000000))))
    (call $work (i32.const 20000000))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
"#;

fn with_works(then: impl FnOnce(&Page)) {
    visit(|page| {
        let file = uploads::write(page.folder(), "works.wat", WORKS);
        page.upload_as(&file, "works");
        page.set_event("{}");
        then(page);
    });
}

/// The same numbers as `the_same_work_takes_the_same_time_everywhere` of the command line.
#[test]
fn memory_decides_how_long_work_takes() {
    with_works(|page| {
        eventually!(page, page.read(".clock-kind").ends_with("modelled"));
        for (memory, duration) in [
            ("1769", 3_000),
            ("3538", 3_000),
            ("884", 6_002),
            ("128", 40_106),
        ] {
            page.configure("memory", memory);
            page.invoke();
            let cold = page.report();
            assert_eq!(cold.duration_centimillis, duration, "{memory}: {cold:?}");
            // INIT has a whole vCPU; a few nanoseconds above 6 ms.
            assert_eq!(cold.init_centimillis, Some(600), "{memory}: {cold:?}");
            assert_eq!(
                cold.billed_millis,
                (600 + duration) / 100 + 1,
                "{memory}: {cold:?}"
            );
            page.invoke();
            eventually_eq!(
                page,
                page.report().duration_centimillis,
                duration,
                "{memory}"
            );
        }
    });
}

#[test]
fn sleeping_takes_no_real_time_and_a_timeout_is_its_limit() {
    with_works(|page| {
        page.configure("memory", "1769");
        page.set_event(r#"{"a":1}"#);
        page.invoke();
        eventually_eq!(page, page.report().duration_centimillis, 203_000);
        // An hour of sleep would not end while a test waits.
        page.configure("timeout", "50");
        page.set_event(r#"{"sleep":"a minute"}"#);
        let answer = page.invoke();
        assert!(
            answer.body.contains("Task timed out after 50.00 seconds"),
            "{answer:?}"
        );
        let report = page.report();
        assert_eq!(
            (report.duration_centimillis, report.billed_millis),
            (5_000_000, 50_007)
        );
        // The session clock went on with it.
        let clock = page.read("[data-testid=session-clock]");
        assert!(
            clock.contains("00:00:5") || clock.contains("00:01:"),
            "{clock}"
        );
        page.set_event("{}");
        page.invoke();
        // The process was replaced: init runs again inside.
        eventually_eq!(page, page.report().duration_centimillis, 3_600);
    });
}

/// How many requests have found an environment.
fn ended(page: &Page) -> u64 {
    let counts = page.counts();
    counts.cold + counts.warm
}

/// Requests that arrive while others are at work wait for nobody, and reuse what is idle by then.
#[test]
fn a_burst_has_its_own_environments() {
    with_works(|page| {
        page.configure("memory", "1769");
        page.set_event(r#"{"a":1}"#);
        let before = ended(page);
        page.burst(6, 100);
        page.wait_until("all have ended", || ended(page) == before + 6);
        let counts = page.counts();
        assert_eq!((counts.cold, counts.warm), (6, before));
        page.burst(6, 100);
        page.wait_until("all have ended", || ended(page) == before + 12);
        eventually_eq!(page, page.counts().cold, 6);
    });
}

/// The rows of the profile's table: name to own milliseconds.
fn own_times(page: &Page) -> Vec<(String, f64)> {
    let rows = page.script(
        "return [...document.querySelectorAll('[data-testid=profile] tbody tr')].map(row => {
            const cells = [...row.querySelectorAll('td, th')].map(cell => cell.textContent.trim());
            return [cells[cells.length - 1], cells[0]];
        })",
        &[],
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    let read = |row: &serde_json::Value| {
        let text = |index: usize| row[index].as_str().unwrap_or_default().to_owned();
        // What is too short to be told in digits is "< 0.01".
        let own = text(1).replace(',', "");
        let own = own.trim_start_matches('<').trim();
        (text(0), own.parse().unwrap_or_else(|_| panic!("{row}")))
    };
    rows.iter().map(read).collect()
}

/// Asks where the milliseconds of the shown invocation went, and waits until that is known.
fn profile(page: &Page) -> Vec<(String, f64)> {
    page.click("[data-testid=profile-ask]");
    page.wait_until("the replay has ended", || {
        page.has("[data-testid=profile] tbody tr") || page.has("[data-testid=profile-refused]")
    });
    assert!(
        !page.has("[data-testid=profile-refused]"),
        "{}",
        page.read("[data-testid=profile]")
    );
    own_times(page)
}

fn own(rows: &[(String, f64)], name: &str) -> f64 {
    let found = rows.iter().find(|(found, _)| found.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name} in {rows:?}")).1
}

/// Everything that is billed is in the graph: 36 ms of work of one function, most of it.
#[test]
fn the_milliseconds_are_found_by_function() {
    with_works(|page| {
        page.configure("memory", "1769");
        page.invoke();
        let rows = profile(page);
        assert!((own(&rows, "work") - 36.0).abs() < 0.01, "{rows:?}");
        assert!(own(&rows, "rounded up") > 0.9, "{rows:?}");
        let all: f64 = rows.iter().map(|(_, own)| own).sum();
        assert!((all - 37.0).abs() < 0.01, "{rows:?}");
        // A warm invocation after a sleeping one: the whole history is done again, and waiting is
        // no code.
        page.set_event(r#"{"a":1}"#);
        page.invoke();
        let rows = profile(page);
        assert!((own(&rows, "work") - 30.0).abs() < 0.01, "{rows:?}");
        assert!((own(&rows, "waiting") - 2_000.0).abs() < 0.01, "{rows:?}");
        page.fill("[data-testid=profile-search]", "work");
        page.wait_until("what was found is told", || {
            page.read("[data-testid=profile-found]").contains('%')
        });
    });
}

/// A language's runtime is one program from its INIT phase on; its third event is profiled alone.
#[test]
fn a_runtimes_milliseconds_are_found_too() {
    visit(|page| {
        page.add_sample("Chat (JavaScript)", "chat");
        for _ in 0..3 {
            page.invoke();
        }
        let billed = page.report().billed_millis;
        // First of the program's own functions; then of those of the interpreter that runs it.
        let rows = profile(page);
        assert!(own(&rows, "handler") > 0.0, "{rows:?}");
        page.choose("[data-testid=profile-functions]", "its interpreter");
        page.wait_until("the interpreter's functions are there", || {
            let names = own_times(page);
            names.iter().any(|(name, _)| name == "JS_CallInternal")
        });
        for rows in [rows, own_times(page)] {
            let all: f64 = rows.iter().map(|(_, own)| own).sum();
            assert!((all - billed as f64).abs() < 0.1, "{billed}: {rows:?}");
        }
    });
}

const BUSY: &str = "\
import json


class Basket:
    def total(self, prices):
        return sum(busy(price) for price in prices)


def busy(number):
    for _ in range(5_000):
        number += 1
    return number


def lambda_handler(event, context):
    return json.dumps(Basket().total([1, 2, 3]))
";

/// A Python function's profile names the functions that its author wrote, and leads to them.
#[test]
fn a_programs_own_functions_are_shown_in_its_code() {
    visit(|page| {
        let file = uploads::write(page.folder(), "lambda_function.py", BUSY);
        page.upload_as(&file, "lambda_function");
        page.set_event("{}");
        page.invoke();
        let rows = profile(page);
        let busy = own(&rows, "busy");
        assert!(
            rows.iter().all(|(_, own)| *own <= busy),
            "busy takes most: {rows:?}"
        );
        for name in ["Basket.total", "lambda_handler", "<module>", "<genexpr>"] {
            assert!(own(&rows, name) > 0.0, "{rows:?}");
        }
        page.fill("[data-testid=profile-search]", "busy");
        page.wait_until("it is found", || {
            page.read("[data-testid=profile-found]")
                .contains("1 function")
        });
        eventually_eq!(
            page,
            page.texts("[data-testid=flame-place]"),
            ["lambda_function.py:9"]
        );
        page.click("button[data-testid=flame-place]");
        page.wait_for_code();
        page.wait_until("the code shows the function's line", || {
            page.text(".cm-activeLine")
                .is_some_and(|line| line.contains("def busy"))
        });
    });
}

#[test]
fn measured_milliseconds_cannot_be_found() {
    with_works(|page| {
        page.measure();
        page.invoke();
        page.click("[data-testid=profile-ask]");
        page.wait_until("it is refused", || {
            page.has("[data-testid=profile-refused]")
        });
        let text = page.read("[data-testid=profile-refused]");
        assert!(
            text.contains("measured") && text.contains("modelled"),
            "{text}"
        );
    });
}

#[test]
fn a_function_can_be_measured_instead() {
    with_works(|page| {
        page.measure();
        eventually!(page, page.read(".clock-kind").ends_with("measured"));
        page.invoke();
        let report = page.report();
        assert!(report.duration_centimillis > 0, "{report:?}");
        assert_ne!(report.duration_centimillis, 40_106, "{report:?}");
        page.open_tab("Report");
        page.wait_until("the report says so", || {
            page.text("[data-testid=detail]")
                .is_some_and(|text| text.contains("duration, measured"))
        });
    });
}
