//! Why a schedule is refused. `Display` says the cause; [`ScheduleError::hint`] the remedy.

use super::field::Field;
use super::rate::RateUnit;
use crate::events::place::Place;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a schedule is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleError {
    /// Where in the text.
    pub place: Place,
    /// What is wrong there.
    pub fault: ScheduleFault,
}

/// What is wrong with a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleFault {
    /// Neither `cron(...)` nor `rate(...)` nor `at(...)`.
    NotAnExpression,
    /// More characters than an expression may have.
    TooLong {
        /// How many it may have.
        limit: usize,
    },
    /// `at(...)` for a rule: only EventBridge Scheduler has it.
    AtForRule,
    /// The closing parenthesis is missing.
    NotClosed,
    /// Something follows the closing parenthesis.
    AfterEnd,
    /// A rate of something else than a value and a unit.
    RateParts {
        /// How many there are.
        count: usize,
    },
    /// A rate's value is not a whole number without a sign.
    RateValue {
        /// What stands there.
        found: String,
    },
    /// A rate of zero.
    RateZero,
    /// A rate too long to count with.
    RateTooLong,
    /// There is no such unit.
    UnknownUnit {
        /// What stands there.
        found: String,
    },
    /// A rule's rate whose unit does not agree with its value in number: `1 minutes`, `5 hour`.
    UnitNumber {
        /// The unit.
        unit: RateUnit,
        /// Whether it must be singular.
        singular: bool,
    },
    /// A cron expression that has not six fields.
    FieldCount {
        /// How many it has.
        count: usize,
    },
    /// A list with nothing between its commas.
    EmptyItem {
        /// The field.
        field: Field,
    },
    /// Something that is no value of the field.
    NotAValue {
        /// The field.
        field: Field,
        /// What stands there.
        found: String,
    },
    /// A number that the field does not have.
    OutOfRange {
        /// The field.
        field: Field,
        /// The number.
        value: u32,
    },
    /// A wildcard that the field does not have.
    NoWildcard {
        /// The field.
        field: Field,
        /// The wildcard.
        wildcard: char,
    },
    /// An increment that is zero, or not a number.
    Increment {
        /// What stands there.
        found: String,
    },
    /// A range of years whose end is before its start.
    YearsReversed,
    /// `?` together with other values.
    QuestionMarkInList,
    /// `#` together with other values.
    HashInList,
    /// `#` with something else than 1 to 5.
    HashCount {
        /// What stands there.
        found: String,
    },
    /// Both day-of-month and day-of-week say something.
    BothDays,
    /// Neither day-of-month nor day-of-week says anything.
    NoDay,
    /// Something else than `yyyy-mm-ddThh:mm:ss`.
    NotATimestamp,
    /// A date or a time of day that does not exist.
    NoSuchTime,
    /// There is no such time zone.
    UnknownZone {
        /// Its name.
        name: String,
    },
    /// This build knows no time zone but UTC (cargo feature `zones`).
    NoZones {
        /// Its name.
        name: String,
    },
    /// Something else than a date and a time of day, for a start or an end.
    NotADate {
        /// What stands there.
        found: String,
    },
    /// The schedule ends before it starts.
    EndBeforeStart,
    /// A flexible time window of another length than 1 to 1,440 minutes.
    WindowLength {
        /// Its length.
        minutes: u32,
    },
}

impl ScheduleError {
    pub(super) fn new(text: &str, offset: usize, fault: ScheduleFault) -> ScheduleError {
        ScheduleError {
            place: Place::in_text(text, offset),
            fault,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        use ScheduleFault::*;
        match &self.fault {
            NotAnExpression => "Write cron(minutes hours day-of-month month day-of-week year), for example cron(0 12 * * ? *), or rate(5 minutes).".into(),
            TooLong { .. } => "Write ranges and increments instead of lists.".into(),
            AtForRule => "One-time schedules are EventBridge Scheduler's: use a schedule instead of a rule.".into(),
            NotClosed => "End the expression with ).".into(),
            AfterEnd => "End the expression with its closing parenthesis.".into(),
            RateParts { .. } => "Write a number, a space and a unit: rate(5 minutes).".into(),
            RateValue { .. } => "Use a whole number above 0 without a sign: rate(5 minutes).".into(),
            RateZero => "The shortest rate is rate(1 minute).".into(),
            RateTooLong => "Use fewer days.".into(),
            UnknownUnit { .. } => "Units are minute, minutes, hour, hours, day and days; the shortest rate is rate(1 minute).".into(),
            UnitNumber { unit, singular } => match singular {
                true => format!("With the value 1 the unit is singular: rate(1 {}).", unit.name(true)),
                false => format!("With any other value than 1 the unit is plural: {}.", unit.name(false)),
            },
            FieldCount { count: 5 } => "AWS has a sixth field, the year: add * at the end.".into(),
            FieldCount { count: 7 } => "AWS has no seconds: leave the first field out.".into(),
            FieldCount { .. } => "Write six fields with spaces between them: minutes hours day-of-month month day-of-week year.".into(),
            EmptyItem { .. } => "Write a value before and after each comma.".into(),
            NotAValue { field, .. } => format!("{} has {}.", field.title(), field.values()),
            OutOfRange { field: Field::DayOfWeek, value: 0 } => "Unlike Unix, AWS counts from 1 for Sunday to 7 for Saturday; SUN to SAT are clearer.".into(),
            OutOfRange { field, .. } => format!("{} has {}.", field.title(), field.values()),
            NoWildcard { field, .. } => format!("{} has the wildcards {}.", field.title(), field.wildcards()),
            Increment { .. } => "Write the increment as a number above 0: 0/15 is every 15, beginning with 0.".into(),
            YearsReversed => "Put the earlier year first.".into(),
            QuestionMarkInList => "? stands alone: it leaves the field open.".into(),
            HashInList => "AWS takes one expression with #, and nothing beside it.".into(),
            HashCount { .. } => "After # comes which one of the month, 1 to 5: 3#2 is the second Tuesday.".into(),
            BothDays => "Put ? into one of day-of-month and day-of-week.".into(),
            NoDay => "Put * into day-of-month or day-of-week for every day.".into(),
            NotATimestamp => "Write at(yyyy-mm-ddThh:mm:ss), without a time zone: at(2022-11-20T13:00:00).".into(),
            NoSuchTime => "Use a day that the month has, and 00:00:00 to 23:59:59.".into(),
            UnknownZone { .. } => "Use a name of the IANA time zone database, for example Europe/Paris or UTC.".into(),
            NoZones { .. } => "Use UTC here.".into(),
            NotADate { .. } => "Write a time in UTC from 1970 on, as in 2026-12-01T09:00:00Z.".into(),
            EndBeforeStart => "Set an end that is later than the start.".into(),
            WindowLength { .. } => "A flexible time window has 1 to 1440 minutes.".into(),
        }
    }
}

impl fmt::Display for ScheduleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ScheduleFault::*;
        match self {
            NotAnExpression => f.write_str("this is no schedule expression"),
            TooLong { limit } => {
                write!(f, "an expression has at most {limit} characters")
            }
            AtForRule => f.write_str("a rule has no one-time schedule"),
            NotClosed => f.write_str("the closing parenthesis is missing"),
            AfterEnd => f.write_str("something follows the closing parenthesis"),
            RateParts { count } => {
                write!(f, "a rate is a value and a unit, and this is {count} words")
            }
            RateValue { found } => write!(f, "\"{found}\" is not a whole number"),
            RateZero => f.write_str("a rate of 0 never ends"),
            RateTooLong => f.write_str("this rate is too long"),
            UnknownUnit { found } => write!(f, "there is no unit \"{found}\""),
            UnitNumber {
                unit,
                singular: true,
            } => {
                write!(f, "1 does not go with {}", unit.name(false))
            }
            UnitNumber {
                unit,
                singular: false,
            } => {
                write!(f, "only 1 goes with {}", unit.name(true))
            }
            FieldCount { count } => {
                write!(f, "a cron expression has six fields, and this has {count}")
            }
            EmptyItem { field } => write!(f, "{field} has an empty place in its list"),
            NotAValue { field, found } => write!(f, "\"{found}\" is no value of {field}"),
            OutOfRange { field, value } => write!(f, "{field} has no {value}"),
            NoWildcard { field, wildcard } => write!(f, "{field} has no wildcard {wildcard}"),
            Increment { found } => write!(f, "\"{found}\" is no increment"),
            YearsReversed => f.write_str("these years end before they begin"),
            QuestionMarkInList => f.write_str("? is together with other values"),
            HashInList => f.write_str("# is together with other values"),
            HashCount { found } => write!(f, "no month has a \"{found}\" of a weekday"),
            BothDays => f.write_str("both day-of-month and day-of-week say something"),
            NoDay => f.write_str("neither day-of-month nor day-of-week says anything"),
            NotATimestamp => f.write_str("this is not a timestamp"),
            NoSuchTime => f.write_str("there is no such date or time of day"),
            UnknownZone { name } => write!(f, "there is no time zone \"{name}\""),
            NoZones { name } => write!(f, "the time zone \"{name}\" is not included here"),
            NotADate { found } => write!(f, "\"{found}\" is no date with a time of day"),
            EndBeforeStart => f.write_str("the schedule ends before it starts"),
            WindowLength { minutes } => {
                write!(f, "{minutes} minutes are no flexible time window")
            }
        }
    }
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl std::error::Error for ScheduleError {}
