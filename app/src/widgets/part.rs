//! A panel whose code is fetched once the page can be used.

use super::measure::seen;
use leptos::html::Span;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;

/// Makes a panel. It may be called only once its code was fetched.
pub type Panel = fn() -> AnyView;

/// A panel on its way; `None` if its code could not be fetched.
pub type ComingPanel = Pin<Box<dyn Future<Output = Option<Panel>>>>;

/// Where a panel is.
#[derive(Clone, Copy)]
enum State {
    Coming,
    Here(Panel),
    Failed,
}

/// A panel's place: its frame and title until its code is here, and what to do if it does not come.
#[component]
pub fn Part(
    /// The panel's title.
    title: &'static str,
    /// The panel's own classes, so that the frame has its place and about its size.
    class: &'static str,
    /// Fetches the code; what is here already is not fetched again.
    fetch: fn() -> ComingPanel,
    /// Called just before the panel is made, in its own scope: whether the panel is on screen.
    #[prop(optional)]
    prepare: Option<fn(Signal<bool>)>,
) -> impl IntoView {
    let state = RwSignal::new(State::Coming);
    let ask = move || {
        spawn_local(async move {
            let panel = fetch().await;
            state.set(panel.map_or(State::Failed, State::Here));
        });
    };
    let again = move |_| {
        state.set(State::Coming);
        ask();
    };
    ask();
    let frame = move |content: AnyView, busy: &'static str| {
        view! {
            <section class=format!("panel part {class}") aria-label=title aria-busy=busy>
                <div class="panel-head"><h2>{title}</h2></div>
                {content}
            </section>
        }
        .into_any()
    };
    // What a panel is made of is its own: whatever stands behind this is it.
    let before = NodeRef::<Span>::new();
    let content = move || match state.get() {
        State::Here(panel) => {
            if let Some(prepare) = prepare {
                prepare(seen(before));
            }
            panel()
        }
        State::Coming => frame(().into_any(), "true"),
        State::Failed => {
            let content = view! {
                <p class="advice" data-testid="part-failed">
                    "This part of the page could not be fetched. "
                    <button class="button button-small" on:click=again>"Try again"</button>
                    " If it stays away, load the page again: a newer version may be there."
                </p>
            };
            frame(content.into_any(), "false")
        }
    };
    view! {
        {prepare.map(|_| view! { <span hidden node_ref=before></span> })}
        {content}
    }
}
