//! Arguments, variables, stdin, stdout, stderr, exit codes.

use crate::cases;
use crate::harness::{Bench, Expect, SEGMENTATION_FAULT, settings};
use crate::program::{PREVIEW1, program};
use runtime_core::timeline::{Failure, HandlerKind, MAX_RESPONSE_BYTES, Outcome, Signal};
use runtime_core::units::ByteCount;

/// What a program with this body says.
#[track_caller]
fn says(body: &str, event: &str, said: &str) {
    Bench::command(&program(body)).invoke(event).responds(said);
}

/// Echoes stdin to stdout through a buffer of 64 bytes.
const CAT: &str = r#"
    (block $end (loop $next
        (call $slice (i32.const 0) (i32.const 32768) (i32.const 64))
        (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
        (br_if $end (i32.eqz (i32.load (i32.const 4))))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $next)))"#;

cases! {
    stdin_to_stdout {
        let mut bench = Bench::command(&program(CAT));
        let long = "a long event ".repeat(1_000);
        for event in ["", "{}", r#"{"key":"value"}"#, &long] {
            bench.invoke(event).responds(event);
        }
    }

    /// Bytes go into several slices and come from several.
    scattered_reads_and_gathered_writes {
        says(
            r#"(call $slice (i32.const 0) (i32.const 32768) (i32.const 2))
            (call $slice (i32.const 8) (i32.const 40000) (i32.const 0))
            (call $slice (i32.const 16) (i32.const 50000) (i32.const 9))
            (call $say (call $fd_read (i32.const 0) (i32.const 0) (i32.const 3) (i32.const 100)))
            (call $say (i32.load (i32.const 100)))
            (call $raw (i32.const 32768) (i32.const 2))
            (call $raw (i32.const 50000) (i32.const 3))
            (call $say (call $fd_write (i32.const 2) (i32.const 0) (i32.const 3) (i32.const 100)))
            (call $say (i32.load (i32.const 100)))"#,
            "12345",
            "0 5 12 345 0 11 ",
        );
    }

    read_after_the_end_of_stdin {
        says("(call $read (i32.const 0) (i32.const 9)) (call $read (i32.const 0) (i32.const 9))",
            "x", "0 x 0  ");
    }

    stdin_cannot_be_written_nor_stdout_read {
        says(
            r#"(call $write (i32.const 0) (str "x"))
            (call $read (i32.const 1) (i32.const 1))
            (call $read (i32.const 2) (i32.const 1))"#,
            "x",
            "76 76  76  ",
        );
    }

    streams_have_no_position {
        says(
            r#"(call $say (call $fd_seek (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 8)))
            (call $say (call $fd_tell (i32.const 1) (i32.const 8)))
            (call $slice (i32.const 0) (i32.const 32768) (i32.const 1))
            (call $say (call $fd_pread (i32.const 0) (i32.const 0) (i32.const 1) (i64.const 0)
                (i32.const 8)))
            (call $say (call $fd_pwrite (i32.const 1) (i32.const 0) (i32.const 1) (i64.const 0)
                (i32.const 8)))"#,
            "",
            "70 70 70 70 ",
        );
    }

    /// Not a terminal: no file type, no seeking; read or write as fits.
    streams_look_like_pipes {
        says(
            r#"(call $say (call $fd_fdstat_get (i32.const 0) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 64)))
            (call $say64 (i64.and (i64.load (i32.const 72)) (i64.const 0x66)))
            (call $say (call $fd_fdstat_get (i32.const 1) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 64)))
            (call $say64 (i64.and (i64.load (i32.const 72)) (i64.const 0x66)))
            (call $say (call $fd_filestat_get (i32.const 1) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 80)))
            (call $say (call $fd_fdstat_set_flags (i32.const 1) (i32.const 4)))
            (call $say (call $fd_fdstat_set_flags (i32.const 1) (i32.const 32)))
            (call $say (call $fd_sync (i32.const 1)))"#,
            "",
            "0 0 2 0 0 64 0 0 0 28 28 ",
        );
    }

    /// stderr is the log, and each write is there at once.
    stderr_is_the_log {
        let text = program(r#"(call $write (i32.const 2) (str "one\0a")) (call $write (i32.const 2) (str "two")) unreachable"#);
        let mut bench = Bench::command(&text);
        bench.invoke("").fails(crate::harness::ABORTED);
        assert_eq!(bench.log(), "one\ntwowasm trap: unreachable\n");
    }

    /// What a reactor prints goes to its log; it has no stdin.
    stdout_of_a_reactor_is_the_log {
        let text = r#"(module
            (import "wasi_snapshot_preview1" "fd_write"
                (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read"
                (func $read (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\10\00\00\00\05\00\00\00")
            (data (i32.const 16) "hello")
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32 i32) (result i64)
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
                (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
                (i32.store8 (i32.const 0) (i32.add (i32.const 48) (i32.load (i32.const 8))))
                (i64.const 1)))"#;
        let mut bench = Bench::ready(text);
        bench.invoke("event").responds("0");
        assert_eq!(bench.log(), "hello");
    }

    closed_streams_are_closed {
        says(
            r#"(call $say (call $fd_close (i32.const 2)))
            (call $say (call $fd_close (i32.const 2)))
            (call $write (i32.const 2) (str "x"))
            (call $say (call $fd_close (i32.const 99)))
            (call $say (call $fd_fdstat_get (i32.const -1) (i32.const 64)))"#,
            "",
            "0 8 8 8 8 ",
        );
    }

    exit_codes {
        let exit = |code: &str| Bench::command(&program(&format!(
            r#"(call $write (i32.const 1) (str "out")) (call $proc_exit (i32.const {code}))
            (call $write (i32.const 1) (str "never"))"#
        ))).invoke("");
        exit("0").responds("out");
        exit("1").fails(Failure::Exited(1));
        exit("127").fails(Failure::Exited(127));
        exit("-1").fails(Failure::Exited(u32::MAX));
    }

    /// What was meant to be the response is logged where there is none.
    output_of_a_failed_command_is_logged {
        let log = |end: &str| {
            let text = program(&format!(
                r#"(call $write (i32.const 1) (str "out\0a")) (call $write (i32.const 2) (str "err\0a"))
                {end}"#
            ));
            let mut bench = Bench::command(&text);
            bench.invoke("");
            bench.log()
        };
        assert_eq!(log("(call $proc_exit (i32.const 0))"), "err\n");
        assert_eq!(log("(call $proc_exit (i32.const 1))"), "err\nout\n");
        assert_eq!(log("(drop (call $proc_raise (i32.const 6)))"), "err\nout\n");
        assert_eq!(log("unreachable"), "err\nout\nwasm trap: unreachable\n");
    }

    /// A start function may end a command too.
    exit_in_a_start_function {
        let text = r#"(module
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (func $start (call $exit (i32.const 5)))
            (start $start)
            (func (export "_start") unreachable))"#;
        Bench::command(text).invoke("").fails(Failure::Exited(5));
    }

    arguments {
        says(
            r#"(call $say (call $args_sizes_get (i32.const 0) (i32.const 4)))
            (call $say (i32.load (i32.const 0)))
            (call $say (i32.load (i32.const 4)))
            (call $say (call $args_get (i32.const 8) (i32.const 100)))
            (call $say (i32.load (i32.const 8)))
            (call $raw (i32.load (i32.const 8)) (i32.const 9))
            (call $say (i32.load8_u (i32.const 109)))"#,
            "",
            "0 1 10 0 100 bootstrap 0 ",
        );
    }

    variables {
        let text = program(
            r#"(call $say (call $environ_sizes_get (i32.const 0) (i32.const 4)))
            (call $say (i32.load (i32.const 0)))
            (call $say (i32.load (i32.const 4)))
            (call $say (call $environ_get (i32.const 8) (i32.const 100)))
            (call $raw (i32.load (i32.const 8)) (i32.const 5))
            (call $raw (i32.load (i32.const 12)) (i32.const 15))"#,
        );
        Bench::command(&text).invoke("").responds("0 0 0 0 \0\0\0\0\0 \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0 ");
        let mut settings = settings(HandlerKind::Command);
        settings.variables.insert("A".into(), "b=c".into());
        settings.variables.insert("AWS_REGION".into(), "here".into());
        Bench::start(&settings, &text).invoke("").responds("0 2 22 0 A=b=c AWS_REGION=here ");
    }

    pointers_beyond_the_memory_are_faults {
        says(
            r#"(call $say (call $args_sizes_get (i32.const 131072) (i32.const 4)))
            (call $say (call $args_get (i32.const 131070) (i32.const 4)))
            (call $say (call $environ_sizes_get (i32.const 0) (i32.const -2)))
            (call $say (call $fd_write (i32.const 1) (i32.const 131070) (i32.const 1) (i32.const 8)))
            (call $slice (i32.const 0) (i32.const 131000) (i32.const 100))
            (call $say (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $say (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $say (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $slice (i32.const 0) (i32.const -1) (i32.const -1))
            (call $say (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $say (call $fd_write (i32.const 1) (i32.const -8) (i32.const 2) (i32.const 8)))
            (call $say (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1025) (i32.const 8)))
            (call $say (call $fd_fdstat_get (i32.const 3) (i32.const 131068)))"#,
            "event",
            "21 21 21 21 21 21 21 21 21 28 21 ",
        );
    }

    /// One byte too many is not a response, however it came together; the rest is not kept.
    stdout_over_the_response_limit {
        let text = program(
            r#"(local.set $a (i32.const 192))
            (loop $next
                (call $slice (i32.const 0) (i32.const 0) (i32.const 32768))
                (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
                (br_if $next (local.tee $a (i32.sub (local.get $a) (i32.const 1)))))
            (call $slice (i32.const 0) (i32.const 1024) (i32.const 100))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $read (i32.const 0) (i32.const 1))
            (global.set $said (i32.sub (i32.load (i32.const 8)) (i32.const 0)))"#,
        );
        let mut bench = Bench::command(&text);
        let invoked = bench.invoke("");
        assert_eq!(invoked.outcome, Outcome::Succeeded);
        assert_eq!(invoked.response.map(|r| r.len() as u64), Some(MAX_RESPONSE_BYTES));
        let size = ByteCount::new(MAX_RESPONSE_BYTES + 1);
        bench.invoke("x").fails(Failure::ResponseTooLarge(size));
    }

    /// All of preview1 exists.
    every_function_links {
        assert_eq!(PREVIEW1.len(), 46);
        says("(call $say (call $sched_yield))", "", "0 ");
    }

    /// There is no network, so that whatever a descriptor is, it is no socket.
    sockets {
        says(
            r#"(call $say (call $sock_accept (i32.const 3) (i32.const 0) (i32.const 0)))
            (call $say (call $sock_recv (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0)))
            (call $say (call $sock_send (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)
                (i32.const 0)))
            (call $say (call $sock_shutdown (i32.const 1) (i32.const 0)))
            (call $say (call $sock_shutdown (i32.const 9) (i32.const 0)))
            (call $say (call $sock_accept (i32.const 9) (i32.const 0) (i32.const 0)))"#,
            "",
            "57 57 57 57 8 8 ",
        );
    }

    /// A signal ends the process, or is nothing, or does not exist.
    signals {
        says(
            r#"(call $say (call $proc_raise (i32.const 0)))
            (call $say (call $proc_raise (i32.const 16)))
            (call $say (call $proc_raise (i32.const 14)))
            (call $say (call $proc_raise (i32.const 31)))"#,
            "",
            "0 0 58 28 ",
        );
        let raise = |signal: u32| {
            let text = program(&format!("(drop (call $proc_raise (i32.const {signal}))) unreachable"));
            let mut bench = Bench::command(&text);
            let invoked = bench.invoke("");
            assert_eq!(bench.log(), "");
            invoked
        };
        raise(6).fails(Failure::Killed(Signal::Aborted));
        raise(8).fails(Failure::Killed(Signal::FloatingPointException));
        raise(9).fails(Failure::Killed(Signal::Killed));
        raise(11).fails(SEGMENTATION_FAULT);
    }

    /// While a start function runs, WASI has no memory to answer in.
    wasi_in_a_start_function {
        let text = r#"(module
            (import "wasi_snapshot_preview1" "random_get"
                (func $random (param i32 i32) (result i32)))
            (memory (export "memory") 1)
            (global $errno (mut i32) (i32.const 0))
            (func $start (global.set $errno (call $random (i32.const 0) (i32.const 1))))
            (start $start)
            (func (export "allocate") (param i32) (result i32) (i32.const 1024))
            (func (export "handle") (param i32 i32) (result i64)
                (i32.store8 (i32.const 0) (global.get $errno))
                (i64.const 1)))"#;
        Bench::ready(text).invoke("").responds([21]);
    }

    /// A program may be caught out after it has exited: nothing it does then counts.
    command_that_breaks_its_memory {
        let text = program("(i32.store (i32.const 131070) (i32.const 1))");
        let mut bench = Bench::command(&text);
        bench.invoke("").fails(SEGMENTATION_FAULT);
        assert_eq!(bench.log(), "wasm trap: out of bounds memory access\n");
    }
}
