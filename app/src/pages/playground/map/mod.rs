//! The session as a map: what is wired to what, what waits where, what moves; and time control.
//!
//! ```text
//! mod        the panel
//! followed   what is followed, and the ways that it went
//! model      what the session says, as the widget's plain values
//! keys       stations and travellers as numbers, and back
//! story      what is told of a station or a traveller
//! transport  play, pause, step, speed, skip, scrub
//! ```

mod followed;
mod keys;
mod model;
mod story;
mod transport;

use crate::app::use_session;
use crate::browser::kept;
use crate::session::{Command, OwnProjection};
use crate::shapes::map::{Key, MapModel, Places};
use crate::widgets::{Chosen, MapView, SessionMap, Told};
use followed::Followed;
use keys::Teller;
use leptos::prelude::*;
use runtime_core::projections::{Map, Station, Subject, Traces, Traveller};
use runtime_core::units::RequestId;
use std::sync::Arc;
use std::time::Duration;
use transport::Transport;

/// Where stations were put by hand is kept under this name.
const PLACES: &str = "coldstart.map";

#[component]
pub(super) fn MapPanel() -> impl IntoView {
    let session = use_session();
    let known = StoredValue::new((
        OwnProjection::<Map>::default(),
        OwnProjection::<Traces>::default(),
        Followed::default(),
    ));
    let moving = session.each_frame();
    // What is followed although no function has heard of it: a message, an event.
    let followed = RwSignal::new(None::<Traveller>);
    let model: Memo<Arc<MapModel>> = Memo::new(move |_| {
        let by_hand = followed.get();
        moving.read(|reading| {
            let request = reading.selected_request().map(Subject::Request);
            let subject = by_hand.map(followed::subject).or(request);
            let model = |(map, traces, followed): &mut (_, _, Followed)| {
                let map = OwnProjection::<Map>::of(map, &reading);
                followed.follow(&reading, map, traces, subject);
                Arc::new(model::model(&reading, map, followed))
            };
            known.try_update_value(model).unwrap_or_default()
        })
    });
    // What is read instead of watched need not follow every frame of a replay.
    let calm = Memo::new(move |_| {
        session.track();
        model.get_untracked()
    });
    let places = RwSignal::new(Places::read(&kept::read(PLACES).unwrap_or_default()));
    let view = MapView::new(model.into(), places);
    let story = Callback::new(move |told: Told| {
        session.read_untracked(|reading| {
            let story = |(map, ..): &mut (OwnProjection<Map>, _, _)| {
                story::story(&reading, map.of(&reading), told)
            };
            known.try_update_value(story).flatten()
        })
    });
    let on_select = Callback::new(move |chosen: Option<Chosen>| {
        let request = chosen.and_then(|it| it.request).map(RequestId);
        let teller = chosen.and_then(|it| keys::teller(it.traveller));
        followed.set(match (request, teller) {
            (None, Some(Teller::Traveller(traveller))) => Some(traveller),
            _ => None,
        });
        session.dispatch(Command::SelectRequest(request));
    });
    let on_station = Callback::new(move |key: Key| {
        if let Some(Station::Function(it) | Station::Internal(it)) = keys::station(key) {
            session.dispatch(Command::SelectFunction(it));
        }
    });
    let on_places = Callback::new(move |()| {
        kept::keep(PLACES, &places.with_untracked(Places::text));
    });
    let summary = Memo::new(move |_| calm.with(|model| model::summary(model)));
    view! {
        <section class="panel session-map" aria-labelledby="map-title">
            <div class="panel-head">
                <h2 id="map-title">"Map"</h2>
                <span class="muted" data-testid="map-summary">{move || summary.get()}</span>
                <span class="legend" aria-hidden="true">
                    <span><i class="key key-init"></i>"on its way"</span>
                    <span><i class="key key-good"></i>"done"</span>
                    <span><i class="key key-bad"></i>"failed"</span>
                    <span><i class="key key-throttle"></i>"throttled"</span>
                </span>
            </div>
            <SessionMap
                view=view
                calm=calm
                story=story
                on_select=on_select
                on_station=on_station
                on_places=on_places
                rest=move || Duration::from_nanos(session.rest().as_nanos())
            />
            <Transport />
        </section>
    }
}
