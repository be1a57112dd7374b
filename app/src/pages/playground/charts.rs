//! The session in charts: concurrency, cold and warm starts, durations.

use super::metrics::MetricsTable;
use crate::app::use_session;
use crate::pages::scale::saver;
use crate::widgets::{DurationChart, SessionChart, SessionSeries};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Charts() -> impl IntoView {
    let session = use_session();
    let series = session.memo(|reading| {
        let points = reading.concurrency().points().iter();
        let starts = reading.invocations().iter().filter_map(|record| {
            let (at, _) = record.started?;
            Some((at.as_nanos(), record.is_cold()))
        });
        let mut starts: Vec<_> = starts.collect();
        // Records are in the order of arrival; a cold one starts later than a warm one after it.
        starts.sort_unstable();
        Arc::new(SessionSeries {
            in_use: points
                .map(|(at, counts)| (at.as_nanos(), counts.in_use))
                .collect(),
            starts,
        })
    });
    let durations = session.memo(|reading| {
        let durations = reading.concurrency().durations().iter();
        Arc::new(
            durations
                .map(|(span, cold)| (span.as_nanos(), *cold))
                .collect::<Vec<_>>(),
        )
    });
    let now = session.memo(|reading| reading.shown().as_nanos());
    let on_file = saver();
    view! {
        <section class="panel charts" aria-label="Charts of the session">
            <SessionChart series=series now=now on_file />
            <DurationChart durations=durations on_file />
            <MetricsTable />
        </section>
    }
}
