//! The event editor: what is not JSON, what is too large, saved test events.

use coldstart_tests::{eventually, eventually_eq, visit};

#[test]
fn an_event_that_is_not_json_is_shown_where_it_breaks_and_refused() {
    visit(|page| {
        page.set_event("{\n  \"a\": tru\n}");
        // While it is being typed, the place moves: what counts is where it comes to rest.
        page.wait_until("the editor names the place", || {
            page.text(".editor-place").as_deref() == Some("2:11")
        });
        let error = page.read(".editor-error");
        assert!(error.len() > "2:11".len() + 5, "{error}");
        // The place is a button: it puts the caret there.
        page.click(".editor-place");
        let caret = page.script(
            "const area = document.activeElement;
             return area.value.slice(0, area.selectionStart).split('\\n').length",
            &[],
        );
        assert_eq!(caret, 2);

        let answer = page.invoke_refused("400");
        assert_eq!(answer.status, "400 InvalidRequestContentException");
        assert!(answer.body.contains("line: 2, column: 11"), "{answer:?}");
        eventually_eq!(
            page,
            page.counts().alive,
            0,
            "no environment is started for it"
        );

        page.set_event("{\"name\": \"Ada\"}");
        page.wait_until("the error is gone", || !page.has(".editor-place"));
        assert!(page.invoke().status.starts_with("200 ·"));
    });
}

#[test]
fn an_event_of_6_mb_is_taken_and_one_byte_more_is_refused() {
    const LIMIT: usize = 6_291_456;
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.configure("memory", "512");
        page.paste_event(&format!("\"{}\"", "x".repeat(LIMIT - 1)));
        page.wait_until("the editor says what is too much", || {
            page.text(".editor-error")
                .is_some_and(|error| error.contains("6291457 bytes"))
        });
        let answer = page.invoke_refused("413");
        assert_eq!(answer.status, "413 RequestTooLargeException");
        assert!(
            answer
                .body
                .contains("Request must be smaller than 6291456 bytes"),
            "{answer:?}"
        );
        eventually_eq!(page, page.counts().alive, 0);

        page.paste_event(&format!("\"{}\"", "x".repeat(LIMIT - 2)));
        let answer = page.invoke();
        assert!(answer.status.starts_with("200 · 6"), "{}", answer.status);
        eventually!(
            page,
            page.text(".viewer-rest")
                .is_some_and(|rest| rest.contains("in the download"))
        );
    });
}

#[test]
fn test_events_are_saved_chosen_and_limited_to_ten() {
    visit(|page| {
        let saved = || page.texts("[data-testid=saved-events] option");
        let before = saved().len();
        page.set_event("{\"name\": \"Grace\"}");
        page.fill("[data-testid=event-name]", "grace");
        page.click("[data-testid=save-event]");
        page.wait_until("the event is in the list", || {
            saved().contains(&"grace".to_owned())
        });

        page.set_event("{}");
        page.choose("[data-testid=saved-events]", "grace");
        page.wait_until("the saved event is back", || {
            page.event() == "{\"name\": \"Grace\"}"
        });

        for number in before..10 {
            page.fill("[data-testid=event-name]", &format!("event {number}"));
            page.click("[data-testid=save-event]");
            page.wait_until("one more is saved", || saved().len() == number + 2);
        }
        page.fill("[data-testid=event-name]", "one too many");
        page.click("[data-testid=save-event]");
        page.take_notice("ten saved test events");
        assert!(!saved().contains(&"one too many".to_owned()));
    });
}
