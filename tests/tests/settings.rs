//! Settings are validated as AWS validates them, and nothing that was typed is lost.

use coldstart_tests::{Page, eventually, eventually_eq, visit};

/// What stands under a field of the settings.
fn error_of(page: &Page, field: &str) -> String {
    page.wait(&format!("{field} is refused"), || {
        page.text(&format!("#{field}-error"))
    })
}

#[test]
fn values_out_of_range_are_refused_where_they_stand() {
    visit(|page| {
        for (field, nonsense, words) in [
            ("memory", "lots", "not a whole number"),
            ("memory", "127", "128"),
            ("memory", "10241", "10240"),
            ("timeout", "0", "1"),
            ("timeout", "901", "900"),
            ("timeout", "1.5", "not a whole number"),
            ("storage", "511", "512"),
            ("reserved", "-1", "not a whole number"),
            ("reserved", "901", "100"),
            ("name", "no spaces", "no spaces"),
            ("name", "", ""),
        ] {
            let css = format!("#{field}");
            let before = page.value(&css).unwrap();
            page.fill(&css, nonsense);
            let error = error_of(page, field);
            assert!(error.contains(words), "{field} = {nonsense}: {error}");
            assert!(
                !page.is_enabled("[data-testid=apply]"),
                "{field} = {nonsense}"
            );
            eventually_eq!(
                page,
                page.value(&css),
                Some(nonsense.to_owned()),
                "what was typed stays"
            );
            page.fill(&css, &before);
            page.wait_until("the error is gone", || {
                !page.has(&format!("#{field}-error"))
            });
        }
    });
}

#[test]
fn one_mistake_does_not_cost_the_other_changes() {
    visit(|page| {
        page.fill("#name", "renamed");
        page.fill("#timeout", "7");
        page.fill("#memory", "99");
        error_of(page, "memory");
        // Nothing is taken before everything is right: not even by the Enter key.
        page.press(&[coldstart_tests::key::ENTER]);
        eventually_eq!(page, page.functions(), ["greeting"]);
        // Requests still go to the function as it is.
        assert!(page.invoke().status.starts_with("200 ·"));
        eventually_eq!(page, page.report().memory, 128);
        eventually_eq!(
            page,
            page.value("#name"),
            Some("renamed".to_owned()),
            "an invocation changes no draft"
        );
        eventually_eq!(page, page.value("#memory"), Some("99".to_owned()));

        page.fill("#memory", "256");
        page.apply();
        page.wait_until("the function is renamed", || {
            page.functions() == ["renamed"]
        });
        eventually_eq!(page, page.value("#timeout"), Some("7".to_owned()));
        page.invoke();
        eventually_eq!(page, page.report().memory, 256);
        eventually_eq!(
            page,
            page.counts().cold,
            2,
            "new settings need a new environment"
        );
    });
}

#[test]
fn environment_variables_reach_the_handler_unless_their_names_are_reserved() {
    visit(|page| {
        page.click("[data-testid=variables] summary");
        let value = ".variable input[aria-label=Value]";
        eventually_eq!(
            page,
            page.value(value),
            Some("Hello".to_owned()),
            "the sample's own variable"
        );
        page.fill(value, "Ahoy");
        page.apply();
        assert!(page.invoke().body.contains("Ahoy"));

        page.click_text("button", "Add a variable");
        let name = ".variable:last-of-type input[aria-label=Name]";
        let value = ".variable:last-of-type input[aria-label=Value]";
        for (reserved, words) in [
            ("AWS_REGION", "AWS_REGION"),
            ("1ST", "1ST"),
            ("GREETING", "twice"),
        ] {
            page.fill(name, reserved);
            page.fill(value, "x");
            let error = page.wait(&format!("{reserved} is refused"), || {
                page.text("[data-testid=variables] .field-error")
                    .filter(|error| error.contains(words))
            });
            assert!(!page.is_enabled("[data-testid=apply]"), "{error}");
        }
        page.fill(name, "NOTES");
        page.paste(value, &"x".repeat(5_000));
        page.wait("4 KB is the limit", || {
            page.text("[data-testid=variables] .field-error")
                .filter(|error| {
                    error.contains("4096") || error.contains("4,096") || error.contains("4 KB")
                })
        });
        page.fill(value, "short");
        page.wait_until("the error is gone", || {
            !page.has("[data-testid=variables] .field-error")
        });
        page.apply();
        assert!(page.invoke().body.contains("Ahoy"));
    });
}

#[test]
fn names_are_unique_and_deleted_functions_are_gone() {
    visit(|page| {
        page.add_sample("Echo", "echo");
        page.add_sample("Echo", "echo-2");
        page.fill("#name", "greeting");
        let error = error_of(page, "name");
        assert!(error.contains("already exist"), "{error}");
        page.click_text("button", "Discard");
        page.wait_until("the name is back", || {
            page.value("#name").as_deref() == Some("echo-2")
        });

        page.invoke();
        page.click("[data-testid=delete]");
        page.wait_until("it is gone", || page.functions() == ["greeting", "echo"]);
        page.wait_for_counts("its environment too", |counts| counts.alive == 0);
        page.click("[data-testid=delete]");
        page.wait_until("another function is selected", || {
            page.functions().len() == 1
        });
        page.click("[data-testid=delete]");
        page.wait_until("all are gone", || page.functions().is_empty());
        assert!(!page.is_enabled("[data-testid=invoke]"));
        eventually!(page, !page.has("[data-testid=settings]"));
        page.add_sample("Echo", "echo");
        assert!(page.invoke().status.starts_with("200 ·"));
    });
}
