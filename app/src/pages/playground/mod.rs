//! The Playground: run a handler with an event, watch its lifecycle, read its bill.
//!
//! ```text
//! functions     the list, uploads and samples
//! settings      one function's settings
//! account       what all functions share: concurrency, idle expiry
//! event         the event editor, Invoke and Burst
//! lifecycle     the ribbon: one request's way
//! environments  the lanes, Recycle
//! detail        one invocation: response, log, report
//! bill          one invocation: its billed milliseconds and its price
//! charts        the session in charts
//! *_model       what the session says, as the widgets' plain values
//! words         facts in a person's words
//! ```

mod account;
mod bill;
mod bill_model;
mod charts;
mod detail;
mod environments;
mod event;
mod functions;
mod lane_model;
mod lifecycle;
mod ribbon_model;
mod settings;
mod settings_form;
mod words;

use account::AccountPanel;
use bill::BillPanel;
use charts::Charts;
use detail::Detail;
use environments::EnvironmentsPanel;
use event::EventPanel;
use functions::FunctionsPanel;
use leptos::prelude::*;
use lifecycle::Lifecycle;
use settings::SettingsPanel;

/// The page.
#[component]
pub fn Playground() -> impl IntoView {
    view! {
        <main id="main" class="desk">
            <h1 class="visually-hidden">"Playground"</h1>
            <div class="column column-have">
                <FunctionsPanel />
                <SettingsPanel />
                <AccountPanel />
            </div>
            <div class="column column-happens">
                <Lifecycle />
                <EventPanel />
                <EnvironmentsPanel />
                <Charts />
            </div>
            <div class="column column-cost">
                <Detail />
                <BillPanel />
            </div>
        </main>
    }
}
