//! Both sides, and how far apart they are, in words.

use super::super::model::{percent, span};
use crate::shapes::text::grouped;
use runtime_core::simulator::{Percentiles, Side, Sides};
use runtime_core::units::Span;

/// A figure of Lambda and of Fargate, and what lies between them.
pub(super) struct SidesRow {
    pub(super) name: &'static str,
    pub(super) values: [String; 2],
    pub(super) apart: String,
}

/// What differs most, in sentences.
pub(super) fn verdict(it: &Sides) -> String {
    let share = |side: &Side| {
        let came = (side.requests as f64).max(1.0);
        match side.rejected.all() {
            0 => "rejects nothing".to_owned(),
            some => format!("rejects {}", percent(some as f64 / came)),
        }
    };
    let p99 = |side: &Side| side.latency.map_or("nothing".to_owned(), |it| span(it.p99));
    format!(
        "Lambda {}, Fargate {}. 99 % take {} on Lambda at most, {} on Fargate. {}",
        share(&it.lambda),
        share(&it.fargate),
        p99(&it.lambda),
        p99(&it.fargate),
        cheaper(it)
    )
}

fn dollars(side: &Side) -> f64 {
    side.cost.total.parse().unwrap_or_default()
}

fn cheaper(it: &Sides) -> String {
    let (lambda, fargate) = (dollars(&it.lambda), dollars(&it.fargate));
    match times(lambda, fargate) {
        apart if apart.is_empty() => "Both cost as much.".to_owned(),
        apart => format!("Cost: {apart} (${lambda:.4} on Lambda, ${fargate:.4} on Fargate)."),
    }
}

/// `Lambda 2.5 times as much`: which is larger, and how far; nothing where they are alike, or one is none.
fn times(lambda: f64, fargate: f64) -> String {
    let (name, ratio) = match lambda >= fargate {
        true => ("Lambda", lambda / fargate),
        false => ("Fargate", fargate / lambda),
    };
    match ratio {
        ratio if !ratio.is_finite() || ratio < 1.005 => String::new(),
        ratio if ratio < 2.0 => format!("{name} {:.0} % more", (ratio - 1.0) * 100.0),
        ratio if ratio < 100.0 => format!("{name} {ratio:.1} times as much"),
        ratio => format!("{name} {} times as much", grouped(ratio as u64)),
    }
}

/// `12 more on Fargate`.
fn more(lambda: u64, fargate: u64) -> String {
    let side = match lambda >= fargate {
        true => "Lambda",
        false => "Fargate",
    };
    match lambda.abs_diff(fargate) {
        0 => "the same".to_owned(),
        apart => format!("{} more on {side}", grouped(apart)),
    }
}

/// The figures.
pub(super) fn rows(it: &Sides) -> Vec<SidesRow> {
    let (lambda, fargate) = (&it.lambda, &it.fargate);
    let row = |name, of: &dyn Fn(&Side) -> String, apart: String| SidesRow {
        name,
        values: [of(lambda), of(fargate)],
        apart,
    };
    let counted = |name, of: fn(&Side) -> u64| {
        row(
            name,
            &|side: &Side| grouped(of(side)),
            more(of(lambda), of(fargate)),
        )
    };
    let latency = |name, of: fn(Percentiles) -> Span| {
        let nanos = |side: &Side| side.latency.map_or(0.0, |it| of(it).as_nanos() as f64);
        let shown = |side: &Side| side.latency.map_or("-".to_owned(), |it| span(of(it)));
        row(name, &shown, times(nanos(lambda), nanos(fargate)))
    };
    let mut rows = vec![
        counted("Requests", |it| it.requests),
        counted("Served", |it| it.served),
        counted("Rejected", |it| it.rejected.all()),
    ];
    if let Some(reasons) = rows.last_mut() {
        reasons.apart = reasons_of(it);
    }
    if lambda.unfinished + fargate.unfinished > 0 {
        rows.push(counted("Not finished", |it| it.unfinished));
    }
    rows.extend([
        latency("Latency, half", |it| it.p50),
        latency("95 %", |it| it.p95),
        latency("99 %", |it| it.p99),
        latency("longest", |it| it.most),
        row(
            "Starts",
            &|side| grouped(side.starts),
            "cold starts; tasks started since the beginning".to_owned(),
        ),
        counted("At once, at most", |it| it.most_at_once),
        row(
            "There, on average",
            &|side| format!("{:.1}", side.capacity.units.mean),
            format!(
                "environments, at most {}; tasks, at most {}",
                grouped(lambda.capacity.units.peak),
                grouped(fargate.capacity.units.peak)
            ),
        ),
        row(
            "Idle",
            &|side| side.capacity.idle_share().map_or("-".to_owned(), percent),
            format!(
                "{} of {} environment-seconds, not billed; {} of {} vCPU-seconds, billed",
                grouped(lambda.capacity.idle as u64),
                grouped(lambda.capacity.provided as u64),
                grouped(fargate.capacity.idle as u64),
                grouped(fargate.capacity.provided as u64)
            ),
        ),
        row(
            "Cost",
            &|side| format!("${}", side.cost.total),
            times(dollars(lambda), dollars(fargate)),
        ),
    ]);
    for (place, side) in [lambda, fargate].into_iter().enumerate() {
        rows.extend(side.cost.lines.iter().map(|(what, amount)| {
            let mut values = [String::new(), String::new()];
            if let Some(value) = values.get_mut(place) {
                *value = format!("${amount}");
            }
            SidesRow {
                name: "",
                values,
                apart: what.clone(),
            }
        }));
    }
    rows
}

fn reasons_of(it: &Sides) -> String {
    let (lambda, fargate) = (it.lambda.rejected, it.fargate.rejected);
    let reasons = [
        ("429", lambda.throttled),
        ("timeouts", lambda.timed_out),
        ("502", fargate.bad_gateway),
        ("503", fargate.unavailable),
        ("504", fargate.gateway_timeout),
    ];
    let there = reasons.into_iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = there
        .map(|(name, count)| format!("{name}: {}", grouped(count)))
        .collect();
    match words.is_empty() {
        true => "the same".to_owned(),
        false => words.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_the_larger_side() {
        let words = [
            (5.0, 2.0),
            (1.0, 1.5),
            (2.0, 2.0),
            (0.0, 3.0),
            (1.0, 12_345.0),
        ];
        let words = words.map(|(lambda, fargate)| times(lambda, fargate));
        assert_eq!(
            words,
            [
                "Lambda 2.5 times as much",
                "Fargate 50 % more",
                "",
                "",
                "Fargate 12,345 times as much"
            ]
        );
        let words = [(7, 7), (1_007, 7), (0, 3)].map(|(lambda, fargate)| more(lambda, fargate));
        assert_eq!(
            words,
            ["the same", "1,000 more on Lambda", "3 more on Fargate"]
        );
    }
}
