//! The ledger: what the session cost, from the whole to one invocation.

use coldstart_tests::{Page, eventually, visit};

fn groups(page: &Page) -> String {
    page.text("[data-testid=ledger-groups]").unwrap_or_default()
}

fn amount(page: &Page, testid: &str) -> f64 {
    let text = page
        .text(&format!("[data-testid={testid}]"))
        .unwrap_or_default();
    let digits: String = text
        .chars()
        .filter(|it| it.is_ascii_digit() || *it == '.')
        .collect();
    digits.parse().unwrap_or(f64::NAN)
}

#[test]
fn one_goes_down_to_an_invocation_and_every_level_adds_up() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.set_event("{\"do\": \"error\"}");
        page.invoke();
        page.set_event("{\"do\": \"ok\"}");
        page.invoke();
        eventually!(page, groups(page).contains("misbehave"));
        let whole = amount(page, "ledger-total");
        assert!(whole > 0.0);
        // By how it ended: an error costs like a success.
        page.click("[data-testid=ledger-by-outcome]");
        eventually!(
            page,
            groups(page).contains("crashes") && groups(page).contains("succeeded")
        );
        assert!((amount(page, "ledger-total") - whole).abs() < 1e-9);
        // Down to those that failed.
        page.click_text("button", "crashes");
        eventually!(
            page,
            page.text("[data-testid=ledger-crumbs]")
                .is_some_and(|it| it.contains("crashes"))
        );
        let failed = amount(page, "ledger-total");
        assert!(failed > 0.0 && failed < whole, "{failed} of {whole}");
        let parts = page.text("[data-testid=ledger-parts]").unwrap_or_default();
        assert!(parts.contains("of compute: handlers"), "{parts}");
        // A report with a line for each price.
        page.click("[data-testid=ledger-csv]");
        let csv = String::from_utf8_lossy(&page.downloaded("ledger.csv")).into_owned();
        assert!(csv.starts_with("identity/LineItemId,"), "{csv}");
        assert!(
            csv.contains(",AWSLambda,Request,Invoke,misbehave,1,Requests,"),
            "{csv}"
        );
        assert_eq!(csv.lines().count(), 3, "one invocation, two prices: {csv}");
        // And back.
        page.click_text("button", "Session");
        eventually!(page, (amount(page, "ledger-total") - whole).abs() < 1e-9);
        page.expect_quiet_console();
    });
}
