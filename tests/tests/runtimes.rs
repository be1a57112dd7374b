//! Managed runtimes: fetched, kept alive between invocations, on every kind of host.

#![allow(clippy::expect_used)]

use coldstart_tests::{
    Page, eventually_eq, uploads, visit, visit_changed, visit_changed_on, visit_hosted,
};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use xtask::server::Options;

/// Counts in a global, as AWS's documentation warns of and uses.
const COUNTING: &str = "\
import logging
logging.getLogger().setLevel('INFO')
count = 0

def lambda_handler(event, context):
    global count
    count += 1
    logging.info('count %d', count)
    return {'count': count, 'event': event}
";

/// Uploads the counting function with a timeout that a busy machine keeps.
fn upload(page: &Page) {
    let file = uploads::write(page.folder(), "lambda_function.py", COUNTING);
    page.upload_as(&file, "lambda_function");
    page.configure("timeout", "30");
    page.set_event("{\"a\": [1, 2.5, null]}");
}

/// The number that the response counts to.
fn counted(page: &Page) -> u64 {
    let answer = page.invoke();
    assert!(answer.status.starts_with("200 ·"), "{answer:?}");
    let response = answer.body;
    assert!(
        response.contains("2.5") && response.contains("null"),
        "{response}"
    );
    let (_, rest) = response.split_once("\"count\": ").expect("a count");
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[test]
fn a_python_function_is_cold_once_and_keeps_its_globals() {
    visit(|page| {
        upload(page);
        for count in 1..=3 {
            assert_eq!(counted(page), count);
        }
        let counts = page.counts();
        assert_eq!((counts.cold, counts.warm), (1, 2));
        let log = page.log();
        assert!(log.contains("[INFO]\t"), "{log}");
        assert!(log.contains("\tcount 3\n"), "{log}");

        // The next cold start neither downloads nor compiles the runtime again.
        let downloads = || {
            page.script(
                "return performance.getEntriesByType('resource').filter(it => it.name.endsWith('.wasm.gz')).length",
                &[],
            )
        };
        assert_eq!(downloads(), 1);
        page.script("return coldstart.recycle('lambda_function')", &[]);
        assert_eq!(counted(page), 1);
        assert_eq!(downloads(), 1);
    });
}

#[test]
fn without_isolation_a_service_worker_lets_it_wait() {
    visit_hosted(Options::plain_host(), |page| {
        assert_eq!(page.script("return crossOriginIsolated", &[]), false);
        upload(page);
        for count in 1..=3 {
            assert_eq!(counted(page), count);
        }
        let counts = page.counts();
        assert_eq!((counts.cold, counts.warm), (1, 2));
        // A handler that ends in the middle is replaced, and the next one waits as well.
        page.script("return coldstart.recycle('lambda_function')", &[]);
        assert_eq!(counted(page), 1);
        assert_eq!(counted(page), 2);
    });
}

#[test]
fn a_ruby_function_runs() {
    visit(|page| {
        let handler = "$count = 0\ndef lambda_handler(event:, context:)\n  $count += 1\n  { count: $count, event: event }\nend\n";
        let file = uploads::write(page.folder(), "lambda_function.rb", handler);
        page.upload_as(&file, "lambda_function");
        page.configure("timeout", "30");
        page.set_event("{\"a\": [2.5, null]}");
        assert_eq!(counted(page), 1);
        assert_eq!(counted(page), 2);
    });
}

#[test]
fn errors_are_worded_as_aws_words_them() {
    visit(|page| {
        let handler =
            "def lambda_handler(event, context):\n    raise ValueError('no ' + event['what'])\n";
        let file = uploads::write(page.folder(), "lambda_function.py", handler);
        page.upload_as(&file, "lambda_function");
        page.configure("timeout", "30");
        page.set_event("{\"what\": \"luck\"}");
        let response = page.invoke().body;
        assert!(
            response.contains("\"errorType\": \"ValueError\""),
            "{response}"
        );
        assert!(
            response.contains("\"errorMessage\": \"no luck\""),
            "{response}"
        );
        assert!(
            response.contains("/var/task/lambda_function.py"),
            "{response}"
        );

        // A module that is not there, told by INIT and by the invocation.
        page.configure("handler", "missing.handler");
        let response = page.invoke().body;
        assert!(response.contains("Runtime.ImportModuleError"), "{response}");
        assert!(
            response.contains("Unable to import module 'missing': No module named 'missing'"),
            "{response}"
        );
    });
}

#[test]
fn a_package_made_for_aws_runs_as_it_is() {
    visit(|page| {
        let zip = uploads::zip(&[
            ("lambda_function.py", b"from shop import prices\n\ndef lambda_handler(event, context):\n    with open('data/items.txt') as items:\n        return {'total': prices.total(items), 'root': __file__}\n"),
            ("shop/__init__.py", b""),
            ("shop/prices.py", b"def total(lines):\n    return sum(int(line) for line in lines)\n"),
            ("data/items.txt", b"1\n2\n39\n"),
        ]);
        let file = uploads::write(page.folder(), "shop.zip", zip);
        page.upload_as(&file, "shop");
        page.configure("timeout", "30");
        let response = page.invoke().body;
        assert!(response.contains("\"total\": 42"), "{response}");
        assert!(
            response.contains("/var/task/lambda_function.py"),
            "{response}"
        );
    });
}

#[test]
fn a_page_that_cannot_wait_says_that_every_start_is_cold() {
    let remove = |dist: &Path| {
        std::fs::remove_file(dist.join("service-worker.js")).expect("it is there");
    };
    visit_changed_on(Options::plain_host(), remove, |page, _| {
        page.playground_is_ready();
        upload(page);
        assert_eq!(counted(page), 1);
        assert_eq!(counted(page), 1);
        let notice = page.take_notice("every start of theirs is cold");
        assert!(notice.contains("dist/_headers"), "{notice}");
    });
}

/// The module of the Python runtime.
fn python(dist: &Path) -> PathBuf {
    let entries = std::fs::read_dir(dist.join("runtimes")).expect("the runtimes");
    let mut files = entries.flatten().map(|entry| entry.path());
    let python = files.find(|file| file.to_string_lossy().contains("python"));
    python.expect("the Python runtime")
}

#[test]
fn a_damaged_runtime_is_refused_and_can_be_fetched_again() {
    let whole = RefCell::new(Vec::new());
    let damage = |dist: &Path| {
        let file = python(dist);
        let bytes = std::fs::read(&file).expect("a runtime");
        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("half of it");
        whole.replace(bytes);
    };
    visit_changed(damage, |page, dist| {
        page.playground_is_ready();
        upload(page);
        page.invoke_refused("500");
        page.take_notice("could not be loaded");
        std::fs::write(python(dist), whole.borrow().as_slice()).expect("the whole");
        assert_eq!(counted(page), 1);
    });
}

#[test]
fn what_a_handler_does_wrong_ends_it_and_the_next_invocation_works() {
    visit(|page| {
        let handler = "\
def lambda_handler(event, context):
    if event.get('loop'):
        while True:
            pass
    if event.get('mb'):
        return len(bytearray(event['mb'] << 20))
    return 'fine'
";
        let file = uploads::write(page.folder(), "lambda_function.py", handler);
        page.upload_as(&file, "lambda_function");
        page.configure("timeout", "10");
        page.set_event("{\"mb\": 10}");
        assert_eq!(page.invoke().body.trim(), "10485760");

        page.set_event("{\"mb\": 300}");
        let answer = page.invoke();
        assert!(answer.status.contains("Unhandled"), "{answer:?}");
        assert!(answer.body.contains("signal: killed"), "{answer:?}");
        let report = page.report();
        assert_eq!(
            (report.max_memory, report.error_type.as_deref()),
            (128, Some("Runtime.OutOfMemory"))
        );

        page.set_event("{\"loop\": true}");
        let answer = page.invoke();
        assert!(
            answer.body.contains("Task timed out after 10.00 seconds"),
            "{answer:?}"
        );
        page.set_event("{}");
        assert_eq!(page.invoke().body.trim(), "\"fine\"");
        // Two processes ended; each time INIT ran again, inside of the next invocation.
        eventually_eq!(page, page.counts().cold, 3);
    });
}

#[test]
fn a_javascript_function_waits_for_its_promises() {
    visit(|page| {
        let handler = "\
let count = 0;
export const handler = async (event, context) => {
  count += 1;
  await new Promise((done) => setTimeout(done, 20));
  console.log('count', count);
  return { count, event, id: context.awsRequestId.length };
};
";
        let file = uploads::write(page.folder(), "index.mjs", handler);
        page.upload_as(&file, "index");
        page.configure("timeout", "30");
        page.set_event("{\"a\": [2.5, null]}");
        assert_eq!(counted(page), 1);
        assert_eq!(counted(page), 2);
        let log = page.log();
        assert!(log.contains("\tINFO\tcount 2\n"), "{log}");
    });
}
