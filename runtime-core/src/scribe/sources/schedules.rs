//! When a schedule is due next, and what can be wrong with its settings.

use super::fault::SourceFault;
use crate::events::schedule::{
    FlexibleTimeWindow, RuleSchedule, Schedule, UnixSeconds, Zone, Zones, scheduler_date,
};
use crate::platform::Input;
use crate::scribe::Desk;
use crate::timeline::{ScheduleConfiguration, ScheduleOwner, SourceKind};
use crate::units::{Moment, SourceId, splitmix};

const NANOS: u64 = 1_000_000_000;
/// The longest input of a rule's target in characters (EventBridge API reference, "Target").
pub(super) const LONGEST_INPUT: usize = 8_192;

impl Desk<'_> {
    /// When a schedule is due next.
    pub(in crate::scribe) fn plan_schedule(
        &self,
        id: SourceId,
        created: Moment,
        after: Moment,
    ) -> Input {
        let kind = self.platform.source(id).map(|it| &it.kind);
        let due = match kind {
            Some(SourceKind::Schedule(schedule)) => self.next(id, schedule, created, after),
            _ => None,
        };
        Input::SchedulePlanned { source: id, due }
    }

    fn next(
        &self,
        id: SourceId,
        schedule: &ScheduleConfiguration,
        created: Moment,
        after: Moment,
    ) -> Option<Moment> {
        let seconds = |nanos: u64| UnixSeconds(i64::try_from(nanos / NANOS).unwrap_or(i64::MAX));
        let created = seconds(self.session.unix_nanos(created));
        let after = self.session.unix_nanos(after);
        // Settings are checked before a schedule is made: a damaged file's is never due.
        let due = match schedule.owner {
            ScheduleOwner::Rule => {
                let rule = RuleSchedule::parse(&schedule.expression).ok()?;
                let due = rule.next_after(created, seconds(after))?;
                u64::try_from(due.0).ok()?.checked_mul(NANOS)?
            }
            ScheduleOwner::Scheduler => {
                let zone = self.zones.find(schedule.zone.as_deref().unwrap_or("UTC"));
                let read = read(schedule, zone.ok()?).ok()?;
                read.next_invocation(created, after, |due| self.place_in_window(id, due))?
            }
        };
        let began = self.session.unix_millis.checked_mul(1_000_000)?;
        Some(Moment::from_nanos(due.checked_sub(began)?))
    }

    /// Where in its flexible time window a scheduled time's invocation is. Scheduler says only that it is
    /// within the window ("Configuring flexible time windows in EventBridge Scheduler"): model choice, each
    /// moment of it is as likely as any other, and follows from the session's seed, the schedule and the
    /// scheduled time, so that the same session has the same invocations again.
    fn place_in_window(&self, id: SourceId, due: UnixSeconds) -> u64 {
        let scheduled = due.0.cast_unsigned();
        splitmix(self.session.seed.0 ^ splitmix(scheduled ^ splitmix(u64::from(id.0))))
    }
}

/// A schedule of Scheduler, with its dates and its window.
fn read(schedule: &ScheduleConfiguration, zone: Zone) -> Result<Schedule, SourceFault> {
    let date = |text: &Option<String>| text.as_deref().map(scheduler_date).transpose();
    let start = date(&schedule.start).map_err(SourceFault::StartDate)?;
    let end = date(&schedule.end).map_err(SourceFault::EndDate)?;
    let window = FlexibleTimeWindow::of(schedule.window_minutes);
    let read = Schedule::parse(&schedule.expression, zone).map_err(SourceFault::Schedule)?;
    let read = read.between(start, end).map_err(SourceFault::EndDate)?;
    read.within(window).map_err(SourceFault::Window)
}

/// Everything that is wrong with a schedule's settings.
pub(super) fn faults(zones: Zones, schedule: &ScheduleConfiguration) -> Vec<SourceFault> {
    let mut faults = Vec::new();
    match schedule.owner {
        ScheduleOwner::Rule => {
            let refused = RuleSchedule::parse(&schedule.expression).err();
            faults.extend(refused.map(SourceFault::Schedule));
            if schedule.zone.is_some() {
                faults.push(SourceFault::ZoneOfRule);
            }
            let dated = schedule.start.is_some() || schedule.end.is_some();
            if dated || schedule.window_minutes.is_some() {
                faults.push(SourceFault::DatesOfRule);
            }
        }
        ScheduleOwner::Scheduler => {
            faults.extend(read(schedule, Zone::UTC).err());
            let zone = schedule.zone.as_deref();
            let unknown = zone.and_then(|zone| zones.find(zone).err());
            faults.extend(unknown.map(SourceFault::Zone));
        }
    }
    if let Some(input) = &schedule.input {
        let longest = match schedule.owner {
            ScheduleOwner::Rule => LONGEST_INPUT,
            // What Lambda takes is checked when it is told.
            ScheduleOwner::Scheduler => usize::MAX,
        };
        faults.extend(input_fault(input, longest));
    }
    faults
}

/// What is wrong with a constant input.
pub(super) fn input_fault(input: &str, longest: usize) -> Option<SourceFault> {
    if input.chars().count() > longest {
        return Some(SourceFault::InputLength { longest });
    }
    let error = serde_json::from_str::<serde_json::Value>(input).err()?;
    Some(SourceFault::Input {
        line: error.line(),
        column: error.column(),
    })
}
