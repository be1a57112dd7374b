//! The ribbon: one request's way, station by station.

use super::ribbon_model::ribbon_model;
use super::words::{failure_advice, rejection_advice};
use crate::app::use_session;
use crate::session::Command;
use crate::widgets::Ribbon;
use leptos::prelude::*;
use runtime_core::projections::Stage;
use runtime_core::timeline::Outcome;

#[component]
pub(super) fn Lifecycle() -> impl IntoView {
    let session = use_session();
    let model = session.memo(|reading| ribbon_model(&reading));
    let about = session.memo(|reading| {
        reading.shown_request().map(|record| {
            let uuid = record.shown().uuid(reading.session().seed);
            format!("request {}…{}", &uuid[..4], &uuid[33..])
        })
    });
    let advice = session.memo(|reading| {
        let record = reading.shown_request()?;
        match record.stage {
            Stage::Rejected { rejection, .. } => Some(rejection_advice(rejection)),
            Stage::Finished(end) => match end.outcome {
                Outcome::Failed(failure) => Some(failure_advice(failure)),
                Outcome::Succeeded => None,
            },
            _ => None,
        }
    });
    let pinned = session.memo(|reading| reading.selected_request().is_some());
    let follow = move |_| session.dispatch(Command::SelectRequest(None));
    view! {
        <section class="panel lifecycle" aria-labelledby="lifecycle-title">
            <div class="panel-head">
                <h2 id="lifecycle-title">"Lifecycle"</h2>
                <span class="muted mono">{move || about.get()}</span>
                <Show when=move || pinned.get()>
                    <button class="button button-small" on:click=follow>"Follow the latest"</button>
                </Show>
                <span class="legend" aria-hidden="true">
                    <span><i class="key key-init"></i>"init"</span>
                    <span><i class="key key-handler"></i>"invoke"</span>
                    <span><i class="key key-frost"></i>"frozen"</span>
                    <span><i class="key key-throttle"></i>"throttled"</span>
                    <span><i class="key key-bad"></i>"error"</span>
                </span>
            </div>
            <Ribbon model=model />
            <Show when=move || advice.get().is_some()>
                <p class="advice" data-testid="advice">{move || advice.get()}</p>
            </Show>
        </section>
    }
}
