//! Lambda and Fargate under the same requests: the sliders in the Scale lab, and a scenario that describes both.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

const VERDICT: &str = "[data-testid=versus-verdict]";
const FAULT: &str = "[data-testid=versus-fault]";
const FIGURES: &str = "[data-testid=versus] [data-testid=versus-figures] tbody tr";

fn open(page: &Page) {
    page.click("[data-testid=open-scale]");
    eventually!(page, says(page, VERDICT, "on Fargate"));
}

fn says(page: &Page, css: &str, words: &str) -> bool {
    page.text(css).is_some_and(|it| it.contains(words))
}

/// A figure's cells: its name, Lambda's, Fargate's, and what lies between them.
fn row(page: &Page, name: &str) -> Vec<String> {
    let rows = page.script(
        "return [...document.querySelectorAll(arguments[0])].map(row =>
             [...row.cells].map(cell => cell.innerText.trim()))",
        &[FIGURES.into()],
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    let cells = |row: &serde_json::Value| {
        let cells = row.as_array().cloned().unwrap_or_default();
        let texts = cells.iter().filter_map(|it| it.as_str().map(str::to_owned));
        texts.collect::<Vec<_>>()
    };
    let mut rows = rows.iter().map(cells);
    rows.find(|row| row.first().is_some_and(|it| it == name))
        .unwrap_or_default()
}

fn cell(page: &Page, name: &str, place: usize) -> String {
    row(page, name).get(place).cloned().unwrap_or_default()
}

#[test]
fn both_sides_are_there_at_once_and_follow_the_sliders() {
    visit(|page| {
        open(page);
        // The same requests come to both; a crowd is too much for the tasks that there are.
        let requests = row(page, "Requests");
        assert_eq!(requests.get(1), requests.get(2), "{requests:?}");
        assert_eq!(requests.get(3).map(String::as_str), Some("the same"));
        assert_eq!(cell(page, "Rejected", 1), "0");
        eventually!(page, cell(page, "Rejected", 3).contains("504"));
        eventually!(page, cell(page, "Idle", 3).contains("not billed"));

        page.choose("#versus-shape", "steady");
        eventually_eq!(page, cell(page, "Rejected", 2), "0");
        // About ten a second for an hour, by chance.
        page.slide("versus-rate", 1.0);
        eventually!(page, cell(page, "Requests", 1).starts_with("3"));
        eventually!(page, cell(page, "Requests", 1).len() == "36,000".len());
        // No environment of 128 MB is as fast as a vCPU.
        let before = cell(page, "99 %", 1);
        page.choose("#versus-memory", "128 MB");
        eventually!(page, cell(page, "99 %", 1) != before);
        eventually!(page, cell(page, "99 %", 3).starts_with("Lambda "));
        page.choose("#versus-size", "2 vCPU and 4 GB");
        page.click("#versus-spot");
        eventually!(
            page,
            page.texts(FIGURES).iter().any(|it| it.contains("Spot"))
        );
        page.click("[data-testid=versus-reset]");
        eventually_eq!(page, row(page, "Requests"), requests);
        page.expect_quiet_console();
    });
}

#[test]
fn a_slider_that_moves_on_is_answered_with_its_last_place() {
    visit(|page| {
        open(page);
        page.choose("#versus-shape", "steady");
        for step in 0..20 {
            page.slide("versus-rate", f64::from(step) / 10.0);
        }
        page.slide("versus-rate", 0.0);
        // One a second.
        eventually!(page, cell(page, "Requests", 1).len() == "3,600".len());
        page.click("[data-testid=versus] summary");
        eventually!(page, says(page, "[data-testid=versus-text]", "rate = 1\n"));
        page.expect_quiet_console();
    });
}

#[test]
fn bounds_that_cannot_be_name_the_remedy_and_take_nothing_away() {
    visit(|page| {
        open(page);
        let before = row(page, "Requests");
        page.slide("versus-most", 2.0);
        eventually!(page, says(page, FAULT, "scaling"));
        assert_eq!(row(page, "Requests"), before);
        page.slide("versus-least", 2.0);
        eventually!(page, page.text(FAULT).is_none());
        // Two that serve, and now and then one that is replaced.
        eventually!(page, cell(page, "There, on average", 2).starts_with("2."));
        page.expect_quiet_console();
    });
}

#[test]
fn charts_are_drawn_and_have_tables() {
    visit(|page| {
        open(page);
        for chart in ["Served and rejected", "Latency, 99 % at most"] {
            eventually_eq!(
                page,
                page.script(
                    "return [...document.querySelectorAll('[data-testid=versus] canvas')].filter(it =>
                       it.closest('figure').querySelector('h3').innerText === arguments[0]
                       && new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size > 20).length",
                    &[chart.into()],
                ),
                1
            );
        }
        page.click("[data-testid=versus] .chart-head button");
        eventually_eq!(
            page,
            page.texts("[data-testid=versus] figure tbody tr").len(),
            300
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_scenario_that_describes_both_is_run_from_its_text() {
    visit(|page| {
        open(page);
        page.choose("[data-testid=scenario]", "Lambda against Fargate");
        eventually!(
            page,
            page.value("[data-testid=scenario-text]")
                .is_some_and(|it| it.contains("[lambda]"))
        );
        page.click("[data-testid=run]");
        eventually!(
            page,
            page.texts(".scale-result [data-testid=versus-figures] tr")
                .iter()
                .any(|it| it.contains("298,760") && it.contains("235,211"))
        );
        eventually_eq!(
            page,
            page.text("[data-testid=run-name]"),
            Some("Lambda against Fargate".to_owned())
        );
        page.expect_quiet_console();
    });
}
