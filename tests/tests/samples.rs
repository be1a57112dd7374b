//! The samples, one for each use of serverless: each shows in the page what it says.

use coldstart_tests::{Page, eventually, key, visit};

/// Adds a sample; its first event is in the editor.
fn add(page: &Page, title: &str, name: &str) {
    page.add_sample(title, name);
    page.configure("timeout", "30");
}

/// Puts a saved event into the editor and invokes; the response.
fn answer(page: &Page, event: &str) -> String {
    page.choose("[data-testid=saved-events]", event);
    page.invoke().body
}

#[track_caller]
fn holds(response: &str, words: &[&str]) {
    for word in words {
        assert!(response.contains(word), "{word} is not in {response}");
    }
}

#[test]
fn data_processing_totals_a_csv() {
    visit(|page| {
        add(page, "Sales (Python)", "sales");
        holds(
            &answer(page, "A week"),
            &[
                "\"region\": \"north\"",
                "\"revenue\": \"557.70\"",
                "\"refused\": []",
            ],
        );
        holds(
            &answer(page, "Two rows that cannot be read"),
            &["\"line\": 2", "\"line\": 4", "498.00"],
        );
        holds(
            &answer(page, "A column is missing: an error"),
            &[
                "ValueError",
                "the CSV has no column product, price",
                "stackTrace",
            ],
        );
    });
}

#[test]
fn a_queues_consumer_names_what_failed() {
    visit(|page| {
        add(page, "Orders (Python)", "orders");
        holds(
            &answer(page, "Three orders, one sold out"),
            &["\"itemIdentifier\": \"059f36b4-87a3-44ab-83d2-661970000002\""],
        );
        holds(
            &page.read("[data-testid=trigger-verdict]"),
            &["2 items are deleted", "1 item is visible again"],
        );
        let log = page.log();
        holds(&log, &["order 1001: 2 tea packed", "coffee is sold out"]);
        holds(&answer(page, "One order"), &["\"batchItemFailures\": []"]);
        holds(
            &answer(page, "A message that is no order"),
            &["059f36b4-87a3-44ab-83d2-661970000005"],
        );
    });
}

#[test]
fn stream_processing_goes_on_where_the_environment_is_warm() {
    visit(|page| {
        add(page, "Clicks (Python)", "clicks");
        holds(
            &answer(page, "The first batch"),
            &["\"start\": 1795420800", "\"clicks\": 3"],
        );
        // The second window goes on: one click of the first batch, one of this.
        holds(
            &answer(page, "A later batch"),
            &["\"clicks\": 3", "\"clicks\": 2", "\"start\": 1795420820"],
        );
    });
}

#[test]
fn a_chat_keeps_its_room_in_tmp() {
    visit(|page| {
        add(page, "Chat (JavaScript)", "chat");
        holds(&answer(page, "Ada connects"), &["\"deliveries\": []"]);
        holds(&answer(page, "Grace connects"), &["Grace joined"]);
        holds(
            &answer(page, "Ada says hello"),
            &["Ada: Hello, everybody", "\"connectionId\": \"Grace=\""],
        );
        holds(&answer(page, "Ada leaves"), &["Ada left"]);
    });
}

#[test]
fn an_iot_rule_raises_an_alarm_after_three_hot_readings() {
    visit(|page| {
        add(page, "Thermostat (Ruby)", "thermostat");
        for action in ["none", "none", "raise", "none"] {
            let action = format!("\"action\": \"{action}\"");
            holds(&answer(page, "Hot: send it three times"), &[&action]);
        }
        holds(
            &answer(page, "Cooler"),
            &["\"action\": \"clear\"", "\"alarm\": false"],
        );
        holds(
            &answer(page, "A broken sensor: an error"),
            &["Function<ArgumentError>", "warm"],
        );
    });
}

#[test]
fn a_mobile_backend_checks_its_input() {
    visit(|page| {
        add(page, "Notes (JavaScript)", "notes");
        holds(
            &answer(page, "Create a note"),
            &["\"statusCode\": 201", "Groceries"],
        );
        holds(
            &answer(page, "List all"),
            &["\"statusCode\": 200", "Groceries"],
        );
        holds(
            &answer(page, "Nonsense: 422"),
            &["\"statusCode\": 422", "title: a text is required"],
        );
        holds(&answer(page, "No such note: 404"), &["\"statusCode\": 404"]);
    });
}

#[test]
fn a_website_escapes_what_visitors_send() {
    visit(|page| {
        add(page, "Website (Python)", "website");
        holds(&answer(page, "A visit"), &["Hello, Ada!", "text/html"]);
        let frame = page.script(
            "const frame = document.querySelector('iframe.response-page');
             return [frame.getAttribute('sandbox'), frame.srcdoc.includes('<h1>Hello, Ada!</h1>')]",
            &[],
        );
        assert_eq!(
            frame,
            serde_json::json!(["", true]),
            "nothing is allowed in the frame"
        );
        let page_of_script = answer(page, "Somebody tries to sneak in a script");
        holds(&page_of_script, &["&lt;script&gt;"]);
        assert!(!page_of_script.contains("<script>"), "{page_of_script}");
        holds(&answer(page, "A POST: 405"), &["\"statusCode\": 405"]);
    });
}

#[test]
fn machine_learning_reads_digits() {
    visit(|page| {
        add(page, "Digits (Python)", "digits");
        for (event, digit) in [("A zero", 0), ("A three", 3), ("A seven", 7)] {
            holds(&answer(page, event), &[&format!("\"digit\": {digit},")]);
        }
        let error = answer(page, "Three pixels: an error");
        holds(&error, &["ValueError", "64 numbers"]);
    });
}

const PAPER: &str = "[data-testid=sketch-paper]";

/// The digit that the sample reads in the event as it is.
fn read_digit(page: &Page) -> Option<u64> {
    let response: serde_json::Value = serde_json::from_str(&page.invoke().body).ok()?;
    response["digit"].as_u64()
}

#[test]
fn drawn_digits_are_read() {
    visit(|page| {
        eventually!(page, !page.has(PAPER), "only its events can be drawn");
        add(page, "Digits (Python)", "digits");
        page.wait_until("there is paper", || page.has(PAPER));
        // Small and in a corner; large; in two strokes.
        let turn = |part: i32| f64::from(part) / 24.0 * std::f64::consts::TAU;
        let zero: Vec<(f64, f64)> = (0..=24)
            .map(|part| (0.3 + 0.1 * turn(part).sin(), 0.3 - 0.17 * turn(part).cos()))
            .collect();
        let one = [(0.42, 0.3), (0.55, 0.12), (0.54, 0.5), (0.55, 0.9)];
        let seven = [
            (0.25, 0.15),
            (0.5, 0.16),
            (0.75, 0.14),
            (0.6, 0.5),
            (0.45, 0.9),
        ];
        let bar = [(0.4, 0.5), (0.75, 0.5)];
        let drawn = |digit: u64, strokes: &[&[(f64, f64)]]| {
            page.click("[data-testid=sketch-clear]");
            page.wait_until("the event is empty paper", || {
                !page
                    .event()
                    .contains(|digit: char| ('1'..='9').contains(&digit))
            });
            page.draw(PAPER, strokes);
            assert_eq!(read_digit(page), Some(digit), "{}", page.event());
        };
        drawn(0, &[&zero]);
        drawn(1, &[&one]);
        drawn(7, &[&seven, &bar]);
    });
}

#[test]
fn digits_are_drawn_with_the_keyboard() {
    visit(|page| {
        add(page, "Digits (Python)", "digits");
        page.wait_until("there is paper", || page.has(PAPER));
        page.script(
            "document.querySelector(arguments[0]).focus()",
            &[PAPER.into()],
        );
        let mut keys = vec![key::DELETE];
        keys.extend([key::UP; 8]);
        keys.push(key::SPACE);
        keys.extend([key::DOWN; 16]);
        keys.push(key::SPACE);
        // The pen is up: this draws nothing.
        keys.extend([key::RIGHT; 6]);
        page.press(&keys);
        page.wait_until("the pen says where it is", || {
            page.texts(".sketch [role=status]").concat()
                == "Pen up, 80 % from the left, 90 % from the top"
        });
        assert_eq!(read_digit(page), Some(1), "{}", page.event());
        // A saved event takes the drawing's place.
        holds(&answer(page, "A three"), &["\"digit\": 3,"]);
        eventually!(
            page,
            page.text(".sketch-paper")
                .is_some_and(|text| text.contains("Draw here"))
        );
    });
}
