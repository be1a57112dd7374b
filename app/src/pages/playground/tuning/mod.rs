//! Power tuning: what the function's invocations would take and cost at every memory size.
//!
//! ```text
//! mod    the panel
//! model  invocations of the session -> samples; a tuning or a link -> rows and curves
//! ```

mod model;

use crate::app::use_session;
use crate::browser::files;
use crate::pages::scale::saver;
use crate::session::{Command, Notice};
use crate::widgets::SweepChart;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::{Standing, Tuned};
use runtime_core::tuning::{DEFAULT_SIZES, Strategy, Weight, link, output, read_link};
use runtime_core::units::MemoryMb;
use std::sync::Arc;

/// The sizes as they are first written into their field.
fn first_sizes() -> String {
    let sizes = DEFAULT_SIZES.iter().map(|it| it.get().to_string());
    sizes.collect::<Vec<_>>().join(", ")
}

#[component]
pub(super) fn TuningPanel() -> impl IntoView {
    let session = use_session();
    let sizes = RwSignal::new(first_sizes());
    let weight = RwSignal::new(50_u8);
    let linked = RwSignal::new(String::new());
    let standing = session.memo(|reading| Standing::of(&reading));
    let tuned = session.memo(move |reading| {
        let standing = Standing::of(&reading);
        Tuned::of(&standing, &sizes.get(), reading.prices()?)
    });
    let from_link = Memo::new(move |_| {
        let text = linked.get();
        (!text.trim().is_empty()).then(|| read_link(&text))
    });
    let time = Signal::derive(move || {
        Arc::new(match from_link.get() {
            Some(Ok(points)) => model::linked_times(&points),
            _ => tuned.with(|it| it.as_ref().map(Tuned::times).unwrap_or_default()),
        })
    });
    let cost = Signal::derive(move || {
        Arc::new(match from_link.get() {
            Some(Ok(points)) => model::linked_costs(&points),
            _ => tuned.with(|it| it.as_ref().map(Tuned::costs).unwrap_or_default()),
        })
    });
    let mistake = move || {
        let of_link = from_link.get().and_then(Result::err);
        let of_link = of_link.map(|it| format!("{it}. {}", it.hint()));
        let own = tuned.with(|it| it.as_ref().and_then(|it| it.mistake.clone()));
        of_link.or(own)
    };
    let save = move |_| {
        let json = tuned.with_untracked(|it| {
            let tuning = it.as_ref()?.tuning.as_ref()?;
            serde_json::to_vec_pretty(&output(tuning, Strategy::Cost)).ok()
        });
        if let Some(json) = json
            && let Err(reason) = files::download("power-tuning.json", "application/json", &json)
        {
            session.notify(Notice::error(
                format!("power-tuning.json could not be saved: {reason}."),
                "Try again.",
            ));
        }
    };
    let copy = move |_| {
        let address = tuned.with_untracked(|it| it.as_ref()?.tuning.as_ref().map(link));
        let Some(address) = address else {
            return;
        };
        spawn_local(async move {
            if let Err(reason) = files::copy(&address).await {
                session.notify(Notice::error(
                    format!("The browser did not copy it: {reason}."),
                    "Save the JSON: it has the link as well.",
                ));
            }
        });
    };
    let has_tuning = move || tuned.with(|it| it.as_ref().is_some_and(|it| it.tuning.is_some()));
    view! {
        <section class="panel tuning" aria-labelledby="tuning-title" data-testid="tuning">
            <div class="panel-head">
                <h2 id="tuning-title">"Power tuning"</h2>
                <Show when=has_tuning>
                    <button type="button" class="button button-small push" data-testid="tuning-json"
                        title="The output of aws-lambda-power-tuning, field for field" on:click=save>"JSON"</button>
                    <button type="button" class="button button-small" data-testid="tuning-link"
                        title="Copies a link of lambda-power-tuning.show, whose data stand behind its #: nothing is sent"
                        on:click=copy>"Copy link"</button>
                </Show>
            </div>
            <Asking standing />
            <div class="tuning-form">
                <label class="field-label" for="tuning-sizes">"Memory sizes, MB"</label>
                <input id="tuning-sizes" class="input mono" type="text" autocomplete="off" spellcheck="false"
                    data-testid="tuning-sizes"
                    prop:value=move || sizes.get()
                    on:input=move |event| sizes.set(event_target_value(&event)) />
                <button type="button" class="tool" on:click=move |_| sizes.set(model::every_step())>"Every 64 MB to 3,008"</button>
                <button type="button" class="tool" disabled=move || sizes.get() == first_sizes()
                    on:click=move |_| sizes.set(first_sizes())>"The usual six"</button>
            </div>
            {move || mistake().map(|it| view! { <p class="field-error tuning-note" role="alert" data-testid="tuning-mistake">{it}</p> })}
            <Show when=move || has_tuning() && from_link.get().is_none()>
                <Choices tuned weight on_take=move |memory| take(session, memory) />
                <Table tuned />
            </Show>
            <Show when=move || !time.get().values.is_empty()>
                <div class="tuning-charts">
                    <SweepChart title="Time by memory" file="power-tuning-time" picture=time on_file=saver() />
                    <SweepChart title="Cost by memory" file="power-tuning-cost" picture=cost on_file=saver() />
                </div>
            </Show>
            <details class="facts tuning-linked">
                <summary>"Open a link of lambda-power-tuning.show"</summary>
                <label class="field-label" for="tuning-open">"The link, or what stands behind its #"</label>
                <input id="tuning-open" class="input mono" type="text" autocomplete="off" spellcheck="false"
                    data-testid="tuning-open"
                    prop:value=move || linked.get()
                    on:input=move |event| linked.set(event_target_value(&event)) />
            </details>
            <p class="field-note muted tuning-note">
                "Times are modelled: what the invocation computed and waited, with the share of a vCPU that comes with each size; it computes first and then waits, one thread. Prices are of compute alone, as aws-lambda-power-tuning has them. That arm64 takes as long as x86_64 is a model choice."
            </p>
        </section>
    }
}

/// Gives the selected function this memory.
fn take(session: crate::session::Session, memory: MemoryMb) {
    let configured = session.read_untracked(|reading| {
        let function = reading.shown_request()?.function;
        let settings = reading.platform().configuration(function)?;
        let mut settings = settings.clone();
        settings.memory = memory;
        Some((function, settings))
    });
    if let Some((function, settings)) = configured {
        session.dispatch(Command::Configure {
            function,
            configuration: Box::new(settings),
        });
    }
}

/// What it is tuned by, or what there is to do first.
#[component]
fn Asking(standing: Memo<Standing>) -> impl IntoView {
    let session = use_session();
    move || {
        match standing.get() {
        Standing::Nothing => view! {
            <p class="empty">"Invoke a function: what its invocation computed and waited says what it would take at every size."</p>
        }
        .into_any(),
        Standing::NotKnown(request) => view! {
            <div class="tuning-ask">
                <button type="button" class="button" data-testid="tuning-ask"
                    on:click=move |_| session.dispatch(Command::Profile(request))>"Tune by this invocation"</button>
                <span class="muted">"It is replayed once, to tell computing from waiting."</span>
            </div>
        }
        .into_any(),
        Standing::Replaying(request) => view! {
            <div class="tuning-ask">
                <span role="status">"It is being replayed."</span>
                <button type="button" class="button button-small"
                    on:click=move |_| session.dispatch(Command::CancelProfile(request))>"Stop"</button>
            </div>
        }
        .into_any(),
        Standing::Refused(cause, hint) => view! {
            <p class="field-error tuning-note" role="alert">{cause}" "{hint}</p>
        }
        .into_any(),
        Standing::Known { name, samples, .. } => view! {
            <p class="field-note tuning-note" data-testid="tuning-by">
                {format!(
                    "{name}, by {}. Replay others of it (“Where the milliseconds went”) to tune by them as well.",
                    crate::shapes::text::counted(samples.len() as u64, "invocation")
                )}
            </p>
        }
        .into_any(),
    }
    }
}

#[component]
fn Choices(
    tuned: Memo<Option<Tuned>>,
    weight: RwSignal<u8>,
    #[prop(into)] on_take: Callback<MemoryMb>,
) -> impl IntoView {
    let rows = move || {
        let weight = weight.get();
        let strategies = [
            Strategy::Cost,
            Strategy::Speed,
            Strategy::Balanced(Weight::percent(weight)),
        ];
        let choices = tuned.with(|it| {
            let tuned = it.as_ref()?;
            Some(strategies.map(|strategy| Some((strategy, tuned.choice(strategy)?, tuned.now))))
        });
        let row = |(strategy, choice, now): (Strategy, runtime_core::tuning::Choice, MemoryMb)| {
            let memory = choice.memory;
            view! {
                <li>
                    <span class="tuning-strategy">{strategy.to_string()}</span>
                    <span data-testid=format!("tuning-{strategy}")>{choice.reason}</span>
                    <button type="button" class="button button-small push" disabled=memory == now
                        data-testid=format!("tuning-use-{strategy}")
                        on:click=move |_| on_take.run(memory)>{format!("Use {memory}")}</button>
                </li>
            }
        };
        choices
            .into_iter()
            .flatten()
            .flatten()
            .map(row)
            .collect_view()
    };
    view! {
        <ul class="tuning-choices" data-testid="tuning-choices">{rows}</ul>
        <div class="tuning-weight">
            <label class="field-label" for="tuning-weight">"Balanced: how much the cost counts"</label>
            <input id="tuning-weight" class="slider" type="range" min="0" max="100" step="5"
                aria-valuetext=move || format!("{} %", weight.get())
                prop:value=move || weight.get().to_string()
                on:input=move |event| weight.set(event_target_value(&event).parse().unwrap_or(50)) />
            <output class="mono" for="tuning-weight">{move || format!("{} %", weight.get())}</output>
        </div>
    }
}

#[component]
fn Table(tuned: Memo<Option<Tuned>>) -> impl IntoView {
    let rows = move || {
        let rows = tuned.with(|it| it.as_ref().map(Tuned::rows).unwrap_or_default());
        let row = |cells: [String; 6]| {
            let [memory, rest @ ..] = cells;
            let rest = rest.map(|it| view! { <td class="mono">{it}</td> });
            view! { <tr><th scope="row" class="mono">{memory}</th>{rest.into_iter().collect_view()}</tr> }
        };
        rows.into_iter().map(row).collect_view()
    };
    view! {
        <div class="tuning-table">
            <table class="ledger-table" data-testid="tuning-table">
                <thead>
                    <tr>
                        <th scope="col">"Memory"</th>
                        <th scope="col">"Takes"</th>
                        <th scope="col">"A million, x86_64"</th>
                        <th scope="col">"A million, arm64"</th>
                        <th scope="col">"INIT"</th>
                        <th scope="col">"A million cold starts more"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
