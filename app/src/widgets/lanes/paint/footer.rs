//! What stands below the lanes: throttle marks and concurrency.

use super::{Frame, Scene, font, text};
use crate::shapes::lanes::{LaneModel, steps, throttle_marks};

/// Requests that were turned away.
pub(super) fn throttles(frame: &Frame<'_>, scene: &Scene<'_>) {
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
pub(super) fn peak(model: &LaneModel) -> u32 {
    model
        .in_use
        .iter()
        .map(|&(_, value)| value)
        .max()
        .unwrap_or(0)
}

/// Concurrency as steps.
pub(super) fn in_use(frame: &Frame<'_>, scene: &Scene<'_>) {
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
