//! What a person looks at: zoom, pan, places, what is under the pointer.

use super::paint::Scene;
use super::{Chosen, Shared, Told, told};
use crate::shapes::map::{
    Camera, Flights, Hit, Key, MapModel, Places, Rect, card, hit, layout::layout, route,
};
use leptos::prelude::*;
use std::sync::Arc;

/// How much of a station's growth the view that shows everything leaves room for.
const GROWTH: f64 = 26.0;

/// The state of a map's view. What it shows is its owner's, where stations were put as well.
#[derive(Clone, Copy)]
pub struct MapView {
    pub(super) model: Shared,
    /// Where stations were put by hand.
    pub places: RwSignal<Places>,
    rects: Memo<Arc<Vec<Rect>>>,
    bounds: Memo<Rect>,
    /// `None`: all of it.
    camera: RwSignal<Option<Camera>>,
    pub(super) size: RwSignal<(f64, f64)>,
    pub(super) pointer: RwSignal<Option<(f64, f64)>>,
    /// The station that the keyboard is on.
    pub(super) cursor: RwSignal<Option<Key>>,
    /// What the keyboard follows.
    pub(super) picked: RwSignal<Option<u64>>,
    ticks: RwSignal<u32>,
    flights: StoredValue<Flights>,
    still: bool,
}

impl MapView {
    /// A view of a map. Stations that were not put anywhere find their places.
    pub fn new(model: Signal<Arc<MapModel>>, places: RwSignal<Places>) -> Self {
        // Stations and lines, without what is counted and what waits.
        let plan = Memo::new(move |_| {
            model.with(|model| {
                let index = |key| model.cards.iter().position(|card| card.key == key);
                let keys: Vec<Key> = model.cards.iter().map(|card| card.key).collect();
                let edges = model.edges.iter();
                let edges = edges.filter_map(|edge| Some((index(edge.from)?, index(edge.to)?)));
                (keys, edges.collect::<Vec<_>>())
            })
        });
        let corners = Memo::new(move |_| {
            let found = plan.with(|(keys, edges)| layout(keys.len(), edges));
            places.with(|places| {
                let keys = plan.with(|(keys, _)| keys.clone());
                let corners = keys.into_iter().zip(found);
                corners
                    .map(|(key, found)| places.get(key).unwrap_or(found))
                    .collect::<Vec<_>>()
            })
        });
        let rects = Memo::new(move |_| {
            model.with(|model| {
                corners.with(|corners| {
                    let cards = model.cards.iter().zip(corners);
                    Arc::new(cards.map(|(it, corner)| card::rect(it, *corner)).collect())
                })
            })
        });
        let bounds = Memo::new(move |_| {
            corners.with(|corners| {
                let rects = corners.iter().map(|&(x, y)| Rect {
                    x,
                    y,
                    width: card::WIDTH,
                    height: card::HEAD + GROWTH,
                });
                rects.reduce(|all, it| all.with(&it)).unwrap_or_default()
            })
        });
        let quiet = window().match_media("(prefers-reduced-motion: reduce)");
        MapView {
            model,
            places,
            rects,
            bounds,
            camera: RwSignal::new(None),
            size: RwSignal::new((0.0, 0.0)),
            pointer: RwSignal::new(None),
            cursor: RwSignal::new(None),
            picked: RwSignal::new(None),
            ticks: RwSignal::new(0),
            flights: StoredValue::default(),
            still: quiet.ok().flatten().is_some_and(|query| query.matches()),
        }
    }

    /// Whether the visitor wants nothing to move.
    pub(super) fn still(&self) -> bool {
        self.still
    }

    /// Subscribes to everything that the picture depends on.
    pub(super) fn track(&self) {
        self.model.track();
        self.rects.track();
        self.camera.track();
        self.pointer.track();
        self.cursor.track();
        self.ticks.track();
    }

    /// The next frame is needed.
    pub(super) fn tick(&self) {
        // The map may be gone after a rest.
        self.ticks
            .try_update(|ticks| *ticks = ticks.wrapping_add(1));
    }

    pub(super) fn resized(&self, size: (f64, f64)) {
        if self.size.get_untracked() != size {
            self.size.set(size);
        }
    }

    /// Takes in what has moved; whether something is on its way.
    pub(super) fn notice(&self, now: f64) -> bool {
        let model = self.model.get_untracked();
        let notice = |flights: &mut Flights| {
            flights.notice(&model, now);
            if self.still {
                flights.land(f64::INFINITY);
            }
            flights.moving()
        };
        self.flights.try_update_value(notice).unwrap_or_default()
    }

    pub(super) fn camera(&self) -> Camera {
        let all = || Camera::fit(self.bounds.get_untracked(), self.size.get_untracked());
        self.camera.get_untracked().unwrap_or_else(all)
    }

    pub(super) fn rects(&self) -> Arc<Vec<Rect>> {
        self.rects.get_untracked()
    }

    /// Everything that the picture shows.
    pub(super) fn with_scene(&self, now: f64, draw: impl FnOnce(&Scene<'_>)) {
        let (model, rects) = (self.model.get_untracked(), self.rects());
        let hovered = match self.pointer.get_untracked() {
            Some(at) => self.hit_at(at, now),
            None => Hit::Nothing,
        };
        self.flights.with_value(|flights| {
            draw(&Scene {
                model: &model,
                rects: &rects,
                camera: self.camera(),
                flights,
                expected: flights.expected(),
                now,
                hovered,
                cursor: self.cursor.get_untracked(),
            });
        });
    }

    /// What lies under a pixel.
    pub(super) fn hit(&self, at: (f64, f64)) -> Hit {
        self.hit_at(at, screen_now())
    }

    fn hit_at(&self, at: (f64, f64), now: f64) -> Hit {
        let (model, rects, camera) = (self.model.get_untracked(), self.rects(), self.camera());
        let dots = self.flights.with_value(|flights| {
            let dots = flights.dots(now);
            let dots = dots.map(|(moved, part)| place(&model, &rects, moved.from, moved.to, part));
            // Dots between stations that are gone lie nowhere.
            dots.map(|dot| dot.unwrap_or((f64::INFINITY, 0.0)))
                .collect::<Vec<_>>()
        });
        hit(&model, &rects, &dots, camera.zoom, camera.place(at))
    }

    /// What a pixel stands for.
    pub(super) fn told(&self, at: (f64, f64)) -> Option<Told> {
        let (now, model) = (screen_now(), self.model.get_untracked());
        let travellers = self.flights.with_value(|flights| {
            let dots = flights.dots(now).map(|(moved, _)| moved.traveller);
            dots.collect::<Vec<_>>()
        });
        told(&model, self.hit_at(at, now), &travellers)
    }

    /// What a dot stands for.
    pub(super) fn dot(&self, index: usize) -> Option<Chosen> {
        let now = screen_now();
        self.flights.with_value(|flights| {
            let mut dots = flights.dots(now);
            dots.nth(index).map(|(moved, _)| Chosen {
                traveller: moved.traveller,
                request: moved.request,
            })
        })
    }

    /// Zooms about a pixel, or the middle.
    pub(super) fn zoom(&self, about: Option<(f64, f64)>, factor: f64) {
        let (width, height) = self.size.get_untracked();
        let about = about.unwrap_or((width / 2.0, height / 2.0));
        self.camera.set(Some(self.camera().zoom(about, factor)));
    }

    pub(super) fn pan(&self, pixels: (f64, f64)) {
        self.camera.set(Some(self.camera().pan(pixels)));
    }

    pub(super) fn fit(&self) {
        self.camera.set(None);
    }

    /// Puts a station so many pixels away from where it is; everything else keeps its place.
    pub(super) fn drag(&self, key: Key, pixels: (f64, f64)) {
        let Some(rect) = self.rect(key) else { return };
        // What is looked at must hold still under the pointer.
        let camera = self.camera();
        self.camera.set(Some(camera));
        let to = (
            rect.x + pixels.0 / camera.zoom,
            rect.y + pixels.1 / camera.zoom,
        );
        self.places.update(|places| places.put(key, to));
    }

    pub(super) fn rect(&self, key: Key) -> Option<Rect> {
        let index = self.index(key)?;
        self.rects().get(index).copied()
    }

    pub(super) fn index(&self, key: Key) -> Option<usize> {
        let model = self.model.get_untracked();
        model.cards.iter().position(|card| card.key == key)
    }

    /// Puts the keyboard on a station and brings it onto the screen.
    pub(super) fn go_to(&self, key: Key) {
        self.cursor.set(Some(key));
        if let (Some(rect), Some(camera)) = (self.rect(key), self.camera.get_untracked()) {
            let size = self.size.get_untracked();
            self.camera.set(Some(camera.reveal(rect, size)));
        }
    }
}

/// Where a dot is on the map; `None` if one of its stations is not there.
pub(super) fn place(
    model: &MapModel,
    rects: &[Rect],
    from: Key,
    to: Key,
    part: f64,
) -> Option<(f64, f64)> {
    let index = |key| model.cards.iter().position(|card| card.key == key);
    let (from, to) = (rects.get(index(from)?)?, rects.get(index(to)?)?);
    let part = route::eased(part);
    // What goes back does so along the line that it came on.
    let back = from.x > to.x;
    Some(match back {
        true => route::between(to, from, 0).at(1.0 - part),
        false => route::between(from, to, 0).at(part),
    })
}

/// The screen's clock, ms.
pub(in crate::widgets) fn screen_now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
