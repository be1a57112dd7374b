//! Init, warm and fresh instances, what survives and what does not.

use crate::cases;
use crate::harness::{ABORTED, Bench, Expect, OUT_OF_MEMORY, settings};
use runtime_core::timeline::{Failure, HandlerKind, InitOutcome};
use runtime_core::units::{ByteCount, MemoryMb, RequestId, Span};

/// Answers how often it was called since its memory was made, as one digit; 42 as event makes it
/// trap. `_initialize` counts ten thousands into another place, to see that it runs once.
const COUNTER: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "_initialize")
        (i32.store8 (i32.const 0) (i32.const 48)))
    (func (export "allocate") (param i32) (result i32) (i32.const 1024))
    (func (export "handle") (param $ptr i32) (param $len i32) (result i64)
        (if (i32.eq (i32.load8_u (local.get $ptr)) (i32.const 42)) (then unreachable))
        (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
        (i64.const 1)))"#;

/// The module of a test in which init does something.
fn init(body: &str) -> String {
    format!(
        r#"(module
        (import "coldstart" "log" (func $log (param i32 i32)))
        (import "coldstart" "sleep" (func $sleep (param i64)))
        (import "coldstart" "context" (func $context (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "starting\n")
        (func (export "_initialize") {body})
        (func (export "allocate") (param i32) (result i32) (i32.const 1024))
        (func (export "handle") (param i32 i32) (result i64) (i64.const 4)))"#
    )
}

cases! {
    /// Globals and memory live across warm invocations.
    reactor_keeps_its_state_while_warm {
        let mut bench = Bench::ready(COUNTER);
        bench.invoke("{}").responds("1");
        bench.invoke("{}").responds("2");
        bench.invoke("{}").responds("3");
        assert_eq!(bench.log(), "");
    }

    /// A crash loses them; the next invocation inits again.
    reactor_loses_its_state_in_a_crash {
        let mut bench = Bench::ready(COUNTER);
        bench.invoke("{}").responds("1");
        bench.invoke("*").fails(ABORTED);
        bench.invoke_again("{}").responds("1");
        bench.invoke("{}").responds("2");
    }

    /// Whoever forgets to say that init must run first still gets an initialised process.
    invoke_after_a_crash_inits_in_any_case {
        let mut bench = Bench::ready(COUNTER);
        bench.invoke("*").fails(ABORTED);
        bench.invoke("{}").responds("1");
    }

    /// An invocation may be the first thing that happens to a sandbox.
    invoke_without_init_inits {
        Bench::reactor(COUNTER).invoke("{}").responds("1");
    }

    /// Init that was run again begins with a new instance.
    init_first_makes_a_new_instance {
        let mut bench = Bench::ready(COUNTER);
        bench.invoke("{}").responds("1");
        bench.invoke_again("{}").responds("1");
    }

    /// A start function is part of init.
    start_function_runs_in_init {
        let text = r#"(module
            (memory (export "memory") 1)
            (global $started (mut i32) (i32.const 48))
            (func $start (global.set $started (i32.const 49)))
            (start $start)
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32 i32) (result i64)
                (i32.store8 (i32.const 0) (global.get $started))
                (i64.const 1)))"#;
        Bench::ready(text).invoke("").responds("1");
    }

    start_function_that_traps_fails_init {
        let text = r#"(module
            (memory (export "memory") 1)
            (func $start unreachable)
            (start $start)
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))"#;
        let mut bench = Bench::reactor(text);
        assert_eq!(bench.init(), InitOutcome::Failed(ABORTED));
        assert_eq!(bench.log(), "wasm trap: unreachable\n");
    }

    data_segment_beyond_the_memory_fails_init {
        let text = r#"(module
            (memory (export "memory") 1)
            (data (i32.const 70000) "x")
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))"#;
        let mut bench = Bench::reactor(text);
        let failed = InitOutcome::Failed(crate::harness::SEGMENTATION_FAULT);
        assert_eq!(bench.init(), failed);
        assert_eq!(bench.log(), "wasm trap: out of bounds memory access\n");
    }

    /// What is logged in init belongs to no request.
    log_of_init_has_no_request {
        let text = init("(call $log (i32.const 0) (i32.const 9))");
        let mut bench = Bench::ready(&text);
        assert_eq!(bench.log(), "starting\n");
        assert_eq!(bench.log_requests(), [None]);
        bench.invoke("").responds("star");
        bench.invoke_again("").responds("star");
        assert_eq!(bench.log_requests(), [None, None]);
    }

    context_is_null_during_init {
        let text = init("(drop (call $context (i32.const 0) (i32.const 64)))");
        Bench::ready(&text).invoke("").responds("null");
        // Also where init runs again inside an invocation.
        Bench::reactor(&text).invoke_again("").responds("null");
    }

    init_that_traps_fails_and_runs_again {
        let mut bench = Bench::reactor(&init("unreachable"));
        assert_eq!(bench.init(), InitOutcome::Failed(ABORTED));
        assert_eq!(bench.log(), "wasm trap: unreachable\n");
        bench.invoke_again("").fails(ABORTED);
        assert_eq!(bench.log(), "wasm trap: unreachable\n");
    }

    init_that_exits_fails {
        let mut bench = Bench::reactor(&init("(call $exit (i32.const 7))"));
        assert_eq!(bench.init(), InitOutcome::Failed(Failure::Exited(7)));
        let mut bench = Bench::reactor(&init("(call $exit (i32.const 0))"));
        assert_eq!(bench.init(), InitOutcome::Failed(Failure::Exited(0)));
        assert_eq!(bench.log(), "");
    }

    /// The duration of init is the host's time, and it is part of an invocation that inits.
    init_takes_the_time_it_takes {
        let text = init("(call $sleep (i64.const 5000000))");
        let mut bench = Bench::reactor(&text);
        assert_eq!(bench.init_span(), Span::from_nanos(5_001_000));
        assert_eq!(bench.invoke("").duration, Span::from_nanos(1_000));
        assert_eq!(bench.invoke_again("").duration, Span::from_nanos(5_001_000));
        assert_eq!(bench.slept(), [Span::from_millis(5); 2]);
    }

    /// More memory from the start than the function has: nothing is instantiated.
    initial_memory_over_the_limit_fails_init {
        let mut settings = settings(HandlerKind::Reactor);
        settings.initial_memory = ByteCount::new(129 * 1_048_576);
        let mut bench = Bench::start(&settings, &init("unreachable"));
        assert_eq!(bench.init(), InitOutcome::Failed(OUT_OF_MEMORY));
        let line = "out of memory: the module needs 129.0 MB from the start and the function has 128 MB\n";
        assert_eq!(bench.log(), line);
        let invoked = bench.invoke_again("");
        invoked.fails(OUT_OF_MEMORY);
        assert_eq!(invoked.max_memory, MemoryMb::new(128).bytes());
    }

    /// A command's init runs no code, and each invocation gets a new process.
    command_is_fresh_each_time {
        let text = r#"(module
            (import "wasi_snapshot_preview1" "fd_write"
                (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\08\00\00\00\01\00\00\00")
            (data (i32.const 8) "0")
            (func (export "_start")
                (i32.store8 (i32.const 8) (i32.add (i32.load8_u (i32.const 8)) (i32.const 1)))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))"#;
        let mut bench = Bench::command(text);
        assert_eq!(bench.init(), InitOutcome::Succeeded);
        bench.invoke("").responds("1");
        bench.invoke("").responds("1");
        bench.invoke_again("").responds("1");
    }

    /// Many fresh instances in a row, as a busy environment of a command sees them.
    command_a_thousand_times {
        let text = r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 16)
            (func (export "_start") (call $exit (i32.const 0))))"#;
        let mut bench = Bench::command(text);
        for _ in 0..1_000 {
            bench.invoke("").responds("");
        }
    }

    log_of_an_invocation_has_its_request {
        let text = r#"(module
            (import "coldstart" "log" (func $log (param i32 i32)))
            (memory (export "memory") 1)
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32 i32) (result i64)
                (call $log (local.get 0) (local.get 1))
                (i64.const 0)))"#;
        let mut bench = Bench::ready(text);
        bench.invoke("a");
        bench.invoke("b");
        assert_eq!(bench.log(), "ab");
        assert_eq!(bench.log_requests(), [Some(RequestId(1)), Some(RequestId(2))]);
    }
}
