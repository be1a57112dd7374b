//! Handlers as AWS's Node.js 22 runtime treats them: styles, results, errors.

mod harness;

use harness::{Environment, Outcome};
use serde_json::{Value, json};

/// Handlers, events and their results.
#[test]
fn results_by_style() {
    let table: &[(&str, &str, Value, Value)] = &[
        (
            "async",
            "export const handler = async (event) => ({ hello: event.name });",
            json!({"name": "Ada"}),
            json!({"hello": "Ada"}),
        ),
        (
            "promise",
            "export const handler = (event) => Promise.resolve(event.n + 1);",
            json!({"n": 1}),
            json!(2),
        ),
        (
            "thenable",
            "export const handler = () => ({ then: (done) => done('ok') });",
            json!(null),
            json!("ok"),
        ),
        (
            "awaits timers",
            "export const handler = async () => { await new Promise((done) => setTimeout(done, 5)); return 'late'; };",
            json!(1),
            json!("late"),
        ),
        (
            "undefined is null",
            "export const handler = async () => {};",
            json!(1),
            json!(null),
        ),
        (
            "callback",
            "export const handler = (event, context, callback) => { callback(null, event); };",
            json!([1, 2]),
            json!([1, 2]),
        ),
        (
            "callback, later",
            "export const handler = (event, context, callback) => { setTimeout(() => callback(null, 'later'), 1); };",
            json!(0),
            json!("later"),
        ),
        (
            "what is returned is ignored without a promise",
            "export const handler = () => 'ignored';",
            json!(0),
            json!(null),
        ),
        (
            "a promise that is never kept, of a function that is not async",
            "export const handler = () => new Promise(() => {});",
            json!(0),
            json!(null),
        ),
        (
            "succeed",
            "export const handler = (event, context) => { context.succeed('old'); };",
            json!(0),
            json!("old"),
        ),
        (
            "done",
            "export const handler = (event, context) => { context.done(null, 'older'); };",
            json!(0),
            json!("older"),
        ),
        (
            "only the first answer counts",
            "export const handler = (event, context, callback) => { context.succeed(1); context.fail(new Error('x')); callback(null, 3); };",
            json!(0),
            json!(1),
        ),
        (
            "throwing undefined",
            "export const handler = () => { throw undefined; };",
            json!(0),
            json!(null),
        ),
    ];
    for (what, module, event, expected) in table {
        let outcome = Environment::of(module).invoke(event);
        assert_eq!(outcome, Outcome::Response(expected.clone()), "{what}");
    }
}

#[test]
fn the_event_and_the_result_are_any_json() {
    let mut environment = Environment::of("export const handler = async (event) => event;");
    for event in [
        json!(null),
        json!(1.5e300),
        json!("ü\u{1f600}\n"),
        json!({"a": [{"b": {}}]}),
        json!("x".repeat(1 << 20)),
    ] {
        assert_eq!(environment.invoke(&event).response(), event);
    }
}

#[test]
fn globals_live_as_long_as_the_environment() {
    let mut environment =
        Environment::of("let calls = 0; export const handler = async () => ++calls;");
    for expected in 1..=3 {
        assert_eq!(environment.invoke(&json!(null)).response(), json!(expected));
    }
}

/// A callback waits for everything that is still to come, unless it is told not to.
#[test]
fn callbacks_wait_for_an_empty_event_loop() {
    let module = |waits: bool| {
        format!(
            "let late = 'not yet';
             export const handler = (event, context, callback) => {{
               context.callbackWaitsForEmptyEventLoop = {waits};
               const result = {{ toJSON: () => late }};
               setTimeout(() => {{ late = 'done'; }}, 20);
               callback(null, result);
             }};"
        )
    };
    assert_eq!(
        Environment::of(&module(true)).invoke(&json!(0)).response(),
        json!("done")
    );
    let mut environment = Environment::of(&module(false));
    assert_eq!(environment.invoke(&json!(0)).response(), json!("not yet"));
}

#[test]
fn work_that_was_left_goes_on_in_the_next_invocation() {
    let mut environment = Environment::of(
        "let count = 0;
         export const handler = async (event) => {
           if (event === 'leave') { setTimeout(() => { count += 1; }, 1); return count; }
           await new Promise((done) => setTimeout(done, 20));
           return count;
         };",
    );
    assert_eq!(environment.invoke(&json!("leave")).response(), json!(0));
    assert_eq!(environment.invoke(&json!("look")).response(), json!(1));
}

#[test]
fn the_context_is_awss() {
    let mut environment = Environment::of(
        "export const handler = async (event, context) => ({
           ...context,
           methods: ['getRemainingTimeInMillis', 'done', 'fail', 'succeed'].map((name) => typeof context[name]),
           remaining: context.getRemainingTimeInMillis() > 1e9,
           trace: process.env._X_AMZN_TRACE_ID,
         });",
    );
    let context = environment
        .invoke_with(
            &json!({}),
            "Lambda-Runtime-Trace-Id: Root=1-5;Sampled=1\n\
             Lambda-Runtime-Client-Context: {\"Custom\":{\"a\":1}}\n\
             Lambda-Runtime-Cognito-Identity: {\"cognitoIdentityId\":\"i\"}\n",
        )
        .response();
    assert_eq!(
        context,
        json!({
            "callbackWaitsForEmptyEventLoop": true,
            "functionVersion": "$LATEST",
            "functionName": "it",
            "memoryLimitInMB": "128",
            "logGroupName": "/aws/lambda/it",
            "logStreamName": "2026/01/01/[$LATEST]0",
            "clientContext": {"Custom": {"a": 1}},
            "identity": {"cognitoIdentityId": "i"},
            "invokedFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:it",
            "awsRequestId": "request-1",
            "methods": ["function", "function", "function", "function"],
            "remaining": true,
            "trace": "Root=1-5;Sampled=1",
        })
    );
    let second = environment.invoke(&json!({})).response();
    assert_eq!(second["awsRequestId"], "request-2");
    assert_eq!(second.get("trace"), None);
}

/// Handlers and their error bodies, but for the trace.
#[test]
fn errors_of_handlers() {
    let table: &[(&str, &str, &str)] = &[
        (
            "export const handler = async () => { throw new TypeError('bad'); };",
            "TypeError",
            "bad",
        ),
        (
            "export const handler = () => { throw new Error('sync'); };",
            "Error",
            "sync",
        ),
        (
            "export const handler = () => Promise.reject(new RangeError('far'));",
            "RangeError",
            "far",
        ),
        (
            "export const handler = (e, c, callback) => { callback(new Error('cb')); };",
            "Error",
            "cb",
        ),
        (
            "export const handler = (e, c, callback) => { callback('text'); };",
            "string",
            "text",
        ),
        (
            "export const handler = (e, c) => { c.fail(); };",
            "string",
            "handled",
        ),
        (
            "export const handler = (e, c) => { c.done(new Error('d')); };",
            "Error",
            "d",
        ),
        (
            "export const handler = async () => { throw 'oops'; };",
            "string",
            "oops",
        ),
        (
            "export const handler = async () => { throw 42; };",
            "number",
            "42",
        ),
        (
            "export const handler = async () => { throw { a: 1 }; };",
            "object",
            "[object Object]",
        ),
        (
            "export const handler = async () => { throw null; };",
            "string",
            "handled",
        ),
        (
            "class MyError extends Error { constructor(m) { super(m); this.name = 'MyError'; } }
          export const handler = async () => { throw new MyError('mine'); };",
            "MyError",
            "mine",
        ),
        (
            "export const handler = async () => ({ big: 1n });",
            "Error",
            "Unable to stringify response body",
        ),
        (
            "export const handler = async () => { const a = {}; a.a = a; return a; };",
            "Error",
            "Unable to stringify response body",
        ),
        (
            "export const handler = async () => new Promise(() => {});",
            "Runtime.NodeJsExit",
            "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes",
        ),
        (
            "export const handler = async () => fetch('https://example.com');",
            "TypeError",
            "fetch failed",
        ),
        (
            "export const handler = async () => { const f = () => f() + 1; return f(); };",
            "RangeError",
            "Maximum call stack size exceeded",
        ),
        (
            "export const handler = async () => JSON.parse('['.repeat(1e6));",
            "RangeError",
            "Maximum call stack size exceeded",
        ),
        (
            "export const handler = async () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a; };",
            "Error",
            "Unable to stringify response body",
        ),
        (
            "export const handler = async () => { require('fs'); };",
            "ReferenceError",
            "require is not defined",
        ),
    ];
    for (module, kind, message) in table {
        let mut environment = Environment::of(module);
        let error = environment.invoke(&json!({})).error();
        assert_eq!(error["errorType"], *kind, "{module}");
        assert_eq!(error["errorMessage"], *message, "{module}");
        assert!(error["trace"].is_array(), "{module}");
        // The environment is none the worse for it.
        assert_eq!(
            environment.invoke(&json!({})).error()["errorType"],
            *kind,
            "{module}"
        );
    }
}

#[test]
fn traces_show_the_handlers_frames_and_no_others() {
    let mut environment = Environment::of(
        "function inner() {\n  null.x;\n}\nexport const handler = async () => {\n  inner();\n};\n",
    );
    let root = environment.task_root();
    let error = environment.invoke(&json!({})).error();
    assert_eq!(
        error["trace"],
        json!([
            "TypeError: cannot read property 'x' of null",
            format!("    at inner ({root}/index.mjs:2:3)"),
            format!("    at handler ({root}/index.mjs:5:3)"),
        ])
    );
    let files = [(
        "index.js",
        "exports.handler = async () => { throw new Error('first line'); };",
    )];
    let mut environment = Environment::with(&files, "index.handler", &[]);
    let root = environment.task_root();
    let error = environment.invoke(&json!({})).error();
    assert_eq!(
        error["trace"][1],
        format!("    at <anonymous> ({root}/index.js:1:43)")
    );
}

#[test]
fn errors_go_to_the_log_with_all_that_they_carry() {
    let mut environment = Environment::of(
        "export const handler = async () => {
           throw Object.assign(new Error('a\\nb', { cause: new TypeError('why') }), { code: 'E_X', extra: [1] });
         };",
    );
    environment.invoke(&json!({})).error();
    let log = environment.log();
    let line = log
        .lines()
        .find(|line| line.contains("Invoke Error"))
        .unwrap();
    let fields: Vec<&str> = line.split('\t').collect();
    assert_eq!(
        fields[1..4],
        ["request-1", "ERROR", "Invoke Error "],
        "{line}"
    );
    let logged: Value = serde_json::from_str(fields[4]).unwrap();
    assert_eq!(logged["errorType"], "Error");
    assert_eq!(logged["errorMessage"], "a\nb");
    assert_eq!(logged["code"], "E_X");
    assert_eq!(logged["extra"], json!([1]));
    assert_eq!(logged["stack"][0], "Error: a");
}

#[test]
fn rejections_that_nobody_handles_end_the_process() {
    let mut environment = Environment::of(
        "export const handler = async (event) => {
           Promise.reject(new Error('forgotten'));
           await new Promise((done) => setTimeout(done, 50));
           return 'too late';
         };",
    );
    let error = environment.invoke(&json!({})).error();
    assert_eq!(error["errorType"], "Runtime.UnhandledPromiseRejection");
    assert_eq!(error["errorMessage"], "Error: forgotten");
    assert_eq!(environment.outcome(), Outcome::Exit(128));
    let log = environment.log();
    assert!(log.contains("\tERROR\tUnhandled Promise Rejection \t{\"errorType\":\"Runtime.UnhandledPromiseRejection\""), "{log}");
}

/// As on AWS: the answer was given, then the process ended.
#[test]
fn a_rejection_after_the_answer_still_ends_the_process() {
    let mut environment = Environment::of(
        "export const handler = async () => { (async () => { throw new Error('x'); })(); return 'answered'; };",
    );
    // Both are written, through a pipe each: which one is read first is chance.
    let mut outcomes = vec![environment.invoke(&json!({}))];
    while !matches!(outcomes.last(), Some(Outcome::Exit(_))) {
        outcomes.push(environment.outcome());
    }
    assert!(
        outcomes.contains(&Outcome::Response(json!("answered"))),
        "{outcomes:?}"
    );
    assert_eq!(outcomes.last(), Some(&Outcome::Exit(128)));
}

#[test]
fn rejections_that_are_handled_later_in_the_same_turn_are_none() {
    let mut environment = Environment::of(
        "export const handler = async () => { const p = Promise.reject(1); await null; return p.catch((n) => n + 1); };",
    );
    assert_eq!(environment.invoke(&json!({})).response(), json!(2));
}

#[test]
fn what_a_timer_throws_ends_the_process() {
    let mut environment = Environment::of(
        "export const handler = () => new Promise(() => { setTimeout(() => { throw new Error('in a timer'); }, 1); });",
    );
    let error = environment.invoke(&json!({})).error();
    assert_eq!(error["errorMessage"], "in a timer");
    assert_eq!(environment.outcome(), Outcome::Exit(129));
}

#[test]
fn the_process_can_end_itself() {
    let mut environment =
        Environment::of("export const handler = async () => { process.exit(7); };");
    assert_eq!(environment.invoke(&json!({})), Outcome::Exit(7));
}

/// What the engine throws when the host has no more to give.
#[test]
fn memory_that_is_used_up_ends_the_process() {
    for module in [
        "export const handler = async () => { throw new InternalError('out of memory'); };",
        "export const handler = async () => { setTimeout(() => { throw new InternalError('out of memory'); }, 1); await new Promise(() => {}); };",
        "throw new InternalError('out of memory');",
    ] {
        assert_eq!(
            Environment::of(module).invoke(&json!({})),
            Outcome::Exit(134),
            "{module}"
        );
    }
}

/// Packages that fail in INIT: files, handler, and the error body.
#[test]
fn errors_of_init() {
    type Row = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static str,
        &'static str,
        &'static str,
    );
    let table: &[Row] = &[
        (
            "no file",
            &[],
            "index.handler",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'index'\nRequire stack:\n- /var/runtime/index.mjs",
        ),
        (
            "no export",
            &[("index.mjs", "export const other = 1;")],
            "index.handler",
            "Runtime.HandlerNotFound",
            "index.handler is undefined or not exported",
        ),
        (
            "not a function",
            &[("index.mjs", "export const handler = 1;")],
            "index.handler",
            "Runtime.HandlerNotFound",
            "index.handler is not a function",
        ),
        (
            "no dot",
            &[],
            "index",
            "Runtime.MalformedHandlerName",
            "Bad handler",
        ),
        (
            "outside",
            &[],
            "../index.handler",
            "Runtime.MalformedHandlerName",
            "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
        ),
        (
            "syntax",
            &[(
                "index.mjs",
                "export const handler = async () => {\n  return 1 +;\n};",
            )],
            "index.handler",
            "Runtime.UserCodeSyntaxError",
            "SyntaxError: ",
        ),
        (
            "syntax in CommonJS",
            &[("index.cjs", "exports.handler = ( => 1;")],
            "index.handler",
            "Runtime.UserCodeSyntaxError",
            "SyntaxError: ",
        ),
        (
            "throws",
            &[("index.mjs", "throw new RangeError('at the top');")],
            "index.handler",
            "RangeError",
            "at the top",
        ),
        (
            "package",
            &[("index.mjs", "import 'left-pad';")],
            "index.handler",
            "Error",
            "Cannot find package 'left-pad' imported from ROOT/index.mjs",
        ),
        (
            "file",
            &[("index.mjs", "import './no.mjs';")],
            "index.handler",
            "Error",
            "Cannot find module 'ROOT/no.mjs' imported from ROOT/index.mjs",
        ),
        (
            "require",
            &[("index.cjs", "require('left-pad');")],
            "index.handler",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'left-pad'\nRequire stack:\n- ROOT/index.cjs\n- /var/runtime/index.mjs",
        ),
        (
            "require, deeper",
            &[
                ("index.cjs", "require('./a/b');"),
                ("a/b.js", "require('../no');"),
            ],
            "index.handler",
            "Runtime.ImportModuleError",
            "Error: Cannot find module '../no'\nRequire stack:\n- ROOT/a/b.js\n- ROOT/index.cjs\n- /var/runtime/index.mjs",
        ),
        (
            "what Node has and this has not",
            &[("index.cjs", "require('http');")],
            "index.handler",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'http'\nRequire stack:\n- ROOT/index.cjs\n- /var/runtime/index.mjs",
        ),
        (
            "native extension",
            &[
                ("index.cjs", "require('./sharp.node');"),
                ("sharp.node", "\u{7f}ELF"),
            ],
            "index.handler",
            "Error",
            "ROOT/sharp.node: native extensions cannot be loaded, this runtime is WebAssembly; use a package that is plain JavaScript",
        ),
        (
            "unknown built-in",
            &[("index.mjs", "import 'node:nothing';")],
            "index.handler",
            "Error",
            "No such built-in module: node:nothing",
        ),
        (
            "rejected at the top",
            &[("index.mjs", "await Promise.reject(new Error('top'));")],
            "index.handler",
            "Error",
            "top",
        ),
    ];
    for (what, files, handler, kind, message) in table {
        let mut environment = Environment::with(files, handler, &[]);
        let root = environment.task_root();
        let error = environment.outcome().init_error();
        assert_eq!(error["errorType"], *kind, "{what}: {error}");
        let found = error["errorMessage"].as_str().unwrap();
        let expected = message.replace("ROOT", &root);
        // What a syntax error is called is the engine's own.
        if expected.ends_with(": ") {
            assert!(found.starts_with(&expected), "{what}: {found}");
        } else {
            assert_eq!(found, expected, "{what}");
        }
        assert_eq!(environment.outcome(), Outcome::Exit(129), "{what}");
        let log = environment.log();
        assert!(
            log.contains("\tundefined\tERROR\tUncaught Exception \t{"),
            "{what}: {log}"
        );
    }
}

#[test]
fn syntax_errors_say_where() {
    let files = [(
        "index.mjs",
        "export const handler = async () => {\n  return 1 +;\n};\n",
    )];
    let mut environment = Environment::with(&files, "index.handler", &[]);
    let root = environment.task_root();
    let trace = environment.outcome().init_error()["trace"].clone();
    let frame = trace[1].as_str().unwrap();
    assert!(
        frame.starts_with(&format!("    at {root}/index.mjs:2:")),
        "{trace}"
    );
}

#[test]
fn an_init_that_waits_for_nothing_ends_as_in_node() {
    let mut environment = Environment::of("await new Promise(() => {});");
    assert_eq!(environment.outcome(), Outcome::Exit(13));
}

#[test]
fn callbacks_are_warned_of() {
    let module = "export const handler = (event, context, callback) => callback(null, 1);";
    let mut environment = Environment::of(module);
    environment.invoke(&json!({})).response();
    let log = environment.log();
    assert!(
        log.contains("\tundefined\tWARN\tAWS Lambda plans to remove support for callback-based"),
        "{log}"
    );
    let quiet = [("AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING", "1")];
    let mut environment = Environment::with(&[("index.mjs", module)], "index.handler", &quiet);
    environment.invoke(&json!({})).response();
    assert_eq!(environment.log(), "");
}
