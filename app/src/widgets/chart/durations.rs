//! How long invocations took.

use super::{
    super::surface::Frame,
    backend::{Axis, Failure},
    draw,
    frame::{ChartFile, Contents, framed},
    table::{Cell, Table},
};
use crate::shapes::{
    bins::{Bin, histogram},
    ticks::short,
};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// Durations in bins that grow (1, 2, 5, 10 ...), cold starts on top of warm ones.
#[component]
pub fn DurationChart(
    /// Duration of every finished invocation, nanoseconds; `true`: cold.
    #[prop(into)]
    durations: Signal<Arc<Vec<(u64, bool)>>>,
    /// The picture was asked for as a file.
    #[prop(into)]
    on_file: Callback<ChartFile>,
) -> impl IntoView {
    let bins = Memo::new(move |_| durations.with(|durations| histogram(durations)));
    let summary = Signal::derive(move || bins.with(|bins| in_words(bins)));
    let contents = Contents {
        title: "Durations",
        file: "durations",
        summary,
        legend: &[("phase-invoke", "warm"), ("phase-init", "cold")],
        empty: "How long invocations take: many short ones on the left, the cold ones on the right.",
        is_empty: Signal::derive(move || bins.with(|bins| bins.is_empty())),
        table: Callback::new(move |()| bins.with(|bins| as_table(bins))),
        depends: Rc::new(move || bins.track()),
        paint: Rc::new(move |frame| {
            let _ = bins.with_untracked(|bins| paint(frame, bins));
        }),
    };
    framed(contents, on_file)
}

fn in_words(bins: &[Bin]) -> String {
    let total: u64 = bins.iter().map(|bin| u64::from(bin.total())).sum();
    match bins.iter().max_by_key(|bin| bin.total()) {
        None => "No invocation has finished.".to_string(),
        Some(most) => format!(
            "{total} invocations; most of them, {}, took {} to {}.",
            most.total(),
            short(most.from_ns),
            short(most.to_ns)
        ),
    }
}

fn paint(frame: &Frame<'_>, bins: &[Bin]) -> Result<(), Failure> {
    let Some(root) = draw::ground(frame) else {
        return Ok(());
    };
    if bins.is_empty() {
        return Ok(());
    }
    // Air on both sides, so that a single bin is a bar and not a wall.
    let air = if bins.len() < 6 {
        (6 - bins.len()) as f64 / 2.0
    } else {
        0.2
    };
    let every = (bins.len() as f64 * 62.0 / (frame.width - 56.0).max(1.0))
        .ceil()
        .max(1.0) as usize;
    let edges = bins
        .iter()
        .map(|bin| bin.from_ns)
        .chain(bins.last().map(|bin| bin.to_ns));
    let marks = edges
        .enumerate()
        .step_by(every)
        .map(|(index, edge)| (index as f64, short(edge)));
    let x = Axis {
        range: -air..bins.len() as f64 + air,
        marks: marks.collect(),
    };
    let highest = bins.iter().map(Bin::total).max().unwrap_or(0);
    let mut plot = draw::axes(frame, &root, x, draw::counts(highest), "invocations")?;
    let ends = |index: usize| (index as f64 + 0.06, index as f64 + 0.94);
    let warm = bins
        .iter()
        .enumerate()
        .map(|(index, bin)| (ends(index).0, ends(index).1, 0, bin.warm));
    draw::bars(&mut plot, warm, draw::colour(&frame.palette.warm))?;
    let cold = bins
        .iter()
        .enumerate()
        .map(|(index, bin)| (ends(index).0, ends(index).1, bin.warm, bin.total()));
    draw::bars(&mut plot, cold, draw::colour(&frame.palette.cold))
}

fn as_table(bins: &[Bin]) -> Table {
    let row = |bin: &Bin| {
        vec![
            Cell::Time(bin.from_ns),
            Cell::Time(bin.to_ns),
            Cell::Count(bin.warm.into()),
            Cell::Count(bin.cold.into()),
        ]
    };
    Table {
        heads: vec!["From", "Below", "Warm", "Cold"],
        rows: bins.iter().filter(|bin| bin.total() > 0).map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn the_words_name_the_fullest_bin() {
        let bins = histogram(&[(3 * MS, false), (4 * MS, false), (120 * MS, true)]);
        assert_eq!(
            in_words(&bins),
            "3 invocations; most of them, 2, took 2 ms to 5 ms."
        );
        assert_eq!(in_words(&[]), "No invocation has finished.");
    }

    #[test]
    fn the_table_has_no_empty_rows() {
        let table = as_table(&histogram(&[(3 * MS, false), (120 * MS, true)]));
        assert_eq!(
            table.csv(),
            "From (s),Below (s),Warm,Cold\r\n0.002,0.005,1,0\r\n0.1,0.2,0,1\r\n"
        );
    }
}
