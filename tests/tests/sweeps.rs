//! Sweeps in the Scale lab: one field or two, what is drawn of them, and what is refused.

use coldstart_tests::{Page, eventually, visit};

const TEXT: &str = "[data-testid=scenario-text]";
const FAULT: &str = "[data-testid=sweep-fault]";

/// A hundred seconds of even requests, ten a second.
const SMALL: &str = "version = 1\nname = \"Small\"\nlength = 100\n\n[[function]]\nname = \"f\"\nmemory = 1024\nduration = 0.5\ninit = 1\n\n[[load]]\nfunction = \"f\"\nspacing = \"even\"\nrate = 10\n";

fn open(page: &Page) {
    page.click("[data-testid=open-scale]");
    page.wait_until("a scenario is there", || {
        page.value(TEXT)
            .is_some_and(|it| it.contains("version = 1"))
    });
    page.paste(TEXT, SMALL);
}

fn sweep(page: &Page, first: (&str, &str), second: Option<(&str, &str)>) {
    page.fill("[data-testid=sweep-first]", first.0);
    page.fill("[data-testid=sweep-first-values]", first.1);
    if let Some((path, values)) = second {
        page.fill("[data-testid=sweep-second]", path);
        page.fill("[data-testid=sweep-second-values]", values);
    }
    page.click("[data-testid=sweep-run]");
}

fn ended(page: &Page, points: &str) {
    page.wait_until("all points are run", || {
        page.text("[data-testid=sweep-ended]")
            .is_some_and(|it| it == format!("{points} of {points} points"))
    });
}

/// The values that the chart's table has.
fn values(page: &Page) -> Vec<Vec<String>> {
    let rows = page.script(
        "return [...document.querySelectorAll('[data-testid=sweep] table tbody tr')]
             .map((row) => [...row.children].map((it) => it.innerText))",
        &[],
    );
    serde_json::from_value(rows).unwrap_or_default()
}

fn as_table(page: &Page) {
    page.script(
        "[...document.querySelectorAll('[data-testid=sweep] .tool')]
             .find((it) => it.textContent.trim() === 'Table').click()",
        &[],
    );
}

#[test]
fn a_sweep_over_one_field_is_a_curve() {
    visit(|page| {
        open(page);
        // The fields that there are come as suggestions once somebody looks.
        page.click("[data-testid=sweep-first]");
        page.wait_until("fields are suggested", || {
            page.script(
                "return [...document.querySelectorAll('[data-testid=sweep] datalist option')].map((it) => it.value)",
                &[],
            )
            .to_string()
            .contains("load.0.rate")
        });
        sweep(page, ("load.0.rate", "10, 20, 40"), None);
        ended(page, "3");
        page.choose("[data-testid=sweep-figure]", "requests");
        as_table(page);
        let expected = [("10", "1000"), ("20", "2000"), ("40", "4000")].map(|(rate, requests)| {
            [
                format!("load.0.rate = {rate}"),
                "requests".to_owned(),
                requests.to_owned(),
            ]
        });
        eventually!(page, values(page) == expected);
        // Twice as many requests cost twice as much.
        page.choose("[data-testid=sweep-figure]", "cost");
        page.wait_until("costs are shown", || {
            values(page).first().is_some_and(|row| row[1] == "cost ($)")
        });
        let costs: Vec<f64> = values(page)
            .iter()
            .filter_map(|row| row[2].parse().ok())
            .collect();
        assert!((costs[1] / costs[0] - 2.0).abs() < 0.1, "{costs:?}");
        as_table(page);
        page.wait_until("the curve is drawn", || {
            let colours = page.script(
                "const it = document.querySelector('[data-testid=sweep] canvas');
                 // It has a size once it is seen again.
                 if (it.width * it.height === 0) return 0;
                 return new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size",
                &[],
            );
            colours.as_u64() > Some(20)
        });
        page.expect_quiet_console();
    });
}

#[test]
fn a_sweep_over_two_fields_is_a_map() {
    visit(|page| {
        open(page);
        sweep(
            page,
            ("function.0.memory", "512, 1024"),
            Some(("load.0.rate", "5, 10, 20")),
        );
        ended(page, "6");
        page.choose("[data-testid=sweep-figure]", "requests");
        as_table(page);
        page.wait_until("all six", || values(page).len() == 6);
        let last = values(page).pop().unwrap_or_default();
        assert_eq!(last[0], "load.0.rate = 20, function.0.memory = 1024");
        assert_eq!(last[2], "2000");

        // Choosing a field that is known brings values around its own.
        page.fill("[data-testid=sweep-first]", "length");
        page.fill("[data-testid=sweep-second]", "");
        page.press(&[coldstart_tests::key::TAB]);
        eventually!(
            page,
            page.value("[data-testid=sweep-first-values]")
                .is_some_and(|it| it.contains("100"))
        );
        page.expect_quiet_console();
    });
}

#[test]
fn what_cannot_be_swept_says_why_and_keeps_what_was_run() {
    visit(|page| {
        open(page);
        page.click("[data-testid=sweep-run]");
        eventually!(
            page,
            page.text(FAULT)
                .is_some_and(|it| it.contains("There is no field to sweep."))
        );
        for (path, values, says) in [
            ("load.7.rate", "1, 2", "the scenario has no \"7\" there"),
            ("load.0.rate", "1, many", "\"many\" is no number"),
            ("function.0.memory", "1, 2", "with function.0.memory = 1"),
            ("length", "1e8, 2e8", "requests altogether"),
        ] {
            sweep(page, (path, values), None);
            page.wait_until(says, || {
                page.text(FAULT).is_some_and(|it| it.contains(says))
            });
        }
        // It can be asked for all the same, and stopped.
        page.click("[data-testid=sweep-large]");
        page.wait_until("it runs", || page.has("[data-testid=sweep-progress]"));
        page.click("[data-testid=sweep-stop]");
        eventually!(page, !page.has("[data-testid=sweep-progress]"));
        sweep(page, ("load.0.rate", "10, 20"), None);
        ended(page, "2");
        page.expect_quiet_console();
    });
}
