//! One invocation's bill: its billed milliseconds, its price, and the session's sum.

use super::bill_model::{BillModel, Row, bill_model, dollars};
use super::words::grouped;
use crate::app::use_session;
use crate::session::{Command, OwnProjection};
use crate::widgets::Strip;
use leptos::prelude::*;
use runtime_core::billing::{FreeTier, SessionUsage, Usage, bill};
use runtime_core::units::{Money, Span};

/// What the panel shows.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Nothing,
    UnderWay,
    NotBilled,
    Bill(Box<BillModel>),
}

#[component]
pub(super) fn BillPanel() -> impl IntoView {
    let session = use_session();
    let shown = session.memo(|reading| {
        let Some(record) = reading.shown_request() else {
            return Shown::Nothing;
        };
        match (record.end(), bill_model(&reading, record)) {
            (_, Some(model)) => Shown::Bill(Box::new(model)),
            (None, None) if record.started.is_some() || record.environment.is_some() => {
                Shown::UnderWay
            }
            _ => Shown::NotBilled,
        }
    });
    let free_tier = session.memo(|reading| reading.free_tier() == FreeTier::On);
    let usage = StoredValue::new(OwnProjection::<SessionUsage>::default());
    // What is provisioned or kept costs while nothing happens.
    let tick = RwSignal::new(0u32);
    crate::browser::timer::every(Span::from_secs(1), move || tick.update(|n| *n += 1));
    let sum = session.memo(move |reading| {
        tick.track();
        let book = reading.prices()?;
        let bill = usage.try_update_value(|usage| {
            let used = usage.of(&reading).total_until(book, reading.shown());
            bill(book, &used, &Usage::default(), reading.free_tier())
        })?;
        let count = reading.concurrency().now().invocations;
        let some = |amount: Money| (amount > Money::ZERO).then(|| dollars(amount, 9));
        let (provisioned, snap_start) = (some(bill.provisioned()), some(bill.snap_start()));
        Some((
            dollars(bill.total(), 9),
            match count {
                1 => "1 invocation".to_owned(),
                count => format!("{} invocations", grouped(u64::from(count))),
            },
            provisioned,
            snap_start,
        ))
    });
    view! {
        <section class="panel bill" aria-labelledby="bill-title" data-testid="bill">
            <div class="panel-head">
                <h2 id="bill-title">"Bill"</h2>
                <label class="switch push">
                    <input
                        type="checkbox"
                        data-testid="free-tier"
                        prop:checked=move || free_tier.get()
                        on:change=move |event| session.dispatch(Command::SetFreeTier(event_target_checked(&event)))
                    />
                    "free tier"
                </label>
            </div>
            {move || match shown.get() {
                Shown::Nothing => view! {
                    <p class="empty">"What one invocation costs, millisecond by millisecond, appears here after the first Invoke."</p>
                }.into_any(),
                Shown::UnderWay => view! { <p class="empty">"The handler is at work. It is billed until it ends."</p> }.into_any(),
                Shown::NotBilled => view! {
                    <p class="empty">"Not billed: no handler ran for this request, or it was interrupted by this page."</p>
                }.into_any(),
                Shown::Bill(model) => bill_view(*model).into_any(),
            }}
            <dl class="rows session-sum">
                {move || sum.get().map(|(total, count, provisioned, snap_start)| view! {
                    <dt>"This session, " {count}</dt>
                    <dd class="mono" data-testid="session-total">{total}</dd>
                    {provisioned.map(|amount| view! {
                        <dt class="muted" title="It costs for as long as it is enabled, used or not, rounded up to five minutes. What runs on it costs less than on demand, and the free tier leaves it aside.">
                            "of it provisioned concurrency: enabled (5 min at least) and what ran on it"
                        </dt>
                        <dd class="mono muted" data-testid="provisioned-total">{amount}</dd>
                    })}
                    {snap_start.map(|amount| view! {
                        <dt class="muted" title="A snapshot is kept for three hours at least, and each environment that begins from it costs by the function's memory.">
                            "of it SnapStart: snapshots kept (3 h at least) and restored"
                        </dt>
                        <dd class="mono muted" data-testid="snap-start-total">{amount}</dd>
                    })}
                })}
            </dl>
        </section>
    }
}

fn bill_view(model: BillModel) -> impl IntoView {
    let strip = model.strip;
    let per_millisecond = model.per_millisecond;
    let cost = Callback::new(move |millis: u64| dollars(per_millisecond.times(millis), 12));
    view! {
        <p class="big mono" data-testid="bill-total">{model.total}</p>
        <p class="sub muted">{model.summary}</p>
        <Strip model=Signal::stored(strip) cost=cost />
        {rows(model.time)}
        {rows(model.lines)}
        {rows(model.compare)}
        <p class="source faint">{model.source}</p>
    }
}

fn rows(rows: Vec<Row>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| {
        view! {
            <dt class=row.class>{row.key.map(|key| view! { <i class=format!("key {key}")></i> })} {row.name}</dt>
            <dd class=format!("mono {}", row.class)>{row.amount}</dd>
        }
    });
    view! { <dl class="rows">{rows.collect_view()}</dl> }
}
