//! Pointer, wheel and keyboard on the map.

use super::super::pointer::capture;
use super::Chosen;
use super::view::MapView;
use crate::shapes::map::travellers::{neighbour as next, travellers};
use crate::shapes::map::{Hit, Key, hit::neighbour};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// A pointer that moves less than this many pixels has clicked.
const CLICK: f64 = 4.0;
/// One press of a zoom key, or of a zoom button.
pub(super) const ZOOM_STEP: f64 = 1.4;
/// How far a key moves a station, pixels.
const NUDGE: f64 = 16.0;

/// Pointers that are down, and what they do.
#[derive(Clone, Default)]
pub(super) struct Gesture {
    pointers: Vec<(i32, f64, f64)>,
    /// The station that is dragged; otherwise the map is.
    station: Option<Key>,
    start: (f64, f64),
    moved: bool,
}

/// Connects gestures to a view.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    pub(super) view: MapView,
    pub(super) on_select: Callback<Option<Chosen>>,
    pub(super) on_station: Callback<Key>,
    pub(super) on_places: Callback<()>,
    pub(super) state: StoredValue<Gesture>,
}

impl Gestures {
    pub(super) fn down(&self, event: &ev::PointerEvent) {
        let (x, y) = place(event);
        capture(event);
        let station = match self.view.hit((x, y)) {
            Hit::Card(card) | Hit::Mark { card, .. } => self.key_of(card),
            Hit::Dot(_) | Hit::Nothing => None,
        };
        self.state.update_value(|state| {
            if state.pointers.is_empty() {
                *state = Gesture {
                    station,
                    start: (x, y),
                    ..Gesture::default()
                };
            }
            state.pointers.push((event.pointer_id(), x, y));
        });
    }

    pub(super) fn moved(&self, event: &ev::PointerEvent) {
        let (x, y) = place(event);
        let before = self.state.get_value();
        let down = before.pointers.iter();
        let Some(&(_, old_x, old_y)) = down.clone().find(|(id, ..)| *id == event.pointer_id())
        else {
            self.view.pointer.set(Some((x, y)));
            return;
        };
        let far = before.moved || (x - before.start.0).hypot(y - before.start.1) >= CLICK;
        if !far {
            return;
        }
        // The way to the threshold counts as well; the start is the first finger's alone.
        let (old_x, old_y) = match before.moved || before.pointers.len() > 1 {
            true => (old_x, old_y),
            false => before.start,
        };
        self.state.update_value(|state| {
            state.moved = true;
            let its = |pointer: &&mut (i32, f64, f64)| pointer.0 == event.pointer_id();
            if let Some(pointer) = state.pointers.iter_mut().find(its) {
                (pointer.1, pointer.2) = (x, y);
            }
        });
        self.view.pointer.set(None);
        let by = (x - old_x, y - old_y);
        match (before.pointers.as_slice(), before.station) {
            ([a, b], _) => {
                let other = if a.0 == event.pointer_id() { b } else { a };
                let away = |(x, y): (f64, f64)| (x - other.1).hypot(y - other.2).max(8.0);
                let middle = ((x + other.1) / 2.0, (y + other.2) / 2.0);
                self.view
                    .zoom(Some(middle), away((x, y)) / away((old_x, old_y)));
            }
            (_, Some(station)) => self.view.drag(station, by),
            (_, None) => self.view.pan(by),
        }
    }

    pub(super) fn up(&self, event: &ev::PointerEvent, clicked: bool) {
        let before = self.state.get_value();
        self.state
            .update_value(|state| state.pointers.retain(|(id, ..)| *id != event.pointer_id()));
        if before.moved && before.station.is_some() {
            self.on_places.run(());
        }
        if clicked && before.pointers.len() == 1 && !before.moved {
            self.click(place(event));
        }
    }

    fn click(&self, at: (f64, f64)) {
        let model = self.view.model.get_untracked();
        self.view.cursor.set(None);
        self.view.picked.set(None);
        match self.view.hit(at) {
            Hit::Dot(dot) => self.on_select.run(self.view.dot(dot)),
            Hit::Mark { card, mark } => {
                let marks = model.cards.get(card).map(|card| &card.marks);
                let mark = marks.and_then(|marks| marks.get(mark));
                self.on_select.run(mark.map(|mark| Chosen {
                    traveller: mark.traveller,
                    request: mark.request,
                }));
            }
            Hit::Card(card) => {
                if let Some(key) = self.key_of(card) {
                    self.on_station.run(key);
                }
            }
            Hit::Nothing => self.on_select.run(None),
        }
    }

    /// Follows what comes after or before that which is followed.
    fn follow(&self, forward: bool) {
        let view = self.view;
        let all = view.model.with_untracked(|model| travellers(model));
        let Some((traveller, request)) = next(&all, view.picked.get_untracked(), forward) else {
            return;
        };
        view.cursor.set(None);
        view.picked.set(Some(traveller));
        self.on_select.run(Some(Chosen { traveller, request }));
    }

    fn key_of(&self, card: usize) -> Option<Key> {
        let model = self.view.model.get_untracked();
        model.cards.get(card).map(|card| card.key)
    }

    /// Zooms once the map has the keyboard, or with the control key: a page that is scrolled through
    /// must not get stuck here.
    pub(super) fn wheel(&self, event: &ev::WheelEvent) {
        let focused = document().active_element();
        let here = canvas(event).is_some_and(|canvas| focused.as_ref() == Some(canvas.as_ref()));
        if !here && !event.ctrl_key() {
            return;
        }
        // Lines and pages, where a browser counts in them.
        let unit = [1.0, 16.0, 240.0]
            .get(event.delta_mode() as usize)
            .copied()
            .unwrap_or(1.0);
        // A trackpad's pinch arrives as small steps with the control key.
        let speed = if event.ctrl_key() { 0.01 } else { 0.0016 };
        let about = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        self.view
            .zoom(Some(about), (-event.delta_y() * unit * speed).exp());
        event.prevent_default();
    }

    pub(super) fn key(&self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let view = self.view;
        let go = |direction: (f64, f64)| {
            // Its station may be gone.
            let current = view.cursor.get_untracked();
            let current = current.filter(|key| view.index(*key).is_some());
            match (current, event.shift_key()) {
                (Some(key), true) => {
                    view.drag(key, (direction.0 * NUDGE, direction.1 * NUDGE));
                    self.on_places.run(());
                }
                (Some(key), false) => {
                    let next = view.index(key);
                    let next = next.and_then(|it| neighbour(&view.rects(), it, direction));
                    if let Some(key) = next.and_then(|it| self.key_of(it)) {
                        view.go_to(key);
                    }
                }
                (None, _) => {
                    if let Some(key) = self.key_of(0) {
                        view.go_to(key);
                    }
                }
            }
        };
        match event.key().as_str() {
            "ArrowLeft" => go((-1.0, 0.0)),
            "ArrowRight" => go((1.0, 0.0)),
            "ArrowUp" => go((0.0, -1.0)),
            "ArrowDown" => go((0.0, 1.0)),
            "+" | "=" => view.zoom(None, ZOOM_STEP),
            "-" | "_" => view.zoom(None, 1.0 / ZOOM_STEP),
            "0" => view.fit(),
            "Enter" | " " => {
                if let Some(key) = view.cursor.get_untracked() {
                    self.on_station.run(key);
                }
            }
            "n" | "N" => self.follow(true),
            "p" | "P" => self.follow(false),
            "Escape" => {
                view.cursor.set(None);
                view.picked.set(None);
                self.on_select.run(None);
            }
            _ => return,
        }
        event.prevent_default();
    }
}

fn canvas(event: &web_sys::Event) -> Option<HtmlCanvasElement> {
    event.current_target()?.dyn_into().ok()
}

fn place(event: &ev::PointerEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
