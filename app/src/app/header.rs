//! The header: session clock, time travel, workspace.

use super::theme::ThemeSwitch;
use super::{Place, use_session};
use crate::browser::files;
use crate::session::{Command, Notice};
use crate::widgets::taken_files;
use leptos::prelude::*;
use runtime_core::platform::Timer;
use runtime_core::units::Span;
use wasm_bindgen_futures::spawn_local;

#[component]
pub(super) fn Header(page: Signal<Place>) -> impl IntoView {
    let current = move |place| move || (page.get() == place).then_some("page");
    view! {
        <header class="top">
            <div class="brand">
                <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
                    <path class="mark-cold" d="M6 0H20L0 20V6A6 6 0 0 1 6 0Z" />
                    <path class="mark-warm" d="M20 0V14A6 6 0 0 1 14 20H0Z" />
                </svg>
                <span>"Coldstart"</span>
            </div>
            <nav class="pages" aria-label="Pages">
                <a href="#" aria-current=current(Place::Playground)>"Playground"</a>
                <a href="#fargate" aria-current=current(Place::Fargate) data-testid="open-fargate">"Fargate"</a>
                <a href="#scale" aria-current=current(Place::Scale) data-testid="open-scale">"Scale lab"</a>
                <a href="#costs" aria-current=current(Place::Costs) data-testid="open-costs">"Costs"</a>
            </nav>
            <Clock />
            <div class="top-actions">
                <SkipButton />
                <WorkspaceMenu />
                <ThemeSwitch />
            </div>
        </header>
    }
}

/// The session clock, or the playhead's moment while that is in the past.
#[component]
fn Clock() -> impl IntoView {
    let session = use_session();
    let moving = session.each_frame();
    let tick = RwSignal::new(0u32);
    crate::browser::timer::every(Span::from_millis(100), move || tick.update(|n| *n += 1));
    let shown = Memo::new(move |_| {
        tick.track();
        moving.read(|reading| (reading.shown().to_string(), reading.playhead().is_some()))
    });
    let live = move |_| session.dispatch(Command::SetPlayhead(None));
    let clock = session.memo(|reading| {
        let function = reading.selected_function();
        let configuration = function.and_then(|it| reading.platform().configuration(it));
        configuration.map(|it| it.clock.name().to_owned())
    });
    view! {
        <div class="clock-box">
            <span class="pill mono" class:past=move || shown.get().1 data-testid="session-clock">
                <span class="pill-label">{move || if shown.get().1 { "at" } else { "session" }}</span>
                " "
                {move || shown.get().0}
            </span>
            <Show when=move || shown.get().1>
                <button class="button" on:click=live data-testid="go-live">"Back to live"</button>
            </Show>
            <span class="pill clock-kind" title="Where the selected function's durations come from; a setting of each function. Modelled: from the work that it does, the same on every machine. Measured: this browser's own time.">
                "clock: " <b>{move || clock.get()}</b>
            </span>
        </div>
    }
}

/// Moves the session clock to the next thing that the platform waits for.
#[component]
fn SkipButton() -> impl IntoView {
    let session = use_session();
    let tick = RwSignal::new(0u32);
    crate::browser::timer::every(Span::from_secs(1), move || tick.update(|n| *n += 1));
    let next = Memo::new(move |_| {
        tick.track();
        session.read(|mut reading| {
            reading.next_skip().map(|(span, timer)| {
                let seconds = span.as_nanos().div_ceil(1_000_000_000);
                let span = format!(" +{} min {:02} s", seconds / 60, seconds % 60);
                (timer.map_or("what comes next", awaited), span)
            })
        })
    });
    view! {
        <button
            class="button"
            data-testid="skip"
            disabled=move || next.get().is_none()
            title=move || match next.get() {
                Some(_) => "Moves the session clock to what the platform waits for next. Frozen environments do not notice, as on AWS.",
                None => "Nothing is waited for, or a handler is at work: real code does not notice a skipped clock.",
            }
            on:click=move |_| session.dispatch(Command::SkipToNext)
        >
            "Skip to " {move || next.get().map_or("idle expiry", |(what, _)| what)}
            <span class="mono skip-span">{move || next.get().map(|(_, span)| span)}</span>
        </button>
    }
}

/// What a timer is for.
fn awaited(timer: Timer) -> &'static str {
    match timer {
        Timer::InitLimit { .. } | Timer::InvocationTimeout { .. } => "the timeout",
        Timer::IdleExpiry { .. } => "idle expiry",
        Timer::Schedule { .. } => "the schedule",
        Timer::Provision { .. } => "provisioning",
        Timer::AsyncAttempt { .. } => "the next attempt",
        Timer::Poll { .. } | Timer::ReadShard { .. } => "the next poll",
        Timer::BatchWindow { .. } => "the window's end",
        Timer::BatchRetry { .. } => "the batch's retry",
        Timer::Visibility { .. } => "visibility timeout",
        Timer::MessageDelay { .. } => "the delay's end",
        Timer::Retention { .. } | Timer::StreamRetention { .. } => "retention's end",
        Timer::MappingChange { .. } => "the mapping's change",
    }
}

/// Export, import and clearing.
#[component]
fn WorkspaceMenu() -> impl IntoView {
    let session = use_session();
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |event: leptos::ev::Event| {
        let Some(file) = taken_files(&event).into_iter().next() else {
            return;
        };
        spawn_local(async move {
            match files::read(&file).await {
                Ok(bytes) => session.dispatch(Command::Import { bytes }),
                Err(reason) => session.notify(Notice::error(
                    format!("{} could not be read: {reason}.", file.name()),
                    "Choose it again.",
                )),
            }
        });
    };
    let pick = move |_| {
        if let Some(input) = input.get() {
            input.click();
        }
    };
    view! {
        <details class="menu" data-testid="workspace-menu">
            <summary class="button">"Workspace"</summary>
            <div class="menu-items">
                <button class="menu-item" data-testid="export" on:click=move |_| session.dispatch(Command::Export)>
                    "Export as a file"
                    <span class="muted">"functions, events, settings and the session"</span>
                </button>
                <button class="menu-item" data-testid="export-template" on:click=move |_| session.dispatch(Command::ExportTemplate)>
                    "Export as SAM"
                    <span class="muted">"a template with the code, for AWS"</span>
                </button>
                <button class="menu-item" on:click=pick>
                    "Import a file"
                    <span class="muted">"replaces what is here"</span>
                </button>
                <button class="menu-item" data-testid="clear" on:click=move |_| session.dispatch(Command::ClearTimeline)>
                    "Clear the session"
                    <span class="muted">"functions stay"</span>
                </button>
            </div>
        </details>
        <input
            class="visually-hidden"
            type="file"
            accept=".json,application/json"
            tabindex="-1"
            aria-label="Workspace file"
            data-testid="import"
            node_ref=input
            on:change=chosen
        />
    }
}
