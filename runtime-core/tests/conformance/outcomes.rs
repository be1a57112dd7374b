//! Every way in which an invocation ends, and the line that says why.

use crate::cases;
use crate::harness::{
    ABORTED, ARITHMETIC, Bench, Expect, OUT_OF_MEMORY, SEGMENTATION_FAULT, settings,
};
use runtime_core::sandbox::SandboxError;
use runtime_core::timeline::{Failure, HandlerKind, MAX_RESPONSE_BYTES, Outcome};
use runtime_core::units::{ByteCount, MemoryMb};

/// A reactor whose `handle` has this body; it must leave an i64.
fn reactor(body: &str) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1 512)
        (table 4 funcref)
        (elem (i32.const 0) $nothing)
        (type $unit (func))
        (type $number (func (result i32)))
        (global $out_of_memory (export "coldstart.out_of_memory") (mut i32) (i32.const 0))
        (func $nothing)
        (func $forever (param i64) (result i64)
            (i64.add (i64.const 1) (call $forever (i64.add (local.get 0) (i64.const 1)))))
        (func (export "allocate") (param i32) (result i32) (i32.const 1024))
        (func (export "handle") (param $ptr i32) (param $len i32) (result i64) {body}))"#
    )
}

/// The invocation ends like this, with one line in the log, and a new process serves the next.
#[track_caller]
fn ends(body: &str, failure: Failure, line: &str) {
    let mut bench = Bench::ready(&reactor(&format!(
        r#"(if (i32.eqz (local.get $len)) (then (return (i64.const 0)))) {body}"#
    )));
    let invoked = bench.invoke("x");
    assert_eq!(bench.log(), line);
    invoked.fails(failure);
    bench.invoke_again("").responds("");
    assert_eq!(bench.log(), "");
}

cases! {
    unreachable_aborts {
        ends("unreachable", ABORTED, "wasm trap: unreachable\n");
    }

    load_beyond_the_memory {
        let line = "wasm trap: out of bounds memory access\n";
        ends("(i64.load (i32.const 65529))", SEGMENTATION_FAULT, line);
    }

    store_beyond_the_memory {
        let line = "wasm trap: out of bounds memory access\n";
        let body = "(i32.store (i32.const -1) (i32.const 1)) (i64.const 0)";
        ends(body, SEGMENTATION_FAULT, line);
    }

    memory_fill_beyond_the_memory {
        let line = "wasm trap: out of bounds memory access\n";
        let body = "(memory.fill (i32.const 65530) (i32.const 0) (i32.const 7)) (i64.const 0)";
        ends(body, SEGMENTATION_FAULT, line);
    }

    indirect_call_beyond_the_table {
        let line = "wasm trap: out of bounds table access\n";
        let body = "(call_indirect (type $unit) (i32.const 4)) (i64.const 0)";
        ends(body, SEGMENTATION_FAULT, line);
    }

    indirect_call_to_null {
        let line = "wasm trap: indirect call to null or to a function of another type\n";
        let body = "(call_indirect (type $unit) (i32.const 1)) (i64.const 0)";
        ends(body, SEGMENTATION_FAULT, line);
    }

    indirect_call_of_another_type {
        let line = "wasm trap: indirect call to null or to a function of another type\n";
        let body = "(drop (call_indirect (type $number) (i32.const 0))) (i64.const 0)";
        ends(body, SEGMENTATION_FAULT, line);
    }

    stack_overflow {
        let line = "wasm trap: call stack exhausted\n";
        ends("(call $forever (i64.const 0))", SEGMENTATION_FAULT, line);
    }

    division_by_zero {
        let line = "wasm trap: integer divide by zero\n";
        ends("(i64.div_s (i64.const 1) (i64.load (i32.const 0)))", ARITHMETIC, line);
        ends("(i64.rem_u (i64.const 1) (i64.load (i32.const 0)))", ARITHMETIC, line);
    }

    division_overflow {
        let line = "wasm trap: integer overflow\n";
        let body = "(i64.div_s (i64.const 0x8000000000000000)
            (i64.sub (i64.load (i32.const 0)) (i64.const 1)))";
        ends(body, ARITHMETIC, line);
    }

    conversion_of_not_a_number {
        let line = "wasm trap: invalid conversion to integer\n";
        ends("(i64.trunc_f64_s (f64.const nan))", ARITHMETIC, line);
    }

    reactor_that_exits {
        ends("(call $exit (i32.const 3)) (i64.const 0)", Failure::Exited(3), "");
        ends("(call $exit (i32.const 0)) (i64.const 0)", Failure::Exited(0), "");
        ends("(call $exit (i32.const -1)) (i64.const 0)", Failure::Exited(u32::MAX), "");
    }

    /// What the memory limiter does when a growth passes the limit.
    refused_growth_kills {
        let line = "out of memory: the function has 128 MB\n";
        let body = "(global.set $out_of_memory (i32.const 1)) unreachable";
        ends(body, OUT_OF_MEMORY, line);
    }

    /// The limiter and the sandbox together: a module that takes all it can get.
    #[cfg(feature = "inspect")]
    growth_over_the_functions_memory_kills {
        let text = r#"(module
            (memory (export "memory") 1)
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32) (param $len i32) (result i64)
                (if (i32.eqz (local.get $len)) (then (return (i64.const 0))))
                (loop $more
                    (br_if $more (i32.ne (memory.grow (i32.const 100)) (i32.const -1))))
                (i64.const 0)))"#;
        let mut bench = Bench::limited(text);
        bench.invoke("").responds("");
        let invoked = bench.invoke("x");
        assert_eq!(bench.log(), "out of memory: the function has 128 MB\n");
        invoked.fails(OUT_OF_MEMORY);
        assert_eq!(invoked.max_memory, MemoryMb::new(128).bytes());
        bench.invoke_again("").responds("");
    }

    memory_of_a_killed_process_is_all_there_was {
        let text = reactor("(global.set $out_of_memory (i32.const 1)) unreachable");
        let invoked = Bench::ready(&text).invoke("");
        assert_eq!(invoked.max_memory, MemoryMb::new(128).bytes());
    }

    max_memory_is_the_memory_after_growth {
        let text = reactor("(drop (memory.grow (local.get $len))) (i64.const 0)");
        let mut bench = Bench::ready(&text);
        assert_eq!(bench.invoke("").max_memory, ByteCount::new(65_536));
        assert_eq!(bench.invoke("12345").max_memory, ByteCount::new(6 * 65_536));
        assert_eq!(bench.invoke("").max_memory, ByteCount::new(6 * 65_536));
        // A new process begins small again.
        assert_eq!(bench.invoke_again("").max_memory, ByteCount::new(65_536));
    }

    max_memory_of_a_crash_is_what_it_had {
        let text = reactor("(drop (memory.grow (i32.const 3))) unreachable");
        let invoked = Bench::ready(&text).invoke("");
        invoked.fails(ABORTED);
        assert_eq!(invoked.max_memory, ByteCount::new(4 * 65_536));
    }

    /// The handler's own error is its own JSON, and the process lives on.
    handler_error_keeps_the_process {
        let text = reactor(
            r#"(i32.store8 (i32.const 0) (i32.add (i32.const 49) (i32.load8_u (i32.const 0))))
            (if (local.get $len) (then (return (i64.const 0x80000001))))
            (i64.const 1)"#,
        );
        let mut bench = Bench::ready(&text);
        let invoked = bench.invoke("x");
        assert_eq!(invoked.outcome, Outcome::Failed(Failure::HandlerError));
        assert_eq!(invoked.response.as_deref(), Some(b"1".as_slice()));
        bench.invoke("").responds("b");
    }

    /// 6 MiB and 100 bytes go, one more does not; the process lives on.
    response_at_and_over_the_limit {
        let text = reactor(
            r#"(drop (memory.grow (i32.const 200)))
            (i64.add (i64.const 6291556) (i64.extend_i32_u (local.get $len)))"#,
        );
        let mut bench = Bench::ready(&text);
        let invoked = bench.invoke("");
        assert_eq!(invoked.outcome, Outcome::Succeeded);
        assert_eq!(invoked.response.map(|r| r.len() as u64), Some(MAX_RESPONSE_BYTES));
        let size = ByteCount::new(MAX_RESPONSE_BYTES + 1);
        bench.invoke("x").fails(Failure::ResponseTooLarge(size));
        assert_eq!(bench.log(), "");
        assert_eq!(bench.invoke("").outcome, Outcome::Succeeded);
    }

    module_with_an_unknown_import_does_not_start {
        let text = r#"(module (import "env" "f" (func)) (memory (export "memory") 1))"#;
        let error = Bench::try_start(&settings(HandlerKind::Command), text).err();
        let (module, name) = ("env".to_owned(), "f".to_owned());
        assert_eq!(error, Some(SandboxError::UnknownImport { module, name }));
    }

    module_that_imports_a_memory_does_not_start {
        let text = r#"(module (import "coldstart" "log" (memory 1)))"#;
        let error = Bench::try_start(&settings(HandlerKind::Command), text).err();
        let (module, name) = ("coldstart".to_owned(), "log".to_owned());
        assert_eq!(error, Some(SandboxError::UnknownImport { module, name }));
    }

    module_without_a_memory_is_refused {
        let mut bench = Bench::command(r#"(module (func (export "_start")))"#);
        assert_eq!(bench.run(false, b""), Err(SandboxError::MissingExport("memory")));
    }

    command_that_traps {
        let text = r#"(module (memory (export "memory") 3) (func (export "_start") unreachable))"#;
        let mut bench = Bench::command(text);
        let invoked = bench.invoke("");
        invoked.fails(ABORTED);
        assert_eq!(invoked.max_memory, ByteCount::new(3 * 65_536));
        assert_eq!(bench.log(), "wasm trap: unreachable\n");
        bench.invoke_again("").fails(ABORTED);
    }
}
