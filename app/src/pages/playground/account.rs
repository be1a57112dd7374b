//! The account's limits: what all functions share.

use crate::app::use_session;
use crate::session::{Command, OwnProjection};
use leptos::prelude::*;
use runtime_core::projections::AccountMetrics;
use runtime_core::units::Span;
use std::ops::RangeInclusive;

/// Lambda raises the quota of 1,000 on request; far more than this no tab can show.
const CONCURRENCY: RangeInclusive<u32> = 1..=10_000;
/// Minutes. The longest is what others have measured at most.
const IDLE_MINUTES: RangeInclusive<u32> = 1..=60;

#[component]
pub(super) fn AccountPanel() -> impl IntoView {
    let session = use_session();
    let limits = session.memo(|reading| {
        let platform = reading.platform();
        let minutes = platform.idle_expiry().as_nanos() / 60_000_000_000;
        (platform.account_concurrency(), minutes as u32)
    });
    let reserved = session.memo(|reading| {
        let functions = reading.platform().functions();
        let shares = functions.filter_map(|(_, it)| it.reserved_concurrency);
        shares.sum::<u32>()
    });
    let projection = StoredValue::new(OwnProjection::<AccountMetrics>::default());
    let metrics = session.memo(move |reading| {
        let both = |it: &mut OwnProjection<AccountMetrics>| {
            let metrics = it.of(&reading);
            (metrics.now(), metrics.maximum())
        };
        projection.try_update_value(both)
    });
    let mistake = RwSignal::new(None::<String>);
    let set = move |(concurrency, minutes): (Option<u32>, Option<u32>)| {
        let checked = match (concurrency, minutes) {
            (None, _) => Err("Account concurrency is 1 to 10,000 requests.".to_owned()),
            (_, None) => Err("Idle expiry is 1 to 60 whole minutes.".to_owned()),
            (Some(concurrency), _) if concurrency < reserved.get_untracked() => Err(format!(
                "Functions reserve {} of it: lower their reserved concurrency first.",
                reserved.get_untracked()
            )),
            (Some(concurrency), Some(minutes)) => Ok((concurrency, minutes)),
        };
        match checked {
            Ok((concurrency, minutes)) => {
                mistake.set(None);
                session.dispatch(Command::ConfigureAccount {
                    concurrency,
                    idle_expiry: Span::from_secs(u64::from(minutes) * 60),
                });
            }
            Err(cause) => mistake.set(Some(cause)),
        }
    };
    let read = |text: &str, range: RangeInclusive<u32>| {
        let number = text.trim().parse().ok();
        number.filter(|number| range.contains(number))
    };
    view! {
        <section class="panel account" aria-label="Account" data-testid="account">
            <details class="facts">
                <summary>"Account"</summary>
                <div class="settings-form">
                    <Field
                        id="account-concurrency"
                        label="Concurrency"
                        value=Signal::derive(move || limits.get().0)
                        on_change=Callback::new(move |text: String| {
                            set((read(&text, CONCURRENCY), Some(limits.get_untracked().1)));
                        })
                    />
                    <Field
                        id="idle-expiry"
                        label="Idle expiry"
                        unit="min"
                        value=Signal::derive(move || limits.get().1)
                        on_change=Callback::new(move |text: String| {
                            set((Some(limits.get_untracked().0), read(&text, IDLE_MINUTES)));
                        })
                    />
                    <Show when=move || mistake.get().is_some()>
                        <p class="field-error" role="alert">{move || mistake.get()}</p>
                    </Show>
                    <p class="field-note muted">
                        "1,000 is Lambda's default quota. How long Lambda keeps an idle environment is not published: 10 minutes is a choice of this model."
                    </p>
                </div>
                <table class="metrics" data-testid="account-metrics">
                    <thead>
                        <tr><th scope="col">"Metric"</th><th scope="col">"Now"</th><th scope="col">"Maximum"</th></tr>
                    </thead>
                    <tbody>
                        {move || metrics.get().map(|(now, most)| {
                            [
                                ("ConcurrentExecutions", now.concurrent_executions, most.concurrent_executions),
                                (
                                    "UnreservedConcurrentExecutions",
                                    now.unreserved_concurrent_executions,
                                    most.unreserved_concurrent_executions,
                                ),
                                (
                                    "ClaimedAccountConcurrency",
                                    now.claimed_account_concurrency,
                                    most.claimed_account_concurrency,
                                ),
                            ].map(|(name, now, most)| view! {
                                <tr>
                                    <th scope="row">{name}</th>
                                    <td class="mono">{now}</td>
                                    <td class="mono">{most}</td>
                                </tr>
                            }).collect_view()
                        })}
                    </tbody>
                </table>
            </details>
        </section>
    }
}

/// A labelled number; what is typed is given on as it stands.
#[component]
fn Field(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] unit: Option<&'static str>,
    value: Signal<u32>,
    on_change: Callback<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <span class="field-value">
                <input
                    id=id
                    class="input input-number mono"
                    inputmode="numeric"
                    prop:value=move || value.get().to_string()
                    on:change=move |event| on_change.run(event_target_value(&event))
                />
                {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
            </span>
        </div>
    }
}
