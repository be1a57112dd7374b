//! The picture of a run.

use super::super::{
    super::palette::Palette,
    super::surface::Frame,
    backend::{Axis, Failure},
    draw,
};
use super::view::Looking;
use super::{Ink, RunChartWords, RunSeries};
use crate::shapes::{ticks::ticks, window::Window};

pub(super) fn paint(
    frame: &Frame<'_>,
    words: RunChartWords,
    series: &RunSeries,
    cursor: Option<u64>,
    looking: Looking,
) -> Result<(), Failure> {
    let Some(root) = draw::ground(frame) else {
        return Ok(());
    };
    if series.is_empty() {
        return Ok(());
    }
    let (from, to) = looking.stretch(series);
    let plot_width = frame.width - 56.0;
    let window = Window {
        from: from as f64,
        span: (to - from).max(1) as f64,
    };
    let marks = ticks(window, plot_width, 84.0).marks.into_iter();
    let marks = marks.map(|mark| (window.nanos(mark.x, plot_width), mark.label));
    let time = Axis {
        range: window.from..window.to(),
        marks: marks.collect(),
    };
    let lines: Vec<Vec<(u64, u32)>> = series
        .lines
        .iter()
        .map(|line| seen(series, line, from, to))
        .collect();
    let highest = lines.iter().flatten().map(|(_, value)| *value).max();
    let counts = draw::counts(highest.unwrap_or(0));
    let mut plot = draw::axes(frame, &root, time, counts, words.axis)?;
    if let Some((from, to)) = looking.selection(series, None) {
        draw::shade(frame, &mut plot, from as f64, to as f64)?;
    }
    for (((_, colour), points), line) in words.lines.iter().zip(&lines).zip(&series.lines) {
        let points: Vec<(f64, u32)> = points.iter().map(|(at, it)| (*at as f64, *it)).collect();
        let end = series.from(line.len()).clamp(from, to) as f64;
        let colour = draw::colour(ink(frame.palette, *colour));
        draw::steps(frame, &mut plot, &points, end, colour)?;
    }
    let within = |moment: &u64| (from..=to).contains(moment);
    if let Some(pointed) = looking.pointed.filter(within) {
        let muted = draw::colour(&frame.palette.muted);
        draw::upright(frame, &mut plot, pointed as f64, muted, 1.0)?;
    }
    if let Some(cursor) = cursor.filter(within) {
        let accent = draw::colour(&frame.palette.accent);
        draw::upright(frame, &mut plot, cursor as f64, accent, 1.5)?;
    }
    Ok(())
}

/// The steps of a line between two moments, the first of them from where that begins.
fn seen(series: &RunSeries, line: &[u32], from: u64, to: u64) -> Vec<(u64, u32)> {
    let steps = line.iter().enumerate();
    let steps =
        steps.map(|(stretch, value)| (series.from(stretch), series.from(stretch + 1), *value));
    steps
        .filter(|(begins, ends, _)| *begins < to && *ends > from)
        .map(|(begins, _, value)| (begins.max(from), value))
        .collect()
}

fn ink(palette: &Palette, ink: Ink) -> &str {
    match ink {
        Ink::Warm => &palette.warm,
        Ink::Cold => &palette.cold,
        Ink::Frost => &palette.frost_line,
        Ink::Throttle => &palette.throttle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_looked_at_is_drawn() {
        let series = RunSeries {
            length: 40,
            width: 10,
            lines: vec![vec![1, 2, 3, 4]],
        };
        let line = &series.lines[0];
        assert_eq!(
            seen(&series, line, 0, 40),
            [(0, 1), (10, 2), (20, 3), (30, 4)]
        );
        assert_eq!(seen(&series, line, 15, 30), [(15, 2), (20, 3)]);
        assert_eq!(seen(&series, &line[..1], 15, 30), []);
    }
}
