//! The Fargate page: a service is simulated, looked at at any moment, and what was decided is explained.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

const TEXT: &str = "#fargate [data-testid=scenario-text]";
const ENDED: &str = "#fargate [data-testid=run-ended]";
const FAULT: &str = "#fargate [data-testid=scenario-fault]";
const COUNTS: &str = "[data-testid=service-counts]";

fn open(page: &Page) {
    page.click("[data-testid=open-fargate]");
    page.wait_until("a scenario is there", || {
        page.value(TEXT).is_some_and(|it| it.contains("[service]"))
    });
}

fn run_to_its_end(page: &Page) {
    page.click("#fargate [data-testid=run]");
    page.wait_until("it has ended", || {
        page.text(ENDED)
            .is_some_and(|it| it.contains("requests a second, seed"))
    });
}

/// A figure and what stands beside it.
fn figure(page: &Page, name: &str) -> String {
    let rows = page.texts("#fargate [data-testid=run-figures] tr");
    let row = rows.iter().find(|it| it.starts_with(name));
    row.map(|it| it.trim_end().to_owned()).unwrap_or_default()
}

/// Twenty minutes; at five minutes six tasks have three times the load that they had.
fn small() -> String {
    "version = 1\nname = \"Small\"\nabout = \"A step.\"\nlength = 1200\n\n[service]\nname = \"web\"\ncpu = 1024\nmemory = 2048\ndesired = 6\non_demand_vcpus = 100\n\n[requests]\nrate = { steps = [[0, 30], [300, 60]] }\nwork = 0.08\n\n[scaling]\nminimum = 2\nmaximum = 20\n\n[[scaling.policy]]\nmetric = \"cpu_20s\"\ntarget = 50\ndisable_scale_in = true\n".to_owned()
}

#[test]
fn a_shipped_service_is_run_and_drawn() {
    visit(|page| {
        open(page);
        run_to_its_end(page);
        eventually_eq!(
            page,
            page.text("#fargate [data-testid=run-name]"),
            Some("Black Friday on Fargate".to_owned())
        );
        eventually!(
            page,
            figure(page, "Cost").contains("list prices of us-east-1")
        );
        eventually!(page, figure(page, "Latency").contains("(half)"));
        for chart in ["Requests", "Tasks", "Utilization", "Latency", "Queue"] {
            let drawn = page.script(
                "return [...document.querySelectorAll('#fargate figure.chart canvas')].filter(it =>
                   it.closest('figure').querySelector('h3').innerText === arguments[0]
                   && new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size > 20).length",
                &[chart.into()],
            );
            assert_eq!(drawn, 1, "{chart}");
        }
        eventually!(
            page,
            page.text("#fargate [data-testid=alarms]")
                .is_some_and(|it| it.contains("AlarmHigh") && it.contains("ALARM"))
        );
        page.expect_quiet_console();
    });
}

#[test]
fn decisions_are_explained_and_looked_at() {
    visit(|page| {
        open(page);
        page.paste(TEXT, &small());
        run_to_its_end(page);
        let log = || {
            page.texts("#fargate [data-testid=service-log] > li")
                .join("\n")
        };
        eventually!(page, log().contains("Setting desired count to 10"));
        // 30 times 0.08 s of six vCPUs are 40 %, 60 are 80 %: six times 80 over 50 is 9.6.
        page.script(
            "document.querySelectorAll('#fargate [data-testid=service-log] details').forEach(it => it.open = true)",
            &[],
        );
        eventually!(page, log().contains("6 running x"));
        eventually!(page, log().contains("rounded up to 10"));
        eventually!(
            page,
            page.text(COUNTS)
                .is_some_and(|it| it.contains("desired 10 · running 10 · healthy 10"))
        );
        let back_to_before_it = || {
            page.script(
                "const it = document.querySelector('#fargate [data-testid=service-playhead]');
                 it.value = '200'; it.dispatchEvent(new Event('input', { bubbles: true }))",
                &[],
            )
        };
        back_to_before_it();
        eventually!(
            page,
            page.text(COUNTS)
                .is_some_and(|it| it.contains("desired 6 · running 6 · healthy 6"))
        );
        eventually_eq!(
            page,
            page.texts("#fargate [data-testid=machines] > li").len(),
            6
        );
        // Another run is looked at from its end.
        page.click("#fargate [data-testid=run]");
        eventually_eq!(
            page,
            page.text("#fargate [data-testid=service-at]"),
            Some("20 min".to_owned())
        );
        back_to_before_it();
        page.click("#fargate [data-testid=next-decision]");
        eventually!(
            page,
            page.text("#fargate [data-testid=service-at]")
                .is_some_and(|it| it.starts_with("6 min") || it.starts_with("5 min"))
        );
        page.click("#fargate [data-testid=service-play]");
        eventually!(
            page,
            page.text(COUNTS)
                .is_some_and(|it| it.contains("running 10"))
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_size_that_there_is_not_is_refused_with_the_nearest_ones() {
    visit(|page| {
        open(page);
        page.paste(TEXT, &small().replace("cpu = 1024", "cpu = 1000"));
        page.click("#fargate [data-testid=run]");
        eventually!(
            page,
            page.text(FAULT).is_some_and(|it| {
                it.contains("line 6") && it.contains("The nearest sizes are")
            })
        );
        page.paste(TEXT, &small());
        run_to_its_end(page);
        eventually!(page, page.text(FAULT).is_none());
        // What is written is kept.
        page.reload();
        page.wait_until("the page and what was written are there again", || {
            page.value(TEXT).is_some_and(|it| it.contains("\"Small\""))
        });
    });
}

#[test]
fn a_task_s_life_is_shown() {
    visit(|page| {
        open(page);
        page.paste(TEXT, &small());
        run_to_its_end(page);
        page.script(
            "const it = document.querySelector('#fargate .lanes-scroll'); it.focus();
             it.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))",
            &[],
        );
        eventually!(
            page,
            page.text("#fargate [data-testid=task-life]")
                .is_some_and(|it| it.contains("Task 1") && it.contains("RUNNING, healthy"))
        );
    });
}
