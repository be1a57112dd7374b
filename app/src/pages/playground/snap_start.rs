//! SnapStart: the setting, and what became of the snapshot.

use super::settings_form::{Draft, Mistake};
use crate::app::use_session;
use crate::session::{OwnProjection, Reading};
use leptos::prelude::*;
use runtime_core::platform::Setting;
use runtime_core::projections::{SnapshotRecord, SnapshotState, Snapshots, snapshot_log_lines};
use runtime_core::timeline::{InitOutcome, SnapStart};
use runtime_core::units::FunctionId;

/// What there is to say of a function's snapshot.
#[derive(Clone, Debug, PartialEq)]
struct Status {
    text: String,
    good: bool,
    log: String,
}

fn status(
    snapshots: &mut OwnProjection<Snapshots>,
    reading: &Reading<'_>,
    function: FunctionId,
) -> Option<Status> {
    let snapshots = snapshots.of(reading);
    let record = snapshots.get(function)?;
    let lines = snapshot_log_lines(record, reading.payloads());
    Some(Status {
        text: words(record),
        good: !matches!(record.state, SnapshotState::Refused(_)),
        log: lines.into_iter().map(|line| line.text).collect(),
    })
}

fn words(record: &SnapshotRecord) -> String {
    let init = match record.init {
        Some((_, InitOutcome::Succeeded, duration)) => {
            format!(" INIT took {} ms, once.", duration.millis_2())
        }
        _ => String::new(),
    };
    match &record.state {
        SnapshotState::Pending => {
            "Pending: INIT runs for the snapshot. Invocations are refused until it is there."
                .to_owned()
        }
        SnapshotState::Taken { size, .. } => {
            let restores = match record.restores {
                0 => "Not restored yet".to_owned(),
                1 => "Restored once".to_owned(),
                times => format!("Restored {times} times"),
            };
            let revision = record.revision;
            format!("Active: a snapshot of revision {revision}, {size}.{init} {restores}.")
        }
        SnapshotState::Refused(Some(reason)) => {
            format!("No snapshot: {reason}. Cold starts run INIT.")
        }
        SnapshotState::Refused(None) => {
            "No snapshot: INIT failed, so AWS would not publish this version. Here requests start \
             cold, and fail as their INIT does."
                .to_owned()
        }
    }
}

/// The setting, its mistake, and what became of it.
#[component]
pub(super) fn SnapStartField(
    draft: RwSignal<Option<Draft>>,
    mistakes: Memo<Vec<Mistake>>,
    function: Signal<Option<FunctionId>>,
) -> impl IntoView {
    let session = use_session();
    let mistake = Memo::new(move |_| {
        let mistakes = mistakes.get();
        mistakes
            .into_iter()
            .find(|it| it.setting == Setting::SnapStart)
    });
    let is_on = Memo::new(move |_| {
        draft.with(|draft| {
            let draft = draft.as_ref();
            draft.is_some_and(|it| it.snap_start == SnapStart::PublishedVersions)
        })
    });
    let snapshots = StoredValue::new(OwnProjection::default());
    let status = Memo::new(move |_| {
        let function = function.get()?;
        session.read(|reading| {
            let status = |snapshots: &mut _| status(snapshots, &reading, function);
            snapshots.try_update_value(status).flatten()
        })
    });
    view! {
        <div class="field">
            <label class="field-label" for="snap-start">"SnapStart"</label>
            <select
                id="snap-start"
                class="select"
                data-testid="snap-start"
                aria-invalid=move || mistake.get().map(|_| "true")
                aria-describedby=move || mistake.get().map(|_| "snap-start-error")
                on:change=move |event| {
                    let snap_start = match event_target_value(&event).as_str() {
                        "PublishedVersions" => SnapStart::PublishedVersions,
                        _ => SnapStart::None,
                    };
                    draft.update(|draft| if let Some(draft) = draft {
                        draft.snap_start = snap_start;
                    });
                }
            >
                {[SnapStart::None, SnapStart::PublishedVersions].map(|option| view! {
                    <option value=option.name() prop:selected=move || {
                        draft.with(|draft| draft.as_ref().is_some_and(|it| it.snap_start == option))
                    }>{option.name()}</option>
                })}
            </select>
            <Show when=move || mistake.get().is_some()>
                <p class="field-error" role="alert" id="snap-start-error">
                    {move || mistake.get().map(|it| it.cause)} " "
                    <span class="muted">{move || mistake.get().map(|it| it.hint)}</span>
                </p>
            </Show>
        </div>
        <Show when=move || is_on.get()>
            <p class="field-note muted">
                "INIT runs once for each change of the function; new environments begin with the memory that it left. AWS has this for Java, Python and .NET; here any module at rest between events can be captured. A restored byte takes a nanosecond (model)."
            </p>
        </Show>
        {move || status.get().map(|status| view! {
            <p class="field-note" class:bad=!status.good role="status" data-testid="snapshot-status">{status.text}</p>
            {(!status.log.is_empty()).then(|| view! {
                <details class="variables">
                    <summary>"Log of the snapshot's INIT"</summary>
                    <pre class="report-line" tabindex="0" data-testid="snapshot-log">{status.log}</pre>
                </details>
            })}
        })}
    }
}
