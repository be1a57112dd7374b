//! When a schedule is due next, and what can be wrong with its settings.

use super::fault::SourceFault;
use crate::events::schedule::{
    FlexibleTimeWindow, RuleSchedule, Schedule, UnixSeconds, Zone, Zones, scheduler_date,
};
use crate::platform::Input;
use crate::scribe::Desk;
use crate::timeline::{ScheduleConfiguration, ScheduleOwner, SessionMeta, SourceKind};
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

/// When a scheduled action of Application Auto Scaling is due next, later than `after`. "If you specify a start
/// time, Application Auto Scaling performs the action at that time, and then performs the action based on the
/// specified recurrence" (its user guide, "Scheduled scaling"), which Scheduler does not do.
pub fn next_action(
    session: SessionMeta,
    zones: Zones,
    schedule: &ScheduleConfiguration,
    created: Moment,
    after: Moment,
) -> Option<Moment> {
    let seconds = |at: Moment| {
        let seconds = session.unix_nanos(at) / NANOS;
        UnixSeconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    };
    let zone = zones.find(schedule.zone.as_deref().unwrap_or("UTC"));
    let read = read(schedule, zone.ok()?).ok()?;
    let (created, after) = (seconds(created), seconds(after));
    let once = schedule.expression.trim_start().starts_with("at(");
    let start = schedule.start.as_deref().filter(|_| !once);
    let start = start.map(scheduler_date).transpose().ok()?;
    let start = start.filter(|start| *start > after);
    let due = start
        .into_iter()
        .chain(read.next_after(created, after))
        .min()?;
    let due = u64::try_from(due.0).ok()?.checked_mul(NANOS)?;
    let began = session.unix_millis.checked_mul(1_000_000)?;
    Some(Moment::from_nanos(due.checked_sub(began)?))
}

/// Everything that is wrong with the schedule of a scheduled action.
pub fn check_action_schedule(zones: Zones, schedule: &ScheduleConfiguration) -> Vec<SourceFault> {
    faults(zones, schedule)
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use crate::platform::scaling::{AutoScaling, Effect, Input, Out, Timer};
    use crate::timeline::{
        ActionOutcome, ScalableDimension, ScalableTargetConfiguration, ScalingFact,
        ScheduledActionConfiguration, SuspendedState,
    };
    use crate::units::{ScalableTargetId, ScheduledActionId, SessionSeed, Span, read_time};

    /// It begins on a Wednesday.
    fn session() -> SessionMeta {
        SessionMeta {
            seed: SessionSeed(1),
            unix_millis: read_time("2026-12-02T08:00:00Z").unwrap() * 1_000,
        }
    }

    fn due(schedule: &ScheduleConfiguration, times: usize) -> Vec<u64> {
        let start = Moment::START;
        let mut after = start;
        let mut due = Vec::new();
        while due.len() < times {
            let next = next_action(session(), Zones::BuiltIn, schedule, start, after);
            let Some(next) = next else {
                break;
            };
            due.push(next.as_nanos() / NANOS);
            after = next;
        }
        due
    }

    /// Application Auto Scaling user guide, "Scheduled scaling": at, rate and cron, in UTC by default.
    #[test]
    fn scheduled_actions_are_due_as_their_expressions_say() {
        let of = |text: &str| ScheduleConfiguration::of(ScheduleOwner::Scheduler, text);
        assert_eq!(due(&of("at(2026-12-02T09:30:00)"), 5), [5_400]);
        let hour = 3_600;
        assert_eq!(
            due(&of("cron(0 9,17 * * ? *)"), 3),
            [hour, 9 * hour, 25 * hour]
        );
        let mut dated = of("cron(0 9 * * ? *)");
        dated.start = Some("2026-12-02T08:10:00Z".to_owned());
        dated.end = Some("2026-12-03T12:00:00Z".to_owned());
        assert_eq!(due(&dated, 5), [600, hour, 25 * hour]);
        assert!(check_action_schedule(Zones::BuiltIn, &dated).is_empty());
        assert_eq!(
            check_action_schedule(Zones::BuiltIn, &of("cron(9)")).len(),
            1
        );
        let rate = due(&of("rate(30 minutes)"), 3);
        assert!(
            rate.windows(2).all(|pair| pair[1] - pair[0] == 1_800),
            "{rate:?}"
        );
    }

    /// A service is lifted at nine and let down at five, with messages as in the guides' tutorials of 2019.
    #[test]
    fn a_scheduled_action_sets_bounds_and_what_is_desired() {
        let target = ScalableTargetId(1);
        let mut scaling = AutoScaling::new(session());
        let mut out = Out::default();
        let resource = "service/my-cluster/my-service".to_owned();
        let configuration = Box::new(ScalableTargetConfiguration {
            dimension: ScalableDimension::EcsDesiredCount,
            resource,
            minimum: 1,
            maximum: 5,
            suspended: SuspendedState::default(),
        });
        let register = Input::RegisterTarget {
            target,
            configuration,
            running: 2,
            desired: 2,
        };
        scaling.handle(Moment::START, register, &mut out);
        for (number, hour, minimum, maximum) in [(1, 9, 15, 20), (2, 17, 5, 10)] {
            let text = format!("cron(0 {hour} * * ? *)");
            let configuration = Box::new(ScheduledActionConfiguration {
                name: format!("action-{number}"),
                target,
                schedule: ScheduleConfiguration::of(ScheduleOwner::Scheduler, text),
                minimum: Some(minimum),
                maximum: Some(maximum),
            });
            let action = ScheduledActionId(number);
            let configure = Input::ConfigureAction {
                action,
                configuration,
            };
            scaling.handle(Moment::START, configure, &mut out);
        }
        let mut timers: Vec<(Moment, Timer)> = Vec::new();
        let mut desired = Vec::new();
        let mut now = Moment::START;
        let end = Moment::START + Span::from_secs(10 * 3_600);
        loop {
            for effect in std::mem::take(&mut out.effects) {
                match effect {
                    Effect::SetTimer { at, timer } => timers.push((at, timer)),
                    Effect::SetDesired { capacity, .. } => {
                        desired.push(capacity);
                        let running = Input::Running {
                            target,
                            running: capacity,
                        };
                        scaling.handle(now, running, &mut out);
                    }
                    Effect::SetReplicas { .. } => {}
                    Effect::PlanAction {
                        action,
                        created,
                        after,
                    } => {
                        let schedule = &scaling.action(action).unwrap().schedule;
                        let due = next_action(session(), Zones::BuiltIn, schedule, created, after);
                        scaling.handle(now, Input::ActionPlanned { action, due }, &mut out);
                    }
                }
            }
            if !out.effects.is_empty() {
                continue;
            }
            timers.sort();
            let Some((at, timer)) = timers.first().copied().filter(|(at, _)| *at <= end) else {
                break;
            };
            timers.remove(0);
            now = at;
            scaling.handle(at, Input::TimerFired(timer), &mut out);
        }
        assert_eq!(desired, [15, 10]);
        let told = out.facts.iter().filter_map(|fact| match fact {
            ScalingFact::ActionTriggered { outcome, .. } => Some(outcome.status_message()),
            ScalingFact::ActivityStarted { change, .. } => Some(change.cause("", "")),
            _ => None,
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "Successfully set min capacity to 15 and max capacity to 20",
                "minimum capacity was set to 15",
                "Successfully set min capacity to 5 and max capacity to 10",
                "maximum capacity was set to 10",
            ]
        );
        assert_eq!(
            ActionOutcome::cause("action-1"),
            "scheduled action name action-1 was triggered"
        );
    }
}
