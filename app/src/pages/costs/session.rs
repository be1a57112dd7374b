//! Functions of the session, as they were measured.

use super::desk::Desk;
use crate::app::use_session;
use crate::session::Reading;
use leptos::prelude::*;
use runtime_core::billing::BilledSettings;
use runtime_core::estimate::{ColdStarts, FunctionPlan};
use runtime_core::units::{ByteCount, FunctionId, Span};
use std::collections::BTreeMap;

/// What a function that is taken has a month: a million requests, which is as good as any number.
const A_MONTH: u64 = 1_000_000;

/// What invocations of a function took together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    invocations: u64,
    duration: Span,
    cold: u64,
    init: Span,
}

#[component]
pub(super) fn FromSession(desk: Desk) -> impl IntoView {
    let session = use_session();
    let measured = session.memo(|reading| measured(&reading));
    let buttons = move || {
        let all = measured.get().into_iter().map(|(it, invocations)| {
            let words = format!(
                "{}, {}",
                it.name,
                crate::shapes::text::counted(invocations, "invocation")
            );
            view! {
                <button type="button" class="button button-small" data-testid="take-function"
                    on:click=move |_| desk.add(desk.functions, it.clone())>{words}</button>
            }
        });
        all.collect_view()
    };
    view! {
        <Show when=move || measured.with(|all| !all.is_empty())>
            <div class="row costs-more" title="Its memory, storage and architecture; the mean of its durations and INIT phases; its share of cold starts; a million requests a month.">
                <span class="muted">"As measured in the session:"</span>
                {buttons}
            </div>
        </Show>
    }
}

/// Each function with invocations that have ended, as a plan, and how many there are.
fn measured(reading: &Reading<'_>) -> Vec<(FunctionPlan, u64)> {
    let mut sums: BTreeMap<FunctionId, Sum> = BTreeMap::new();
    for record in reading.all_invocations().iter() {
        let Some(end) = record.end() else {
            continue;
        };
        let sum = sums.entry(record.function).or_default();
        sum.invocations += 1;
        sum.duration += end.duration;
        if let Some((_, init)) = record.init {
            sum.cold += 1;
            sum.init += init;
        }
    }
    let plan = |(function, sum): (FunctionId, Sum)| {
        let settings = reading.platform().configuration(function)?;
        let plan = FunctionPlan {
            name: settings.name.clone(),
            requests: A_MONTH,
            duration: mean(sum.duration, sum.invocations),
            settings: BilledSettings::from(settings),
            cold_starts: ColdStarts {
                requests: A_MONTH * sum.cold / sum.invocations.max(1),
                init: mean(sum.init, sum.cold),
            },
            event: ByteCount::ZERO,
            streamed: None,
            provisioned: None,
            snap_start: None,
        };
        Some((plan, sum.invocations))
    };
    sums.into_iter().filter_map(plan).collect()
}

fn mean(sum: Span, many: u64) -> Span {
    Span::from_nanos(sum.as_nanos() / many.max(1))
}
