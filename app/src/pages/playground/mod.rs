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
//! parts         which of them are fetched once the page can be used
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
mod parts;
mod ribbon_model;
mod settings;
mod settings_form;
mod words;

use crate::widgets::Part;
use event::EventPanel;
use functions::FunctionsPanel;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Playground() -> impl IntoView {
    view! {
        <main id="main" class="desk">
            <h1 class="visually-hidden">"Playground"</h1>
            <div class="column column-have">
                <FunctionsPanel />
                <Part title="Settings" class="settings" fetch=parts::settings />
                <Part title="Account" class="account" fetch=parts::account />
            </div>
            <div class="column column-happens">
                <Part title="Lifecycle" class="lifecycle" fetch=parts::lifecycle />
                <EventPanel />
                <Part title="Environments" class="environments" fetch=parts::environments />
                <Part title="Charts" class="charts" fetch=parts::charts />
            </div>
            <div class="column column-cost">
                <Part title="Invocation" class="detail" fetch=parts::detail />
                <Part title="Bill" class="bill" fetch=parts::bill />
            </div>
        </main>
    }
}
