//! The Fargate page: a service under load, simulated; its tasks, what was decided and why, at any moment.
//!
//! ```text
//! part      fetched with the panels of the Playground that draw charts
//! panels    ServicePanels: what a run of a service came to
//! playhead  the moment that is looked at; play, next decision
//! picture   balancer, zones, tasks at that moment
//! tasks     lanes of tasks, and one task's life
//! alarms    states of alarms over time
//! log       what was said and decided, with the way to it
//! charts    what came, what there was, how long it took
//! model     figures and lines
//! ```

mod alarms;
mod charts;
mod log;
mod model;
mod panels;
mod part;
mod picture;
mod playhead;
mod tasks;

pub(super) use panels::ServicePanels;

use crate::widgets::Part;
use leptos::prelude::*;

/// What the address names this page by.
pub const FRAGMENT: &str = "fargate";

/// The page.
#[component]
pub fn Fargate() -> impl IntoView {
    view! {
        <main id=FRAGMENT class="scale-page" tabindex="-1">
            <Part title="Fargate" class="scale-lab" fetch=part::fetch />
        </main>
    }
}
