//! The account's limits, shared by all functions.

use coldstart_tests::visit;

#[test]
fn account_concurrency_throttles_and_nonsense_is_refused() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.click("[data-testid=account] summary");
        page.fill("#account-concurrency", "2\u{E004}");
        page.set_event(r#"{"do": "sleep", "millis": 400}"#);
        page.burst(5, 0);
        let counts = page.wait_for_counts("three of five are throttled", |counts| {
            counts.throttled == 3
        });
        assert_eq!(counts.throttled, 3, "{counts:?}");
        page.fill("#account-concurrency", "many\u{E004}");
        page.wait_until("the mistake is named", || {
            page.texts("[data-testid=account] .field-error")
                .iter()
                .any(|text| text.contains("1 to 10,000"))
        });
    });
}
