//! Source code to edit, with colours and marks. The editor itself is a script that is fetched with
//! the first of these; where it does not come, a plain text area does.
//!
//! - `script`: that script, as wasm-bindgen sees it

mod script;

use super::ids::fresh_id;
use leptos::{html::Div, prelude::*, task::spawn_local};
use script::{Editor, Script};

/// Which text is on show: another key is another text, with nothing to undo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextKey {
    /// Whose file it is.
    pub owner: u32,
    /// The file's name.
    pub name: String,
}

/// A text on show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Which.
    pub key: TextKey,
    /// All of it.
    pub text: String,
    /// The name of its syntax in `app/editor/languages.js`.
    pub language: &'static str,
}

/// A place that is marked beside its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// From 1.
    pub line: u32,
    /// From 1; `None` for the whole line.
    pub column: Option<u32>,
    /// What is there.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
}

/// How bad a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something is wrong here.
    Error,
    /// Something that is wrong came by here.
    Info,
}

/// A wish to see a place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Of which text.
    pub key: TextKey,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// The script on its way.
#[derive(Clone, Debug)]
enum State {
    Coming,
    Here(Script),
    Failed,
}

/// A source text to edit.
#[component]
pub fn CodeEditor(
    /// Where the editor's script lies, relative to the page; `None` if the page does not say.
    address: Option<String>,
    /// What is edited, for screen readers.
    label: &'static str,
    /// The text.
    #[prop(into)]
    source: Signal<SourceText>,
    /// Its marks.
    #[prop(into)]
    marks: Signal<Vec<Mark>>,
    /// Where to go next. It is emptied when the editor is there.
    jump: RwSignal<Option<Jump>>,
    /// A text was changed, which may be one that is no longer shown.
    #[prop(into)]
    on_input: Callback<(TextKey, String)>,
    /// Ctrl+S or Cmd+S.
    #[prop(into)]
    on_save: Callback<()>,
) -> impl IntoView {
    let state = RwSignal::new_local(State::Coming);
    let attempts = StoredValue::new(0_u32);
    let fetch = move || {
        let (address, attempt) = (address.clone(), attempts.get_value());
        attempts.set_value(attempt + 1);
        state.set(State::Coming);
        spawn_local(async move {
            let script = match address {
                Some(address) => script::load(&address, attempt).await.ok(),
                None => None,
            };
            // The panel may be gone by now.
            let _ = state.try_set(script.map_or(State::Failed, State::Here));
        });
    };
    fetch();
    let fetch = StoredValue::new_local(fetch);
    let again = move |_| fetch.with_value(|fetch| fetch());
    let hint = fresh_id("code-hint");
    let described = hint.clone();
    let body = move || {
        match state.get() {
        State::Here(script) => {
            view! { <Here script label hint=described.clone() source marks jump on_input on_save /> }
                .into_any()
        }
        State::Coming => {
            view! { <p class="code-coming muted" role="status">"Fetching the editor…"</p> }
                .into_any()
        }
        State::Failed => view! {
            <p class="advice" data-testid="editor-failed">
                "The code editor could not be fetched. "
                <button type="button" class="button button-small" on:click=again>"Try again"</button>
                " Meanwhile the text can be changed here:"
            </p>
            <textarea
                class="code-plain"
                aria-label=label
                spellcheck="false"
                autocapitalize="off"
                wrap="off"
                prop:value=move || source.with(|source| source.text.clone())
                on:input=move |event| {
                    let key = source.with_untracked(|source| source.key.clone());
                    on_input.run((key, event_target_value(&event)));
                }
            ></textarea>
        }
        .into_any(),
    }
    };
    view! {
        <div class="code-body">{body}</div>
        <p class="code-hint muted" id=hint>
            <kbd>"Tab"</kbd>" indents; "<kbd>"Esc"</kbd>" and then "<kbd>"Tab"</kbd>" leaves the editor. "
            <kbd>"Ctrl"</kbd>" or "<kbd>"⌘"</kbd>" with "<kbd>"S"</kbd>" deploys, with "<kbd>"F"</kbd>" searches."
        </p>
    }
}

/// The editor, once its script is here.
#[component]
fn Here(
    script: Script,
    label: &'static str,
    hint: String,
    source: Signal<SourceText>,
    marks: Signal<Vec<Mark>>,
    jump: RwSignal<Option<Jump>>,
    on_input: Callback<(TextKey, String)>,
    on_save: Callback<()>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let editor = StoredValue::new_local(None::<Editor>);
    // What the editor holds.
    let held = StoredValue::new(None::<SourceText>);
    let typed = move |text: String| {
        let key = held.try_update_value(|held| {
            let held = held.as_mut()?;
            held.text.clone_from(&text);
            Some(held.key.clone())
        });
        if let Some(key) = key.flatten() {
            on_input.run((key, text));
        }
    };
    // The editor lies outside the reactive world; this is the one bridge to it. It touches the
    // editor only where something is new: a text that was typed has come from there, and marks
    // move along with what is typed.
    Effect::new(move |before: Option<Option<(SourceText, Vec<Mark>)>>| {
        let (source, marks, wish) = (source.get(), marks.get(), jump.get());
        let parent = place.get()?;
        let (old_source, old_marks) = before.flatten().unzip();
        editor.update_value(|editor| {
            let editor = editor.get_or_insert_with(|| {
                let save = move || on_save.run(());
                Editor::new(&script, &parent, (label, &hint), typed, save)
            });
            let is_new = old_source.as_ref() != Some(&source)
                && held.with_value(|held| held.as_ref() != Some(&source));
            if is_new {
                editor.show(&source.text, source.language);
                held.set_value(Some(source.clone()));
            }
            if is_new || old_marks.as_ref() != Some(&marks) {
                editor.mark(&marks);
            }
            if let Some(wish) = wish.filter(|wish| wish.key == source.key) {
                editor.go_to(wish.line, wish.column);
                jump.set(None);
            }
        });
        Some((source, marks))
    });
    on_cleanup(move || drop(editor.try_update_value(Option::take)));
    view! { <div class="code-editor" data-testid="code-editor" node_ref=place></div> }
}
