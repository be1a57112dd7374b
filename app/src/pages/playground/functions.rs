//! What the visitor has: functions, samples to start from, and a place to drop handlers.

use super::parts::{Code, template};
use super::template::TemplateDesk;
use crate::app::use_session;
use crate::browser::files::{self, File};
use crate::session::{Command, Fetching, Notice, Package, Reading, Session, Target};
use crate::widgets::{DropZone, Part};
use leptos::prelude::*;
use runtime_core::sandbox::inspect::MAX_PACKAGE_BYTES;
use runtime_core::timeline::Runtime;
use runtime_core::units::{ByteCount, FunctionId, Version};
use wasm_bindgen_futures::spawn_local;

/// One row of the list.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    id: FunctionId,
    name: String,
    code: String,
    state: String,
    busy: usize,
    frozen: usize,
    selected: bool,
}

fn rows(reading: &Reading<'_>) -> Vec<Row> {
    let functions = reading.functions().iter();
    functions
        .map(|(id, function)| {
            let configuration = &function.configuration;
            let package = reading.package(configuration.package);
            let module = package.and_then(|it| it.content.module());
            let language = module.and_then(|it| it.facts.language());
            let kind = match configuration.runtime {
                Runtime::Provided => configuration.kind.name(),
                managed => managed.id(),
            };
            let (busy, frozen) = (function.busy.len(), function.frozen.len());
            Row {
                id,
                name: configuration.name.clone(),
                code: match language {
                    _ if package.is_some_and(Package::is_stub) => {
                        format!("stub for {kind} code that is missing")
                    }
                    Some(language) => format!("{language} {kind} · {}", configuration.code_size),
                    None => format!("{kind} · {}", configuration.code_size),
                },
                state: match (busy, frozen) {
                    _ if reading.platform().is_pending(id, Version::Latest) => {
                        "pending: its snapshot is being taken".into()
                    }
                    (0, 0) if reading.platform().has_snapshot(id, Version::Latest) => {
                        "no environment: the next start is restored".into()
                    }
                    (0, 0) => "no environment: the next start is cold".into(),
                    (0, frozen) => format!("{frozen} frozen: the next start is warm"),
                    (busy, 0) => format!("{busy} at work"),
                    (busy, frozen) => format!("{busy} at work, {frozen} frozen"),
                },
                busy,
                frozen,
                selected: reading.selected_function() == Some(id),
            }
        })
        .collect()
}

/// What can be uploaded.
pub(super) const UPLOADS: &str = ".wasm,.wat,.zip,.py,.mjs,.cjs,.js,.rb";

/// And what can be imported.
const TEMPLATES: &str = ".wasm,.wat,.zip,.py,.mjs,.cjs,.js,.rb,.yaml,.yml,.json,.template";

/// How much of a runtime is here.
fn arrived(fetching: Fetching) -> String {
    match fetching.size.get() {
        0 => String::new(),
        _ => format!("{} of {}", fetching.received, fetching.size),
    }
}

/// Reads chosen files and deploys each; without a target each becomes a new function.
pub(super) fn upload(session: Session, files: Vec<File>, target: Option<Target>) {
    for file in files {
        let target = target.clone();
        spawn_local(async move {
            let name = file.name();
            // Before it is read: a huge file need not be in memory to be refused.
            if file.size() > MAX_PACKAGE_BYTES as f64 {
                let size = ByteCount::new(file.size() as u64);
                session.notify(Notice::error(
                    format!("{name} has {size}. Zipped size must be smaller than {MAX_PACKAGE_BYTES} bytes."),
                    "Strip debug information (wasm-opt -Oz --strip-debug), or zip the module.",
                ));
                return;
            }
            match files::read(&file).await {
                Ok(bytes) => session.dispatch(Command::Deploy {
                    target: target.unwrap_or_else(|| Target::New(name.clone())),
                    file_name: name,
                    bytes,
                }),
                Err(reason) => session.notify(Notice::error(
                    format!("{name} could not be read: {reason}."),
                    "Choose it again.",
                )),
            }
        });
    }
}

#[component]
pub(super) fn FunctionsPanel() -> impl IntoView {
    let (session, desk) = (use_session(), TemplateDesk::here());
    let rows = session.memo(|reading| rows(&reading));
    let fetching = session.memo(|reading| reading.fetching());
    let samples = session.memo(|reading| {
        let samples = reading.samples().iter().enumerate();
        samples
            .map(|(index, it)| (index, it.title.clone(), it.summary.clone()))
            .collect::<Vec<_>>()
    });
    view! {
        <section class="panel functions" aria-labelledby="functions-title">
            <div class="panel-head">
                <h2 id="functions-title">"Functions"</h2>
            </div>
            <Show when=move || rows.get().is_empty()>
                <p class="empty">
                    "A function is a handler with settings. Start with a sample, or drop your own module below."
                </p>
            </Show>
            <ul class="function-list" data-testid="functions">
                <For each=move || rows.get() key=|row| row.id children=move |row| {
                    let id = row.id;
                    let current = Memo::new(move |_| {
                        rows.get().into_iter().find(|row| row.id == id)
                    });
                    view! { <FunctionRow row=current id /> }
                } />
            </ul>
            <For each=move || fetching.get() key=|(runtime, _)| *runtime children=move |(runtime, _)| {
                let now = move || {
                    let fetching = fetching.get().into_iter().find(|(it, _)| *it == runtime);
                    fetching.map(|(_, it)| it).unwrap_or_default()
                };
                view! {
                    <p class="fetching" role="status" data-testid="fetching">
                        <span>{format!("Fetching {}", runtime.id())}</span>
                        <span class="mono faint push">{move || arrived(now())}</span>
                        <progress value=move || now().received.get() max=move || now().size.get().max(1)></progress>
                    </p>
                }
            } />
            <Part title="New function" class="starters" fetch=|| Code::Starters.fetch() />
            <DropZone
                label="Drop a handler here: .py, .mjs, .rb, .zip, .wasm or .wat; or a SAM template with its code"
                accept=TEMPLATES
                on_files=Callback::new(move |files| {
                    if let Some(files) = desk.take(files) {
                        upload(session, files, None);
                    }
                })
            />
            <Show when=move || desk.is_open()>
                <Part title="Template" class="template" fetch=template />
            </Show>
            <details class="samples" data-testid="samples">
                <summary>"Samples"</summary>
                <ul>
                    <For each=move || samples.get() key=|sample| sample.0 children=move |(index, title, summary)| {
                        let add = move |_| session.dispatch(Command::DeploySample(index));
                        view! {
                            <li>
                                <button class="sample" on:click=add>
                                    <b>{title}</b>
                                    <span class="muted">{summary}</span>
                                </button>
                            </li>
                        }
                    } />
                </ul>
            </details>
        </section>
    }
}

#[component]
fn FunctionRow(row: Memo<Option<Row>>, id: FunctionId) -> impl IntoView {
    let session = use_session();
    let field = move |read: fn(&Row) -> String| move || row.get().as_ref().map(read);
    let dots = move || {
        row.get().map(|row| {
            let busy = (0..row.busy.min(8)).map(|_| view! { <i class="dot dot-warm"></i> });
            let frozen = (0..row.frozen.min(8)).map(|_| view! { <i class="dot dot-frost"></i> });
            view! { {busy.collect_view()} {frozen.collect_view()} }
        })
    };
    let selected = move || row.get().is_some_and(|row| row.selected);
    view! {
        <li class="function-row" class:selected=selected>
            <button
                class="function-select"
                aria-current=move || selected().then_some("true")
                on:click=move |_| session.dispatch(Command::SelectFunction(id))
            >
                <b>{field(|row| row.name.clone())}</b>
                <span class="faint">{field(|row| row.code.clone())}</span>
                <span class="muted">{field(|row| row.state.clone())}</span>
                <span class="dots" aria-hidden="true">{dots}</span>
            </button>
        </li>
    }
}
