//! The lanes: every environment over time, and throwing them away.

use super::lane_model::lane_model;
use super::words::{failure_words, grouped};
use crate::app::use_session;
use crate::session::{Command, OwnProjection};
use crate::widgets::Lanes;
use leptos::prelude::*;
use runtime_core::projections::{Environments, Stage};
use runtime_core::timeline::Outcome;
use runtime_core::units::{Moment, RequestId, Span};

#[component]
pub(super) fn EnvironmentsPanel() -> impl IntoView {
    let session = use_session();
    let whole = StoredValue::new(OwnProjection::<Environments>::default());
    // The picture is of the whole session: of the playhead it has only what functions are called then.
    let drawn = session.memo(|reading| {
        let functions = reading.functions().iter();
        let names = functions.map(|(id, it)| (id, it.configuration.name.clone()));
        let names: Vec<_> = names.collect();
        (reading.session(), reading.all_facts(), names)
    });
    let model = Memo::new(move |_| {
        let _ = drawn.get();
        session.read_untracked(|reading| {
            let model = |whole: &mut OwnProjection<_>| lane_model(&reading, whole.whole(&reading));
            whole.try_update_value(model).unwrap_or_default()
        })
    });
    let shown = StoredValue::new(OwnProjection::<Environments>::default());
    let alive = session.memo(move |reading| {
        let alive = |shown: &mut OwnProjection<Environments>| shown.of(&reading).alive();
        shown.try_update_value(alive).unwrap_or_default()
    });
    // Open segments grow; a few times a second is enough where nothing else changes.
    let tick = RwSignal::new(0u32);
    crate::browser::timer::every(Span::from_millis(100), move || tick.update(|n| *n += 1));
    let now = Memo::new(move |_| {
        tick.track();
        session.read(|reading| reading.now.as_nanos())
    });
    let playhead = session.memo(|reading| reading.playhead().map(Moment::as_nanos));
    let selected = session.memo(|reading| reading.selected_request().map(|id| id.0));
    let counts = session.memo(|reading| {
        let counts = reading.concurrency().now();
        [counts.cold, counts.warm, counts.throttles].map(|count| grouped(u64::from(count)))
    });
    let summary = Memo::new(move |_| {
        let [cold, warm, throttles] = counts.get();
        let alive = alive.get();
        format!("{alive} alive · {cold} cold · {warm} warm · {throttles} throttled")
    });
    let workers = session.memo(|reading| reading.workers());
    let some_wait = Memo::new(move |_| workers.get().1 > 0);
    let facts = Callback::new(move |request: u64| {
        session.read_untracked(|reading| {
            let Some(record) = reading.all_invocations().get(RequestId(request)) else {
                return Vec::new();
            };
            let outcome = match record.stage {
                Stage::Finished(end) => match end.outcome {
                    Outcome::Succeeded => format!("succeeded in {}", end.duration),
                    Outcome::Failed(failure) => failure_words(failure).to_owned(),
                },
                Stage::Rejected { rejection, .. } => {
                    format!("{} {}", rejection.status(), rejection.exception())
                }
                Stage::Starting | Stage::Initializing | Stage::Invoking => "under way".to_owned(),
            };
            let mut facts = vec![("outcome".to_owned(), outcome)];
            facts.extend(
                record
                    .billed_millis()
                    .map(|ms| ("billed".to_owned(), format!("{ms} ms"))),
            );
            facts
        })
    });
    let recycle = move |_| session.dispatch(Command::Recycle(None));
    let nobody = Memo::new(move |_| alive.get() == 0);
    view! {
        <section class="panel environments" aria-labelledby="environments-title">
            <div class="panel-head">
                <h2 id="environments-title">"Environments"</h2>
                <span class="muted" data-testid="environment-counts">{move || summary.get()}</span>
                <button
                    class="button button-small push"
                    data-testid="recycle"
                    title="Throws all environments away, so that the next request starts cold."
                    disabled=move || nobody.get()
                    on:click=recycle
                >
                    "Recycle"
                </button>
            </div>
            <Show when=move || some_wait.get()>
                <p class="advice" data-testid="workers-wait">
                    {move || {
                        let (placed, waiting, limit) = workers.get();
                        format!(
                            "{waiting} environments wait for a worker: this browser runs {placed} of at most {limit} at a time (four for each processor core, 16 to 64)."
                        )
                    }}
                </p>
            </Show>
            <Lanes
                model=model
                now=now
                playhead=playhead
                selected=selected
                on_playhead=Callback::new(move |at: Option<u64>| {
                    session.dispatch(Command::SetPlayhead(at.map(Moment::from_nanos)));
                })
                on_select=Callback::new(move |id: Option<u64>| {
                    session.dispatch(Command::SelectRequest(id.map(RequestId)));
                })
                request_facts=facts
            />
        </section>
    }
}
