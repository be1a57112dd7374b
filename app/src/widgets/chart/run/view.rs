//! What is looked at of a run, and where the pointer is.

use super::super::draw;
use super::RunSeries;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// What is looked at and pointed at, for all charts that share it.
#[derive(Clone, Copy)]
pub struct RunView {
    /// A stretch of a run of this length: a run of another length is seen whole.
    closer: RwSignal<Option<(u64, LookedAt)>>,
    pointed: RwSignal<Option<u64>>,
    /// Where the pointer went down.
    pressed: RwSignal<Option<u64>>,
}

/// From and to, nanoseconds; the whole run if they are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LookedAt {
    from: u64,
    to: u64,
}

/// What a chart draws of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Looking {
    closer: Option<(u64, LookedAt)>,
    /// Where the pointer is.
    pub(super) pointed: Option<u64>,
    pressed: Option<u64>,
}

/// What a pointer has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pointer {
    /// It has pressed a moment.
    Pressed(u64),
    /// It was dragged over a stretch.
    Dragged,
    /// It did not go down here.
    Elsewhere,
}

impl Default for RunView {
    fn default() -> Self {
        RunView {
            closer: RwSignal::new(None),
            pointed: RwSignal::new(None),
            pressed: RwSignal::new(None),
        }
    }
}

impl RunView {
    pub(super) fn track(self) {
        self.closer.track();
        self.pointed.track();
        self.pressed.track();
    }

    pub(super) fn looked_at(self) -> Looking {
        Looking {
            closer: self.closer.get_untracked(),
            pointed: self.pointed.get_untracked(),
            pressed: self.pressed.get_untracked(),
        }
    }

    pub(super) fn point(self, moment: Option<u64>) {
        // A frame of the same picture costs as much as any other.
        if self.pointed.get_untracked() != moment {
            self.pointed.set(moment);
        }
    }

    pub(super) fn press(self, moment: u64) {
        self.pressed.set(Some(moment));
    }

    pub(super) fn give_up(self) {
        self.pressed.set(None);
    }

    pub(super) fn release(self, series: &RunSeries, moment: Option<u64>) -> Pointer {
        let looking = self.looked_at();
        self.pressed.set(None);
        let Some(pressed) = looking.pressed else {
            return Pointer::Elsewhere;
        };
        match looking.selection(series, moment) {
            Some((from, to)) => {
                self.look_at(series, from, to);
                Pointer::Dragged
            }
            None => Pointer::Pressed(pressed),
        }
    }

    /// Looks closer at a stretch: two stretches of the run at least, whole ones.
    pub(super) fn look_at(self, series: &RunSeries, from: u64, to: u64) {
        let width = series.width.max(1);
        let from = from / width * width;
        let to = to.div_ceil(width).saturating_mul(width);
        let to = to.max(from.saturating_add(2 * width)).min(series.length);
        let is_whole = from == 0 && to == series.length;
        let closer = (!is_whole && to > from).then_some((series.length, LookedAt { from, to }));
        self.closer.set(closer);
    }

    pub(super) fn look_at_all(self) {
        self.closer.set(None);
    }

    /// Whether less than the whole run is seen.
    pub(super) fn is_closer(self, series: &RunSeries) -> bool {
        self.closer.get().is_some_and(|(of, _)| of == series.length)
    }

    /// Twice as near, or half, around a moment.
    pub(super) fn zoom(self, series: &RunSeries, around: u64, nearer: bool) {
        let (from, to) = self.looked_at().stretch(series);
        let long = to.saturating_sub(from);
        let long = match nearer {
            true => long / 2,
            false => long.saturating_mul(2),
        };
        let long = long.max(2 * series.width).min(series.length);
        let from = around
            .saturating_sub(long / 2)
            .min(series.length.saturating_sub(long));
        self.look_at(series, from, from.saturating_add(long));
    }
}

impl Looking {
    /// From and to of what is seen.
    pub(super) fn stretch(&self, series: &RunSeries) -> (u64, u64) {
        match self.closer {
            Some((of, LookedAt { from, to })) if of == series.length => (from, to),
            _ => (0, series.length),
        }
    }

    /// The moment at a part of the plot's width; nothing before there is a run.
    pub(super) fn moment(&self, series: &RunSeries, part: f64) -> Option<u64> {
        let (from, to) = self.stretch(series);
        let long = to.saturating_sub(from);
        (long > 0 && !series.is_empty()).then(|| from + (long as f64 * part.clamp(0.0, 1.0)) as u64)
    }

    /// What is being dragged over, if it is a stretch and no trembling hand.
    pub(super) fn selection(&self, series: &RunSeries, moment: Option<u64>) -> Option<(u64, u64)> {
        let (pressed, moment) = (self.pressed?, moment.or(self.pointed)?);
        let (from, to) = self.stretch(series);
        let far = to.saturating_sub(from) / 100;
        let (from, to) = (pressed.min(moment), pressed.max(moment));
        (to - from > far).then_some((from, to))
    }
}

/// How far across the plot of the chart's canvas a pointer is; to its ends where it was dragged beyond them.
pub(super) fn part_of_plot(event: &PointerEvent) -> Option<f64> {
    let canvas = event.target()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let width = f64::from(canvas.client_width());
    let is_dragged = canvas.has_pointer_capture(event.pointer_id());
    let part = draw::across_axes(width, f64::from(event.offset_x()))?;
    (is_dragged || (0.0..=1.0).contains(&part)).then_some(part)
}

/// The canvas is told of the pointer until it goes up, wherever it goes.
pub(super) fn capture(event: &PointerEvent) {
    let canvas = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok());
    if let Some(canvas) = canvas {
        // Fails for a pointer that is gone; then nothing is dragged.
        let _ = canvas.set_pointer_capture(event.pointer_id());
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::series;
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn hour() -> RunSeries {
        RunSeries {
            length: 3_600 * SECOND,
            width: 12 * SECOND,
            lines: vec![vec![1; 300]],
        }
    }

    fn with_owner(test: impl FnOnce()) {
        Owner::new().with(test);
    }

    #[test]
    fn a_drag_looks_closer_and_a_press_picks() {
        with_owner(|| {
            let (view, hour) = (RunView::default(), hour());
            assert_eq!(view.release(&hour, Some(5)), Pointer::Elsewhere);
            view.press(600 * SECOND);
            assert_eq!(
                view.release(&hour, Some(601 * SECOND)),
                Pointer::Pressed(600 * SECOND)
            );
            assert_eq!(view.looked_at().stretch(&hour), (0, 3_600 * SECOND));
            // From right to left is as good.
            view.press(1_205 * SECOND);
            assert_eq!(view.release(&hour, Some(600 * SECOND)), Pointer::Dragged);
            assert_eq!(
                view.looked_at().stretch(&hour),
                (600 * SECOND, 1_212 * SECOND)
            );
            assert_eq!(view.looked_at().moment(&hour, 0.5), Some(906 * SECOND));
        });
    }

    #[test]
    fn a_run_of_another_length_is_seen_whole() {
        with_owner(|| {
            let view = RunView::default();
            view.look_at(&hour(), 0, 60 * SECOND);
            assert_eq!(view.looked_at().stretch(&hour()), (0, 60 * SECOND));
            assert_eq!(view.looked_at().stretch(&series()), (0, 10 * SECOND));
            view.look_at_all();
            assert_eq!(view.looked_at().stretch(&hour()), (0, 3_600 * SECOND));
        });
    }

    #[test]
    fn zooming_stays_within_the_run_and_never_ends_in_nothing() {
        with_owner(|| {
            let (view, hour) = (RunView::default(), hour());
            for _ in 0..40 {
                view.zoom(&hour, 3_599 * SECOND, true);
                let (from, to) = view.looked_at().stretch(&hour);
                assert!(from < to && to <= hour.length, "{from} to {to}");
            }
            for _ in 0..40 {
                view.zoom(&hour, 0, false);
            }
            assert_eq!(view.looked_at().stretch(&hour), (0, hour.length));
            view.zoom(&RunSeries::default(), 0, true);
        });
    }
}
