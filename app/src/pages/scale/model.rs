//! What a run came to, as rows and lines.

use super::lab::{CameTo, Stage};
use crate::shapes::text::grouped;
use crate::shapes::ticks::short;
use crate::widgets::RunSeries;
use runtime_core::simulator::{AcceptedFigures, LevelFigures, Percentiles, SoFar, Stretch};
use runtime_core::units::Span;
use std::time::Duration;

/// A figure: its name, what it is, what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages) struct Row {
    pub(in crate::pages) name: &'static str,
    pub(in crate::pages) value: String,
    pub(in crate::pages) note: String,
}

pub(in crate::pages) fn row(
    name: &'static str,
    value: impl Into<String>,
    note: impl Into<String>,
) -> Row {
    Row {
        name,
        value: value.into(),
        note: note.into(),
    }
}

/// A share as people read it, which is none only if it is none.
pub(in crate::pages) fn percent(share: f64) -> String {
    match share * 100.0 {
        none if none <= 0.0 => "0 %".to_owned(),
        little if little < 0.01 => "< 0.01 %".to_owned(),
        share if share < 1.0 => format!("{share:.2} %"),
        share => format!("{share:.1} %"),
    }
}

pub(in crate::pages) fn level(it: LevelFigures) -> (String, String) {
    let mean = match it.mean {
        few if few < 100.0 => format!("{few:.2}"),
        many => grouped(many.round() as u64),
    };
    (
        format!("{mean} on average"),
        format!("at most {}", grouped(it.peak)),
    )
}

pub(in crate::pages) fn span(it: Span) -> String {
    short(it.as_nanos())
}

pub(in crate::pages) fn percentiles(it: Percentiles) -> (String, String) {
    let value = format!("{} (half), {} (99 %)", span(it.p50), span(it.p99));
    let note = format!(
        "mean {}, 95 % {}, 99.9 % {}, longest {}",
        span(it.mean),
        span(it.p95),
        span(it.p999),
        span(it.most)
    );
    (value, note)
}

/// How long something is about to take, in words.
pub(super) fn about_seconds(seconds: f64) -> String {
    match seconds.max(0.0) {
        moment if moment < 1.0 => "less than a second".to_owned(),
        short if short < 90.0 => format!("about {short:.0} s"),
        minutes if minutes < 5_400.0 => format!("about {:.0} min", minutes / 60.0),
        hours if hours < 172_800.0 => format!("about {:.0} h", hours / 3_600.0),
        days => format!("about {} days", grouped((days / 86_400.0) as u64)),
    }
}

/// How far a run is: of all kinds of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    at: Span,
    length: Span,
    taken: Span,
    requests: u64,
    seed: u64,
}

impl Way {
    pub(super) fn of(it: &CameTo) -> Way {
        match it {
            CameTo::Functions(it) => Way {
                at: it.at,
                length: it.length,
                taken: it.taken,
                requests: it.headline.requests,
                seed: it.seed,
            },
            CameTo::Service(it) => Way {
                at: it.at,
                length: it.length,
                taken: it.taken,
                requests: it.headline.requests,
                seed: it.seed,
            },
            CameTo::Sides(it) => Way {
                at: it.compared.length,
                length: it.compared.length,
                taken: it.taken,
                requests: it.lambda.requests + it.fargate.requests,
                seed: it.compared.seed,
            },
        }
    }

    /// How far it is, from 0 to 1; how fast it goes; and what is left.
    pub(super) fn progress(self) -> (f64, String) {
        let part = self.at.as_nanos() as f64 / (self.length.as_nanos() as f64).max(1.0);
        let (taken, speed) = self.speed();
        let left = taken * (1.0 - part) / part.max(1e-6);
        let words = format!(
            "{:.0} % · {speed} requests a second · {} left",
            part * 100.0,
            about_seconds(left)
        );
        (part, words)
    }

    /// How it ended, in words.
    pub(super) fn ended(self, stage: Stage) -> String {
        let (_, speed) = self.speed();
        let stopped = match stage {
            Stage::Ended => String::new(),
            Stage::Stopped | Stage::Going => format!("Stopped at {}. ", span(self.at)),
        };
        format!(
            "{stopped}{} of it in {}: {speed} requests a second, seed {}.",
            span(self.at),
            span(self.taken),
            self.seed
        )
    }

    fn speed(self) -> (f64, String) {
        let taken = Duration::from_nanos(self.taken.as_nanos()).as_secs_f64();
        let speed = self.requests as f64 / taken.max(1e-3);
        (taken, grouped(speed as u64))
    }
}

/// The figures.
pub(super) fn rows(it: &SoFar) -> Vec<Row> {
    let figures = &it.headline;
    let mut rows = vec![
        row("Requests", grouped(figures.requests), ""),
        row("Served", grouped(figures.served), ""),
    ];
    let counted = [
        (
            "Function errors",
            figures.errors,
            "the handler reported them",
        ),
        ("Timeouts", figures.timeouts, ""),
        ("Crashes", figures.crashes, "the process ended"),
        ("Refused", figures.refused, ""),
        ("Not finished", figures.unfinished, "so far"),
    ];
    let there = counted.into_iter().filter(|(_, count, _)| *count > 0);
    rows.extend(there.map(|(name, count, note)| row(name, grouped(count), note)));
    rows.push(row(
        "Throttled",
        format!(
            "{} ({})",
            grouped(figures.throttled),
            percent(figures.throttled_share)
        ),
        throttles(it),
    ));
    rows.push(row(
        "Cold starts",
        format!(
            "{} ({})",
            grouped(figures.cold_starts),
            percent(figures.cold_share)
        ),
        "of all invocations",
    ));
    let (value, note) = level(figures.running);
    rows.push(row("Concurrency", value, note));
    let (value, note) = level(figures.environments);
    rows.push(row("Environments", value, note));
    if let Some(it) = figures.provisioned {
        let (value, note) = level(it);
        rows.push(row("Provisioned concurrency", value, note));
        rows.push(row(
            "Spilled over",
            grouped(figures.spilled_over),
            "found all of it at work",
        ));
    }
    if let Some(it) = figures.latency {
        let (value, note) = percentiles(it);
        rows.push(row("Latency", value, note));
    }
    if let Some(it) = figures.cold_latency {
        let (value, note) = percentiles(it);
        rows.push(row("Latency, cold starts", value, note));
    }
    rows.extend(figures.events.map(|it| accepted("Asynchronous events", it)));
    rows.extend(figures.messages.map(|it| accepted("Messages", it)));
    let cost = &it.cost;
    rows.push(row(
        "Cost",
        format!("${}", cost.total),
        format!(
            "requests ${}, compute ${}, {}ephemeral storage ${}; list prices of {}, without the free tier",
            cost.requests,
            cost.compute,
            match figures.provisioned {
                Some(_) => format!("provisioned concurrency ${}, ", cost.provisioned),
                None => String::new(),
            },
            cost.ephemeral_storage,
            cost.source,
        ),
    ));
    rows
}

fn throttles(it: &SoFar) -> String {
    let figures = &it.headline;
    let reasons = [
        ("account concurrency", figures.over_account_concurrency),
        ("reserved concurrency", figures.over_reserved_concurrency),
        ("scaling rate", figures.over_growth),
        ("requests a second", figures.over_rate),
    ];
    let there = reasons.into_iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = there
        .map(|(name, count)| format!("{name} {}", grouped(count)))
        .collect();
    words.join(", ")
}

fn accepted(name: &'static str, it: AcceptedFigures) -> Row {
    let age = it.age.map(|age| format!(", {} old (99 %)", span(age.p99)));
    let note = format!(
        "{} handled{}, {} lost, at most {} waiting",
        grouped(it.handled),
        age.unwrap_or_default(),
        grouped(it.lost),
        grouped(it.most_waiting)
    );
    row(name, grouped(it.accepted), note)
}

/// Lines of a run: one value of each stretch for each of `values`.
fn lines(it: &SoFar, values: &[&dyn Fn(&Stretch) -> u64]) -> RunSeries {
    let stretches = &it.series.stretches;
    let line = |value: &&dyn Fn(&Stretch) -> u64| {
        let drawn = |stretch: &Stretch| u32::try_from(value(stretch)).unwrap_or(u32::MAX);
        stretches.iter().map(drawn).collect()
    };
    RunSeries {
        length: it.length.as_nanos(),
        width: it.series.width.as_nanos(),
        lines: values.iter().map(line).collect(),
    }
}

/// What came, what was turned away, what began cold.
pub(super) fn requests(it: &SoFar) -> RunSeries {
    lines(
        it,
        &[
            &|it: &Stretch| it.counted.served,
            &|it: &Stretch| it.counted.throttled,
            &|it: &Stretch| it.counted.cold_starts,
        ],
    )
}

/// Environments, and those at work.
pub(super) fn environments(it: &SoFar) -> RunSeries {
    lines(
        it,
        &[&|it: &Stretch| it.environments.peak, &|it: &Stretch| {
            it.running.peak
        }],
    )
}

/// What 99 in a hundred, and half, of the requests that ended did not exceed: whole milliseconds.
pub(super) fn latencies(it: &SoFar) -> RunSeries {
    let millis = |it: Span| it.as_nanos().div_ceil(1_000_000);
    let most = |it: &Stretch| it.latency.map_or(0, |(_, most)| millis(most));
    let half = |it: &Stretch| it.latency.map_or(0, |(half, _)| millis(half));
    lines(it, &[&most, &half])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_none_only_if_they_are() {
        let words = [0.0, 0.000_01, 0.001_35, 0.25, 1.0].map(percent);
        assert_eq!(words, ["0 %", "< 0.01 %", "0.14 %", "25.0 %", "100.0 %"]);
    }

    #[test]
    fn waits_are_in_words_at_every_size() {
        let words = [0.2, 12.4, 600.0, 7_200.0, 1e9].map(about_seconds);
        let expected = [
            "less than a second",
            "about 12 s",
            "about 10 min",
            "about 2 h",
            "about 11,574 days",
        ];
        assert_eq!(words, expected);
    }
}
