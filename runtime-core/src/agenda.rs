//! What is to happen in a session, in order, and how the session clock goes on to it.
//!
//! A driver puts here what the platform asked to be reminded of and what environments say, each with
//! its moment. While a modelled environment is at work the session clock stands still: nobody knows
//! yet when it will have ended. Once it has said how long it took, the clock goes on to that moment
//! at once, and everything that is due before happens before. So modelled functions give the same
//! timeline however fast the machine is. Where a measured one is at work, time is real.

use crate::platform::{Input, Timer};
use crate::timeline::ClockSetting;
use crate::units::{EnvironmentId, Moment, RequestId, Span};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// How long a modelled environment takes to be there, before its INIT phase. Model choice: AWS does
/// not bill this time and publishes nothing of it but that its Firecracker starts a machine in as
/// little as 125 ms.
pub const ENVIRONMENT_START: Span = Span::from_millis(125);

/// How long a phase in modelled time may really take (model choice). One that takes longer counts as
/// running until its limit.
pub const PATIENCE: Span = Span::from_secs(30);

/// What the log says of a phase with which patience was lost.
pub const LOST_PATIENCE: &str = "Coldstart: still running after 30 s of real time. It was ended, and counts as running until its limit.\n";

/// What is to happen, in order.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    /// The next one on top.
    due: BinaryHeap<Reverse<Due>>,
    count: u64,
    /// Few enough to look through: environments at work.
    work: Vec<(EnvironmentId, Work)>,
    /// Few enough to look through: until when callers wait for the answers to their requests.
    callers: Vec<(Moment, RequestId)>,
    /// The driver itself has to get something ready first.
    held: bool,
}

#[derive(Clone, Debug)]
struct Due {
    key: Key,
    input: Input,
}

/// What environments said comes before what else is due at the same moment, and in the order of the
/// environments: which of them answered first is the machine's business. Otherwise the order is that
/// in which it was put here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: Moment,
    rank: Rank,
    environment: Option<EnvironmentId>,
    number: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Said,
    Planned,
    Timer,
}

/// What an environment is at.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// Its process is being started.
    Starting {
        setting: ClockSetting,
        began: Moment,
    },
    /// It runs code in modelled time, and has since then on the driver's own clock.
    Computing { began: Moment, asked: Span },
    /// It runs code in measured time.
    Running { began: Moment },
    /// It has run code in modelled time; the end is on the agenda, if only as the phase's limit.
    Told,
}

/// How the session clock goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Not at all, until an environment has said more.
    Standstill,
    /// To this moment, at once.
    Jump(Moment),
    /// As real time does; the next thing is due at this moment.
    Real(Option<Moment>),
}

impl Agenda {
    /// The platform wants to be reminded.
    pub fn set_timer(&mut self, at: Moment, timer: Timer) {
        self.put(at, Rank::Timer, Input::TimerFired(timer));
    }

    /// Whether the session clock has to wait for the driver itself.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// Something will come from outside.
    pub fn plan(&mut self, at: Moment, input: Input) {
        self.put(at, Rank::Planned, input);
    }

    /// Whoever sent the request waits for its answer until this moment, and no longer.
    pub fn await_answer(&mut self, request: RequestId, until: Moment) {
        self.callers.push((until, request));
    }

    /// The request has its answer.
    pub fn answered(&mut self, request: RequestId) {
        self.callers.retain(|(_, awaited)| *awaited != request);
    }

    /// An environment is being started.
    pub fn starts(&mut self, environment: EnvironmentId, setting: ClockSetting, at: Moment) {
        self.set_work(environment, Work::Starting { setting, began: at });
    }

    /// An environment was told to run code. `real` is the driver's own clock.
    pub fn works(
        &mut self,
        environment: EnvironmentId,
        setting: ClockSetting,
        at: Moment,
        real: Span,
    ) {
        let work = match setting {
            ClockSetting::Modelled => Work::Computing {
                began: at,
                asked: real,
            },
            ClockSetting::Measured => Work::Running { began: at },
        };
        self.set_work(environment, work);
    }

    /// An environment is gone, or waits for something that others have to end first.
    pub fn forget(&mut self, environment: EnvironmentId) {
        self.work.retain(|(id, _)| *id != environment);
    }

    /// An environment is there.
    pub fn ready(&mut self, environment: EnvironmentId, now: Moment) {
        let at = match self.work_of(environment) {
            Some(Work::Starting {
                setting: ClockSetting::Modelled,
                began,
            }) => began + ENVIRONMENT_START,
            _ => now,
        };
        self.set_work(environment, Work::Told);
        self.say(at, environment, Input::EnvironmentReady { environment });
    }

    /// An environment says something in the middle of a phase, so long `after` its beginning.
    pub fn said(
        &mut self,
        environment: EnvironmentId,
        after: Option<Span>,
        now: Moment,
        input: Input,
    ) {
        let at = match self.work_of(environment) {
            Some(Work::Computing { began, .. }) => began + after.unwrap_or_default(),
            _ => now,
        };
        self.say(at, environment, input);
    }

    /// An environment says how a phase ended that took this long.
    pub fn ended(&mut self, environment: EnvironmentId, took: Span, now: Moment, input: Input) {
        let at = match self.work_of(environment) {
            Some(Work::Computing { began, .. }) => {
                // Everything takes some time, so that what comes at the moment at which it begins
                // comes before its end.
                let at = began + took.max(Span::from_nanos(1));
                self.set_work(environment, Work::Told);
                at
            }
            // It cannot have ended before it can have.
            Some(Work::Running { began }) => (began + took).max(now),
            _ => now,
        };
        self.say(at, environment, input);
    }

    /// Modelled environments that have really been at work for longer than [`PATIENCE`]. They count
    /// as at work until the platform's timer ends them, to which the clock goes on at once. Then they
    /// are to be forgotten.
    pub fn lose_patience(&mut self, real: Span) -> Vec<EnvironmentId> {
        let mut lost = Vec::new();
        for (environment, work) in &mut self.work {
            if let Work::Computing { asked, .. } = work
                && real.saturating_sub(*asked) >= PATIENCE
            {
                *work = Work::Told;
                lost.push(*environment);
            }
        }
        lost
    }

    /// How long until patience with the next environment is lost, if there is one at work.
    pub fn patience_left(&self, real: Span) -> Option<Span> {
        let asked = self.work.iter().filter_map(|(_, work)| match work {
            Work::Computing { asked, .. } => Some(*asked),
            _ => None,
        });
        asked
            .min()
            .map(|asked| PATIENCE.saturating_sub(real.saturating_sub(asked)))
    }

    /// How the session clock goes on.
    pub fn pace(&self) -> Pace {
        if self.held {
            return Pace::Standstill;
        }
        let mut told = false;
        let mut real = false;
        for (_, work) in &self.work {
            match work {
                Work::Computing { .. }
                | Work::Starting {
                    setting: ClockSetting::Modelled,
                    ..
                } => return Pace::Standstill,
                Work::Starting { .. } | Work::Running { .. } => real = true,
                Work::Told => told = true,
            }
        }
        match self.next() {
            Some(next) if told && !real => Pace::Jump(next),
            next => Pace::Real(next),
        }
    }

    /// Whether an environment is at something that is measured as it goes on.
    pub fn is_measuring(&self) -> bool {
        self.work.iter().any(|(_, work)| {
            matches!(
                work,
                Work::Running { .. }
                    | Work::Starting {
                        setting: ClockSetting::Measured,
                        ..
                    }
            )
        })
    }

    /// How the session clock goes on while a generator sends, next at this moment: no faster than real time
    /// does. What it says of a second is a second then, however little the handlers have to do.
    pub fn pace_beside(&self, generated: Moment) -> Pace {
        match self.pace() {
            Pace::Standstill => Pace::Standstill,
            Pace::Jump(at) | Pace::Real(Some(at)) => Pace::Real(Some(at.min(generated))),
            Pace::Real(None) => Pace::Real(Some(generated)),
        }
    }

    /// Whether what a generator sends at this moment comes before all that is here. Not while time stands
    /// still: what is at work may end before.
    pub fn is_after(&self, generated: Moment) -> bool {
        let first = self.next().is_none_or(|at| generated < at);
        first && self.pace() != Pace::Standstill
    }

    /// When the next thing is due.
    pub fn next(&self) -> Option<Moment> {
        let due = self.due.peek().map(|Reverse(due)| due.key.at);
        let caller = self.first_caller().map(|(until, _)| until);
        due.into_iter().chain(caller).min()
    }

    /// The first of the requests whose callers have waited long enough, and until when they did. What is
    /// due at that moment comes before: an answer is in time then. Nobody's wait is over while time stands
    /// still.
    pub fn pop_late(&mut self, now: Moment) -> Option<(Moment, RequestId)> {
        let late = self.first_caller()?;
        let (until, request) = late;
        let first = self
            .due
            .peek()
            .is_none_or(|Reverse(due)| until < due.key.at);
        if until > now || !first || self.pace() == Pace::Standstill {
            return None;
        }
        self.answered(request);
        Some(late)
    }

    /// Whose wait is over first.
    fn first_caller(&self) -> Option<(Moment, RequestId)> {
        self.callers.iter().min().copied()
    }

    /// The first thing that is due now or was before. While time stands still, only what comes from
    /// outside: nothing that an environment is at ends before it. Callers whose wait is over before it are
    /// to be asked for first, with [`Agenda::pop_late`].
    pub fn pop(&mut self, now: Moment) -> Option<(Moment, Input)> {
        let still = self.pace() == Pace::Standstill;
        let key = self.due.peek()?.0.key;
        if key.at > now || (still && key.rank != Rank::Planned) {
            return None;
        }
        let Reverse(Due { input, .. }) = self.due.pop()?;
        // What an environment was at has come to its end.
        match &input {
            Input::EnvironmentReady { environment } | Input::InitFinished { environment, .. } => {
                self.forget(*environment);
            }
            Input::InvocationFinished(end) => self.forget(end.environment),
            _ => {}
        }
        Some((key.at, input))
    }

    /// When the next thing happens that is still awaited, and the timer if it is one; timers that
    /// nobody awaits are dropped.
    pub fn next_awaited(
        &mut self,
        awaited: impl Fn(Timer) -> bool,
    ) -> Option<(Moment, Option<Timer>)> {
        while let Some(Reverse(due)) = self.due.peek() {
            match &due.input {
                Input::TimerFired(timer) if !awaited(*timer) => {
                    self.due.pop();
                }
                Input::TimerFired(timer) => return Some((due.key.at, Some(*timer))),
                _ => return Some((due.key.at, None)),
            }
        }
        None
    }

    /// When the first of the timers rings that are wanted.
    pub fn next_timer(&self, wanted: impl Fn(Timer) -> bool) -> Option<Moment> {
        let due = self.due.iter();
        let timers = due.filter_map(|Reverse(due)| match &due.input {
            Input::TimerFired(timer) if wanted(*timer) => Some(due.key.at),
            _ => None,
        });
        timers.min()
    }

    fn say(&mut self, at: Moment, environment: EnvironmentId, input: Input) {
        self.put_of(at, Rank::Said, Some(environment), input);
    }

    fn put(&mut self, at: Moment, rank: Rank, input: Input) {
        self.put_of(at, rank, None, input);
    }

    fn put_of(&mut self, at: Moment, rank: Rank, environment: Option<EnvironmentId>, input: Input) {
        let number = self.count;
        self.count += 1;
        let key = Key {
            at,
            rank,
            environment,
            number,
        };
        self.due.push(Reverse(Due { key, input }));
    }

    fn work_of(&self, environment: EnvironmentId) -> Option<Work> {
        let found = self.work.iter().find(|(id, _)| *id == environment);
        found.map(|(_, work)| *work)
    }

    fn set_work(&mut self, environment: EnvironmentId, work: Work) {
        self.forget(environment);
        self.work.push((environment, work));
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Due {}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use crate::platform::InvocationEnd;
    use crate::timeline::{InitOutcome, Outcome};
    use crate::units::{ByteCount, PayloadId, RequestId};

    const ONE: EnvironmentId = EnvironmentId(1);
    const TWO: EnvironmentId = EnvironmentId(2);

    fn at(millis: u64) -> Moment {
        Moment::START + Span::from_millis(millis)
    }

    fn works(agenda: &mut Agenda, environment: EnvironmentId, began: u64) {
        let (setting, real) = (ClockSetting::Modelled, Span::ZERO);
        agenda.works(environment, setting, at(began), real);
    }

    fn ends(agenda: &mut Agenda, environment: EnvironmentId, took: u64, now: u64) {
        let duration = Span::from_millis(took);
        let end = InvocationEnd {
            environment,
            request: RequestId(1),
            outcome: Outcome::Succeeded,
            duration,
            max_memory: ByteCount::ZERO,
            response: None,
        };
        agenda.ended(
            environment,
            duration,
            at(now),
            Input::InvocationFinished(end),
        );
    }

    fn idle(environment: EnvironmentId) -> Timer {
        let since = at(0);
        Timer::IdleExpiry { environment, since }
    }

    #[test]
    fn time_stands_still_while_a_modelled_environment_works() {
        let mut agenda = Agenda::default();
        agenda.set_timer(at(5), idle(TWO));
        assert_eq!(agenda.pace(), Pace::Real(Some(at(5))));
        works(&mut agenda, ONE, 1);
        assert_eq!(agenda.pace(), Pace::Standstill);
        assert!(agenda.pop(at(9)).is_none());
        agenda.plan(at(1), Input::Recycle { function: None });
        let (due, planned) = agenda.pop(at(1)).unwrap();
        assert!(matches!(planned, Input::Recycle { .. }) && due == at(1));
        ends(&mut agenda, ONE, 2_000, 1);
        // What is due before comes before, and the clock does not wait for it.
        assert_eq!(agenda.pace(), Pace::Jump(at(5)));
        let (due, first) = agenda.pop(at(5)).unwrap();
        assert!(matches!(first, Input::TimerFired(_)) && due == at(5));
        assert_eq!(agenda.pace(), Pace::Jump(at(2_001)));
        let (due, second) = agenda.pop(at(2_001)).unwrap();
        assert!(matches!(second, Input::InvocationFinished(_)) && due == at(2_001));
        assert_eq!(agenda.pace(), Pace::Real(None));
    }

    #[test]
    fn what_a_generator_sends_comes_in_its_turn_and_in_real_time() {
        let mut agenda = Agenda::default();
        assert_eq!(agenda.pace_beside(at(4)), Pace::Real(Some(at(4))));
        assert!(agenda.is_after(at(4)));
        agenda.set_timer(at(5), idle(TWO));
        assert_eq!(agenda.pace_beside(at(4)), Pace::Real(Some(at(4))));
        assert_eq!(agenda.pace_beside(at(6)), Pace::Real(Some(at(5))));
        assert!(!agenda.is_after(at(5)) && !agenda.is_after(at(6)));
        // A modelled environment that computes may have ended before.
        works(&mut agenda, ONE, 1);
        assert_eq!(agenda.pace_beside(at(4)), Pace::Standstill);
        assert!(!agenda.is_after(at(4)));
        // Without it the clock would go on to the end at once.
        ends(&mut agenda, ONE, 2, 1);
        assert_eq!(agenda.pace(), Pace::Jump(at(3)));
        assert_eq!(agenda.pace_beside(at(2)), Pace::Real(Some(at(2))));
        assert_eq!(agenda.pace_beside(at(4)), Pace::Real(Some(at(3))));
        assert!(agenda.is_after(at(2)) && !agenda.is_after(at(4)));
    }

    #[test]
    fn what_is_said_comes_before_what_was_planned_for_the_same_moment() {
        let mut agenda = Agenda::default();
        agenda.set_timer(at(3), idle(TWO));
        agenda.plan(at(3), Input::Recycle { function: None });
        works(&mut agenda, ONE, 0);
        let text = |text| Input::LogWritten {
            environment: ONE,
            request: None,
            text: PayloadId(text),
        };
        let after = Some(Span::from_millis(3));
        agenda.said(ONE, after, at(0), text(1));
        ends(&mut agenda, ONE, 3, 0);
        let order: Vec<_> = std::iter::from_fn(|| agenda.pop(at(3))).collect();
        assert!(matches!(order[0].1, Input::LogWritten { .. }));
        assert!(matches!(order[1].1, Input::InvocationFinished(_)));
        assert!(matches!(order[2].1, Input::Recycle { .. }));
        assert!(matches!(order[3].1, Input::TimerFired(_)));
        assert!(order.iter().all(|(due, _)| *due == at(3)));
    }

    #[test]
    fn the_clock_waits_for_whoever_may_be_first() {
        let mut agenda = Agenda::default();
        works(&mut agenda, ONE, 0);
        works(&mut agenda, TWO, 0);
        ends(&mut agenda, ONE, 100, 0);
        assert_eq!(agenda.pace(), Pace::Standstill);
        ends(&mut agenda, TWO, 50, 0);
        assert_eq!(agenda.pace(), Pace::Jump(at(50)));
        agenda.pop(at(50)).unwrap();
        // Whoever answers first: at the same moment the older environment comes first.
        works(&mut agenda, TWO, 50);
        ends(&mut agenda, TWO, 50, 50);
        let (_, first) = agenda.pop(at(100)).unwrap();
        assert!(matches!(first, Input::InvocationFinished(end) if end.environment == ONE));
    }

    #[test]
    fn measured_work_makes_time_real() {
        let mut agenda = Agenda::default();
        agenda.works(TWO, ClockSetting::Measured, at(0), Span::ZERO);
        assert_eq!(agenda.pace(), Pace::Real(None));
        works(&mut agenda, ONE, 0);
        assert_eq!(agenda.pace(), Pace::Standstill);
        ends(&mut agenda, ONE, 100, 0);
        assert_eq!(agenda.pace(), Pace::Real(Some(at(100))));
        // Time stood still meanwhile; it ends as long after its beginning as it took.
        ends(&mut agenda, TWO, 30, 10);
        assert_eq!(agenda.pace(), Pace::Real(Some(at(30))));
        ends(&mut agenda, TWO, 30, 40);
        assert_eq!(agenda.next(), Some(at(30)));
    }

    #[test]
    fn a_modelled_environment_starts_in_modelled_time() {
        let mut agenda = Agenda::default();
        agenda.starts(ONE, ClockSetting::Modelled, at(7));
        assert_eq!(agenda.pace(), Pace::Standstill);
        agenda.ready(ONE, at(7));
        assert_eq!(agenda.pace(), Pace::Jump(at(7) + ENVIRONMENT_START));
        agenda.pop(at(1_000)).unwrap();
        agenda.starts(TWO, ClockSetting::Measured, at(1_000));
        assert_eq!(agenda.pace(), Pace::Real(None));
        agenda.ready(TWO, at(1_040));
        let (due, _) = agenda.pop(at(1_040)).unwrap();
        assert_eq!(due, at(1_040));
    }

    #[test]
    fn callers_wait_for_so_long() {
        let mut agenda = Agenda::default();
        let [in_time, late, answered] = [RequestId(1), RequestId(2), RequestId(3)];
        works(&mut agenda, ONE, 0);
        works(&mut agenda, TWO, 0);
        agenda.await_answer(answered, at(1));
        agenda.await_answer(late, at(5_000));
        agenda.await_answer(in_time, at(5_001));
        agenda.answered(answered);
        // Nobody knows yet whether the answer comes before.
        assert_eq!(agenda.pace(), Pace::Standstill);
        assert_eq!(agenda.pop_late(at(9_000)), None);
        ends(&mut agenda, ONE, 5_001, 0);
        ends(&mut agenda, TWO, 7_000, 0);
        // The clock goes on to it at once, as to what is due.
        assert_eq!(agenda.pace(), Pace::Jump(at(5_000)));
        assert_eq!(agenda.pop_late(at(4_999)), None);
        assert_eq!(agenda.pop_late(at(5_000)), Some((at(5_000), late)));
        // An answer at the last moment is in time.
        assert_eq!(agenda.pop_late(at(5_001)), None);
        assert_eq!(agenda.pop(at(5_001)).unwrap().0, at(5_001));
        agenda.answered(in_time);
        assert_eq!(agenda.pop_late(at(9_000)), None);
        assert_eq!(agenda.pace(), Pace::Jump(at(7_000)));
        // Where time is real, the alarm is set for it.
        agenda.pop(at(7_000)).unwrap();
        agenda.await_answer(late, at(8_000));
        assert_eq!(agenda.pace(), Pace::Real(Some(at(8_000))));
        assert_eq!(agenda.pace_beside(at(9_000)), Pace::Real(Some(at(8_000))));
        assert!(!agenda.is_after(at(8_000)) && agenda.is_after(at(7_999)));
    }

    #[test]
    fn the_clock_waits_for_the_driver_too() {
        let mut agenda = Agenda::default();
        agenda.set_timer(at(5), idle(ONE));
        agenda.hold(true);
        assert_eq!(agenda.pace(), Pace::Standstill);
        assert!(agenda.pop(at(9)).is_none());
        agenda.hold(false);
        assert_eq!(agenda.pace(), Pace::Real(Some(at(5))));
        assert!(agenda.pop(at(9)).is_some());
    }

    #[test]
    fn patience_ends() {
        let mut agenda = Agenda::default();
        let timer = Timer::InvocationTimeout {
            environment: ONE,
            request: RequestId(1),
        };
        agenda.works(ONE, ClockSetting::Modelled, at(0), Span::from_secs(100));
        agenda.set_timer(at(900_000), timer);
        let real = Span::from_secs(120);
        assert_eq!(agenda.patience_left(real), Some(Span::from_secs(10)));
        assert!(agenda.lose_patience(real).is_empty());
        assert_eq!(agenda.lose_patience(Span::from_secs(130)), [ONE]);
        assert_eq!(agenda.pace(), Pace::Jump(at(900_000)));
        let (due, input) = agenda.pop(at(900_000)).unwrap();
        assert!(matches!(input, Input::TimerFired(_)) && due == at(900_000));
        agenda.forget(ONE);
        assert_eq!(agenda.pace(), Pace::Real(None));
    }

    #[test]
    fn timers_that_nobody_awaits_are_nothing_to_go_on_to() {
        let mut agenda = Agenda::default();
        agenda.set_timer(at(5), idle(ONE));
        agenda.set_timer(at(6), idle(TWO));
        let next = agenda.next_awaited(|timer| timer == idle(TWO));
        assert_eq!(next, Some((at(6), Some(idle(TWO)))));
        let (outcome, duration) = (InitOutcome::Succeeded, Span::ZERO);
        let said = Input::InitFinished {
            environment: ONE,
            outcome,
            duration,
            restoring: Span::ZERO,
            snapshot: None,
        };
        agenda.said(ONE, None, at(4), said);
        assert_eq!(agenda.next_awaited(|_| false), Some((at(4), None)));
    }
}
