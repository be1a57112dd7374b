//! Handlers that fail in every way, and what their callers get.

use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

/// Deploys a module that was written for this test.
fn deploy(page: &Page, name: &str, wat: &str) {
    let file = uploads::write(page.folder(), &format!("{name}.wat"), wat);
    page.upload_as(&file, name);
}

#[test]
fn a_loop_is_killed_by_its_timeout_while_the_page_goes_on() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.configure("timeout", "4");
        page.measure();
        page.set_event(r#"{"do": "loop"}"#);
        page.script(
            "window.frames_seen = [];
             const tick = () => {
               window.frames_seen.push(performance.now());
               requestAnimationFrame(tick);
             };
             requestAnimationFrame(tick);",
            &[],
        );
        let before = page.counts();
        page.open_tab("Response");
        page.script("window.loop_from = performance.now()", &[]);
        page.click("[data-testid=invoke]");
        // The page reacts while the handler is at work.
        page.open_tab("Log");
        page.open_tab("Response");
        let at_work = page.read("[data-testid=detail] .empty");
        assert_eq!(at_work, "The handler is at work.");
        let answer = page.wait_for_answer(before);
        let (frames, longest) = frames_since_the_loop_began(page);
        assert!(answer.status.contains("X-Amz-Function-Error"), "{answer:?}");
        assert!(answer.body.contains("\"Sandbox.Timedout\""), "{answer:?}");
        assert!(
            answer.body.contains("Task timed out after 4.00 seconds"),
            "{answer:?}"
        );
        // A page that waited for the handler would have shown no frame for four seconds; what else
        // this machine does may cost it some.
        assert!(frames >= 20, "{frames} frames");
        assert!(longest < 2_000.0, "no frame for {longest} ms");

        let report = page.report();
        assert_eq!(report.status, Some("timeout".to_owned()));
        assert!(report.duration_centimillis >= 400_000, "{report:?}");
        assert!(report.billed_millis >= 4_000, "{report:?}");

        page.set_event(r#"{"do": "ok"}"#);
        let answer = page.invoke();
        assert!(answer.status.starts_with("200 ·"), "{answer:?}");
        eventually_eq!(
            page,
            page.counts().alive,
            1,
            "the environment itself lives on"
        );
    });
}

fn frames_since_the_loop_began(page: &Page) -> (usize, f64) {
    let gaps = page.script(
        "const frames = window.frames_seen.filter(at => at >= window.loop_from);
         return frames.slice(1).map((at, index) => at - frames[index])",
        &[],
    );
    let gaps = gaps.as_array().cloned().unwrap_or_default();
    let longest = gaps
        .iter()
        .filter_map(|gap| gap.as_f64())
        .fold(0.0, f64::max);
    (gaps.len(), longest)
}

#[test]
fn after_a_timeout_init_runs_again_inside_the_next_invocation() {
    visit(|page| {
        deploy(page, "loops", uploads::LOOPS_ON_LONG_EVENTS);
        page.configure("timeout", "1");
        page.set_event("{}");
        page.invoke();
        eventually!(page, page.log().contains("init ran"));
        page.invoke();
        assert!(
            !page.log().contains("init ran"),
            "a warm start runs no init"
        );

        page.set_event(r#"{"long": true}"#);
        let killed = page.invoke();
        assert!(killed.body.contains("Sandbox.Timedout"), "{killed:?}");

        page.set_event("{}");
        let answer = page.invoke();
        assert_eq!(answer.body, "{}");
        eventually!(page, page.log().contains("init ran"), "{}", page.log());
        let report = page.report();
        assert_eq!(
            report.init_centimillis, None,
            "it counts as the handler's time: {report:?}"
        );
        // The counts call it cold: it waited for an init. The environment is the same.
        let counts = page.counts();
        assert_eq!((counts.alive, counts.cold), (1, 2));
        page.invoke();
        assert!(!page.log().contains("init ran"), "{}", page.log());
    });
}

/// A deed, the error type and a part of the message that its caller gets, and Status and Error Type
/// of REPORT.
type Case = [&'static str; 4];

#[test]
fn every_misbehaviour_has_the_error_that_aws_gives_it() {
    const CASES: [Case; 7] = [
        [
            "error",
            "Runtime.ExitError",
            "exit status 1",
            "Runtime.ExitError",
        ],
        [
            "panic",
            "Runtime.ExitError",
            "signal: aborted",
            "Runtime.ExitError",
        ],
        [
            "exit",
            "Runtime.ExitError",
            "exit status 3",
            "Runtime.ExitError",
        ],
        [
            "allocate",
            "Runtime.ExitError",
            "signal: killed",
            "Runtime.OutOfMemory",
        ],
        [
            "recurse",
            "Runtime.ExitError",
            "signal: segmentation fault",
            "Runtime.ExitError",
        ],
        [
            "divide",
            "Runtime.ExitError",
            "signal: aborted",
            "Runtime.ExitError",
        ],
        [
            "large-response",
            "Function.ResponseSizeTooLarge",
            "exceeded maximum allowed payload size (6291556 bytes)",
            "Function.ResponseSizeTooLarge",
        ],
    ];
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.configure("timeout", "30");
        for [deed, error_type, message, reported] in CASES {
            page.set_event(&format!("{{\"do\": \"{deed}\"}}"));
            let answer = page.invoke();
            assert!(
                answer.status.contains("X-Amz-Function-Error: Unhandled"),
                "{deed}: {answer:?}"
            );
            assert!(
                answer
                    .body
                    .contains(&format!("\"errorType\": \"{error_type}\"")),
                "{deed}: {answer:?}"
            );
            assert!(answer.body.contains(message), "{deed}: {answer:?}");
            let report = page.report();
            assert_eq!(
                report.error_type,
                Some(reported.to_owned()),
                "{deed}: {report:?}"
            );
            assert_eq!(
                report.status,
                Some("error".to_owned()),
                "{deed}: {report:?}"
            );
            if deed == "allocate" {
                assert_eq!(report.max_memory, 128, "{report:?}");
            }
            if deed == "error" {
                eventually!(
                    page,
                    page.log().contains("the event asked for an error"),
                    "{}",
                    page.log()
                );
            }
            if deed == "panic" {
                eventually!(
                    page,
                    page.log().contains("the event asked for a panic"),
                    "{}",
                    page.log()
                );
            }
            // Whatever happened, the next invocation works.
            page.set_event(r#"{"do": "ok"}"#);
            let answer = page.invoke();
            assert!(
                answer.body.contains("\"done\": \"nothing\""),
                "after {deed}: {answer:?}"
            );
        }
    });
}

#[test]
fn an_error_that_a_reactor_reports_itself_is_passed_on() {
    visit(|page| {
        page.set_event(r#"{"name": " "}"#);
        let answer = page.invoke();
        assert!(
            answer.status.contains("X-Amz-Function-Error: Unhandled"),
            "{answer:?}"
        );
        assert!(answer.body.contains("\"errorType\""), "{answer:?}");
        eventually_eq!(
            page,
            page.report().status,
            None,
            "for AWS the invocation itself went well"
        );
        page.set_event(r#"{"name": "Ada"}"#);
        assert!(page.invoke().body.contains("Ada"));
        eventually_eq!(page, page.counts().warm, 1, "the environment stays warm");
    });
}

#[test]
fn strange_responses_are_passed_on_or_explained() {
    visit(|page| {
        deploy(page, "text", &uploads::answers_with(b"not JSON", 16));
        let answer = page.invoke();
        assert!(answer.status.starts_with("200 ·"), "{answer:?}");
        assert_eq!(answer.body, "not JSON");
        eventually!(
            page,
            page.text(".advice")
                .is_some_and(|advice| advice.contains("not JSON"))
        );

        deploy(page, "bytes", &uploads::answers_with(b"\xff\xfe{", 16));
        let answer = page.invoke();
        assert!(answer.status.starts_with("200 · 3"), "{answer:?}");
        assert!(
            answer.body.ends_with('{') && answer.body.contains('\u{fffd}'),
            "{answer:?}"
        );

        deploy(page, "outside", &uploads::answers_with(b"{}", 0x7fff_0000));
        let answer = page.invoke();
        assert!(answer.status.contains("X-Amz-Function-Error"), "{answer:?}");
        assert!(answer.body.contains("errorType"), "{answer:?}");
        eventually!(page, page.log().contains("REPORT"), "{}", page.log());
    });
}

#[test]
fn a_start_function_that_loops_is_killed_by_the_init_limit_and_then_by_the_timeout() {
    visit(|page| {
        deploy(page, "stuck", uploads::LOOPS_IN_START);
        page.configure("timeout", "1");
        let answer = page.invoke();
        assert!(answer.body.contains("Sandbox.Timedout"), "{answer:?}");
        let log = page.log();
        assert!(log.contains("INIT_REPORT Init Duration: 10"), "{log}");
        assert!(log.contains("Phase: init\tStatus: timeout"), "{log}");
        eventually_eq!(page, page.report().status, Some("timeout".to_owned()));
    });
}
