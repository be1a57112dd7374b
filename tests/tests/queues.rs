//! Queues and asynchronous invocation: batches, failures that come back, retries, dead letters.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::queues::{FORM, card, counts, create, map, of_queue, skip_to, unfold};
use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

/// Every fourth order fails.
const ORDERS: &str = "\
import json

def lambda_handler(event, context):
    failed = []
    for record in event['Records']:
        order = json.loads(record['body'])['order']
        print('order', order, 'received', record['attributes']['ApproximateReceiveCount'])
        if order % 4 == 0:
            failed.append({'itemIdentifier': record['messageId']})
    return {'batchItemFailures': failed}
";

fn send(page: &Page, body: &str, count: u32) {
    page.fill(
        &format!("{}[data-testid=message-body]", card("incoming")),
        body,
    );
    let times = format!("{}[data-testid=message-count]", card("incoming"));
    page.fill(&times, &count.to_string());
    page.click(&format!("{}[data-testid=send-messages]", card("incoming")));
}

#[test]
fn messages_become_batches_and_what_fails_comes_back() {
    visit(|page| {
        let file = uploads::write(page.folder(), "orders.py", ORDERS);
        page.upload_as(&file, "orders");
        create(page, "incoming");
        map(page, "incoming", |form| {
            page.click(&format!("{form}[data-testid=mapping-report]"));
        });
        page.wait_until("the mapping", || page.has("[data-testid=mapping]"));
        send(page, "{\"order\": {n}}", 25);
        page.wait_until("three batches", || {
            counts(page, "incoming") == "0 visible · 6 in flight · 19 handled"
        });
        // The last batch is what is shown: its trigger, its log, what it said.
        let log = page.log();
        assert!(log.contains("order 25 received 1"), "{log}");
        page.open_tab("Response");
        eventually!(
            page,
            page.read("[aria-label=Response]")
                .contains("itemIdentifier")
        );
        eventually!(
            page,
            page.read("[data-testid=messages]").contains("received 1×")
        );

        // After the visibility timeout they come back together, and fail again.
        skip_to(page, "visibility timeout");
        page.wait_until("the second receive", || {
            page.text("[data-testid=messages]")
                .is_some_and(|it| it.contains("received 2×"))
        });
        eventually!(page, page.log().contains("order 4 received 2"));
        page.expect_quiet_console();
    });
}

#[test]
fn an_asynchronous_event_is_tried_three_times_and_ends_as_a_dead_letter() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        create(page, "dead");
        page.click("[data-testid=async-settings] summary");
        page.choose("#async-dead", "dead");
        page.apply();
        page.set_event("{\"do\": \"error\"}");
        page.choose("[data-testid=invocation-type]", "asynchronously");
        page.click("[data-testid=invoke]");
        let events = || page.text("[data-testid=async-events]").unwrap_or_default();
        page.wait_until("the first attempt", || {
            events().contains("function error: attempt 2 in")
        });
        let first = page.read(".lifecycle .panel-head .mono");
        // The queue outlives the tab.
        page.wait_until_saved("EventReturned");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the event", || events().contains("attempt 2 in"));
        skip_to(page, "the next attempt");
        page.wait_until("the second attempt", || {
            events().contains("function error: attempt 3 in")
        });
        skip_to(page, "the next attempt");
        page.wait_until("the third", || {
            events().contains("given up: RetriesExhausted, 3 invocations")
        });
        eventually!(page, events().contains("dead letter to dead"));
        eventually_eq!(page, counts(page, "dead"), "1 visible");
        eventually!(
            page,
            of_queue(page, "dead", "[data-testid=messages]").contains("{\"do\": \"error\"}")
        );
        // All attempts have one id.
        eventually_eq!(page, page.read(".lifecycle .panel-head .mono"), first);
        page.expect_quiet_console();
    });
}

/// Three minutes of waiting in a fifth of a second; handlers run as ever.
#[test]
fn waits_go_by_at_the_speed_that_was_chosen() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.choose("[data-testid=speed]", "1000×");
        page.set_event("{\"do\": \"error\"}");
        page.choose("[data-testid=invocation-type]", "asynchronously");
        page.click("[data-testid=invoke]");
        page.wait_until("three attempts", || {
            page.text("[data-testid=async-events]")
                .is_some_and(|it| it.contains("given up: RetriesExhausted, 3 invocations"))
        });
        page.expect_quiet_console();
    });
}

/// What a list shows.
fn chosen(page: &Page, css: &str) -> String {
    let shown = page.script(
        "return document.querySelector(arguments[0])?.selectedOptions[0]?.textContent ?? ''",
        &[css.into()],
    );
    shown.as_str().unwrap_or_default().trim().to_owned()
}

#[test]
fn a_destination_that_was_deleted_can_be_given_up() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "dead");
        page.click("[data-testid=async-settings] summary");
        page.choose("#async-dead", "dead");
        page.apply();
        page.click("[data-testid=async-settings] summary");

        unfold(page, Some("dead"), "Settings");
        page.click(&format!("{}[data-testid=delete-queue]", card("dead")));
        page.wait_until("the settings open and say what is wrong", || {
            page.text("[data-testid=async-settings][open] .field-error")
                .is_some_and(|it| it.contains("Choose another, or none."))
        });
        page.wait_until("the list does not say none", || {
            chosen(page, "#async-dead") == "deleted: choose another"
        });
        page.fill("#memory", "256");
        assert!(!page.is_enabled("[data-testid=apply]"));
        page.choose("#async-dead", "none");
        page.apply();
        eventually!(page, !page.has("[data-testid=async-settings] .field-error"));
        eventually_eq!(page, page.value("#memory"), Some("256".to_owned()));
        page.expect_quiet_console();
    });
}

#[test]
fn neither_another_selection_nor_the_past_takes_what_is_typed() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        create(page, "incoming");
        let field = |name: &str| format!("{}[data-testid={name}]", card("incoming"));
        page.fill(&field("message-body"), "half a mess");
        unfold(page, Some("incoming"), "Let a function poll it");
        page.fill(&field("mapping-batch"), "7");
        let function = || chosen(page, &field("mapping-function"));
        assert_eq!(function(), "echo");
        let typed = |when: &str| {
            eventually_eq!(
                page,
                page.value(&field("message-body")),
                Some("half a mess".to_owned()),
                "{when}"
            );
            eventually_eq!(
                page,
                page.value(&field("mapping-batch")),
                Some("7".to_owned()),
                "{when}"
            );
            assert_eq!(function(), "echo", "{when}");
        };

        // Untouched, the form would begin with the function that is selected.
        page.select_function("greeting");
        page.wait_until("the settings are another function's", || {
            page.value("#name").as_deref() == Some("greeting")
        });
        typed("another function is selected");

        // Before its beginning there is no queue to see.
        page.wait_until("the time control", || page.has("[data-testid=scrub]"));
        page.paste("[data-testid=scrub]", "0");
        page.wait_until("the queue is not there", || !page.has(&card("incoming")));
        page.click("[data-testid=go-live]");
        page.wait_until("the queue is back", || {
            counts(page, "incoming") == "0 visible"
        });
        typed("back from the past");
        page.expect_quiet_console();
    });
}

#[test]
fn what_aws_refuses_is_refused_and_nothing_is_lost() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "incoming");
        let refused = |form: &str| page.texts(&format!("{form}.field-error")).join(" ");

        unfold(page, None, "New queue");
        page.fill(&format!("{FORM}[data-testid=queue-name]"), "in coming");
        page.click(&format!("{FORM}[data-testid=save-queue]"));
        page.wait_until("the name's mistake", || {
            refused(FORM).contains("Can only include alphanumeric characters")
        });
        page.fill(&format!("{FORM}[data-testid=queue-name]"), "incoming");
        page.click(&format!("{FORM}[data-testid=save-queue]"));
        page.wait_until("the taken name", || {
            refused(FORM).contains("already exists")
        });
        page.fill(&format!("{FORM}[data-testid=queue-visibility]"), "soon");
        page.click(&format!("{FORM}[data-testid=save-queue]"));
        page.wait_until("nonsense", || refused(FORM).contains("not a whole number"));

        page.configure("timeout", "60");
        let form = format!("{}[data-testid=mapping-form] ", card("incoming"));
        map(page, "incoming", |form| {
            page.fill(&format!("{form}[data-testid=mapping-batch]"), "11");
        });
        page.wait_until("the mapping's mistakes", || {
            let refused = refused(&form);
            refused.contains("Maximum batch window in seconds must be greater than 0")
                && refused.contains(
                    "visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
                )
        });
        page.fill(
            &format!("{form}[data-testid=mapping-filters]"),
            "{\"body\": {\"a\": [{\"larger\": 1}]}}",
        );
        page.click(&format!("{form}[data-testid=save-mapping]"));
        page.wait_until("the filter's mistake", || refused(&form).contains("larger"));
        eventually!(page, !page.has("[data-testid=mapping]"));

        let sending = format!("{}.send-form ", card("incoming"));
        page.fill(&format!("{sending}[data-testid=message-body]"), "");
        page.click(&format!("{sending}[data-testid=send-messages]"));
        page.wait_until("the empty message", || {
            refused(&sending).contains("MessageBody")
        });
        send(page, "kept", 2);
        page.wait_until("the messages", || counts(page, "incoming") == "2 visible");
        page.expect_quiet_console();
    });
}
