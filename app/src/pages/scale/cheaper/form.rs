//! The sliders and lists.

use super::super::fields::{Choice, Slider, Switch};
use super::super::model::span;
use super::choices::{Choices, MEMORIES, PLACES, RATES, SIZES, TIMES, Ways, seconds, whole};
use super::words;
use crate::shapes::text::grouped;
use leptos::prelude::*;
use runtime_core::timeline::Architecture;

/// Steps of a slider whose values are logarithms: a hundred for each decade.
const FINE: f64 = 0.01;

#[component]
pub(super) fn Form(choices: RwSignal<Choices>) -> impl IntoView {
    let way = move |change: fn(&mut Ways, f64)| {
        move |value: f64| choices.update(|it| change(&mut it.ways, value))
    };
    let of = move |read: fn(&Choices) -> f64| Signal::derive(move || choices.with(read));
    let says = move |read: fn(&Choices) -> String| Signal::derive(move || choices.with(read));
    let is = move |read: fn(&Choices) -> bool| Signal::derive(move || choices.with(read));
    let memories = MEMORIES.map(|it| (it.to_string(), format!("{} MB", grouped(it.into()))));
    let sizes = SIZES.map(|it| (it.to_string(), it.to_string()));
    let architectures = [Architecture::X86_64, Architecture::Arm64];
    let architectures = architectures.map(|it| (it.name().to_owned(), it.name().to_owned()));
    view! {
        <div class="cheaper-form">
            <fieldset>
                <legend>"The work"</legend>
                <Slider id="cheaper-rate" label="Requests a second" range=RATES step=FINE
                    value=of(|it| it.rate) says=says(|it| words::rate(10_f64.powf(it.rate)))
                    change=move |value| choices.update(|it| it.rate = value) />
                <Slider id="cheaper-time" label="A request takes, on a whole vCPU" range=TIMES step=FINE
                    value=of(|it| it.time) says=says(|it| span(seconds(it.time)))
                    change=move |value| choices.update(|it| it.time = value) />
                <Slider id="cheaper-computing" label="Of that, computing (the rest is waiting)" range=(0.0, 100.0) step=1.0
                    value=of(|it| it.ways.computing as f64) says=says(|it| format!("{} %", it.ways.computing))
                    change=way(|it, value| it.computing = value as u64) />
                <Choice id="cheaper-architecture" label="Architecture" options=architectures.to_vec()
                    value=says(|it| it.ways.architecture.name().to_owned())
                    change=move |name: String| {
                        let arm = name == Architecture::Arm64.name();
                        choices.update(|it| it.ways.architecture = if arm { Architecture::Arm64 } else { Architecture::X86_64 });
                    } />
            </fieldset>
            <fieldset>
                <legend>"On Lambda"</legend>
                <Choice id="cheaper-memory" label="Memory" options=memories.to_vec()
                    value=says(|it| it.ways.memory.to_string())
                    change=move |text: String| {
                        if let Ok(memory) = text.parse() {
                            choices.update(|it| it.ways.memory = memory);
                        }
                    } />
                <Switch id="cheaper-free" label="Free tier" value=is(|it| it.ways.free_tier)
                    change=move |on| choices.update(|it| it.ways.free_tier = on) />
            </fieldset>
            <fieldset>
                <legend>"On Fargate"</legend>
                <Choice id="cheaper-size" label="A task" options=sizes.to_vec()
                    value=says(|it| it.ways.size.to_string())
                    change=move |text: String| {
                        if let Some(size) = SIZES.into_iter().find(|it| it.to_string() == text) {
                            choices.update(|it| it.ways.size = size);
                        }
                    } />
                <Slider id="cheaper-least" label="Tasks at least" range=(1.0, 20.0) step=1.0
                    value=of(|it| it.ways.least as f64) says=says(|it| it.ways.least.to_string())
                    change=way(|it, value| it.least = value as u64) />
                <Slider id="cheaper-utilization" label="CPU utilization that it scales to" range=(10.0, 100.0) step=1.0
                    value=of(|it| it.ways.utilization as f64) says=says(|it| format!("{} %", it.ways.utilization))
                    change=way(|it, value| it.utilization = value as u64) />
                <Slider id="cheaper-places" label="Requests at once in a task" range=PLACES step=FINE
                    value=of(|it| it.ways.places) says=says(|it| grouped(whole(it.ways.places)))
                    change=way(|it, value| it.places = value) />
                <Switch id="cheaper-balancer" label="Load balancer" value=is(|it| it.ways.load_balancer)
                    change=move |on| choices.update(|it| it.ways.load_balancer = on) />
                <Switch id="cheaper-spot" label="Spot" value=is(|it| it.ways.spot)
                    change=move |on| choices.update(|it| it.ways.spot = on) />
            </fieldset>
            <Show when=move || choices.with(|it| *it != Choices::default())>
                <button class="button" data-testid="cheaper-reset" on:click=move |_| choices.set(Choices::default())>
                    "Back to the beginning"
                </button>
            </Show>
        </div>
    }
}
