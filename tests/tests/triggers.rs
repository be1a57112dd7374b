//! Events that triggers make, and what the trigger does with the response.

use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};
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

/// Does what its event says.
const TASK: &str = "\
import time

class OutOfTea(Exception):
    pass

def lambda_handler(event, context):
    if event.get('tea') == 'none':
        raise OutOfTea('there is none')
    time.sleep(event.get('seconds', 0))
    return {'paid': event['orderId']}
";

/// Makes the event of a task.
fn make_task(page: &Page, payload: &str, timeout: &str) {
    page.click("[data-testid=from-trigger]");
    page.choose("[data-testid=trigger-kind]", "Step Functions task");
    page.fill("[data-testid=trigger-payload]", payload);
    page.fill("[data-testid=trigger-timeoutSeconds]", timeout);
    page.wait_until("the event is the payload", || {
        let made = page.text(MADE).unwrap_or_default();
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        read(&made).is_some() && read(&made) == read(payload)
    });
    page.click("[data-testid=trigger-use]");
}

#[test]
fn a_task_gets_its_functions_output_in_lambdas_answer_or_a_named_error() {
    visit(|page| {
        let file = uploads::write(page.folder(), "pay.py", TASK);
        page.upload_as(&file, "pay");
        page.configure("timeout", "5");
        let verdict = |words: &str| {
            page.wait_until(words, || page.text(VERDICT).as_deref() == Some(words));
        };
        let sent = || {
            page.script(
                "return document.querySelector('[data-testid=trigger-reply] .trigger-body')?.textContent ?? null",
                &[],
            )
        };
        page.click("[data-testid=from-trigger]");
        page.wait_until("the form is there", || page.has(FORM));
        page.click("[data-testid=from-trigger]");
        make_task(page, "{\"orderId\": 1001}", "60");
        page.invoke();
        verdict("The task succeeds with this result");
        let result = sent();
        let result: Value =
            serde_json::from_str(result.as_str().unwrap_or_default()).unwrap_or_default();
        assert_eq!(result["Payload"], serde_json::json!({"paid": 1001}));
        assert_eq!(result["ExecutedVersion"], "$LATEST");
        assert_eq!(result["StatusCode"], 200);
        assert_eq!(
            result["SdkResponseMetadata"]["RequestId"],
            page.report().request.as_str()
        );

        // What the function raises is the error's name, and what Lambda ends has Lambda's.
        make_task(page, "{\"orderId\": 1, \"tea\": \"none\"}", "60");
        page.invoke();
        verdict("The task fails with OutOfTea");
        eventually!(
            page,
            sent()
                .as_str()
                .is_some_and(|it| it.contains("there is none"))
        );
        make_task(page, "{\"orderId\": 2, \"seconds\": 7}", "60");
        page.invoke();
        verdict("The task fails with Sandbox.Timedout");
        // A task that gives up earlier than the function: the function goes on to its end.
        make_task(page, "{\"orderId\": 3, \"seconds\": 4}", "2");
        page.invoke();
        verdict("The task fails with States.Timeout");
        eventually_eq!(page, sent(), Value::Null);
        assert!(page.report().duration_centimillis > 400_000);
        // An event of nobody's is not a task's.
        page.set_event("{\"orderId\": 4}");
        page.invoke();
        page.wait_until("it is not judged", || !page.has(VERDICT));

        // Whose event it is outlives the tab; without concurrency Lambda refuses the task's request.
        make_task(page, "{\"orderId\": 5}", "60");
        page.wait_until_saved("\"orderId\\\": 5");
        page.reload();
        page.playground_is_ready();
        page.fill("#reserved", "0");
        page.apply();
        page.click("[data-testid=invoke]");
        verdict("The task fails with Lambda.TooManyRequestsException");
        page.expect_quiet_console();
    });
}
