//! When something is due: cron, rate and at expressions.
//!
//! ```text
//! calendar    dates, times of day and seconds
//! expression  text to cron, rate or at
//! cron        a cron expression, and the next time that it names
//! field, days   its fields: lists, ranges and increments; day-of-month with day-of-week
//! rate        a regular rate
//! zone        time zones: the host's, or of the database (cargo feature `zones`)
//! rule        an EventBridge rule's schedule, in UTC
//! scheduler   an EventBridge Scheduler's, in a time zone, with dates and a flexible window
//! error       why a schedule is refused, and where
//! ```

mod calendar;
mod cron;
mod days;
mod error;
mod expression;
mod field;
mod rate;
mod rule;
mod scheduler;
#[cfg(test)]
mod tests;
mod zone;

pub use calendar::UnixSeconds;
pub use error::{ScheduleError, ScheduleFault};
pub use field::Field;
pub use rate::RateUnit;
pub use rule::RuleSchedule;
pub use scheduler::{FlexibleTimeWindow, Schedule, scheduler_date};
pub use zone::{Offsets, Zone, Zones};
