//! Pointer, wheel and keyboard on the lanes.

use super::super::pointer::capture;
use super::view::View;
use crate::shapes::lanes::{Cursor, Hit, hit, neighbour};
use leptos::{ev, prelude::*};

/// A pointer that moves less than this many pixels has clicked.
const CLICK: f64 = 4.0;
/// How near the playhead's line a drag takes hold of it, pixels.
const GRIP: f64 = 5.0;
/// One press of a zoom key, or of a zoom button.
pub(super) const ZOOM_STEP: f64 = 1.6;

/// What the lanes tell their owner.
#[derive(Clone, Copy)]
pub(super) struct Out {
    pub(super) on_playhead: Callback<Option<u64>>,
    pub(super) on_select: Callback<Option<u64>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Drag {
    #[default]
    Pan,
    Playhead,
}

/// Pointers that are down, and what they do.
#[derive(Clone, Default)]
pub(super) struct Gesture {
    pointers: Vec<(i32, f64, f64)>,
    drag: Drag,
    start: (f64, f64),
    moved: bool,
}

/// Connects gestures to a view.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    pub(super) view: View,
    pub(super) playhead: Signal<Option<u64>>,
    pub(super) out: Out,
    pub(super) state: StoredValue<Gesture>,
}

impl Gestures {
    /// What lies under a point.
    pub(super) fn hit(&self, x: f64, y: f64) -> Hit {
        let view = self.view;
        let (layout, window) = (view.layout(), view.window());
        view.model.with_untracked(|model| {
            hit(
                model,
                &layout,
                window,
                view.scroll.get_untracked(),
                view.now.get_untracked(),
                x,
                y,
            )
        })
    }

    pub(super) fn down(&self, event: &ev::PointerEvent) {
        let (x, y) = place(event);
        capture(event);
        let layout = self.view.layout();
        let head = self
            .playhead
            .get_untracked()
            .unwrap_or_else(|| self.view.now.get_untracked());
        let head_x = layout.gutter + self.view.window().x(head as f64, layout.plot());
        let on_axis = y < layout.rows_top && x >= layout.gutter;
        let drag = if on_axis || (x - head_x).abs() <= GRIP {
            Drag::Playhead
        } else {
            Drag::Pan
        };
        self.state.update_value(|state| {
            if state.pointers.is_empty() {
                *state = Gesture {
                    drag,
                    start: (x, y),
                    ..Gesture::default()
                };
            }
            state.pointers.push((event.pointer_id(), x, y));
        });
        if on_axis {
            self.drag_playhead(x);
        }
    }

    pub(super) fn moved(&self, event: &ev::PointerEvent) {
        let (x, y) = place(event);
        let before = self.state.get_value();
        let Some(&(_, old_x, old_y)) = before
            .pointers
            .iter()
            .find(|(id, ..)| *id == event.pointer_id())
        else {
            self.view.pointer.set(Some((x, y)));
            return;
        };
        let far = before.moved || (x - before.start.0).hypot(y - before.start.1) >= CLICK;
        self.state.update_value(|state| {
            state.moved = far;
            if let Some(pointer) = state
                .pointers
                .iter_mut()
                .find(|(id, ..)| *id == event.pointer_id())
            {
                (pointer.1, pointer.2) = (x, y);
            }
        });
        if !far {
            return;
        }
        self.view.pointer.set(None);
        match (before.pointers.as_slice(), before.drag) {
            ([a, b], _) => {
                let other = if a.0 == event.pointer_id() { b } else { a };
                self.pinch((old_x, x), other.1);
            }
            (_, Drag::Playhead) => self.drag_playhead(x),
            (_, Drag::Pan) => {
                self.view.pan_pixels(old_x - x);
                self.view.scroll_pixels(old_y - y);
            }
        }
    }

    pub(super) fn up(&self, event: &ev::PointerEvent, clicked: bool) {
        let before = self.state.get_value();
        self.state
            .update_value(|state| state.pointers.retain(|(id, ..)| *id != event.pointer_id()));
        let (x, y) = place(event);
        if clicked && before.pointers.len() == 1 && !before.moved {
            self.click(x, y);
        }
    }

    fn click(&self, x: f64, y: f64) {
        let request = |cursor: Cursor| {
            self.view
                .model
                .with_untracked(|model| model.segment(cursor).and_then(|segment| segment.id))
        };
        match self.hit(x, y) {
            Hit::Segment(cursor) => {
                self.view.cursor.set(None);
                self.out.on_select.run(request(cursor));
            }
            Hit::Throttles(first, _) => {
                let id = self
                    .view
                    .model
                    .with_untracked(|model| model.throttles.get(first).map(|&(_, id)| id));
                self.out.on_select.run(id);
            }
            Hit::Lane(_) => self.out.on_select.run(None),
            Hit::Axis(_) | Hit::InUse(_) | Hit::Nothing => {}
        }
    }

    fn pinch(&self, (old, new): (f64, f64), other: f64) {
        let layout = self.view.layout();
        let (before, after) = ((old - other).abs().max(8.0), (new - other).abs().max(8.0));
        let window = self.view.window();
        let about = window.nanos((old + other) / 2.0 - layout.gutter, layout.plot());
        self.view.show(window.zoom(about, after / before));
        self.view.pan_pixels((old - new) / 2.0);
    }

    fn drag_playhead(&self, x: f64) {
        // The picture must hold still under the pointer.
        self.view.show(self.view.window());
        let nanos = self.view.nanos_at(x);
        let live = nanos >= self.view.now.get_untracked();
        self.out.on_playhead.run((!live).then_some(nanos));
    }

    pub(super) fn wheel(&self, event: &ev::WheelEvent) {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let layout = self.view.layout();
        // Lines and pages, where a browser counts in them.
        let unit = [1.0, 16.0, 240.0]
            .get(event.delta_mode() as usize)
            .copied()
            .unwrap_or(1.0);
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        let over_labels = x < layout.gutter && y >= layout.rows_top;
        if dx.abs() > dy.abs() || event.shift_key() {
            self.view
                .pan_pixels(if dx.abs() > dy.abs() { dx } else { dy });
        } else if over_labels {
            if layout.max_scroll() <= 0.0 {
                return;
            }
            self.view.scroll_pixels(dy);
        } else {
            // A trackpad's pinch arrives as small steps with the control key.
            let speed = if event.ctrl_key() { 0.01 } else { 0.0016 };
            let about = self.view.window().nanos(x - layout.gutter, layout.plot());
            self.view.zoom(Some(about), (-dy * speed).exp());
        }
        event.prevent_default();
    }

    /// Double click: what is under the pointer, closely.
    pub(super) fn double_click(&self, x: f64, y: f64) {
        if let Hit::Segment(cursor) = self.hit(x, y) {
            let now = self.view.now.get_untracked();
            let extent = self.view.model.with_untracked(|model| {
                model
                    .segment(cursor)
                    .map(|segment| (segment.from_ns as f64, segment.end(now) as f64))
            });
            if let Some((from, to)) = extent {
                self.view
                    .show(crate::shapes::window::Window::around(from, to));
            }
        }
    }

    pub(super) fn key(&self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let view = self.view;
        let go = |lanes: isize, segments: isize| {
            let from = view.cursor.get_untracked();
            let to = view.model.with_untracked(|model| match from {
                None => neighbour(model, None, 0, 0),
                from => neighbour(model, from, lanes, segments),
            });
            if let Some(cursor) = to {
                view.go_to(cursor);
            }
        };
        match event.key().as_str() {
            "ArrowLeft" if event.shift_key() => view.show(view.window().pan(-0.2)),
            "ArrowRight" if event.shift_key() => view.show(view.window().pan(0.2)),
            "ArrowLeft" => go(0, -1),
            "ArrowRight" => go(0, 1),
            "ArrowUp" => go(-1, 0),
            "ArrowDown" => go(1, 0),
            "+" | "=" => view.zoom(self.cursor_moment(), ZOOM_STEP),
            "-" | "_" => view.zoom(self.cursor_moment(), 1.0 / ZOOM_STEP),
            "0" => view.fit(),
            "Home" => view.show(crate::shapes::window::Window {
                from: 0.0,
                ..view.window()
            }),
            "End" => {
                self.out.on_playhead.run(None);
                view.follow();
            }
            "," => self.step_playhead(false),
            "." => self.step_playhead(true),
            "Enter" | " " => {
                let request = view.cursor.get_untracked().and_then(|cursor| {
                    view.model.with_untracked(|model| {
                        model.segment(cursor).and_then(|segment| segment.id)
                    })
                });
                if request.is_some() {
                    self.out.on_select.run(request);
                }
            }
            "Escape" => view.cursor.set(None),
            _ => return,
        }
        event.prevent_default();
    }

    fn cursor_moment(&self) -> Option<f64> {
        let cursor = self.view.cursor.get_untracked()?;
        self.view
            .model
            .with_untracked(|model| model.segment(cursor).map(|segment| segment.from_ns as f64))
    }

    /// Moves the playhead by a fiftieth of what is on screen.
    fn step_playhead(&self, forward: bool) {
        let now = self.view.now.get_untracked();
        let step = (self.view.window().span / 50.0) as u64;
        let head = self.playhead.get_untracked().unwrap_or(now);
        let next = if forward {
            head.saturating_add(step)
        } else {
            head.saturating_sub(step)
        };
        self.view
            .show(self.view.window().reveal(next as f64, next as f64));
        self.out.on_playhead.run((next < now).then_some(next));
    }
}

fn place(event: &ev::PointerEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
