//! The page's code: it comes with the Playground's panels, which have the charts as well.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::panels::ServicePanels;
use crate::pages::scale::{LabDesk, OF_SERVICES};
use crate::widgets::{ComingPanel, Panel};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn fargate() -> Result<Panel, SplitLoaderError> {
    Ok(|| {
        let before = |lab| view! { <ServicePanels lab /> }.into_any();
        view! { <LabDesk title="Fargate" shipped=OF_SERVICES before takes_templates=true /> }
            .into_any()
    })
}

/// The page's panels.
pub(super) fn fetch() -> ComingPanel {
    Box::pin(async move { fargate().await.ok() })
}
