//! The reactor ABI and the import module `coldstart`.

use crate::cases;
use crate::harness::{Bench, Expect, SEGMENTATION_FAULT, START_UNIX_NANOS, settings};
use runtime_core::timeline::{Failure, HandlerKind, Outcome};
use runtime_core::units::Span;

/// Echo with what `allocate` and `handle` answer left to the case.
fn reactor(allocate: &str, handle: &str) -> String {
    format!(
        r#"(module
        (import "coldstart" "log" (func $log (param i32 i32)))
        (import "coldstart" "context" (func $context (param i32 i32) (result i32)))
        (import "coldstart" "variables" (func $variables (param i32 i32) (result i32)))
        (import "coldstart" "now" (func $now (result i64)))
        (import "coldstart" "sleep" (func $sleep (param i64)))
        (import "coldstart" "random" (func $random (param i32 i32)))
        (memory (export "memory") 1)
        (func $packed (param i32 i32) (result i64)
            (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
                (i64.extend_i32_u (local.get 1))))
        (func (export "allocate") (param $len i32) (result i32) {allocate})
        (func (export "handle") (param $ptr i32) (param $len i32) (result i64) {handle}))"#
    )
}

const ECHO: &str = "(call $packed (local.get $ptr) (local.get $len))";

fn handle(body: &str) -> String {
    reactor("(i32.const 1024)", body)
}

#[track_caller]
fn faults(text: &str, event: &str, line: &str) {
    let mut bench = Bench::ready(text);
    bench.invoke(event).fails(SEGMENTATION_FAULT);
    assert_eq!(bench.log(), line);
}

cases! {
    echo {
        let mut bench = Bench::ready(&handle(ECHO));
        for event in ["", "{}", "null", r#"{"name":"Ünï"}"#] {
            bench.invoke(event).responds(event);
        }
        let long = "x".repeat(60_000);
        bench.invoke(&long).responds(&long);
    }

    /// Responses need be neither JSON nor UTF-8.
    bytes_come_back_as_they_are {
        let every: Vec<u8> = (0..=255).collect();
        let invoked = Bench::ready(&handle(ECHO)).invoke(&every);
        assert_eq!(invoked.response, Some(every));
    }

    /// The event and the response may lie at the very end of the memory.
    last_byte_of_memory {
        let text = reactor("(i32.sub (i32.const 65536) (local.get $len))", ECHO);
        Bench::ready(&text).invoke("last").responds("last");
    }

    allocate_beyond_the_memory {
        let text = reactor("(i32.const 65533)", ECHO);
        faults(&text, "four", "allocate(4) returned 65533..65537, but memory ends at 65536\n");
    }

    allocate_negative {
        let text = reactor("(i32.const -5)", ECHO);
        let line = "allocate(1) returned 4294967291..4294967292, but memory ends at 65536\n";
        faults(&text, "x", line);
    }

    allocate_at_the_end_of_the_address_space {
        let text = reactor("(i32.const -1)", ECHO);
        let line = "allocate(3) returned 4294967295..4294967298, but memory ends at 65536\n";
        faults(&text, "abc", line);
    }

    response_beyond_the_memory {
        let text = handle("(call $packed (i32.const 70000) (i32.const 10000))");
        faults(&text, "", "handle returned 70000..80000, but memory ends at 65536\n");
    }

    response_longer_than_the_memory {
        let text = handle("(call $packed (i32.const 0) (i32.const 0x7fffffff))");
        faults(&text, "", "handle returned 0..2147483647, but memory ends at 65536\n");
    }

    error_beyond_the_memory {
        let text = handle("(call $packed (i32.const -1) (i32.const -1))");
        faults(&text, "", "handle returned 4294967295..6442450942, but memory ends at 65536\n");
    }

    empty_response_at_the_end_of_memory {
        let text = handle("(call $packed (i32.const 65536) (i32.const 0))");
        Bench::ready(&text).invoke("").responds("");
    }

    empty_response_beyond_the_memory {
        let text = handle("(call $packed (i32.const 65537) (i32.const 0))");
        faults(&text, "", "handle returned 65537..65537, but memory ends at 65536\n");
    }

    empty_error {
        let invoked = Bench::ready(&handle("(i64.const 0x80000000)")).invoke("");
        assert_eq!(invoked.outcome, Outcome::Failed(Failure::HandlerError));
        assert_eq!(invoked.response.as_deref(), Some(b"".as_slice()));
    }

    /// Memory that grew while the handler ran is where the response lies.
    response_in_memory_that_grew {
        let text = handle(
            r#"(drop (memory.grow (i32.const 1)))
            (i32.store8 (i32.const 70000) (i32.const 65))
            (call $packed (i32.const 70000) (i32.const 1))"#,
        );
        let mut bench = Bench::ready(&text);
        bench.invoke("").responds("A");
        bench.invoke("").responds("A");
    }

    log_is_written_as_it_is {
        let mut bench = Bench::ready(&handle(
            "(call $log (local.get $ptr) (local.get $len)) (i64.const 0)",
        ));
        bench.invoke("line\n");
        bench.invoke("no line end");
        bench.invoke("");
        assert_eq!(bench.log(), "line\nno line end");
    }

    log_beyond_the_memory {
        let text = handle("(call $log (i32.const 65535) (i32.const 2)) (i64.const 0)");
        let line = "coldstart.log was given 65535..65537, but memory ends at 65536\n";
        faults(&text, "", line);
        let text = handle("(call $log (i32.const -1) (i32.const -1)) (i64.const 0)");
        let line = "coldstart.log was given 4294967295..8589934590, but memory ends at 65536\n";
        faults(&text, "", line);
    }

    context_is_json {
        let text = handle(
            "(call $packed (i32.const 2048) (call $context (i32.const 2048) (i32.const 1000)))",
        );
        let mut bench = Bench::ready(&text);
        for request in ["request-1", "request-2"] {
            let json = format!(
                r#"{{"requestId":"{request}","deadlineUnixMillis":1700000003000,"invokedFunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:f","traceId":"Root=1-65540000-000000000000000000000000"}}"#
            );
            bench.invoke("").responds(json);
        }
    }

    /// Too little room: the length is answered and nothing is written.
    context_that_does_not_fit {
        let text = handle(
            r#"(i32.store8 (i32.const 0) (i32.const 46))
            (i32.store8 (i32.const 1) (call $context (i32.const 0) (i32.const 10)))
            (i64.const 2)"#,
        );
        let invoked = Bench::ready(&text).invoke("");
        assert_eq!(invoked.response.as_deref(), Some(b".\xb9".as_slice()));
    }

    context_beyond_the_memory {
        let text = handle("(drop (call $context (i32.const 65530) (i32.const 1000))) (i64.const 0)");
        let line = "coldstart.context was given 65530..65715, but memory ends at 65536\n";
        faults(&text, "", line);
    }

    variables_are_a_json_object {
        let text = handle(
            "(call $packed (i32.const 0) (call $variables (i32.const 0) (i32.const 1000)))",
        );
        Bench::ready(&text).invoke("").responds("{}");
        let mut settings = settings(HandlerKind::Reactor);
        settings.variables.insert("TABLE".into(), "a \"quoted\" one".into());
        settings.variables.insert("_HANDLER".into(), "bootstrap".into());
        let json = r#"{"TABLE":"a \"quoted\" one","_HANDLER":"bootstrap"}"#;
        Bench::start(&settings, &text).invoke("").responds(json);
    }

    now_is_unix_time {
        let text = handle("(i64.store (i32.const 0) (call $now)) (i64.const 8)");
        let response = Bench::ready(&text).invoke("").response.unwrap();
        let nanos = u64::from_le_bytes(response.try_into().unwrap());
        assert!((START_UNIX_NANOS..START_UNIX_NANOS + 1_000_000).contains(&nanos), "{nanos}");
    }

    sleep_is_left_to_the_host {
        let text = handle(
            "(call $sleep (i64.const 1500000)) (call $sleep (i64.const 0))
            (call $sleep (i64.const -1)) (i64.const 0)",
        );
        let mut bench = Bench::ready(&text);
        assert_eq!(bench.invoke("").duration, Span::from_nanos(1_501_000));
        assert_eq!(bench.slept(), [Span::from_nanos(1_500_000)]);
    }

    random_fills_the_range {
        let text = handle(
            "(call $random (i32.const 1) (i32.const 3)) (call $random (i32.const 9) (i32.const 0))
            (i64.const 5)",
        );
        let invoked = Bench::ready(&text).invoke("");
        assert_eq!(invoked.response.as_deref(), Some([0, 1, 2, 3, 0].as_slice()));
    }

    random_beyond_the_memory {
        let text = handle("(call $random (i32.const 0) (i32.const -1)) (i64.const 0)");
        let line = "coldstart.random was given 0..4294967295, but memory ends at 65536\n";
        faults(&text, "", line);
    }

    /// While a start function runs, no memory is known yet.
    log_in_a_start_function_faults {
        let text = r#"(module
            (import "coldstart" "log" (func $log (param i32 i32)))
            (memory (export "memory") 1)
            (func $start (call $log (i32.const 0) (i32.const 1)))
            (start $start)
            (func (export "allocate") (param i32) (result i32) (i32.const 0))
            (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))"#;
        let mut bench = Bench::reactor(text);
        let failed = runtime_core::timeline::InitOutcome::Failed(SEGMENTATION_FAULT);
        assert_eq!(bench.init(), failed);
        assert_eq!(bench.log(), "coldstart.log was given 0..1, but memory ends at 0\n");
    }
}
