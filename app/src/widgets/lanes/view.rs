//! What a person looks at: zoom, scroll, follow, cursor; and how gestures change it.

use crate::shapes::{
    lanes::{Cursor, LaneModel, Layout},
    window::Window,
};
use leptos::prelude::*;
use std::sync::Arc;

/// While following, this much of the past is shown at first.
const FIRST_SPAN: f64 = 10e9;

/// The state of the view. All of it is the widget's own: it is nobody else's business.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) model: Signal<Arc<LaneModel>>,
    pub(super) now: Signal<u64>,
    /// The window as it was left; while following, only its span counts.
    left_at: RwSignal<Window>,
    pub(super) following: RwSignal<bool>,
    /// Rows scrolled, pixels.
    pub(super) scroll: RwSignal<f64>,
    /// The segment that the keyboard is on.
    pub(super) cursor: RwSignal<Option<Cursor>>,
    /// Where the pointer is, pixels.
    pub(super) pointer: RwSignal<Option<(f64, f64)>>,
    pub(super) size: StoredValue<(f64, f64)>,
}

impl View {
    pub(super) fn new(model: Signal<Arc<LaneModel>>, now: Signal<u64>) -> Self {
        View {
            model,
            now,
            left_at: RwSignal::new(Window {
                from: 0.0,
                span: FIRST_SPAN,
            }),
            following: RwSignal::new(true),
            scroll: RwSignal::new(0.0),
            cursor: RwSignal::new(None),
            pointer: RwSignal::new(None),
            size: StoredValue::new((0.0, 0.0)),
        }
    }

    /// Subscribes to everything that the picture depends on.
    pub(super) fn track(&self) {
        self.model.track();
        self.now.track();
        self.left_at.track();
        self.following.track();
        self.scroll.track();
        self.cursor.track();
        self.pointer.track();
    }

    /// The window on screen.
    pub(super) fn window(&self) -> Window {
        let left_at = self.left_at.get_untracked();
        if self.following.get_untracked() {
            left_at.follow(self.now.get_untracked() as f64)
        } else {
            left_at
        }
    }

    pub(super) fn layout(&self) -> Layout {
        let (width, height) = self.size.get_value();
        self.model
            .with_untracked(|model| Layout::new(model, width, height))
    }

    /// Shows `window`, and no longer follows.
    pub(super) fn show(&self, window: Window) {
        self.following.set(false);
        self.left_at
            .set(window.clamp(self.now.get_untracked() as f64));
    }

    /// Zooms about a place of the plot; while following, about the present.
    pub(super) fn zoom(&self, about: Option<f64>, factor: f64) {
        let window = self.window();
        if self.following.get_untracked() {
            let span = window
                .zoom(window.from, factor)
                .clamp(self.now.get_untracked() as f64)
                .span;
            self.left_at.set(Window { span, ..window });
        } else {
            self.show(window.zoom(about.unwrap_or(window.from + window.span / 2.0), factor));
        }
    }

    pub(super) fn pan_pixels(&self, pixels: f64) {
        let plot = self.layout().plot();
        if plot > 0.0 && pixels != 0.0 {
            self.show(self.window().pan(pixels / plot));
        }
    }

    pub(super) fn scroll_pixels(&self, pixels: f64) {
        let most = self.layout().max_scroll();
        self.scroll
            .update(|scroll| *scroll = (*scroll + pixels).clamp(0.0, most));
    }

    /// The whole session.
    pub(super) fn fit(&self) {
        self.show(Window::fit((self.now.get_untracked() as f64).max(1e6)));
    }

    /// One request closely, if it is known.
    pub(super) fn close_up(&self, request: u64) {
        let now = self.now.get_untracked();
        let extent = self
            .model
            .with_untracked(|model| model.request_extent(request, now));
        if let Some((from, to)) = extent {
            self.show(Window::around(from as f64, to as f64));
        }
    }

    pub(super) fn follow(&self) {
        self.following.set(true);
    }

    /// Puts the keyboard on a segment and brings it into view.
    pub(super) fn go_to(&self, cursor: Cursor) {
        self.cursor.set(Some(cursor));
        let now = self.now.get_untracked();
        let extent = self.model.with_untracked(|model| {
            model
                .segment(cursor)
                .map(|segment| (segment.from_ns as f64, segment.end(now) as f64))
        });
        if let Some((from, to)) = extent {
            let window = self.window();
            let revealed = window.reveal(from, to);
            if revealed != window {
                self.show(revealed);
            }
        }
        let layout = self.layout();
        self.scroll
            .update(|scroll| *scroll = layout.reveal(cursor.lane, *scroll));
    }

    /// The nanoseconds under a pixel, within the session.
    pub(super) fn nanos_at(&self, x: f64) -> u64 {
        let layout = self.layout();
        let nanos = self.window().nanos(x - layout.gutter, layout.plot());
        (nanos.max(0.0) as u64).min(self.now.get_untracked())
    }
}
