//! A function's layers: which, in which order, and a place for more.

use super::functions::upload;
use crate::app::use_session;
use crate::session::{Command, Target};
use crate::widgets::DropZone;
use leptos::prelude::*;
use runtime_core::platform::MAX_LAYERS;
use runtime_core::timeline::LayerVersion;

#[component]
pub(super) fn Layers() -> impl IntoView {
    let session = use_session();
    let function = session.memo(|reading| reading.selected_function());
    let layers = session.memo(|reading| {
        let function = reading.selected_function();
        let configuration = function.and_then(|it| reading.platform().configuration(it));
        configuration.map_or_else(Vec::new, |it| it.layers.clone())
    });
    let change = move |change: &dyn Fn(&mut Vec<LayerVersion>)| {
        let Some(function) = function.get_untracked() else {
            return;
        };
        let found =
            session.read_untracked(|reading| reading.platform().configuration(function).cloned());
        if let Some(mut configuration) = found.map(Box::new) {
            change(&mut configuration.layers);
            session.dispatch(Command::Configure {
                function,
                configuration,
            });
        }
    };
    let add = move |files| upload(session, files, function.get_untracked().map(Target::Layer));
    let row = move |(index, layer): (usize, LayerVersion)| {
        let LayerVersion { name, version, .. } = &layer;
        let (up, remove) = (format!("Move {name} up"), format!("Remove {name}"));
        let text = format!("version {version} · {}", layer.code_size);
        view! {
            <li class="version-row" data-testid="layer">
                <b class="mono">{layer.name.clone()}</b>
                <span class="muted">{text}</span>
                <button class="icon-button push" type="button" aria-label=up disabled=index == 0
                    on:click=move |_| change(&|layers| if index < layers.len() && index > 0 {
                        layers.swap(index - 1, index);
                    })>"↑"</button>
                <button class="icon-button" type="button" aria-label=remove
                    on:click=move |_| change(&|layers| if index < layers.len() {
                        layers.remove(index);
                    })>"×"</button>
            </li>
        }
    };
    view! {
        <details class="facts" data-testid="layers">
            <summary>"Layers" <span class="mono push">{move || layers.with(Vec::len)}</span></summary>
            <ol class="event-list" aria-label="Layers">
                {move || layers.get().into_iter().enumerate().map(row).collect_view()}
            </ol>
            <DropZone label="Drop a layer here: a .zip of what is to lie under /opt" accept=".zip"
                on_files=Callback::new(add) />
            <p class="field-note muted">
                {format!("At most {MAX_LAYERS}. Later ones lie over earlier ones; a file of the same name takes the earlier one's place.")}
            </p>
        </details>
    }
}
