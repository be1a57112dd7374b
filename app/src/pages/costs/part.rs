//! The page's code: it is fetched when the page is opened first.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::answer::AnswerPanel;
use super::desk::Desk;
use super::plan::PlanPanel;
use super::questions::QuestionsPanel;
use crate::widgets::{ComingPanel, Panel};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

#[wasm_split(costs, wasm_split_path = ::leptos::wasm_split, fallible)]
fn costs() -> Result<Panel, SplitLoaderError> {
    Ok(|| {
        let desk = Desk::new();
        view! {
            <h1 class="visually-hidden">"Costs"</h1>
            <div class="costs-desk">
                <PlanPanel desk />
                <div class="costs-result">
                    <AnswerPanel desk />
                    <QuestionsPanel desk />
                </div>
            </div>
        }
        .into_any()
    })
}

/// The page's panels.
pub(super) fn fetch() -> ComingPanel {
    Box::pin(async move { costs().await.ok() })
}
