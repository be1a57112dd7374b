//! A sweep: the scenario at many values of one or two of its fields, on all cores.
//!
//! ```text
//! desk     SweepDesk: the workers, and what they have come to so far
//! draft    a field and its values as they are written
//! form     the fields, and the buttons
//! picture  what has come of it -> what is drawn
//! ```

mod desk;
mod draft;
mod form;
mod picture;

use super::lab::Lab;
use super::result::saver;
use crate::shapes::text::grouped;
use crate::widgets::SweepChart;
use desk::{SweepDesk, SweepState};
use form::SweepForm;
use leptos::prelude::*;
use std::sync::Arc;

/// The panel.
#[component]
pub(super) fn SweepPanel(lab: Lab) -> impl IntoView {
    let desk = SweepDesk::new(lab);
    let figure = RwSignal::new(None::<String>);
    let names = Memo::new(move |_| desk.swept.with(|it| it.names()));
    // The one that was chosen, if the sweep has it.
    let chosen = Memo::new(move |_| {
        let asked = figure.get();
        names.with(|names| {
            let there = |name: &String| names.contains(name);
            let usual = picture::USUAL.iter().map(|it| (*it).to_owned());
            asked.into_iter().chain(usual).find(there)
        })
    });
    let drawn = Memo::new(move |_| {
        let chosen = chosen.get();
        let drawn = desk
            .swept
            .with(|it| chosen.map(|figure| picture::of(it, &figure)));
        Arc::new(drawn.unwrap_or_default())
    });
    let options = move || {
        let options = names.get().into_iter().map(|name| {
            let (own, value) = (name.clone(), name.clone());
            let selected = move || chosen.with(|it| it.as_deref() == Some(own.as_str()));
            view! { <option value=value selected=selected>{name}</option> }
        });
        options.collect_view()
    };
    view! {
        <section class="panel sweep" aria-label="Sweep" data-testid="sweep">
            <div class="panel-head">
                <h2>"Sweep"</h2>
                <label class="push row">
                    <span class="muted">"Figure"</span>
                    <select
                        class="select"
                        data-testid="sweep-figure"
                        disabled=move || names.with(Vec::is_empty)
                        on:change=move |event| figure.set(Some(event_target_value(&event)))
                    >
                        {options}
                    </select>
                </label>
            </div>
            <p class="field-note muted">
                "The scenario above at each of these values, or at each pair of them: everywhere the same seed, so what differs is not chance."
            </p>
            <SweepForm desk />
            <Standing desk />
            <SweepChart picture=drawn on_file=saver() />
        </section>
    }
}

/// How far it is, or what is wrong.
#[component]
fn Standing(desk: SweepDesk) -> impl IntoView {
    move || {
        let (run, all) = desk.swept.with(|it| (it.run(), it.points.len()));
        let points = format!("{} of {} points", grouped(run as u64), grouped(all as u64));
        match desk.state.get() {
            SweepState::Idle if all == 0 => ().into_any(),
            SweepState::Idle => view! {
                <p class="run-progress mono" role="status" data-testid="sweep-ended">{points}</p>
            }
            .into_any(),
            SweepState::Going => view! {
                <div class="run-progress" data-testid="sweep-progress">
                    <progress max=all.max(1).to_string() value=run.to_string() aria-label="Points"></progress>
                    <span class="mono">{points}</span>
                </div>
            }
            .into_any(),
            SweepState::TooMuch { requests, seconds } => view! {
                <div class="advice" role="alert" data-testid="sweep-fault">
                    <p>
                        {format!(
                            "That is about {} requests altogether: {} on one core. Take fewer values, or run it all \
                             the same; it can be stopped.",
                            grouped(requests as u64),
                            super::model::about_seconds(seconds),
                        )}
                    </p>
                    <button class="button button-small" data-testid="sweep-large" on:click=move |_| desk.begin(true)>
                        "Run it all the same"
                    </button>
                </div>
            }
            .into_any(),
            SweepState::Wrong { cause, hint } => view! {
                <div class="advice" role="alert" data-testid="sweep-fault">
                    <p class="field-error">{cause}</p>
                    <p>{hint}</p>
                </div>
            }
            .into_any(),
        }
    }
}
