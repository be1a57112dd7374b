//! Health checks without a run of each: from when on something passes or fails, follows at which check it will
//! be found out (ECS API reference, HealthCheck; Elastic Load Balancing guide, "Health checks for your
//! target groups").

use crate::timeline::{Health, HealthCheck, TargetCheck};
use crate::units::{Moment, Span};

/// One check of one task.
///
/// Model choices: a failing check is known at once, not after its timeout; the first check of a target
/// is made when it is registered.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    interval: Span,
    /// Failures in a row that make it unhealthy.
    failures: u64,
    /// Passes in a row that make what was unhealthy healthy again; what is new needs one.
    passes: u64,
    /// The first check.
    first: Moment,
    /// Failures before this count for nothing, until the first pass.
    counted_from: Moment,
    /// Whether it passes now.
    passing: bool,
    /// Checks that are taken into account.
    done: u64,
    /// How many of the last of them all passed, or all failed and count.
    streak: u64,
    /// Which of the two.
    streak_passed: bool,
    pub(super) health: Health,
    /// When it will say something new.
    pub(super) planned: Option<Moment>,
}

impl Probe {
    /// A container's, that starts now. Its first check is an interval later, as Docker's is.
    pub(super) fn of_container(check: &HealthCheck, now: Moment) -> Self {
        Probe {
            interval: check.interval,
            failures: u64::from(check.retries.max(1)),
            passes: 1,
            first: now + check.interval,
            counted_from: now + check.start_period,
            passing: false,
            done: 0,
            streak: 0,
            streak_passed: false,
            health: Health::Unknown,
            planned: None,
        }
    }

    /// A target's, that is registered now.
    pub(super) fn of_target(check: &TargetCheck, now: Moment) -> Self {
        Probe {
            interval: check.interval,
            failures: u64::from(check.unhealthy.max(1)),
            passes: u64::from(check.healthy.max(1)),
            first: now,
            counted_from: now,
            passing: false,
            done: 0,
            streak: 0,
            streak_passed: false,
            health: Health::Unknown,
            planned: None,
        }
    }

    /// From now on it passes, or fails: a check at this very moment does so already.
    pub(super) fn answer(&mut self, now: Moment, passing: bool) {
        if passing == self.passing {
            return;
        }
        let before = self.checks_at(now) - u64::from(self.is_check(now));
        self.settle(before);
        self.passing = passing;
        self.plan();
    }

    /// What it says at the planned moment, if that is new.
    pub(super) fn verdict(&mut self, now: Moment) -> Option<Health> {
        self.settle(self.checks_at(now));
        let (said, needed) = match (self.passing, self.health) {
            (true, Health::Unhealthy) => (Health::Healthy, self.passes),
            (true, _) => (Health::Healthy, 1),
            (false, _) => (Health::Unhealthy, self.failures),
        };
        let new = said != self.health && self.seen() >= needed;
        if new {
            self.health = said;
        }
        self.plan();
        new.then_some(said)
    }

    /// Sets the moment of the next verdict.
    pub(super) fn plan(&mut self) {
        let needed = match (self.passing, self.health) {
            (true, Health::Healthy) | (false, Health::Unhealthy) => {
                self.planned = None;
                return;
            }
            (true, Health::Unknown) => 1,
            (true, Health::Unhealthy) => self.passes,
            (false, _) => self.failures,
        };
        let next = self.done.max(self.uncounted());
        let last = next.saturating_add(needed.saturating_sub(self.seen()).max(1));
        self.planned = Some(self.moment_of(last));
    }

    /// Checks in a row that saw what is true now.
    fn seen(&self) -> u64 {
        match self.streak_passed == self.passing {
            true => self.streak,
            false => 0,
        }
    }

    /// Takes checks into account, up to this many of all.
    fn settle(&mut self, until: u64) {
        if until <= self.done {
            return;
        }
        let from = match self.passing {
            true => self.done,
            false => self.done.max(self.uncounted()),
        };
        let counted = until.saturating_sub(from);
        self.streak = self.seen().saturating_add(counted);
        self.streak_passed = self.passing;
        self.done = until;
    }

    /// How many of the first checks count for nothing when they fail.
    fn uncounted(&self) -> u64 {
        match self.health {
            Health::Unknown if !self.passing && self.counted_from > self.first => {
                let span = self.counted_from.since(self.first).as_nanos();
                span.div_ceil(self.interval.as_nanos().max(1))
            }
            _ => 0,
        }
    }

    /// How many checks there have been up to a moment, that one included.
    fn checks_at(&self, now: Moment) -> u64 {
        if now < self.first {
            return 0;
        }
        let passed = now.since(self.first).as_nanos();
        passed / self.interval.as_nanos().max(1) + 1
    }

    fn is_check(&self, now: Moment) -> bool {
        now >= self.first
            && now
                .since(self.first)
                .as_nanos()
                .is_multiple_of(self.interval.as_nanos().max(1))
    }

    /// When a check is made, the first one being number 1.
    fn moment_of(&self, number: u64) -> Moment {
        let intervals = number.saturating_sub(1);
        let span = self.interval.as_nanos().saturating_mul(intervals);
        self.first + Span::from_nanos(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Moment {
        Moment::START + Span::from_secs(seconds)
    }

    /// What is said, by timers and by changes of what is true.
    fn said(mut probe: Probe, changes: &[(u64, bool)], until: u64) -> Vec<(u64, Health)> {
        probe.plan();
        let mut said = Vec::new();
        let mut changes = changes.iter().copied().peekable();
        loop {
            let due = probe.planned.filter(|due| *due <= at(until));
            match (due, changes.peek().copied()) {
                (due, Some((when, passes))) if due.is_none_or(|due| at(when) <= due) => {
                    changes.next();
                    probe.answer(at(when), passes);
                }
                (Some(due), _) => {
                    if let Some(health) = probe.verdict(due) {
                        said.push((due.as_nanos() / 1_000_000_000, health));
                    }
                }
                (None, _) => return said,
            }
        }
    }

    /// The same, check by check.
    fn counted(probe: &Probe, changes: &[(u64, bool)], until: u64) -> Vec<(u64, Health)> {
        let (mut said, mut health, mut streak) = (Vec::new(), Health::Unknown, (false, 0));
        for number in 1.. {
            let when = probe.moment_of(number);
            if when > at(until) {
                break;
            }
            let passes = changes
                .iter()
                .rfind(|(change, _)| at(*change) <= when)
                .is_some_and(|(_, passes)| *passes);
            if !passes && health == Health::Unknown && when < probe.counted_from {
                streak = (false, 0);
                continue;
            }
            streak = match streak.0 == passes {
                true => (passes, streak.1 + 1),
                false => (passes, 1),
            };
            let (now, needed) = match (passes, health) {
                (true, Health::Unhealthy) => (Health::Healthy, probe.passes),
                (true, _) => (Health::Healthy, 1),
                (false, _) => (Health::Unhealthy, probe.failures),
            };
            if now != health && streak.1 >= needed {
                health = now;
                said.push((when.as_nanos() / 1_000_000_000, now));
            }
        }
        said
    }

    #[test]
    fn targets_need_one_pass_two_failures_and_five_passes() {
        // Elastic Load Balancing guide of 2023-06-15, "Health checks for your target groups": the
        // defaults; a new target needs one pass.
        let probe = || Probe::of_target(&TargetCheck::default(), at(0));
        assert_eq!(
            said(probe(), &[(5, true), (100, false), (200, true)], 1_000),
            [
                (30, Health::Healthy),
                (150, Health::Unhealthy),
                (330, Health::Healthy)
            ]
        );
        assert_eq!(
            said(probe(), &[(70, true)], 400),
            [(30, Health::Unhealthy), (210, Health::Healthy)]
        );
        assert_eq!(said(probe(), &[(0, true)], 400), [(0, Health::Healthy)]);
    }

    #[test]
    fn containers_need_three_failures_after_their_start_period() {
        // botocore 1.43.11, ECS API model: HealthCheck.
        let check = HealthCheck::default();
        let probe = |check: &HealthCheck| Probe::of_container(check, at(0));
        assert_eq!(said(probe(&check), &[], 1_000), [(90, Health::Unhealthy)]);
        let patient = HealthCheck {
            start_period: Span::from_secs(100),
            ..check
        };
        assert_eq!(
            said(probe(&patient), &[], 1_000),
            [(180, Health::Unhealthy)]
        );
        assert_eq!(
            said(probe(&patient), &[(40, true), (50, true)], 1_000),
            [(60, Health::Healthy)]
        );
    }

    proptest! {
        #[test]
        fn it_says_what_counting_each_check_says(
            target in any::<bool>(),
            interval in 5..40_u64,
            (healthy, unhealthy) in (1..6_u32, 1..6_u32),
            start_period in 0..120_u64,
            changes in prop::collection::btree_map(0..600_u64, any::<bool>(), 0..20),
        ) {
            let interval = Span::from_secs(interval);
            let timeout = Span::from_secs(2);
            let probe = match target {
                true => Probe::of_target(&TargetCheck { interval, timeout, healthy, unhealthy }, at(3)),
                false => {
                    let start_period = Span::from_secs(start_period);
                    let check = HealthCheck { interval, timeout, retries: unhealthy, start_period };
                    Probe::of_container(&check, at(3))
                }
            };
            let changes: Vec<_> = changes.into_iter().collect();
            prop_assert_eq!(said(probe.clone(), &changes, 900), counted(&probe, &changes, 900));
        }
    }
}
