//! The map of a session on a canvas, and the same as a table.
//!
//! - `view`: what a person looks at: zoom, pan, places, what is under the pointer
//! - `gestures`: pointer, wheel, keyboard
//! - `paint`: the picture
//! - `crowd`: what there are hundreds of in it: marks, dots
//! - `list`: stations as rows

mod crowd;
mod gestures;
mod list;
mod paint;
mod view;

pub use view::MapView;
pub(super) use view::screen_now;

use super::{ids::fresh_id, surface::surface};
use crate::shapes::map::{Hit, Key, MapModel};
use gestures::{Gestures, ZOOM_STEP};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Something whose story can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A station.
    Station(Key),
    /// What is on its way, or waits: its number as the model has it.
    Traveller(u64),
}

/// What was clicked on to be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its number, as the model has it.
    pub traveller: u64,
    /// The request that tells its story, if one does.
    pub request: Option<u64>,
}

/// A story: what it is of, and facts as names and values.
pub type Story = (String, Vec<(String, String)>);

/// Stations and what moves between them: zoom, pan, drag to arrange, hover for a story, click to
/// follow. Nothing is painted while nothing moves.
#[component]
pub fn SessionMap(
    /// What is looked at.
    view: MapView,
    /// The same map for what is read: it may come a little later while much moves.
    #[prop(into)]
    calm: Shared,
    /// Tells a story.
    #[prop(into)]
    story: Callback<Told, Option<Story>>,
    /// Something shall be followed, or nothing (`None`).
    #[prop(into)]
    on_select: Callback<Option<Chosen>>,
    /// A station was chosen.
    #[prop(into)]
    on_station: Callback<Key>,
    /// Stations were put elsewhere.
    #[prop(into)]
    on_places: Callback<()>,
    /// How long what moves waits before it moves on.
    #[prop(into)]
    rest: Callback<(), Duration>,
) -> impl IntoView {
    let gestures = Gestures {
        view,
        on_select,
        on_station,
        on_places,
        state: StoredValue::default(),
    };
    let resting = Rc::new(Cell::new(false));
    let drawn = surface(
        move || view.track(),
        move |frame| {
            view.resized((frame.width, frame.height));
            let now = view::screen_now();
            let moving = view.notice(now);
            view.with_scene(now, |scene| paint::paint(frame, scene));
            match moving.then(|| rest.run(())) {
                None => {}
                Some(Duration::ZERO) => view.tick(),
                // What changes paints as well: one rest at a time.
                Some(_) if resting.replace(true) => {}
                Some(rest) => {
                    let resting = Rc::clone(&resting);
                    let on = move || {
                        resting.set(false);
                        view.tick();
                    };
                    set_timeout(on, rest);
                }
            }
        },
    );
    let heard = Memo::new(move |_| {
        if let Some(traveller) = view.picked.get() {
            let (title, rows) = story.run(Told::Traveller(traveller))?;
            let rows = rows.iter().map(|(name, value)| format!("{name} {value}"));
            let rows: Vec<String> = rows.collect();
            return Some(format!("{title}: {}", rows.join(", ")));
        }
        let key = view.cursor.get()?;
        // Said when the keyboard comes to a station, not again with every count.
        view.model
            .with_untracked(|model| Some(list::sentence(model, model.card(key)?)))
    });
    let table = RwSignal::new(view.still());
    let large = RwSignal::new(false);
    let help = fresh_id("map-help");
    let help_again = help.clone();
    view! {
        <div class="map" class:map-large=move || large.get()>
            <div class="plot map-plot">
                <canvas
                    node_ref=drawn.canvas
                    tabindex="0"
                    role="application"
                    aria-label="Map of the session"
                    aria-describedby=help
                    data-testid="map"
                    on:pointerdown=move |event| gestures.down(&event)
                    on:pointermove=move |event| gestures.moved(&event)
                    on:pointerup=move |event| gestures.up(&event, true)
                    on:pointercancel=move |event| gestures.up(&event, false)
                    on:pointerleave=move |_| view.pointer.set(None)
                    on:wheel=move |event| gestures.wheel(&event)
                    on:keydown=move |event| gestures.key(&event)
                ></canvas>
                {move || tooltip(view, calm, story)}
            </div>
            <p class="visually-hidden" id=help_again>
                "Arrow keys go from station to station, with Shift they move the station. Enter selects it. N and P follow \
                 the next and the previous of what waits, works or has moved, and tell its story; Escape lets go. Plus and \
                 minus zoom, zero shows all. The list shows the same."
            </p>
            <p class="visually-hidden" aria-live="polite" data-testid="map-heard">{heard}</p>
            <div class="lanes-tools">
                <button type="button" class="tool" aria-label="Zoom out" on:click=move |_| view.zoom(None, 1.0 / ZOOM_STEP)>"−"</button>
                <button type="button" class="tool" aria-label="Zoom in" on:click=move |_| view.zoom(None, ZOOM_STEP)>"+"</button>
                <button type="button" class="tool" on:click=move |_| view.fit()>"All of it"</button>
                <button
                    type="button"
                    class="tool"
                    data-testid="map-arrange"
                    disabled=move || view.places.with(|places| places.is_empty())
                    on:click=move |_| {
                        view.places.set(Default::default());
                        view.fit();
                        on_places.run(());
                    }
                >
                    "Arrange"
                </button>
                <button type="button" class="tool" aria-pressed=move || large.get().to_string() on:click=move |_| large.update(|it| *it = !*it)>
                    "Larger"
                </button>
                <button
                    type="button"
                    class="tool"
                    data-testid="map-as-list"
                    aria-pressed=move || table.get().to_string()
                    on:click=move |_| table.update(|it| *it = !*it)
                >
                    "List"
                </button>
            </div>
            {move || table.get().then(|| list::table(calm))}
        </div>
    }
}

fn tooltip(view: MapView, calm: Shared, story: Callback<Told, Option<Story>>) -> Option<AnyView> {
    let (x, y) = view.pointer.get()?;
    let told = view.told((x, y))?;
    // Told again when something changes.
    calm.track();
    let (title, rows) = story.run(told)?;
    let (width, height) = view.size.get();
    let class = match (x > width * 0.6, y > height * 0.6) {
        (false, false) => "tip",
        (true, false) => "tip tip-left",
        (false, true) => "tip tip-up",
        (true, true) => "tip tip-left tip-up",
    };
    let rows = rows
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
        .collect_view();
    Some(
        view! {
            <div class=class aria-hidden="true" data-testid="map-tip" style:left=format!("{x}px") style:top=format!("{y}px")>
                <b>{title}</b>
                <dl>{rows}</dl>
            </div>
        }
        .into_any(),
    )
}

/// What a hit stands for.
fn told(model: &MapModel, hit: Hit, dots: &[u64]) -> Option<Told> {
    match hit {
        Hit::Dot(index) => dots.get(index).copied().map(Told::Traveller),
        Hit::Mark { card, mark } => {
            let mark = model.cards.get(card)?.marks.get(mark)?;
            Some(Told::Traveller(mark.traveller))
        }
        Hit::Card(card) => model.cards.get(card).map(|card| Told::Station(card.key)),
        Hit::Nothing => None,
    }
}

/// A map that is shared instead of copied.
type Shared = Signal<Arc<MapModel>>;
