//! Invocations of the session as samples, and a tuning as rows and curves.

use super::super::bill_model::dollars;
use crate::session::{ProfileState, Reading};
use crate::widgets::SweepPicture;
use runtime_core::billing::{BilledSettings, PriceBook};
use runtime_core::cpu::cpu_time;
use runtime_core::profile::PhaseProfile;
use runtime_core::timeline::Architecture;
use runtime_core::tuning::{
    Choice, LinkPoint, PhaseWork, PowerPoint, Sample, Strategy, Tuning, tune,
};
use runtime_core::units::{MemoryMb, RequestId, Span};

/// What a curve of time shows, and one of times below a millisecond.
const TIME: [&str; 2] = ["time (ms)", "time (µs)"];
/// The same of cost.
const COST: [&str; 2] = ["a million ($)", "a billion ($)"];

/// What there is to tune by.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    /// No invocation that is billed.
    Nothing,
    /// What this one did is not known yet.
    NotKnown(RequestId),
    /// It is being found out.
    Replaying(RequestId),
    /// It cannot be found out: why, and what to do.
    Refused(String, String),
    /// What invocations of a function did.
    Known {
        name: String,
        settings: BilledSettings,
        samples: Vec<Sample>,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tuned {
    /// The function's memory.
    pub(super) now: MemoryMb,
    pub(super) tuning: Option<Tuning>,
    /// The same on the other architecture.
    other: Option<Tuning>,
    architecture: Architecture,
    /// What is wrong with the sizes.
    pub(super) mistake: Option<String>,
}

impl Standing {
    /// By every invocation of the shown one's function that was replayed.
    pub(super) fn of(reading: &Reading<'_>) -> Standing {
        let Some(record) = reading.shown_request() else {
            return Standing::Nothing;
        };
        if record.billed_millis().is_none() {
            return Standing::Nothing;
        }
        match reading.profile(record.request) {
            ProfileState::NotAsked => return Standing::NotKnown(record.request),
            ProfileState::Replaying { .. } => return Standing::Replaying(record.request),
            ProfileState::Refused { cause, hint } => return Standing::Refused(cause, hint),
            ProfileState::Ready(_) => {}
        }
        let Some(configuration) = record.configuration.as_deref() else {
            return Standing::Nothing;
        };
        let all = reading.invocations().iter();
        let same = all.filter(|it| it.function == record.function);
        let samples = same.filter_map(|it| {
            let ProfileState::Ready(profile) = reading.profile(it.request) else {
                return None;
            };
            Some(Sample {
                init: profile.init.as_ref().map(work),
                handler: work(&profile.invocation),
                max_memory: it.end()?.max_memory,
            })
        });
        Standing::Known {
            name: configuration.name.clone(),
            settings: configuration.into(),
            samples: samples.collect(),
        }
    }
}

fn work(phase: &PhaseProfile) -> PhaseWork {
    PhaseWork {
        cpu: cpu_time(phase.profile.fuel()),
        waited: phase.waited,
    }
}

impl Tuned {
    pub(super) fn of(standing: &Standing, sizes: &str, book: &PriceBook) -> Option<Tuned> {
        let Standing::Known {
            settings, samples, ..
        } = standing
        else {
            return None;
        };
        let mut tuned = Tuned {
            now: settings.memory,
            tuning: None,
            other: None,
            architecture: settings.architecture,
            mistake: None,
        };
        let sizes = match read_sizes(sizes) {
            Ok(sizes) => sizes,
            Err(word) => {
                tuned.mistake = Some(format!(
                    "“{word}” is no memory size. Give sizes in MB, as 128, 512, 1024."
                ));
                return Some(tuned);
            }
        };
        match tune(samples, &sizes, *settings, book) {
            Ok(tuning) => tuned.tuning = Some(tuning),
            Err(error) => tuned.mistake = Some(format!("{error}. {}", error.hint())),
        }
        let other = BilledSettings {
            architecture: match settings.architecture {
                Architecture::X86_64 => Architecture::Arm64,
                Architecture::Arm64 => Architecture::X86_64,
            },
            ..*settings
        };
        tuned.other = tune(samples, &sizes, other, book).ok();
        Some(tuned)
    }

    pub(super) fn choice(&self, strategy: Strategy) -> Option<Choice> {
        let mut choice = self.tuning.as_ref()?.choice(strategy, self.now)?;
        let small = &self.tuning.as_ref()?.too_small;
        if strategy == Strategy::Cost && !small.is_empty() {
            let small: Vec<String> = small.iter().map(ToString::to_string).collect();
            choice.reason.push_str(&format!(
                " {} would not hold what it used.",
                small.join(", ")
            ));
        }
        Some(choice)
    }

    pub(super) fn rows(&self) -> Vec<[String; 6]> {
        let (Some(tuning), Some(other)) = (&self.tuning, &self.other) else {
            return Vec::new();
        };
        let million = |it: &PowerPoint| dollars(it.cost.times(1_000_000), 3);
        let row = |(it, other): (&PowerPoint, &PowerPoint)| {
            let (x86_64, arm64) = match self.architecture {
                Architecture::X86_64 => (it, other),
                Architecture::Arm64 => (other, it),
            };
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
            [
                it.memory.to_string(),
                in_ms(it.duration),
                million(x86_64),
                million(arm64),
                or_none(it.init.map(in_ms)),
                or_none(it.init_cost.map(|it| dollars(it.times(1_000_000), 3))),
            ]
        };
        tuning.points.iter().zip(&other.points).map(row).collect()
    }

    pub(super) fn times(&self) -> SweepPicture {
        self.picture(TIME, |it| it.duration.as_millis_f64())
    }

    pub(super) fn costs(&self) -> SweepPicture {
        self.picture(COST, |it| it.cost.times(1_000_000).as_f64())
    }

    fn picture(&self, units: [&str; 2], of: fn(&PowerPoint) -> f64) -> SweepPicture {
        let points = self.tuning.iter().flat_map(|it| &it.points);
        picture(units, points.map(|it| (it.memory.get(), of(it))))
    }
}

/// What a link says of time.
pub(super) fn linked_times(points: &[LinkPoint]) -> SweepPicture {
    let points = points.iter();
    picture(
        TIME,
        points.map(|it| (it.memory.into(), it.duration.into())),
    )
}

/// What a link says of cost.
pub(super) fn linked_costs(points: &[LinkPoint]) -> SweepPicture {
    let million = |it: &LinkPoint| (it.memory.into(), f64::from(it.cost) * 1e6);
    picture(COST, points.iter().map(million))
}

/// A curve; values that are small are drawn in the smaller unit, so that their marks are short.
fn picture(units: [&str; 2], points: impl Iterator<Item = (u32, f64)>) -> SweepPicture {
    let (sizes, mut values): (Vec<u32>, Vec<f64>) = points.unzip();
    let largest = values.iter().copied().fold(0.0, f64::max);
    let [usual, small] = units;
    let figure = match largest < 0.5 {
        true => {
            values.iter_mut().for_each(|it| *it *= 1e3);
            small
        }
        false => usual,
    };
    SweepPicture {
        figure: figure.to_owned(),
        across: "memory".to_owned(),
        columns: sizes.iter().map(ToString::to_string).collect(),
        up: String::new(),
        rows: Vec::new(),
        values: values.into_iter().map(Some).collect(),
    }
}

/// Reads sizes apart by commas or spaces, or says which word is none.
fn read_sizes(text: &str) -> Result<Vec<MemoryMb>, String> {
    let words = text.split([',', ' ', ';']).filter(|it| !it.is_empty());
    let size = |word: &str| {
        let size = word.parse().map(MemoryMb::new);
        size.map_err(|_| crate::shapes::text::clip(word, 20))
    };
    words.map(size).collect()
}

/// The sizes of 64 MB apart that aws-lambda-power-tuning has charts of.
pub(super) fn every_step() -> String {
    let sizes = (128..=3_008).step_by(64).map(|it| it.to_string());
    sizes.collect::<Vec<_>>().join(", ")
}

fn in_ms(time: Span) -> String {
    format!("{} ms", time.millis_2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let read =
            |text| read_sizes(text).map(|it| it.iter().map(|it| it.get()).collect::<Vec<_>>());
        assert_eq!(read("128, 256;512  1024,"), Ok(vec![128, 256, 512, 1_024]));
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(read("128, many"), Err("many".to_owned()));
        assert_eq!(read("-1"), Err("-1".to_owned()));
        assert_eq!(read(&every_step()).map(|it| it.len()), Ok(46));
    }
}
