//! The Runtime API as files: `handlers/RUNTIME_API.md`, sentence by sentence.

use crate::cases;
use crate::harness::{Bench, Expect, settings};
use crate::program::at_root;
use runtime_core::sandbox::{Done, Invoked, MAX_LOG_BYTES};
use runtime_core::timeline::{Failure, HandlerKind, InitOutcome, MAX_RESPONSE_BYTES, Outcome};
use runtime_core::units::{ByteCount, RequestId};

/// Opens `next` as `$a`, reads it to `$b` bytes at 32,768, and closes it.
const NEXT: &str = r#"
    (local.set $a (call $open (i32.const 3) (str "run/lambda/next") (i32.const 0) (i64.const 2)))
    (call $slice (i32.const 0) (i32.const 32768) (i32.const 30000))
    (drop (call $fd_read (local.get $a) (i32.const 0) (i32.const 1) (i32.const 8)))
    (local.set $b (i32.load (i32.const 8)))
    (drop (call $fd_close (local.get $a)))
"#;

/// Opens one of the other files, writes the bytes, and closes it.
pub(crate) fn post(file: &str, bytes: &str) -> String {
    format!(
        r#"(local.set $a (call $open (i32.const 3) (str "run/lambda/{file}") (i32.const 0) (i64.const 64)))
        (call $slice (i32.const 0) {bytes})
        (drop (call $fd_write (local.get $a) (i32.const 0) (i32.const 1) (i32.const 8)))
        (drop (call $fd_close (local.get $a)))"#
    )
}

/// A program that answers for ever with what the body leaves at 512, one byte.
pub(crate) fn answering(body: &str) -> String {
    at_root(&answers(body))
}

/// The same as a program's body.
pub(crate) fn answers(body: &str) -> String {
    let answer = post("response", "(i32.const 512) (i32.const 1)");
    format!("(loop $again {NEXT} {body} {answer} (br $again))")
}

/// Counts at 512 in digits.
const COUNT: &str = "(i32.store8 (i32.const 512) (i32.add (i32.load8_u (i32.const 512))
    (select (i32.const 1) (i32.const 49) (i32.load8_u (i32.const 512)))))";

fn init_of(done: &[Done]) -> InitOutcome {
    match done.first() {
        Some(Done::Init { outcome, .. }) => *outcome,
        other => panic!("init comes first, not {other:?}"),
    }
}

/// The invocations' ends, whose requests count up.
fn invoked(done: &[Done], first: u64) -> Vec<Invoked> {
    let ends = done.iter().filter_map(|done| match done {
        Done::Invocation { request, invoked } => Some((*request, invoked.clone())),
        Done::Init { .. } => None,
    });
    let numbered = (first..).zip(ends);
    let checked = numbered.map(|(number, (request, invoked))| {
        assert_eq!(request, RequestId(number));
        invoked
    });
    checked.collect()
}

cases! {
    /// 64 MiB in pieces of 64 KiB: the first MiB is kept, one line says so, and the next invocation
    /// has a log of its own.
    a_flood_of_the_log_is_cut_off {
        let flood = r#"(memory.fill (i32.const 65536) (i32.const 46) (i32.const 65536))
            (i32.store8 (i32.const 131071) (i32.const 10))
            (if (i32.eq (i32.load8_u (i32.const 512)) (i32.const 49)) (then
                (local.set $a (i32.const 1024))
                (loop $more
                    (call $slice (i32.const 0) (i32.const 65536) (i32.const 65536))
                    (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
                    (br_if $more (local.tee $a (i32.sub (local.get $a) (i32.const 1)))))))
            (call $slice (i32.const 0) (i32.const 512) (i32.const 1))
            (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))"#;
        let mut bench = Bench::looping(&answering(&format!("{COUNT}{flood}")), &["{}", "{}"]);
        let done = bench.init_and_loop();
        invoked(&done, 1)[1].responds("2");
        let log = bench.log();
        let (first, second) = log.split_at(log.len() - 1);
        assert_eq!(second, "2");
        let line = "log truncated: one invocation's log has at most 1024 KiB here, and the rest was dropped\n";
        let kept = first.strip_suffix(line).expect("the last line says so");
        let most = MAX_LOG_BYTES as usize;
        assert!(kept.len() <= most + 1 && kept.len() > most - 65_536, "{} bytes", kept.len());
    }

    /// Globals survive; the first read of `next` ends INIT.
    a_loop_keeps_its_memory {
        let mut bench = Bench::looping(&answering(COUNT), &["{}", "{}", "{}"]);
        let done = bench.init_and_loop();
        assert_eq!(done.len(), 4);
        assert_eq!(init_of(&done), InitOutcome::Succeeded);
        let all = invoked(&done, 1);
        for (invoked, answer) in all.iter().zip(["1", "2", "3"]) {
            invoked.responds(answer);
            assert_eq!(invoked.max_memory, ByteCount::new(2 * 65_536));
        }
    }

    next_has_headers_and_the_event {
        let echo = post("response", "(i32.const 32768) (local.get $b)");
        let text = at_root(&format!("(loop $again {NEXT} {echo} (br $again))"));
        let mut bench = Bench::looping(&text, &[r#"{"name":"Ada"}"#]);
        let done = bench.init_and_loop();
        invoked(&done, 1)[0].responds(concat!(
            "Lambda-Runtime-Aws-Request-Id: request-1\n",
            "Lambda-Runtime-Deadline-Ms: 1700000003000\n",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:f\n",
            "Lambda-Runtime-Trace-Id: Root=1-65540000-000000000000000000000000\n",
            "Content-Type: application/json\n",
            "Content-Length: 14\n\n",
            r#"{"name":"Ada"}"#,
        ));
    }

    /// One opening gives one event, then its end; going back to the start asks for the next.
    an_opening_is_one_event {
        let respond = post("response", "(i32.const 512) (i32.const 1)");
        let text = at_root(&format!(
            r#"(local.set $c (call $open (i32.const 3) (str "run/lambda/next") (i32.const 0) (i64.const 6)))
            (loop $again
                (call $slice (i32.const 0) (i32.const 32768) (i32.const 30000))
                (drop (call $fd_read (local.get $c) (i32.const 0) (i32.const 1) (i32.const 8)))
                (drop (call $fd_read (local.get $c) (i32.const 0) (i32.const 1) (i32.const 8)))
                (if (i32.load (i32.const 8)) (then (unreachable)))
                {COUNT}
                {respond}
                (if (call $fd_seek (local.get $c) (i64.const 0) (i32.const 0) (i32.const 24)) (then (unreachable)))
                (br $again))"#
        ));
        let mut bench = Bench::looping(&text, &["1", "2"]);
        let done = bench.init_and_loop();
        let all = invoked(&done, 1);
        assert_eq!(all.len(), 2);
        all[1].responds("2");
    }

    /// What cannot be asked for now: an answer without an event, a second one, a second event.
    calls_out_of_turn_are_refused {
        let text = at_root(&format!(
            r#"(drop (call $open (i32.const 3) (str "run/lambda/response") (i32.const 0) (i64.const 64)))
            (drop (call $open (i32.const 3) (str "run/lambda/error") (i32.const 0) (i64.const 64)))
            {NEXT}
            (drop (call $open (i32.const 3) (str "run/lambda/init/error") (i32.const 0) (i64.const 64)))
            (local.set $a (call $open (i32.const 3) (str "run/lambda/next") (i32.const 0) (i64.const 2)))
            (call $say (call $fd_read (local.get $a) (i32.const 0) (i32.const 1) (i32.const 8)))
            {}
            (drop (call $open (i32.const 3) (str "run/lambda/response") (i32.const 0) (i64.const 64)))
            (drop (call $open (i32.const 3) (str "run/lambda/next") (i32.const 0) (i64.const 64)))"#,
            post("response", r#"(str "ok")"#),
        ));
        let mut bench = Bench::looping(&text, &["{}"]);
        let done = bench.init_and_loop();
        invoked(&done, 1)[0].responds("ok");
        // EPERM, EPERM, opened, EPERM, opened, EBUSY, opened, EPERM, opened: rights that mean
        // nothing for a file are left out.
        assert_eq!(bench.log(), "63 63 0 63 0 10 0 63 0 ");
    }

    errors_are_handed_on_and_the_process_stays {
        let error = post("error", r#"(str "[7]")"#);
        let body = format!(r#"{COUNT} (if (i32.eq (i32.load8_u (i32.const 512)) (i32.const 49)) (then {error} (br $again)))"#);
        let mut bench = Bench::looping(&answering(&body), &["{}", "{}"]);
        let done = bench.init_and_loop();
        let all = invoked(&done, 1);
        assert_eq!(all[0].outcome, Outcome::Failed(Failure::HandlerError));
                assert_eq!(all[0].response.as_deref(), Some(b"[7]".as_slice()));
        all[1].responds("2");
    }

    a_runtime_that_cannot_get_ready_says_why {
        let text = at_root(&format!(
            "{} (call $proc_exit (i32.const 1))",
            post("init/error", r#"(str "{}")"#)
        ));
        let mut bench = Bench::looping(&text, &[]);
        assert_eq!(
            init_of(&bench.init_and_loop()),
            InitOutcome::Failed(Failure::InitError)
        );
        // Again inside of an invocation, whose caller gets the reason.
        let done = bench.invoke_and_loop(true, "{}");
        let all = invoked(&done, 1);
        assert_eq!(all[0].outcome, Outcome::Failed(Failure::InitError));
        assert_eq!(all[0].response.as_deref(), Some(b"{}".as_slice()));
    }

    ends_without_an_answer_are_failures {
        for (code, failure) in [(0, Failure::Exited(0)), (3, Failure::Exited(3))] {
            let text = at_root(&format!("{NEXT} (call $proc_exit (i32.const {code}))"));
            let mut bench = Bench::looping(&text, &["{}"]);
            invoked(&bench.init_and_loop(), 1)[0].fails(failure);
        }
        let text = at_root("(call $proc_exit (i32.const 2))");
        let mut bench = Bench::looping(&text, &[]);
        let done = bench.init_and_loop();
        assert_eq!(init_of(&done), InitOutcome::Failed(Failure::Exited(2)));
        let text = at_root("(nop)");
        let done = Bench::looping(&text, &[]).init_and_loop();
        assert_eq!(init_of(&done), InitOutcome::Failed(Failure::Exited(0)));
    }

    /// The answer counts, and a new process takes the next event in the same environment.
    an_end_after_the_answer_is_a_success {
        let text = at_root(&format!(
            "{NEXT} {COUNT} {} (call $proc_exit (i32.const 9))",
            post("response", "(i32.const 512) (i32.const 1)")
        ));
        let mut bench = Bench::looping(&text, &["{}"]);
        invoked(&bench.init_and_loop(), 1)[0].responds("1");
        invoked(&bench.invoke_and_loop(false, "{}"), 2)[0].responds("1");
    }

    /// The event that begins a process and those that come later.
    an_invocation_can_bring_init_along {
        let mut bench = Bench::looping(&answering(COUNT), &[]);
        let done = bench.invoke_and_loop(true, "{}");
        assert_eq!(done.len(), 1, "{done:?}");
        invoked(&done, 1)[0].responds("1");
    }

    /// Where nothing can wait, each event begins the program anew.
    without_waiting_every_start_is_cold {
        let mut bench = Bench::start(&settings(HandlerKind::Loop), &answering(COUNT));
        assert_eq!(init_of(&bench.init_and_loop()), InitOutcome::Succeeded);
        for number in 1..=3 {
            let done = bench.invoke_and_loop(false, "{}");
            invoked(&done, number)[0].responds("1");
        }
    }

    responses_have_their_limit {
        let most = MAX_RESPONSE_BYTES;
        for (size, fits) in [(most, true), (most + 1, false)] {
            let pages = size.div_ceil(65_536);
            let text = at_root(&format!(
                "(drop (memory.grow (i32.const {pages}))) (loop $again {NEXT} {} (br $again))",
                post("response", &format!("(i32.const 65536) (i32.const {size})")),
            ));
            let mut bench = Bench::looping(&text, &["{}"]);
            let done = bench.init_and_loop();
            let all = invoked(&done, 1);
            if fits {
                assert_eq!(all[0].response.as_ref().map(Vec::len), Some(size as usize));
            } else {
                all[0].fails(Failure::ResponseTooLarge(ByteCount::new(size)));
            }
        }
    }

    log_lines_know_their_request {
        let line = r#"(call $slice (i32.const 0) (str "x")) (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))"#;
        let mut bench = Bench::looping(&answering(line), &["{}", "{}"]);
        bench.init_and_loop();
        assert_eq!(bench.log_requests(), [Some(RequestId(1)), Some(RequestId(2))]);
    }
}
