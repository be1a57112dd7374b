//! The Playground: run a handler with an event, watch its lifecycle, read its bill.
//!
//! ```text
//! functions     the list, uploads and samples
//! settings      one function's settings
//! snap_start    SnapStart: its setting, and what became of the snapshot
//! async_settings  asynchronous invocation: retries, age, destinations
//! versions/     versions, aliases, provisioned concurrency
//! layers        a function's layers: which, in which order
//! sources/      buckets, topics, buses, schedules, and whom they tell
//! streams/      data streams, tables, topics, brokers' queues, and what reads them
//! generators/   what sends events on its own
//! queues/       queues, what polls them, the internal queue
//! lambda_api    where SDKs reach this session
//! account       what all functions share: concurrency, idle expiry
//! code          the selected function's files in an editor
//! code_files    their tree
//! code_view     what other panels ask of it
//! starters      new functions
//! template/     SAM and CloudFormation templates: what importing one would make
//! event         the event editor, Invoke and Burst
//! drawing       events that can be drawn
//! trigger       events that triggers make
//! http/         an HTTP client that calls the function through an API
//! map/          the session as a map; time control
//! trace/        one request across retries, queues and functions
//! inspector/    what a trigger made, what the handler got and returned, what became of it
//! lifecycle     the ribbon: one request's way
//! environments  the lanes, Recycle
//! detail        one invocation: response, log, report
//! reply         one invocation: what the event's trigger does with the response; reply_model: in words
//! profile       one invocation: its billed milliseconds by function; profile_model, profile_faces: as
//!               what it is drawn
//! bill          one invocation: its billed milliseconds and its price
//! tuning/       what the function's invocations would take and cost at every memory size
//! ledger/       the session: what it cost, from the whole to one invocation
//! charts        the session in charts
//! metrics       what CloudWatch would show of the function
//! open_panel    a panel that is closed until someone opens it
//! parts         which of them are fetched once the page can be used
//! problems      what is wrong with the code, traces where an error was
//! package_facts what inspection found out, in words
//! *_model       what the session says, as the widgets' plain values
//! words         facts in a person's words
//! ```

mod account;
mod async_settings;
mod bill;
mod bill_model;
mod charts;
mod code;
mod code_files;
mod code_model;
mod code_view;
mod detail;
mod drawing;
mod environments;
mod event;
mod functions;
mod generators;
mod http;
mod inspector;
mod lambda_api;
mod lane_model;
mod layers;
mod ledger;
mod lifecycle;
mod map;
mod metrics;
mod open_panel;
mod package_facts;
mod parts;
mod problems;
mod profile;
mod profile_faces;
mod profile_model;
mod queues;
mod reply;
mod reply_model;
mod ribbon_model;
mod settings;
mod settings_form;
mod snap_start;
mod sources;
mod starters;
mod streams;
mod template;
mod trace;
mod traces;
mod trigger;
mod tuning;
mod versions;
mod words;

use crate::app::use_session;
use crate::widgets::{ComingPanel, Part};
use code_view::CodeView;
use event::EventPanel;
use functions::FunctionsPanel;
use leptos::prelude::*;
use parts::{Code, Happened, Setting};
use template::TemplateDesk;

/// A panel that shows what happens, whose code comes later. While a replay plays, it reads the session only
/// when it has its turn and is on screen.
#[component]
fn Place(title: &'static str, class: &'static str, fetch: fn() -> ComingPanel) -> impl IntoView {
    let prepare = |seen: Signal<bool>| provide_context(use_session().for_panel(seen));
    view! { <Part title class fetch prepare /> }
}

/// The page.
#[component]
pub fn Playground() -> impl IntoView {
    CodeView::provide();
    TemplateDesk::provide();
    view! {
        <main id="main" class="desk">
            <h1 class="visually-hidden">"Playground"</h1>
            <div class="column column-have">
                <FunctionsPanel />
                <Part title="Settings" class="settings" fetch=|| Setting::Function.fetch() />
                <Part title="Account" class="account" fetch=|| Setting::Account.fetch() />
                <Part title="Lambda API" class="account" fetch=|| Setting::LambdaApi.fetch() />
            </div>
            <div class="column column-happens">
                <Place title="Lifecycle" class="lifecycle" fetch=|| Happened::Lifecycle.fetch() />
                <Place title="Map" class="session-map" fetch=|| Happened::Map.fetch() />
                <Place title="Trace" class="trace" fetch=|| Happened::Trace.fetch() />
                <Place title="Event inspector" class="inspector" fetch=|| Happened::Inspector.fetch() />
                <Place title="Where the milliseconds went" class="profile" fetch=|| Happened::Profile.fetch() />
                <Place title="Power tuning" class="tuning" fetch=|| Happened::Tuning.fetch() />
                <Place title="Code" class="code" fetch=|| Code::Panel.fetch() />
                <EventPanel />
                <Place title="Environments" class="environments" fetch=|| Happened::Environments.fetch() />
                <Place title="HTTP client" class="http" fetch=|| Happened::Http.fetch() />
                <Place title="Sources" class="sources" fetch=|| Happened::Sources.fetch() />
                <Place title="Queues" class="queues" fetch=|| Happened::Queues.fetch() />
                <Place title="Streams" class="streams" fetch=|| Happened::Streams.fetch() />
                <Place title="Generators" class="generators" fetch=|| Happened::Generators.fetch() />
                <Place title="Charts" class="charts" fetch=|| Happened::Charts.fetch() />
            </div>
            <div class="column column-cost">
                <Place title="Invocation" class="detail" fetch=|| Happened::Detail.fetch() />
                <Place title="Bill" class="bill" fetch=|| Happened::Bill.fetch() />
                <Place title="Ledger" class="ledger" fetch=|| Happened::Ledger.fetch() />
            </div>
        </main>
    }
}
