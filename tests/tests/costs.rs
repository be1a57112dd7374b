//! Costs: a month is described, and every step of what it costs is told.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

fn open(page: &Page) {
    page.click("[data-testid=open-costs]");
    eventually!(page, page.has("[data-testid=costs-total]"));
}

fn total(page: &Page) -> String {
    page.text("[data-testid=costs-total]").unwrap_or_default()
}

fn fill(page: &Page, testid: &str, text: &str) {
    page.fill(&format!("[data-testid={testid}]"), text);
}

#[test]
fn a_month_is_described_and_comes_to_what_aws_says() {
    visit(|page| {
        open(page);
        // AWS's own example of a mobile backend.
        eventually_eq!(page, total(page), "$2.73 a month".to_owned());
        let answer = || page.text("[data-testid=costs-answer]").unwrap_or_default();
        assert!(answer().contains("3,000,000 requests × 120 ms × 1536 MB = 540,000 GB-s"));
        assert!(answer().contains("540,000 GB-s × $0.0000166667"));
        assert!(answer().contains("400,000 GB-s cost nothing"));
        page.click("[data-testid=costs-free-tier]");
        eventually_eq!(page, total(page), "$9.60 a month".to_owned());
        // Numbers as people write them.
        fill(page, "cost-requests", "6M");
        eventually_eq!(page, total(page), "$19.20 a month".to_owned());
        fill(page, "cost-memory", "64");
        eventually!(page, page.has("[data-testid=costs-faults]"));
        let faults = page.text("[data-testid=costs-faults]").unwrap_or_default();
        assert!(faults.contains("64 MB is out of range"), "{faults}");
        assert_eq!(total(page), "$19.20 a month", "the last one stays");
        fill(page, "cost-memory", "many");
        eventually!(
            page,
            page.has("[data-testid=cost-memory][aria-invalid=true]")
        );
        fill(page, "cost-memory", "3072");
        eventually_eq!(page, total(page), "$37.20 a month".to_owned());
        assert!(!page.has("[data-testid=costs-faults]"));
        page.expect_quiet_console();
    });
}

#[test]
fn regions_tasks_and_questions() {
    visit(|page| {
        open(page);
        page.click("[data-testid=add-tasks]");
        // Two tasks of 1 vCPU and 2 GB all month: 72.08.
        eventually_eq!(page, total(page), "$74.81 a month".to_owned());
        page.click("[data-testid=add-savings]");
        eventually!(
            page,
            page.has("[data-testid=cost-savings]") && total(page) != "$74.81 a month"
        );
        page.choose("[data-testid=costs-region]", "eu-west-2, Europe (London)");
        eventually!(
            page,
            page.text("[data-testid=costs-faults]")
                .is_some_and(|it| it.contains("no prices of Fargate are known in eu-west-2"))
        );
        page.choose(
            "[data-testid=costs-region]",
            "ap-south-1, Asia Pacific (Mumbai)",
        );
        eventually!(page, !page.has("[data-testid=costs-faults]"));
        let answer = page.text("[data-testid=costs-answer]").unwrap_or_default();
        assert!(answer.contains("Prices of ap-south-1"), "{answer}");
        assert!(answer.contains("as others report them"), "{answer}");
        fill(page, "costs-amount", "1000");
        eventually!(
            page,
            page.text("[data-testid=costs-requests-for]")
                .is_some_and(|it| it.starts_with("pay for ") && it.ends_with(" requests a month"))
        );
        eventually!(
            page,
            page.text("[data-testid=costs-year]")
                .is_some_and(|it| it.starts_with("The year costs $"))
        );
        page.expect_quiet_console();
    });
}

#[test]
fn what_is_described_is_kept_saved_and_linked() {
    visit(|page| {
        open(page);
        fill(page, "cost-requests", "5,000,000");
        page.click("[data-testid=cost-provisioned]");
        eventually!(page, page.has("[data-testid=cost-environments]"));
        eventually!(
            page,
            page.text("[data-testid=costs-answer]")
                .is_some_and(|it| it.contains("10 environments × 730 h"))
        );
        let before = total(page);
        page.click("[data-testid=costs-save]");
        let file = page.downloaded("usage.toml");
        let text = String::from_utf8_lossy(&file).into_owned();
        assert!(text.contains("requests = 5000000"), "{text}");
        assert!(text.contains("[function.provisioned]"), "{text}");
        page.reload();
        eventually_eq!(page, total(page), before.clone());
        page.click("[data-testid=costs-reset]");
        eventually_eq!(page, total(page), "$2.73 a month".to_owned());
    });
}

#[test]
fn a_link_holds_the_month_and_what_is_changed_after_it_is_kept() {
    visit(|page| {
        // AWS's example with twice the requests, as Copy link writes it.
        open(page);
        fill(page, "cost-requests", "6M");
        eventually!(page, total(page) != "$2.73 a month");
        let linked = total(page);
        // The clipboard is the browser's own: the link is what the page keeps, in the address.
        let kept = page.script("return localStorage.getItem('coldstart.costs')", &[]);
        let kept = kept.as_str().unwrap_or_default().to_owned();
        assert!(kept.starts_with("1."), "{kept}");
        page.click("[data-testid=costs-reset]");
        eventually_eq!(page, total(page), "$2.73 a month".to_owned());
        page.script("location.hash = '#costs/' + arguments[0]", &[kept.into()]);
        eventually_eq!(page, total(page), linked.clone());
        // What is changed now is not undone by a reload.
        fill(page, "cost-requests", "3M");
        eventually_eq!(page, total(page), "$2.73 a month".to_owned());
        page.reload();
        eventually_eq!(page, total(page), "$2.73 a month".to_owned());
        // Nonsense is no plan, and no harm.
        page.script("location.hash = '#costs/1.nonsense'", &[]);
        eventually_eq!(page, total(page), "$2.73 a month".to_owned());
        page.expect_quiet_console();
    });
}

#[test]
fn a_function_of_the_session_is_taken_as_it_was_measured() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.invoke();
        open(page);
        eventually!(page, page.has("[data-testid=take-function]"));
        page.click("[data-testid=take-function]");
        eventually!(
            page,
            page.text("[data-testid=costs-answer]")
                .is_some_and(|it| it.contains("function echo"))
        );
        page.expect_quiet_console();
    });
}
