//! What comes with functions and tasks, and a savings plan.

use super::desk::{Desk, Entry};
use super::fields::{NumberField, number, shown};
use leptos::prelude::*;
use runtime_core::billing::SavingsTerm;
use runtime_core::estimate::{ExtraPlan, SavingsPlan};
use runtime_core::units::UsdPerUnit;

/// Something that may be described further.
pub(super) fn an_extra() -> ExtraPlan {
    ExtraPlan {
        what: "http-api-requests".to_owned(),
        thousandths: 3_000_000_000,
        price: None,
    }
}

/// A savings plan that pays for about one small task.
pub(super) fn a_savings_plan() -> SavingsPlan {
    SavingsPlan {
        commitment: "0.04".parse().unwrap_or(UsdPerUnit::FREE),
        term: SavingsTerm::OneYear,
    }
}

#[component]
pub(super) fn ExtraFields(
    desk: Desk,
    entry: Entry<ExtraPlan>,
    #[prop(into)] remove: Callback<()>,
) -> impl IntoView {
    let value = entry.value;
    // Names and units of the region's file; the one that is chosen as well, though another region may not know it.
    let options = move || {
        let prices = desk.prices.get().and_then(Result::ok);
        let mut options: Vec<(String, String)> = prices
            .iter()
            .flat_map(|it| &it.other.extras)
            .map(|(name, it)| (name.clone(), format!("{} ({})", it.name, it.unit)))
            .collect();
        let chosen = value.with_untracked(|it| it.what.clone());
        if options.iter().all(|(name, _)| *name != chosen) {
            options.push((chosen.clone(), chosen));
        }
        let options = options.into_iter().map(|(name, words)| {
            let own = name.clone();
            view! { <option value=name selected=move || value.with(|it| it.what == own)>{words}</option> }
        });
        options.collect_view()
    };
    let quantity = Signal::derive(move || value.with(|it| thousandths(it.thousandths)));
    let take = move |text: String| match number(&text) {
        Some(number) if number <= 1e15 => {
            value.update(|it| it.thousandths = (number * 1e3).round() as u64);
            Ok(())
        }
        _ => Err("a quantity, as 730 or 1.5".to_owned()),
    };
    let id = crate::widgets::fresh_id("cost-extra");
    view! {
        <section class="cost-card cost-extra" aria-label="What comes with it" data-testid="cost-extra">
            <div class="cost-field">
                <label class="field-label" for=id.clone()>"What comes with it"</label>
                <select id=id class="select" on:change=move |event| value.update(|it| {
                    it.what = event_target_value(&event);
                    it.price = None;
                })>{options}</select>
            </div>
            <NumberField label="How much a month" value=quantity take />
            <button type="button" class="button button-small" aria-label="Take it away"
                on:click=move |_| remove.run(())>"Remove"</button>
        </section>
    }
}

/// A number of thousandths as it is shown: `730`, `1.5`.
fn thousandths(number: u64) -> String {
    let text = format!("{}.{:03}", shown(number / 1_000), number % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[component]
pub(super) fn SavingsFields(desk: Desk) -> impl IntoView {
    let plan = desk.savings_plan;
    let change = move |change: &dyn Fn(&mut SavingsPlan)| {
        plan.update(|it| {
            if let Some(it) = it {
                change(it);
            }
        })
    };
    let commitment = Signal::derive(move || {
        plan.with(|it| it.map(|it| it.commitment.to_string()).unwrap_or_default())
    });
    let take = move |text: String| {
        let price: UsdPerUnit = text
            .trim()
            .trim_start_matches('$')
            .parse()
            .map_err(|_| "dollars an hour, as 0.04".to_owned())?;
        change(&|it| it.commitment = price);
        Ok(())
    };
    let terms = SavingsTerm::ALL.map(|term| {
        let selected = move || plan.with(|it| it.is_some_and(|it| it.term == term));
        view! { <option value=term.name() selected=selected>{term.to_string()}</option> }
    });
    view! {
        <section class="cost-card cost-extra" aria-label="Compute Savings Plan" data-testid="cost-savings">
            <div class="cost-field">
                <label class="field-label" for="cost-term">"Compute Savings Plan, for tasks"</label>
                <select id="cost-term" class="select" on:change=move |event| {
                    let name = event_target_value(&event);
                    if let Some(term) = SavingsTerm::ALL.into_iter().find(|it| it.name() == name) {
                        change(&|it| it.term = term);
                    }
                }>{terms.collect_view()}</select>
            </div>
            <NumberField label="Commitment" unit="$ an hour" value=commitment take />
            <button type="button" class="button button-small" aria-label="Take the savings plan away"
                on:click=move |_| plan.set(None)>"Remove"</button>
        </section>
    }
}
