//! Time control: play what happened, pause, step from fact to fact, scrub; how fast that and the live
//! session's waits go by; skip to the next retry.

use crate::app::use_session;
use crate::browser::{clock, timer};
use crate::session::{Command, SPEEDS, Session};
use leptos::prelude::*;
use runtime_core::units::{Moment, Span};

/// The parts of the session that the slider tells apart.
const PARTS: f64 = 1_000.0;

#[component]
pub(super) fn Transport() -> impl IntoView {
    let session = use_session().each_frame();
    let playing = RwSignal::new(false);
    let speed = RwSignal::new(1.0_f64);
    // Live, the present goes on where nothing else changes.
    let tick = RwSignal::new(0u32);
    timer::every(Span::from_millis(250), move || tick.update(|n| *n += 1));
    let shown = Memo::new(move |_| {
        tick.track();
        session.read(|reading| {
            let (shown, end) = (reading.shown(), reading.end().max(reading.shown()));
            let part = shown.as_nanos() as f64 / end.as_nanos().max(1) as f64;
            (
                reading.playhead().is_some(),
                (part * PARTS).round(),
                shown.to_string(),
            )
        })
    });
    let steps = session.memo(|reading| {
        let past = reading.playhead().is_some();
        (
            reading.step(false).is_some(),
            past && reading.step(true).is_some(),
        )
    });
    let retry = Memo::new(move |_| {
        tick.track();
        session.read(|reading| reading.next_retry().is_some())
    });
    let step = move |forward| {
        playing.set(false);
        let to = session.read_untracked(|reading| reading.step(forward));
        session.dispatch(Command::SetPlayhead(to));
    };
    let scrub = move |event: leptos::ev::Event| {
        playing.set(false);
        let part = event_target_value(&event).parse::<f64>().unwrap_or(PARTS) / PARTS;
        let to = session.read_untracked(|reading| {
            let end = reading.end().as_nanos() as f64;
            (part < 1.0).then(|| Moment::from_nanos((end * part.max(0.0)) as u64))
        });
        session.dispatch(Command::SetPlayhead(to));
    };
    let toggle = move |_| match playing.get_untracked() {
        true => playing.set(false),
        false => {
            playing.set(true);
            play(session, playing, speed);
        }
    };
    let speeds = SPEEDS
        .map(|it| view! { <option value=it.to_string() prop:selected=it == 1.0>{format!("{it}×")}</option> })
        .into_iter()
        .collect_view();
    view! {
        <div class="transport" role="group" aria-label="Time">
            <button
                type="button"
                class="tool"
                data-testid="step-back"
                title="To the fact before"
                disabled=move || !steps.get().0
                on:click=move |_| step(false)
            >
                "Step back"
            </button>
            <button type="button" class="tool" data-testid="play" aria-pressed=move || playing.get().to_string() on:click=toggle>
                {move || match (playing.get(), shown.get().0) {
                    (true, _) => "Pause",
                    (false, true) => "Play",
                    (false, false) => "Replay",
                }}
            </button>
            <button
                type="button"
                class="tool"
                data-testid="step-forward"
                title="To the next fact"
                disabled=move || !steps.get().1
                on:click=move |_| step(true)
            >
                "Step"
            </button>
            <label class="transport-speed">
                <span class="visually-hidden">"Speed"</span>
                <select
                    class="select"
                    data-testid="speed"
                    title="How fast a replay goes by, and every wait of the live session: retries, windows, schedules. Handlers take as long as they take."
                    on:change=move |event| {
                        let chosen = event_target_value(&event).parse().unwrap_or(1.0);
                        speed.set(chosen);
                        session.dispatch(Command::SetSpeed(chosen));
                    }
                >
                    {speeds}
                </select>
            </label>
            <input
                type="range"
                class="transport-slider"
                aria-label="Moment of the session"
                aria-valuetext=move || shown.get().2
                data-testid="scrub"
                min="0"
                max=PARTS.to_string()
                prop:value=move || shown.get().1.to_string()
                on:input=scrub
            />
            <button
                type="button"
                class="tool"
                data-testid="skip-to-retry"
                title="Moves the session clock to the next attempt of what failed or was throttled"
                disabled=move || !retry.get()
                on:click=move |_| {
                    playing.set(false);
                    session.dispatch(Command::SkipToRetry);
                }
            >
                "Skip to next retry"
            </button>
        </div>
    }
}

/// Moves the playhead on with every frame until it has come to the present, or somebody else moves
/// it. From the present it begins anew.
fn play(session: Session, playing: RwSignal<bool>, speed: RwSignal<f64>) {
    let from = session
        .read_untracked(|reading| reading.playhead())
        .unwrap_or(Moment::START);
    session.dispatch(Command::PlayTo(from));
    next(session, playing, speed, clock::elapsed(), from);
}

fn next(
    session: Session,
    playing: RwSignal<bool>,
    speed: RwSignal<f64>,
    before: Span,
    playhead: Moment,
) {
    timer::next_frame(move || {
        // The panel may be gone, or the playhead elsewhere by now.
        let there = session.read_untracked(|reading| reading.playhead()) == Some(playhead);
        if playing.try_get_untracked() != Some(true) || !there {
            playing.try_set(false);
            if there {
                // Here it stands still: all panels show this moment.
                session.dispatch(Command::SetPlayhead(Some(playhead)));
            }
            return;
        }
        let now = clock::elapsed();
        let real = now.saturating_sub(before).as_millis_f64();
        let on = Span::from_millis_f64(real * speed.get_untracked());
        let playhead = playhead + on;
        if session.read_untracked(|reading| playhead >= reading.end()) {
            playing.set(false);
            session.dispatch(Command::SetPlayhead(None));
            return;
        }
        session.dispatch(Command::PlayTo(playhead));
        next(session, playing, speed, now, playhead);
    });
}
