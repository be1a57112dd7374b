//! What is fetched once the page can be used: the panels that need a request to say anything, the
//! settings, code, paper to draw an event on, and the forms of triggers. `xtask` splits their code from the page's module; code that several parts need
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
use super::generators::GeneratorsPanel;
use super::http::HttpPanel;
use super::inspector::InspectorPanel;
use super::lambda_api::LambdaApi;
use super::ledger::LedgerPanel;
use super::lifecycle::Lifecycle;
use super::map::MapPanel;
use super::profile::ProfilePanel;
use super::queues::QueuesPanel;
use super::settings::SettingsPanel;
use super::sources::SourcesPanel;
use super::starters::Starters;
use super::streams::StreamsPanel;
use super::template::TemplateDialog;
use super::trace::TracePanel;
use super::trigger::TriggerForm;
use super::tuning::TuningPanel;
use crate::widgets::{ComingPanel, Panel};
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// The panels that show what happened and what waits; and what needs what they need: the paper for
/// events, the HTTP client. They come together, because all of them are on the page: each part of its own
/// would share pieces with the others, and every piece is a request.
#[derive(Clone, Copy)]
pub(super) enum Happened {
    Lifecycle,
    Environments,
    Charts,
    Detail,
    Bill,
    Ledger,
    Tuning,
    Drawing,
    Profile,
    Http,
    Map,
    Queues,
    Sources,
    Streams,
    Generators,
    Trace,
    Inspector,
}

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn happened(panel: Happened) -> Result<Panel, SplitLoaderError> {
    Ok(match panel {
        Happened::Lifecycle => || view! { <Lifecycle /> }.into_any(),
        Happened::Environments => || view! { <EnvironmentsPanel /> }.into_any(),
        Happened::Charts => || view! { <Charts /> }.into_any(),
        Happened::Detail => || view! { <Detail /> }.into_any(),
        Happened::Bill => || view! { <BillPanel /> }.into_any(),
        Happened::Ledger => || view! { <LedgerPanel /> }.into_any(),
        Happened::Tuning => || view! { <TuningPanel /> }.into_any(),
        Happened::Drawing => || view! { <Drawing /> }.into_any(),
        Happened::Profile => || view! { <ProfilePanel /> }.into_any(),
        Happened::Http => || view! { <HttpPanel /> }.into_any(),
        Happened::Map => || view! { <MapPanel /> }.into_any(),
        Happened::Queues => || view! { <QueuesPanel /> }.into_any(),
        Happened::Sources => || view! { <SourcesPanel /> }.into_any(),
        Happened::Streams => || view! { <StreamsPanel /> }.into_any(),
        Happened::Generators => || view! { <GeneratorsPanel /> }.into_any(),
        Happened::Trace => || view! { <TracePanel /> }.into_any(),
        Happened::Inspector => || view! { <InspectorPanel /> }.into_any(),
    })
}

/// The panels that set things up. They are of the same part: pieces that only those two would share are
/// none then.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    Function,
    Account,
    LambdaApi,
}

#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn setting(panel: Setting) -> Result<Panel, SplitLoaderError> {
    Ok(match panel {
        Setting::Function => || view! { <SettingsPanel /> }.into_any(),
        Setting::Account => || view! { <AccountPanel /> }.into_any(),
        Setting::LambdaApi => || view! { <LambdaApi /> }.into_any(),
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

/// Events that triggers make, for those who ask for one.
#[wasm_split(happened, wasm_split_path = ::leptos::wasm_split, fallible)]
fn trigger() -> Result<Panel, SplitLoaderError> {
    Ok(|| view! { <TriggerForm /> }.into_any())
}

/// The form that makes a trigger's event.
pub(super) fn trigger_form() -> ComingPanel {
    Box::pin(async move { trigger().await.ok() })
}

/// Templates, for those who drop one.
#[wasm_split(template, wasm_split_path = ::leptos::wasm_split, fallible)]
fn template_part() -> Result<Panel, SplitLoaderError> {
    Ok(|| view! { <TemplateDialog /> }.into_any())
}

/// The dialog that shows a template.
pub(super) fn template() -> ComingPanel {
    Box::pin(async move { template_part().await.ok() })
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
