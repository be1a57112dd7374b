//! How far a generator has come since it was started.

use super::arrivals::Arrivals;
use super::check::Field;
use super::random::Seed;
use super::template::{Occasion, Template, TemplateError};
use super::{End, Generator, MAX_EVENTS, Texts};
use crate::timeline::SessionMeta;
use crate::units::Moment;
use std::fmt;

/// A generator that sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    began: Moment,
    end: End,
    seed: Seed,
    arrivals: Arrivals,
    templates: [Template; 3],
    sent: u64,
}

/// Why a run ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its time is over.
    Duration,
    /// It has sent as many as it was to.
    Count,
    /// It has sent as many as any may: [`MAX_EVENTS`].
    Limit,
    /// Its rate fell to nothing.
    Faded,
}

impl Run {
    /// A generator begins to send.
    ///
    /// # Errors
    /// One of its texts is refused.
    pub fn begin(generator: &Generator, at: Moment) -> Result<Run, TemplateError> {
        Ok(Run {
            began: at,
            end: generator.end,
            seed: generator.seed,
            arrivals: Arrivals::begin(generator.process, generator.seed, at),
            templates: templates(&generator.texts)?,
            sent: 0,
        })
    }

    /// Goes on with other settings from a moment on; what it has sent counts.
    ///
    /// # Errors
    /// One of the texts is refused, and nothing is changed.
    pub fn change(&mut self, generator: &Generator, now: Moment) -> Result<(), TemplateError> {
        self.templates = templates(&generator.texts)?;
        (self.end, self.seed) = (generator.end, generator.seed);
        self.arrivals.change(generator.process, generator.seed, now);
        Ok(())
    }

    /// When it sends next.
    ///
    /// # Errors
    /// It does not any more, and why.
    pub fn due(&self) -> Result<Moment, Ended> {
        let due = self.arrivals.due().ok_or(Ended::Faded)?;
        match self.end {
            End::After(span) if due.since(self.began) >= span => Err(Ended::Duration),
            End::Count(count) if self.sent >= count => Err(Ended::Count),
            _ if self.sent >= MAX_EVENTS => Err(Ended::Limit),
            End::Never | End::After(_) | End::Count(_) => Ok(due),
        }
    }

    /// The next event: when, and what it says. `None` if there is none any more.
    pub fn take(&mut self, session: SessionMeta) -> Option<(Moment, Texts)> {
        self.due().ok()?;
        let at = self.arrivals.take()?;
        self.sent += 1;
        let occasion = Occasion {
            number: self.sent,
            unix_millis: session.unix_nanos(at) / 1_000_000,
        };
        let [first, second, body] = Field::ALL.map(|field| {
            let template = &self.templates[field as usize];
            template.write(self.seed, field.name(), occasion)
        });
        let texts = Texts {
            first,
            second,
            body,
        };
        Some((at, texts))
    }

    /// When it began.
    pub fn began(&self) -> Moment {
        self.began
    }

    /// How many it has sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }
}

fn templates(texts: &Texts) -> Result<[Template; 3], TemplateError> {
    let [first, second, body] = Field::ALL.map(|field| Template::parse(field.of(texts)));
    Ok([first?, second?, body?])
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Duration => f.write_str("its time is over"),
            Ended::Count => f.write_str("all are sent"),
            Ended::Limit => write!(f, "{MAX_EVENTS} events are the most of one run"),
            Ended::Faded => f.write_str("its rate fell to nothing"),
        }
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
