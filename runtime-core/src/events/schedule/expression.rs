//! `cron(...)`, `rate(...)` or `at(...)`.

use super::calendar::{LocalTime, days_in_month};
use super::cron::Cron;
use super::error::{ScheduleError, ScheduleFault};
use super::rate::Rate;

/// A fault and where it is, in bytes.
pub(super) type Refused = (usize, ScheduleFault);

/// When something is due.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Cron(Cron),
    Rate(Rate),
    At(LocalTime),
}

/// A part of an expression.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// In bytes from the expression's start.
    pub(super) at: usize,
}

impl<'a> Word<'a> {
    fn part(self, text: &'a str) -> Word<'a> {
        let at = self.at + (text.as_ptr() as usize - self.text.as_ptr() as usize);
        Word { text, at }
    }

    /// Where it ends.
    pub(super) fn end(self) -> usize {
        self.at + self.text.len()
    }

    pub(super) fn words(self) -> Vec<Word<'a>> {
        let words = self.text.split_ascii_whitespace();
        words.map(|word| self.part(word)).collect()
    }

    pub(super) fn split(self, separator: char) -> impl Iterator<Item = Word<'a>> {
        self.text.split(separator).map(move |part| self.part(part))
    }

    pub(super) fn split_once(self, separator: char) -> Option<(Word<'a>, Word<'a>)> {
        let (before, after) = self.text.split_once(separator)?;
        Some((self.part(before), self.part(after)))
    }

    pub(super) fn strip_suffix(self, suffix: char) -> Option<Word<'a>> {
        Some(self.part(self.text.strip_suffix(suffix)?))
    }
}

/// Whose expression it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Rule,
    Scheduler,
}

impl Expression {
    pub(super) fn parse(text: &str, owner: Owner) -> Result<Expression, ScheduleError> {
        expression(text, owner).map_err(|(at, fault)| ScheduleError::new(text, at, fault))
    }
}

/// The longest expression in characters (EventBridge API reference, "PutRule"; Scheduler API
/// reference, "CreateSchedule").
const LONGEST: usize = 256;

fn expression(text: &str, owner: Owner) -> Result<Expression, Refused> {
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        return Err((at, ScheduleFault::TooLong { limit: LONGEST }));
    }
    let whole = Word { text, at: 0 };
    let Some((kind, rest)) = whole.split_once('(') else {
        return Err((0, ScheduleFault::NotAnExpression));
    };
    if !["cron", "rate", "at"].contains(&kind.text) {
        return Err((0, ScheduleFault::NotAnExpression));
    }
    let Some((inside, after)) = rest.split_once(')') else {
        return Err((text.len(), ScheduleFault::NotClosed));
    };
    if !after.text.is_empty() {
        return Err((after.at, ScheduleFault::AfterEnd));
    }
    match (kind.text, owner) {
        ("cron", _) => Cron::parse(inside).map(Expression::Cron),
        ("rate", _) => Rate::parse(inside, owner == Owner::Rule).map(Expression::Rate),
        (_, Owner::Rule) => Err((0, ScheduleFault::AtForRule)),
        (_, Owner::Scheduler) => at(inside).map(Expression::At),
    }
}

/// `yyyy-mm-ddThh:mm:ss`
fn at(inside: Word<'_>) -> Result<LocalTime, Refused> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let bytes = inside.text.as_bytes();
    let unlike = SHAPE.iter().enumerate().find(|(index, shape)| {
        let found = bytes.get(*index);
        match shape {
            b'0' => !found.is_some_and(u8::is_ascii_digit),
            shape => found != Some(shape),
        }
    });
    if let Some((index, _)) = unlike {
        return Err((inside.at + index, ScheduleFault::NotATimestamp));
    }
    if bytes.len() > SHAPE.len() {
        return Err((inside.at + SHAPE.len(), ScheduleFault::NotATimestamp));
    }
    let number = |from: usize, to: usize| -> u32 {
        let digits = inside.text.get(from..to).unwrap_or_default();
        digits.parse().unwrap_or_default()
    };
    let time = LocalTime {
        year: number(0, 4).into(),
        month: number(5, 7),
        day: number(8, 10),
        hour: number(11, 13),
        minute: number(14, 16),
        second: number(17, 19),
    };
    let wrong = [
        (5, (1..=12).contains(&time.month)),
        (
            8,
            (1..=days_in_month(time.year, time.month)).contains(&time.day),
        ),
        (11, time.hour < 24),
        (14, time.minute < 60),
        (17, time.second < 60),
    ];
    match wrong.iter().find(|(_, right)| !right) {
        Some((index, _)) => Err((inside.at + index, ScheduleFault::NoSuchTime)),
        None => Ok(time),
    }
}
