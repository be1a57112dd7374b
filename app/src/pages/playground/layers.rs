//! A function's layers: which, in which order, a choice of what was published in the session, and a place
//! for more.

use super::functions::upload;
use crate::app::use_session;
use crate::session::{Command, Notice, Reading, Target};
use crate::widgets::DropZone;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::platform::{MAX_LAYERS, layer_error};
use runtime_core::timeline::{FunctionConfiguration, LayerVersion};

/// The settings of the function that is shown.
fn shown<'a>(reading: &'a Reading<'_>) -> Option<&'a FunctionConfiguration> {
    let function = reading.selected_function()?;
    reading.platform().configuration(function)
}

/// Layer versions that the function does not have.
fn offered(reading: &Reading<'_>) -> Vec<LayerVersion> {
    let own = shown(reading).map_or(&[][..], |it| &it.layers);
    let mut versions = reading.layer_versions();
    versions.retain(|layer| !own.contains(layer));
    versions.into_iter().cloned().collect()
}

#[component]
pub(super) fn Layers() -> impl IntoView {
    let session = use_session();
    let function = session.memo(|reading| reading.selected_function());
    let layers =
        session.memo(|reading| shown(&reading).map_or_else(Vec::new, |it| it.layers.clone()));
    let change = move |change: &dyn Fn(&mut FunctionConfiguration)| {
        let Some(function) = function.get_untracked() else {
            return;
        };
        let found =
            session.read_untracked(|reading| reading.platform().configuration(function).cloned());
        if let Some(mut configuration) = found.map(Box::new) {
            change(&mut configuration);
            session.dispatch(Command::Configure {
                function,
                configuration,
            });
        }
    };
    let offered = session.memo(|reading| offered(&reading));
    let chosen = RwSignal::new(String::new());
    // What was chosen may have been given to the function or deleted: then it is the first.
    let picked = Memo::new(move |_| {
        offered.with(|offered| {
            let chosen = offered
                .iter()
                .find(|it| chosen.with(|chosen| it.arn() == *chosen));
            chosen.or(offered.first()).cloned()
        })
    });
    let give = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(layer) = picked.get_untracked() else {
            return;
        };
        let error = session.read_untracked(|reading| {
            layer_error(shown(&reading)?, &layer.name, layer.unzipped_size)
        });
        match error {
            Some(error) => session.notify(Notice::error(error.to_string(), error.hint())),
            None => change(&|function| function.put_layer(layer.clone())),
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
                    on:click=move |_| change(&|it| if index < it.layers.len() && index > 0 {
                        it.layers.swap(index - 1, index);
                    })>"↑"</button>
                <button class="icon-button" type="button" aria-label=remove
                    on:click=move |_| change(&|it| if index < it.layers.len() {
                        it.layers.remove(index);
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
            <Show when=move || !offered.with(Vec::is_empty)>
                <form class="queue-form" novalidate data-testid="layer-form" on:submit=give>
                    <label>
                        <span>"Published in this session"</span>
                        <select class="select" data-testid="layer-version"
                            on:change=move |event| chosen.set(event_target_value(&event))>
                            {move || offered.get().into_iter().map(|layer| {
                                let arn = layer.arn();
                                let text = format!("{} version {} · {}", layer.name, layer.version, layer.code_size);
                                view! {
                                    <option value=arn prop:selected=move || {
                                        picked.with(|picked| picked.as_ref() == Some(&layer))
                                    }>{text}</option>
                                }
                            }).collect_view()}
                        </select>
                    </label>
                    <button class="button button-small" data-testid="add-layer">"Add"</button>
                </form>
            </Show>
            <DropZone label="Drop a layer here: a .zip of what is to lie under /opt" accept=".zip"
                on_files=Callback::new(add) />
            <p class="field-note muted">
                {format!("At most {MAX_LAYERS}. Later ones lie over earlier ones; a file of the same name takes the earlier one's place.")}
            </p>
        </details>
    }
}
