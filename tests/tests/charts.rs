//! Charts of runs: read, looked at more closely, picked from, kept as files.

use coldstart_tests::{Page, eventually, eventually_eq, key, visit};

const CANVAS: &str = ".scale-result .run-chart canvas";
const READOUT: &str = ".scale-result .run-chart [role=slider]";
/// Of the first chart. Pressed for real: a browser asks before a page saves two files on its own.
const CSV: &str = ".scale-result figure.chart .chart-head .row button:nth-child(2)";
const SVG: &str = ".scale-result figure.chart .chart-head .row button:nth-child(3)";
const WHOLE_RUN: &str = ".scale-result .chart-readout button";

/// Three thousand seconds, ten requests in each, which come evenly: a step of a chart is ten seconds.
const EVEN: &str = "version = 1\nname = \"Even\"\nabout = \"Even requests.\"\nlength = 3000\n\n[[function]]\nname = \"f\"\nmemory = 1024\nduration = 0.5\ninit = 1\n\n[[load]]\nfunction = \"f\"\nspacing = \"even\"\nrate = 10\n";

fn run(page: &Page) {
    page.click("[data-testid=open-scale]");
    page.wait_until("a scenario is there", || {
        page.value("[data-testid=scenario-text]")
            .is_some_and(|it| it.contains("version = 1"))
    });
    page.paste("[data-testid=scenario-text]", EVEN);
    page.click("[data-testid=run]");
    page.wait_until("it has ended", || {
        page.text("[data-testid=run-ended]")
            .is_some_and(|it| it.contains("requests a second, seed"))
    });
}

/// What the first chart reads, and the two others with it.
fn readings(page: &Page) -> Vec<String> {
    page.texts(READOUT)
}

#[test]
fn a_chart_is_read_where_the_pointer_or_the_keyboard_is() {
    visit(|page| {
        run(page);
        eventually!(
            page,
            readings(page).iter().all(|it| it.starts_with("Point at"))
        );
        page.drag(CANVAS, (0.5, 60.0), (0.5, 60.0));
        // All charts of a run read the same moment.
        eventually!(
            page,
            readings(page)
                .iter()
                .all(|it| it.contains(" min") && it.contains(": "))
        );
        eventually!(
            page,
            readings(page)[0].contains("served 100, throttled 0, cold starts 0")
        );
        page.script(&format!("document.querySelector('{READOUT}').focus()"), &[]);
        page.press(&[key::HOME]);
        eventually!(page, readings(page)[0].starts_with("0 ms to 10 s: served "));
        page.press(&[key::RIGHT]);
        eventually!(
            page,
            readings(page)[0].starts_with("10 s to 20 s: served 100")
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_drag_looks_closer_in_all_charts_and_the_whole_run_comes_back() {
    visit(|page| {
        run(page);
        eventually!(page, !page.has(WHOLE_RUN));
        page.drag(CANVAS, (0.4, 60.0), (0.6, 60.0));
        eventually_eq!(page, page.texts(WHOLE_RUN).len(), 3);
        page.script(&format!("document.querySelector('{READOUT}').focus()"), &[]);
        page.press(&[key::HOME]);
        // The left end of what is seen is no longer the run's.
        eventually!(
            page,
            readings(page)[0].starts_with("1") && readings(page)[0].contains(" min")
        );
        page.press(&[key::ESCAPE]);
        eventually!(page, !page.has(WHOLE_RUN));
        page.press(&[key::HOME]);
        eventually!(page, readings(page)[0].starts_with("0 ms to 10 s"));
        page.expect_quiet_console();
    });
}

#[test]
fn a_chart_is_kept_as_csv_and_as_svg() {
    visit(|page| {
        run(page);
        page.click(CSV);
        let csv = String::from_utf8(page.downloaded("requests.csv")).expect("text");
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], "From (s),To (s),served,throttled,cold starts");
        assert_eq!(lines.len(), 301);
        assert_eq!(lines[150], "1490,1500,100,0,0");
        page.click(SVG);
        let svg = String::from_utf8(page.downloaded("requests.svg")).expect("text");
        assert!(
            svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"),
            "{svg}"
        );
        // Its axis, a mark, and three areas in their colours.
        assert!(
            svg.contains("in each step") && svg.contains("<polygon"),
            "{svg}"
        );
        let is_read = page.script(
            "const text = arguments[0];
             return new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror') === null",
            &[svg.into()],
        );
        assert_eq!(is_read, true);
        page.expect_quiet_console();
    });
}

#[test]
fn a_press_on_a_chart_of_a_service_moves_the_playhead() {
    visit(|page| {
        page.click("[data-testid=open-fargate]");
        page.wait_until("a scenario is there", || {
            page.value("#fargate [data-testid=scenario-text]")
                .is_some_and(|it| it.contains("[service]"))
        });
        page.click("#fargate [data-testid=run]");
        page.wait_until("it has ended", || {
            page.text("#fargate [data-testid=run-ended]")
                .is_some_and(|it| it.contains("requests a second, seed"))
        });
        let end = page.read("[data-testid=service-at]");
        page.drag("#fargate .run-chart canvas", (0.5, 60.0), (0.5, 60.0));
        eventually!(page, page.read("[data-testid=service-at]") != end);
        page.expect_quiet_console();
    });
}
