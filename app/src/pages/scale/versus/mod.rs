//! Lambda and Fargate under the same requests: both are simulated anew with every slider, and counted alike.
//!
//! ```text
//! choices  what is compared: values of sliders and lists, and the scenario that they make
//! form     the sliders and lists
//! desk     Desk: two workers, one for each side, that run what was asked for last
//! words    both sides, and how far apart they are, in words
//! result   both sides as a table and as charts
//! ```

mod choices;
mod desk;
mod form;
mod result;
mod words;

use super::lab::Lab;
use super::result::Progress;
use desk::{Desk, DeskState};
use form::Form;
use leptos::prelude::*;
use result::SidesResult;
use std::sync::Arc;

/// The panel with the sliders.
#[component]
pub(super) fn VersusPanel() -> impl IntoView {
    let desk = Desk::new();
    let sides = Signal::derive(move || desk.shown.get());
    let verdict = Memo::new(move |_| sides.with(|it| it.as_ref().map(|it| words::verdict(it))));
    let fault = move || {
        match desk.state.get() {
        DeskState::Fine => ().into_any(),
        DeskState::Wrong { cause, hint } => view! {
            <div class="advice" role="alert" data-testid="versus-fault">
                <p class="field-error">{cause}</p>
                <p>{hint}" What is shown is of the last run."</p>
                <button class="button button-small" on:click=move |_| desk.ask()>"Try again"</button>
            </div>
        }
        .into_any(),
    }
    };
    view! {
        <section class="panel cheaper" aria-label="Lambda and Fargate side by side" data-testid="versus">
            <div class="panel-head">
                <h2>"Lambda and Fargate under the same requests"</h2>
            </div>
            {fault}
            <p class="cheaper-verdict" data-testid="versus-verdict" role="status">
                {move || match (verdict.get(), desk.state.get()) {
                    (Some(verdict), _) => verdict,
                    (None, DeskState::Fine) => "It is being simulated.".to_owned(),
                    (None, DeskState::Wrong { .. }) => "Nothing has been simulated yet.".to_owned(),
                }}
            </p>
            <div class="cheaper-desk">
                <Form desk />
                <SidesResult sides />
            </div>
            <details class="versus-text">
                <summary>"As a scenario file"</summary>
                <pre class="mono" data-testid="versus-text">{move || desk.choices.with(|it| it.text())}</pre>
            </details>
            <p class="field-note muted">
                "An hour, simulated on this device: the same requests at the same moments to both, a function that has no environment yet and a service that was created five minutes before. Idle environments are not billed, idle tasks are. Models: environments are kept for 10 minutes, a new one is there after 100 ms and its INIT takes about 400 ms; how a request's time grows with less than a vCPU. Capacity units (LCU) of the load balancer come on top."
            </p>
        </section>
    }
}

/// The panel of a run whose scenario describes both.
#[component]
pub(super) fn SidesPanel(lab: Lab) -> impl IntoView {
    let sides = Memo::new(move |_| {
        let shown = lab.shown.get();
        shown.and_then(|it| it.sides().map(|it| Arc::new(it.clone())))
    });
    let text = move |of: fn(&runtime_core::simulator::Sides) -> String| {
        move || sides.with(|it| it.as_ref().map(|it| of(it)))
    };
    view! {
        <section class="panel scale-result" aria-label="Result">
            <div class="panel-head">
                <h2>"Result"</h2>
                <span class="muted" data-testid="run-name">{text(|it| it.compared.name.clone())}</span>
            </div>
            <Progress lab />
            <p class="field-note">{text(|it| it.compared.about.clone())}</p>
            <p class="field-note">{text(words::verdict)}</p>
            <SidesResult sides />
        </section>
    }
}
