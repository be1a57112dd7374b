//! The form of a service: its fields are lines of the text, and its load is drawn.

use coldstart_tests::{Page, eventually, eventually_eq, key, visit};

const TEXT: &str = "#fargate [data-testid=scenario-text]";
const FORM: &str = "#fargate [data-testid=service-form]";
const FAULT: &str = "#fargate [data-testid=form-fault]";
const PEN: &str = "#fargate [data-testid=load-pen]";

fn open(page: &Page) -> String {
    page.click("[data-testid=open-fargate]");
    page.wait_until("a form is there", || page.has(FORM));
    page.script(
        "document.querySelectorAll('#fargate .form-group').forEach(it => it.open = true)",
        &[],
    );
    text(page)
}

fn text(page: &Page) -> String {
    page.value(TEXT).unwrap_or_default()
}

fn field(name: &str) -> String {
    format!("#fargate [data-field='{name}']")
}

fn run_to_its_end(page: &Page) {
    page.click("#fargate [data-testid=run]");
    page.wait_until("it has ended", || {
        page.text("#fargate [data-testid=run-ended]")
            .is_some_and(|it| it.contains("requests a second, seed"))
    });
}

#[test]
fn a_field_changes_its_line_and_nothing_else() {
    visit(|page| {
        let before = open(page);
        eventually_eq!(page, page.value(&field("Desired")), Some("6".to_owned()));
        page.fill(&field("Desired"), "9");
        page.press(&[key::ENTER]);
        let desired = before.replace("desired = 6 ", "desired = 9 ");
        assert_ne!(desired, before);
        eventually_eq!(page, text(page), desired);
        // What is not written is added to its table, and left out again.
        page.fill(&field("OnDemandVcpus"), "77");
        page.press(&[key::ENTER]);
        let quota = desired.replace("on_demand_vcpus = 500 ", "on_demand_vcpus = 77 ");
        eventually_eq!(page, text(page), quota);
        page.choose(&field("CircuitBreaker"), "On, with rollback");
        let line = "on_demand_vcpus = 77     # quota; 6 in a new account\ncircuit_breaker = \"rollback\"\n";
        eventually!(page, text(page).contains(line), "{}", text(page));
        // A size that Fargate has: the memory goes with the CPU.
        page.choose(&field("Cpu"), "4 vCPU");
        eventually!(
            page,
            text(page).contains("cpu = 4096 ") && text(page).contains("memory = 8192 ")
        );
        run_to_its_end(page);
        eventually!(
            page,
            page.text("#fargate [data-testid=service-counts]").is_some()
        );
        // It is kept as what is typed is.
        page.reload();
        page.click("[data-testid=open-fargate]");
        eventually!(page, text(page).contains("cpu = 4096 "));
        page.expect_quiet_console();
    });
}

#[test]
fn a_text_that_cannot_be_read_disables_the_form_and_loses_nothing() {
    visit(|page| {
        let before = open(page);
        page.paste(TEXT, &before.replace("desired = 6", "desired = = 6"));
        eventually!(
            page,
            page.text(FAULT)
                .is_some_and(|it| it.contains("cannot be read") && it.contains("line 12"))
        );
        eventually!(page, !page.is_enabled(&field("Desired")));
        page.paste(TEXT, &before.replace("memory = 2048", "memory = 1000"));
        eventually!(
            page,
            page.text(FAULT)
                .is_some_and(|it| it.contains("The nearest sizes are"))
        );
        eventually!(page, page.is_enabled(&field("Desired")));
        page.fill(&field("Work"), "soon");
        page.press(&[key::ENTER]);
        eventually!(
            page,
            page.text(FAULT)
                .is_some_and(|it| it.contains("Not changed") && it.contains("soon"))
        );
        assert_eq!(text(page), before.replace("memory = 2048", "memory = 1000"));
        page.expect_quiet_console();
    });
}

#[test]
fn a_load_is_drawn_with_the_pointer_and_with_keys_and_is_run() {
    visit(|page| {
        let before = open(page);
        page.click("#fargate [data-testid=draw-load]");
        page.draw(PEN, &[&[(0.0, 0.9), (0.5, 0.2), (1.0, 0.9)]]);
        eventually!(
            page,
            text(page).contains("rate = { points = [[0, "),
            "{}",
            text(page)
        );
        let rate = |text: &str| {
            let line = text.lines().find(|it| it.starts_with("rate = "));
            line.unwrap_or_default().to_owned()
        };
        let drawn = text(page);
        let points = rate(&drawn);
        assert!(points.matches('[').count() < 12, "{points}");
        assert_eq!(
            drawn.replace(&points, ""),
            before.replace(&rate(&before), "")
        );
        // 7,200 seconds in sixty columns: the middle is the highest.
        assert!(points.contains("[3600, "), "{points}");
        page.script(
            "document.querySelector(arguments[0]).focus()",
            &[PEN.into()],
        );
        page.press(&[key::HOME, key::UP, key::UP]);
        eventually!(page, rate(&text(page)) != points);
        eventually!(
            page,
            page.text("#fargate [data-testid=load-chosen]")
                .is_some_and(|it| it.contains(" a second"))
        );
        page.click("#fargate [data-testid=draw-load]");
        eventually!(page, !page.has(PEN));
        run_to_its_end(page);
        page.expect_quiet_console();
    });
}

#[test]
fn what_came_in_the_session_is_taken_as_a_load() {
    visit(|page| {
        page.invoke();
        page.invoke();
        let before = open(page);
        page.click("#fargate [data-testid=record-load]");
        eventually!(
            page,
            text(page).contains("rate = { steps = [[0, "),
            "{}",
            text(page)
        );
        let rest = |text: &str| {
            let lines = text.lines().filter(|it| !it.starts_with("rate = "));
            lines.map(|it| format!("{it}\n")).collect::<String>()
        };
        assert_eq!(rest(&text(page)), rest(&before));
        run_to_its_end(page);
        eventually!(
            page,
            page.text("#fargate [data-testid=run-ended]")
                .is_some_and(|it| it.contains("requests"))
        );
        page.expect_quiet_console();
    });
}
