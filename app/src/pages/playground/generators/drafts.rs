//! A generator's settings while they are being edited: texts that may be nonsense.

use super::targets;
use crate::pages::playground::queues::drafts::{Mistake, seconds, whole};
use crate::session::Reading;
use runtime_core::generator::{
    End, Generator, GeneratorError, Per, Process, Rate, Run, Seed, Target, Texts, check,
};
use runtime_core::platform::json_error;
use runtime_core::units::{GeneratorId, Span};

/// Generators that a session can have.
const MAX_GENERATORS: usize = 20;

/// The processes, in the order in which they are offered.
pub(super) const PROCESSES: [&str; 4] = ["constant rate", "Poisson", "linear ramp", "bursts"];
/// What rates count in.
pub(super) const PERS: [&str; 2] = ["per second", "per minute"];
/// When a run ends.
pub(super) const ENDS: [&str; 3] = ["when it is stopped", "after a time", "after a number"];

/// A generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GeneratorDraft {
    pub(super) target: Option<Target>,
    /// One of [`PROCESSES`].
    pub(super) process: usize,
    /// One of [`PERS`].
    pub(super) per: usize,
    /// Where a ramp begins.
    pub(super) from: String,
    pub(super) rate: String,
    /// How long a ramp takes, in seconds.
    pub(super) over: String,
    /// Of a burst.
    pub(super) events: String,
    /// From burst to burst, in seconds.
    pub(super) every: String,
    /// One of [`ENDS`].
    pub(super) end: usize,
    /// Seconds or events.
    pub(super) limit: String,
    pub(super) seed: String,
    pub(super) texts: Texts,
}

impl Default for GeneratorDraft {
    fn default() -> Self {
        GeneratorDraft {
            target: None,
            process: 0,
            per: 0,
            from: "1".to_owned(),
            rate: "5".to_owned(),
            over: "60".to_owned(),
            events: "20".to_owned(),
            every: "10".to_owned(),
            end: 0,
            limit: "60".to_owned(),
            seed: "1".to_owned(),
            texts: Texts::default(),
        }
    }
}

impl GeneratorDraft {
    pub(super) fn of(generator: &Generator) -> Self {
        let mut draft = GeneratorDraft {
            target: Some(generator.target),
            seed: generator.seed.0.to_string(),
            texts: generator.texts.clone(),
            ..GeneratorDraft::default()
        };
        let per = |rate: Rate| usize::from(rate.per == Per::Minute);
        match generator.process {
            Process::Constant(rate) | Process::Poisson(rate) => {
                draft.process = usize::from(matches!(generator.process, Process::Poisson(_)));
                (draft.rate, draft.per) = (rate.events.to_string(), per(rate));
            }
            Process::Ramp { from, to, over } => {
                draft.process = 2;
                (draft.from, draft.rate) = (from.events.to_string(), to.events.to_string());
                (draft.over, draft.per) = (seconds(over), per(to));
            }
            Process::Bursts { events, every } => {
                draft.process = 3;
                (draft.events, draft.every) = (events.to_string(), seconds(every));
            }
        }
        (draft.end, draft.limit) = match generator.end {
            End::Never => (0, draft.limit),
            End::After(span) => (1, seconds(span)),
            End::Count(count) => (2, count.to_string()),
        };
        draft
    }

    /// Another target, with texts that fit it.
    pub(super) fn choose(&mut self, target: Target, texts: Texts) {
        (self.target, self.texts) = (Some(target), texts);
    }

    /// Whether a function is invoked without waiting; `None` if it is no function.
    pub(super) fn asynchronous(&self) -> Option<bool> {
        match self.target {
            Some(Target::Function { asynchronous, .. }) => Some(asynchronous),
            _ => None,
        }
    }

    pub(super) fn invoke(&mut self, asynchronously: bool) {
        if let Some(Target::Function { asynchronous, .. }) = &mut self.target {
            *asynchronous = asynchronously;
        }
    }

    /// What it means, or all that is wrong with it. Its first event is tried as well.
    pub(super) fn read(
        &self,
        id: GeneratorId,
        reading: &Reading<'_>,
    ) -> Result<Generator, Vec<Mistake>> {
        let before = reading.generators().find(|(known, _)| *known == id);
        if before.is_none() && reading.generators().count() >= MAX_GENERATORS {
            return Err(vec![Mistake {
                cause: format!("There are {MAX_GENERATORS} generators already."),
                hint: "Delete one, or change what it sends.".to_owned(),
            }]);
        }
        let generator = self.parse()?;
        let running = before.is_some_and(|(_, state)| state.run.is_some());
        let others = match running {
            true => reading.generated_besides(id),
            false => 0,
        };
        let errors = check(&generator, others);
        if !errors.is_empty() {
            let labels = targets::labels(reading, generator.target);
            let told = errors.iter().map(|error| Mistake {
                cause: match error {
                    GeneratorError::Text { field, .. } => {
                        let label = labels[*field as usize].unwrap_or("Text");
                        format!("{label}: {error}")
                    }
                    _ => error.to_string(),
                },
                hint: error.hint(),
            });
            return Err(told.collect());
        }
        match first_mistake(&generator, reading) {
            Some(mistake) => Err(vec![mistake]),
            None => Ok(generator),
        }
    }

    /// The settings that the texts are.
    fn parse(&self) -> Result<Generator, Vec<Mistake>> {
        let Some(target) = self.target else {
            return Err(vec![Mistake {
                cause: "There is no target.".to_owned(),
                hint: "Choose what the events go to.".to_owned(),
            }]);
        };
        let mut mistakes = Vec::new();
        let mut number = |label, text: &str| {
            let read = whole(label, text);
            read.map_err(|mistake| mistakes.push(mistake))
                .unwrap_or_default()
        };
        let per = match self.per {
            0 => Per::Second,
            _ => Per::Minute,
        };
        let span = |seconds: u32| Span::from_secs(seconds.into());
        let process = match self.process {
            2 => Process::Ramp {
                from: Rate {
                    events: number("From", &self.from),
                    per,
                },
                to: Rate {
                    events: number("Rate", &self.rate),
                    per,
                },
                over: span(number("Over", &self.over)),
            },
            3 => Process::Bursts {
                events: number("Events at once", &self.events),
                every: span(number("Every", &self.every)),
            },
            process => {
                let events = number("Rate", &self.rate);
                let rate = Rate { events, per };
                match process {
                    0 => Process::Constant(rate),
                    _ => Process::Poisson(rate),
                }
            }
        };
        let end = match self.end {
            0 => End::Never,
            1 => End::After(span(number("Seconds", &self.limit))),
            _ => End::Count(number("Events", &self.limit).into()),
        };
        let seed = self.seed.trim().parse().map(Seed).unwrap_or_else(|_| {
            mistakes.push(Mistake {
                cause: format!("Seed: \"{}\" is not a whole number.", self.seed.trim()),
                hint: "Type digits only, at most 19 of them.".to_owned(),
            });
            Seed::default()
        });
        match mistakes.is_empty() {
            true => Ok(Generator {
                target,
                process,
                end,
                seed,
                texts: self.texts.clone(),
            }),
            false => Err(mistakes),
        }
    }
}

/// What is wrong with the first event that it would send now.
fn first_mistake(generator: &Generator, reading: &Reading<'_>) -> Option<Mistake> {
    let mut run = Run::begin(generator, reading.now).ok()?;
    let (_, texts) = run.take(reading.session())?;
    if let Err(mistake) = targets::written(reading, generator.target, &texts) {
        return Some(mistake);
    }
    if !matches!(generator.target, Target::Function { .. }) {
        return None;
    }
    let error = json_error(texts.body.as_bytes())?;
    let (line, column, message) = (error.line, error.column, error.message);
    Some(Mistake {
        cause: format!("The first event is not JSON: line {line}, column {column}: {message}."),
        hint: "Placeholders for texts stand in double quotes.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::units::QueueId;

    fn draft() -> GeneratorDraft {
        GeneratorDraft {
            target: Some(Target::Queue(QueueId(1))),
            ..GeneratorDraft::default()
        }
    }

    #[test]
    fn settings_survive_the_form() {
        for process in 0..PROCESSES.len() {
            for (per, end) in [(0, 0), (1, 1), (1, 2)] {
                let draft = GeneratorDraft {
                    process,
                    per,
                    end,
                    seed: u64::MAX.to_string(),
                    ..draft()
                };
                let generator = draft.parse().unwrap();
                assert_eq!(GeneratorDraft::of(&generator).parse(), Ok(generator));
            }
        }
    }

    #[test]
    fn every_mistake_is_told() {
        let draft = GeneratorDraft {
            rate: "some".to_owned(),
            end: 2,
            limit: "-1".to_owned(),
            seed: "π".to_owned(),
            ..draft()
        };
        let mistakes = draft.parse().unwrap_err();
        let causes: Vec<&str> = mistakes.iter().map(|it| it.cause.as_str()).collect();
        assert_eq!(
            causes,
            [
                "Rate: \"some\" is not a whole number.",
                "Events: \"-1\" is not a whole number.",
                "Seed: \"π\" is not a whole number.",
            ]
        );
        assert!(GeneratorDraft::default().parse().is_err());
    }
}
