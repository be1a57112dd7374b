//! New functions: a language each, with a handler to begin with.

use super::code_view::CodeView;
use crate::app::use_session;
use crate::browser::files;
use crate::session::{Command, Notice, Session, Target};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// A handler to begin with.
struct Starter {
    title: &'static str,
    summary: &'static str,
    /// In `starters/`; its name in the package.
    file: &'static str,
}

/// What a new function is called.
const NAME: &str = "function";

const STARTERS: [Starter; 4] = [
    Starter {
        title: "Python",
        summary: "CPython 3.12: lambda_handler(event, context)",
        file: "lambda_function.py",
    },
    Starter {
        title: "JavaScript",
        summary: "QuickJS: export const handler = async (event) => …",
        file: "index.mjs",
    },
    Starter {
        title: "Ruby",
        summary: "CRuby 3.4: lambda_handler(event:, context:)",
        file: "lambda_function.rb",
    },
    Starter {
        title: "WebAssembly text",
        summary: "A reactor by hand: memory, allocate, handle",
        file: "function.wat",
    },
];

async fn make(session: Session, view: CodeView, starter: &'static Starter) {
    match files::fetch(&format!("./starters/{}", starter.file)).await {
        Ok(bytes) => {
            session.dispatch(Command::Deploy {
                file_name: starter.file.to_owned(),
                bytes,
                target: Target::New(NAME.to_owned()),
            });
            view.open.set(true);
        }
        Err(reason) => session.notify(Notice::error(reason, "Try again.")),
    }
}

#[component]
pub(super) fn Starters() -> impl IntoView {
    let (session, view) = (use_session(), CodeView::here());
    let starters = STARTERS.iter().map(|starter| {
        let start = move |_| spawn_local(make(session, view, starter));
        view! {
            <li>
                <button class="sample" on:click=start>
                    <b>{starter.title}</b>
                    <span class="muted">{starter.summary}</span>
                </button>
            </li>
        }
    });
    view! {
        <details class="samples" data-testid="starters">
            <summary>"New function"</summary>
            <ul>{starters.collect_view()}</ul>
        </details>
    }
}
