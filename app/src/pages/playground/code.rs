//! The code of the selected function: its files, an editor, and what is wrong with it.

use super::code_files::{CodeFiles, Files, NameForm};
use super::code_model::{Content, MAX_EDITED, content, first_file, language, listed};
use super::code_view::CodeView;
use super::package_facts::module_facts;
use super::problems::{Problem, problems};
use crate::app::use_session;
use crate::browser::asset_address;
use crate::session::{Command, Draft, DraftStage, Session};
use crate::widgets::{CodeEditor, Jump, SourceText, TextKey};
use leptos::prelude::*;
use runtime_core::sandbox::inspect::SourcePlace;
use runtime_core::sandbox::{DeploymentPackage, ModuleFacts};
use runtime_core::units::{ByteCount, FunctionId, PackageId};
use std::collections::BTreeMap;

/// The function whose code is shown.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    function: FunctionId,
    handler: String,
    /// The package that is looked at: the function's, or the one that its draft changes.
    base: PackageId,
    /// The function has got other code since the draft was begun.
    is_overtaken: bool,
    /// How many files are different.
    changes: usize,
    is_deploying: bool,
}

/// Changes the files of a function's draft.
fn edit(
    session: Session,
    function: FunctionId,
    change: impl FnOnce(&mut Draft, &DeploymentPackage),
) {
    let draft = session.read_untracked(|reading| {
        let package = reading.platform().configuration(function)?.package;
        let mut draft = match reading.draft(function) {
            Some(draft) => draft.clone(),
            None => Draft::new(package),
        };
        let base = reading.package(draft.base)?;
        change(&mut draft, &base.content);
        Some(draft)
    });
    if let Some(draft) = draft {
        session.dispatch(Command::EditCode {
            function,
            draft: (!draft.is_empty()).then_some(draft),
        });
    }
}

#[component]
pub(super) fn CodePanel() -> impl IntoView {
    let (session, view) = (use_session(), CodeView::here());
    let shown = session.memo(|reading| {
        let function = reading.selected_function()?;
        let configuration = reading.platform().configuration(function)?;
        let draft = reading.draft(function);
        let base = draft.map_or(configuration.package, |draft| draft.base);
        Some(Shown {
            function,
            handler: configuration.handler.clone(),
            base,
            is_overtaken: base != configuration.package,
            changes: draft.map_or(0, |draft| draft.changes().len()),
            is_deploying: draft.is_some_and(|draft| draft.stage == DraftStage::Deploying),
        })
    });
    let function = move || shown.with_untracked(|it| it.as_ref().map(|it| it.function));
    let changes = Memo::new(move |_| shown.with(|it| it.as_ref().map_or(0, |it| it.changes)));
    let deploy = move || {
        if let Some(function) = function().filter(|_| changes.get_untracked() > 0) {
            session.dispatch(Command::DeployDraft(function));
        }
    };
    let discard = move |_| {
        if let Some(function) = function() {
            session.dispatch(Command::EditCode {
                function,
                draft: None,
            });
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let is_save = (event.ctrl_key() || event.meta_key()) && event.key() == "s";
        // The editor itself has answered to it already.
        if is_save && !event.default_prevented() {
            event.prevent_default();
            deploy();
        }
    };
    let status = move || {
        let shown = shown.get()?;
        Some(match (shown.is_deploying, shown.changes) {
            (true, _) => "Deploying…".to_owned(),
            (false, 0) => String::new(),
            (false, 1) => "1 file changed".to_owned(),
            (false, count) => format!("{count} files changed"),
        })
    };
    // While the panel is closed it says what is in it.
    let summary = move || {
        let shown = shown.get().filter(|_| !view.open.get())?;
        session.read_untracked(|reading| {
            let package = &reading.package(shown.base)?.content;
            let files = listed(package, reading.draft(shown.function));
            let first = first_file(&files, &shown.handler)?;
            Some(match files.len() {
                1 => first,
                count => format!("{first} and {} more", count - 1),
            })
        })
    };
    let is_deploying = move || shown.with(|it| it.as_ref().is_some_and(|it| it.is_deploying));
    view! {
        <section class="panel code" aria-labelledby="code-title" data-testid="code" on:keydown=key>
            <div class="panel-head">
                <h2 id="code-title">"Code"</h2>
                <span class="mono faint truncate">{summary}</span>
                <span class="muted" role="status" data-testid="code-status">
                    {move || (changes.get() > 0).then(|| view! { <span class="unsaved" aria-hidden="true">"● "</span> })}
                    {status}
                </span>
                <span class="row push">
                    <Show when=move || { changes.get() > 0 }>
                        <button class="button button-small" data-testid="discard-code" on:click=discard>"Discard"</button>
                        <button class="button button-small button-primary" data-testid="deploy-code"
                            disabled=is_deploying on:click=move |_| deploy()>"Deploy"</button>
                    </Show>
                    <button class="button button-small" data-testid="open-code" aria-controls="code-content"
                        aria-expanded=move || view.open.get().to_string()
                        on:click=move |_| view.open.update(|open| *open = !*open)>
                        {move || if view.open.get() { "Close" } else { "Open" }}
                        <span class="visually-hidden">" the code"</span>
                    </button>
                </span>
            </div>
            <div id="code-content">
                <Show when=move || view.open.get()>
                    <Show
                        when=move || shown.with(Option::is_some)
                        fallback=|| view! { <p class="empty">"Choose a function, or make a new one, to see its code."</p> }
                    >
                        <Opened shown on_save=Callback::new(move |()| deploy()) />
                    </Show>
                </Show>
            </div>
        </section>
    }
}

/// The panel's content while it is open.
#[component]
fn Opened(shown: Memo<Option<Shown>>, on_save: Callback<()>) -> impl IntoView {
    let (session, view) = (use_session(), CodeView::here());
    let function = move || shown.with_untracked(|it| it.as_ref().map(|it| it.function));
    let files = Memo::new(move |_| {
        let Some(shown) = shown.get() else {
            return Files::new();
        };
        session.read(|reading| {
            let package = reading.package(shown.base);
            let draft = reading.draft(shown.function);
            package.map_or_else(Files::new, |package| listed(&package.content, draft))
        })
    });
    let chosen = RwSignal::new(BTreeMap::<FunctionId, String>::new());
    let selected = Memo::new(move |_| {
        let shown = shown.get()?;
        let chosen = chosen.with(|chosen| chosen.get(&shown.function).cloned());
        files.with(|files| {
            let is_there = |name: &String| files.iter().any(|(it, _)| it == name);
            chosen
                .filter(is_there)
                .or_else(|| first_file(files, &shown.handler))
        })
    });
    let select = move |name: String| {
        if let Some(function) = function() {
            chosen.update(|chosen| {
                chosen.insert(function, name);
            });
        }
    };
    let content = Memo::new(move |_| {
        let (Some(shown), Some(name)) = (shown.get(), selected.get()) else {
            return Content::Nothing;
        };
        session.read(|reading| {
            let package = reading.package(shown.base);
            package.map_or(Content::Nothing, |package| {
                content(&package.content, reading.draft(shown.function), &name)
            })
        })
    });
    let problems = Memo::new(move |_| {
        let shown = shown.get();
        let problems = |it: Shown| session.read(|reading| problems(&reading, it.function, it.base));
        shown.map(problems).unwrap_or_default()
    });
    let jump = RwSignal::new(None::<Jump>);
    let go_to = move |place: SourcePlace| {
        if let Some(function) = function() {
            jump.set(Some(Jump {
                key: key_of(function, &place.file),
                line: place.line,
                column: place.column.unwrap_or(1),
            }));
            select(place.file);
        }
    };
    // Another panel has a wish. It selected the function in the same moment, which is perhaps not
    // shown yet.
    Effect::new(move |_| {
        let is_shown = |id| shown.with(|it| it.as_ref().is_some_and(|it| it.function == id));
        if let Some((_, place)) = view.place.get().filter(|(id, _)| is_shown(*id)) {
            view.place.set(None);
            go_to(place);
        }
    });
    let change = move |change: &dyn Fn(&mut Draft, &DeploymentPackage)| {
        if let Some(function) = function() {
            edit(session, function, change);
        }
    };
    let add = move |name: String| {
        change(&|draft, base| draft.write(base, &name, String::new()));
        select(name);
    };
    view! {
        {move || shown.get().filter(|it| it.is_overtaken).map(|_| view! {
            <p class="advice">"The function has got other code since these changes were begun. Deploying them replaces it; Discard shows it."</p>
        })}
        <div class="code-desk">
            <CodeFiles files selected on_select=Callback::new(select) on_new=Callback::new(add) />
            <div class="code-file-view">
                <FileHead files selected content
                    on_rename=Callback::new(move |(from, to): (String, String)| {
                        change(&|draft, base| draft.rename(base, &from, &to));
                        select(to);
                    })
                    on_delete=Callback::new(move |name: String| change(&|draft, base| draft.delete(base, &name)))
                    on_restore=Callback::new(move |name: String| change(&|draft, _| draft.restore(&name)))
                />
                <FileBody shown selected content problems jump on_save
                    on_input=Callback::new(move |(key, text): (TextKey, String)| {
                        edit(session, FunctionId(key.owner), |draft, base| draft.write(base, &key.name, text));
                    })
                />
            </div>
        </div>
        <Problems problems on_place=Callback::new(go_to) />
    }
}

/// Which text an editor holds.
fn key_of(function: FunctionId, file: &str) -> TextKey {
    TextKey {
        owner: function.0,
        name: file.to_owned(),
    }
}

/// The selected file's name and what can be done with it.
#[component]
fn FileHead(
    files: Memo<Files>,
    selected: Memo<Option<String>>,
    content: Memo<Content>,
    on_rename: Callback<(String, String)>,
    on_delete: Callback<String>,
    on_restore: Callback<String>,
) -> impl IntoView {
    let renaming = RwSignal::new(false);
    let name = move || selected.get().unwrap_or_default();
    let is_deleted = Memo::new(move |_| content.with(|it| *it == Content::Deleted));
    let done = move |to: Option<String>| {
        renaming.set(false);
        let from = selected.get_untracked();
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            on_rename.run((from, to));
        }
    };
    view! {
        <div class="code-file-head">
            <Show
                when=move || renaming.get()
                fallback=move || view! {
                    <span class="mono truncate" data-testid="code-file">{name}</span>
                    <span class="row push">
                        <Show
                            when=move || !is_deleted.get()
                            fallback=move || view! {
                                <button type="button" class="tool" on:click=move |_| on_restore.run(name())>"Restore"</button>
                            }
                        >
                            <button type="button" class="tool" data-testid="rename-file" on:click=move |_| renaming.set(true)>"Rename"</button>
                            <button type="button" class="tool" data-testid="delete-file" on:click=move |_| on_delete.run(name())>"Delete"</button>
                        </Show>
                    </span>
                }
            >
                <NameForm label="New name of the file" action="Rename"
                    name=selected.get_untracked().unwrap_or_default() files on_done=Callback::new(done) />
            </Show>
        </div>
    }
}

/// The selected file: an editor, or why there is none.
#[component]
fn FileBody(
    shown: Memo<Option<Shown>>,
    selected: Memo<Option<String>>,
    content: Memo<Content>,
    problems: Memo<Vec<Problem>>,
    jump: RwSignal<Option<Jump>>,
    on_input: Callback<(TextKey, String)>,
    on_save: Callback<()>,
) -> impl IntoView {
    let is_text = Memo::new(move |_| content.with(|it| matches!(it, Content::Text(_))));
    let source = Memo::new(move |_| {
        let name = selected.get().unwrap_or_default();
        let function = shown.with(|it| it.as_ref().map(|it| it.function));
        SourceText {
            key: function.map_or_else(TextKey::default, |it| key_of(it, &name)),
            text: match content.get() {
                Content::Text(text) => text,
                _ => String::new(),
            },
            language: language(&name),
        }
    });
    let marks = Memo::new(move |_| {
        let name = selected.get().unwrap_or_default();
        let marks = |problems: &Vec<Problem>| {
            let marks = problems.iter();
            marks.filter_map(|it| it.mark_in(&name)).collect()
        };
        problems.with(marks)
    });
    let other = move || match content.get() {
        Content::Text(_) => ().into_any(),
        Content::Nothing => said(
            "There is no file to show. A function without files cannot be deployed.".to_owned(),
        ),
        Content::Deleted => said("This file is gone with the next deployment.".to_owned()),
        Content::Binary(size) => said(format!(
            "This file is no text. It has {size} and is deployed as it is."
        )),
        Content::TooLarge(size) => said(format!(
            "This file has {size}. Texts up to {} can be edited, as in the Lambda console; it is deployed as it is.",
            ByteCount::new(MAX_EDITED)
        )),
        Content::Module(facts) => module(&facts),
    };
    view! {
        <Show when=move || is_text.get() fallback=other>
            <CodeEditor
                address=asset_address("editor").ok()
                label="Source code"
                source marks jump on_input on_save
            />
        </Show>
    }
}

fn said(words: String) -> AnyView {
    view! { <p class="empty" data-testid="no-editor">{words}</p> }.into_any()
}

/// What is known of a module that nobody can edit.
fn module(facts: &ModuleFacts) -> AnyView {
    let rows = module_facts(facts).into_iter();
    view! {
        <div class="facts code-module" data-testid="no-editor">
            <p class="muted">"A compiled module. It is replaced with “New code…” in the settings."</p>
            <dl>
                {rows.map(|(name, value)| view! { <dt>{name}</dt><dd class="mono">{value}</dd> }).collect_view()}
            </dl>
        </div>
    }
    .into_any()
}

/// What is wrong, as a list: the marks in the text for those who do not see them.
#[component]
fn Problems(problems: Memo<Vec<Problem>>, on_place: Callback<SourcePlace>) -> impl IntoView {
    let item = move |problem: Problem| {
        let place = problem.place.map(|place| {
            let words = format!("{}:{}", place.file, place.line);
            view! {
                <button type="button" class="editor-place mono" on:click=move |_| on_place.run(place.clone())>{words}</button>
            }
        });
        view! { <li>{place} <span>{problem.message} " " <span class="muted">{problem.hint}</span></span></li> }
    };
    view! {
        <ul class="code-problems" aria-live="polite" aria-label="Problems" data-testid="problems">
            {move || problems.get().into_iter().map(item).collect_view()}
        </ul>
    }
}
