//! A simulated run over time: lines of steps, one value for each stretch of it.

use super::{
    super::palette::Palette,
    super::surface::{Frame, surface},
    backend::{Axis, Failure},
    draw,
    frame::{Contents, Picture, Table, framed},
};
use crate::shapes::{
    text::grouped,
    ticks::{short, ticks},
    window::Window,
};
use leptos::prelude::*;
use std::sync::Arc;

/// What a line's colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Work.
    Warm,
    /// Cold starts.
    Cold,
    /// What stands by.
    Frost,
    /// What was turned away.
    Throttle,
}

/// What a chart of a run shows. Lines that come later are drawn over earlier ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunSeries {
    /// The run's length, nanoseconds.
    pub length: u64,
    /// How long each stretch is, nanoseconds.
    pub width: u64,
    /// The lines, each with a value for each stretch so far.
    pub lines: Vec<Vec<u32>>,
}

/// What stays the same of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunChartWords {
    /// Above it.
    pub title: &'static str,
    /// A file name: `latency.png`.
    pub file: &'static str,
    /// What is counted.
    pub axis: &'static str,
    /// While there is nothing to draw.
    pub empty: &'static str,
    /// Name and colour of each line.
    pub lines: &'static [(&'static str, Ink)],
    /// The same as [`RunChartWords::lines`]: CSS classes of the colours, and names.
    pub legend: &'static [(&'static str, &'static str)],
}

/// Lines of steps over a run's time.
#[component]
pub fn RunChart(
    /// What stays the same.
    words: RunChartWords,
    /// What is drawn.
    #[prop(into)]
    series: Signal<Arc<RunSeries>>,
    /// The moment that is looked at, nanoseconds since the start.
    #[prop(optional, into)]
    cursor: Signal<Option<u64>>,
    /// The picture was asked for as a file.
    #[prop(into)]
    on_picture: Callback<Picture>,
) -> impl IntoView {
    let surface = surface(
        move || {
            series.track();
            cursor.track();
        },
        move |frame| {
            let cursor = cursor.get_untracked();
            // A drawing that fails leaves an empty canvas; the table still says everything.
            let _ = series.with_untracked(|series| paint(frame, words, series, cursor));
        },
    );
    let contents = Contents {
        title: words.title,
        file: words.file,
        summary: Signal::derive(move || series.with(|series| in_words(words, series))),
        legend: words.legend,
        empty: words.empty,
        is_empty: Signal::derive(move || series.with(|series| series.is_empty())),
        table: Callback::new(move |()| series.with(|series| as_table(words, series))),
    };
    framed(surface, contents, on_picture)
}

impl RunSeries {
    fn is_empty(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }

    fn from(&self, stretch: usize) -> u64 {
        (stretch as u64).saturating_mul(self.width).min(self.length)
    }
}

fn in_words(words: RunChartWords, series: &RunSeries) -> String {
    let most = |line: &Vec<u32>| line.iter().copied().max().unwrap_or(0);
    let lines = words.lines.iter().zip(&series.lines);
    let parts = lines.map(|((name, _), line)| format!("{name} {}", grouped(most(line).into())));
    let parts: Vec<String> = parts.collect();
    format!("{}, at most: {}.", words.axis, parts.join(", "))
}

fn ink(palette: &Palette, ink: Ink) -> &str {
    match ink {
        Ink::Warm => &palette.warm,
        Ink::Cold => &palette.cold,
        Ink::Frost => &palette.frost_line,
        Ink::Throttle => &palette.throttle,
    }
}

fn paint(
    frame: &Frame<'_>,
    words: RunChartWords,
    series: &RunSeries,
    cursor: Option<u64>,
) -> Result<(), Failure> {
    let Some(root) = draw::ground(frame) else {
        return Ok(());
    };
    if series.is_empty() {
        return Ok(());
    }
    let plot_width = frame.width - 56.0;
    let window = Window {
        from: 0.0,
        span: series.length as f64,
    };
    let marks = ticks(window, plot_width, 84.0).marks.into_iter();
    let marks = marks.map(|mark| (window.nanos(mark.x, plot_width), mark.label));
    let time = Axis {
        range: 0.0..series.length as f64,
        marks: marks.collect(),
    };
    let highest = series.lines.iter().flatten().copied().max().unwrap_or(0);
    let mut plot = draw::axes(frame, &root, time, draw::counts(highest), words.axis)?;
    for ((_, colour), line) in words.lines.iter().zip(&series.lines) {
        let points = line.iter().enumerate();
        let points: Vec<(f64, u32)> = points
            .map(|(stretch, value)| (series.from(stretch) as f64, *value))
            .collect();
        let end = series.from(line.len()) as f64;
        let colour = draw::colour(ink(frame.palette, *colour));
        draw::steps(frame, &mut plot, &points, end, colour)?;
    }
    if let Some(cursor) = cursor {
        draw::upright(frame, &mut plot, cursor as f64)?;
    }
    Ok(())
}

fn as_table(words: RunChartWords, series: &RunSeries) -> Table {
    let stretches = series.lines.iter().map(Vec::len).max().unwrap_or(0);
    let row = |stretch: usize| {
        let mut cells = vec![short(series.from(stretch)), short(series.from(stretch + 1))];
        let value = |line: &Vec<u32>| line.get(stretch).map(|it| grouped((*it).into()));
        cells.extend(
            series
                .lines
                .iter()
                .map(|line| value(line).unwrap_or_default()),
        );
        cells
    };
    let mut heads = vec!["From", "To"];
    heads.extend(words.lines.iter().map(|(name, _)| name));
    Table {
        heads,
        rows: (0..stretches).map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: RunChartWords = RunChartWords {
        title: "Requests",
        file: "requests.png",
        axis: "requests in 6 s",
        empty: "",
        lines: &[("served", Ink::Warm), ("throttled", Ink::Throttle)],
        legend: &[],
    };

    fn series() -> RunSeries {
        RunSeries {
            length: 10_000_000_000,
            width: 6_000_000_000,
            lines: vec![vec![1_200, 3], vec![0, 7]],
        }
    }

    #[test]
    fn words_name_what_is_drawn() {
        assert_eq!(
            in_words(WORDS, &series()),
            "requests in 6 s, at most: served 1,200, throttled 7."
        );
    }

    #[test]
    fn the_table_has_a_row_for_each_stretch_and_ends_with_the_run() {
        let table = as_table(WORDS, &series());
        assert_eq!(table.heads, ["From", "To", "served", "throttled"]);
        let row = |cells: [&str; 4]| cells.map(String::from).to_vec();
        assert_eq!(
            table.rows,
            [
                row(["0 ms", "6 s", "1,200", "0"]),
                row(["6 s", "10 s", "3", "7"])
            ]
        );
    }
}
