//! Concurrency, and cold and warm starts, over the session.

use super::{
    super::surface::Frame,
    backend::{Axis, Failure},
    draw,
    frame::{ChartFile, Contents, framed},
    table::{Cell, Table},
};
use crate::shapes::{
    bins::{Starts, calm_end, over_time},
    lanes::value_at,
    ticks::ticks,
    window::Window,
};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// The session is cut into this many stretches in which starts are counted.
const STRETCHES: usize = 40;
/// Steps that fall on fewer pixels than this cannot be told apart.
const STEPS: usize = 400;

/// What the chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionSeries {
    /// Concurrent executions from this moment (nanoseconds) on, by time.
    pub in_use: Vec<(u64, u32)>,
    /// Moments (nanoseconds) at which invocations started; `true`: cold.
    pub starts: Vec<(u64, bool)>,
}

/// Concurrency as an area of steps; below it cold and warm starts as stacked bars.
#[component]
pub fn SessionChart(
    /// What is drawn.
    #[prop(into)]
    series: Signal<Arc<SessionSeries>>,
    /// The session clock, nanoseconds. The picture is drawn anew only when its round end moves.
    #[prop(into)]
    now: Signal<u64>,
    /// The picture was asked for as a file.
    #[prop(into)]
    on_file: Callback<ChartFile>,
) -> impl IntoView {
    let end = Memo::new(move |_| calm_end(now.get()));
    let is_empty = Signal::derive(move || series.with(|series| series.starts.is_empty()));
    let summary = Signal::derive(move || series.with(|series| in_words(series)));
    let table = Callback::new(move |()| series.with(|series| as_table(series, end.get())));
    let contents = Contents {
        title: "Concurrency",
        file: "concurrency",
        summary,
        legend: &[("phase-invoke", "warm"), ("phase-init", "cold")],
        empty: "How many environments work at once, and how many requests found one cold.",
        is_empty,
        table,
        depends: Rc::new(move || {
            series.track();
            end.track();
        }),
        paint: Rc::new(move |frame| {
            let (end, now) = (end.get_untracked(), now.get_untracked());
            let _ = series.with_untracked(|series| paint(frame, series, end, now));
        }),
    };
    framed(contents, on_file)
}

fn in_words(series: &SessionSeries) -> String {
    let peak = series
        .in_use
        .iter()
        .map(|&(_, value)| value)
        .max()
        .unwrap_or(0);
    let cold = series.starts.iter().filter(|(_, cold)| *cold).count();
    format!(
        "At most {peak} in use at once; {cold} cold and {} warm starts.",
        series.starts.len() - cold
    )
}

/// The highest value of each of `STEPS` stretches where there are more changes than that.
fn thinned(in_use: &[(u64, u32)], end: u64) -> Vec<(f64, u32)> {
    let column = (end / STEPS as u64).max(1);
    let mut points: Vec<(u64, u32, u32)> = Vec::new();
    for &(at, value) in in_use {
        match points.last_mut() {
            Some((first, peak, last)) if *first / column == at / column => {
                *peak = value.max(*peak);
                *last = value;
            }
            _ => points.push((at, value, value)),
        }
    }
    let both = points.into_iter().flat_map(|(at, peak, last)| {
        let back = (peak != last).then(|| ((at + column / 2) as f64, last));
        [Some((at as f64, peak)), back]
    });
    both.flatten().collect()
}

fn paint(frame: &Frame<'_>, series: &SessionSeries, end: u64, now: u64) -> Result<(), Failure> {
    let Some(root) = draw::ground(frame) else {
        return Ok(());
    };
    if series.starts.is_empty() && series.in_use.is_empty() {
        return Ok(());
    }
    let (upper, lower) = root.split_vertically(((frame.height * frame.ratio) * 0.52) as i32);
    let plot_width = frame.width - 56.0;
    let window = Window {
        from: 0.0,
        span: end as f64,
    };
    let marks = ticks(window, plot_width, 84.0).marks.into_iter();
    let marks = marks
        .map(|mark| (window.nanos(mark.x, plot_width), mark.label))
        .collect();
    let time = Axis {
        range: 0.0..end as f64,
        marks,
    };

    let points = thinned(&series.in_use, end);
    let peak = points.iter().map(|&(_, value)| value).max().unwrap_or(0);
    let mut plot = draw::axes(frame, &upper, time.clone(), draw::counts(peak), "in use")?;
    draw::steps(
        frame,
        &mut plot,
        &points,
        now.min(end) as f64,
        draw::colour(&frame.palette.warm),
    )?;

    let stretches = over_time(&series.starts, 0, end, STRETCHES);
    let highest = stretches
        .iter()
        .map(|it| it.cold.saturating_add(it.warm))
        .max()
        .unwrap_or(0);
    let long = end as f64 / STRETCHES as f64;
    let mut plot = draw::axes(frame, &lower, time, draw::counts(highest), "starts")?;
    let bar = |index: usize| {
        (
            index as f64 * long + long * 0.1,
            (index as f64 + 0.9) * long,
        )
    };
    let warm = stretches
        .iter()
        .enumerate()
        .map(|(index, it)| (bar(index).0, bar(index).1, 0, it.warm));
    draw::bars(&mut plot, warm, draw::colour(&frame.palette.warm))?;
    let cold = stretches.iter().enumerate();
    let cold = cold.map(|(index, it)| {
        (
            bar(index).0,
            bar(index).1,
            it.warm,
            it.warm.saturating_add(it.cold),
        )
    });
    draw::bars(&mut plot, cold, draw::colour(&frame.palette.cold))
}

fn as_table(series: &SessionSeries, end: u64) -> Table {
    let long = (end / STRETCHES as u64).max(1);
    let row = |(index, starts): (usize, Starts)| {
        let (from, to) = (index as u64 * long, (index as u64 + 1) * long);
        let changes = series
            .in_use
            .iter()
            .filter(|(at, _)| (from..to).contains(at))
            .map(|(_, value)| *value);
        let peak = changes
            .chain([value_at(&series.in_use, from)])
            .max()
            .unwrap_or(0);
        let cells = [
            Cell::Time(from),
            Cell::Time(to),
            Cell::Count(peak.into()),
            Cell::Count(starts.cold.into()),
            Cell::Count(starts.warm.into()),
        ];
        (peak > 0 || starts.cold + starts.warm > 0).then(|| cells.to_vec())
    };
    let stretches = over_time(&series.starts, 0, end, STRETCHES);
    Table {
        heads: vec![
            "From",
            "To",
            "In use, at most",
            "Cold starts",
            "Warm starts",
        ],
        rows: stretches.into_iter().enumerate().filter_map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn thinning_keeps_peaks_and_ends() {
        let mut in_use: Vec<(u64, u32)> = (0..100_000)
            .map(|index| (index * 10_000, (index % 2) as u32))
            .collect();
        if let Some(middle) = in_use.get_mut(50_000) {
            middle.1 = 99;
        }
        let points = thinned(&in_use, SECOND);
        assert!(points.len() <= 2 * STEPS + 2);
        assert!(points.iter().any(|&(_, value)| value == 99));
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(
            points.last().map(|point| point.1),
            in_use.last().map(|point| point.1)
        );
    }

    #[test]
    fn the_table_leaves_out_what_was_quiet() {
        let series = SessionSeries {
            in_use: vec![(SECOND, 2), (2 * SECOND, 0)],
            starts: vec![(SECOND, true), (SECOND, false)],
        };
        let table = as_table(&series, 40 * SECOND);
        assert_eq!(
            table.csv(),
            "From (s),To (s),\"In use, at most\",Cold starts,Warm starts\r\n1,2,2,1,1\r\n"
        );
    }

    #[test]
    fn words_count() {
        let series = SessionSeries {
            in_use: vec![(0, 3)],
            starts: vec![(0, true), (1, false), (2, false)],
        };
        assert_eq!(
            in_words(&series),
            "At most 3 in use at once; 1 cold and 2 warm starts."
        );
    }
}
