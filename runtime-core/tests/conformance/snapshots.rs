//! SnapStart: what INIT leaves is captured, restored into other environments, or refused with a
//! reason.

use crate::cases;
use crate::harness::{Bench, Expect};
use crate::program::at_root;
use crate::runtime_api::{answering, answers, post};
use runtime_core::sandbox::{Beginning, Done, FileTree, GlobalValue, Snapshot};
use runtime_core::timeline::{Failure, HandlerKind, InitOutcome, Outcome, Uncapturable};
use runtime_core::units::Span;

/// A reactor with globals of each type and a memory that grows; its handler tells byte 16 and adds
/// one to it.
fn reactor(more: &str, init: &str) -> String {
    format!(
        r#"(module
        (import "coldstart" "log" (func $log (param i32 i32)))
        (import "coldstart" "now" (func $now (result i64)))
        (import "coldstart" "sleep" (func $sleep (param i64)))
        (import "coldstart" "random" (func $random (param i32 i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "data")
        (global $a (mut i32) (i32.const 1)) (global $b (mut i64) (i64.const 2))
        (global $c (mut f32) (f32.const 3)) (global $d (mut f64) (f64.const 4))
        (global $constant i32 (i32.const 5))
        (func $begun (i32.store8 (i32.const 16) (i32.const 48)))
        (start $begun)
        (func (export "_initialize") {init})
        (func (export "allocate") (param i32) (result i32) (i32.const 1024))
        (func (export "handle") (param i32 i32) (result i64)
            (i32.store8 (i32.const 16) (i32.add (i32.load8_u (i32.const 16)) (i32.const 1)))
            (i64.const 0x1000000001))
        {more})"#
    )
}

fn capture(kind: HandlerKind, text: &str) -> (Done, FileTree) {
    let mut bench = Bench::beginning(kind, Beginning::Capture, FileTree::default(), text);
    let done = bench.begin();
    (done, bench.tmp())
}

fn captured(kind: HandlerKind, text: &str) -> (Snapshot, FileTree) {
    match capture(kind, text) {
        (
            Done::Init {
                outcome: InitOutcome::Succeeded,
                restoring: Span::ZERO,
                snapshot: Some(Ok(snapshot)),
                ..
            },
            tmp,
        ) => (snapshot, tmp),
        (other, _) => panic!("it can be captured: {other:?}"),
    }
}

#[track_caller]
fn refused(kind: HandlerKind, text: &str, reason: Uncapturable) {
    match capture(kind, text).0 {
        Done::Init {
            outcome: InitOutcome::Succeeded,
            snapshot: Some(Err(found)),
            ..
        } => assert_eq!(found, reason),
        other => panic!("it cannot be captured: {other:?}"),
    }
}

fn restored(kind: HandlerKind, snapshot: &Snapshot, tmp: &FileTree, text: &str) -> Bench {
    let beginning = Beginning::Restore(snapshot.clone());
    Bench::beginning(kind, beginning, tmp.clone(), text)
}

/// Outcome, how long it took, and how much of that until code ran.
fn began(bench: &mut Bench) -> (InitOutcome, Span, Span) {
    match bench.begin() {
        Done::Init {
            outcome,
            duration,
            restoring,
            snapshot: None,
        } => (outcome, duration, restoring),
        other => panic!("it is restored: {other:?}"),
    }
}

/// Asks to be captured and leaves; the body is what it does when it is restored.
fn looping(init: &str, restored: &str) -> String {
    let whole = at_root(&format!(
        r#"(if (i32.load8_u (i32.const 520)) (then {restored} (call $proc_exit (i32.const 1))))
        (i32.store8 (i32.const 520) (i32.const 1))
        {init}
        (local.set $a (call $open (i32.const 3) (str "run/lambda/restore/next") (i32.const 0) (i64.const 2)))
        (call $slice (i32.const 0) (i32.const 32768) (i32.const 16))
        (drop (call $fd_read (local.get $a) (i32.const 0) (i32.const 1) (i32.const 8)))
        (drop (call $fd_close (local.get $a)))
        (call $proc_exit (i32.const 0))"#
    ));
    whole.replace(START, &format!(r#"{START} (export "_restore")"#))
}

const START: &str = r#"(func (export "_start")"#;

const COUNT: &str =
    "(i32.store8 (i32.const 512) (i32.add (i32.load8_u (i32.const 512)) (i32.const 1)))";

cases! {
    memory_and_globals_are_as_init_left_them {
        let init = "(drop (memory.grow (i32.const 2)))
            (i32.store8 (i32.const 131072) (i32.const 7))
            (i32.store8 (i32.const 16) (i32.const 53))
            (global.set $a (i32.const -7)) (global.set $b (i64.const -8))
            (global.set $c (f32.const 0.5)) (global.set $d (f64.const -0.25))";
        let check = r#"(func (export "after_restore")
            (if (i32.or (i32.or
                    (i32.ne (global.get $a) (i32.const -7)) (i64.ne (global.get $b) (i64.const -8)))
                  (i32.or
                    (f32.ne (global.get $c) (f32.const 0.5)) (f64.ne (global.get $d) (f64.const -0.25))))
                (then (unreachable)))
            (if (i32.or (i32.ne (memory.size) (i32.const 3))
                    (i32.ne (i32.load8_u (i32.const 131072)) (i32.const 7)))
                (then (unreachable))))"#;
        let text = reactor(check, init);
        let (snapshot, tmp) = captured(HandlerKind::Reactor, &text);
        let state = snapshot.state().expect("its own");
        assert_eq!(state.pages, 3);
        let globals: Vec<_> = state.globals.iter().map(|(_, value)| *value).collect();
        assert_eq!(globals, [
            GlobalValue::F32(0.5_f32.to_bits()),
            GlobalValue::F64((-0.25_f64).to_bits()),
            GlobalValue::I32(-7),
            GlobalValue::I64(-8),
        ]);
        // One block from the first page and one from the third: the rest is as in a fresh instance.
        let places: Vec<_> = state
            .blocks.iter().map(|(at, bytes)| (*at, bytes.len())).collect();
        assert_eq!(places, [(0, 4_096), (131_072, 4_096)]);
        // Any number of environments; none knows of another.
        for _ in 0..2 {
            let mut bench = restored(HandlerKind::Reactor, &snapshot, &tmp, &text);
            let (outcome, took, restoring) = began(&mut bench);
            assert_eq!(outcome, InitOutcome::Succeeded, "{}", bench.log());
            assert_eq!(restoring, snapshot.restore_time());
            assert!(took > restoring, "the hook takes some time too");
            bench.invoke("{}").responds("6");
            bench.invoke("{}").responds("7");
            // What ends a process ends it; the next one begins from the snapshot once more.
            bench.invoke_again("{}").responds("6");
        }
    }

    /// What INIT drew is the same in every environment, what is drawn later is not.
    randomness_of_init_is_stale {
        let text = reactor(
            r#"(func (export "after_restore") (call $random (i32.const 40) (i32.const 8)))"#,
            "(call $random (i32.const 32) (i32.const 8))",
        );
        let (snapshot, tmp) = captured(HandlerKind::Reactor, &text);
        let text = text.replace("(i64.const 0x1000000001)", "(i64.const 0x2000000010)");
        let bytes = |text: &str| {
            let mut bench = restored(HandlerKind::Reactor, &snapshot, &tmp, text);
            began(&mut bench);
            bench.invoke("{}").response.expect("sixteen bytes")
        };
        let both = bytes(&text);
        assert_eq!(both[..8], [155, 194, 3, 111, 127, 208, 197, 207], "drawn by INIT");
        assert_ne!(both[8..], both[..8]);
    }

    hooks_run_where_they_belong {
        let text = reactor(
            r#"(data (i32.const 64) "before\nafter\n")
            (func (export "before_snapshot") (call $log (i32.const 64) (i32.const 7)))
            (func (export "after_restore") (call $sleep (i64.const 50000000))
                (call $log (i32.const 71) (i32.const 6)))"#,
            "",
        );
        let mut bench = Bench::beginning(HandlerKind::Reactor, Beginning::Capture, FileTree::default(), &text);
        let Done::Init { snapshot: Some(Ok(snapshot)), .. } = bench.begin() else {
            panic!("it can be captured");
        };
        assert_eq!(bench.log(), "before\n");
        let mut bench = restored(HandlerKind::Reactor, &snapshot, &FileTree::default(), &text);
        let (_, took, restoring) = began(&mut bench);
        assert_eq!(bench.log(), "after\n");
        assert_eq!(took.saturating_sub(restoring).as_nanos() / 1_000_000, 50);
        // Without SnapStart neither of them runs.
        let mut bench = Bench::beginning(HandlerKind::Reactor, Beginning::Init, FileTree::default(), &text);
        assert_eq!(began(&mut bench).0, InitOutcome::Succeeded);
        assert_eq!(bench.log(), "");
    }

    a_hook_that_fails_is_told {
        let text = reactor(r#"(func (export "after_restore") (unreachable))"#, "");
        let (snapshot, tmp) = captured(HandlerKind::Reactor, &text);
        let mut bench = restored(HandlerKind::Reactor, &snapshot, &tmp, &text);
        assert!(matches!(began(&mut bench).0, InitOutcome::Failed(Failure::Killed(_))));
        let text = reactor(r#"(func (export "after_restore") (loop $on (br $on)))"#, "");
        let (snapshot, tmp) = captured(HandlerKind::Reactor, &text);
        let mut bench = restored(HandlerKind::Reactor, &snapshot, &tmp, &text);
        assert_eq!(began(&mut bench).0, InitOutcome::TimedOut);
    }

    init_that_fails_leaves_nothing {
        let (done, _) = capture(HandlerKind::Reactor, &reactor("", "(unreachable)"));
        assert!(matches!(done, Done::Init { outcome: InitOutcome::Failed(_), snapshot: None, .. }));
    }

    /// The monotonic clock never goes back, although the environment is a new one.
    clocks_go_on {
        let now = r#"(import "wasi_snapshot_preview1" "clock_time_get"
            (func $clock (param i32 i64 i32) (result i32)))"#;
        let text = reactor(
            r#"(func (export "after_restore")
                (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 104)))
                (if (i64.lt_u (i64.load (i32.const 104)) (i64.load (i32.const 96))) (then (unreachable))))"#,
            "(call $sleep (i64.const 2000000000))
            (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 96)))",
        )
        .replacen("(module", &format!("(module {now}"), 1);
        let (snapshot, tmp) = captured(HandlerKind::Reactor, &text);
        assert!(snapshot.monotonic() > Span::from_secs(3));
        let mut bench = restored(HandlerKind::Reactor, &snapshot, &tmp, &text);
        assert_eq!(began(&mut bench).0, InitOutcome::Succeeded, "{}", bench.log());
    }

    what_cannot_be_captured_says_why {
        refused(HandlerKind::Command, &at_root(""), Uncapturable::Command);
        refused(HandlerKind::Loop, &answering(""), Uncapturable::OnStack);
        refused(
            HandlerKind::Reactor,
            &reactor(
                r#"(table 2 funcref) (elem declare func $begun)
                (func (export "change") (table.set (i32.const 0) (ref.func $begun)))"#,
                "",
            ),
            Uncapturable::TablesChange,
        );
        refused(
            HandlerKind::Reactor,
            &reactor("(global $v (mut v128) (v128.const i64x2 0 0))", ""),
            Uncapturable::VectorGlobals,
        );
        refused(
            HandlerKind::Reactor,
            &reactor("(global $r (mut funcref) (ref.null func))", ""),
            Uncapturable::ReferenceGlobals,
        );
        let open = r#"(local.set $a (call $open (i32.const 3) (str "tmp/kept") (i32.const 1) (i64.const 64)))"#;
        refused(
            HandlerKind::Loop,
            &looping(open, ""),
            Uncapturable::OpenFile("/tmp/kept".to_owned()),
        );
    }

    /// A looping program leaves its functions to be captured, and goes on in `_restore`.
    a_loop_goes_on_from_its_snapshot {
        let init = format!(
            "(i32.store8 (i32.const 512) (i32.const 64)) {}",
            r#"(local.set $a (call $open (i32.const 3) (str "tmp/left") (i32.const 1) (i64.const 64)))
            (drop (call $fd_close (local.get $a)))"#
        );
        let text = looping(&init, &answers(COUNT));
        let (snapshot, tmp) = captured(HandlerKind::Loop, &text);
        assert_eq!(tmp.names().map(|(path, _)| path.to_owned()).collect::<Vec<_>>(), ["left"]);
        for _ in 0..2 {
            let mut bench = restored(HandlerKind::Loop, &snapshot, &tmp, &text);
            bench.will_get(&["{}", "{}"]);
            let done = bench.init_and_loop();
            let Some(Done::Init { outcome: InitOutcome::Succeeded, restoring, .. }) = done.first() else {
                panic!("restored first: {done:?}");
            };
            assert_eq!(*restoring, snapshot.restore_time());
            let bytes: Vec<_> = done[1..].iter().map(|done| match done {
                Done::Invocation { invoked, .. } => invoked.response.clone().expect("a byte"),
                Done::Init { .. } => panic!("once"),
            }).collect();
            assert_eq!(bytes, [b"A", b"B"]);
        }
        // Where nothing can wait, the event is there already.
        let mut bench = restored(HandlerKind::Loop, &snapshot, &tmp, &text);
        let done = bench.invoke_and_loop(true, "{}");
        let Some(Done::Invocation { invoked, .. }) = done.first() else {
            panic!("answered: {done:?}");
        };
        assert_eq!((invoked.outcome, invoked.response.as_deref()), (Outcome::Succeeded, Some(&b"A"[..])));
    }

    /// Only a program that can be called again can be captured.
    a_loop_without_the_export_is_refused {
        let text = looping("", "").replace(r#" (export "_restore")"#, "");
        refused(HandlerKind::Loop, &text, Uncapturable::OnStack);
    }

    a_loop_that_fails_to_restore_says_so {
        let text = looping("", &post("restore/error", "(i32.const 512) (i32.const 1)"));
        let (snapshot, tmp) = captured(HandlerKind::Loop, &text);
        let mut bench = restored(HandlerKind::Loop, &snapshot, &tmp, &text);
        let done = bench.begin();
        assert!(
            matches!(done, Done::Init { outcome: InitOutcome::Failed(Failure::InitError), .. }),
            "{done:?}"
        );
    }

    /// Each of the files may be opened where it means something, and nowhere else.
    files_of_another_phase_are_refused {
        let open = |file: &str, rights: u32| format!(
            r#"(drop (call $open (i32.const 3) (str "run/lambda/{file}") (i32.const 0) (i64.const {rights})))"#
        );
        const DENIED: &str = "63 ";
        let mut bench = Bench::beginning(
            HandlerKind::Loop,
            Beginning::Init,
            FileTree::default(),
            &at_root(&format!("{}{}", open("restore/next", 2), open("restore/error", 64))),
        );
        bench.begin();
        assert_eq!(bench.log(), DENIED.repeat(2));
        let mut bench = Bench::beginning(
            HandlerKind::Loop,
            Beginning::Capture,
            FileTree::default(),
            &at_root(&open("restore/error", 64)),
        );
        bench.begin();
        assert_eq!(bench.log(), DENIED);
    }
}
