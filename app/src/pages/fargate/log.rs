//! What was said and decided, with the way to it.

use super::model::time;
use super::panels::Seen;
use super::playhead::Playhead;
use leptos::prelude::*;
use runtime_core::simulator::fargate::{Entry, Speaker};

/// So many entries are shown at a time.
const SHOWN: usize = 200;

const fn name(by: Speaker) -> &'static str {
    match by {
        Speaker::Service => "service",
        Speaker::Scaling => "scaling",
        Speaker::Alarm => "alarm",
        Speaker::Task => "task",
        Speaker::Scenario => "scenario",
    }
}

#[component]
pub(super) fn Log(seen: Seen, playhead: Playhead) -> impl IntoView {
    let only = RwSignal::new(None::<Speaker>);
    let kinds = [
        Speaker::Scaling,
        Speaker::Alarm,
        Speaker::Service,
        Speaker::Task,
    ];
    let chosen = move |by: Speaker| only.get().is_none_or(|it| it == by);
    let shown = Memo::new(move |_| {
        let all = seen.with(|it| {
            let wanted = it.entries.iter().filter(|entry| chosen(entry.by));
            (
                wanted.clone().take(SHOWN).cloned().collect::<Vec<_>>(),
                wanted.count() as u64 + it.more_entries,
            )
        });
        all.unwrap_or_default()
    });
    let more = move || {
        let more = shown.with(|(shown, all)| all.saturating_sub(shown.len() as u64));
        (more > 0).then(|| view! { <p class="field-note muted">{more}" more; coldstart simulate --json has them."</p> })
    };
    let button = move |(name, by): (&'static str, Option<Speaker>)| {
        view! {
            <button
                type="button"
                class="tool"
                aria-pressed=move || (only.get() == by).to_string()
                on:click=move |_| only.set(by)
            >
                {name}
            </button>
        }
    };
    let buttons = std::iter::once(("all", None)).chain(kinds.map(|by| (name(by), Some(by))));
    let entry = move |it: Entry| view! { <Line playhead it /> };
    view! {
        <section class="panel service-log" aria-label="Decisions and events">
            <div class="panel-head">
                <h2>"Decisions and events"</h2>
                <span class="push row">{buttons.map(button).collect_view()}</span>
            </div>
            <ol class="log-lines" data-testid="service-log">
                {move || shown.get().0.into_iter().map(entry).collect_view()}
            </ol>
            {more}
        </section>
    }
}

#[component]
fn Line(playhead: Playhead, it: Entry) -> impl IntoView {
    let at = it.at.as_nanos();
    let is_past = Memo::new(move |_| playhead.at() >= at);
    let because = (!it.because.is_empty()).then(|| {
        let steps = it.because.iter().cloned();
        let steps = steps.map(|step| view! { <li>{step}</li> }).collect_view();
        view! {
            <details>
                <summary>"Explain"</summary>
                <ol class="because">{steps}</ol>
            </details>
        }
    });
    view! {
        <li class:future=move || !is_past.get()>
            <button type="button" class="tool mono log-at" title="Look at this moment" on:click=move |_| playhead.move_to(at)>
                {time(at)}
            </button>
            <span class=format!("log-by log-{}", name(it.by))>{name(it.by)}</span>
            <div class="log-text">{it.text.clone()}{because}</div>
        </li>
    }
}
