//! The sliders and lists.

use super::super::cheaper::{MEMORIES, SIZES, seconds, whole};
use super::super::fields::{Choice, Slider, Switch};
use super::super::model::span;
use super::choices::{Choices, MOST_TASKS, RATES, Shape, TIMES};
use super::desk::Desk;
use crate::shapes::text::grouped;
use leptos::prelude::*;

#[component]
pub(super) fn Form(desk: Desk) -> impl IntoView {
    let choices = desk.choices;
    let set =
        move |change: fn(&mut Choices, f64)| move |value: f64| desk.change(|it| change(it, value));
    let of = move |read: fn(&Choices) -> f64| Signal::derive(move || choices.with(read));
    let says = move |read: fn(&Choices) -> String| Signal::derive(move || choices.with(read));
    let memories = MEMORIES.map(|it| (it.to_string(), format!("{} MB", grouped(it.into()))));
    let sizes = SIZES.map(|it| (it.to_string(), it.to_string()));
    let shapes = Shape::ALL.map(|it| (it.name().to_owned(), it.name().to_owned()));
    view! {
        <div class="cheaper-form">
            <fieldset>
                <legend>"The requests"</legend>
                <Slider id="versus-rate" label="Requests a second" range=RATES step=0.01
                    value=of(|it| it.rate) says=says(|it| grouped(whole(it.rate)))
                    change=set(|it, value| it.rate = value) />
                <Choice id="versus-shape" label="Over the hour" options=shapes.to_vec()
                    value=says(|it| it.shape.name().to_owned())
                    change=move |name: String| {
                        if let Some(shape) = Shape::ALL.into_iter().find(|it| it.name() == name) {
                            desk.change(|it| it.shape = shape);
                        }
                    } />
                <Slider id="versus-work" label="Half compute for longer than, on a whole vCPU" range=TIMES step=0.01
                    value=of(|it| it.work) says=says(|it| span(seconds(it.work)))
                    change=set(|it, value| it.work = value) />
                <Slider id="versus-wait" label="Then they wait for others, on average" range=TIMES step=0.01
                    value=of(|it| it.wait) says=says(|it| span(seconds(it.wait)))
                    change=set(|it, value| it.wait = value) />
            </fieldset>
            <fieldset>
                <legend>"On Lambda"</legend>
                <Choice id="versus-memory" label="Memory" options=memories.to_vec()
                    value=says(|it| it.memory.to_string())
                    change=move |text: String| {
                        if let Ok(memory) = text.parse() {
                            desk.change(|it| it.memory = memory);
                        }
                    } />
            </fieldset>
            <fieldset>
                <legend>"On Fargate"</legend>
                <Choice id="versus-size" label="A task" options=sizes.to_vec()
                    value=says(|it| it.size.to_string())
                    change=move |text: String| {
                        if let Some(size) = Choices::size(&text) {
                            desk.change(|it| it.size = size);
                        }
                    } />
                <Slider id="versus-least" label="Tasks at least" range=(1.0, MOST_TASKS) step=1.0
                    value=of(|it| it.least.into()) says=says(|it| it.least.to_string())
                    change=set(|it, value| it.least = value as u32) />
                <Slider id="versus-most" label="Tasks at most" range=(1.0, MOST_TASKS) step=1.0
                    value=of(|it| it.most.into()) says=says(|it| it.most.to_string())
                    change=set(|it, value| it.most = value as u32) />
                <Slider id="versus-target" label="CPU utilization that target tracking keeps" range=(10.0, 90.0) step=1.0
                    value=of(|it| it.target.into()) says=says(|it| format!("{} %", it.target))
                    change=set(|it, value| it.target = value as u32) />
                <Switch id="versus-spot" label="Spot" value=Signal::derive(move || choices.with(|it| it.spot))
                    change=move |on| desk.change(|it| it.spot = on) />
            </fieldset>
            <Show when=move || choices.with(|it| *it != Choices::default())>
                <button class="button" data-testid="versus-reset" on:click=move |_| desk.change(|it| *it = Choices::default())>
                    "Back to the beginning"
                </button>
            </Show>
        </div>
    }
}
