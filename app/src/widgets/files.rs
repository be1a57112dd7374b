//! Places that take files: dropped, or chosen in a dialog.

use leptos::{ev, html::Input, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

fn all(list: Option<FileList>) -> Vec<File> {
    let count = list.as_ref().map_or(0, FileList::length);
    (0..count)
        .filter_map(|index| list.as_ref()?.get(index))
        .collect()
}

/// The files of an input, which is emptied: the same file can then be chosen again.
pub fn taken_files(event: &ev::Event) -> Vec<File> {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else {
        return Vec::new();
    };
    let files = all(input.files());
    input.set_value("");
    files
}

fn give(files: Vec<File>, on_files: Callback<Vec<File>>) {
    if !files.is_empty() {
        on_files.run(files);
    }
}

/// A place to drop files on; a click opens the dialog.
#[component]
pub fn DropZone(
    /// What may be dropped here.
    #[prop(into)]
    label: String,
    /// File name endings for the dialog: `.wasm,.zip`. What is dropped is not filtered.
    #[prop(into)]
    accept: String,
    /// Files were dropped or chosen; never an empty list.
    #[prop(into)]
    on_files: Callback<Vec<File>>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        give(
            all(event.data_transfer().and_then(|transfer| transfer.files())),
            on_files,
        );
    };
    view! {
        <label
            class="drop-zone"
            class:over=over
            on:dragover=move |event| {
                // Without this the browser would open the file instead.
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <svg class="drop-sign" viewBox="0 0 20 20" aria-hidden="true">
                <path d="M10 3v9M6 8l4 4 4-4M3 15v2h14v-2" />
            </svg>
            <span>{label}</span>
            <input
                class="visually-hidden"
                type="file"
                multiple
                accept=accept
                on:change=move |event| give(taken_files(&event), on_files)
            />
        </label>
    }
}

/// A button that opens the file dialog.
#[component]
pub fn FileButton(
    /// What stands on it.
    #[prop(into)]
    label: String,
    /// File name endings for the dialog: `.wasm,.zip`.
    #[prop(into)]
    accept: String,
    /// Files were chosen; never an empty list.
    #[prop(into)]
    on_files: Callback<Vec<File>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let name = label.clone();
    view! {
        <button type="button" class="button" on:click=open>{label}</button>
        <input
            class="visually-hidden"
            type="file"
            tabindex="-1"
            aria-label=name
            accept=accept
            node_ref=input
            on:change=move |event| give(taken_files(&event), on_files)
        />
    }
}
