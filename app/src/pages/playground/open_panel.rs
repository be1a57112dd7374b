//! A panel that is closed until someone opens it: what it shows takes time to find out.

use leptos::prelude::*;

#[component]
pub(super) fn OpenPanel(
    /// Its class, and what its parts are called in tests.
    name: &'static str,
    title: &'static str,
    /// What it shows, in a line.
    about: &'static str,
    /// What stands in it while it is open.
    content: fn() -> AnyView,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <section class=format!("panel {name}") aria-labelledby=format!("{name}-title") data-testid=name>
            <div class="panel-head">
                <h2 id=format!("{name}-title")>{title}</h2>
                <span class="muted truncate">{about}</span>
                <span class="row push">
                    <button class="button button-small" data-testid=format!("open-{name}") aria-controls=format!("{name}-content")
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)>
                        {move || if open.get() { "Close" } else { "Open" }}
                        <span class="visually-hidden">{format!(" the {}", title.to_lowercase())}</span>
                    </button>
                </span>
            </div>
            <div id=format!("{name}-content")>
                <Show when=move || open.get()>{content()}</Show>
            </div>
        </section>
    }
}
