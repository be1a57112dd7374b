//! Generators: what sends events on its own, until it is stopped, ends or is at its target's limit.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::{Page, eventually, eventually_eq, visit};

const NEW: &str = ".generators > .facts [data-testid=generator-form] ";
const CARD: &str = "[data-testid=generator] ";
const QUEUE: &str = "[data-queue=incoming] ";

/// Opens something that folds, in what `css` finds.
fn unfold(page: &Page, css: &str, title: &str) {
    let opened = page.script(
        "const [css, title] = arguments;
         const all = [...document.querySelectorAll(`${css} > .facts > summary, ${css} .queue-more > .facts > summary`)];
         const summary = all.find((it) => it.textContent === title);
         if (!summary.parentElement.open) summary.click();
         return true",
        &[css.into(), title.into()],
    );
    assert_eq!(opened, true);
}

fn counts(page: &Page) -> String {
    let counts = page.text(&format!("{CARD}[data-testid=generator-counts]"));
    counts.unwrap_or_default()
}

fn sent(page: &Page) -> u64 {
    let counts = counts(page);
    let sent = counts.rsplit(" · ").next().unwrap_or_default();
    let sent = sent.strip_suffix(" sent").and_then(|it| it.parse().ok());
    sent.unwrap_or_default()
}

/// Messages that the queue's function has handled.
fn handled(page: &Page) -> u64 {
    let counts = page.text(&format!("{QUEUE}[data-testid=queue-counts]"));
    let counts = counts.unwrap_or_default();
    let handled = counts.rsplit(" · ").next().unwrap_or_default();
    let handled = handled
        .strip_suffix(" handled")
        .and_then(|it| it.parse().ok());
    handled.unwrap_or_default()
}

fn toggle(page: &Page) {
    page.click(&format!("{CARD}[data-testid=generator-toggle]"));
}

/// Fills in the form for a new generator and creates it.
fn create(page: &Page, target: &str, change: impl FnOnce()) {
    page.wait_until("the panel", || {
        page.has(&format!("{NEW}[data-testid=save-generator]"))
    });
    unfold(page, ".generators", "New generator");
    page.choose(&format!("{NEW}[data-testid=generator-target]"), target);
    change();
    page.click(&format!("{NEW}[data-testid=save-generator]"));
}

#[test]
fn a_queue_is_sent_messages_until_the_generator_is_stopped() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.wait_until("the queues", || page.has("[data-testid=queue-name]"));
        unfold(page, ".queues", "New queue");
        page.fill(".queues > .facts [data-testid=queue-name]", "incoming");
        page.click(".queues > .facts [data-testid=save-queue]");
        page.wait_until("the queue", || page.has(QUEUE.trim()));
        unfold(page, QUEUE.trim(), "Let a function poll it");
        page.click(&format!("{QUEUE}[data-testid=save-mapping]"));
        page.wait_until("the mapping", || page.has("[data-testid=mapping]"));

        create(page, "queue incoming", || {
            page.fill(&format!("{NEW}[data-testid=generator-rate]"), "20");
            let body = "{\"order\": {{n}}, \"colour\": \"{{pick red green}}\"}";
            page.paste(&format!("{NEW}[data-testid=generator-body]"), body);
        });
        page.wait_until("the generator", || counts(page) == "stopped · 0 sent");
        toggle(page);
        page.wait_until("thirty messages", || handled(page) >= 30);
        eventually_eq!(
            page,
            page.read("[data-testid=generators-running]"),
            "1 running"
        );
        eventually!(
            page,
            counts(page).starts_with("running since "),
            "{}",
            counts(page)
        );

        // Another rate takes hold while it runs.
        unfold(page, CARD.trim(), "Settings");
        page.fill(&format!("{CARD}[data-testid=generator-rate]"), "40");
        page.click(&format!("{CARD}[data-testid=save-generator]"));
        page.wait_until("the new rate", || {
            page.text(&format!("{CARD}.tag")).as_deref() == Some("40 a second")
        });
        let before = handled(page);
        page.wait_until("more messages", || handled(page) >= before + 20);

        toggle(page);
        page.wait_until("the stop", || counts(page).starts_with("stopped · "));
        let all = sent(page);
        page.wait_until("all are handled", || handled(page) == all);

        // It survives a reload, and waits to be started.
        page.wait_until_saved(&format!("\"sent\":{all}"));
        page.reload();
        page.playground_is_ready();
        page.wait_until("the generator is there again", || {
            counts(page) == format!("stopped · {all} sent")
        });
        toggle(page);
        page.wait_until("it goes on", || handled(page) > all);
        toggle(page);
        page.expect_quiet_console();
    });
}

#[test]
fn a_run_ends_by_itself_and_a_mistake_is_told_with_its_place() {
    visit(|page| {
        create(page, "greeting", || {
            page.choose(&format!("{NEW}[data-testid=generator-process]"), "Poisson");
            page.choose(
                &format!("{NEW}[data-testid=generator-end]"),
                "after a number",
            );
            page.fill(&format!("{NEW}[data-testid=generator-limit]"), "5");
            let body = format!("{NEW}[data-testid=generator-body]");
            page.paste(&body, "{\"name\": \"{{nobody}}\"}");
        });
        page.wait_until("the mistake", || {
            let told = page.texts(&format!("{NEW}.field-error")).join(" ");
            told.contains("line 1, column 13: there is no placeholder \"nobody\"")
        });
        let body = "{\"name\": \"visitor {{int 1 9}}\", \"visit\": {{n}}}";
        page.paste(&format!("{NEW}[data-testid=generator-body]"), body);
        page.click(&format!("{NEW}[data-testid=save-generator]"));
        page.wait_until("the generator", || counts(page) == "stopped · 0 sent");
        toggle(page);
        page.wait_until("the end", || {
            counts(page) == "stopped: all are sent · 5 sent"
        });
        page.wait_for_counts("five invocations", |it| it.invoked() == 5);
        page.open_tab("Response");
        page.wait_until("the last response", || {
            page.answer().is_some_and(|it| it.body.contains("visitor "))
        });
        page.expect_quiet_console();
    });
}

/// Makes a source in its panel, and tells a function.
fn source(page: &Page, kind: &str, fill: impl FnOnce(&str), target: &str, interest: impl FnOnce()) {
    const FORM: &str = ".sources > .facts [data-testid=source-form] ";
    page.wait_until("the sources", || page.has("[data-testid=sources]"));
    unfold(page, ".sources", "New source");
    page.choose(&format!("{FORM}[data-testid=source-kind]"), kind);
    fill(FORM);
    page.click(&format!("{FORM}[data-testid=save-source]"));
    page.wait_until("the source", || page.has("[data-source]"));
    unfold(page, "[data-source]", "Tell a function or a queue");
    page.choose("[data-source] [data-testid=wire-target]", target);
    interest();
    page.click("[data-source] [data-testid=save-wire]");
    page.wait_until("it is wired", || {
        page.has("[data-source] [data-testid=wire]")
    });
}

fn happened(page: &Page) -> String {
    let counts = page.text("[data-source] [data-testid=source-counts]");
    counts.unwrap_or_default()
}

#[test]
fn people_sign_up_one_after_the_other() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        let name = |form: &str| page.fill(&format!("{form}[data-testid=source-name]"), "people");
        source(page, "Cognito user pool", name, "echo", || {});
        create(page, "Cognito user pool people", || {
            page.fill(&format!("{NEW}[data-testid=generator-rate]"), "10");
            page.choose(
                &format!("{NEW}[data-testid=generator-end]"),
                "after a number",
            );
            page.fill(&format!("{NEW}[data-testid=generator-limit]"), "12");
            page.paste(&format!("{NEW}[data-testid=generator-body]"), "LogIn");
        });
        page.wait_until("it is refused", || {
            page.text(&format!("{NEW}.field-error"))
                .is_some_and(|it| it.contains("nothing called \"LogIn\""))
        });
        page.paste(&format!("{NEW}[data-testid=generator-body]"), "SignUp");
        page.click(&format!("{NEW}[data-testid=save-generator]"));
        page.wait_until("the generator", || counts(page) == "stopped · 0 sent");
        toggle(page);
        page.wait_until("all are sent", || {
            counts(page) == "stopped: all are sent · 12 sent"
        });
        page.wait_until("all are in the pool", || {
            page.texts("[data-testid=pool-users] li").len() == 12
        });
        // Its function was asked of each.
        page.wait_for_counts("each was asked", |counts| counts.invoked() == 12);
        eventually!(
            page,
            happened(page).starts_with("happened 12 times"),
            "{}",
            happened(page)
        );
        page.expect_quiet_console();
    });
}

#[test]
fn log_lines_reach_those_whose_filters_match() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.add_sample("Counter", "counter");
        let logs =
            |form: &str| page.choose(&format!("{form}[data-testid=source-function]"), "counter");
        source(page, "CloudWatch Logs log group", logs, "echo", || {
            page.fill("[data-source] [data-testid=wire-text]", "ERROR");
        });
        create(
            page,
            "CloudWatch Logs log group /aws/lambda/counter",
            || {
                page.fill(&format!("{NEW}[data-testid=generator-rate]"), "10");
                page.choose(
                    &format!("{NEW}[data-testid=generator-end]"),
                    "after a number",
                );
                page.fill(&format!("{NEW}[data-testid=generator-limit]"), "20");
                let body = "{{pick INFO ERROR}} order {{n}}";
                page.paste(&format!("{NEW}[data-testid=generator-body]"), body);
            },
        );
        page.wait_until("the generator", || counts(page) == "stopped · 0 sent");
        toggle(page);
        page.wait_until("all are sent", || {
            counts(page) == "stopped: all are sent · 20 sent"
        });
        page.wait_until("some of them match", || {
            let told = happened(page);
            let events = told
                .strip_prefix("happened 20 times · ")
                .and_then(|it| it.strip_suffix(" events")?.parse::<u64>().ok());
            events.is_some_and(|it| it > 0 && it < 20)
        });
        page.expect_quiet_console();
    });
}
