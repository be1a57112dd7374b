//! Clocks, randomness, polling.

use crate::cases;
use crate::harness::{Bench, Expect, START_UNIX_NANOS};
use crate::program::program;
use runtime_core::units::Span;

#[track_caller]
fn says(body: &str, event: &str, said: &str) -> Bench {
    let mut bench = Bench::command(&program(body));
    bench.invoke(event).responds(said);
    bench
}

/// Stores a subscription to a clock at an address.
fn clock(at: u32, user_data: u32, clock: u32, timeout: &str, flags: u32) -> String {
    format!(
        r#"(i64.store (i32.const {at}) (i64.const {user_data}))
        (i32.store8 offset=8 (i32.const {at}) (i32.const 0))
        (i32.store offset=16 (i32.const {at}) (i32.const {clock}))
        (i64.store offset=24 (i32.const {at}) (i64.const {timeout}))
        (i32.store16 offset=40 (i32.const {at}) (i32.const {flags}))"#
    )
}

/// Stores a subscription to a descriptor at an address; kind 1 reads, 2 writes.
fn descriptor(at: u32, user_data: u32, kind: u32, fd: u32) -> String {
    format!(
        r#"(i64.store (i32.const {at}) (i64.const {user_data}))
        (i32.store8 offset=8 (i32.const {at}) (i32.const {kind}))
        (i32.store offset=16 (i32.const {at}) (i32.const {fd}))"#
    )
}

/// Polls subscriptions from 100 on; says the error number and how many events there are, and of
/// each event: user data, error number, kind, bytes, flags.
fn poll(count: u32) -> String {
    format!(
        r#"(call $say (call $poll_oneoff (i32.const 100) (i32.const 32768) (i32.const {count})
            (i32.const 8)))
        (call $say (local.tee $a (i32.load (i32.const 8))))
        (local.set $b (i32.const 32768))
        (block $end (loop $next
            (br_if $end (i32.eqz (local.get $a)))
            (call $say64 (i64.load (local.get $b)))
            (call $say (i32.load16_u offset=8 (local.get $b)))
            (call $say (i32.load8_u offset=10 (local.get $b)))
            (call $say64 (i64.load offset=16 (local.get $b)))
            (call $say (i32.load16_u offset=24 (local.get $b)))
            (local.set $b (i32.add (local.get $b) (i32.const 32)))
            (local.set $a (i32.sub (local.get $a) (i32.const 1)))
            (br $next)))"#
    )
}

cases! {
    realtime_is_unix_time {
        let text = program(
            "(call $say (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 8)))
            (call $say64 (i64.load (i32.const 8)))",
        );
        let response = Bench::command(&text).invoke("").response.unwrap();
        let said = String::from_utf8(response).unwrap();
        let nanos: u64 = said.strip_prefix("0 ").unwrap().trim().parse().unwrap();
        assert!((START_UNIX_NANOS..START_UNIX_NANOS + 1_000_000).contains(&nanos), "{nanos}");
    }

    /// The host's clock moves by a microsecond at each look.
    monotonic_time_goes_on {
        says(
            "(call $say (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 8)))
            (call $say (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 16)))
            (call $say64 (i64.sub (i64.load (i32.const 16)) (i64.load (i32.const 8))))
            (call $say (call $clock_time_get (i32.const 2) (i64.const 1) (i32.const 8)))
            (call $say (call $clock_time_get (i32.const 3) (i64.const 1) (i32.const 8)))",
            "",
            "0 0 1000 0 0 ",
        );
    }

    clock_errors {
        says(
            "(call $say (call $clock_time_get (i32.const 4) (i64.const 1) (i32.const 8)))
            (call $say (call $clock_res_get (i32.const 4) (i32.const 8)))
            (call $say (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 131065)))
            (call $say (call $clock_res_get (i32.const 0) (i32.const -1)))",
            "",
            "28 28 21 21 ",
        );
    }

    clock_resolution {
        says(
            "(call $say (call $clock_res_get (i32.const 1) (i32.const 8)))
            (call $say64 (i64.load (i32.const 8)))",
            "",
            "0 100000 ",
        );
    }

    random_bytes {
        says(
            "(call $say (call $random_get (i32.const 8) (i32.const 3)))
            (call $say (i32.load (i32.const 8)))
            (call $say (call $random_get (i32.const 8) (i32.const 0)))
            (call $say (call $random_get (i32.const 131070) (i32.const 3)))
            (call $say (call $random_get (i32.const -1) (i32.const -1)))",
            "",
            // 1, 2, 3 in little endian.
            "0 197121 0 21 21 ",
        );
    }

    /// Longer than the pieces in which we ask the host for them.
    many_random_bytes {
        says(
            "(drop (memory.grow (i32.const 4)))
            (call $say (call $random_get (i32.const 131072) (i32.const 262144)))
            (call $say (i32.load8_u (i32.const 131072)))
            (call $say (i32.load8_u (i32.const 393215)))",
            "",
            "0 1 0 ",
        );
    }

    sleep_for_a_span {
        let bench = says(&(clock(100, 7, 1, "2000000", 0) + &poll(1)), "", "0 1 7 0 0 0 0 ");
        assert_eq!(bench.slept(), [Span::from_millis(2)]);
    }

    /// The earliest clock wins; the others are not reported.
    the_shortest_of_several {
        let body = clock(100, 1, 1, "5000000", 0)
            + &clock(148, 2, 0, "3000000", 0)
            + &clock(196, 3, 1, "3000000", 0)
            + &poll(3);
        let bench = says(&body, "", "0 2 2 0 0 0 0 3 0 0 0 0 ");
        assert_eq!(bench.slept(), [Span::from_millis(3)]);
    }

    /// A point in the past is over at once; one in the future is waited for.
    sleep_until_a_moment {
        let bench = says(&(clock(100, 7, 1, "1", 1) + &poll(1)), "", "0 1 7 0 0 0 0 ");
        assert_eq!(bench.slept(), []);
        let bench = says(&(clock(100, 7, 1, "1000000000", 1) + &poll(1)), "", "0 1 7 0 0 0 0 ");
        // The invocation's begin and this poll each looked at the clock once.
        assert_eq!(bench.slept(), [Span::from_nanos(1_000_000_000 - 2_000)]);
    }

    /// Streams and files are always ready, so that clocks beside them are not waited for.
    descriptors_are_ready {
        let body = clock(100, 1, 1, "5000000", 0)
            + &descriptor(148, 2, 1, 0)
            + &descriptor(196, 3, 2, 1)
            + &poll(3);
        let bench = says(&body, "event", "0 2 2 0 1 5 0 3 0 2 0 0 ");
        assert_eq!(bench.slept(), []);
    }

    /// Nothing is left to read: ready, and hung up.
    stdin_at_its_end {
        says(&(descriptor(100, 2, 1, 0) + &poll(1)), "", "0 1 2 0 1 0 1 ");
    }

    files_are_ready {
        let open = r#"
            (local.set $c (call $open (i32.const 3) (str "f") (i32.const 1) (i64.const 0x8E001FF)))
            (call $write (local.get $c) (str "abc"))
            (drop (call $fd_seek (local.get $c) (i64.const 1) (i32.const 0) (i32.const 8)))"#;
        let body = open.to_owned() + &descriptor(100, 1, 1, 4) + &descriptor(148, 2, 2, 4) + &poll(2);
        says(&body, "", "0 0 0 2 1 0 1 2 0 2 0 2 0 0 ");
    }

    /// What cannot be waited for is reported with its error.
    polling_errors {
        let body = descriptor(100, 1, 1, 99)
            + &descriptor(148, 2, 1, 1)
            + &descriptor(196, 3, 2, 0)
            + &clock(244, 4, 9, "1", 0)
            + &descriptor(292, 5, 7, 0)
            + &poll(5);
        says(&body, "", "0 5 1 8 1 0 0 2 76 1 0 0 3 76 2 0 0 4 28 0 0 0 5 28 7 0 0 ");
        says(
            "(call $say (call $poll_oneoff (i32.const 100) (i32.const 32768) (i32.const 0)
                (i32.const 8)))
            (call $say (call $poll_oneoff (i32.const 131070) (i32.const 32768) (i32.const 1)
                (i32.const 8)))
            (call $say (call $poll_oneoff (i32.const 0) (i32.const 32768) (i32.const -1)
                (i32.const 8)))
            (call $say (call $poll_oneoff (i32.const 100) (i32.const -4) (i32.const 1)
                (i32.const 8)))",
            "",
            "28 21 21 21 ",
        );
    }
}
