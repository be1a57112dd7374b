//! Why a generator is refused. `Display` says the cause; [`GeneratorError::hint`] the remedy.

use super::template::{Template, TemplateError};
use super::{
    End, Generator, MAX_EVENTS, MAX_EVENTS_AT_ONCE, MAX_PER_SECOND, MAX_SPAN, MIN_PERIOD, Process,
    Texts,
};
use crate::units::Span;
use std::fmt;

/// Why a generator is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneratorError {
    /// Its rate is zero.
    NoRate,
    /// More events than a page can draw, in events a minute.
    TooFast(u64),
    /// A burst of none, or of too many.
    Burst(u32),
    /// Bursts that come too often or too seldom.
    Period(Span),
    /// A ramp that takes no time, or too long.
    Ramp(Span),
    /// An end after no time, or too late.
    Duration(Span),
    /// An end after no events, or too many.
    Count(u64),
    /// A text is refused.
    Text {
        /// Which.
        field: Field,
        /// Why.
        error: TemplateError,
    },
}

/// One of a generator's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// [`Texts::first`].
    First,
    /// [`Texts::second`].
    Second,
    /// [`Texts::body`].
    Body,
}

impl Field {
    pub(super) const ALL: [Field; 3] = [Field::First, Field::Second, Field::Body];

    pub(super) fn of(self, texts: &Texts) -> &str {
        match self {
            Field::First => &texts.first,
            Field::Second => &texts.second,
            Field::Body => &texts.body,
        }
    }

    /// What its seeded values are called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Field::First => "first",
            Field::Second => "second",
            Field::Body => "body",
        }
    }
}

/// All that is wrong with a generator. `others`: so many events a minute send those that run already.
pub fn check(generator: &Generator, others: u64) -> Vec<GeneratorError> {
    let mut errors = Vec::new();
    let within = |span: Span, least| (least..=MAX_SPAN).contains(&span);
    let moment = Span::from_nanos(1);
    match generator.process {
        Process::Bursts { events, every } => {
            if !(1..=MAX_EVENTS_AT_ONCE).contains(&events) {
                errors.push(GeneratorError::Burst(events));
            }
            if !within(every, MIN_PERIOD) {
                errors.push(GeneratorError::Period(every));
            }
        }
        Process::Ramp { over, .. } if !within(over, moment) => {
            errors.push(GeneratorError::Ramp(over));
        }
        Process::Constant(_) | Process::Poisson(_) | Process::Ramp { .. } => {}
    }
    if errors.is_empty() {
        let per_minute = generator.process.per_minute();
        if per_minute == 0 {
            errors.push(GeneratorError::NoRate);
        }
        let all = per_minute.saturating_add(others);
        if all > u64::from(MAX_PER_SECOND) * 60 {
            errors.push(GeneratorError::TooFast(all));
        }
    }
    match generator.end {
        End::After(span) if !within(span, moment) => errors.push(GeneratorError::Duration(span)),
        End::Count(count) if !(1..=MAX_EVENTS).contains(&count) => {
            errors.push(GeneratorError::Count(count));
        }
        End::Never | End::After(_) | End::Count(_) => {}
    }
    for field in Field::ALL {
        if let Err(error) = Template::parse(field.of(&generator.texts)) {
            errors.push(GeneratorError::Text { field, error });
        }
    }
    errors
}

impl GeneratorError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            GeneratorError::NoRate => "Type 1 or more.".to_owned(),
            GeneratorError::TooFast(_) => format!(
                "All that run together send at most {MAX_PER_SECOND} a second. Type less, or stop another."
            ),
            GeneratorError::Burst(_) => format!("Type 1 to {MAX_EVENTS_AT_ONCE}."),
            GeneratorError::Period(_) => format!("Type {MIN_PERIOD} to {MAX_SPAN}."),
            GeneratorError::Ramp(_) | GeneratorError::Duration(_) => {
                format!("Type more than nothing, at most {MAX_SPAN}.")
            }
            GeneratorError::Count(_) => format!("Type 1 to {MAX_EVENTS}."),
            GeneratorError::Text { error, .. } => error.hint(),
        }
    }
}

impl fmt::Display for GeneratorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GeneratorError::NoRate => f.write_str("The rate is zero."),
            GeneratorError::TooFast(per_minute) => {
                write!(f, "That is {} events a second.", per_minute / 60)
            }
            GeneratorError::Burst(events) => write!(f, "A burst cannot be of {events} events."),
            GeneratorError::Period(every) => write!(f, "Bursts cannot be {every} apart."),
            GeneratorError::Ramp(over) => write!(f, "A ramp cannot take {over}."),
            GeneratorError::Duration(span) => write!(f, "A run cannot end after {span}."),
            GeneratorError::Count(count) => write!(f, "A run cannot end after {count} events."),
            GeneratorError::Text { error, .. } => write!(f, "{error}."),
        }
    }
}

impl std::error::Error for GeneratorError {}
