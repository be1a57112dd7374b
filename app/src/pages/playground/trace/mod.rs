//! The trace of a request as X-Ray shows one: everything that belongs to its story, across retries,
//! queues and functions.
//!
//! ```text
//! mod    the panel
//! model  stories as the widget's rows
//! ```

mod model;

use super::open_panel::OpenPanel;
use crate::app::use_session;
use crate::browser::files;
use crate::session::{Command, Notice, OwnProjection};
use crate::widgets::{Waterfall, WaterfallModel};
use leptos::prelude::*;
use model::{Drawn, Origin, Selected};
use runtime_core::projections::{Subject, Traces, documents, trace_id};
use std::sync::Arc;

#[component]
pub(super) fn TracePanel() -> impl IntoView {
    view! {
        <OpenPanel
            name="trace"
            title="Trace"
            about="one request across retries, queues and functions, as X-Ray shows it"
            content=|| view! { <Opened /> }.into_any()
        />
    }
}

#[component]
fn Opened() -> impl IntoView {
    let session = use_session();
    let traces = StoredValue::new(OwnProjection::<Traces>::default());
    // What was chosen; `None` follows the request that is shown.
    let chosen = RwSignal::new(None::<Subject>);
    let to_scale = RwSignal::new(false);
    let drawn = Memo::new(move |_| {
        let (chosen, to_scale) = (chosen.get(), to_scale.get());
        session.read(|reading| {
            let drawn = |traces: &mut OwnProjection<Traces>| {
                let selected = Selected::of(&reading, chosen);
                let traces = traces.whole(&reading);
                Arc::new(model::draw(&reading, traces, selected, to_scale))
            };
            traces.try_update_value(drawn).unwrap_or_default()
        })
    });
    let origins = session.memo(move |reading| {
        let origins =
            |traces: &mut OwnProjection<Traces>| model::origins(&reading, traces.whole(&reading));
        traces.try_update_value(origins).unwrap_or_default()
    });
    let picture: Memo<Arc<WaterfallModel>> =
        Memo::new(move |_| drawn.with(|drawn| Arc::new(drawn.picture.clone())));
    let shown = session.memo(|reading| reading.playhead());
    let playhead = Signal::derive(move || drawn.with(|drawn| drawn.place(shown.get()?)));
    let on_choose = Callback::new(move |row: usize| {
        let target = drawn.with_untracked(|drawn| drawn.targets.get(row).copied());
        if let Some((request, at)) = target {
            if let Some(request) = request {
                session.dispatch(Command::SelectRequest(Some(request)));
            }
            session.dispatch(Command::SetPlayhead(Some(at)));
        }
    });
    let choose = move |event: leptos::ev::Event| {
        let index = event_target_value(&event).parse::<usize>().ok();
        let origins = origins.get_untracked();
        chosen.set(index.and_then(|it| Some(origins.get(it)?.subject)));
    };
    let download = move |_| {
        let text = session.read_untracked(|reading| {
            let text = |traces: &mut OwnProjection<Traces>| {
                let subject = Selected::of(&reading, chosen.get_untracked()).subject?;
                let traces = traces.whole(&reading);
                let story = traces.story(subject);
                let all = documents(traces, &story, reading.all_invocations());
                let id = trace_id(&story, reading.all_invocations());
                let text = serde_json::to_string_pretty(&all).ok()?;
                Some((id.unwrap_or_else(|| "trace".to_owned()), text))
            };
            traces.try_update_value(text).flatten()
        });
        let Some((id, text)) = text else { return };
        let name = format!("{id}.json");
        if let Err(reason) = files::download(&name, "application/json", text.as_bytes()) {
            session.notify(Notice::error(
                format!("The file could not be made: {reason}."),
                "Try again.",
            ));
        }
    };
    let options = move || {
        let selected = chosen.get();
        origins.with(|origins| {
            let option = |(index, origin): (usize, &Origin)| {
                let here = Some(origin.subject) == selected;
                view! { <option value=index.to_string() prop:selected=here>{origin.name.clone()}</option> }
            };
            origins.iter().enumerate().map(option).collect_view()
        })
    };
    let is_empty = Memo::new(move |_| drawn.with(|drawn| drawn.picture.rows.is_empty()));
    let text = move |read: fn(&Drawn) -> String| move || drawn.with(|drawn| read(drawn));
    view! {
            <div class="trace-summary">
                <span data-testid="trace-summary">{text(|drawn| drawn.summary.clone())}</span>
                <span class="muted mono" data-testid="trace-id">{text(|drawn| drawn.id.clone())}</span>
                <span class="legend" aria-hidden="true">
                    <span><i class="key key-frost"></i>"waits"</span>
                    <span><i class="key key-init"></i>"starts"</span>
                    <span><i class="key key-handler"></i>"works"</span>
                    <span><i class="key trace-key-error"></i>"error"</span>
                    <span><i class="key key-bad"></i>"fault"</span>
                    <span><i class="key key-throttle"></i>"throttle"</span>
                </span>
            </div>
            <div class="trace-tools">
                <label>
                    <span class="visually-hidden">"Trace of"</span>
                    <select class="select" data-testid="trace-of" on:change=choose>
                        <option value="" prop:selected=move || chosen.get().is_none()>"The request that is shown"</option>
                        {options}
                    </select>
                </label>
                <button
                    type="button"
                    class="tool"
                    data-testid="trace-to-scale"
                    aria-pressed=move || to_scale.get().to_string()
                    on:click=move |_| to_scale.update(|it| *it = !*it)
                >
                    "Waits to scale"
                </button>
                <button
                    type="button"
                    class="tool"
                    data-testid="trace-download"
                    title="As X-Ray segment documents"
                    disabled=is_empty
                    on:click=download
                >
                    "Download JSON"
                </button>
            </div>
            <Show
                when=move || !is_empty.get()
                fallback=|| view! {
                    <p class="empty">
                        "Each step of a request stands here as a bar: waits, cold starts, attempts, and what its failures caused elsewhere. Invoke a function to see one."
                    </p>
                }
            >
                <Waterfall model=picture playhead on_choose=on_choose />
                <p class="field-note muted" data-testid="trace-note">{text(|drawn| drawn.note.clone())}</p>
            </Show>
    }
}
