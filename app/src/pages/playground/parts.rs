//! What is fetched once the page can be used: the panels that need a request to say anything, the
//! settings, code, and paper to draw an event on. `xtask` splits their code from the page's module; code that several parts need
//! stays in the page or becomes a piece of its own, which comes with the first of them.
//!
//! What a visitor needs for the first Invoke is in the page itself.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::account::AccountPanel;
use super::bill::BillPanel;
use super::charts::Charts;
use super::code::CodePanel;
use super::detail::Detail;
use super::drawing::Drawing;
use super::environments::EnvironmentsPanel;
use super::lifecycle::Lifecycle;
use super::profile::ProfilePanel;
use super::settings::SettingsPanel;
use super::starters::Starters;
use crate::widgets::{ComingPanel, Panel};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// The panels that show what happened; and, because it needs what their drawings need, the paper for
/// events.
#[derive(Clone, Copy)]
pub(super) enum Happened {
    Lifecycle,
    Environments,
    Charts,
    Detail,
    Bill,
    Drawing,
    Profile,
}

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn happened(panel: Happened) -> Result<Panel, SplitLoaderError> {
    Ok(match panel {
        Happened::Lifecycle => || view! { <Lifecycle /> }.into_any(),
        Happened::Environments => || view! { <EnvironmentsPanel /> }.into_any(),
        Happened::Charts => || view! { <Charts /> }.into_any(),
        Happened::Detail => || view! { <Detail /> }.into_any(),
        Happened::Bill => || view! { <BillPanel /> }.into_any(),
        Happened::Drawing => || view! { <Drawing /> }.into_any(),
        Happened::Profile => || view! { <ProfilePanel /> }.into_any(),
    })
}

/// The panels that set things up.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    Function,
    Account,
}

#[wasm_split(settings, wasm_split_path = ::leptos::wasm_split, fallible)]
fn setting(panel: Setting) -> Result<Panel, SplitLoaderError> {
    Ok(match panel {
        Setting::Function => || view! { <SettingsPanel /> }.into_any(),
        Setting::Account => || view! { <AccountPanel /> }.into_any(),
    })
}

/// Code and where to begin with it.
#[derive(Clone, Copy)]
pub(super) enum Code {
    Panel,
    Starters,
}

#[wasm_split(code, wasm_split_path = ::leptos::wasm_split, fallible)]
fn code(panel: Code) -> Result<Panel, SplitLoaderError> {
    Ok(match panel {
        Code::Panel => || view! { <CodePanel /> }.into_any(),
        Code::Starters => || view! { <Starters /> }.into_any(),
    })
}

impl Happened {
    pub(super) fn fetch(self) -> ComingPanel {
        Box::pin(async move { happened(self).await.ok() })
    }
}

impl Code {
    pub(super) fn fetch(self) -> ComingPanel {
        Box::pin(async move { code(self).await.ok() })
    }
}

impl Setting {
    pub(super) fn fetch(self) -> ComingPanel {
        Box::pin(async move { setting(self).await.ok() })
    }
}
