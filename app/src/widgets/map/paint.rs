//! The picture of a map.

use super::super::palette::Palette;
use super::super::surface::Frame;
use super::crowd::{dots, marks};
use super::list::{COUNTERS, counts};
use crate::shapes::map::{
    Camera, Card, Edge, Expected, Flights, Hit, Key, Kind, Line, MapModel, Rect, route,
};
use crate::shapes::text::grouped;

/// Below this zoom a station has room for its name and the counters that matter most.
const SMALL: f64 = 0.62;
/// In the order in which counters of a small station are told.
const URGENT: [usize; 5] = [0, 3, 4, 1, 2];

/// What is drawn.
pub(super) struct Scene<'a> {
    pub(super) model: &'a MapModel,
    pub(super) rects: &'a [Rect],
    pub(super) camera: Camera,
    pub(super) flights: &'a Flights,
    /// What is still on its way.
    pub(super) expected: Expected,
    /// The screen's clock, ms.
    pub(super) now: f64,
    pub(super) hovered: Hit,
    pub(super) cursor: Option<Key>,
}

/// Draws lines, stations, dots.
pub(super) fn paint(frame: &Frame<'_>, scene: &Scene<'_>) {
    frame.context.set_text_baseline("middle");
    for (index, edge) in scene.model.edges.iter().enumerate() {
        line(frame, scene, index, edge);
    }
    let cards = scene.model.cards.iter().zip(scene.rects).enumerate();
    for (index, (card, rect)) in cards {
        let (x, y) = scene.camera.pixel((rect.x, rect.y));
        let on_screen = Rect {
            x,
            y,
            width: rect.width * scene.camera.zoom,
            height: rect.height * scene.camera.zoom,
        };
        let inside = x < frame.width
            && y < frame.height
            && x + on_screen.width > 0.0
            && y + on_screen.height > 0.0;
        if inside {
            station(frame, scene, index, card, rect, &on_screen);
        }
    }
    dots(frame, scene);
}

fn rect_of(scene: &Scene<'_>, key: Key) -> Option<Rect> {
    let index = scene.model.cards.iter().position(|card| card.key == key)?;
    scene.rects.get(index).copied()
}

fn line(frame: &Frame<'_>, scene: &Scene<'_>, index: usize, edge: &Edge) {
    let (Some(from), Some(to)) = (rect_of(scene, edge.from), rect_of(scene, edge.to)) else {
        return;
    };
    let (context, palette) = (frame.context, frame.palette);
    let before = scene.model.edges.iter().take(index);
    let lane = before
        .filter(|it| (it.from, it.to) == (edge.from, edge.to))
        .count();
    let curve = route::between(&from, &to, lane);
    let [start, a, b, end] = curve.0.map(|point| scene.camera.pixel(point));
    let colour = match (edge.followed, edge.line) {
        (true, _) => &palette.accent,
        (_, Line::Way) => &palette.frost_line,
        (_, Line::Success) => &palette.good,
        (_, Line::Failure) => &palette.bad,
    };
    context.set_stroke_style_str(colour);
    context.set_line_width(if edge.followed { 2.5 } else { 1.4 });
    let dashes: Option<(f64, f64)> = match (edge.open, edge.line) {
        (false, _) => Some((3.0, 4.0)),
        (true, Line::Way) => None,
        (true, _) => Some((7.0, 3.0)),
    };
    if let Some((line, gap)) = dashes {
        // Only fails for what is no number.
        let _ = context.set_line_dash(&js_sys::Array::of2(&line.into(), &gap.into()));
    }
    context.begin_path();
    context.move_to(start.0, start.1);
    context.bezier_curve_to(a.0, a.1, b.0, b.1, end.0, end.1);
    context.stroke();
    if dashes.is_some() {
        let _ = context.set_line_dash(&js_sys::Array::new());
    }
    // Lines come in from the left.
    let size = (7.0 * scene.camera.zoom).clamp(4.0, 7.0);
    context.set_fill_style_str(colour);
    context.begin_path();
    context.move_to(end.0, end.1);
    context.line_to(end.0 - size, end.1 - size * 0.6);
    context.line_to(end.0 - size, end.1 + size * 0.6);
    context.fill();
}

fn stripe(palette: &Palette, kind: Kind) -> &str {
    match kind {
        Kind::Source => &palette.faint,
        Kind::Queue | Kind::Stream | Kind::Internal => &palette.cold,
        Kind::DeadLetters => &palette.bad,
        Kind::Mapping => &palette.muted,
        Kind::Function => &palette.warm,
    }
}

fn rounded(frame: &Frame<'_>, (x, y): (f64, f64), (width, height): (f64, f64), radius: f64) {
    frame.context.begin_path();
    // Only fails for numbers that are not finite.
    let _ = frame
        .context
        .round_rect_with_f64(x, y, width, height, radius);
}

fn station(
    frame: &Frame<'_>,
    scene: &Scene<'_>,
    index: usize,
    card: &Card,
    rect: &Rect,
    at: &Rect,
) {
    let (context, palette) = (frame.context, frame.palette);
    let zoom = scene.camera.zoom;
    let radius = (7.0 * zoom).max(3.0);
    let hovered = match scene.hovered {
        Hit::Card(card) | Hit::Mark { card, .. } => card == index,
        Hit::Dot(_) | Hit::Nothing => false,
    };
    rounded(frame, (at.x, at.y), (at.width, at.height), radius);
    context.set_fill_style_str(&palette.panel);
    context.fill();
    let (edge, thick) = match () {
        () if scene.cursor == Some(card.key) => (&palette.accent, 2.0),
        () if hovered => (&palette.ink, 1.2),
        () => (&palette.frost_line, 1.0),
    };
    context.set_stroke_style_str(edge);
    context.set_line_width(thick);
    context.stroke();
    rounded(
        frame,
        (at.x, at.y),
        ((4.0 * zoom).max(3.0), at.height),
        radius.min(3.0),
    );
    context.set_fill_style_str(stripe(palette, card.kind));
    context.fill();
    match zoom < SMALL {
        true => small(frame, card, at),
        false => whole(frame, scene, card, rect, zoom),
    }
    marks(frame, scene, card, rect);
}

/// A station's name and the counters that have room, in the order of their urgency.
fn small(frame: &Frame<'_>, card: &Card, at: &Rect) {
    let palette = frame.palette;
    let x = at.x + 8.0;
    let room = at.width - 14.0;
    let two = at.height >= 27.0;
    let middle = at.y + if two { 9.5 } else { at.height.min(20.0) / 2.0 };
    font(frame, "600 11px", &palette.sans);
    text(
        frame,
        &clipped(frame, &card.title, room),
        (x, middle),
        &palette.ink,
    );
    if !two {
        return;
    }
    font(frame, "10px", &palette.sans);
    let counts = counts(card);
    let told = URGENT.into_iter().filter(|it| counts[*it] > 0);
    counters(
        frame,
        told.map(|it| (it, counts[it])),
        (x, middle + 13.0),
        room,
    );
}

fn whole(frame: &Frame<'_>, scene: &Scene<'_>, card: &Card, rect: &Rect, zoom: f64) {
    let palette = frame.palette;
    let (x, right) = (rect.x + 12.0, rect.x + rect.width - 9.0);
    let pixel = |x: f64, y: f64| scene.camera.pixel((x, rect.y + y));
    let size = |points: f64| format!("{:.1}px", points * zoom.min(1.6));
    font(frame, &size(10.0), &palette.sans);
    let about = width(frame, &card.about);
    let at = pixel(right, 14.0);
    text(frame, &card.about, (at.0 - about, at.1), &palette.muted);
    font(frame, &format!("600 {}", size(12.0)), &palette.sans);
    let room = (right - x) * zoom - about - 8.0;
    text(
        frame,
        &clipped(frame, &card.title, room),
        pixel(x, 14.0),
        &palette.ink,
    );
    font(frame, &size(10.5), &palette.sans);
    let counts = counts(card);
    let told = |range: std::ops::Range<usize>| {
        range
            .filter(|it| counts[*it] > 0)
            .map(|it| (it, counts[it]))
    };
    let room = (right - x) * zoom;
    counters(frame, told(0..2), pixel(x, 31.0), room);
    counters(frame, told(2..5), pixel(x, 46.0), room);
    if card.more > 0 {
        let more = format!("+{}", grouped(card.more as u64));
        let at = pixel(right, 31.0);
        text(
            frame,
            &more,
            (at.0 - width(frame, &more), at.1),
            &palette.ink,
        );
    }
}

/// Numbers with their names, as many as have room.
fn counters(
    frame: &Frame<'_>,
    told: impl Iterator<Item = (usize, u64)>,
    (mut x, y): (f64, f64),
    room: f64,
) {
    let (palette, end) = (frame.palette, x + room);
    for (counter, count) in told {
        let colour = match counter {
            3 => &palette.bad,
            4 => &palette.throttle,
            2 => &palette.muted,
            _ => &palette.ink,
        };
        let told = format!(
            "{} {}",
            grouped(count),
            COUNTERS.get(counter).unwrap_or(&"")
        );
        let taken = width(frame, &told);
        if x + taken > end {
            return;
        }
        text(frame, &told, (x, y), colour);
        x += taken + 8.0;
    }
}

fn font(frame: &Frame<'_>, size: &str, family: &str) {
    frame.context.set_font(&format!("{size} {family}"));
}

fn text(frame: &Frame<'_>, text: &str, (x, y): (f64, f64), colour: &str) {
    frame.context.set_fill_style_str(colour);
    let _ = frame.context.fill_text(text, x, y);
}

fn width(frame: &Frame<'_>, text: &str) -> f64 {
    frame
        .context
        .measure_text(text)
        .map_or(0.0, |it| it.width())
}

/// The text, cut where its room ends.
fn clipped(frame: &Frame<'_>, text: &str, room: f64) -> String {
    let whole = width(frame, text);
    if whole <= room {
        return text.to_owned();
    }
    let count = text.chars().count();
    let fits = (count as f64 * room / whole.max(1.0)) as usize;
    let kept: String = text.chars().take(fits.saturating_sub(1)).collect();
    format!("{kept}…")
}
