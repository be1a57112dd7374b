//! Why a source's settings are refused.

use super::check::MAX_FILTERS;
use crate::events::input_template::InputTemplateError;
use crate::events::iot_sql::SqlError;
use crate::events::json_path::JsonPathError;
use crate::events::log_filter::LogFilterError;
use crate::events::pattern::PatternError;
use crate::events::schedule::ScheduleError;
use crate::timeline::PoolTrigger;
use std::fmt;

/// What is wrong with a source's settings. `Display` says the cause, in AWS's words where they are
/// known; [`SourceError::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// Of which wire, from 0; `None` if it is about the source itself.
    pub wire: Option<usize>,
    /// What is wrong.
    pub fault: SourceFault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFault {
    /// The name does not follow the service's rules: these.
    Name(&'static str),
    /// Another source of its kind has the name.
    NameTaken,
    /// A schedule's expression.
    Schedule(ScheduleError),
    /// A schedule's time zone.
    Zone(ScheduleError),
    /// A rule with a time zone: rules are in UTC.
    ZoneOfRule,
    /// A schedule's start date.
    StartDate(ScheduleError),
    /// A schedule's end date.
    EndDate(ScheduleError),
    /// A schedule's flexible time window.
    Window(ScheduleError),
    /// A rule with a start, an end or a flexible time window: only schedules of Scheduler have them.
    DatesOfRule,
    /// The input of a schedule or of a rule's target is not JSON.
    Input {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// The input of a rule's target is too long.
    InputLength {
        /// How many characters it may have.
        longest: usize,
    },
    /// The path of a rule's target.
    InputPath(JsonPathError),
    /// The transformer of a rule's target.
    InputTransformer(InputTemplateError),
    /// A target of something else than a bus is to get something else than the event.
    InputOfOther,
    /// An event pattern or a filter policy.
    Pattern(PatternError),
    /// The statement of an IoT rule.
    Sql(SqlError),
    /// A filter pattern of a log group.
    LogFilter(LogFilterError),
    /// A log group of a function that is not there.
    UnknownLogger,
    /// A function is to be told of its own log.
    OwnLog,
    /// More subscription filters than a log group may have.
    TooManyFilters,
    /// A log group's events are to go to a queue.
    LogsToQueue,
    /// A user pool is to ask a queue.
    PoolToQueue,
    /// A user pool has a function for this already.
    TriggerTaken(PoolTrigger),
    /// Two notifications of a bucket would both tell of the same object.
    Overlapping,
    /// What the target wants to know is nothing that this kind of source tells.
    OfAnotherKind,
    /// The target is not there.
    UnknownTarget,
    /// A FIFO queue: none of these sources writes to one here.
    FifoTarget,
    /// A topic, a bus or a bucket: sources tell functions and queues here.
    SourceTarget,
}

impl SourceFault {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            SourceFault::Name(rule) => format!("Use {rule}."),
            SourceFault::NameTaken => "Choose another name, or change that source.".to_owned(),
            SourceFault::Schedule(error)
            | SourceFault::Zone(error)
            | SourceFault::StartDate(error)
            | SourceFault::EndDate(error)
            | SourceFault::Window(error) => error.hint(),
            SourceFault::ZoneOfRule | SourceFault::DatesOfRule => {
                "Use a schedule of EventBridge Scheduler instead.".to_owned()
            }
            SourceFault::Input { .. } => {
                "Write JSON (a text in double quotes), or leave it empty for the service's own event."
                    .to_owned()
            }
            SourceFault::InputLength { .. } => {
                "Write less: what the function needs besides can be a variable of its own.".to_owned()
            }
            SourceFault::InputPath(error) => error.hint(),
            SourceFault::InputTransformer(error) => error.hint(),
            SourceFault::InputOfOther => "Let the target have the whole event.".to_owned(),
            SourceFault::Pattern(error) => error.hint(),
            SourceFault::Sql(error) => error.hint(),
            SourceFault::LogFilter(error) => error.hint(),
            SourceFault::UnknownLogger => "Choose the function whose log it is.".to_owned(),
            SourceFault::OwnLog => {
                "Choose another function: what it logs then would be told to it again, and again."
                    .to_owned()
            }
            SourceFault::TooManyFilters => {
                format!("A log group has at most {MAX_FILTERS} subscription filters: remove one.")
            }
            SourceFault::LogsToQueue | SourceFault::PoolToQueue => "Choose a function.".to_owned(),
            SourceFault::TriggerTaken(_) => {
                "Remove that one, or choose another trigger.".to_owned()
            }
            SourceFault::Overlapping => {
                "Give one of them a prefix or suffix that excludes the other.".to_owned()
            }
            SourceFault::OfAnotherKind => "Choose what this source tells.".to_owned(),
            SourceFault::UnknownTarget => "Choose a function or a queue that is there.".to_owned(),
            SourceFault::FifoTarget => "Choose a standard queue.".to_owned(),
            SourceFault::SourceTarget => "Choose a function or a queue.".to_owned(),
        }
    }
}

impl SourceError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        self.fault.hint()
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            SourceFault::Name(_) => f.write_str("That is no valid name."),
            SourceFault::NameTaken => f.write_str("A source of this kind has this name."),
            SourceFault::Schedule(error) => error.fmt(f),
            SourceFault::Zone(error) => write!(f, "The time zone: {}.", error.fault),
            SourceFault::ZoneOfRule => f.write_str("A rule's schedule is in UTC."),
            SourceFault::StartDate(error) => write!(f, "The start date: {}.", error.fault),
            SourceFault::EndDate(error) => write!(f, "The end date: {}.", error.fault),
            SourceFault::Window(error) => write!(f, "The flexible time window: {}.", error.fault),
            SourceFault::DatesOfRule => {
                f.write_str("A rule's schedule has no start, no end and no flexible time window.")
            }
            SourceFault::Input { line, column } => {
                write!(f, "The input is not JSON: line {line}, column {column}.")
            }
            SourceFault::InputLength { longest } => {
                write!(f, "The input has more than {longest} characters.")
            }
            SourceFault::InputPath(error) => write!(f, "The input path: {error}."),
            SourceFault::InputTransformer(error) => error.fmt(f),
            SourceFault::InputOfOther => {
                f.write_str("Only targets of a bus have an input of their own.")
            }
            SourceFault::Pattern(error) => error.fmt(f),
            SourceFault::Sql(error) => error.fmt(f),
            SourceFault::LogFilter(error) => error.fmt(f),
            SourceFault::UnknownLogger => f.write_str("There is no such function."),
            // CloudWatch Logs' words, as amplify-education/serverless-log-forwarding#13 reports them.
            SourceFault::OwnLog => f.write_str(
                "The log group provided is reserved for the function logs of the destination function.",
            ),
            // Those of LimitExceededException (PutSubscriptionFilter).
            SourceFault::TooManyFilters => f.write_str("Resource limit exceeded."),
            SourceFault::PoolToQueue => f.write_str("A user pool waits for answers: a queue gives none."),
            SourceFault::TriggerTaken(trigger) => {
                write!(f, "The user pool has a function for {}.", trigger.name())
            }
            SourceFault::LogsToQueue => {
                f.write_str("CloudWatch Logs sends log events to no queue.")
            }
            // S3's words (PutBucketNotificationConfiguration).
            SourceFault::Overlapping => f.write_str(
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
            ),
            SourceFault::OfAnotherKind => {
                f.write_str("The target waits for something that this source never tells.")
            }
            SourceFault::UnknownTarget => f.write_str("The target is not there."),
            SourceFault::FifoTarget => f.write_str("The target is a FIFO queue."),
            SourceFault::SourceTarget => f.write_str("The target is a source of events itself."),
        }
    }
}
