//! The log, as AWS's Node.js runtime writes it.

mod harness;

use harness::Environment;
use serde_json::{Value, json};

/// The log without what a clock has written, one field a column.
fn lines(log: &str) -> Vec<Vec<&str>> {
    log.lines()
        .map(|line| {
            let mut fields: Vec<&str> = line.split('\t').collect();
            let is_time = fields[0].len() == 24 && fields[0].ends_with('Z');
            if is_time {
                fields.remove(0);
            }
            fields
        })
        .collect()
}

#[test]
fn one_message_is_one_line() {
    let mut environment = Environment::of(
        "console.log('in INIT');
         export const handler = async () => {
           console.trace('t'); console.debug('d'); console.log('two', 2, { a: [1] }); console.info('i');
           console.warn('lines\\nof\\ttext'); console.error(new Error('e').message); console.log('%s is %d', 'x', 1); console.log();
         };",
    );
    environment.invoke(&json!({})).response();
    let log = environment.log();
    assert_eq!(
        lines(&log),
        [
            vec!["undefined", "INFO", "in INIT"],
            vec!["request-1", "TRACE", "t"],
            vec!["request-1", "DEBUG", "d"],
            vec!["request-1", "INFO", "two 2 { a: [ 1 ] }"],
            vec!["request-1", "INFO", "i"],
            vec!["request-1", "WARN", "lines\rof", "text"],
            vec!["request-1", "ERROR", "e"],
            vec!["request-1", "INFO", "x is 1"],
            vec!["request-1", "INFO", "undefined"],
        ]
    );
}

#[test]
fn errors_are_logged_with_their_stack() {
    let mut environment = Environment::of(
        "export const handler = async () => { console.error('failed:', Object.assign(new TypeError('m'), { code: 'E' })); };",
    );
    environment.invoke(&json!({})).response();
    let log = environment.log();
    assert!(
        log.contains("\tERROR\tfailed: TypeError: m\r    at handler ("),
        "{log}"
    );
    assert!(log.contains(" {\r  code: 'E'\r}\n"), "{log}");
}

#[test]
fn json_logs_and_levels() {
    let module = "export const handler = async () => {
      console.debug('quiet'); console.log('text'); console.warn({ a: 1 }); console.error('with', new RangeError('r'));
    };";
    let variables = [
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_LEVEL", "info"),
    ];
    let mut environment = Environment::with(&[("index.mjs", module)], "index.handler", &variables);
    environment.invoke(&json!({})).response();
    let log = environment.log();
    let entries: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(entries.len(), 3, "{log}");
    assert_eq!(entries[0]["message"], "text");
    assert_eq!(entries[0]["requestId"], "request-1");
    assert_eq!(entries[1]["message"], json!({"a": 1}));
    assert_eq!(entries[1]["level"], "WARN");
    assert_eq!(entries[2]["errorType"], "RangeError");
}

#[test]
fn streams_are_passed_on_as_they_are() {
    let mut environment = Environment::of(
        "export const handler = async () => { process.stdout.write('a'); process.stderr.write('b\\n'); process.stdout.write(Buffer.from('c\\n')); };",
    );
    environment.invoke(&json!({})).response();
    assert_eq!(environment.log(), "ab\nc\n");
}
