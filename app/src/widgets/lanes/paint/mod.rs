//! Draws the lanes. Bars are painted phase by phase, so that a frame changes colour a few times
//! only, and failures come last and are hidden by nothing.
//!
//! - here: the order of painting, grid, labels, playhead
//! - `bars`: segments, ends of lanes, outlines
//! - `footer`: throttle marks and concurrency

mod bars;
mod footer;

use super::super::surface::Frame;
use crate::shapes::{
    lanes::{Bar, Cursor, LaneModel, Layout, bars},
    phase::Phase,
    text::clip,
    ticks::{short, ticks},
    window::Window,
};
use bars::{ends, outlines, phase_bars};
use footer::{in_use, peak, throttles};
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
