//! Versions, aliases and provisioned concurrency.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

const VERSIONS: &str = "[data-testid=versions] ";

fn publish(page: &Page, number: usize) {
    page.click("[data-testid=publish]");
    page.wait_until(&format!("version {number}"), || {
        page.texts("[data-testid=version]").len() == number
    });
}

fn open(page: &Page) {
    page.click("[data-testid=versions] > summary");
}

fn save_alias(page: &Page, name: &str) {
    page.fill("[data-testid=alias-name]", name);
    page.click("[data-testid=save-alias]");
}

#[test]
fn an_alias_leads_to_a_version_that_keeps_its_settings() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        open(page);
        publish(page, 1);
        assert!(!page.is_enabled("[data-testid=publish]"), "nothing is new");
        page.configure("memory", "512");
        publish(page, 2);
        eventually!(
            page,
            page.texts("[data-testid=version]")[1].contains("128 MB")
        );

        // A name that is none is refused, and says why.
        save_alias(page, "7");
        let error = page.read(&format!("{VERSIONS}.field-error"));
        assert!(
            error.contains("satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
            "{error}"
        );
        page.choose("[data-testid=alias-version]", "1");
        save_alias(page, "live");
        page.wait_until("the alias", || {
            page.text("[data-testid=alias]")
                .is_some_and(|text| text.contains("live") && text.contains("→ 1"))
        });

        page.choose("[data-testid=qualifier]", "live");
        assert!(page.invoke().status.starts_with("200 ·"));
        eventually!(page, page.log().contains("Version: 1\n"), "{}", page.log());
        eventually_eq!(page, page.report().memory, 128);

        // `$LATEST` has environments of its own.
        page.choose("[data-testid=qualifier]", "$LATEST");
        page.invoke();
        eventually!(page, page.log().contains("Version: $LATEST\n"));
        eventually_eq!(page, page.counts().cold, 2);

        // All of it outlives the tab.
        page.wait_until_saved("live");
        page.reload();
        page.playground_is_ready();
        open(page);
        page.choose("[data-testid=qualifier]", "version 2");
        page.invoke();
        eventually!(page, page.log().contains("Version: 2\n"));
        eventually_eq!(page, page.report().memory, 512);
    });
}

#[test]
fn provisioned_environments_are_warm_and_what_they_do_not_take_spills_over() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        open(page);
        publish(page, 1);
        page.fill("[data-testid=provision-count]", "5000");
        page.click("[data-testid=provision]");
        let error = page.read(&format!("{VERSIONS}.field-error"));
        assert!(
            error.contains("below its minimum value of [100]"),
            "{error}"
        );

        page.fill("[data-testid=provision-count]", "2");
        page.click("[data-testid=provision]");
        // Two environments for five minutes at least, however soon they go.
        eventually!(
            page,
            page.text("[data-testid=provisioned-total]")
                .is_some_and(|it| it.starts_with("$0.00") && it != "$0.000000000")
        );
        page.wait_until("it is asked for", || {
            page.text("[data-testid=provisioned]")
                .is_some_and(|text| text.contains("not available yet"))
        });
        page.wait_until("there is something to skip to", || {
            let label = page.text("[data-testid=skip]").unwrap_or_default();
            page.is_enabled("[data-testid=skip]") && label.starts_with("Skip to provisioning")
        });
        page.click("[data-testid=skip]");
        page.wait_until("they are there", || {
            page.text("[data-testid=provisioned]")
                .is_some_and(|text| text.contains("2 available"))
        });
        let state = page.function_state("echo").unwrap_or_default();
        assert!(state.contains("2 frozen"), "{state}");

        page.choose("[data-testid=qualifier]", "version 1");
        page.invoke();
        let counts = page.counts();
        assert_eq!(
            (counts.cold, counts.warm),
            (0, 1),
            "it was warm the first time"
        );
    });
}

/// What a list shows.
fn chosen(page: &Page, css: &str) -> String {
    let shown = page.script(
        "return document.querySelector(arguments[0])?.selectedOptions[0]?.textContent ?? ''",
        &[css.into()],
    );
    shown.as_str().unwrap_or_default().trim().to_owned()
}

#[test]
fn versions_of_the_same_number_are_those_of_the_function_that_is_selected() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        open(page);
        publish(page, 1);
        page.add_sample("Echo", "echo-2");
        page.configure("memory", "512");
        page.click("[data-testid=publish]");
        let rows = || page.texts("[data-testid=version]").join(" ");
        page.wait_until("its version", || rows().contains("512 MB"));
        page.select_function("echo");
        page.wait_until("the other's", || rows().contains("128 MB"));

        // Which one a request names is a choice for one function.
        page.choose("[data-testid=qualifier]", "version 1");
        page.select_function("echo-2");
        page.wait_until("nothing is chosen for this one", || {
            chosen(page, "[data-testid=qualifier]") == "$LATEST"
        });
        page.invoke();
        eventually!(
            page,
            page.log().contains("Version: $LATEST\n"),
            "{}",
            page.log()
        );
        page.expect_quiet_console();
    });
}

#[test]
fn a_new_version_changes_nothing_that_was_typed_or_chosen() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        open(page);
        publish(page, 1);
        page.configure("memory", "256");
        publish(page, 2);
        page.choose("[data-testid=provision-for]", "version 1");
        page.fill("[data-testid=alias-name]", "live");
        page.configure("memory", "512");
        publish(page, 3);
        page.wait_until("it can be chosen", || {
            page.texts("[data-testid=provision-for] option").len() == 3
        });
        eventually_eq!(
            page,
            page.value("[data-testid=alias-name]"),
            Some("live".to_owned())
        );
        eventually_eq!(
            page,
            chosen(page, "[data-testid=provision-for]"),
            "version 1"
        );
        page.click("[data-testid=provision]");
        let row = page.read("[data-testid=provisioned]");
        assert!(row.starts_with('1'), "{row}");
        page.expect_quiet_console();
    });
}
