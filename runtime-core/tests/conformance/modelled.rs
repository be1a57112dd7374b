//! Time that comes from work: the same numbers natively and in every browser.

use crate::cases;
use crate::harness::{Bench, START_UNIX_NANOS};
use crate::program::at_root;
use crate::runtime_api::answering;
use runtime_core::sandbox::Done;
use runtime_core::timeline::{Failure, HandlerKind, InitOutcome, Outcome};
use runtime_core::units::Span;

/// Memory that comes with a whole vCPU, and a tenth of it.
const WHOLE: u32 = 1_769;
const TENTH: u32 = 177;

const LIMIT: Span = Span::from_secs(3);
const TIMED_OUT: Outcome = Outcome::Failed(Failure::TimedOut);

/// A reactor that does something in its INIT phase and something in its handler. `$work` runs a loop
/// of so many rounds, of 3 units of fuel each, which are 1.5 ns of a vCPU.
fn reactor(init: &str, handle: &str) -> String {
    format!(
        r#"(module
        (import "coldstart" "log" (func $log (param i32 i32)))
        (import "coldstart" "now" (func $now (result i64)))
        (import "coldstart" "sleep" (func $sleep (param i64)))
        (import "coldstart" "random" (func $random (param i32 i32)))
        (memory (export "memory") 1)
        (func $work (param $rounds i32)
            (loop $on (br_if $on
                (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1))))))
        (func (export "_initialize") {init})
        (func (export "allocate") (param i32) (result i32) (i32.const 1024))
        (func (export "handle") (param $ptr i32) (param $len i32) (result i64)
            {handle}
            (i64.const 8)))"#
    )
}

fn bench(memory: u32, init: &str, handle: &str) -> Bench {
    Bench::modelled(HandlerKind::Reactor, memory, &reactor(init, handle))
}

fn duration(memory: u32, handle: &str) -> Span {
    let mut bench = bench(memory, "", handle);
    assert_eq!(bench.init(), InitOutcome::Succeeded);
    let invoked = bench.invoke("{}");
    assert_eq!(invoked.outcome, Outcome::Succeeded);
    assert_eq!(bench.invoke("{}").duration, invoked.duration);
    invoked.duration
}

cases! {
    /// 40 million rounds.
    work_is_time {
        let whole = duration(WHOLE, "(call $work (i32.const 40000000))");
        assert_eq!(whole.as_nanos() / 1_000, 60_000, "{whole:?}");
        // More memory is no more speed for one thread.
        assert_eq!(duration(2 * WHOLE, "(call $work (i32.const 40000000))"), whole);
    }

    /// 60 ms of work at 2.001 ms in each period of 20 ms: 29 whole periods and what is left.
    a_share_is_throttled {
        let tenth = duration(TENTH, "(call $work (i32.const 40000000))");
        assert_eq!(tenth.as_nanos() / 1_000_000, 581, "{tenth:?}");
        // What fits into one period is not slowed down.
        let little = "(call $work (i32.const 1000000))";
        assert_eq!(duration(TENTH, little), duration(WHOLE, little));
    }

    sleeping_takes_the_time_asked_for_and_no_real_time {
        let mut bench = bench(128, "", "(call $sleep (i64.const 2500000000)) (call $log (i32.const 0) (i32.const 1))");
        bench.init();
        let invoked = bench.invoke("{}");
        assert_eq!(invoked.duration.as_nanos() / 1_000_000, 2_500);
        assert!(bench.slept().is_empty());
        let written = bench.log_times();
        assert_eq!(written.len(), 1);
        let written = written[0].expect("a log line of modelled time has its time");
        assert!(written >= Span::from_millis(2_500) && written <= invoked.duration);
    }

    /// A process sees the clock that it is billed by.
    clocks_go_with_the_work {
        let handle = "(i64.store (i32.const 0) (call $now)) (call $sleep (i64.const 1000000000))
            (call $work (i32.const 4000000))
            (i64.store (i32.const 0) (i64.sub (call $now) (i64.load (i32.const 0))))";
        let mut bench = bench(WHOLE, "", handle);
        bench.init();
        let invoked = bench.invoke("{}");
        let bytes = invoked.response.expect("eight bytes");
        let elapsed = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        assert_eq!(elapsed / 1_000, 1_006_000);
        let mut bench = self::bench(WHOLE, "", "(i64.store (i32.const 0) (call $now))");
        bench.init();
        let bytes = bench.invoke("{}").response.expect("eight bytes");
        let now = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        let begun = now - START_UNIX_NANOS - 1_000_000_000;
        assert!((1..1_000).contains(&begun), "{begun} ns after the beginning");
    }

    random_numbers_are_the_same_everywhere {
        let mut bench = bench(128, "", "(call $random (i32.const 0) (i32.const 8))");
        bench.init();
        let first = bench.invoke("{}").response.expect("eight bytes");
        assert_eq!(first, [155, 194, 3, 111, 127, 208, 197, 207]);
        assert_ne!(bench.invoke("{}").response.expect("eight bytes"), first);
    }

    /// As long as it may take, to the nanosecond, whatever the share; and the next one works.
    a_loop_without_end_times_out {
        for memory in [128, WHOLE] {
            let mut bench = bench(memory, "", "(if (i32.eq (local.get $len) (i32.const 4)) (then (loop $on (br $on))))");
            bench.init();
            let invoked = bench.invoke("loop");
            assert_eq!((invoked.outcome, invoked.duration), (TIMED_OUT, LIMIT));
            assert_eq!(invoked.response, None);
            assert_eq!(bench.invoke_again("{}").outcome, Outcome::Succeeded);
        }
    }

    a_sleep_beyond_the_limit_times_out {
        let log = "(call $log (i32.const 0) (i32.const 1))";
        let mut bench = bench(128, "", &format!("(call $sleep (i64.const 99000000000)) {log}"));
        bench.init();
        let invoked = bench.invoke("{}");
        assert_eq!((invoked.outcome, invoked.duration), (TIMED_OUT, LIMIT));
        assert_eq!(bench.log(), "");
    }

    /// A program that waits by looking at the clock gets on, since looking takes time.
    waiting_busily_ends {
        let handle = "(local $end i64)
            (local.set $end (i64.add (call $now) (i64.const 50000000)))
            (loop $on (br_if $on (i64.lt_u (call $now) (local.get $end))))";
        let took = duration(WHOLE, handle);
        assert_eq!(took.as_nanos() / 1_000_000, 50);
    }

    init_has_a_whole_vcpu {
        let mut bench = bench(128, "(call $work (i32.const 40000000))", "");
        let took = bench.init_span();
        assert_eq!(took.as_nanos() / 1_000, 60_000);
        // Within an invocation it has what the function has.
        assert!(bench.invoke_again("{}").duration > Span::from_millis(800));
    }

    an_init_phase_without_end_times_out {
        let mut bench = bench(128, "(loop $on (br $on))", "");
        assert_eq!(bench.init(), InitOutcome::TimedOut);
        assert_eq!(bench.init_span(), LIMIT);
        let again = bench.invoke_again("{}");
        assert_eq!((again.outcome, again.duration), (TIMED_OUT, LIMIT));
    }

    /// Each event of a looping program is a phase of its own.
    a_looping_program_is_timed_event_by_event {
        let mut bench = Bench::modelled(HandlerKind::Loop, WHOLE, &answering(
            "(if (i32.eq (i32.load8_u (i32.sub (i32.add (i32.const 32768) (local.get $b)) (i32.const 1))) (i32.const 57))
                (then (loop $on (br $on))))",
        ));
        bench.will_get(&["1", "2", "9"]);
        let done = bench.init_and_loop();
        let took: Vec<_> = done.iter().map(|done| match done {
            Done::Init { duration, .. } => *duration,
            Done::Invocation { invoked, .. } => invoked.duration,
        }).collect();
        assert_eq!(took.len(), 4);
        assert_eq!(took[1], took[2]);
        assert!(took[1] > Span::ZERO && took[1] < Span::from_millis(1), "{took:?}");
        assert_eq!(took[3], LIMIT);
        match &done[3] {
            Done::Invocation { invoked, .. } => assert_eq!(invoked.outcome, TIMED_OUT),
            other => panic!("{other:?}"),
        }
    }

    /// WASI's clocks are the same one; CPU time is without what was slept.
    wasi_clocks {
        let text = at_root(r#"
            (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 0)))
            (i64.store (i32.const 32) (i64.const 0)) (i32.store (i32.const 48) (i32.const 1))
            (i64.store (i32.const 56) (i64.const 1500000000))
            (drop (call $poll_oneoff (i32.const 32) (i32.const 96) (i32.const 1) (i32.const 128)))
            (drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 8)))
            (drop (call $clock_time_get (i32.const 2) (i64.const 0) (i32.const 16)))
            (i64.store (i32.const 0) (i64.sub (i64.load (i32.const 8)) (i64.load (i32.const 0))))
            (call $slice (i32.const 200) (i32.const 0) (i32.const 24))
            (drop (call $fd_write (i32.const 1) (i32.const 200) (i32.const 1) (i32.const 208)))"#);
        let mut bench = Bench::modelled(HandlerKind::Command, WHOLE, &text);
        bench.init();
        let bytes = bench.invoke("{}").response.expect("three numbers");
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("a number"));
        assert_eq!(word(0) / 100_000, 15_000);
        assert!(word(8) > 1_000_000_000 + 1_500_000_000, "{}", word(8));
        assert!((1..1_000_000).contains(&word(16)), "{}", word(16));
        assert!(bench.slept().is_empty());
    }
}
