//! When panels read the session again.
//!
//! All of them do in the frame after a change. While a replay plays, every frame is a change: what has
//! to follow each of them, the map and the clock, does ([`Session::each_frame`]); panels take turns, one
//! in each frame, and what nobody sees waits ([`Session::for_panel`]). As soon as the playhead
//! stands still, all of them read again.

use super::{Core, Session};
use crate::browser::{clock, timer};
use leptos::prelude::*;
use runtime_core::units::{Moment, Span};

/// The least time between two readings of what happens by itself. A burst of warm invocations
/// makes thousands of facts a second; reading and drawing at 20 frames a second is as live to the
/// eye, and leaves most of the page's thread to the burst.
const LIVE_PACE: Span = Span::from_millis(50);

/// What is left to a burst after each reading: so many times what reading and drawing took, where that
/// is more than [`LIVE_PACE`]. What other threads do for the picture is not counted, and where there are few cores it
/// is as much again. On a slow machine the picture is less live, and the burst as fast as it can be.
const LEFT_TO_BURSTS: u64 = 9;

/// For how long more has to happen than is drawn until it is a burst. One invocation is none.
const BURST: Span = Span::from_millis(300);

/// How much has to happen in a second of a burst: some sixty invocations. What moves on the map is smooth below that.
const BURST_RATE: u64 = 200;

/// The longest time between two readings.
const SLOWEST_PACE: Span = Span::from_millis(400);

/// In so many frames of a replay each panel has its turn once: three times a second on most screens.
/// There are fewer panels than turns, so that no frame has to do the work of two.
const TURNS: usize = 20;

/// What is asked for already, and when panels last read.
#[derive(Debug, Default)]
pub(super) struct Redraw {
    frame_asked: bool,
    pace_asked: bool,
    /// Something else than a replay asked for the frame: all panels read.
    whole: bool,
    last: Span,
    /// What the last reading of all panels took, with the picture of it.
    cost: Span,
    /// Since when more happens than is drawn, and how much has happened since.
    crowded: Option<(Span, u64)>,
    /// Until when there is a burst, as far as is known.
    busy: Span,
    /// Where a replay has moved the playhead. It plays for as long as nobody else moves it.
    pub(super) played: Option<Moment>,
    /// Whose turn it is.
    turn: usize,
    /// How many panels have one.
    panels: usize,
}

impl Redraw {
    /// The time from one reading to the next while things happen by themselves.
    fn pace(&self) -> Span {
        let left = Span::from_nanos(self.cost.as_nanos().saturating_mul(LEFT_TO_BURSTS));
        LIVE_PACE.max(left).min(SLOWEST_PACE)
    }

    fn is_busy(&self, now: Span) -> bool {
        self.busy > now
    }

    /// Something has happened by itself: how long a reading of it waits.
    fn happens(&mut self, now: Span) -> Span {
        let pace = self.pace();
        let wait = pace.saturating_sub(now.saturating_sub(self.last));
        // While a reading is due that has not come yet, nothing has become calm.
        if wait == Span::ZERO && !self.frame_asked && !self.pace_asked {
            self.crowded = None;
            return wait;
        }
        let (since, count) = self.crowded.get_or_insert((now, 0));
        *count += 1;
        let long = now.saturating_sub(*since);
        let often =
            count.saturating_mul(1_000_000_000) > long.as_nanos().saturating_mul(BURST_RATE);
        if long > BURST && often {
            self.busy = now + pace;
        }
        if long > BURST.doubled(1) {
            // Of what goes on the later half counts.
            (*since, *count) = (*since + BURST, *count / 2);
        }
        wait
    }
}

/// What panels subscribe to: counts of frames in which something changed.
#[derive(Clone, Copy)]
pub(super) struct Beats {
    each_frame: RwSignal<u64>,
    turns: [RwSignal<u64>; TURNS],
    /// Whether a replay plays.
    playing: RwSignal<bool>,
}

impl Beats {
    pub(super) fn new() -> Self {
        Beats {
            each_frame: RwSignal::new(0),
            turns: std::array::from_fn(|_| RwSignal::new(0)),
            playing: RwSignal::new(false),
        }
    }

    /// For what is no panel.
    pub(super) fn usual(&self) -> Signal<u64> {
        let [first, ..] = self.turns;
        first.into()
    }

    /// A beat that stops for whom nobody sees while a replay plays.
    fn while_seen(self, beat: RwSignal<u64>, seen: Signal<bool>) -> Signal<u64> {
        let held = Memo::new(move |before: Option<&u64>| match before {
            Some(before) if !seen.get() && self.playing.get() => *before,
            _ => beat.get(),
        });
        held.into()
    }

    /// One frame: of all panels, or of those whose turn it is.
    fn beat(&self, whole: bool, turn: usize) {
        let count = |beat: &RwSignal<u64>| beat.update(|count| *count += 1);
        count(&self.each_frame);
        match whole {
            true => self.turns.iter().for_each(count),
            false => self.turns.iter().skip(turn).take(1).for_each(count),
        }
    }
}

impl Session {
    /// The session for what follows every frame of a replay, as long as it is seen; it should be cheap.
    pub fn each_frame(self) -> Self {
        let beats = self.core.with_value(|core| core.beats);
        let beat = beats.while_seen(beats.each_frame, self.seen);
        Session { beat, ..self }
    }

    /// Whoever runs is run again when it is time to read the session again.
    pub fn track(self) {
        // A beat that is only tracked never begins: what it depends on is known once it was read.
        let _ = self.beat.try_get();
    }

    /// How long what moves by itself waits before it moves on: not at all, but while so much happens
    /// that panels do not follow each of it either.
    pub fn rest(self) -> Span {
        self.core.with_value(|core| {
            let state = core.state.borrow();
            match state.redraw.is_busy(clock::elapsed()) {
                // What changes is painted anyway: this is for when nothing does any more.
                true => state.redraw.pace().doubled(1),
                false => Span::ZERO,
            }
        })
    }

    /// The session for a panel, which has a turn of its own while a replay plays, and then only while
    /// it is `seen`.
    pub fn for_panel(self, seen: Signal<bool>) -> Self {
        let (beats, number) = self.core.with_value(|core| {
            let panels = &mut core.state.borrow_mut().redraw.panels;
            *panels += 1;
            (core.beats, *panels)
        });
        let [first, ..] = beats.turns;
        let turn = beats.turns.get(number % TURNS).copied().unwrap_or(first);
        let beat = beats.while_seen(turn, seen);
        Session { beat, seen, ..self }
    }
}

impl Core {
    /// The user changed something: panels read again before the next frame, however often this is
    /// said.
    pub(super) fn changed(&self) {
        self.state.borrow_mut().redraw.whole = true;
        self.ask_for_frame();
    }

    /// A replay moved the playhead on.
    pub(super) fn played(&self) {
        self.ask_for_frame();
    }

    fn ask_for_frame(&self) {
        let mut state = self.state.borrow_mut();
        if !state.redraw.frame_asked {
            state.redraw.frame_asked = true;
            let core = self.clone();
            timer::next_frame(move || core.frame());
        }
    }

    fn frame(&self) {
        let (playing, whole, turn) = {
            let mut state = self.state.borrow_mut();
            let playing = state.plays();
            let redraw = &mut state.redraw;
            redraw.frame_asked = false;
            redraw.last = clock::elapsed();
            redraw.turn = (redraw.turn + 1) % TURNS;
            let whole = std::mem::take(&mut redraw.whole) || !playing;
            (playing, whole, redraw.turn)
        };
        if self.beats.playing.get_untracked() != playing {
            self.beats.playing.set(playing);
            // What is shown of the past does not get older by itself.
            timer::hold(playing);
        }
        if whole {
            // Canvases are painted in the frame after: asked for here, this comes before they are.
            let core = self.clone();
            timer::next_frame(move || core.measure_frame(true));
            self.measure_frame(false);
        }
        self.beats.beat(whole, turn);
    }

    /// What the frame that has just begun costs is what the last reading took, or is added to it.
    fn measure_frame(&self, added: bool) {
        // Style, layout and paint come in the same frame, after this: the next task is after them.
        let (core, began) = (self.clone(), clock::elapsed());
        timer::after(Span::ZERO, move || {
            let redraw = &mut core.state.borrow_mut().redraw;
            let cost = clock::elapsed().saturating_sub(began);
            redraw.cost = match added {
                true => redraw.cost + cost,
                false => cost,
            };
        });
    }

    /// Something happened by itself: the same, at a pace. In a replay every panel has its turn soon
    /// enough.
    pub(super) fn happened(&self) {
        let wait = {
            let mut state = self.state.borrow_mut();
            let playing = state.plays();
            let redraw = &mut state.redraw;
            let now = clock::elapsed();
            let wait = redraw.happens(now);
            if redraw.is_busy(now) {
                // Panels read again anyway.
                timer::hold_until(redraw.busy);
            }
            if playing || redraw.frame_asked || redraw.pace_asked {
                return;
            }
            redraw.pace_asked = wait > Span::ZERO;
            wait
        };
        if wait == Span::ZERO {
            return self.changed();
        }
        let core = self.clone();
        timer::after(wait, move || {
            core.state.borrow_mut().redraw.pace_asked = false;
            core.changed();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Span {
        Span::from_millis(millis)
    }

    /// Something happens each `apart` ms from `from` to `to`, and what is asked for is read as the page does: a
    /// frame after the pace is over. Says whether it was a burst in the end.
    fn happening(redraw: &mut Redraw, apart: u64, from: u64, to: u64) -> bool {
        let mut read_at = None;
        for now in from..to {
            if read_at == Some(now) {
                redraw.last = ms(now);
                (redraw.frame_asked, redraw.pace_asked, read_at) = (false, false, None);
            }
            if now % apart == 0 {
                let wait = redraw.happens(ms(now));
                if read_at.is_none() {
                    let wait = wait.as_nanos() / 1_000_000;
                    (redraw.frame_asked, redraw.pace_asked) = (wait == 0, wait > 0);
                    read_at = Some(now + wait + 16);
                }
            }
        }
        redraw.is_busy(ms(to))
    }

    #[test]
    fn much_that_goes_on_is_a_burst() {
        let mut redraw = Redraw::default();
        assert!(!happening(&mut redraw, 2, 1_000, 1_200));
        // A reading that is late does not end it.
        assert!(
            (1_400..4_000)
                .step_by(50)
                .all(|to| happening(&mut redraw, 2, to - 50, to))
        );
        assert!(!redraw.is_busy(ms(4_200)));
        // After a pause it begins anew.
        redraw.last = ms(4_100);
        (redraw.frame_asked, redraw.pace_asked) = (false, false);
        assert!(!happening(&mut redraw, 2, 5_000, 5_200));
    }

    #[test]
    fn what_happens_now_and_then_is_none_however_long() {
        let mut redraw = Redraw::default();
        assert!(!happening(&mut redraw, 12, 1_000, 9_000));
        assert!(happening(&mut redraw, 2, 9_000, 12_000));
        assert!(!happening(&mut redraw, 12, 12_000, 14_000));
    }
}
