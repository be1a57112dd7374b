//! The lifecycle ribbon: a request's way from its trigger to its response.

use super::{map::screen_now, measure::width_of};
use crate::shapes::{
    phase::Phase,
    ribbon::{
        Branch, Pill, Place, Rect, RibbonModel, SMALL, Shape, Station, StationState, Text, shape,
        texts,
    },
    text::clip,
};
use leptos::{html::Div, prelude::*};

/// How long the dot is on its way: `travel-a` and `travel-b` in `ribbon.css`.
const JOURNEY_MILLIS: f64 = 700.0;

/// A request's dot.
#[derive(Clone, Copy, PartialEq)]
struct Journey {
    request: Option<u64>,
    turn: bool,
    /// When, as [`screen_now`] says.
    began: f64,
    /// It came before the last one had arrived. Nobody could follow dots that begin again and again.
    hurried: bool,
}

/// The stations of one request's way, lit as it passes.
///
/// Stands upright where there is no room for a row. Screen readers hear a list.
#[component]
pub fn Ribbon(
    /// The stations and where the request is.
    #[prop(into)]
    model: Signal<RibbonModel>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let width = width_of(node);
    // Two names for one motion: changing the name starts it again.
    let journey = Memo::new(move |before: Option<&Journey>| {
        let request = model.with(|model| model.request);
        let now = screen_now();
        match before {
            Some(journey) if journey.request == request => *journey,
            Some(journey) => Journey {
                request,
                turn: !journey.turn,
                began: now,
                hurried: now - journey.began < JOURNEY_MILLIS,
            },
            None => Journey {
                request,
                turn: false,
                began: now,
                hurried: false,
            },
        }
    });
    let picture = move || {
        let width = width.get();
        (width > 0.0).then(|| model.with(|model| draw(model, &shape(model, width), journey.get())))
    };
    let words = move || {
        model.with(|model| {
            model
                .stations
                .iter()
                .map(|station| view! { <li>{words(station)}</li> })
                .collect_view()
        })
    };
    view! {
        <div class="ribbon" node_ref=node>
            <ol class="visually-hidden">{words}</ol>
            {picture}
        </div>
    }
}

fn words(station: &Station) -> String {
    let state = match station.state {
        StationState::Idle => "not reached",
        StationState::Active => "here now",
        StationState::Done => "passed",
        StationState::Failed => "failed",
        StationState::Throttled => "throttled",
    };
    let pills = station
        .pills
        .iter()
        .filter(|pill| pill.lit)
        .map(|pill| pill.label.as_str());
    let branch = station
        .branch
        .iter()
        .filter(|branch| branch.taken)
        .map(|branch| branch.title.as_str());
    [
        station.title.as_str(),
        &station.detail,
        &station.duration,
        state,
    ]
    .into_iter()
    .chain(pills)
    .chain(branch)
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(", ")
}

fn draw(model: &RibbonModel, shape: &Shape, journey: Journey) -> AnyView {
    let both = || model.stations.iter().zip(&shape.places);
    let lines: Vec<_> = both()
        .map(|(station, place)| line(station, place))
        .collect();
    let stations: Vec<_> = both()
        .map(|(station, place)| one(station, place, shape.vertical))
        .collect();
    let knots = shape.vertical.then(|| {
        both()
            .map(|(station, place)| knot(station, place))
            .collect::<Vec<_>>()
    });
    let running = model
        .stations
        .iter()
        .any(|station| station.state == StationState::Active);
    let class = match (journey.turn, running) {
        (true, true) => "ribbon-dot travel-a",
        (false, true) => "ribbon-dot travel-b",
        (true, false) => "ribbon-dot travel-a arrived",
        (false, false) => "ribbon-dot travel-b arrived",
    };
    let dot = (!shape.way.is_empty() && !journey.hurried).then(|| {
        view! { <circle class=class r="6" style:offset-path=format!("path(\"{}\")", shape.way) /> }
    });
    view! {
        <svg
            class="ribbon-picture"
            aria-hidden="true"
            width=shape.width
            height=shape.height
            viewBox=format!("0 0 {} {}", shape.width, shape.height)
        >
            {lines}
            {knots}
            {dot}
            {stations}
        </svg>
    }
    .into_any()
}

fn state_class(state: StationState) -> &'static str {
    match state {
        StationState::Idle => "idle",
        StationState::Active => "active",
        StationState::Done => "done",
        StationState::Failed => "failed",
        StationState::Throttled => "throttled",
    }
}

fn line(station: &Station, place: &Place) -> impl IntoView + use<> {
    let cold = station
        .pills
        .iter()
        .any(|pill| pill.lit && matches!(pill.phase, Phase::Init | Phase::Restore));
    let class = match station.state {
        StationState::Idle => "ribbon-line",
        _ if cold => "ribbon-line lit cold",
        _ => "ribbon-line lit",
    };
    let branch = station.branch.as_ref().zip(place.branch.as_ref());
    let branch = branch.map(|(branch, (_, path))| view! { <path class=branch_class("ribbon-line", branch) d=path.clone() /> });
    view! {
        <path class=class d=place.link.clone() />
        {branch}
    }
}

fn branch_class(base: &str, branch: &Branch) -> String {
    let kind = if branch.failure {
        "failure"
    } else {
        "throttle"
    };
    let taken = if branch.taken { " taken" } else { "" };
    format!("{base} branch {kind}{taken}")
}

/// Upright, a knot on the line marks each station.
fn knot(station: &Station, place: &Place) -> impl IntoView + use<> {
    view! {
        <circle
            class=format!("ribbon-knot {}", state_class(station.state))
            cx="24"
            cy=place.frame.y + place.frame.height / 2.0
            r="4"
        />
    }
}

fn frame(class: String, rect: Rect, radius: f64) -> impl IntoView + use<> {
    view! { <rect class=class x=rect.x y=rect.y width=rect.width height=rect.height rx=radius /> }
}

fn one(station: &Station, place: &Place, vertical: bool) -> AnyView {
    let rect = place.frame;
    let texts = texts(station, rect, vertical);
    let pills = station
        .pills
        .iter()
        .zip(&place.pills)
        .map(|(it, rect)| pill(it, *rect))
        .collect::<Vec<_>>();
    let branch = station
        .branch
        .as_ref()
        .zip(place.branch.as_ref())
        .map(|(it, (rect, _))| branch(it, *rect));
    let class = format!(
        "ribbon-station {}{}",
        state_class(station.state),
        if station.pills.is_empty() {
            ""
        } else {
            " environment"
        }
    );
    view! {
        <g class=class>
            <title>{format!("{} {} {}", station.title, station.detail, station.duration)}</title>
            {frame("ribbon-box".to_string(), rect, 10.0)}
            {written("ribbon-title", texts.title)}
            {written("ribbon-detail", texts.detail)}
            {written("ribbon-duration", texts.duration)}
            {pills}
        </g>
        {branch}
    }
    .into_any()
}

fn written(class: &'static str, text: Text) -> impl IntoView + use<> {
    view! { <text class=class x=text.x y=text.y text-anchor=text.anchor.name()>{text.words}</text> }
}

fn pill(pill: &Pill, rect: Rect) -> impl IntoView + use<> {
    let class = format!(
        "ribbon-pill {}{}",
        pill.phase.class(),
        if pill.lit { " lit" } else { "" }
    );
    let label = clip(&pill.label, (rect.width / SMALL).max(2.0) as usize);
    view! {
        <g class=class>
            {frame(String::new(), rect, 6.0)}
            <text x=rect.x + rect.width / 2.0 y=rect.y + 17.0 text-anchor="middle">{label}</text>
        </g>
    }
}

fn branch(branch: &Branch, rect: Rect) -> impl IntoView + use<> {
    let room = ((rect.width - 20.0) / SMALL).max(2.0) as usize;
    view! {
        <g class=branch_class("ribbon-branch", branch)>
            {frame("ribbon-box".to_string(), rect, 10.0)}
            <text class="ribbon-title" x=rect.x + 10.0 y=rect.y + 17.0>{clip(&branch.title, room)}</text>
            <text class="ribbon-detail" x=rect.x + 10.0 y=rect.y + 32.0>{clip(&branch.detail, room)}</text>
        </g>
    }
}
