//! Who is cheaper when: the same work on Lambda and on Fargate, over how much of it there is and how long it takes.
//!
//! ```text
//! choices  what is compared: values of sliders and lists
//! form     the sliders and lists
//! words    the comparison in words and numbers, and as a map
//! ```

mod choices;
mod form;
mod words;

use super::result::{FigureTable, saver};
use crate::browser::files;
use crate::session::PRICES;
use crate::widgets::{BalanceChart, BalanceMap, BalanceWords};
use choices::{Choices, RATES, TIMES};
pub(super) use choices::{MEMORIES, SIZES, seconds, whole};
use form::Form;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::break_even::{PriceFiles, crossing, month_costs};
use std::sync::Arc;

const WORDS: BalanceWords = BalanceWords {
    title: "Who is cheaper",
    file: "lambda-or-fargate",
    axes: "time of a request, by requests a second",
    empty: "Prices are on their way.",
    legend: &[("phase-invoke", "Lambda"), ("phase-init", "Fargate")],
    heads: &[
        "A request takes",
        "Requests a second",
        "Lambda a month",
        "Fargate a month",
        "Cheaper",
    ],
};

/// Prices, once they are here; or why they are not.
type Prices = Option<Result<Arc<PriceFiles>, String>>;

/// The panel.
#[component]
pub(super) fn CheaperPanel() -> impl IntoView {
    let choices = RwSignal::new(Choices::default());
    let pointed = RwSignal::new(None::<(f64, f64)>);
    let prices = RwSignal::new(Prices::None);
    fetch(prices);
    let found = Memo::new(move |_| prices.get().and_then(Result::ok));
    let ways = Memo::new(move |_| choices.with(|it| it.ways));
    let costs = Memo::new(move |_| {
        let (prices, choices) = (found.get()?, choices.get());
        let (lambda, fargate) = (choices.ways.lambda(), choices.ways.fargate());
        Some(month_costs(&prices, &choices.job(), &lambda, &fargate))
    });
    let map = Memo::new(move |_| {
        let prices = found.get();
        Arc::new(prices.map_or_else(BalanceMap::default, |it| words::map(&ways.get(), &it)))
    });
    let time = Memo::new(move |_| choices.with(|it| it.time));
    let turning = Memo::new(move |_| {
        let (prices, ways) = (found.get()?, ways.get());
        let job = ways.job(RATES.0, time.get());
        let crossing = crossing(&prices, &job, &ways.lambda(), &ways.fargate());
        Some(words::turning(crossing))
    });
    let verdict = Memo::new(move |_| costs.with(|it| it.as_ref().map(words::verdict)));
    let summary = Signal::derive(move || {
        [verdict.get(), turning.get()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    });
    let rows = move |of: fn(&Choices, &runtime_core::break_even::MonthCosts) -> Vec<super::Row>| {
        Memo::new(move |_| {
            let choices = choices.get();
            costs.with(|it| it.as_ref().map(|it| of(&choices, it)).unwrap_or_default())
        })
    };
    let (lambda, fargate) = (rows(words::lambda_rows), rows(words::fargate_rows));
    let reading = move || {
        let place = pointed.get()?;
        let prices = found.get()?;
        Some(words::place(&ways.get(), &prices, place))
    };
    let pick = move |(rate, time): (f64, f64)| {
        choices.update(|it| {
            it.rate = rate.clamp(RATES.0, RATES.1);
            it.time = time.clamp(TIMES.0, TIMES.1);
        });
    };
    view! {
        <section class="panel cheaper" aria-label="Who is cheaper when" data-testid="cheaper">
            <div class="panel-head">
                <h2>"Lambda or Fargate: who is cheaper when"</h2>
            </div>
            {move || match prices.get() {
                Some(Err(reason)) => view! {
                    <div class="advice" role="alert">
                        <p class="field-error">{format!("Prices could not be read: {reason}")}</p>
                        <button class="button button-small" on:click=move |_| fetch(prices)>"Try again"</button>
                    </div>
                }
                .into_any(),
                _ => ().into_any(),
            }}
            <p class="cheaper-verdict" data-testid="verdict" role="status">
                <strong>{verdict}</strong>" "{turning}
            </p>
            <div class="cheaper-desk">
                <Form choices />
                <div class="cheaper-map">
                    <BalanceChart
                        words=WORDS
                        map
                        here=Signal::derive(move || choices.with(|it| (it.rate, it.time)))
                        summary
                        on_pick=pick
                        on_point=move |place| pointed.set(place)
                        on_file=saver()
                    />
                    <p class="field-note muted" data-testid="pointed">
                        {move || reading().unwrap_or_else(|| "Press a place on the map to look at it.".to_owned())}
                    </p>
                </div>
            </div>
            <div class="cheaper-bills">
                <div><h3>"Lambda"</h3><FigureTable rows=lambda testid="lambda-month" /></div>
                <div><h3>"Fargate"</h3><FigureTable rows=fargate testid="fargate-month" /></div>
            </div>
            <p class="field-note muted">
                "An even load, no cold starts, list prices of one region, a month of 730 hours; a function URL costs nothing extra. How a request's time grows where a function has less than a vCPU is a model choice (slices of 20 ms). Tasks run all month: what is idle is paid. How a load that comes and goes changes this, a run says: the same rate as a scenario here and on the Fargate page."
            </p>
        </section>
    }
}

fn fetch(prices: RwSignal<Prices>) {
    prices.set(None);
    spawn_local(async move {
        let read = async {
            let bytes = files::fetch(PRICES).await?;
            let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
            PriceFiles::parse(&text).map_err(|error| error.to_string())
        };
        let read = read.await.map(Arc::new);
        // The page may have been left meanwhile.
        let _ = prices.try_set(Some(read));
    });
}
