//! The Scale lab: scenarios are chosen, written, run, stopped and kept.

use coldstart_tests::{Page, eventually, eventually_eq, key, visit};

const TEXT: &str = "[data-testid=scenario-text]";
const ENDED: &str = "[data-testid=run-ended]";
const FAULT: &str = "[data-testid=scenario-fault]";

fn open(page: &Page) {
    page.click("[data-testid=open-scale]");
    page.wait_until("a scenario is there", || {
        page.value(TEXT)
            .is_some_and(|it| it.contains("version = 1"))
    });
}

/// A figure and what stands beside it.
fn figure(page: &Page, name: &str) -> String {
    let rows = page.texts("[data-testid=run-figures] tr");
    let row = rows.iter().find(|it| it.starts_with(name));
    row.map(|it| it.trim_end().to_owned()).unwrap_or_default()
}

fn run_to_its_end(page: &Page) {
    page.click("[data-testid=run]");
    page.wait_until("it has ended", || {
        page.text(ENDED)
            .is_some_and(|it| it.contains("requests a second, seed"))
    });
}

/// A scenario of a hundred seconds, ten requests in each, which come evenly.
fn small(rate: &str) -> String {
    format!(
        "version = 1\nname = \"Small\"\nabout = \"Even requests.\"\nlength = 100\n\n[[function]]\nname = \"f\"\nmemory = 1024\nduration = 0.5\ninit = 1\n\n[[load]]\nfunction = \"f\"\nspacing = \"even\"\nrate = {rate}\n"
    )
}

#[test]
fn a_shipped_scenario_is_run_and_drawn() {
    visit(|page| {
        open(page);
        run_to_its_end(page);
        eventually_eq!(
            page,
            page.text("[data-testid=run-name]"),
            Some("Black Friday".to_owned())
        );
        // "Lambda scaling behavior": a thousand environments at once, then as many in ten seconds.
        eventually!(page, figure(page, "Throttled").contains("scaling rate"));
        eventually!(
            page,
            figure(page, "Cost").contains("list prices of us-east-1")
        );
        for chart in ["Requests", "Environments", "Latency"] {
            let drawn = page.script(
                "return [...document.querySelectorAll('.scale-result canvas')].filter(it =>
                   it.closest('figure').querySelector('h3').innerText === arguments[0]
                   && new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size > 20).length",
                &[chart.into()],
            );
            assert_eq!(drawn, 1, "{chart}");
        }
        page.expect_quiet_console();
    });
}

#[test]
fn what_is_written_is_run_and_kept() {
    visit(|page| {
        open(page);
        page.paste(TEXT, &small("10"));
        run_to_its_end(page);
        eventually!(page, figure(page, "Requests").ends_with("1,000"));
        // Five at a time; the first ones meet new environments, and while those begin others come.
        eventually!(page, figure(page, "Throttled").contains("0 (0 %)"));

        page.reload();
        page.wait_until("the page and what was written are there again", || {
            page.value(TEXT).is_some_and(|it| it.contains("\"Small\""))
        });
        // Another scenario and back: both are as they were.
        page.choose("[data-testid=scenario]", "Retry storm");
        eventually!(
            page,
            page.value(TEXT)
                .is_some_and(|it| it.contains("Retry storm"))
        );
        page.choose("[data-testid=scenario]", "Black Friday");
        eventually!(
            page,
            page.value(TEXT).is_some_and(|it| it.contains("\"Small\""))
        );
        page.click("[data-testid=reset-scenario]");
        eventually!(
            page,
            page.value(TEXT)
                .is_some_and(|it| it.contains("Black Friday"))
        );
        // The Playground is as it was.
        page.click_text("a", "Playground");
        page.playground_is_ready();
        page.expect_quiet_console();
    });
}

#[test]
fn a_mistake_is_named_with_its_line_and_takes_nothing_away() {
    visit(|page| {
        open(page);
        page.paste(TEXT, &small("10"));
        run_to_its_end(page);
        page.paste(TEXT, &small("-10"));
        page.click("[data-testid=run]");
        eventually!(
            page,
            page.text(FAULT)
                .is_some_and(|it| it.contains("line 15: rate: -10"))
        );
        page.click("[data-testid=scenario-line]");
        let chosen = page.script(
            "const it = document.activeElement; return it.value.slice(it.selectionStart, it.selectionEnd)",
            &[],
        );
        assert_eq!(chosen, "rate = -10");
        eventually!(page, figure(page, "Requests").ends_with("1,000"));
        page.paste(TEXT, "nonsense");
        page.click("[data-testid=run]");
        eventually!(
            page,
            page.text(FAULT).is_some_and(|it| it.contains("line 1"))
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_long_run_says_how_far_it_is_and_can_be_stopped() {
    visit(|page| {
        open(page);
        let long = small("900000").replace("length = 100", "length = 86400");
        page.paste(TEXT, &long);
        // From the keyboard.
        page.script(
            "document.querySelector(arguments[0]).focus()",
            &[TEXT.into()],
        );
        page.shortcut(&[key::CONTROL, key::ENTER]);
        eventually!(
            page,
            page.text(FAULT)
                .is_some_and(|it| it.contains("77,760,000,000 requests"))
        );
        page.click("[data-testid=run-large]");
        page.wait_until("how far it is", || {
            page.text("[data-testid=run-progress]")
                .is_some_and(|it| it.contains("requests a second ·"))
        });
        eventually!(page, figure(page, "Requests").len() > "Requests".len());
        page.click("[data-testid=stop-run]");
        eventually!(
            page,
            page.text(ENDED)
                .is_some_and(|it| it.starts_with("Stopped at"))
        );
        // Another one can be run.
        page.paste(TEXT, &small("10"));
        run_to_its_end(page);
        eventually!(page, figure(page, "Requests").ends_with("1,000"));
        page.expect_quiet_console();
    });
}

/// What was invoked in the Playground says how long a scenario's function takes.
#[test]
fn a_functions_own_times_are_taken() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.configure("memory", "512");
        for _ in 0..3 {
            page.invoke();
        }
        open(page);
        page.paste(TEXT, &small("10"));
        page.choose("[data-testid=measured-function]", "echo");
        eventually_eq!(
            page,
            page.text("[data-testid=take-measured]"),
            Some("Take its 3 invocations".to_owned())
        );
        page.click("[data-testid=take-measured]");
        page.wait_until("the text has them", || {
            page.value(TEXT).is_some_and(|it| {
                it.contains("duration = \"list:") && it.contains("memory = 512\n")
            })
        });
        // All else is as it was, and it can be run.
        let text = page.value(TEXT).unwrap_or_default();
        assert!(
            text.contains("about = \"Even requests.\"\nlength = 100\n"),
            "{text}"
        );
        run_to_its_end(page);
        eventually!(page, figure(page, "Requests").ends_with("1,000"));
        page.expect_quiet_console();
    });
}
