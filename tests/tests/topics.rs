//! Topics: an SNS topic's filter policies say which subscriber hears of a message, an IoT rule's SQL says what
//! its target gets.

use coldstart_tests::sources::{card, counts, create, created, told, wire, wired};
use coldstart_tests::{Page, eventually, queues, visit};
use serde_json::json;

/// Waits until the form for a target says what is wrong.
fn refused(page: &Page, source: &str, words: &str) {
    page.wait_until(words, || {
        page.text(&card(source, "[data-testid=wire-form] .field-error"))
            .is_some_and(|text| text.contains(words))
    });
}

/// Fills in what is to happen, field by field, and lets it happen.
fn happen(page: &Page, source: &str, fields: &[(&str, &str)]) {
    for (field, value) in fields {
        page.fill(
            &card(source, &format!("[data-testid=happen-{field}]")),
            value,
        );
    }
    page.click(&card(source, "[data-testid=happen]"));
}

#[test]
fn a_filter_policy_says_of_which_messages_a_subscriber_hears() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "SNS topic", "orders", || {});
        created(page, "orders");
        let subscribe = |target: &str, policy: &str, on_body: bool| {
            wire(page, "orders", target, || {
                page.fill(&card("orders", "[data-testid=wire-text]"), policy);
                if on_body {
                    page.click(&card("orders", "[data-testid=wire-body]"));
                }
            });
        };
        // Each is refused at the character that is wrong.
        for (policy, mistake) in [
            (
                r#"{"store": [{"begins": "b"}]}"#,
                "line 1, column 13: there is no operator \"begins\"",
            ),
            (
                "{\"store\":\n \"berlin\"}",
                "line 2, column 2: the value of \"store\" is not a list",
            ),
            (
                r#"{"order": {"id": [1]}}"#,
                "Set FilterPolicyScope to MessageBody",
            ),
        ] {
            subscribe("echo", policy, false);
            refused(page, "orders", mistake);
        }
        subscribe("echo", r#"{"store": [{"prefix": "ber"}]}"#, false);
        wired(page, "orders", 1);
        queues::create(page, "large");
        subscribe(
            "queue large",
            r#"{"orderId": [{"numeric": [">", 5000]}]}"#,
            true,
        );
        wired(page, "orders", 2);

        happen(page, "orders", &[("first", "An order")]);
        page.wait_until("the function hears of it, the queue does not", || {
            counts(page, "orders") == "happened once · 1 event"
        });
        let event = told(page, "aws:sns");
        let sns = &event["Records"][0]["Sns"];
        assert_eq!(sns["Subject"], "An order");
        assert_eq!(sns["Message"], r#"{"orderId": 1001}"#);
        assert_eq!(
            sns["MessageAttributes"]["store"],
            json!({"Type": "String", "Value": "berlin"})
        );
        // The other way round: another store, a large order.
        let paris = [
            ("second", r#"{"store": "paris"}"#),
            ("body", r#"{"orderId": 9001}"#),
        ];
        happen(page, "orders", &paris);
        page.wait_until("the queue hears of it, the function does not", || {
            counts(page, "orders") == "happened 2 times · 1 event · 1 message"
        });
        eventually!(page, queues::counts(page, "large") == "1 visible");
        happen(page, "orders", &[("body", r#"{"orderId": 1}"#)]);
        page.wait_until("nobody hears of it", || {
            counts(page, "orders") == "happened 3 times · 1 event · 1 message"
        });
        page.wait_for_counts("the function ran once", |counts| counts.invoked() == 1);

        // Policies outlive the tab.
        page.wait_until_saved("\"number\":3");
        page.reload();
        page.playground_is_ready();
        page.wait_until("the policies are back", || {
            let wires = page.texts(&card("orders", "[data-testid=wire]")).join(" ");
            wires.contains("{\"store\": [{\"prefix\": \"ber\"}]}") && wires.contains("body {")
        });
        page.expect_quiet_console();
    });
}

#[test]
fn a_rules_select_is_exactly_what_its_target_gets() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        create(page, "IoT topics", "fleet", || {});
        created(page, "fleet");
        let rule = |sql: &str| {
            wire(page, "fleet", "echo", || {
                page.fill(&card("fleet", "[data-testid=wire-text]"), sql);
            });
        };
        for (sql, mistake) in [
            (
                "SELECT celsius FROM rooms/+/heat",
                "line 1, column 21: the topic filter is not in quotes",
            ),
            (
                "SELECT topic(2) FROM 'rooms/+/heat'",
                "line 1, column 8: this expression has no name",
            ),
        ] {
            rule(sql);
            refused(page, "fleet", mistake);
        }
        rule(
            "SELECT celsius, topic(2) AS room, celsius * 2 > 40 AS warm FROM 'rooms/+/heat' WHERE celsius > 20",
        );
        wired(page, "fleet", 1);

        happen(
            page,
            "fleet",
            &[("body", r#"{"celsius": 21.5, "battery": 80}"#)],
        );
        page.wait_until("the function is told", || {
            counts(page, "fleet") == "happened once · 1 event"
        });
        assert_eq!(
            told(page, "celsius"),
            json!({"celsius": 21.5, "room": "1", "warm": true})
        );

        happen(page, "fleet", &[("body", r#"{"celsius": 19}"#)]);
        page.wait_until("the condition keeps it back", || {
            counts(page, "fleet") == "happened 2 times · 1 event"
        });
        let elsewhere = [("first", "rooms/1/light"), ("body", r#"{"celsius": 21.5}"#)];
        happen(page, "fleet", &elsewhere);
        page.wait_until("the rule is about other topics", || {
            counts(page, "fleet") == "happened 3 times · 1 event"
        });
        happen(page, "fleet", &[("first", "rooms/+/heat")]);
        page.wait_until("nobody publishes to a filter", || {
            page.text(&card("fleet", "[data-testid=happen-form] .field-error"))
                .is_some_and(|text| text.starts_with("That is no topic to publish to."))
        });
        happen(page, "fleet", &[("first", "rooms/kitchen/heat")]);
        page.wait_until("another room", || {
            counts(page, "fleet") == "happened 4 times · 2 events"
        });
        assert_eq!(
            told(page, "kitchen"),
            json!({"celsius": 21.5, "room": "kitchen", "warm": true})
        );
        page.expect_quiet_console();
    });
}
