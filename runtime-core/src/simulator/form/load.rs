//! A load as points: how many requests a second come at a moment, with straight lines between moments.

use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is off a straight line by less than this part of the highest rate is on it (model choice).
const ON_A_LINE: f64 = 0.004;
/// A drawn rate has so many digits that are not zeros before them, at most (model choice).
const DIGITS: i32 = 3;

/// Seconds that the steps of a recorded load may last (model choice).
const STEPS: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 86_400];
/// A recorded load has so many steps at most, if days are long enough for that (model choice).
const MOST_STEPS: u64 = 60;

/// A rate at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadPoint {
    /// Since the start.
    pub at: Span,
    /// Events a second.
    pub rate: f64,
}

/// What comes over a scenario's length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceLoad {
    /// How long events come.
    pub length: Span,
    /// In the order of their moments, from the start to the end; two of the same moment make a step.
    pub points: Vec<LoadPoint>,
    /// Whether the rate changes by chance, and this is its mean.
    pub by_chance: bool,
}

impl ServiceLoad {
    /// The rate at a moment; of a step, that after it.
    pub fn at(&self, at: Span) -> f64 {
        let after = self.points.partition_point(|it| it.at <= at);
        let from = after.checked_sub(1).and_then(|it| self.points.get(it));
        match (from, self.points.get(after)) {
            (Some(from), Some(to)) => {
                let whole = to.at.saturating_sub(from.at).as_nanos() as f64;
                let share = at.saturating_sub(from.at).as_nanos() as f64 / whole;
                from.rate + (to.rate - from.rate) * share
            }
            (Some(only), None) | (None, Some(only)) => only.rate,
            (None, None) => 0.0,
        }
    }
}

/// The same line with no more points than it needs, as Ramer, Douglas and Peucker do it: what is left out is on
/// the lines between those that are left.
pub fn simplified(points: &[LoadPoint]) -> Vec<LoadPoint> {
    let highest = points.iter().fold(0.0, |most: f64, it| most.max(it.rate));
    let Some(last) = points.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut kept = vec![false; points.len()];
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        for end in [from, to] {
            if let Some(it) = kept.get_mut(end) {
                *it = true;
            }
        }
        let farthest = (from + 1..to)
            .map(|place| (place, off_the_line(points, from, to, place)))
            .max_by(|(_, one), (_, other)| one.total_cmp(other));
        if let Some((place, off)) = farthest
            && off > highest * ON_A_LINE
        {
            open.extend([(from, place), (place, to)]);
        }
    }
    let kept = points.iter().zip(kept).filter(|(_, kept)| *kept);
    let mut kept: Vec<LoadPoint> = kept.map(|(point, _)| *point).collect();
    // The last rate stays.
    while let [.., before, last] = kept.as_slice()
        && before.rate == last.rate
    {
        kept.pop();
    }
    kept
}

fn off_the_line(points: &[LoadPoint], from: usize, to: usize, place: usize) -> f64 {
    let all = (points.get(from), points.get(to), points.get(place));
    let (Some(from), Some(to), Some(it)) = all else {
        return 0.0;
    };
    let nanos = |span: Span| span.as_nanos() as f64;
    let whole = nanos(to.at.saturating_sub(from.at));
    let share = match whole > 0.0 {
        true => nanos(it.at.saturating_sub(from.at)) / whole,
        false => 0.0,
    };
    (it.rate - (from.rate + (to.rate - from.rate) * share)).abs()
}

/// `{ points = [[0, 10], [60, 50]] }`: what is drawn, as a file has it. Moments are whole milliseconds, rates have
/// three digits.
pub fn drawn_as_text(points: &[LoadPoint]) -> String {
    let point = |it: &LoadPoint| {
        let millis = (it.at.as_nanos() as f64 / 1e6).round();
        let rate = it.rate.max(0.0);
        format!(
            "[{}, {}]",
            number_text(millis / 1e3),
            number_text(rounded(rate))
        )
    };
    let points: Vec<String> = simplified(points).iter().map(point).collect();
    format!("{{ points = [{}] }}", points.join(", "))
}

/// `{ steps = [[0, 2], [60, 0]] }`: what came at these moments, in any order, as rates of steps of one length; they
/// begin with the first moment, and nothing comes after the last. `None`: nothing came.
pub fn recorded_as_text(moments: &[Span]) -> Option<String> {
    let first = moments.iter().min()?;
    let seconds = |it: &Span| it.saturating_sub(*first).as_nanos() / 1_000_000_000;
    let last = moments.iter().map(seconds).max()?;
    let fits = |step: &&u64| last / **step < MOST_STEPS;
    let step = STEPS.iter().find(fits).or(STEPS.last()).copied()?;
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for it in moments {
        *counts.entry(seconds(it) / step).or_default() += 1;
    }
    let mut steps: Vec<(u64, f64)> = Vec::new();
    let mut add = |number: u64, count: u64| {
        let rate = rounded(count as f64 / step as f64);
        if steps.last().is_none_or(|(_, before)| *before != rate) {
            steps.push((number * step, rate));
        }
    };
    let mut next = 0;
    for (number, count) in counts {
        if number > next {
            add(next, 0);
        }
        add(number, count);
        next = number + 1;
    }
    add(next, 0);
    let steps = steps
        .iter()
        .map(|(at, rate)| format!("[{at}, {}]", number_text(*rate)));
    Some(format!(
        "{{ steps = [{}] }}",
        steps.collect::<Vec<_>>().join(", ")
    ))
}

/// To three digits, thousandths at least.
fn rounded(rate: f64) -> f64 {
    if rate < 1e-3 {
        return 0.0;
    }
    let digits = (DIGITS - 1 - libm::floor(libm::log10(rate)) as i32).clamp(0, 3);
    let scale = libm::pow(10.0, digits.into());
    (rate * scale).round() / scale
}

/// A number as TOML has it: whole ones without a fraction.
pub(super) fn number_text(number: f64) -> String {
    match number == 0.0 {
        // Never -0.
        true => "0".to_owned(),
        false => number.to_string(),
    }
}
