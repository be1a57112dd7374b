//! The files of a package: a tree, and the form for a new one.

use super::code_model::{FileState, name_problem};
use crate::shapes::tree::{OpenFolders, SHOWN_AT_FIRST, TreeRow, TreeRowKind, reveal, tree_rows};
use leptos::html::Input;
use leptos::prelude::*;

/// Sorted by name.
pub(super) type Files = Vec<(String, FileState)>;

#[component]
pub(super) fn CodeFiles(
    files: Memo<Files>,
    selected: Memo<Option<String>>,
    on_select: Callback<String>,
    on_new: Callback<String>,
) -> impl IntoView {
    // Folders that were closed by hand show nothing.
    let open = RwSignal::new(OpenFolders::new());
    let rows = Memo::new(move |_| {
        let mut open = open.get();
        // The selected file can be seen, unless a folder that it is in was closed by hand.
        if let Some(path) = selected.get() {
            reveal(&path, &mut open);
        }
        open.retain(|_, shown| *shown > 0);
        files.with(|files| tree_rows(files, &open))
    });
    let toggle = move |folder: &str, is_open: bool| {
        let shown = if is_open { 0 } else { SHOWN_AT_FIRST };
        open.update(|open| {
            open.insert(folder.to_owned(), shown);
        });
    };
    let more = move |folder: &str| {
        open.update(|open| {
            let shown = open.entry(folder.to_owned()).or_insert(SHOWN_AT_FIRST);
            *shown += SHOWN_AT_FIRST;
        });
    };
    let row = move |row: TreeRow<FileState>| {
        let TreeRow {
            depth,
            name,
            path,
            kind,
        } = row;
        // Styles cannot be written inline here, so that depth has classes.
        let indent = format!("depth-{}", depth.min(5));
        match kind {
            TreeRowKind::Folder { open, files } => {
                let folder = path.clone();
                view! {
                    <li class=indent>
                        <button type="button" class="code-file folder" aria-expanded=open.to_string()
                            title=path on:click=move |_| toggle(&folder, open)>
                            <span class="truncate">{name}</span>
                            <span class="faint mono push">{files}</span>
                        </button>
                    </li>
                }
                .into_any()
            }
            TreeRowKind::File(state) => {
                let (file, own) = (path.clone(), path.clone());
                let is_selected = move || selected.with(|it| it.as_ref() == Some(&own));
                let sign = match state {
                    FileState::Same => None,
                    FileState::Changed => Some("changed, not deployed"),
                    FileState::New => Some("new, not deployed"),
                    FileState::Deleted => Some("deleted, not deployed"),
                };
                view! {
                    <li class=indent>
                        <button type="button" class="code-file" class:deleted=state == FileState::Deleted
                            aria-current=move || is_selected().then_some("true") title=path
                            on:click=move |_| on_select.run(file.clone())>
                            <span class="truncate">{name}</span>
                            {sign.map(|words| view! {
                                <span class="unsaved push" role="img" aria-label=words title=words>"●"</span>
                            })}
                        </button>
                    </li>
                }
                .into_any()
            }
            TreeRowKind::Rest(count) => view! {
                <li class=indent>
                    <button type="button" class="code-file muted" on:click=move |_| more(&path)>
                        {format!("{count} more…")}
                    </button>
                </li>
            }
            .into_any(),
        }
    };
    view! {
        <div class="code-files">
            <ul class="code-list" aria-label="Files" data-testid="code-files">
                {move || rows.get().into_iter().map(row).collect_view()}
            </ul>
            <NewFile files on_new />
        </div>
    }
}

#[component]
fn NewFile(files: Memo<Files>, on_new: Callback<String>) -> impl IntoView {
    let asked = RwSignal::new(false);
    view! {
        <Show
            when=move || asked.get()
            fallback=move || view! {
                <button type="button" class="tool" data-testid="new-file" on:click=move |_| asked.set(true)>
                    "New file"
                </button>
            }
        >
            <NameForm
                label="Name of the new file"
                action="Add"
                name=String::new()
                files
                on_done=Callback::new(move |name: Option<String>| {
                    asked.set(false);
                    if let Some(name) = name {
                        on_new.run(name);
                    }
                })
            />
        </Show>
    }
}

/// Asks for a file's name, which may have folders in it. `None` is "rather not".
#[component]
pub(super) fn NameForm(
    label: &'static str,
    action: &'static str,
    name: String,
    files: Memo<Files>,
    on_done: Callback<Option<String>>,
) -> impl IntoView {
    let before = name.clone();
    let text = RwSignal::new(name);
    let problem = Memo::new(move |_| {
        let text = text.get();
        let text = text.trim();
        if text.is_empty() || text == before {
            return None;
        }
        files.with(|files| name_problem(text, files))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = text.get_untracked().trim().to_owned();
        if !name.is_empty() && problem.get_untracked().is_none() {
            on_done.run(Some(name));
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            on_done.run(None);
        }
    };
    let input = NodeRef::<Input>::new();
    // It was asked for by a button that is gone now: the focus goes on here.
    input.on_load(|input| {
        let _ = input.focus();
    });
    view! {
        <form class="code-name" on:submit=submit on:keydown=key>
            <input
                class="input mono"
                node_ref=input
                aria-label=label
                placeholder="folder/name.py"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                maxlength="255"
                data-testid="file-name"
                aria-invalid=move || problem.get().map(|_| "true")
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
            <button class="button button-small" disabled=move || text.with(|it| it.trim().is_empty())>{action}</button>
            <button class="button button-small" type="button" on:click=move |_| on_done.run(None)>"Cancel"</button>
            {move || problem.get().map(|words| view! { <p class="field-error" role="alert">{words}</p> })}
        </form>
    }
}
