//! How paper, pen and picture look.

use super::Pen;
use crate::shapes::drawing::{Drawing, Grid, Point};
use crate::widgets::surface::Frame;

/// The pen's thickness on the paper, in parts of its width.
const PEN: f64 = 0.06;

pub(super) fn strokes(frame: &Frame<'_>, drawing: &Drawing) {
    let (context, palette) = (frame.context, frame.palette);
    let on = |&(x, y): &Point| (x * frame.width, y * frame.height);
    context.set_stroke_style_str(&palette.ink);
    context.set_line_width(PEN * frame.width);
    context.set_line_cap("round");
    context.set_line_join("round");
    for stroke in drawing.strokes() {
        let Some(first) = stroke.first().map(on) else {
            continue;
        };
        context.begin_path();
        context.move_to(first.0, first.1);
        // Points are bends: a curve through the middles between them is as round as the hand's.
        let mut bend = first;
        for point in stroke.iter().skip(1).map(on) {
            let middle = ((bend.0 + point.0) / 2.0, (bend.1 + point.1) / 2.0);
            context.quadratic_curve_to(bend.0, bend.1, middle.0, middle.1);
            bend = point;
        }
        context.line_to(bend.0, bend.1);
        context.stroke();
    }
}

pub(super) fn pen(frame: &Frame<'_>, pen: Pen) {
    if !pen.visible {
        return;
    }
    let (context, palette) = (frame.context, frame.palette);
    let (x, y) = (pen.at.0 * frame.width, pen.at.1 * frame.height);
    context.begin_path();
    // Only fails for numbers that are not finite, or a negative radius.
    let _ = context.arc(x, y, PEN * frame.width, 0.0, std::f64::consts::TAU);
    context.set_stroke_style_str(&palette.accent);
    context.set_line_width(2.0);
    context.stroke();
    if pen.down {
        context.set_fill_style_str(&palette.accent);
        context.fill();
    }
}

pub(super) fn picture(frame: &Frame<'_>, grid: Grid, picture: Option<&[u16]>) {
    let (context, palette) = (frame.context, frame.palette);
    let (width, height) = (
        frame.width / f64::from(grid.columns.max(1)),
        frame.height / f64::from(grid.rows.max(1)),
    );
    // Whole pixels: no seams between the squares.
    let edge = |place: usize, size: f64| (place as f64 * size).round();
    let columns = usize::from(grid.columns.max(1));
    context.set_fill_style_str(&palette.ink);
    for (index, ink) in picture.unwrap_or_default().iter().enumerate() {
        let (column, row) = (index % columns, index / columns);
        let (left, top) = (edge(column, width), edge(row, height));
        let (right, bottom) = (edge(column + 1, width), edge(row + 1, height));
        context.set_global_alpha(f64::from(*ink) / f64::from(grid.full.max(1)));
        context.fill_rect(left, top, right - left, bottom - top);
    }
    context.set_global_alpha(1.0);
    context.set_stroke_style_str(&palette.line);
    context.set_line_width(1.0);
    context.begin_path();
    for column in 1..grid.columns {
        let x = (f64::from(column) * width).round() + 0.5;
        context.move_to(x, 0.0);
        context.line_to(x, frame.height);
    }
    for row in 1..grid.rows {
        let y = (f64::from(row) * height).round() + 0.5;
        context.move_to(0.0, y);
        context.line_to(frame.width, y);
    }
    context.stroke();
}
