//! The event inspector and the trace: attempts at the same work side by side, what is different between
//! them, and one request across retries, a batch and its dead letter.
#![allow(clippy::panic, reason = "these are tests")]

use coldstart_tests::{Page, eventually, uploads, visit};

/// Fails as long as a message was received less than twice.
const ORDERS: &str = "\
def lambda_handler(event, context):
    received = event['Records'][0]['attributes']['ApproximateReceiveCount']
    if received == '1':
        raise Exception('not yet')
    return {'received': received}
";

const ROWS: &str = "[data-testid=trace-rows] tbody tr";

fn open(page: &Page, panel: &str) {
    page.wait_until(panel, || page.has(&format!("[data-testid=open-{panel}]")));
    page.click(&format!("[data-testid=open-{panel}]"));
}

/// The rows of the trace: name and how it ended.
fn rows(page: &Page) -> Vec<String> {
    let rows = page.script(
        "return [...document.querySelectorAll(arguments[0])].map((row) =>
             [row.querySelector('b').textContent, row.cells[4].textContent].join(' | '))",
        &[ROWS.into()],
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    let text = |row: &serde_json::Value| row.as_str().map(str::to_owned);
    rows.iter().filter_map(text).collect()
}

fn skip_to(page: &Page, what: &str) {
    page.wait_until(what, || {
        let label = page.text("[data-testid=skip]").unwrap_or_default();
        page.is_enabled("[data-testid=skip]") && label.starts_with(&format!("Skip to {what}"))
    });
    page.click("[data-testid=skip]");
}

#[test]
fn an_event_is_followed_from_its_trigger_to_what_became_of_it() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        open(page, "inspector");
        page.wait_until("nothing yet", || {
            page.text("[data-testid=inspector]")
                .is_some_and(|it| it.contains("appear here side by side"))
        });
        page.set_event(
            "{\"Records\": [{\"messageId\": \"m\", \"body\": 7, \"eventSource\": \"aws:sqs\"}]}",
        );
        page.invoke();
        let step = |step: &str| {
            let css = format!("[data-testid=inspector-{step}]");
            page.text(&css).unwrap_or_default()
        };
        page.wait_until("the steps", || step("returned").contains("of response"));
        assert!(step("made").contains("Invoke, RequestResponse"));
        assert!(step("got").contains("attempt\n1 of 1"), "{}", step("got"));
        assert!(step("got").contains("\"body\": 7"));
        // It looks like messages of SQS, and is wrong somewhere.
        assert!(
            step("got").contains("First mistake: Records[0]."),
            "{}",
            step("got")
        );
        page.wait_until("what became of it", || {
            step("did").contains("1 item is deleted")
        });
        // Against another shape it is wrong elsewhere.
        page.choose("[data-testid=inspector-kind]", "Kinesis data stream");
        page.wait_until("the other shape", || {
            step("got").contains("Kinesis data stream: not its shape")
        });
        eventually!(
            page,
            !page.has("[data-testid=inspector-compare]"),
            "one attempt"
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_message_is_traced_through_both_its_receives_and_they_are_compared() {
    visit(|page| {
        let file = uploads::write(page.folder(), "orders.py", ORDERS);
        page.upload_as(&file, "orders");
        page.script(
            "document.querySelector('.queues > .facts > summary').click()",
            &[],
        );
        let form = ".queues > .facts [data-testid=queue-form] ";
        page.fill(&format!("{form}[data-testid=queue-name]"), "incoming");
        page.click(&format!("{form}[data-testid=save-queue]"));
        page.wait_until("the queue", || page.has("[data-queue=incoming]"));
        page.script(
            "[...document.querySelectorAll('[data-queue=incoming] summary')]
                 .find((it) => it.textContent === 'Let a function poll it').click()",
            &[],
        );
        page.click("[data-queue=incoming] [data-testid=mapping-form] [data-testid=save-mapping]");
        page.wait_until("the mapping", || page.has("[data-testid=mapping]"));
        page.fill("[data-queue=incoming] [data-testid=message-body]", "seven");
        page.click("[data-queue=incoming] [data-testid=send-messages]");
        open(page, "trace");
        page.wait_until("the first receive failed", || {
            rows(page)
                .iter()
                .any(|it| it == "orders · Attempt 1 | fault")
        });
        skip_to(page, "visibility timeout");
        page.wait_until("the second receive was handled", || {
            rows(page).iter().any(|it| it == "orders · Attempt 1 | ok")
        });
        let told = rows(page);
        // The message first, then what took it.
        assert!(
            told[0].starts_with("incoming · ") && told[0].ends_with(" | ok"),
            "{told:#?}"
        );
        let batches = told.iter().filter(|it| it.contains(" · batch "));
        assert_eq!(batches.count(), 2, "{told:#?}");
        assert!(
            told.iter().any(|it| it.contains("receive 2 | ok")),
            "{told:#?}"
        );
        assert!(told.iter().any(|it| it == "Initialization | "), "{told:#?}");
        eventually!(
            page,
            page.read("[data-testid=trace-note]")
                .contains("Waits are drawn shorter")
        );
        page.click("[data-testid=trace-to-scale]");
        page.wait_until("true to time", || {
            page.text("[data-testid=trace-note]").as_deref() == Some("")
        });
        let id = page.read("[data-testid=trace-id]");
        assert!(id.starts_with("1-") && id.len() == 35, "{id}");

        // Its two receives are different in one place, and so are their responses.
        open(page, "inspector");
        page.wait_until("the differences", || {
            page.text("[data-testid=diff-event]")
                .is_some_and(|it| it.contains("Records[0].attributes.ApproximateReceiveCount"))
        });
        let event = page.read("[data-testid=diff-event]");
        assert!(
            event.contains("\"1\"") && event.contains("\"2\""),
            "{event}"
        );
        let response = page.read("[data-testid=diff-response]");
        assert!(
            response.contains("received") && response.contains("errorMessage"),
            "{response}"
        );
        eventually!(
            page,
            page.read("[data-testid=inspector-made]")
                .contains("1 message of incoming")
        );
        eventually!(
            page,
            page.read("[data-testid=inspector-got]")
                .contains("attempt\n2 of 2")
        );

        // A row leads to its moment and its request.
        page.script(
            "[...document.querySelectorAll(arguments[0])]
                 .find((it) => it.textContent === 'orders · Attempt 1').click()",
            &[format!("{ROWS} b").into()],
        );
        page.wait_until("the first attempt is shown at its beginning", || {
            page.text("[data-testid=inspector-got]")
                .is_some_and(|it| it.contains("attempt\n1 of 1"))
        });
        eventually!(page, page.has(&format!("{ROWS}[aria-current=true]")));
        eventually!(page, page.has(".trace-past"));
        page.click("[data-testid=trace-download]");
        let document: serde_json::Value =
            serde_json::from_slice(&page.downloaded(&format!("{id}.json"))).expect("a document");
        let segments = document.as_array().cloned().unwrap_or_default();
        assert_eq!(segments.len(), 5);
        assert!(segments.iter().all(|it| it["trace_id"] == id.as_str()));
        page.expect_quiet_console();
    });
}
