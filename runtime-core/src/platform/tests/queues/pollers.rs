//! How pollers grow, slow down and rest ("Configuring scaling behavior for SQS event source mappings", "Handling errors
//! for an SQS event source").

use super::*;
use crate::timeline::ProvisionedPollers;
use proptest::prelude::*;

const HOUR: Span = Span::from_secs(3_600);

/// A mapping with batches of one, and with more messages than it can take for a while.
fn pressed(
    messages: u32,
    script: impl FnMut(u32) -> (Outcome, Span) + 'static,
    set: impl FnOnce(&mut MappingConfiguration),
) -> (Stage, QueueId) {
    let (mut stage, queue) = mapped(script, |queue, it| {
        it.batch_size = 1;
        queue.visibility_timeout = Span::from_secs(43_200);
        set(it);
    });
    set_timeout(&mut stage, Span::from_secs(900));
    stage.input(Input::ConfigureAccount {
        concurrency: 30_000,
        idle_expiry: DEFAULT_IDLE_EXPIRY,
    });
    for _ in 0..messages {
        stage.send(queue, None);
    }
    (stage, queue)
}

/// The most handlers at a time between two moments.
fn most_running(stage: &mut Stage, from: u64, until: u64) -> u32 {
    let mut most = 0;
    stage.run_until(at(from));
    while stage.now < at(until) {
        most = most.max(stage.platform.in_flight());
        stage.run_until(stage.now + millis(250));
    }
    most
}

/// "Lambda gradually backs off, reducing the amount of concurrency allocated to your Amazon SQS event source mapping";
/// "when ReportBatchItemFailures is activated, Lambda doesn't scale down message polling when function invocations
/// fail".
#[test]
fn function_errors_slow_pollers_down_unless_batch_item_failures_are_reported() {
    let fails = |_| (ERROR, Span::from_secs(2));
    for (reports, least, most) in [(false, 1, 20), (true, 100, 160)] {
        let (mut stage, _) = pressed(3_000, fails, |it| it.report_failures = reports);
        let running = most_running(&mut stage, 20, 25);
        assert!((least..=most).contains(&running), "{reports}: {running}");
    }
    // Handlers that do not fail do not slow it down.
    let (mut stage, _) = pressed(3_000, |_| (OK, Span::from_secs(2)), |_| {});
    assert!(most_running(&mut stage, 20, 25) >= 100);
}

/// "If the invocation fails due to throttling, Lambda gradually backs off retries by reducing the amount of concurrency".
#[test]
fn throttles_slow_pollers_down_whatever_is_reported() {
    for reports in [false, true] {
        let (mut stage, _) = pressed(3_000, |_| (OK, HOUR), |it| it.report_failures = reports);
        stage.function(F, Some(10), AsyncConfiguration::default());
        set_timeout(&mut stage, Span::from_secs(900));
        stage.run_until(at(60));
        // Batches that wait for their next attempt hold concurrency: without slowing down there would be 305.
        let received = batches(&stage).len();
        assert!((11..60).contains(&received), "{received}");
    }
}

#[test]
fn pollers_grow_again_when_nothing_fails_any_more() {
    let fails = |n| match n {
        0..10 => (ERROR, Span::from_secs(1)),
        _ => (OK, HOUR),
    };
    let (mut stage, _) = pressed(3_000, fails, |_| {});
    stage.run_until(at(10));
    let slow = stage.platform.in_flight();
    assert!(slow < 50, "{slow}");
    stage.run_until(at(20));
    assert_eq!(stage.platform.in_flight(), slow + 50);
}

/// "When traffic is low, Lambda scales back the processing to five concurrent invokes, and can optimize to as few as 2
/// ... this optimization is not available when you enable the maximum concurrency setting".
#[test]
fn pollers_that_have_had_nothing_for_long_are_two() {
    for (limited, pause, first) in [
        (None, Span::from_secs(60), FIRST_CONCURRENCY),
        (None, QUIET, LEAST_CONCURRENCY),
        (Some(10), QUIET, FIRST_CONCURRENCY),
        (Some(3), QUIET, 3),
    ] {
        let (mut stage, queue) = mapped(
            |_| (OK, Span::from_secs(2)),
            |_, it| {
                it.batch_size = 1;
                it.limit_concurrency(limited);
            },
        );
        stage.send(queue, None);
        stage.run_until(at(10));
        let until = stage.now + pause;
        stage.run_until(until);
        for _ in 0..20 {
            stage.send(queue, None);
        }
        stage.run_until(until + millis(100));
        assert_eq!(
            stage.platform.in_flight(),
            first,
            "{limited:?} after {pause}"
        );
    }
}

/// "Each event poller can handle ... up to 10 concurrent invokes"; "adding up to 1,000 concurrent invokes per minute"
/// between minimum and maximum ("Configuring scaling behavior for SQS event source mappings").
#[test]
fn provisioned_pollers_have_ten_batches_each_and_grow_by_a_thousand_a_minute() {
    for (minimum, maximum, levels) in [
        (2, 200, [(1, 20), (31, 520), (61, 1_020), (130, 2_000)]),
        (50, 60, [(1, 500), (7, 600), (61, 600), (130, 600)]),
        (3, 3, [(1, 30), (31, 30), (61, 30), (130, 30)]),
    ] {
        let (mut stage, _) = pressed(
            3_000,
            |_| (OK, HOUR),
            |it| {
                it.provision_pollers(Some(ProvisionedPollers { minimum, maximum }));
            },
        );
        for (seconds, expected) in levels {
            stage.run_until(at(seconds));
            assert_eq!(
                stage.platform.in_flight(),
                expected,
                "{minimum} to {maximum} after {seconds} s"
            );
        }
    }
}

/// Back to the minimum once the queue is empty (model choice).
#[test]
fn provisioned_pollers_rest_at_their_minimum() {
    let (mut stage, queue) = pressed(
        600,
        |_| (OK, Span::from_secs(5)),
        |it| {
            it.provision_pollers(Some(ProvisionedPollers {
                minimum: 4,
                maximum: 20,
            }));
        },
    );
    assert_eq!(most_running(&mut stage, 0, 60), 200);
    for wait in [Span::from_secs(60), QUIET] {
        let until = stage.now + wait;
        stage.run_until(until);
        assert_eq!(stage.platform.messages_in(queue), 0);
        for _ in 0..100 {
            stage.send(queue, None);
        }
        stage.run_until(until + millis(500));
        assert_eq!(stage.platform.in_flight(), 40);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever fails and is throttled: there are never more batches at a time than the mapping allows, and all
    /// messages are handled in the end.
    #[test]
    fn pollers_keep_within_their_bounds(
        failing in prop::collection::vec(any::<bool>(), 1..40),
        reserved in prop::option::of(1..20_u32),
        limited in prop::option::of(2..30_u32),
        reports in any::<bool>(),
        count in 1..120_u32,
    ) {
        let script = move |n: u32| {
            let fails = failing.get(n as usize).copied().unwrap_or(false);
            (if fails { ERROR } else { OK }, millis(u64::from(n % 9) * 300 + 1))
        };
        let (mut stage, queue) = mapped(script, |queue, it| {
            it.batch_size = 1;
            it.report_failures = reports;
            it.limit_concurrency(limited);
            queue.visibility_timeout = Span::from_secs(60);
        });
        stage.function(F, reserved, AsyncConfiguration::default());
        for _ in 0..count {
            stage.send(queue, None);
        }
        let most = limited.unwrap_or(MAX_CONCURRENCY);
        let mut grown = FIRST_CONCURRENCY;
        while stage.now < at(60) {
            stage.run_until(stage.now + millis(200));
            prop_assert!(stage.platform.in_flight() <= most.min(grown));
            grown = FIRST_CONCURRENCY + 5 * (stage.now.as_nanos() / 1_000_000_000 + 1) as u32;
        }
        stage.run_until(at(4 * 3_600));
        prop_assert_eq!(stage.platform.messages_in(queue), 0);
    }
}
