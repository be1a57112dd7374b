//! The Scale lab: a load on functions, simulated at any size; what comes of it, over time.
//!
//! ```text
//! part      fetched with the panels of the Playground that draw charts
//! lab       Lab: the scenario's text, the run, what it came to; the desk with its panels
//! shipped   the scenarios that come along
//! scenario  the panel in which a scenario is chosen and written
//! template  a template whose services become scenarios
//! measured  how long a function of the session took, as a function of the scenario
//! result    the panel with progress, figures and charts
//! model     what a run came to, as rows and lines
//! form/     a service's fields and its load, which change the scenario's text
//! fields    sliders, lists and switches
//! sweep/    the scenario at many values of one or two of its fields
//! cheaper/  who is cheaper when: Lambda and Fargate over rate and duration
//! versus/   Lambda and Fargate under the same requests, simulated
//! ```

mod cheaper;
mod fields;
mod form;
mod lab;
mod measured;
mod model;
mod part;
mod result;
mod scenario;
mod shipped;
mod sweep;
mod template;
mod versus;

pub(super) use lab::{Lab, LabDesk};
pub(super) use model::{Row, level, percent, percentiles, row};
pub(super) use result::{FigureTable, Progress, saver};
pub(super) use shipped::OF_SERVICES;

use crate::widgets::Part;
use leptos::prelude::*;

/// What the address names this page by.
pub const FRAGMENT: &str = "scale";

/// The page.
#[component]
pub fn Scale() -> impl IntoView {
    view! {
        <main id=FRAGMENT class="scale-page" tabindex="-1">
            <Part title="Scale lab" class="scale-lab" fetch=part::fetch />
        </main>
    }
}
