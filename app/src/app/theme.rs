//! Light, dark, or as the system has it.

use crate::browser::theme::{self, Theme};
use leptos::prelude::*;

#[component]
pub(super) fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(theme::chosen());
    let next = move |_| {
        let next = match chosen.get() {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        };
        theme::choose(next);
        chosen.set(next);
    };
    let (sign, name) = (
        move || match chosen.get() {
            Theme::System => "◐",
            Theme::Light => "○",
            Theme::Dark => "●",
        },
        move || match chosen.get() {
            Theme::System => "Theme: as the system",
            Theme::Light => "Theme: light",
            Theme::Dark => "Theme: dark",
        },
    );
    view! {
        <button class="icon-button" id="theme" title=name aria-label=name on:click=next>
            {sign}
        </button>
    }
}
