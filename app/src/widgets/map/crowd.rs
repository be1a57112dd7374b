//! What there are hundreds of on a map: marks on stations, dots on their way. Those that look alike
//! are one path: to ask the canvas for each of them takes longer than to paint it.

use super::super::surface::Frame;
use super::paint::Scene;
use super::view::place;
use crate::shapes::map::{Card, Hit, Look, Mark, Rect, Tone, card};
use std::f64::consts::TAU;

/// Corners of smaller marks are not seen to be round, pixels.
const ROUND: f64 = 5.0;

/// Draws what waits at a station, or its environments.
pub(super) fn marks(frame: &Frame<'_>, scene: &Scene<'_>, card: &Card, rect: &Rect) {
    let (context, palette) = (frame.context, frame.palette);
    let side = (card::MARK * scene.camera.zoom).max(2.0);
    let marks = card.marks.iter().take(card::MARKS).enumerate();
    // What is still on its way is not there yet.
    let there = marks.filter(|(_, mark)| !scene.expected.at(card.key, mark.traveller));
    let there: Vec<_> = there
        .map(|(index, mark)| (scene.camera.pixel(card::mark(rect, index)), mark))
        .collect();
    for (looks, colour) in [
        ([Look::Waiting, Look::Starting], &palette.cold),
        ([Look::Taken, Look::Busy], &palette.warm),
        ([Look::Delayed, Look::Frozen], &palette.frost),
    ] {
        if squares(frame, &there, side, |mark| looks.contains(&mark.look)) {
            context.set_fill_style_str(colour);
            context.fill();
        }
    }
    let hollow = |mark: &Mark| matches!(mark.look, Look::Delayed | Look::Frozen);
    if squares(frame, &there, side, |it| hollow(it) && !it.followed) {
        context.set_stroke_style_str(&palette.frost_line);
        context.set_line_width(1.0);
        context.stroke();
    }
    if squares(frame, &there, side, |it| it.followed) {
        context.set_stroke_style_str(&palette.accent);
        context.set_line_width(2.0);
        context.stroke();
    }
}

/// A path of those marks that are wanted; whether there are any.
fn squares(
    frame: &Frame<'_>,
    marks: &[((f64, f64), &Mark)],
    side: f64,
    wanted: impl Fn(&Mark) -> bool,
) -> bool {
    let context = frame.context;
    let mut any = false;
    for ((x, y), _) in marks.iter().filter(|(_, mark)| wanted(mark)) {
        if !any {
            context.begin_path();
            any = true;
        }
        match side < ROUND {
            true => context.rect(*x, *y, side, side),
            // Only fails for numbers that are not finite.
            false => drop(context.round_rect_with_f64(*x, *y, side, side, side * 0.25)),
        }
    }
    any
}

/// Draws what is on its way.
pub(super) fn dots(frame: &Frame<'_>, scene: &Scene<'_>) {
    let (context, palette) = (frame.context, frame.palette);
    let radius = (4.6 * scene.camera.zoom).clamp(2.6, 5.0);
    let placed: Vec<_> = scene
        .flights
        .dots(scene.now)
        .enumerate()
        .filter_map(|(index, (moved, part))| {
            let at = place(scene.model, scene.rects, moved.from, moved.to, part)?;
            let hovered = scene.hovered == Hit::Dot(index);
            Some((
                scene.camera.pixel(at),
                moved.tone,
                moved.followed || hovered,
            ))
        })
        .collect();
    // One path for all dots that look alike.
    for (tone, colour) in [
        (Tone::Going, &palette.cold),
        (Tone::Done, &palette.good),
        (Tone::Failed, &palette.bad),
        (Tone::Throttled, &palette.throttle),
    ] {
        context.begin_path();
        for ((x, y), ..) in placed.iter().filter(|dot| dot.1 == tone) {
            shape(frame, tone, (*x, *y), radius);
        }
        context.set_fill_style_str(colour);
        context.fill();
    }
    context.set_stroke_style_str(&palette.accent);
    context.set_line_width(2.0);
    for ((x, y), ..) in placed.iter().filter(|dot| dot.2) {
        context.begin_path();
        let _ = context.arc(*x, *y, radius + 3.5, 0.0, TAU);
        context.stroke();
    }
}

/// A sign beside the colour: what fails is a square, what is pushed back stands on its corner.
fn shape(frame: &Frame<'_>, tone: Tone, (x, y): (f64, f64), radius: f64) {
    let context = frame.context;
    match tone {
        Tone::Going | Tone::Done => {
            context.move_to(x + radius, y);
            // Only fails for a radius below zero.
            let _ = context.arc(x, y, radius, 0.0, TAU);
        }
        Tone::Failed => context.rect(x - radius, y - radius, 2.0 * radius, 2.0 * radius),
        Tone::Throttled => {
            let reach = radius * 1.35;
            context.move_to(x, y - reach);
            context.line_to(x + reach, y);
            context.line_to(x, y + reach);
            context.line_to(x - reach, y);
            context.close_path();
        }
    }
}
