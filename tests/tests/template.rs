//! Templates: looked at, given parameters and code, imported; and what is no template.

use coldstart_tests::uploads::write;
use coldstart_tests::{Page, eventually, eventually_eq, visit};
use std::path::{Path, PathBuf};

const DIALOG: &str = "[data-testid=template-dialog] ";

/// Two functions, a queue that one of them polls, a schedule for the other.
const SHOP: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: Orders wait in a queue.
Parameters:
  Memory: { Type: Number, Default: 256, MinValue: 128, MaxValue: 1024, Description: In MB. }
  Stage: { Type: String, Default: test, AllowedValues: [test, prod] }
Globals:
  Function: { Runtime: python3.12, Timeout: 10, MemorySize: !Ref Memory }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub '${Stage}-orders'
      Handler: orders.handler
      CodeUri: src/
      Environment: { Variables: { STAGE: !Ref Stage } }
      Events:
        Jobs: { Type: SQS, Properties: { Queue: !GetAtt Waiting.Arn, BatchSize: 5 } }
  Report:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: report
      Handler: report.handler
      CodeUri: report/
      Role: arn:aws:iam::123456789012:role/report
      FunctionUrlConfig: { AuthType: NONE }
      Events:
        Hourly: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
  Waiting: { Type: 'AWS::SQS::Queue', Properties: { QueueName: waiting, VisibilityTimeout: 60 } }
  Cluster: { Type: 'AWS::ECS::Cluster' }
  Odd: { Type: 'AWS::Nowhere::Thing' }
";

const ORDERS: &str = "\
import os

def handler(event, context):
    return {'stage': os.environ['STAGE'], 'memory': context.memory_limit_in_mb}
";

/// Drops files together.
fn drop_all(page: &Page, css: &str, files: &[&Path]) {
    let paths: Vec<String> = files.iter().map(|it| it.display().to_string()).collect();
    page.choose_file(css, &PathBuf::from(paths.join("\n")));
}

fn drop_on_page(page: &Page, files: &[&Path]) {
    drop_all(page, ".functions > .drop-zone input[type=file]", files);
    page.wait_until("the dialog", || page.has(DIALOG));
}

fn rows(page: &Page, list: &str) -> Vec<String> {
    page.texts(&format!("{DIALOG}[data-testid={list}] > li"))
}

fn names(page: &Page) -> Vec<String> {
    page.texts(&format!("{DIALOG}[data-testid=template-functions] b"))
}

/// What was skipped or changed, also while the list is closed.
fn remarks(page: &Page) -> Vec<String> {
    let rows = page.script(
        "return Array.from(document.querySelectorAll('[data-testid=template-remarks] li'), \
         row => Array.from(row.children, it => it.textContent).join(' '))",
        &[],
    );
    let rows = rows.as_array().cloned().unwrap_or_default();
    rows.iter()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect()
}

fn import(page: &Page) {
    page.wait_until("it can be imported", || {
        page.is_enabled("[data-testid=template-import]")
    });
    page.click("[data-testid=template-import]");
    page.wait_until("it is imported", || !page.has(DIALOG));
}

#[test]
fn a_template_becomes_functions_a_queue_and_a_schedule() {
    visit(|page| {
        page.playground_is_ready();
        let template = write(page.folder(), "template.yaml", SHOP);
        let orders = write(page.folder(), "orders.py", ORDERS);
        drop_on_page(page, &[&template, &orders]);
        page.wait_until("both functions are shown", || {
            names(page) == ["test-orders", "report"]
        });
        let functions = rows(page, "template-functions");
        assert!(
            functions[0].contains("python3.12 · orders.handler · 256 MB · 10 s"),
            "{functions:?}"
        );
        assert!(functions[1].contains("function URL"), "{functions:?}");
        eventually_eq!(page, rows(page, "template-queues").len(), 1);
        let mappings = rows(page, "template-mappings");
        assert!(
            mappings[0].contains("waiting → test-orders"),
            "{mappings:?}"
        );
        let sources = rows(page, "template-sources");
        assert!(
            sources[0].contains("rate(1 hour) · tells report"),
            "{sources:?}"
        );
        let kept = rows(page, "template-kept");
        assert!(kept[0].contains("AWS::ECS::Cluster"), "{kept:?}");
        let remarks = page.script(
            "return document.querySelector('[data-testid=template-remarks]').textContent",
            &[],
        );
        let remarks = remarks.as_str().unwrap_or_default().to_owned();
        assert!(
            remarks.contains("AWS::Nowhere::Thing is not understood here."),
            "{remarks}"
        );
        assert!(remarks.contains("line 31"), "{remarks}");
        // Nothing was made yet.
        assert!(!page.functions().iter().any(|name| name == "report"));

        // A parameter that its constraints refuse, and one that they take.
        page.fill(
            &format!("{DIALOG}[data-testid=template-field-Memory]"),
            "64\t",
        );
        page.wait_until("64 MB are refused", || {
            page.text(&format!("{DIALOG}.template-fields .field-error"))
                .is_some_and(|text| text.contains("not less than 128"))
        });
        assert!(!page.is_enabled("[data-testid=template-import]"));
        page.fill(
            &format!("{DIALOG}[data-testid=template-field-Memory]"),
            "512\t",
        );
        page.choose(
            &format!("{DIALOG}[data-testid=template-field-Stage]"),
            "prod",
        );
        page.wait_until("both are taken", || {
            rows(page, "template-functions")
                .first()
                .is_some_and(|row| row.contains("prod-orders") && row.contains("512 MB"))
        });
        import(page);

        page.wait_until("both functions are there", || {
            let all = page.functions();
            all.iter().any(|it| it == "prod-orders") && all.iter().any(|it| it == "report")
        });
        let answer = page.invoke();
        assert!(
            answer.body.contains("\"stage\": \"prod\""),
            "{}",
            answer.body
        );
        assert!(answer.body.contains("512"), "{}", answer.body);

        // The other one's code is a stub, which says so and returns its event.
        page.select_function("report");
        let said = || {
            page.text(".function-row.selected .faint")
                .unwrap_or_default()
        };
        page.wait_until("it is said to be a stub", || said().starts_with("stub for"));
        page.set_event("{\"n\": 7}");
        let answer = page.invoke();
        assert!(
            answer.body.contains("\"statusCode\": 200"),
            "{}",
            answer.body
        );
        assert!(answer.body.contains("\\\"n\\\""), "{}", answer.body);

        // The queue and the schedule work, and outlive the tab.
        page.wait_until("the queue is there", || page.has("[data-queue=waiting]"));
        page.wait_until("the schedule is there", || {
            page.has("[data-source=ReportHourly]")
        });
        page.fill(
            "[data-queue=waiting] [data-testid=message-body]",
            "{\"a\": 1}",
        );
        let before = page.counts().invoked();
        page.click("[data-queue=waiting] [data-testid=send-messages]");
        page.wait_for_counts("the mapping polls", |counts| counts.invoked() == before + 1);
        page.wait_until_saved("ReportHourly");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the schedule is still there", || {
            page.has("[data-source=ReportHourly]")
        });

        // The same template once more makes everything beside it.
        drop_on_page(page, &[&template]);
        page.choose(
            &format!("{DIALOG}[data-testid=template-field-Stage]"),
            "prod",
        );
        page.wait_until("names have numbers", || {
            names(page) == ["prod-orders-2", "report-2"]
        });
        import(page);
        page.wait_until("all four are there", || {
            let all = page.functions();
            ["prod-orders", "report", "prod-orders-2", "report-2"]
                .iter()
                .all(|name| all.iter().any(|it| it == name))
        });
        page.expect_quiet_console();
    });
}

#[test]
fn what_is_no_template_says_where_and_changes_nothing() {
    visit(|page| {
        page.playground_is_ready();
        let before = page.functions();
        let mut bomb = "Resources:\n  A0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let items = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("  A{level}: &a{level} [{items}]\n"));
        }
        let large = format!("Resources:\n  A: \"{}\"\n", "x".repeat(1_100_000));
        for (name, text, says) in [
            ("cut.yaml", "Resources:\n  A: [1,\n", "line 3, column 1"),
            ("tab.yml", "Resources:\n\tA: 1\n", "line 2"),
            (
                "event.json",
                "{\"key\": \"value\"}",
                "At least one Resources member",
            ),
            (
                "twice.yaml",
                "Resources:\n  A: {}\n  A: {}\n",
                "line 3, column 3",
            ),
            ("bomb.yaml", bomb.as_str(), "has more than 200000 parts"),
            ("large.template", large.as_str(), "1048576 are the most"),
        ] {
            let file = write(page.folder(), name, text);
            drop_on_page(page, &[&file]);
            let fault = format!("{DIALOG}[data-testid=template-fault]");
            page.wait_until(name, || {
                page.text(&fault).is_some_and(|text| text.contains(says))
            });
            assert!(!page.is_enabled("[data-testid=template-import]"));
            page.click_text("button", "Cancel");
            page.wait_until("the dialog is closed", || !page.has(DIALOG));
        }
        // A circle is left out and said; the rest can be imported.
        let circle = "Resources:
  A: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${B.QueueName}-x' } }
  B: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${A.QueueName}-y' } }
  C: { Type: 'AWS::SQS::Queue' }
";
        let file = write(page.folder(), "circle.yaml", circle);
        drop_on_page(page, &[&file]);
        page.wait_until("the circle is said", || {
            rows(page, "template-refused")
                .iter()
                .any(|row| row.contains("Circular dependency"))
        });
        eventually_eq!(page, rows(page, "template-queues").len(), 3);
        page.click_text("button", "Cancel");
        page.wait_until("the dialog is closed", || !page.has(DIALOG));
        eventually_eq!(page, page.functions(), before);

        // Code that is none is refused before anything is made.
        let template = write(page.folder(), "template.yaml", SHOP);
        let archive = write(page.folder(), "report.zip", "no archive");
        drop_on_page(page, &[&template, &archive]);
        page.wait_until("it can be imported", || {
            page.is_enabled("[data-testid=template-import]")
        });
        page.click("[data-testid=template-import]");
        page.wait_until("the archive is refused", || {
            page.text("[data-testid=template-refusal]")
                .is_some_and(|text| text.starts_with("Report: report.zip:"))
        });
        eventually_eq!(page, page.functions(), before);
        eventually!(page, !page.has("[data-queue=waiting]"));
    });
}

/// A type that nobody knows in line 2, a circle of two names in lines 3 and 4.
const STRANGE: &str = "Resources:
  Odd: { Type: 'AWS::Nowhere::Thing' }
  First: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${Second.QueueName}-x' } }
  Second: { Type: 'AWS::SQS::Queue', Properties: { QueueName: !Sub '${First.QueueName}-y' } }
  Plain: { Type: 'AWS::SQS::Queue', Properties: { QueueName: plain } }
";

#[test]
fn unknown_types_and_circles_are_listed_with_their_lines() {
    visit(|page| {
        page.playground_is_ready();
        let template = write(page.folder(), "strange.yaml", STRANGE);
        drop_on_page(page, &[&template]);
        page.wait_until("the unknown type is listed", || {
            let said = "line 2 skipped Odd AWS::Nowhere::Thing is not understood here.";
            remarks(page).iter().any(|remark| remark == said)
        });
        let refused = rows(page, "template-refused");
        assert!(
            refused.iter().any(|row| {
                row.starts_with("line 3")
                    && row.contains("First.Properties.QueueName")
                    && row.contains("Circular dependency")
            }),
            "{refused:?}"
        );
        eventually!(
            page,
            !page.has(&format!("{DIALOG}[data-testid=template-fault]"))
        );
        // The rest of it is made, the queues of the circle with names of their own.
        import(page);
        for name in ["plain", "First", "Second"] {
            let queue = format!("[data-queue={name}]");
            page.wait_until(name, || page.has(&queue));
        }
        page.expect_quiet_console();
    });
}

#[test]
fn the_dialog_fits_a_phone() {
    visit(|page| {
        page.devtools(
            "Emulation.setDeviceMetricsOverride",
            serde_json::json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true}),
        );
        page.playground_is_ready();
        let template = write(page.folder(), "template.yaml", SHOP);
        drop_on_page(page, &[&template]);
        page.wait_until("both functions are shown", || names(page).len() == 2);
        let fits = page.script(
            "const dialog = document.querySelector('[data-testid=template-dialog]');
             const body = dialog.querySelector('.template-body');
             const button = dialog.querySelector('[data-testid=template-import]').getBoundingClientRect();
             return dialog.getBoundingClientRect().width <= 390
               && body.scrollWidth <= body.clientWidth
               && button.right <= 390 && button.bottom <= 844",
            &[],
        );
        assert_eq!(fits, true);
        import(page);
    });
}
