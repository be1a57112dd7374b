//! Draws the lanes. Bars are painted phase by phase, so that a frame changes colour a few times
//! only, and failures come last and are hidden by nothing.

use super::super::surface::Frame;
use crate::shapes::{
    lanes::{Bar, Cursor, LaneEnd, LaneModel, Layout, bars, steps, throttle_marks},
    phase::Phase,
    text::clip,
    ticks::{short, ticks},
    window::Window,
};
use std::f64::consts::TAU;

/// What is drawn.
pub(super) struct Scene<'a> {
    pub(super) model: &'a LaneModel,
    pub(super) layout: Layout,
    pub(super) window: Window,
    pub(super) scroll: f64,
    pub(super) now: u64,
    pub(super) playhead: Option<u64>,
    pub(super) selected: Option<u64>,
    pub(super) cursor: Option<Cursor>,
    pub(super) hovered: Option<Cursor>,
}

/// Draws everything; `memory` keeps its allocation from frame to frame.
pub(super) fn paint(frame: &Frame<'_>, scene: &Scene<'_>, memory: &mut Vec<Bar>) {
    grid(frame, scene);
    labels(frame, scene);
    let layout = &scene.layout;
    bars(
        scene.model,
        layout,
        scene.window,
        scene.scroll,
        scene.now,
        memory,
    );
    clipped(
        frame,
        (
            layout.gutter,
            layout.rows_top,
            layout.plot(),
            layout.rows_bottom - layout.rows_top,
        ),
        || {
            for phase in Phase::BY_RANK {
                phase_bars(frame, scene, phase, memory);
            }
            ends(frame, scene);
            outlines(frame, scene, memory);
        },
    );
    clipped(
        frame,
        (
            layout.gutter,
            layout.rows_bottom,
            layout.plot(),
            layout.height,
        ),
        || {
            throttles(frame, scene);
            in_use(frame, scene);
        },
    );
    scrollbar(frame, scene);
    playhead(frame, scene);
}

fn clipped(frame: &Frame<'_>, (x, y, width, height): (f64, f64, f64, f64), draw: impl FnOnce()) {
    let context = frame.context;
    context.save();
    context.begin_path();
    context.rect(x, y, width, height);
    context.clip();
    draw();
    context.restore();
}

fn text(frame: &Frame<'_>, colour: &str, text: &str, x: f64, y: f64) {
    frame.context.set_fill_style_str(colour);
    // Only fails for numbers that are not finite.
    let _ = frame.context.fill_text(text, x, y);
}

fn font(frame: &Frame<'_>, pixels: f64) {
    frame
        .context
        .set_font(&format!("{pixels}px {}", frame.palette.mono));
    frame.context.set_text_baseline("middle");
}

/// Whole pixels plus a half: a line of one pixel that is sharp.
fn sharp(value: f64) -> f64 {
    value.floor() + 0.5
}

fn grid(frame: &Frame<'_>, scene: &Scene<'_>) {
    let (context, layout) = (frame.context, &scene.layout);
    let marks = ticks(scene.window, layout.plot(), 92.0);
    context.set_line_width(1.0);
    context.set_stroke_style_str(&frame.palette.line);
    context.begin_path();
    for mark in &marks.marks {
        let x = sharp(layout.gutter + mark.x);
        context.move_to(x, layout.rows_top - 5.0);
        context.line_to(x, layout.height);
    }
    for lane in layout.visible(scene.scroll) {
        let y = sharp(layout.row_top(lane, scene.scroll) + layout.row) - 1.0;
        if y > layout.rows_top && y <= layout.rows_bottom {
            context.move_to(layout.gutter, y);
            context.line_to(layout.width, y);
        }
    }
    for y in [Some(layout.rows_top), layout.throttles, layout.in_use]
        .into_iter()
        .flatten()
    {
        context.move_to(0.0, sharp(y));
        context.line_to(layout.width, sharp(y));
    }
    context.stroke();
    font(frame, 10.5);
    context.set_text_align("left");
    for mark in &marks.marks {
        let x = layout.gutter + mark.x + 4.0;
        let room = layout.width - x;
        if room > mark.label.chars().count() as f64 * 6.4 {
            text(
                frame,
                &frame.palette.muted,
                &mark.label,
                x,
                layout.rows_top / 2.0,
            );
        }
    }
    if let Some(base) = &marks.base {
        text(
            frame,
            &frame.palette.ink,
            &clip(base, 10),
            6.0,
            layout.rows_top / 2.0,
        );
    }
}

fn labels(frame: &Frame<'_>, scene: &Scene<'_>) {
    let layout = &scene.layout;
    let palette = frame.palette;
    let letters = ((layout.gutter - 16.0) / 7.0).max(3.0) as usize;
    font(frame, if layout.row < 20.0 { 10.5 } else { 11.5 });
    clipped(
        frame,
        (
            0.0,
            layout.rows_top,
            layout.gutter,
            layout.rows_bottom - layout.rows_top,
        ),
        || {
            for lane in layout.visible(scene.scroll) {
                let Some(found) = scene.model.lanes.get(lane) else {
                    continue;
                };
                let y = layout.row_top(lane, scene.scroll) + layout.row / 2.0;
                let ended = found.end.is_some();
                text(
                    frame,
                    if ended {
                        &palette.faint
                    } else {
                        &palette.muted
                    },
                    &clip(&found.label, letters),
                    12.0,
                    y,
                );
            }
        },
    );
    font(frame, 11.5);
    if let Some(top) = layout.throttles {
        text(frame, &palette.throttle, "429", 12.0, top + 12.0);
    }
    if let Some(top) = layout.in_use {
        let middle = (top + layout.height) / 2.0;
        let peak = format!("peak {}", peak(scene.model));
        text(frame, &palette.muted, "in use", 12.0, middle - 7.0);
        font(frame, 10.0);
        text(
            frame,
            &palette.faint,
            &clip(&peak, letters),
            12.0,
            middle + 8.0,
        );
    }
}

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

fn phase_bars(frame: &Frame<'_>, scene: &Scene<'_>, phase: Phase, drawn: &[Bar]) {
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
        Phase::Reset | Phase::Killed => hatch(frame, scene, phase, drawn, &palette.panel),
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

fn ends(frame: &Frame<'_>, scene: &Scene<'_>) {
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
fn outlines(frame: &Frame<'_>, scene: &Scene<'_>, drawn: &[Bar]) {
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

fn throttles(frame: &Frame<'_>, scene: &Scene<'_>) {
    let Some(top) = scene.layout.throttles else {
        return;
    };
    let (context, palette) = (frame.context, frame.palette);
    let y = top + 12.0;
    let marks = throttle_marks(
        &scene.model.throttles,
        &scene.layout,
        scene.window,
        scene.now,
    );
    context.set_fill_style_str(&palette.throttle);
    context.begin_path();
    for mark in &marks {
        // A diamond: nothing else on the lanes has this shape.
        context.move_to(mark.x, y - 5.0);
        context.line_to(mark.x + 5.0, y);
        context.line_to(mark.x, y + 5.0);
        context.line_to(mark.x - 5.0, y);
        context.close_path();
    }
    context.fill();
    font(frame, 10.0);
    for (index, mark) in marks.iter().enumerate().filter(|(_, mark)| mark.count > 1) {
        let room = marks
            .get(index + 1)
            .map_or(f64::INFINITY, |next| next.x - mark.x);
        if room > 40.0 {
            text(
                frame,
                &palette.throttle,
                &format!("×{}", mark.count),
                mark.x + 8.0,
                y,
            );
        }
    }
}

/// The most that was ever in use at once.
fn peak(model: &LaneModel) -> u32 {
    model
        .in_use
        .iter()
        .map(|&(_, value)| value)
        .max()
        .unwrap_or(0)
}

fn in_use(frame: &Frame<'_>, scene: &Scene<'_>) {
    let (context, layout, palette) = (frame.context, &scene.layout, frame.palette);
    let Some(top) = layout.in_use else { return };
    let peak = peak(scene.model).max(1);
    let base = layout.height - 3.0;
    let room = base - top - 8.0;
    let y = |value: u32| base - room * f64::from(value) / f64::from(peak);
    let present =
        (layout.gutter + scene.window.x(scene.now as f64, layout.plot())).min(layout.width);
    let drawn = steps(&scene.model.in_use, layout, scene.window, scene.now);
    if present <= layout.gutter {
        return;
    }
    context.begin_path();
    context.move_to(layout.gutter, base);
    let mut height = base;
    for step in &drawn {
        context.line_to(step.x, height);
        height = y(step.value);
        context.line_to(step.x, height);
    }
    context.line_to(present, height);
    context.set_stroke_style_str(&palette.warm);
    context.set_line_width(1.5);
    context.stroke();
    context.line_to(present, base);
    context.close_path();
    context.set_fill_style_str(&palette.warm);
    context.set_global_alpha(0.16);
    context.fill();
    context.set_global_alpha(1.0);
}

fn scrollbar(frame: &Frame<'_>, scene: &Scene<'_>) {
    let layout = &scene.layout;
    let most = layout.max_scroll();
    if most <= 0.0 {
        return;
    }
    let room = layout.rows_bottom - layout.rows_top;
    let thumb = (room * room / (room + most)).max(18.0);
    let y = layout.rows_top + (room - thumb) * (scene.scroll / most).clamp(0.0, 1.0);
    frame.context.set_fill_style_str(&frame.palette.faint);
    frame.context.begin_path();
    let _ = frame
        .context
        .round_rect_with_f64(layout.width - 6.0, y, 4.0, thumb, 2.0);
    frame.context.fill();
}

fn playhead(frame: &Frame<'_>, scene: &Scene<'_>) {
    let (context, layout, palette) = (frame.context, &scene.layout, frame.palette);
    let x = layout.gutter
        + scene
            .window
            .x(scene.playhead.unwrap_or(scene.now) as f64, layout.plot());
    if scene.playhead.is_some() && x < layout.width {
        // What comes after the playhead is still there, but pale.
        context.set_fill_style_str(&palette.panel);
        context.set_global_alpha(0.62);
        let from = x.max(layout.gutter);
        context.fill_rect(
            from,
            layout.rows_top + 1.0,
            layout.width - from,
            layout.height,
        );
        context.set_global_alpha(1.0);
    }
    if x < layout.gutter - 0.5 || x > layout.width {
        return;
    }
    context.set_stroke_style_str(&palette.accent);
    context.set_fill_style_str(&palette.accent);
    context.set_line_width(1.5);
    context.begin_path();
    context.move_to(x, 8.0);
    context.line_to(x, layout.height);
    context.stroke();
    context.begin_path();
    match scene.playhead {
        Some(nanos) => {
            let label = short(nanos);
            let half = label.chars().count() as f64 * 3.2 + 6.0;
            let centre = x.clamp(
                layout.gutter + half,
                (layout.width - half).max(layout.gutter + half),
            );
            let _ = context.round_rect_with_f64(centre - half, 3.0, half * 2.0, 17.0, 5.0);
            context.fill();
            font(frame, 10.5);
            context.set_text_align("center");
            text(frame, &palette.on_accent, &label, centre, 12.0);
            context.set_text_align("left");
        }
        None => {
            // The present: a ball rather than a handle with a time.
            let _ = context.arc(x, 11.0, 5.0, 0.0, TAU);
            context.fill();
        }
    }
}
