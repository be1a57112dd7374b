//! The bill against the REPORT line, to the last digit.

use coldstart_tests::readings::{exact, exactly};
use coldstart_tests::{Page, eventually, eventually_eq, visit};

/// The amount of a row of the bill, exactly.
fn amount(page: &Page, name: &str) -> i128 {
    exactly(&page.bill_row(name))
}

/// Fails unless the bill of the invocation that is shown adds up and says what REPORT says.
fn adds_up(page: &Page) {
    const MILLISECOND: i128 = 1_000_000_000_000_000;
    let report = page.report();
    let rows = page.bill_rows();
    let billed = amount(page, "billed duration");
    assert_eq!(billed, i128::from(report.billed_millis) * MILLISECOND);

    // Time: init, handler and rounding are the billed duration, and rounding is below 1 ms.
    let is_cold = report.init_centimillis.is_some();
    assert_eq!(
        is_cold,
        rows.iter().any(|(name, _)| name == "init"),
        "{rows:?}"
    );
    let init = if is_cold { amount(page, "init") } else { 0 };
    let (handler, rounding) = (amount(page, "handler"), amount(page, "rounded up"));
    assert_eq!(init + handler + rounding, billed, "{rows:?}");
    assert!((0..MILLISECOND).contains(&rounding), "{rows:?}");

    // REPORT rounds to hundredths what the bill has exactly.
    let near = |exact: i128, centimillis: u64| {
        let shown = i128::from(centimillis) * MILLISECOND / 100;
        (exact - shown).abs() <= MILLISECOND / 100
    };
    assert!(
        near(handler, report.duration_centimillis),
        "{rows:?} {report:?}"
    );
    assert!(
        near(init, report.init_centimillis.unwrap_or(0)),
        "{rows:?} {report:?}"
    );

    // Money: the lines are the sum, and the sum is the large number at the top.
    let total = amount(page, "this invocation");
    let lines: i128 = rows
        .iter()
        .filter(|(name, _)| name.starts_with("requests:") || name.starts_with("compute"))
        .filter_map(|(_, text)| exact(text))
        .sum();
    let free = match rows.iter().find(|(name, _)| name == "free tier") {
        Some((_, text)) => exactly(text),
        None => 0,
    };
    // Each amount is rounded to the twelfth decimal of a dollar by itself.
    assert!((lines + free - total).abs() <= 2 * 1_000, "{rows:?}");
    eventually_eq!(
        page,
        page.text("[data-testid=bill-total]")
            .as_deref()
            .and_then(exact),
        Some(total)
    );

    // The strip: one cell for each billed millisecond.
    let cells = page.script(
        "return document.querySelector('[data-testid=bill] canvas').getAttribute('aria-valuemax')",
        &[],
    );
    assert_eq!(cells, report.billed_millis.to_string());
}

#[test]
fn the_bill_says_what_report_says_and_adds_up() {
    visit(|page| {
        // A gigabyte: so that a millisecond costs something that can be seen.
        page.configure("memory", "1024");
        page.measure();
        page.invoke();
        adds_up(page);
        let cold = amount(page, "this invocation");
        let same_warm = amount(page, "warm, the same would be");
        assert!(same_warm < cold, "init is billed");

        // One millisecond of 1,024 MB on x86_64 is $0.0000000166667 (Lambda pricing page).
        let millis = page.report().billed_millis;
        let per_millisecond = amount(page, "one ms of compute");
        assert_eq!(per_millisecond, 16_666_700);
        let request = amount(page, "requests: 1");
        assert_eq!(request, 200_000_000, "$0.20 for a million requests");
        let compute = per_millisecond * i128::from(millis);
        assert!(
            (request + compute - cold).abs() <= 1_000,
            "{request} + {compute} = {cold}"
        );

        page.invoke();
        adds_up(page);
        let warm = amount(page, "this invocation");

        let session = page.read("[data-testid=session-total]");
        let session = exactly(&session);
        // Shown with nine decimals.
        assert!(
            (session - cold - warm).abs() <= 1_000_000,
            "{session} = {cold} + {warm}"
        );
    });
}

#[test]
fn the_free_tier_covers_what_it_covers_and_arm_is_cheaper() {
    visit(|page| {
        page.invoke();
        let paid = amount(page, "this invocation");
        assert!(paid > 0);
        page.click("[data-testid=free-tier]");
        page.wait_until("the free tier is taken off", || {
            page.bill_row("this invocation")
                .trim_start_matches(['$', '0', '.'])
                .is_empty()
        });
        adds_up(page);
        eventually_eq!(page, amount(page, "free tier"), -paid);
        page.click("[data-testid=free-tier]");
        page.wait_until("it is paid for again", || {
            amount(page, "this invocation") == paid
        });

        let x86 = amount(page, "one ms of compute");
        page.script(
            "const it = document.querySelector('#architecture'); it.value = 'arm64';
             it.dispatchEvent(new Event('change', { bubbles: true }))",
            &[],
        );
        page.apply();
        page.invoke();
        adds_up(page);
        eventually!(page, amount(page, "one ms of compute") < x86);
        eventually!(page, page.bill_row("compute, arm64").starts_with('$'));
    });
}
