//! Lambda or Fargate: the comparison in the Scale lab.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

const VERDICT: &str = "[data-testid=verdict]";
const MAP: &str = ".cheaper-map canvas";

fn open(page: &Page) {
    page.click("[data-testid=open-scale]");
    eventually!(page, says(page, "is cheaper"));
}

fn says(page: &Page, words: &str) -> bool {
    page.text(VERDICT).is_some_and(|it| it.contains(words))
}

/// A row of one side's month.
fn row(page: &Page, side: &str, name: &str) -> String {
    let rows = page.texts(&format!("[data-testid={side}] tr"));
    let row = rows.into_iter().find(|it| it.starts_with(name));
    row.unwrap_or_default()
}

/// Presses the map at parts of its width and height.
fn press(page: &Page, across: f64, down: f64) {
    page.script(
        "const map = document.querySelector(arguments[0]), box = map.getBoundingClientRect();
         map.dispatchEvent(new MouseEvent('click', { bubbles: true,
             clientX: box.left + box.width * arguments[1], clientY: box.top + box.height * arguments[2] }));",
        &[MAP.into(), across.into(), down.into()],
    );
}

#[test]
fn few_requests_are_cheaper_on_lambda_and_many_on_fargate() {
    visit(|page| {
        open(page);
        page.slide("cheaper-rate", -1.0);
        eventually!(page, says(page, "Lambda is cheaper"));
        eventually!(
            page,
            row(page, "lambda-month", "Requests").contains("262,800")
        );
        // Two tasks of 0.25 vCPU and 0.5 GB run, however little there is to do: 730 hours of each.
        eventually!(
            page,
            row(page, "fargate-month", "Tasks").contains("the least there shall be")
        );
        page.slide("cheaper-rate", 3.0);
        eventually!(page, says(page, "Fargate is cheaper"));
        eventually!(page, says(page, "a second on"));
        // 730 hours of the load balancer at $0.0225 each.
        eventually!(
            page,
            row(page, "fargate-month", "Load balancer").contains("$16.43")
        );
        page.click("#cheaper-balancer");
        eventually_eq!(page, row(page, "fargate-month", "Load balancer"), "");
        page.choose("#cheaper-size", "1 vCPU and 2 GB");
        eventually!(
            page,
            row(page, "fargate-month", "Tasks").contains("1 vCPU and 2 GB")
        );
        page.click("[data-testid=cheaper-reset]");
        eventually!(
            page,
            row(page, "fargate-month", "Tasks").contains("0.25 vCPU and 512 MB")
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_place_on_the_map_is_looked_at() {
    visit(|page| {
        open(page);
        let colours = page.script(
            "const map = document.querySelector(arguments[0]);
             return new Set(new Uint32Array(map.getContext('2d')
                 .getImageData(0, 0, map.width, map.height).data.buffer)).size;",
            &[MAP.into()],
        );
        assert!(colours.as_u64() > Some(50), "{colours}");
        press(page, 0.12, 0.8);
        eventually!(page, says(page, "Lambda is cheaper"));
        press(page, 0.9, 0.15);
        eventually!(page, says(page, "Fargate is cheaper"));
        // Beside the axes is no place.
        press(page, 0.001, 0.5);
        eventually!(page, says(page, "Fargate is cheaper"));
        page.click(".cheaper-map .chart-head button");
        eventually_eq!(page, page.texts(".cheaper-map tbody tr").len(), 30);
        page.expect_quiet_console();
    });
}
