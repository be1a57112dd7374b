//! Segments of the lanes, how lanes ended, and what is outlined.

use super::{Frame, Scene};
use crate::shapes::{
    lanes::{Bar, Cursor, LaneEnd, Layout},
    phase::Phase,
};

/// A path of all bars of one phase, inset by `inset` pixels, if they are at least `least` wide.
fn trace(
    frame: &Frame<'_>,
    scene: &Scene<'_>,
    phase: Phase,
    drawn: &[Bar],
    least: f64,
    inset: f64,
) {
    let layout = &scene.layout;
    // Rounder corners would make pills of low bars.
    let radius = if layout.bar < 14.0 { 1.5 } else { 3.0 };
    frame.context.begin_path();
    for bar in drawn
        .iter()
        .filter(|bar| bar.phase == phase && bar.width >= least)
    {
        let y = bar_top(layout, scene.scroll, bar.lane) + inset;
        // A hair of space keeps neighbours apart without eating thin ones.
        let width = if bar.width > 4.0 && bar.count == 1 {
            bar.width - 1.0
        } else {
            bar.width
        };
        let (width, height) = (width - 2.0 * inset, layout.bar - 2.0 * inset);
        if bar.width > 8.0 {
            let _ = frame
                .context
                .round_rect_with_f64(bar.x + inset, y, width, height, radius);
        } else {
            frame.context.rect(bar.x + inset, y, width, height);
        }
    }
}

fn bar_top(layout: &Layout, scroll: f64, lane: usize) -> f64 {
    layout.row_top(lane, scroll) + ((layout.row - layout.bar) / 2.0).floor()
}

pub(super) fn phase_bars(frame: &Frame<'_>, scene: &Scene<'_>, phase: Phase, drawn: &[Bar]) {
    let (context, palette) = (frame.context, frame.palette);
    context.set_fill_style_str(palette.phase(phase));
    trace(frame, scene, phase, drawn, 0.0, 0.0);
    context.fill();
    match phase {
        Phase::Frozen => {
            context.set_stroke_style_str(&palette.frost_line);
            context.set_line_width(1.0);
            dashes(frame, &[2.0, 3.0]);
            trace(frame, scene, phase, drawn, 5.0, 0.5);
            context.stroke();
            dashes(frame, &[]);
        }
        Phase::Starting => hatch(frame, scene, phase, drawn, &palette.cold),
        Phase::Restore | Phase::Reset | Phase::Killed => {
            hatch(frame, scene, phase, drawn, &palette.panel);
        }
        Phase::InvokeError => notch(frame, scene, drawn),
        Phase::Init | Phase::Invoke => {}
    }
}

fn dashes(frame: &Frame<'_>, lengths: &[f64]) {
    let list: js_sys::Array = lengths
        .iter()
        .map(|&length| wasm_bindgen::JsValue::from_f64(length))
        .collect();
    // Only fails for a value that is no list.
    let _ = frame.context.set_line_dash(&list);
}

/// Slanted lines over the bars of a phase: a sign beside the colour.
fn hatch(frame: &Frame<'_>, scene: &Scene<'_>, phase: Phase, drawn: &[Bar], colour: &str) {
    if !drawn
        .iter()
        .any(|bar| bar.phase == phase && bar.width >= 4.0)
    {
        return;
    }
    let (context, layout) = (frame.context, &scene.layout);
    context.save();
    trace(frame, scene, phase, drawn, 4.0, 0.0);
    context.clip();
    context.set_stroke_style_str(colour);
    context.set_line_width(1.2);
    context.begin_path();
    for bar in drawn
        .iter()
        .filter(|bar| bar.phase == phase && bar.width >= 4.0)
    {
        let top = bar_top(layout, scene.scroll, bar.lane);
        // The slant is tied to the screen, so that it does not crawl while time moves on.
        let mut x = ((bar.x - layout.bar) / 5.0).floor() * 5.0;
        while x < bar.x + bar.width {
            context.move_to(x, top + layout.bar);
            context.line_to(x + layout.bar, top);
            x += 5.0;
        }
    }
    context.stroke();
    context.restore();
}

/// A bite out of the right end of invocations that failed.
fn notch(frame: &Frame<'_>, scene: &Scene<'_>, drawn: &[Bar]) {
    let (context, layout) = (frame.context, &scene.layout);
    context.set_fill_style_str(&frame.palette.panel);
    context.begin_path();
    for bar in drawn
        .iter()
        .filter(|bar| bar.phase == Phase::InvokeError && bar.width >= 9.0)
    {
        let (right, top) = (bar.x + bar.width, bar_top(layout, scene.scroll, bar.lane));
        context.move_to(right, top);
        context.line_to(right - 5.0, top + layout.bar / 2.0);
        context.line_to(right, top + layout.bar);
    }
    context.fill();
}

pub(super) fn ends(frame: &Frame<'_>, scene: &Scene<'_>) {
    let (context, layout) = (frame.context, &scene.layout);
    for lane in layout.visible(scene.scroll) {
        let Some((at, end)) = scene.model.lanes.get(lane).and_then(|lane| lane.end) else {
            continue;
        };
        let x = layout.gutter + scene.window.x(at as f64, layout.plot());
        if at > scene.now || x < layout.gutter - 6.0 || x > layout.width + 6.0 {
            continue;
        }
        let top = bar_top(layout, scene.scroll, lane);
        let middle = top + layout.bar / 2.0;
        context.begin_path();
        context.set_line_width(1.5);
        match end {
            LaneEnd::Reclaimed => {
                context.set_stroke_style_str(&frame.palette.muted);
                context.move_to(x + 1.0, top);
                context.line_to(x + 1.0, top + layout.bar);
                context.move_to(x + 1.0, middle);
                context.line_to(x + 6.0, middle);
            }
            LaneEnd::Killed => {
                context.set_stroke_style_str(&frame.palette.bad);
                let centre = x + 7.0;
                context.move_to(centre - 3.5, middle - 3.5);
                context.line_to(centre + 3.5, middle + 3.5);
                context.move_to(centre + 3.5, middle - 3.5);
                context.line_to(centre - 3.5, middle + 3.5);
            }
        }
        context.stroke();
    }
}

/// Outlines: the selected request, the segment under the pointer, the one of the keyboard.
pub(super) fn outlines(frame: &Frame<'_>, scene: &Scene<'_>, drawn: &[Bar]) {
    let (context, layout) = (frame.context, &scene.layout);
    let outline = |bar: &Bar| {
        let top = bar_top(layout, scene.scroll, bar.lane);
        let _ = context.round_rect_with_f64(
            bar.x - 1.0,
            top - 2.0,
            bar.width + 1.0,
            layout.bar + 4.0,
            4.0,
        );
    };
    let is = |bar: &Bar, cursor: Cursor| {
        bar.lane == cursor.lane && (bar.segment..bar.segment + bar.count).contains(&cursor.segment)
    };
    let of_request = |bar: &Bar, request: u64| {
        let segments = scene
            .model
            .lanes
            .get(bar.lane)
            .map_or(&[][..], |lane| &lane.segments);
        segments
            .iter()
            .skip(bar.segment)
            .take(bar.count)
            .any(|segment| segment.id == Some(request))
    };
    if let Some(request) = scene.selected {
        context.set_stroke_style_str(&frame.palette.accent);
        context.set_line_width(2.0);
        context.begin_path();
        drawn
            .iter()
            .filter(|bar| of_request(bar, request))
            .for_each(outline);
        context.stroke();
    }
    for (cursor, width) in [(scene.hovered, 1.0), (scene.cursor, 2.0)] {
        let Some(cursor) = cursor else { continue };
        context.set_stroke_style_str(&frame.palette.ink);
        context.set_line_width(width);
        context.begin_path();
        drawn.iter().filter(|bar| is(bar, cursor)).for_each(outline);
        context.stroke();
    }
}
