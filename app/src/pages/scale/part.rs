//! The page's code: it comes with the Playground's panels, which have the charts as well.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::cheaper::CheaperPanel;
use super::lab::LabDesk;
use super::result::ResultPanel;
use super::shipped::OF_FUNCTIONS;
use super::versus::VersusPanel;
use crate::widgets::{ComingPanel, Panel};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn scale() -> Result<Panel, SplitLoaderError> {
    Ok(|| {
        let before = |lab| view! { <ResultPanel lab /> }.into_any();
        view! {
            <LabDesk title="Scale lab" shipped=OF_FUNCTIONS before />
            <VersusPanel />
            <CheaperPanel />
        }
        .into_any()
    })
}

/// The page's panels.
pub(super) fn fetch() -> ComingPanel {
    Box::pin(async move { scale().await.ok() })
}
