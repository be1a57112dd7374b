//! The panel with the total and its steps.

use super::desk::Desk;
use leptos::prelude::*;
use runtime_core::billing::Standing;
use runtime_core::estimate::{CostEstimate, Section, Step};
use runtime_core::units::Money;
use std::sync::Arc;

#[component]
pub(super) fn AnswerPanel(desk: Desk) -> impl IntoView {
    // The last estimate that there was stays while something is wrong.
    let shown = Memo::new(move |before: Option<&Option<Arc<CostEstimate>>>| {
        let now = desk.estimate.get().and_then(Result::ok);
        now.or_else(|| before.cloned().flatten())
    });
    let faults = move || match desk.estimate.get() {
        Some(Err(error)) => {
            let faults = error.0.into_iter().map(|it| {
                view! { <li>{it.to_string()}". "<span class="muted">{it.hint().to_owned()}</span></li> }
            });
            let faults = faults.collect_view();
            view! { <ul class="advice field-error costs-faults" role="alert" data-testid="costs-faults">{faults}</ul> }
                .into_any()
        }
        _ => ().into_any(),
    };
    let trouble = move || {
        match desk.prices.get() {
        Some(Err(reason)) => view! {
            <div class="advice" role="alert">
                <p class="field-error">{format!("Prices could not be read: {reason}")}</p>
                <button class="button button-small" on:click=move |_| desk.try_again()>"Try again"</button>
            </div>
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    let is_old = move || matches!(desk.estimate.get(), Some(Err(_)));
    view! {
        <section class="panel costs-answer" aria-label="What it costs" data-testid="costs-answer">
            <div class="panel-head"><h2>"What it costs"</h2></div>
            {trouble}
            {faults}
            <div class:costs-old=is_old>
                {move || match shown.get() {
                    None => view! { <p class="empty">"Prices are on their way."</p> }.into_any(),
                    Some(estimate) => answer(&estimate).into_any(),
                }}
            </div>
        </section>
    }
}

fn answer(estimate: &CostEstimate) -> impl IntoView + use<> {
    let sections = estimate.sections.iter().map(section).collect_view();
    let total = estimate.total;
    let weakest = estimate.sections.iter().flat_map(|it| &it.steps);
    let weakest = weakest.filter_map(|it| it.standing).max();
    let of_prices = match weakest {
        None | Some(Standing::Published) => "",
        Some(Standing::Reported) => " Prices with ° are as others report them.",
        Some(Standing::Assumed) => {
            " Prices with ° are as others report them; those with * are made of another region's, because no list with them was read."
        }
    };
    let date = format!(
        "Prices of {} on {}. Amounts are exact; the total is rounded once.{of_prices}",
        estimate.region, estimate.date
    );
    view! {
        <p class="big mono" data-testid="costs-total" aria-live="polite">
            {dollars(total)} <span class="muted costs-unit">" a month"</span>
        </p>
        <p class="sub muted mono costs-exact" title="Before it is rounded">{format!("${}", total.exact())}</p>
        <div class="costs-sections">{sections}</div>
        <p class="source faint">{date}</p>
    }
}

fn section(section: &Section) -> impl IntoView + use<> {
    let steps = section.steps.iter().map(step).collect_view();
    view! {
        <details class="facts costs-section" open data-testid="costs-section">
            <summary>
                <span>{section.title.clone()}</span>
                <span class="mono push">{dollars(section.amount)}</span>
            </summary>
            <table class="costs-steps">
                <caption class="visually-hidden">{format!("Steps of {}", section.title)}</caption>
                <tbody>{steps}</tbody>
            </table>
        </details>
    }
}

fn step(step: &Step) -> impl IntoView + use<> {
    let mark = match step.standing {
        None | Some(Standing::Published) => None,
        Some(Standing::Reported) => Some(("°", "The price is as others report it.")),
        Some(Standing::Assumed) => Some(("*", "The price is made of another region's figures.")),
    };
    let mark =
        mark.map(|(sign, words)| view! { <abbr class="costs-mark" title=words>{sign}</abbr> });
    view! {
        <tr>
            <th scope="row">{step.what.clone()}</th>
            <td class="mono">{step.arithmetic.clone()}{mark}</td>
            <td class="mono">{step.amount.map(exact)}</td>
        </tr>
    }
}

/// To the cent, and as far as the first digits of what is less than that.
pub(super) fn dollars(amount: Money) -> String {
    let text = amount.decimal(2);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", text.as_str()),
    };
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let whole = whole
        .parse()
        .map_or_else(|_| whole.to_owned(), crate::shapes::text::grouped);
    format!("{sign}${whole}.{cents}")
}

/// Every digit.
fn exact(amount: Money) -> String {
    let text = amount.exact();
    match text.strip_prefix('-') {
        Some(digits) => format!("−${digits}"),
        None => format!("${text}"),
    }
}
