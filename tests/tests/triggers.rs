//! Events that triggers make, and what the trigger does with the response.

use coldstart_tests::{eventually_eq, visit};
use serde_json::Value;

const FORM: &str = "[data-testid=trigger-form]";
const MADE: &str = "[data-testid=trigger-made]";
const VERDICT: &str = "[data-testid=trigger-verdict]";

#[test]
fn a_triggers_event_is_made_used_and_judged() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.click("[data-testid=from-trigger]");
        page.wait_until("the form is there", || page.has(FORM));

        page.choose("[data-testid=trigger-kind]", "SQS queue");
        page.fill("[data-testid=trigger-count]", "11");
        page.wait_until("what is wrong is said", || {
            page.text("[data-testid=trigger-error]").is_some_and(|it| {
                it.contains("“How many messages” is no whole number from 1 to 10")
            })
        });
        assert!(!page.is_enabled("[data-testid=trigger-use]"));
        page.fill("[data-testid=trigger-count]", "2");
        page.wait_until("two messages are made", || {
            page.text(MADE)
                .is_some_and(|it| it.matches("messageId\"").count() == 2)
        });
        page.click("[data-testid=trigger-use]");
        page.wait_until("the event is in the editor", || {
            serde_json::from_str::<Value>(&page.event())
                .is_ok_and(|event| event["Records"][1]["eventSource"] == "aws:sqs")
        });
        let focused = page.script("return document.activeElement.dataset.testid", &[]);
        assert_eq!(
            focused, "from-trigger",
            "the focus goes back to where it came from"
        );

        // An answer without batchItemFailures is a success of the whole batch.
        page.invoke();
        page.wait_until("the batch is judged", || {
            page.text(VERDICT).as_deref() == Some("2 items are deleted")
        });

        // What was filled in is still there; another trigger begins anew.
        page.click("[data-testid=from-trigger]");
        eventually_eq!(
            page,
            page.value("[data-testid=trigger-count]"),
            Some("2".to_owned())
        );
        page.choose("[data-testid=trigger-kind]", "API Gateway REST API");
        page.fill("[data-testid=trigger-path]", "/tea");
        page.wait_until("the path is in the event", || {
            page.text(MADE)
                .is_some_and(|it| it.contains("\"/prod/tea\""))
        });
        page.click("[data-testid=trigger-use]");
        // The event itself is no response that API Gateway takes.
        page.invoke();
        page.wait_until("API Gateway refuses it", || {
            page.text(VERDICT).as_deref() == Some("HTTP/1.1 502 Bad Gateway")
        });
        let complaint = page.read("[data-testid=trigger-complaint]");
        assert!(
            complaint.starts_with("Malformed Lambda proxy response: there is a field"),
            "{complaint}"
        );

        page.set_event("{\"name\": \"Ada\"}");
        page.invoke();
        page.wait_until("an event of nobody's is not judged", || !page.has(VERDICT));
    });
}
