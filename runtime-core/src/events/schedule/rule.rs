//! A rule's schedule (EventBridge, "Setting a schedule pattern for scheduled rules"): in UTC.

use super::calendar::UnixSeconds;
use super::error::ScheduleError;
use super::expression::{Expression, Owner};
use super::scheduler::next_cron;
use super::zone::Zone;

/// When a rule on a schedule is due.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSchedule {
    expression: Expression,
}

impl RuleSchedule {
    /// Reads `cron(...)` or `rate(...)`.
    ///
    /// # Errors
    ///
    /// The first fault, with its place.
    pub fn parse(text: &str) -> Result<RuleSchedule, ScheduleError> {
        let expression = Expression::parse(text, Owner::Rule)?;
        Ok(RuleSchedule { expression })
    }

    /// The first time later than `after`; `None` if there is none. A rate begins when the rule is
    /// created, and is due for the first time one rate later (model choice: the page says only
    /// that it starts then).
    pub fn next_after(&self, created: UnixSeconds, after: UnixSeconds) -> Option<UnixSeconds> {
        match &self.expression {
            Expression::Cron(cron) => next_cron(cron, &Zone::UTC, after),
            Expression::Rate(rate) => rate.next_after(created, false, after),
            Expression::At(_) => None,
        }
    }
}
