//! What the charts have in common: axes in the page's type and colours, bars, steps.

use super::{
    super::surface::Frame,
    backend::{Axis, Failure, Pen},
};
use crate::shapes::{bins::round_top, colour::rgb};
use plotters::{coord::Shift, prelude::*};

/// A plot with its axes drawn.
pub(super) type Plot<'a, 'p> = ChartContext<'a, Pen<'p>, Cartesian2d<Axis, Axis>>;

/// The colour of a token.
pub(super) fn colour(token: &str) -> RGBColor {
    let (red, green, blue) = rgb(token).unwrap_or((128, 128, 128));
    RGBColor(red, green, blue)
}

/// A colour that is so much of one and the rest of the other.
pub(super) fn mixed(ground: RGBColor, colour: RGBColor, part: f64) -> RGBColor {
    let mixed = |ground: u8, colour: u8| {
        (f64::from(ground) + (f64::from(colour) - f64::from(ground)) * part).round() as u8
    };
    RGBColor(
        mixed(ground.0, colour.0),
        mixed(ground.1, colour.1),
        mixed(ground.2, colour.2),
    )
}

/// The whole canvas, painted with the panel's colour: a downloaded picture needs a ground.
pub(super) fn ground<'p>(frame: &Frame<'p>) -> Option<DrawingArea<Pen<'p>, Shift>> {
    let (width, height) = (frame.width * frame.ratio, frame.height * frame.ratio);
    if width < 120.0 || height < 60.0 {
        return None;
    }
    let root = Pen::new(frame)?.into_drawing_area();
    root.fill(&colour(&frame.palette.panel)).ok()?;
    Some(root)
}

/// CSS pixels as device pixels.
pub(super) fn pixels(frame: &Frame<'_>, css: f64) -> u32 {
    (css * frame.ratio).round().max(1.0) as u32
}

/// The axis of a count: every number of a few, otherwise zero, a half, and a round top.
pub(super) fn counts(highest: u32) -> Axis {
    let top = round_top(highest.max(1));
    let step = if top <= 4 { 1 } else { top.div_ceil(2) };
    let marks = (0..=top).step_by(step as usize);
    let marks = marks.map(|value| (f64::from(value), value.to_string()));
    Axis {
        range: 0.0..f64::from(top) * 1.04,
        marks: marks.collect(),
    }
}

/// What stands around a plot, CSS pixels: its axes' labels, its title, half of the last label.
const LEFT: (f64, f64) = (2.0, 40.0);
const RIGHT: f64 = 26.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 22.0;

/// How far across a plot a point of its canvas lies, as a part of the plot's width: below 0 or above 1 beside it.
/// Nothing if there is no plot.
pub(super) fn across_axes(width: f64, x: f64) -> Option<f64> {
    let left = LEFT.0 + LEFT.1;
    let wide = width - left - RIGHT;
    (wide > 0.0).then(|| (x - left) / wide)
}

/// Where in a plot a point of its canvas lies, all in CSS pixels: parts of its width from the left and of its height
/// from below. Nothing beside the plot.
pub(super) fn within_axes((width, height): (f64, f64), (x, y): (f64, f64)) -> Option<(f64, f64)> {
    let across = across_axes(width, x)?;
    let high = height - TOP - BOTTOM;
    let down = (y - TOP) / high;
    let inside = 0.0..=1.0;
    let is_inside = inside.contains(&across) && inside.contains(&down);
    (high > 0.0 && is_inside).then_some((across, 1.0 - down))
}

/// Draws the axes of a plot in `area`.
pub(super) fn axes<'a, 'p>(
    frame: &Frame<'_>,
    area: &'a DrawingArea<Pen<'p>, Shift>,
    x: Axis,
    y: Axis,
    name: &str,
) -> Result<Plot<'a, 'p>, Failure> {
    let palette = frame.palette;
    let muted = colour(&palette.muted);
    let line = colour(&palette.line).stroke_width(pixels(frame, 1.0));
    let labels = TextStyle::from((palette.mono.as_str(), 10.5 * frame.ratio)).color(&muted);
    let title = TextStyle::from((palette.sans.as_str(), 11.5 * frame.ratio)).color(&muted);
    let ticks = (x.marks.len(), y.marks.len());
    area.draw_text(
        name,
        &title,
        (pixels(frame, 4.0) as i32, pixels(frame, 2.0) as i32),
    )?;
    let mut plot = ChartBuilder::on(area)
        .margin_top(pixels(frame, TOP))
        // Half of the last label's width stands beyond the axis.
        .margin_right(pixels(frame, RIGHT))
        .margin_left(pixels(frame, LEFT.0))
        .set_label_area_size(LabelAreaPosition::Left, pixels(frame, LEFT.1))
        .set_label_area_size(LabelAreaPosition::Bottom, pixels(frame, BOTTOM))
        .build_cartesian_2d(x, y)?;
    plot.configure_mesh()
        .disable_x_mesh()
        .x_labels(ticks.0)
        .y_labels(ticks.1)
        .axis_style(line)
        .bold_line_style(line)
        .light_line_style(TRANSPARENT)
        .label_style(labels)
        .set_all_tick_mark_size(pixels(frame, 3.0))
        .draw()?;
    Ok(plot)
}

/// Draws bars that stand on each other: left and right end, bottom and top.
pub(super) fn bars(
    plot: &mut Plot<'_, '_>,
    bars: impl Iterator<Item = (f64, f64, u32, u32)>,
    colour: RGBColor,
) -> Result<(), Failure> {
    let visible = bars.filter(|(_, _, bottom, top)| top > bottom);
    let shapes = visible.map(|(left, right, bottom, top)| {
        Rectangle::new(
            [(left, f64::from(bottom)), (right, f64::from(top))],
            colour.filled(),
        )
    });
    plot.draw_series(shapes)?;
    Ok(())
}

/// Draws a line of steps and the area below it. Each point holds until the next.
pub(super) fn steps(
    frame: &Frame<'_>,
    plot: &mut Plot<'_, '_>,
    points: &[(f64, u32)],
    end: f64,
    colour: RGBColor,
) -> Result<(), Failure> {
    let mut line: Vec<(f64, f64)> = Vec::with_capacity(points.len() * 2 + 1);
    for &(x, value) in points {
        if let Some(&(_, before)) = line.last() {
            line.push((x, before));
        }
        line.push((x, f64::from(value)));
    }
    line.extend(line.last().map(|&(_, value)| (end, value)));
    let series = AreaSeries::new(line, 0.0, colour.mix(0.18));
    plot.draw_series(series.border_style(colour.stroke_width(pixels(frame, 1.5))))?;
    Ok(())
}

/// Draws an upright line through the whole plot, so many CSS pixels wide: a moment that is looked at.
pub(super) fn upright(
    frame: &Frame<'_>,
    plot: &mut Plot<'_, '_>,
    x: f64,
    colour: RGBColor,
    wide: f64,
) -> Result<(), Failure> {
    let style = colour.stroke_width(pixels(frame, wide));
    let top = plot.y_range().end;
    plot.draw_series(LineSeries::new([(x, 0.0), (x, top)], style))?;
    Ok(())
}

/// Marks a stretch over the whole height of the plot.
pub(super) fn shade(
    frame: &Frame<'_>,
    plot: &mut Plot<'_, '_>,
    from: f64,
    to: f64,
) -> Result<(), Failure> {
    let colour = colour(&frame.palette.accent).mix(0.16);
    let top = plot.y_range().end;
    plot.draw_series([Rectangle::new([(from, 0.0), (to, top)], colour.filled())])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_within_the_axes_or_beside_them() {
        let size = (168.0, 142.0);
        assert_eq!(within_axes(size, (42.0, 120.0)), Some((0.0, 0.0)));
        assert_eq!(within_axes(size, (92.0, 45.0)), Some((0.5, 0.75)));
        assert_eq!(within_axes(size, (41.0, 45.0)), None);
        assert_eq!(within_axes(size, (92.0, 121.0)), None);
        assert_eq!(within_axes((0.0, 0.0), (0.0, 0.0)), None);
    }
}
