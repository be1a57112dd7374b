//! Tumbling windows ("Implementing stateful Kinesis Data Streams processing in Lambda").

use super::*;
use crate::timeline::WindowPart;
use crate::units::PayloadId;

/// Windows of ten seconds.
fn windowed(script: impl FnMut(u32) -> (Outcome, Span) + 'static) -> (Stage, StreamId) {
    mapped(script, 1, |mapping, source| {
        source.tumbling_window = Some(Span::from_secs(10));
        source.failures.maximum_retry_attempts = Some(1);
        mapping.batch_size = 2;
    })
}

/// When each invocation was read, of how many records, its window's start, and whether it was the last,
/// or early.
fn parts(stage: &Stage) -> Vec<(Moment, usize, u64, bool, bool)> {
    read(stage)
        .into_iter()
        .map(|(read_at, read)| {
            let WindowPart {
                start,
                end,
                last,
                early,
            } = read.window.unwrap();
            assert_eq!(end, start + Span::from_secs(10));
            let start = start.as_nanos() / 1_000_000_000;
            (read_at, read.records.len(), start, last, early)
        })
        .collect()
}

#[test]
fn a_window_has_a_state_and_a_last_invocation() {
    let (mut stage, stream) = windowed(|_| (OK, millis(10)));
    for _ in 0..3 {
        stage.put(stream, 0);
    }
    stage.run_until(at(9));
    stage.put(stream, 0);
    stage.run_until(after(9, 999));
    stage.put(stream, 0);
    stage.run_until(at(12));
    stage.put(stream, 0);
    stage.run_until(at(60));
    assert_eq!(
        parts(&stage),
        [
            (at(0), 2, 0, false, false),
            (after(0, 10), 1, 0, false, false),
            (at(9), 1, 0, false, false),
            (at(10), 1, 0, false, false),
            (after(10, 10), 0, 0, true, false),
            (at(12), 1, 10, false, false),
            (at(20), 0, 10, true, false),
        ]
    );
    // Each gets what the one before it returned; a new window begins with nothing.
    let state = |batch: u32| Some(PayloadId(100 + batch));
    assert_eq!(
        stage.states,
        [None, state(1), state(2), state(3), state(4), None, state(6)]
    );
    assert_eq!(handled(&stage), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_failed_attempt_leaves_the_state_as_it_was() {
    let failing = |n| match n {
        1 | 3 | 4 => (ERROR, millis(10)),
        _ => (OK, millis(10)),
    };
    let (mut stage, stream) = windowed(failing);
    for _ in 0..3 {
        stage.put(stream, 0);
    }
    stage.run_until(at(60));
    // The second batch's retry is the event that it was; the last invocation fails to its end.
    assert_eq!(
        stage.states,
        [None, Some(PayloadId(101)), Some(PayloadId(102))]
    );
    assert_eq!(handled(&stage), [1, 2, 3]);
    let closed = stage.stream_facts(|at, fact| match fact {
        StreamFact::WindowClosed { handled, .. } => Some((at, *handled)),
        _ => None,
    });
    assert_eq!(closed, [(after(11, 20), false)]);
    stage.put(stream, 0);
    stage.run_until(at(100));
    assert_eq!(stage.states[3..], [None, Some(PayloadId(104))]);
}

/// Over 1 MB: the window ends early, and goes on with a fresh state.
#[test]
fn a_state_that_is_too_large_ends_the_window() {
    let (mut stage, stream) = windowed(|_| (OK, millis(10)));
    stage.readings = Box::new(|records| {
        let large = records.contains(&RecordId(1));
        (
            FailedRecords::None,
            if large { MAX_STATE_BYTES + 1 } else { 2 },
        )
    });
    for _ in 0..3 {
        stage.put(stream, 0);
    }
    stage.run_until(at(60));
    assert_eq!(
        parts(&stage),
        [
            (at(0), 2, 0, false, false),
            (after(0, 10), 0, 0, true, true),
            (after(0, 20), 1, 0, false, false),
            (at(10), 0, 0, true, false),
        ]
    );
    assert_eq!(stage.states[2], None);
}

#[test]
fn an_open_window_outlives_the_tab() {
    let (mut stage, stream) = windowed(|_| (OK, millis(10)));
    stage.put(stream, 0);
    stage.run_until(at(5));
    stage.reopen();
    stage.run_until(at(30));
    assert_eq!(
        parts(&stage),
        [(at(0), 1, 0, false, false), (at(10), 0, 0, true, false)]
    );
    assert_eq!(stage.states, [None, Some(PayloadId(101))]);
}
