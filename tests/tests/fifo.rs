//! FIFO queues: a message group keeps its order, is not overtaken by what comes again, and waits while a batch
//! of it is being handled; what was sent already is not sent twice.

use coldstart_tests::queues::{card, counts, create, map, of_queue, skip_to, unfold};
use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

/// Fails when it has `a-1` for the first time; says in which order it had all others.
const ORDERED: &str = "\
seen = []

def lambda_handler(event, context):
    for record in event['Records']:
        attributes = record['attributes']
        if record['body'] == 'a-1' and attributes['ApproximateReceiveCount'] == '1':
            raise Exception('not yet')
        seen.append(record['body'])
    print('seen', ' '.join(seen), 'of', attributes['MessageGroupId'])
";

/// Takes ten seconds for each message.
const SLOW: &str = "\
import time

def lambda_handler(event, context):
    time.sleep(10 * len(event['Records']))
";

const QUEUE: &str = "orders.fifo";

/// Sends `count` messages of a group, numbered from 1; each has its text as deduplication id.
fn send(page: &Page, group: &str, count: u32) {
    let field = |name: &str| format!("{}[data-testid={name}]", card(QUEUE));
    let text = format!("{group}-{{n}}");
    page.fill(&field("message-body"), &text);
    page.fill(&field("message-group"), group);
    page.fill(&field("message-deduplication"), &text);
    page.fill(&field("message-count"), &count.to_string());
    page.click(&field("send-messages"));
}

/// The messages that are in the queue: text and state.
fn messages(page: &Page) -> Vec<String> {
    let rows = page.texts(&format!("{}[data-testid=messages] li", card(QUEUE)));
    let row = |row: String| {
        let mut words = row.split_whitespace();
        let (text, rest) = (words.next()?, words.collect::<Vec<_>>().join(" "));
        let states = ["in flight", "delayed", "visible"];
        let state = states.into_iter().find(|state| rest.contains(state))?;
        Some(format!("{text} {state}"))
    };
    rows.into_iter().filter_map(row).collect()
}

#[test]
fn a_group_keeps_its_order_even_if_a_batch_of_it_fails() {
    visit(|page| {
        let file = uploads::write(page.folder(), "ordered.py", ORDERED);
        page.upload_as(&file, "ordered");
        create(page, QUEUE);
        eventually!(page, of_queue(page, QUEUE, ".tag") == "FIFO");
        map(page, QUEUE, |form| {
            page.fill(&format!("{form}[data-testid=mapping-batch]"), "2");
        });
        page.wait_until("the mapping", || page.has("[data-testid=mapping]"));
        send(page, "a", 3);
        page.wait_until("the first batch failed", || {
            page.log().contains("not yet") && messages(page).len() == 3
        });
        // What is behind it waits, another group does not.
        send(page, "b", 2);
        page.wait_until("the other group is handled", || {
            counts(page, QUEUE).contains("2 handled")
        });
        eventually!(page, page.log().contains("seen b-1 b-2 of b"));
        let waiting = messages(page);
        assert_eq!(waiting.len(), 3, "{waiting:?}");
        assert!(waiting.iter().all(|it| it.starts_with("a-")), "{waiting:?}");

        skip_to(page, "visibility timeout");
        page.wait_until("all are handled", || {
            counts(page, QUEUE) == "0 visible · 5 handled"
        });
        eventually!(page, page.log().contains("seen b-1 b-2 a-1 a-2 a-3 of a"));

        // Within five minutes a deduplication id names the message that was sent: only b-3 is new.
        send(page, "b", 3);
        page.wait_until("the new message is handled", || {
            counts(page, QUEUE) == "0 visible · 6 handled"
        });
        eventually!(
            page,
            page.log().contains("seen b-1 b-2 a-1 a-2 a-3 b-3 of b")
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_group_waits_while_a_batch_of_it_is_being_handled() {
    visit(|page| {
        let file = uploads::write(page.folder(), "slow.py", SLOW);
        page.upload_as(&file, "slow");
        page.configure("timeout", "30");
        create(page, QUEUE);
        map(page, QUEUE, |form| {
            page.fill(&format!("{form}[data-testid=mapping-batch]"), "1");
        });
        page.wait_until("the mapping", || page.has("[data-testid=mapping]"));
        // Handlers' time is made, not waited for: what is to meet in the queue has to be sent before anything is handled.
        unfold(page, Some(QUEUE), "Settings");
        page.fill(&format!("{}[data-testid=queue-delay]", card(QUEUE)), "60");
        page.click(&format!("{}[data-testid=save-queue]", card(QUEUE)));
        send(page, "a", 2);
        send(page, "b", 1);
        page.wait_until("all are delayed", || {
            messages(page) == ["a-1 delayed", "a-2 delayed", "b-1 delayed"]
        });
        page.choose("[data-testid=speed]", "1000×");
        page.wait_until("all are handled", || {
            counts(page, QUEUE) == "0 visible · 3 handled"
        });
        // A batch for each message, and two environments are enough: a-2 never ran beside a-1.
        eventually!(
            page,
            page.read("[data-testid=mapping]")
                .contains("3 batches so far")
        );
        page.wait_for_counts("two at a time", |counts| {
            (counts.cold, counts.invoked()) == (2, 3)
        });

        // Back to where the first batches are at work: from the first fact on.
        page.script(
            "const slider = document.querySelector('[data-testid=scrub]');
             slider.value = 0;
             slider.dispatchEvent(new Event('input', { bubbles: true }));",
            &[],
        );
        page.wait_until("the group waits behind its own batch", || {
            let now = messages(page);
            if now == ["a-1 in flight", "a-2 visible", "b-1 in flight"] {
                return true;
            }
            if page.is_enabled("[data-testid=step-forward]") {
                page.click("[data-testid=step-forward]");
            }
            false
        });
        page.wait_until("then it goes on", || {
            let now = messages(page);
            if now.first().is_some_and(|it| it == "a-2 in flight") {
                return true;
            }
            if page.is_enabled("[data-testid=step-forward]") {
                page.click("[data-testid=step-forward]");
            }
            false
        });
        page.click("[data-testid=go-live]");
        eventually_eq!(page, counts(page, QUEUE), "0 visible · 3 handled");
        page.expect_quiet_console();
    });
}
