//! The panel of sources: what makes events, and whom it tells.

use crate::Page;
use serde_json::Value;

/// The form for a new source.
pub const FORM: &str = ".sources > .facts [data-testid=source-form] ";

/// Opens something that folds, in the card of a source or in the panel.
pub fn unfold(page: &Page, source: Option<&str>, title: &str) {
    let opened = page.script(
        "const [source, title] = arguments;
         const root = document.querySelector(source === null ? '.sources' : `[data-source=\"${source}\"]`);
         const within = source === null ? ':scope > .facts > summary' : 'summary';
         const summary = [...root.querySelectorAll(within)].find((it) => it.textContent === title);
         if (!summary.parentElement.open) summary.click();
         return true",
        &[source.into(), title.into()],
    );
    assert_eq!(opened, true);
}

/// The selector of something in the card of a source.
pub fn card(source: &str, css: &str) -> String {
    format!("[data-source=\"{source}\"] {css}")
}

/// Fills in the form for a new source of a kind, with what `change` fills in, and sends it.
pub fn create(page: &Page, kind: &str, name: &str, change: impl FnOnce()) {
    page.wait_until("the panel", || page.has("[data-testid=sources]"));
    unfold(page, None, "New source");
    page.choose(&format!("{FORM}[data-testid=source-kind]"), kind);
    page.fill(&format!("{FORM}[data-testid=source-name]"), name);
    change();
    page.click(&format!("{FORM}[data-testid=save-source]"));
}

/// Waits until a source is there.
pub fn created(page: &Page, name: &str) {
    page.wait_until(name, || page.has(&card(name, "")));
}

/// Says who is told; the test fills in what.
pub fn wire(page: &Page, source: &str, target: &str, change: impl FnOnce()) {
    unfold(page, Some(source), "Tell a function or a queue");
    page.choose(&card(source, "[data-testid=wire-target]"), target);
    change();
    page.click(&card(source, "[data-testid=save-wire]"));
}

/// Waits until a source has so many targets.
pub fn wired(page: &Page, source: &str, count: usize) {
    page.wait_until("it is wired", || {
        page.texts(&card(source, "[data-testid=wire]")).len() == count
    });
}

/// What a source says of what happened there.
pub fn counts(page: &Page, source: &str) -> String {
    page.text(&card(source, "[data-testid=source-counts]"))
        .unwrap_or_default()
}

/// The event that the echo got last, once it is one of this kind.
pub fn told(page: &Page, kind: &str) -> Value {
    page.open_tab("Response");
    let body = page.wait(kind, || {
        page.answer()
            .map(|it| it.body)
            .filter(|it| it.contains(kind))
    });
    serde_json::from_str(&body).unwrap_or_default()
}
