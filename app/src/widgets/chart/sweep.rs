//! One figure over the values of one field, as a curve, or of two, as a heat map.

use super::{
    super::palette::Palette,
    super::surface::Frame,
    backend::{Axis, Failure},
    draw,
    frame::{ChartFile, Contents, framed},
    table::{Cell, Table},
};
use crate::shapes::figures::significant;
use leptos::prelude::*;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::rc::Rc;
use std::sync::Arc;

/// CSS pixels that a cell needs for its value.
const ROOM: f64 = 46.0;
/// The lowest value has a little colour still: it has been run, others have not.
const DIMMEST: f64 = 0.06;

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepPicture {
    /// The figure, with its unit: `latency, p99 (s)`.
    pub figure: String,
    /// Its axis: the field's name.
    pub across: String,
    /// What the field's values are, from left to right.
    pub columns: Vec<String>,
    /// The second field, if there is one.
    pub up: String,
    /// What its values are, from below; empty without one.
    pub rows: Vec<String>,
    /// Row by row from below; `None` where a point has not been run, or has no such figure.
    pub values: Vec<Option<f64>>,
}

impl SweepPicture {
    fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    fn range(&self) -> Option<(f64, f64)> {
        let values = || self.values.iter().flatten().copied();
        let least = values().reduce(f64::min)?;
        Some((least, values().reduce(f64::max)?))
    }

    /// A point by its place, in words.
    fn place(&self, index: usize) -> String {
        let many = self.columns.len().max(1);
        let name = |names: &[String], place: usize| names.get(place).cloned().unwrap_or_default();
        let across = format!("{} = {}", self.across, name(&self.columns, index % many));
        match self.rows.is_empty() {
            true => across,
            false => format!("{across}, {} = {}", self.up, name(&self.rows, index / many)),
        }
    }
}

/// The picture of a sweep.
#[component]
pub fn SweepChart(
    /// The chart's name, and that of its files.
    #[prop(default = "Sweep")]
    title: &'static str,
    #[prop(default = "sweep")] file: &'static str,
    /// What is drawn.
    #[prop(into)]
    picture: Signal<Arc<SweepPicture>>,
    /// The picture was asked for as a file.
    #[prop(into)]
    on_file: Callback<ChartFile>,
) -> impl IntoView {
    let contents = Contents {
        title,
        file,
        summary: Signal::derive(move || picture.with(|it| in_words(it))),
        legend: &[],
        empty: "Points appear as they are run.",
        is_empty: Signal::derive(move || picture.with(|it| it.is_empty())),
        table: Callback::new(move |()| picture.with(|it| as_table(it))),
        depends: Rc::new(move || picture.track()),
        paint: Rc::new(move |frame| {
            let _ = picture.with_untracked(|it| match it.rows.is_empty() {
                true => curve(frame, it),
                false => heat(frame, it),
            });
        }),
    };
    framed(contents, on_file)
}

fn in_words(picture: &SweepPicture) -> String {
    let run = picture.values.iter().enumerate();
    let run = run.filter_map(|(index, value)| Some((index, (*value)?)));
    let by = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
    let (Some(least), Some(most)) = (run.clone().min_by(by), run.max_by(by)) else {
        return "No point has been run.".to_owned();
    };
    format!(
        "{}: least at {}, {}; most at {}, {}.",
        picture.figure,
        picture.place(least.0),
        significant(least.1),
        picture.place(most.0),
        significant(most.1)
    )
}

fn as_table(picture: &SweepPicture) -> Table {
    let row = |(index, value): (usize, &Option<f64>)| {
        let value = value.map_or(Cell::Empty, |it| Cell::Text(it.to_string()));
        vec![
            Cell::Text(picture.place(index)),
            Cell::Text(picture.figure.clone()),
            value,
        ]
    };
    Table {
        heads: vec!["Point", "Figure", "Value"],
        rows: picture.values.iter().enumerate().map(row).collect(),
    }
}

/// Names below columns or beside rows: as many as have room.
fn marks(names: &[String], pixels: f64, each: f64) -> Vec<(f64, String)> {
    let every = (names.len() as f64 * each / pixels.max(1.0))
        .ceil()
        .max(1.0) as usize;
    let names = names.iter().enumerate().step_by(every);
    names
        .map(|(place, name)| (place as f64, name.clone()))
        .collect()
}

/// Places from half a column before the first to half a column after the last.
fn places(names: &[String], pixels: f64, each: f64) -> Axis {
    Axis {
        range: -0.5..names.len() as f64 - 0.5,
        marks: marks(names, pixels, each),
    }
}

fn curve(frame: &Frame<'_>, picture: &SweepPicture) -> Result<(), Failure> {
    let (Some(root), Some((_, most))) = (draw::ground(frame), picture.range()) else {
        return Ok(());
    };
    let top = if most > 0.0 { most } else { 1.0 };
    let y = Axis {
        range: 0.0..top * 1.08,
        marks: [0.0, 0.5, 1.0]
            .map(|part| (top * part, significant(top * part)))
            .to_vec(),
    };
    let x = places(&picture.columns, frame.width - 70.0, 62.0);
    let mut plot = draw::axes(frame, &root, x, y, &picture.figure)?;
    let colour = draw::colour(&frame.palette.accent);
    let points = picture.values.iter().enumerate();
    let points: Vec<(f64, f64)> = points
        .filter_map(|(place, value)| Some((place as f64, (*value)?)))
        .collect();
    let line = colour.stroke_width(draw::pixels(frame, 1.5));
    plot.draw_series(LineSeries::new(points.iter().copied(), line))?;
    let radius = draw::pixels(frame, 3.5);
    plot.draw_series(
        points
            .iter()
            .map(|it| Circle::new(*it, radius, colour.filled())),
    )?;
    Ok(())
}

fn heat(frame: &Frame<'_>, picture: &SweepPicture) -> Result<(), Failure> {
    let (Some(root), Some(range)) = (draw::ground(frame), picture.range()) else {
        return Ok(());
    };
    let wide = (frame.width - 70.0).max(1.0);
    let x = places(&picture.columns, wide, 62.0);
    let y = places(&picture.rows, frame.height - 42.0, 16.0);
    let name = format!("{} by {}: {}", picture.up, picture.across, picture.figure);
    let mut plot = draw::axes(frame, &root, x, y, &name)?;
    let columns = picture.columns.len().max(1);
    let run = picture.values.iter().enumerate();
    let run: Vec<((f64, f64), f64)> = run
        .filter_map(|(index, value)| {
            let place = ((index % columns) as f64, (index / columns) as f64);
            Some((place, (*value)?))
        })
        .collect();
    plot.draw_series(run.iter().map(|((x, y), value)| {
        let corners = [(x - 0.5, y - 0.5), (x + 0.5, y + 0.5)];
        let part = part(range, *value);
        Rectangle::new(corners, tint(frame.palette, part).filled())
    }))?;
    if wide / columns as f64 >= ROOM {
        let inks = [&frame.palette.ink, &frame.palette.panel].map(|it| draw::colour(it));
        let [dark, light] = inks.each_ref().map(|ink| {
            TextStyle::from((frame.palette.mono.as_str(), 10.5 * frame.ratio))
                .color(ink)
                .pos(Pos::new(HPos::Center, VPos::Center))
        });
        let style = |value: f64| match part(range, value) > 0.55 {
            true => light.clone(),
            false => dark.clone(),
        };
        plot.draw_series(
            run.iter()
                .map(|(at, value)| Text::new(significant(*value), *at, style(*value))),
        )?;
    }
    Ok(())
}

/// Where a value lies between the least and the most.
fn part((least, most): (f64, f64), value: f64) -> f64 {
    let part = (value - least) / (most - least);
    if part.is_finite() { part } else { 0.0 }
}

fn tint(palette: &Palette, part: f64) -> RGBColor {
    let (ground, colour) = (draw::colour(&palette.panel), draw::colour(&palette.accent));
    let part = DIMMEST + (1.0 - DIMMEST) * part.clamp(0.0, 1.0);
    draw::mixed(ground, colour, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(rows: &[&str], values: &[Option<f64>]) -> SweepPicture {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        SweepPicture {
            figure: "cost ($)".to_owned(),
            across: "memory".to_owned(),
            columns: names(&["128", "256"]),
            up: "rate".to_owned(),
            rows: names(rows),
            values: values.to_vec(),
        }
    }

    #[test]
    fn words_name_the_ends() {
        let one = picture(&[], &[Some(2.0), Some(0.5)]);
        assert_eq!(
            in_words(&one),
            "cost ($): least at memory = 256, 0.5; most at memory = 128, 2."
        );
        assert_eq!(
            in_words(&picture(&[], &[None, None])),
            "No point has been run."
        );
        let two = picture(&["1", "10"], &[None, Some(3.0), Some(1.0), Some(1234.5)]);
        assert_eq!(
            in_words(&two),
            "cost ($): least at memory = 128, rate = 10, 1; most at memory = 256, rate = 10, 1,230."
        );
    }

    #[test]
    fn the_table_has_every_point() {
        let csv = as_table(&picture(&[], &[Some(2.0), None])).csv();
        assert_eq!(
            csv,
            "Point,Figure,Value\r\nmemory = 128,cost ($),2\r\nmemory = 256,cost ($),\r\n"
        );
    }

    #[test]
    fn one_value_has_the_dimmest_colour() {
        assert_eq!(part((3.0, 3.0), 3.0), 0.0);
        assert_eq!(part((1.0, 3.0), 2.0), 0.5);
    }
}
