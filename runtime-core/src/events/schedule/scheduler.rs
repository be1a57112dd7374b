//! A schedule of EventBridge Scheduler ("Schedule types in EventBridge Scheduler").

use super::calendar::{LocalTime, UnixSeconds};
use super::cron::Cron;
use super::error::{ScheduleError, ScheduleFault};
use super::expression::{Expression, Owner};
use super::zone::Zone;
use crate::units::read_time;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The longest flexible time window (Scheduler API reference, "FlexibleTimeWindow").
const LONGEST_WINDOW: u32 = 1_440;
const NANOS: u64 = 1_000_000_000;

/// When a schedule of EventBridge Scheduler is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    expression: Expression,
    zone: Zone,
    start: Option<UnixSeconds>,
    end: Option<UnixSeconds>,
    window: FlexibleTimeWindow,
}

/// How long after the scheduled time a target may be invoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FlexibleTimeWindow {
    /// At the scheduled time.
    #[default]
    Off,
    /// Within so many minutes, 1 to 1,440.
    Flexible(u32),
}

impl FlexibleTimeWindow {
    /// Of `MaximumWindowInMinutes`; off without it.
    pub const fn of(minutes: Option<u32>) -> Self {
        match minutes {
            None => FlexibleTimeWindow::Off,
            Some(minutes) => FlexibleTimeWindow::Flexible(minutes),
        }
    }
}

/// Reads a `StartDate` or an `EndDate`: a time in UTC (Scheduler API reference, "CreateSchedule").
///
/// # Errors
///
/// It is no date with a time of day from 1970 on.
pub fn scheduler_date(text: &str) -> Result<UnixSeconds, ScheduleError> {
    let seconds = read_time(text).and_then(|it| i64::try_from(it).ok());
    seconds.map(UnixSeconds).ok_or_else(|| {
        let found = text.to_owned();
        ScheduleError::new(text, 0, ScheduleFault::NotADate { found })
    })
}

impl Schedule {
    /// Reads `cron(...)`, `rate(...)` or `at(...)`. Cron and at expressions are in the time zone.
    ///
    /// # Errors
    ///
    /// The first fault, with its place.
    pub fn parse(text: &str, zone: Zone) -> Result<Schedule, ScheduleError> {
        Ok(Schedule {
            expression: Expression::parse(text, Owner::Scheduler)?,
            zone,
            start: None,
            end: None,
            window: FlexibleTimeWindow::Off,
        })
    }

    /// With `StartDate` and `EndDate`: due not before the one and not after the other. One-time
    /// schedules ignore both.
    ///
    /// # Errors
    ///
    /// The end is not later than the start.
    pub fn between(
        self,
        start: Option<UnixSeconds>,
        end: Option<UnixSeconds>,
    ) -> Result<Schedule, ScheduleError> {
        match (start, end) {
            (Some(start), Some(end)) if end <= start => {
                Err(ScheduleError::new("", 0, ScheduleFault::EndBeforeStart))
            }
            _ => Ok(Schedule { start, end, ..self }),
        }
    }

    /// With a flexible time window.
    ///
    /// # Errors
    ///
    /// The window has another length than 1 to 1,440 minutes.
    pub fn within(self, window: FlexibleTimeWindow) -> Result<Schedule, ScheduleError> {
        match window {
            FlexibleTimeWindow::Flexible(minutes) if !(1..=LONGEST_WINDOW).contains(&minutes) => {
                let fault = ScheduleFault::WindowLength { minutes };
                Err(ScheduleError::new("", 0, fault))
            }
            window => Ok(Schedule { window, ..self }),
        }
    }

    /// The first scheduled time later than `after`; `None` if there is none.
    ///
    /// A rate is due at its start date and then after each rate, whatever clocks do; without a
    /// start date it is due when it is `created`: to be told that time, ask for one before it.
    /// A local time that clocks are put forward over is skipped. One that comes twice because
    /// clocks are put back is due the first time only. (A one-time schedule for a skipped time is
    /// never due: model choice, as the page speaks of cron expressions only.)
    pub fn next_after(&self, created: UnixSeconds, after: UnixSeconds) -> Option<UnixSeconds> {
        // From the start date on, that included.
        let started = match self.start {
            Some(start) => after.max(UnixSeconds(start.0.saturating_sub(1))),
            None => after,
        };
        let next = match &self.expression {
            Expression::At(local) => {
                return self.zone.first(*local).filter(|due| *due > after);
            }
            Expression::Cron(cron) => next_cron(cron, &self.zone, started)?,
            Expression::Rate(rate) => {
                let start = self.start.unwrap_or(created);
                rate.next_after(start, true, started)?
            }
        };
        self.end.is_none_or(|end| next <= end).then_some(next)
    }

    /// When the target may be invoked for a scheduled time. Which moment of it, the caller draws. A
    /// recurring schedule invokes nothing after its end date, so its last window closes there.
    pub fn window(&self, due: UnixSeconds) -> RangeInclusive<UnixSeconds> {
        let minutes = match self.window {
            FlexibleTimeWindow::Off => 0,
            FlexibleTimeWindow::Flexible(minutes) => minutes,
        };
        let closes = UnixSeconds(due.0.saturating_add(i64::from(minutes) * 60));
        match (self.end, &self.expression) {
            (Some(end), Expression::Cron(_) | Expression::Rate(_)) => due..=closes.min(end),
            _ => due..=closes,
        }
    }

    /// When the target is invoked next, later than `after`: both are nanoseconds since 1970. Without a
    /// flexible time window that is the scheduled time; with one it is the moment of the window that `draw`
    /// chooses, the same each time it is asked for a scheduled time. Windows may overlap: each scheduled
    /// time since `created` has one invocation, and they come in the order of their moments.
    pub fn next_invocation(
        &self,
        created: UnixSeconds,
        after: u64,
        draw: impl Fn(UnixSeconds) -> u64,
    ) -> Option<u64> {
        let nanos = |at: UnixSeconds| u64::try_from(at.0).ok()?.checked_mul(NANOS);
        let seconds = i64::try_from(after / NANOS).ok()?;
        let longest = match self.window {
            FlexibleTimeWindow::Off => 0,
            FlexibleTimeWindow::Flexible(minutes) => i64::from(minutes) * 60,
        };
        // From the first scheduled time on whose window may still be open.
        let mut from = UnixSeconds(seconds.saturating_sub(longest + 1)).max(created);
        let mut next: Option<u64> = None;
        while let Some(due) = self.next_after(created, from) {
            let opens = nanos(due)?;
            // Whatever comes later is invoked later.
            if next.is_some_and(|next| next <= opens) {
                break;
            }
            let length = nanos(*self.window(due).end())?.saturating_sub(opens);
            let moment = match length {
                0 => opens,
                length => opens + draw(due) % length.saturating_add(1),
            };
            if moment > after {
                next = Some(next.map_or(moment, |next| next.min(moment)));
            }
            from = due;
        }
        next
    }
}

/// The first time later than `after` at which a cron expression is due.
pub(super) fn next_cron(cron: &Cron, zone: &Zone, after: UnixSeconds) -> Option<UnixSeconds> {
    // Cron's years are 1970 to 2199: further away there is nothing to count with.
    let near = UnixSeconds(after.0.clamp(-1_000_000, 10_000_000_000));
    let mut from = next_minute(zone.local(near)?)?;
    loop {
        let local = cron.at_or_after(from)?;
        // A time that is skipped, or that was due the first time the clock showed it.
        match zone.first(local).filter(|due| *due > after) {
            Some(due) => return Some(due),
            None => from = next_minute(local)?,
        }
    }
}

fn next_minute(time: LocalTime) -> Option<LocalTime> {
    let minutes = time.seconds().div_euclid(60).checked_add(1)?;
    Some(LocalTime::from_seconds(minutes.checked_mul(60)?))
}
