//! Source code that fails in every way: each ends as AWS words it, and the next invocation works.

use coldstart_tests::{Answer, Page, eventually_eq, uploads, visit};

/// Uploads a handler as a function of its own, with a timeout that a busy machine keeps.
fn upload(page: &Page, file: &str, source: &str) {
    let name = file.split('.').next().unwrap_or(file);
    page.upload_as(&uploads::write(page.folder(), file, source), name);
    page.configure("timeout", "30");
}

/// The answer to an event.
fn answer(page: &Page, event: &str) -> Answer {
    page.set_event(event);
    page.invoke()
}

#[track_caller]
fn fails(page: &Page, event: &str, words: &[&str]) {
    let answer = answer(page, event);
    assert!(
        answer.status.contains("X-Amz-Function-Error: Unhandled"),
        "{event}: {answer:?}"
    );
    for word in words {
        assert!(answer.body.contains(word), "{event}: {word} in {answer:?}");
    }
}

#[track_caller]
fn answers(page: &Page, event: &str, response: &str) {
    let answer = answer(page, event);
    assert!(answer.status.starts_with("200 ·"), "{event}: {answer:?}");
    assert!(!answer.status.contains("Error"), "{event}: {answer:?}");
    assert_eq!(answer.body.trim(), response, "{event}");
}

/// INIT has 10 seconds, then it is begun again within the function's timeout.
fn an_init_that_loops(page: &Page, file: &str, looping: &str, corrected: &str) {
    upload(page, file, looping);
    page.configure("timeout", "1");
    fails(
        page,
        "{}",
        &["\"Sandbox.Timedout\"", "Task timed out after 1.00 seconds"],
    );
    let log = page.log();
    assert!(log.contains("INIT_REPORT Init Duration: 10"), "{log}");
    assert!(log.contains("Phase: init\tStatus: timeout"), "{log}");
    eventually_eq!(page, page.report().status, Some("timeout".to_owned()));

    page.configure("timeout", "30");
    page.open_code();
    page.wait_for_code();
    page.set_code(corrected);
    page.click("[data-testid=deploy-code]");
    page.wait_until("the correction is deployed", || {
        page.code_status().is_empty()
    });
    answers(page, "{}", "\"ready\"");
}

#[test]
fn python_that_loops_in_init_is_stopped_and_can_be_corrected() {
    visit(|page| {
        an_init_that_loops(
            page,
            "lambda_function.py",
            "while True:\n    pass\n\ndef lambda_handler(event, context):\n    return 'ready'\n",
            "def lambda_handler(event, context):\n    return 'ready'\n",
        );
    });
}

#[test]
fn ruby_that_loops_in_init_is_stopped_and_can_be_corrected() {
    visit(|page| {
        an_init_that_loops(
            page,
            "lambda_function.rb",
            "loop {}\n\ndef lambda_handler(event:, context:)\n  'ready'\nend\n",
            "def lambda_handler(event:, context:)\n  'ready'\nend\n",
        );
    });
}

#[test]
fn recursion_without_an_end_is_an_error_of_the_language() {
    visit(|page| {
        let javascript = "\
const down = (n) => 1 + down(n + 1);
const deeds = {
  calls: () => down(0),
  parse: () => JSON.parse('['.repeat(1e6)),
  text: () => JSON.stringify(Array.from({ length: 1e5 }).reduce((inner) => [inner], [])),
  sort: () => [2, 1].sort(function again() { return [2, 1].sort(again); }),
  source: () => new Function('return ' + '('.repeat(1e5) + '1' + ')'.repeat(1e5))(),
  none: () => 'fine',
};
export const handler = async (event) => deeds[event.do]();
";
        upload(page, "index.mjs", javascript);
        for deed in ["calls", "parse", "text", "sort", "source"] {
            fails(page, &format!("{{\"do\": \"{deed}\"}}"), &["\"errorType\""]);
            if deed == "calls" {
                let body = page.answer().map(|answer| answer.body).unwrap_or_default();
                assert!(body.contains("\"RangeError\""), "{body}");
                assert!(body.contains("Maximum call stack size exceeded"), "{body}");
            }
            answers(page, "{\"do\": \"none\"}", "\"fine\"");
        }

        let python = "\
def down(n):
    return 1 + down(n + 1)

def lambda_handler(event, context):
    return down(0) if event.get('down') else 'fine'
";
        upload(page, "lambda_function.py", python);
        fails(
            page,
            "{\"down\": true}",
            &["\"RecursionError\"", "maximum recursion depth exceeded"],
        );
        answers(page, "{}", "\"fine\"");
    });
}

#[test]
fn a_promise_that_is_never_settled_ends_as_on_lambda() {
    visit(|page| {
        let handler = "\
const never = new Promise(() => {});
export const handler = async (event) => (event.wait ? await never : 'fine');
export const gives = (event, context, callback) => {
  if (event.wait) return never;
  callback(null, 'fine');
};
";
        upload(page, "index.mjs", handler);
        fails(
            page,
            "{\"wait\": true}",
            &["\"Runtime.NodeJsExit\"", "a Promise that was never settled"],
        );
        answers(page, "{}", "\"fine\"");
        // The event loop is empty, and the handler is not `async`: that is an answer.
        page.configure("handler", "index.gives");
        answers(page, "{\"wait\": true}", "null");
        answers(page, "{}", "\"fine\"");
    });
}

#[test]
fn tmp_has_an_end() {
    visit(|page| {
        let python = "\
import os

def lambda_handler(event, context):
    if not event.get('fill'):
        os.remove('/tmp/full')
        with open('/tmp/small', 'w') as small:
            small.write('it fits')
        with open('/tmp/small') as small:
            return small.read()
    chunk = bytes(8 << 20)
    with open('/tmp/full', 'wb', buffering=0) as full:
        while True:
            full.write(chunk)
";
        upload(page, "lambda_function.py", python);
        fails(
            page,
            "{\"fill\": true}",
            &["\"OSError\"", "No space left on device"],
        );
        answers(page, "{}", "\"it fits\"");

        let javascript = "\
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
export const handler = async (event) => {
  if (!event.fill) {
    rmSync('/tmp/full');
    writeFileSync('/tmp/small', 'it fits');
    return readFileSync('/tmp/small', 'utf8');
  }
  const chunk = new Uint8Array(8 << 20);
  for (;;) appendFileSync('/tmp/full', chunk);
};
";
        upload(page, "index.mjs", javascript);
        // With less of a vCPU it would time out before.
        page.configure("memory", "1769");
        fails(
            page,
            "{\"fill\": true}",
            &["ENOSPC: no space left on device"],
        );
        answers(page, "{}", "\"it fits\"");
    });
}

#[test]
fn ruby_that_needs_more_than_its_memory_is_killed() {
    visit(|page| {
        let handler = "\
def lambda_handler(event:, context:)
  ('x' * (event.fetch('mb') << 20)).bytesize
end
";
        upload(page, "lambda_function.rb", handler);
        answers(page, "{\"mb\": 10}", "10485760");
        fails(
            page,
            "{\"mb\": 300}",
            &["\"Runtime.ExitError\"", "signal: killed"],
        );
        let report = page.report();
        assert_eq!(
            (report.max_memory, report.error_type.as_deref()),
            (128, Some("Runtime.OutOfMemory"))
        );
        answers(page, "{\"mb\": 20}", "20971520");
    });
}
