//! Back in time: every panel shows the state at the playhead.

use coldstart_tests::{Page, eventually, key, visit};

/// Puts the keyboard on the lanes, with the whole session in view.
fn focus_lanes(page: &Page) {
    page.click_text("button", "Whole session");
    page.script("document.querySelector('.lanes canvas').focus()", &[]);
}

/// Fails unless the page shows the session after its first and before its second invocation.
fn shows_the_first_invocation(page: &Page) {
    page.wait_for_counts("the counts are those of then", |counts| {
        (counts.alive, counts.cold, counts.warm) == (1, 1, 0)
    });
    page.open_tab("Response");
    page.wait_until("the response is the first one's", || {
        page.answer()
            .is_some_and(|answer| answer.body == "{\n  \"n\": 1\n}")
    });
    let bill = page.read("[data-testid=bill] .session-sum");
    assert!(
        bill.lines()
            .any(|line| line == "This session, 1 invocation"),
        "{bill}"
    );
    eventually!(
        page,
        page.function_state("echo")
            .is_some_and(|state| state.contains("1 frozen"))
    );
}

fn is_live(page: &Page) {
    page.wait_for_counts("the counts are those of now", |counts| counts.cold == 2);
    page.wait_until("the response is the last one's", || {
        page.answer()
            .is_some_and(|answer| answer.body == "{\n  \"n\": 2\n}")
    });
    eventually!(page, !page.has("[data-testid=go-live]"));
}

#[test]
fn the_playhead_shows_earlier_states_and_finds_back_to_live() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.set_event("{\"n\": 1}");
        page.invoke();
        // Minutes lie between the two: any place in the middle of the lanes is between them.
        page.click("[data-testid=skip]");
        page.wait_for_counts("the first environment has ended", |counts| {
            counts.alive == 0
        });
        page.set_event("{\"n\": 2}");
        page.invoke();
        is_live(page);

        focus_lanes(page);
        page.press(&[',', ',', ',']);
        shows_the_first_invocation(page);
        eventually!(
            page,
            page.text("[data-testid=session-clock]")
                .is_some_and(|clock| clock.starts_with("at"))
        );
        page.click("[data-testid=go-live]");
        is_live(page);

        // The same with the pointer, on the time axis above the lanes.
        page.click_text("button", "Whole session");
        page.drag(".lanes canvas", (0.9, 8.0), (0.5, 8.0));
        shows_the_first_invocation(page);
        page.script("document.querySelector('.lanes canvas').focus()", &[]);
        page.press(&[key::END]);
        is_live(page);

        // Before everything there is nothing, and that is shown as well.
        page.click_text("button", "Whole session");
        page.drag(".lanes canvas", (0.9, 8.0), (0.12, 8.0));
        page.wait_for_counts("no environment is alive yet or only the first", |counts| {
            counts.invoked() <= 1
        });
        // Whoever sends a request wants to see it.
        page.set_event("{\"n\": 3}");
        page.invoke();
        eventually!(
            page,
            page.answer()
                .is_some_and(|answer| answer.body.contains('3'))
        );
        eventually!(page, !page.has("[data-testid=go-live]"));
    });
}

#[test]
fn the_lanes_can_be_read_without_seeing_them() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        let first = page.report().request;
        page.invoke();
        assert_ne!(page.report().request, first);

        focus_lanes(page);
        page.press(&[key::RIGHT]);
        let said = page.wait("the segment is said", || {
            let said = page.text(".lanes [aria-live]")?;
            (!said.is_empty()).then_some(said)
        });
        page.press(&[key::RIGHT]);
        page.wait_until("the next segment is said", || {
            page.text(".lanes [aria-live]")
                .is_some_and(|other| other != said)
        });
        page.press(&[key::ENTER]);
        page.wait_until("the request of that segment is shown", || {
            page.report().request == first
        });

        page.click_text("*[contains(@class, 'lanes-tools')]/button", "Table");
        let row = page.wait("the table has a row", || page.text(".lanes tbody tr"));
        assert!(row.contains('2'), "two invocations: {row}");
    });
}
