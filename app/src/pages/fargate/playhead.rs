//! The moment that is looked at.

use super::panels::Seen;
use crate::browser::{clock, timer};
use crate::shapes::ticks::short;
use leptos::prelude::*;
use runtime_core::simulator::fargate::{Entry, Speaker};
use runtime_core::units::Span;

/// How many times as fast as the time that is simulated it can be played.
const SPEEDS: [u64; 5] = [1, 10, 100, 1_000, 10_000];

/// A moment of a run, in nanoseconds since the start; the end, as far as it has come, until it is moved.
#[derive(Clone, Copy)]
pub(super) struct Playhead {
    /// Where it was moved to, and in which run: it is at the end of a later one.
    moved: RwSignal<Option<(u64, u64)>>,
    /// When the page was drawn last while it plays.
    playing: RwSignal<Option<Span>>,
    speed: RwSignal<u64>,
    seen: Seen,
}

impl Playhead {
    pub(super) fn new(seen: Seen) -> Playhead {
        Playhead {
            moved: RwSignal::new(None),
            playing: RwSignal::new(None),
            speed: RwSignal::new(100),
            seen,
        }
    }

    fn end(self) -> u64 {
        self.seen.with(|it| it.at.as_nanos()).unwrap_or_default()
    }

    /// Where it is.
    pub(super) fn at(self) -> u64 {
        let end = self.end();
        self.moved().map_or(end, |at| at.min(end))
    }

    /// Where it was moved to in the run that is seen.
    fn moved(self) -> Option<u64> {
        let run = self.seen.run();
        let moved = self.moved.get();
        moved.filter(|(_, of)| Some(*of) == run).map(|(at, _)| at)
    }

    fn set_moved(self, at: Option<u64>) {
        let run = untrack(|| self.seen.run());
        self.moved.set(at.zip(run));
    }

    /// Where it is, for charts; nothing while it is at the end.
    pub(super) fn cursor(self) -> Signal<Option<u64>> {
        Signal::derive(move || {
            let end = self.end();
            self.moved().filter(|at| *at < end)
        })
    }

    /// Moves it.
    pub(super) fn move_to(self, at: u64) {
        self.playing.set(None);
        self.set_moved(Some(at));
    }

    fn play(self) {
        let end = self.end();
        // What is at its end begins anew.
        if self.at() >= end {
            self.set_moved(Some(0));
        }
        self.playing.set(Some(clock::elapsed()));
        self.go_on();
    }

    fn go_on(self) {
        timer::next_frame(move || {
            let Some(Some(before)) = self.playing.try_get_untracked() else {
                return;
            };
            let now = clock::elapsed();
            let passed = now.saturating_sub(before).as_nanos();
            let speed = self.speed.get_untracked();
            let at = untrack(|| self.moved()).unwrap_or_default();
            let at = at.saturating_add(passed.saturating_mul(speed));
            let end = self.seen.with_untracked(|it| it.at.as_nanos());
            let is_over = at >= end.unwrap_or_default();
            self.set_moved((!is_over).then_some(at));
            self.playing.set((!is_over).then_some(now));
            if !is_over {
                self.go_on();
            }
        });
    }

    /// To the next thing that was decided.
    fn next_decision(self) {
        let at = self.at();
        let after = |it: &&Entry| it.by != Speaker::Service && it.at.as_nanos() > at;
        let next = self
            .seen
            .with_untracked(|it| it.entries.iter().find(after).map(|it| it.at.as_nanos()));
        // From the end on from the first one.
        let first = || {
            let decided = |it: &&Entry| it.by != Speaker::Service;
            let it = |it: &Entry| it.at.as_nanos();
            self.seen
                .with_untracked(|so_far| so_far.entries.iter().find(decided).map(it))
                .flatten()
        };
        if let Some(next) = next.flatten().or_else(first) {
            self.move_to(next);
        }
    }
}

/// Play, speed, next decision, and where it is.
#[component]
pub(super) fn PlayheadBar(playhead: Playhead) -> impl IntoView {
    let is_playing = move || playhead.playing.with(Option::is_some);
    let toggle = move |_| match playhead.playing.get_untracked() {
        Some(_) => playhead.playing.set(None),
        None => playhead.play(),
    };
    let speeds = SPEEDS.iter().map(|speed| {
        let speed = *speed;
        view! { <option value=speed.to_string() selected=move || playhead.speed.get() == speed>{format!("{speed}x")}</option> }
    });
    let choose = move |event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            playhead.speed.set(speed);
        }
    };
    let seconds = |nanos: u64| (nanos / 1_000_000_000).to_string();
    let slide = move |event| {
        if let Ok(at) = event_target_value(&event).parse::<u64>() {
            playhead.move_to(at.saturating_mul(1_000_000_000));
        }
    };
    view! {
        <div class="playhead row">
            <button class="button" data-testid="service-play" on:click=toggle>
                {move || if is_playing() { "Pause" } else { "Play" }}
            </button>
            <select class="select" aria-label="Speed" data-testid="service-speed" on:change=choose>
                {speeds.collect_view()}
            </select>
            <input
                type="range"
                class="playhead-range"
                min="0"
                max=move || seconds(playhead.end())
                prop:value=move || seconds(playhead.at())
                aria-label="Moment"
                aria-valuetext=move || short(playhead.at())
                data-testid="service-playhead"
                on:input=slide
            />
            <span class="mono playhead-at" data-testid="service-at">{move || short(playhead.at())}</span>
            <button class="button" data-testid="next-decision" on:click=move |_| playhead.next_decision()>
                "Next decision"
            </button>
        </div>
    }
}
