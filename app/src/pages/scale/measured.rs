//! How long a function of the session took, as a function of the scenario.

use super::lab::Lab;
use crate::app::use_session;
use crate::session::Reading;
use crate::shapes::text::counted;
use leptos::prelude::*;
use runtime_core::simulator::{FormChange, Measured};
use runtime_core::units::{FunctionId, Span};

/// A function with invocations that have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    function: FunctionId,
    name: String,
    invocations: u64,
}

/// Functions of the session whose times can be taken; nothing where there are none, or the scenario has no function.
#[component]
pub(super) fn MeasuredPanel(lab: Lab) -> impl IntoView {
    let session = use_session();
    let candidates = session.memo(|reading| candidates(&reading));
    let chosen = RwSignal::new(None::<FunctionId>);
    // The one that was chosen, or the first.
    let taken = Memo::new(move |_| {
        let chosen = chosen.get();
        candidates.with(|all| {
            let mut all = all.iter();
            let named = all.clone().find(|it| Some(it.function) == chosen);
            named.or_else(|| all.next()).cloned()
        })
    });
    let is_there = Memo::new(move |_| {
        let of_functions = lab.text.with(|text| text.contains("[[function]]"));
        of_functions && taken.with(Option::is_some)
    });
    let take = move |_| {
        let Some(it) = taken.get_untracked() else {
            return;
        };
        let measured = session.read_untracked(|reading| measured(&reading, it.function));
        if let Some(measured) = measured {
            lab.change(FormChange::Measured(Box::new(measured)));
        }
    };
    let choose = move |event| {
        let place: Option<usize> = event_target_value(&event).parse().ok();
        let function = candidates.with_untracked(|all| Some(all.get(place?)?.function));
        chosen.set(function);
    };
    let options = move || {
        let all = candidates.get().into_iter().enumerate();
        let options = all.map(|(place, it)| {
            let own = it.function;
            let selected = move || taken.with(|it| it.as_ref().map(|it| it.function) == Some(own));
            view! { <option value=place.to_string() selected=selected>{it.name}</option> }
        });
        options.collect_view()
    };
    view! {
        <Show when=move || is_there.get()>
            <div class="row measured" data-testid="measured">
                <label class="row">
                    <span class="muted">"Times of"</span>
                    <select class="select" data-testid="measured-function" on:change=choose>
                        {options}
                    </select>
                </label>
                <button
                    type="button"
                    class="button button-small"
                    data-testid="take-measured"
                    title="Durations, INIT phases, memory, timeout and architecture of this session's function take the place of the scenario's."
                    on:click=take
                >
                    {move || {
                        let many = taken.with(|it| it.as_ref().map_or(0, |it| it.invocations));
                        format!("Take its {}", counted(many, "invocation"))
                    }}
                </button>
                {move || {
                    let wrong = lab.form.wrong.get();
                    wrong.map(|(_, it)| view! { <p class="field-error" role="status">{it.cause}". "{it.hint}</p> })
                }}
            </div>
        </Show>
    }
}

fn candidates(reading: &Reading<'_>) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = Vec::new();
    for record in reading.all_invocations().iter() {
        if record.end().is_none() {
            continue;
        }
        match all.iter_mut().find(|it| it.function == record.function) {
            Some(it) => it.invocations += 1,
            None => {
                let Some(settings) = reading.platform().configuration(record.function) else {
                    continue;
                };
                all.push(Candidate {
                    function: record.function,
                    name: settings.name.clone(),
                    invocations: 1,
                });
            }
        }
    }
    all
}

/// REPORT's Duration of all that has ended, errors as well: they take their time; and what INIT took.
fn measured(reading: &Reading<'_>, function: FunctionId) -> Option<Measured> {
    let settings = reading.platform().configuration(function)?;
    let own = || {
        let all = reading.all_invocations().iter();
        all.filter(move |it| it.function == function)
    };
    let inits = own().filter_map(|it| it.init.map(|(_, span)| span));
    Some(Measured {
        name: settings.name.clone(),
        durations: own().filter_map(|it| Some(it.end()?.duration)).collect(),
        inits: inits.filter(|it| *it > Span::ZERO).collect(),
        memory: settings.memory.get(),
        timeout: settings.timeout,
        architecture: settings.architecture.name().to_owned(),
    })
}
