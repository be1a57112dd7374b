//! Bursts: one environment for each request at a time, and requests refused beyond the limit.

use coldstart_tests::{Page, eventually, visit};

/// Sends a burst and waits until each of its requests has had an environment.
fn burst_and_wait(page: &Page, function: &str, count: u32) {
    page.burst(count, 0);
    page.wait_until(&format!("{count} environments are frozen"), || {
        page.function_state(function)
            .is_some_and(|state| state.contains(&format!("{count} frozen")))
    });
}

#[test]
fn a_burst_starts_an_environment_for_each_request_and_the_next_burst_finds_them() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        burst_and_wait(page, "echo", 12);
        let counts = page.counts();
        assert_eq!((counts.alive, counts.cold, counts.warm), (12, 12, 0));
        let sum = page.read("[data-testid=bill] .session-sum");
        assert!(sum.contains("12 invocations"), "{sum}");

        page.burst(12, 0);
        let counts = page.wait_for_counts("the second burst has started", |counts| {
            counts.invoked() == 24
        });
        assert_eq!((counts.alive, counts.cold, counts.warm), (12, 12, 12));
    });
}

#[test]
fn a_burst_beyond_the_bound_of_workers_is_served_too() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        // More than any machine gets workers for: the bound is 64 at most.
        page.burst(70, 0);
        page.wait_for_counts("all requests are served", |counts| counts.invoked() == 70);
        page.wait_until("nobody waits for a worker", || {
            !page.has("[data-testid=workers-wait]")
        });
        page.wait_until("nobody is at work", || {
            page.function_state("echo")
                .is_some_and(|state| !state.contains("at work"))
        });
    });
}

#[test]
fn requests_far_enough_apart_share_one_environment() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        page.burst(5, 400);
        let counts = page.wait_for_counts("all have arrived", |counts| counts.invoked() == 6);
        assert_eq!((counts.alive, counts.cold, counts.warm), (1, 1, 5));
    });
}

#[test]
fn reserved_concurrency_throttles_a_burst() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.configure("reserved", "2");
        page.set_event(r#"{"do": "sleep", "millis": 300}"#);
        let before = page.counts();
        page.burst(20, 0);
        let answer = page.wait_for_answer(before);
        assert_eq!(answer.status, "429 TooManyRequestsException");
        assert!(
            answer
                .body
                .contains("\"Reason\": \"ReservedFunctionConcurrentInvocationLimitExceeded\""),
            "{answer:?}"
        );
        // The answer that is shown is the last request's, which was throttled at once; the two that
        // were let in still start their environments.
        let counts = page.wait_for_counts("two are served", |counts| counts.invoked() == 2);
        assert_eq!((counts.cold, counts.warm, counts.throttled), (2, 0, 18));
        eventually!(
            page,
            page.text("[data-testid=bill]")
                .is_some_and(|bill| bill.contains("Not billed"))
        );

        // Nothing throttles for ever.
        page.wait_until("both environments are frozen", || {
            page.function_state("misbehave")
                .is_some_and(|state| state.contains("2 frozen"))
        });
        page.set_event(r#"{"do": "ok"}"#);
        assert!(page.invoke().status.starts_with("200 ·"));

        // Reserved concurrency 0 switches a function off.
        page.configure("reserved", "0");
        let answer = page.invoke();
        assert_eq!(answer.status, "429 TooManyRequestsException");
    });
}

#[test]
fn a_burst_that_makes_no_sense_cannot_be_sent() {
    visit(|page| {
        for (field, nonsense) in [
            ("burst-count", "0"),
            ("burst-count", "many"),
            ("burst-count", "1001"),
            ("burst-spacing", "-1"),
        ] {
            let field = format!("[data-testid={field}]");
            let before = page.value(&field).unwrap();
            page.fill(&field, nonsense);
            page.wait_until(&format!("{nonsense} is refused"), || {
                !page.is_enabled("[data-testid=burst]")
                    && page.text(".invoke-bar [role=alert]").is_some()
            });
            page.fill(&field, &before);
            page.wait_until("it can be sent again", || {
                page.is_enabled("[data-testid=burst]")
            });
        }
    });
}
