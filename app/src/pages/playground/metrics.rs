//! What CloudWatch would show of the selected function, at the playhead.

use crate::app::use_session;
use crate::session::OwnProjection;
use leptos::prelude::*;
use runtime_core::projections::{Datapoint, Metrics, Statistics};

/// A metric: AWS's name for it, its statistic, its value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: &'static str,
    statistic: &'static str,
    value: String,
}

#[component]
pub(super) fn MetricsTable() -> impl IntoView {
    let session = use_session();
    let projection = StoredValue::new(OwnProjection::<Metrics>::default());
    let shown = session.memo(move |reading| {
        let function = reading.selected_function()?;
        let name = reading.platform().configuration(function)?.name.clone();
        let total = |metrics: &mut OwnProjection<Metrics>| metrics.of(&reading).total(function);
        let total = projection.try_update_value(total)?;
        Some((name, rows(&total)))
    });
    move || {
        shown.get().map(|(name, rows)| {
            view! {
                <details class="facts" data-testid="metrics">
                    <summary>"Metrics of " {name}</summary>
                    <table class="metrics">
                        <thead>
                            <tr><th scope="col">"Metric"</th><th scope="col">"Statistic"</th><th scope="col">"Value"</th></tr>
                        </thead>
                        <tbody>
                            {rows.into_iter().map(|row| view! {
                                <tr>
                                    <th scope="row">{row.name}</th>
                                    <td class="muted">{row.statistic}</td>
                                    <td class="mono">{row.value}</td>
                                </tr>
                            }).collect_view()}
                        </tbody>
                    </table>
                    <p class="field-note muted">"The session as one period, as CloudWatch counts: throttled requests are no invocations, and durations are without INIT."</p>
                </details>
            }
        })
    }
}

fn rows(total: &Datapoint) -> Vec<Row> {
    let sum = |name, value: u64| Row {
        name,
        statistic: "Sum",
        value: value.to_string(),
    };
    let mut rows = vec![
        sum("Invocations", total.invocations),
        sum("Errors", total.errors),
        sum("Throttles", total.throttles),
        Row {
            name: "ConcurrentExecutions",
            statistic: "Maximum",
            value: total.concurrent_executions.to_string(),
        },
    ];
    rows.extend(spans("Duration", &total.duration));
    // What most functions never have is not there until they do, as in CloudWatch.
    let counts = [
        (
            "ProvisionedConcurrencyInvocations",
            total.provisioned_invocations,
        ),
        (
            "ProvisionedConcurrencySpilloverInvocations",
            total.spillover_invocations,
        ),
        ("AsyncEventsReceived", total.async_events_received),
        ("AsyncEventsDropped", total.async_events_dropped),
        ("DeadLetterErrors", total.dead_letter_errors),
        (
            "DestinationDeliveryFailures",
            total.destination_delivery_failures,
        ),
        (
            "RecursiveInvocationsDropped",
            total.recursive_invocations_dropped,
        ),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    rows.extend(counts.map(|(name, count)| sum(name, count)));
    rows.extend(spans("AsyncEventAge", &total.async_event_age));
    rows.extend(spans("IteratorAge", &total.iterator_age));
    rows
}

fn spans(name: &'static str, statistics: &Statistics) -> Vec<Row> {
    let Some(average) = statistics.average() else {
        return Vec::new();
    };
    let row = |statistic, value: runtime_core::units::Span| Row {
        name,
        statistic,
        value: value.to_string(),
    };
    vec![
        row("Average", average),
        row("Minimum", statistics.minimum),
        row("Maximum", statistics.maximum),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::units::Span;

    #[test]
    fn only_what_happened_is_listed() {
        let mut total = Datapoint {
            invocations: 2,
            concurrent_executions: 1,
            ..Datapoint::default()
        };
        let names = |total: &Datapoint| {
            let rows = rows(total).into_iter();
            rows.map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(
            names(&total),
            ["Invocations", "Errors", "Throttles", "ConcurrentExecutions"]
        );
        total.duration.add(Span::from_millis(2));
        total.duration.add(Span::from_millis(4));
        total.dead_letter_errors = 1;
        let rows = rows(&total);
        let value = |name, statistic| {
            let mut found = rows.iter();
            let row = found.find(|row| row.name == name && row.statistic == statistic);
            row.map(|row| row.value.clone())
        };
        assert_eq!(
            value("Duration", "Average"),
            Some(Span::from_millis(3).to_string())
        );
        assert_eq!(value("DeadLetterErrors", "Sum").as_deref(), Some("1"));
    }
}
