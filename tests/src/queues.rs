//! The panel of queues: messages, and what polls them.

use crate::Page;

/// The form for a new queue.
pub const FORM: &str = ".queues > .facts [data-testid=queue-form] ";

/// Opens something that folds, in the card of a queue or in the panel.
pub fn unfold(page: &Page, queue: Option<&str>, title: &str) {
    let opened = page.script(
        "const [queue, title] = arguments;
         const root = document.querySelector(queue === null ? '.queues' : `[data-queue=\"${queue}\"]`);
         const within = queue === null ? ':scope > .facts > summary' : 'summary';
         const summary = [...root.querySelectorAll(within)].find((it) => it.textContent === title);
         if (!summary.parentElement.open) summary.click();
         return true",
        &[queue.into(), title.into()],
    );
    assert_eq!(opened, true);
}

/// The selector of a queue's card.
pub fn card(queue: &str) -> String {
    format!("[data-queue=\"{queue}\"] ")
}

/// A text of a queue's card; empty if there is none.
pub fn of_queue(page: &Page, queue: &str, css: &str) -> String {
    page.text(&format!("{}{css}", card(queue)))
        .unwrap_or_default()
}

/// What a queue says of its messages.
pub fn counts(page: &Page, queue: &str) -> String {
    of_queue(page, queue, "[data-testid=queue-counts]")
}

/// Creates a queue and waits for it.
pub fn create(page: &Page, name: &str) {
    unfold(page, None, "New queue");
    page.fill(&format!("{FORM}[data-testid=queue-name]"), name);
    page.click(&format!("{FORM}[data-testid=save-queue]"));
    page.wait_until(name, || counts(page, name) == "0 visible");
}

/// A mapping of a queue to the function that is selected.
pub fn map(page: &Page, queue: &str, change: impl FnOnce(&str)) {
    unfold(page, Some(queue), "Let a function poll it");
    let form = format!("{}[data-testid=mapping-form] ", card(queue));
    change(&form);
    page.click(&format!("{form}[data-testid=save-mapping]"));
}

/// Skips to what comes next, once it is this.
pub fn skip_to(page: &Page, what: &str) {
    page.wait_until(what, || {
        let label = page.text("[data-testid=skip]").unwrap_or_default();
        page.is_enabled("[data-testid=skip]") && label.starts_with(&format!("Skip to {what}"))
    });
    page.click("[data-testid=skip]");
}
