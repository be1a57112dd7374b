//! Power tuning: every memory size from one replayed invocation.

use coldstart_tests::{eventually, eventually_eq, visit};

/// The example of aws-lambda-power-tuning's documentation.
const LINK: &str = "https://lambda-power-tuning.show/#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4";

#[test]
fn a_function_is_tuned_by_an_invocation_and_given_the_memory_that_is_chosen() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        // It computes for more than a small function's share of a vCPU.
        page.set_event("{\"do\": \"flood\", \"lines\": 4000}");
        page.invoke();
        eventually!(page, page.has("[data-testid=tuning-ask]"));
        page.click("[data-testid=tuning-ask]");
        eventually!(page, page.has("[data-testid=tuning-table] tbody tr"));
        let table = page.text("[data-testid=tuning-table]").unwrap_or_default();
        for size in ["128 MB", "1536 MB", "3008 MB"] {
            assert!(table.contains(size), "{table}");
        }
        let fastest = page.text("[data-testid=tuning-speed]").unwrap_or_default();
        assert!(fastest.contains("is the fastest"), "{fastest}");
        // Other sizes; and what is none.
        page.fill("[data-testid=tuning-sizes]", "128, many");
        eventually!(
            page,
            page.text("[data-testid=tuning-mistake]")
                .is_some_and(|it| it.contains("“many” is no memory size"))
        );
        page.fill("[data-testid=tuning-sizes]", "128, 1769");
        eventually!(
            page,
            page.text("[data-testid=tuning-speed]")
                .is_some_and(|it| it.starts_with("1769 MB is the fastest"))
        );
        page.click("[data-testid=tuning-json]");
        let json = String::from_utf8_lossy(&page.downloaded("power-tuning.json")).into_owned();
        assert!(
            json.contains("https://lambda-power-tuning.show/#"),
            "{json}"
        );
        page.click("[data-testid=tuning-use-speed]");
        eventually_eq!(page, page.value("#memory"), Some("1769".to_owned()));
        page.expect_quiet_console();
    });
}

#[test]
fn a_link_of_the_visualization_opens_as_a_chart() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.wait_until("the panel", || page.has("[data-testid=tuning]"));
        page.script("document.querySelector('.tuning-linked').open = true;", &[]);
        page.fill("[data-testid=tuning-open]", "nonsense");
        eventually!(
            page,
            page.text("[data-testid=tuning-mistake]")
                .is_some_and(|it| it.contains("the link has 1 of three lists"))
        );
        page.fill("[data-testid=tuning-open]", LINK);
        eventually!(
            page,
            page.text("[data-testid=tuning]")
                .is_some_and(|it| it.contains("Time by memory"))
        );
        assert!(!page.has("[data-testid=tuning-mistake]"));
        page.expect_quiet_console();
    });
}
