//! The same the other way round: requests for an amount; and a year of growth.

use super::answer::dollars;
use super::desk::Desk;
use super::fields::{NumberField, shown, small};
use crate::pages::scale::saver;
use crate::shapes::text::grouped;
use crate::widgets::{SweepChart, SweepPicture};
use leptos::prelude::*;
use runtime_core::estimate::{GrowthMonth, growth, requests_for};
use runtime_core::units::{Money, UsdPerUnit};
use std::sync::Arc;

#[component]
pub(super) fn QuestionsPanel(desk: Desk) -> impl IntoView {
    let amount = RwSignal::new(10_u32);
    let percent = RwSignal::new(20_u32);
    let answer = Memo::new(move |_| {
        let prices = desk.prices.get()?.ok()?;
        let amount = UsdPerUnit::whole(amount.get()).times(1);
        let requests = desk
            .plan
            .with(|it| requests_for(it, &prices, amount))
            .ok()?;
        Some(match requests {
            Some(requests) => format!("pay for {} requests a month", grouped(requests)),
            None => "pay for no number of requests: what does not depend on them costs more, or there are none".to_owned(),
        })
    });
    let months = Memo::new(move |_| {
        let prices = desk.prices.get()?.ok()?;
        desk.plan.with(|it| growth(it, &prices, percent.get())).ok()
    });
    let picture = Signal::derive(move || {
        Arc::new(months.with(|it| it.as_deref().map(picture).unwrap_or_default()))
    });
    let year = move || {
        let all = months.get()?;
        let last = all.last()?;
        let sum: Money = all.iter().map(|it| it.total).sum();
        Some(format!(
            "The year costs {}; its last month {}, with {} requests.",
            dollars(sum),
            dollars(last.total),
            grouped(last.requests)
        ))
    };
    let take = move |into: RwSignal<u32>, most: u32, words: &'static str| {
        move |text: String| match small(text.trim().trim_start_matches('$')) {
            Ok(number) if number <= most => {
                into.set(number);
                Ok(())
            }
            _ => Err(words.to_owned()),
        }
    };
    let of = move |it: RwSignal<u32>| Signal::derive(move || shown(it.get().into()));
    view! {
        <section class="panel costs-questions" aria-label="Questions" data-testid="costs-questions">
            <div class="panel-head"><h2>"How far does it go?"</h2></div>
            <div class="costs-question">
                <NumberField label="So many dollars a month" unit="$" testid="costs-amount" value=of(amount)
                    take=take(amount, 10_000_000, "whole dollars, up to 10,000,000") />
                <p role="status" data-testid="costs-requests-for">{move || answer.get()}</p>
            </div>
            <p class="field-note muted">"Functions keep their shares of requests, cold starts and the rest grow with them; tasks, provisioned concurrency and what comes with it stay as they are."</p>
            <div class="costs-question">
                <NumberField label="Requests grow a month by" unit="%" testid="costs-growth" value=of(percent)
                    take=take(percent, 1_000, "whole percent, up to 1,000") />
                <p role="status" data-testid="costs-year">{year}</p>
            </div>
            <SweepChart title="A year of growth" file="growth" picture on_file=saver() />
        </section>
    }
}

fn picture(months: &[GrowthMonth]) -> SweepPicture {
    SweepPicture {
        figure: "cost of a month ($)".to_owned(),
        across: "month".to_owned(),
        columns: (1..=months.len()).map(|it| it.to_string()).collect(),
        up: String::new(),
        rows: Vec::new(),
        values: months.iter().map(|it| Some(it.total.as_f64())).collect(),
    }
}
