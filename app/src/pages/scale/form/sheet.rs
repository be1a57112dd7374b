//! A load that is drawn: a rate at each of a row of moments, with straight lines between them.

use runtime_core::simulator::{LoadPoint, ServiceLoad};
use runtime_core::units::Span;

/// Between two moments lies so much of the length.
pub(super) const COLUMNS: usize = 60;
/// The lowest top of a chart, requests a second.
const LOWEST_TOP: f64 = 1.0;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheet {
    length: Span,
    /// One more than there are columns.
    rates: Vec<f64>,
    /// The rate at the upper edge.
    pub(super) top: f64,
    /// The moment that keys change.
    pub(super) at: usize,
}

impl Sheet {
    /// What a text says, to go on with.
    pub(super) fn of(load: &ServiceLoad) -> Sheet {
        let moment = |column| moment(load.length, column);
        Sheet {
            length: load.length,
            rates: (0..=COLUMNS)
                .map(|column| load.at(moment(column)))
                .collect(),
            top: top_of(&load.points),
            at: 0,
        }
    }

    /// The column that is nearest to a part of the width, and the rate at a part of the height, from below.
    pub(super) fn place(&self, across: f64, up: f64) -> (usize, f64) {
        let column = (across.clamp(0.0, 1.0) * COLUMNS as f64).round() as usize;
        (column.min(COLUMNS), up.clamp(0.0, 1.0) * self.top)
    }

    /// A line from one place to another: a fast pointer leaves out none in between.
    pub(super) fn draw(&mut self, from: Option<(usize, f64)>, to: (usize, f64)) {
        let (first, rate) = from.unwrap_or(to);
        let (low, high) = (first.min(to.0), first.max(to.0));
        for column in low..=high {
            let whole = to.0.abs_diff(first);
            let share = match whole {
                0 => 1.0,
                whole => column.abs_diff(first) as f64 / whole as f64,
            };
            if let Some(it) = self.rates.get_mut(column) {
                *it = rate + (to.1 - rate) * share;
            }
        }
        self.at = to.0;
    }

    /// The chosen moment, some columns on.
    pub(super) fn go(&mut self, columns: isize) {
        self.at = self.at.saturating_add_signed(columns).min(COLUMNS);
    }

    /// More or less comes at the chosen moment, by parts of the height; a chart that is too low grows.
    pub(super) fn raise(&mut self, parts: f64) {
        let top = self.top;
        if let Some(it) = self.rates.get_mut(self.at) {
            *it = (*it + parts * top).max(0.0);
            while *it > self.top {
                self.top *= 2.0;
            }
        }
    }

    /// The rate at the upper edge; what is higher is cut off.
    pub(super) fn set_top(&mut self, top: f64) {
        if top.is_finite() && top > 0.0 {
            self.top = top;
            self.rates.iter_mut().for_each(|it| *it = it.min(top));
        }
    }

    /// The moment that keys change, and the rate there.
    pub(super) fn chosen(&self) -> (Span, f64) {
        let rate = self.rates.get(self.at).copied().unwrap_or(0.0);
        (moment(self.length, self.at), rate)
    }

    /// All of it.
    pub(super) fn load(&self) -> ServiceLoad {
        let point = |(column, rate): (usize, &f64)| LoadPoint {
            at: moment(self.length, column),
            rate: *rate,
        };
        ServiceLoad {
            length: self.length,
            points: self.rates.iter().enumerate().map(point).collect(),
            by_chance: false,
        }
    }
}

fn moment(length: Span, column: usize) -> Span {
    let nanos = u128::from(length.as_nanos()) * column as u128 / COLUMNS as u128;
    Span::from_nanos(nanos as u64)
}

/// 1, 2 or 5 times a power of ten, with some room above the highest rate.
pub(super) fn top_of(points: &[LoadPoint]) -> f64 {
    let highest = points.iter().fold(0.0, |most: f64, it| most.max(it.rate)) * 1.1;
    let mut step = LOWEST_TOP;
    loop {
        for times in [1.0, 2.0, 5.0] {
            if step * times >= highest {
                return step * times;
            }
        }
        step *= 10.0;
    }
}

/// The line in a picture of this size, as SVG has it.
pub(super) fn line(load: &ServiceLoad, top: f64, (width, height): (f64, f64)) -> String {
    let length = load.length.as_nanos().max(1) as f64;
    let point = |it: &LoadPoint| {
        let across = it.at.as_nanos() as f64 / length * width;
        let down = height - (it.rate / top).clamp(0.0, 1.0) * height;
        format!("{across:.1},{down:.1}")
    };
    let points: Vec<String> = load.points.iter().map(point).collect();
    points.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat() -> Sheet {
        let point = |at| LoadPoint {
            at: Span::from_secs(at),
            rate: 30.0,
        };
        Sheet::of(&ServiceLoad {
            length: Span::from_secs(600),
            points: vec![point(0), point(600)],
            by_chance: false,
        })
    }

    #[test]
    fn a_drawing_begins_with_what_is_written() {
        let sheet = flat();
        assert_eq!(sheet.top, 50.0);
        assert_eq!(sheet.load().points.len(), COLUMNS + 1);
        assert!(sheet.load().points.iter().all(|it| it.rate == 30.0));
    }

    #[test]
    fn a_line_is_drawn_between_two_places_in_either_direction() {
        let mut sheet = flat();
        sheet.draw(None, sheet.place(0.0, 0.0));
        sheet.draw(Some((0, 0.0)), (10, 20.0));
        sheet.draw(Some((60, 40.0)), (58, 30.0));
        let rates: Vec<f64> = sheet.load().points.iter().map(|it| it.rate).collect();
        assert_eq!(
            rates[..12],
            [
                0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 30.0
            ]
        );
        assert_eq!(rates[57..], [30.0, 30.0, 35.0, 40.0]);
        assert_eq!(sheet.at, 58);
        assert_eq!(sheet.place(2.0, 0.5), (60, 25.0));
    }

    #[test]
    fn keys_go_along_and_change_one_moment() {
        let mut sheet = flat();
        sheet.go(-5);
        sheet.go(2);
        sheet.raise(0.5);
        assert_eq!(sheet.chosen(), (Span::from_secs(20), 55.0));
        assert_eq!(sheet.top, 100.0);
        sheet.raise(-9.0);
        assert_eq!(sheet.chosen().1, 0.0);
        sheet.go(500);
        assert_eq!(sheet.chosen().0, Span::from_secs(600));
        sheet.set_top(f64::NAN);
        sheet.set_top(20.0);
        assert_eq!((sheet.top, sheet.chosen().1), (20.0, 20.0));
    }

    #[test]
    fn a_picture_has_room_above_what_is_drawn() {
        let rate = |rate| {
            [LoadPoint {
                at: Span::ZERO,
                rate,
            }]
        };
        assert_eq!(top_of(&rate(0.0)), 1.0);
        assert_eq!(top_of(&rate(240.0)), 500.0);
        assert_eq!(top_of(&rate(1e6)), 2e6);
        let sheet = flat();
        let drawn = line(&sheet.load(), 60.0, (600.0, 100.0));
        assert!(drawn.starts_with("0.0,50.0 10.0,50.0 "), "{drawn}");
        assert!(drawn.ends_with(" 600.0,50.0"), "{drawn}");
    }
}
