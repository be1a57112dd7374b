//! What a person writes wrongly into triggers, queues and the API gets an error that says what to do, and
//! the session goes on. Other mistakes have their tests beside what they are about: overlapping
//! notifications and unknown operators in `sources`, archives that are none in `bad_uploads`.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit, visit_changed};
use serde_json::{Value, json};

const SOURCE: &str = ".sources > .facts [data-testid=source-form] ";
const QUEUE: &str = ".queues > .facts [data-testid=queue-form] ";

/// Returns little: the record of an echo would double with each call, until it is too large to be sent.
const AGAIN: &str = "\
def lambda_handler(event, context):
    return 'again'
";

/// Opens something that folds in what `css` finds.
fn unfold(page: &Page, css: &str, title: &str) {
    page.wait_until(title, || {
        page.script(
            "const [css, title] = arguments;
             const summaries = [...document.querySelectorAll(`${css} summary`)];
             const summary = summaries.find((it) => it.textContent === title);
             if (summary && !summary.parentElement.open) summary.click();
             return summary !== undefined",
            &[css.into(), title.into()],
        ) == true
    });
}

fn refused(page: &Page, form: &str, words: &str) {
    page.wait_until(words, || {
        let errors = page.texts(&format!("{form} .field-error"));
        errors.iter().any(|error| error.contains(words))
    });
}

/// The session goes on: an invocation works.
fn goes_on(page: &Page) {
    page.set_event("{}");
    assert!(page.invoke().status.starts_with("200"));
}

#[test]
fn malformed_schedules_are_refused_at_their_places() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        unfold(page, ".sources", "New source");
        page.choose(
            &format!("{SOURCE}[data-testid=source-kind]"),
            "EventBridge Scheduler schedule",
        );
        page.fill(&format!("{SOURCE}[data-testid=source-name]"), "nightly");
        let expression = format!("{SOURCE}[data-testid=source-expression]");
        let zone = format!("{SOURCE}[data-testid=source-zone]");
        for (text, said) in [
            ("cron(0 25 * * ? *)", "line 1, column 8: hours has no 25"),
            ("cron(0 12 * * *)", "a cron expression has six fields"),
            (
                "rate(0 minutes)",
                "line 1, column 6: a rate of 0 never ends",
            ),
            ("at(2026-02-30T00:00:00)", "there is no such date"),
        ] {
            page.fill(&expression, text);
            page.click(&format!("{SOURCE}[data-testid=save-source]"));
            refused(page, SOURCE, said);
        }
        page.fill(&expression, "cron(30 2 * * ? *)");
        page.fill(&zone, "Europe/Atlantis");
        page.click(&format!("{SOURCE}[data-testid=save-source]"));
        refused(page, SOURCE, "there is no time zone \"Europe/Atlantis\"");
        page.fill(&zone, "+01:00");
        page.click(&format!("{SOURCE}[data-testid=save-source]"));
        refused(page, SOURCE, "there is no time zone \"+01:00\"");
        eventually!(page, !page.has("[data-source=nightly]"));
        goes_on(page);
        page.expect_quiet_console();
    });
}

#[test]
fn a_filter_policy_over_the_size_limit_is_refused() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        unfold(page, ".sources", "New source");
        page.choose(&format!("{SOURCE}[data-testid=source-kind]"), "SNS topic");
        page.fill(&format!("{SOURCE}[data-testid=source-name]"), "orders");
        page.click(&format!("{SOURCE}[data-testid=save-source]"));
        let card = "[data-source=orders]";
        page.wait_until("the topic", || page.has(card));
        unfold(page, card, "Tell a function or a queue");
        page.choose(&format!("{card} [data-testid=wire-target]"), "echo");
        let policy = format!("{{\"store\": [\"{}\"]}}", "x".repeat(262_144));
        page.paste(&format!("{card} [data-testid=wire-text]"), &policy);
        page.click(&format!("{card} [data-testid=save-wire]"));
        refused(page, card, "262144");
        eventually!(page, !page.has(&format!("{card} [data-testid=wire]")));
        goes_on(page);
        page.expect_quiet_console();
    });
}

#[test]
fn an_asynchronous_event_of_more_than_1_mb_is_refused() {
    const LIMIT: usize = 1_048_576;
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.choose("[data-testid=invocation-type]", "asynchronously");
        page.paste_event(&format!("\"{}\"", "x".repeat(LIMIT - 1)));
        let answer = page.invoke_refused("413");
        assert!(answer.body.contains("1048576"), "{answer:?}");
        eventually_eq!(page, page.counts().alive, 0);
        page.paste_event(&format!("\"{}\"", "x".repeat(LIMIT - 2)));
        page.click("[data-testid=invoke]");
        page.wait_for_counts("one byte less is taken", |counts| counts.invoked() == 1);
        page.expect_quiet_console();
    });
}

#[test]
fn a_batch_item_failure_with_an_unknown_id_fails_the_whole_batch() {
    visit(|page| {
        let response = br#"{"batchItemFailures": [{"itemIdentifier": "no such id"}]}"#;
        let module = uploads::assemble(&uploads::answers_with(response, 16));
        let file = uploads::write(page.folder(), "strange.wasm", module);
        page.upload_as(&file, "strange");
        unfold(page, ".queues", "New queue");
        page.fill(&format!("{QUEUE}[data-testid=queue-name]"), "incoming");
        page.click(&format!("{QUEUE}[data-testid=save-queue]"));
        let card = "[data-queue=incoming]";
        page.wait_until("the queue", || page.has(card));
        unfold(page, card, "Let a function poll it");
        page.click(&format!(
            "{card} [data-testid=mapping-form] [data-testid=mapping-report]"
        ));
        page.click(&format!(
            "{card} [data-testid=mapping-form] [data-testid=save-mapping]"
        ));
        page.wait_until("the mapping", || page.has("[data-testid=mapping]"));
        page.fill(&format!("{card} [data-testid=message-body]"), "one");
        page.fill(&format!("{card} [data-testid=message-count]"), "2");
        page.click(&format!("{card} [data-testid=send-messages]"));
        page.wait_until("both messages wait to come back", || {
            let counts = page.text(&format!("{card} [data-testid=queue-counts]"));
            counts.as_deref() == Some("0 visible · 2 in flight")
        });
        page.wait_until("it is said why", || {
            page.text("[data-testid=trigger-complaint]").is_some()
        });
        page.expect_quiet_console();
    });
}

#[test]
fn what_is_wired_to_itself_is_refused_or_stopped() {
    visit(|page| {
        let file = uploads::write(page.folder(), "again.py", AGAIN);
        page.upload_as(&file, "again");
        unfold(page, ".queues", "New queue");
        page.fill(&format!("{QUEUE}[data-testid=queue-name]"), "circle");
        page.click(&format!("{QUEUE}[data-testid=save-queue]"));
        page.wait_until("the queue", || page.has("[data-queue=circle]"));
        // A queue is not offered as its own dead-letter queue.
        unfold(page, "[data-queue=circle]", "Settings");
        let offered = "[data-queue=circle] [data-testid=queue-redrive] option";
        page.wait_until("the choices", || !page.texts(offered).is_empty());
        assert!(!page.texts(offered).contains(&"circle".to_owned()));

        // A function that is told of its own successes calls itself, and is stopped.
        page.click("[data-testid=async-settings] summary");
        page.choose("#async-success", "again");
        page.apply();
        page.set_event("{}");
        page.choose("[data-testid=invocation-type]", "asynchronously");
        page.click("[data-testid=invoke]");
        page.wait_until("the loop is stopped", || {
            page.text("[data-testid=async-events]")
                .is_some_and(|events| events.contains("given up: RecursiveLoop"))
        });
        assert_eq!(page.counts().invoked(), 16);
        page.expect_quiet_console();
    });
}

#[test]
fn api_calls_that_are_wrong_get_awss_errors() {
    // Chromium writes each of these answers to the console.
    visit_changed(
        |_| {},
        |page, _| {
            page.playground_is_ready();
            page.add_sample("Echo", "echo");
            page.wait_until("the page takes requests", || {
                page.script(
                    "return navigator.serviceWorker.controller !== null
                   && document.querySelector('[data-testid=api-snippet]') !== null",
                    &[],
                ) == true
            });
            let functions = "2015-03-31/functions";
            let zip = |zip: &str| json!({"ZipFile": zip});
            let creation = |name: Value, timeout: Value, code: Value| {
                json!({
                    "FunctionName": name, "Timeout": timeout, "Code": code, "Handler": "bootstrap",
                    "Role": "arn:aws:iam::123456789012:role/r", "Runtime": "provided.al2023",
                })
                .to_string()
            };
            let content = "InvalidRequestContentException";
            let parameter = "InvalidParameterValueException";
            let long = "x".repeat(65);
            for (body, error) in [
                ("{".to_owned(), content),
                ("[]".to_owned(), content),
                (
                    r#"{"FunctionName": "mine"}"#.to_owned(),
                    "ValidationException",
                ),
                (creation(json!(7), json!(3), zip("")), content),
                (creation(json!("mine"), json!("long"), zip("")), content),
                (
                    creation(json!(long), json!(3), zip("bm8gemlw")),
                    "ValidationException",
                ),
                (
                    creation(json!("mine"), json!(3), zip("bm8gemlw")),
                    parameter,
                ),
            ] {
                let answer = page.script(
                "const [path, body] = arguments;
                 return fetch(`aws/lambda/${path}`, { method: 'POST', body }).then(async (it) => ({
                   status: it.status, type: it.headers.get('x-amzn-errortype'), body: await it.text(),
                 }))",
                &[functions.into(), body.clone().into()],
            );
                assert_eq!(answer["status"], 400, "{body}: {answer}");
                let kind = answer["type"].as_str().unwrap_or_default();
                assert!(kind.starts_with(error), "{body}: {answer}");
            }
            eventually_eq!(page, page.functions(), ["greeting", "echo"]);
            assert!(page.invoke().status.starts_with("200 ·"));
        },
    );
}
