//! Costs: what a described month would cost, with every step of the arithmetic.
//!
//! ```text
//! part      fetched when the page is opened
//! desk      Desk: the plan that is being described, its prices, and what it comes to
//! kept      the plan as this browser keeps it, and as a link
//! plan      the panel in which a month is described
//! function  a function's fields
//! task      fields of tasks
//! extra     what comes with them, and a savings plan
//! session   functions of the session, as they were measured
//! fields    numbers as people write them
//! answer    the panel with the total and its steps
//! questions requests for an amount; a year of growth
//! ```

mod answer;
mod desk;
mod extra;
mod fields;
mod function;
mod kept;
mod part;
mod plan;
mod questions;
mod session;
mod task;

use crate::widgets::Part;
use leptos::prelude::*;

/// What the address names this page by; a plan may follow, after a slash.
pub const FRAGMENT: &str = "costs";

/// The page.
#[component]
pub fn Costs() -> impl IntoView {
    view! {
        <main id=FRAGMENT class="costs-page" tabindex="-1">
            <Part title="Costs" class="costs" fetch=part::fetch />
        </main>
    }
}
