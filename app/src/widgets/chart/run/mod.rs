//! A simulated run over time: lines of steps, one value for each stretch of it.
//!
//! - `view`: the stretch that is looked at, the moment that is pointed at
//! - `paint`: the picture
//! - `readout`: the moment in words, and the keys that move it

mod paint;
mod readout;
mod view;

pub use view::RunView;

use super::{
    frame::{ChartFile, Contents, framed},
    table::{Cell, Table},
};
use crate::shapes::text::grouped;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use readout::Readout;
use std::rc::Rc;
use std::sync::Arc;
use view::Pointer;

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
    /// The name of its files, without an ending: `latency`.
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

/// Lines of steps over a run's time. Pointing reads it, dragging looks closer at a stretch, pressing picks a
/// moment.
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
    /// What is looked at and pointed at: charts that share it move together.
    #[prop(optional)]
    view: Option<RunView>,
    /// A moment was pressed, nanoseconds since the start.
    #[prop(optional, into)]
    on_pick: Option<Callback<u64>>,
    /// A file of it was asked for.
    #[prop(into)]
    on_file: Callback<ChartFile>,
) -> impl IntoView {
    let view = view.unwrap_or_default();
    let contents = Contents {
        title: words.title,
        file: words.file,
        summary: Signal::derive(move || series.with(|series| in_words(words, series))),
        legend: words.legend,
        empty: words.empty,
        is_empty: Signal::derive(move || series.with(|series| series.is_empty())),
        table: Callback::new(move |()| series.with(|series| as_table(words, series))),
        depends: Rc::new(move || {
            series.track();
            cursor.track();
            view.track();
        }),
        paint: Rc::new(move |frame| {
            let (cursor, view) = (cursor.get_untracked(), view.looked_at());
            let _ =
                series.with_untracked(|series| paint::paint(frame, words, series, cursor, view));
        }),
    };
    let at = move |event: &PointerEvent| {
        let part = view::part_of_plot(event)?;
        series.with_untracked(|series| view.looked_at().moment(series, part))
    };
    let press = move |event: PointerEvent| {
        if event.button() == 0
            && let Some(moment) = at(&event)
        {
            view::capture(&event);
            view.press(moment);
        }
    };
    let release = move |event: PointerEvent| {
        let moment = at(&event);
        match series.with_untracked(|series| view.release(series, moment)) {
            Pointer::Pressed(moment) => {
                if let Some(on_pick) = on_pick {
                    on_pick.run(moment);
                }
            }
            Pointer::Dragged | Pointer::Elsewhere => (),
        }
    };
    view! {
        <div
            class="run-chart"
            on:pointerdown=press
            on:pointermove=move |event: PointerEvent| view.point(at(&event))
            on:pointerup=release
            on:pointercancel=move |_| view.give_up()
            on:pointerleave=move |_| view.point(None)
        >
            {framed(contents, on_file)}
            <Readout words series view on_pick />
        </div>
    }
}

impl RunSeries {
    fn is_empty(&self) -> bool {
        self.lines.iter().all(Vec::is_empty)
    }

    /// Where a stretch begins.
    fn from(&self, stretch: usize) -> u64 {
        (stretch as u64).saturating_mul(self.width).min(self.length)
    }

    /// How many stretches have a value.
    fn stretches(&self) -> usize {
        self.lines.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The stretch that a moment is in, of those with a value.
    fn stretch(&self, moment: u64) -> Option<usize> {
        let last = self.stretches().checked_sub(1)?;
        let stretch = moment.checked_div(self.width)?;
        Some(usize::try_from(stretch).unwrap_or(usize::MAX).min(last))
    }
}

fn in_words(words: RunChartWords, series: &RunSeries) -> String {
    let most = |line: &Vec<u32>| line.iter().copied().max().unwrap_or(0);
    let lines = words.lines.iter().zip(&series.lines);
    let parts = lines.map(|((name, _), line)| format!("{name} {}", grouped(most(line).into())));
    let parts: Vec<String> = parts.collect();
    format!("{}, at most: {}.", words.axis, parts.join(", "))
}

fn as_table(words: RunChartWords, series: &RunSeries) -> Table {
    let row = |stretch: usize| {
        let mut cells = vec![
            Cell::Time(series.from(stretch)),
            Cell::Time(series.from(stretch + 1)),
        ];
        let value = |line: &Vec<u32>| line.get(stretch).map(|it| Cell::Count((*it).into()));
        let values = series.lines.iter().map(value);
        cells.extend(values.map(|it| it.unwrap_or(Cell::Empty)));
        cells
    };
    let mut heads = vec!["From", "To"];
    heads.extend(words.lines.iter().map(|(name, _)| name));
    Table {
        heads,
        rows: (0..series.stretches()).map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const WORDS: RunChartWords = RunChartWords {
        title: "Requests",
        file: "requests",
        axis: "requests in 6 s",
        empty: "",
        lines: &[("served", Ink::Warm), ("throttled", Ink::Throttle)],
        legend: &[],
    };

    pub(super) fn series() -> RunSeries {
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
        assert_eq!(
            table.csv(),
            "From (s),To (s),served,throttled\r\n0,6,1200,0\r\n6,10,3,7\r\n"
        );
    }

    #[test]
    fn a_moment_is_in_a_stretch_that_has_a_value() {
        let series = series();
        assert_eq!(series.stretch(0), Some(0));
        assert_eq!(series.stretch(6_000_000_000), Some(1));
        assert_eq!(series.stretch(u64::MAX), Some(1));
        assert_eq!(RunSeries::default().stretch(0), None);
    }
}
