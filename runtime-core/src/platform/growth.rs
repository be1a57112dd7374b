//! How fast a function may get environments, and requests (Lambda developer guide, "Lambda scaling behavior": in
//! each region a function may have 1,000 more every 10 seconds; the allowance is refilled all the
//! time, and what is not used is not saved up).

use crate::units::{Moment, Span};

/// Environments that can be made at once.
pub const GROWTH: u64 = 1_000;
/// How many more each second.
pub const GROWTH_A_SECOND: u64 = 100;

const WHOLE: u64 = 1_000_000_000;

/// What a function may still grow by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// In billionths of an environment.
    left: u64,
    at: Moment,
}

impl Default for Allowance {
    fn default() -> Self {
        Allowance {
            left: GROWTH * WHOLE,
            at: Moment::START,
        }
    }
}

impl Allowance {
    /// Takes one environment of the allowance, if there is one.
    pub(super) fn take(&mut self, now: Moment) -> bool {
        let refilled = now
            .since(self.at)
            .as_nanos()
            .saturating_mul(GROWTH_A_SECOND);
        self.left = self.left.saturating_add(refilled).min(GROWTH * WHOLE);
        self.at = self.at.max(now);
        let enough = self.left >= WHOLE;
        if enough {
            self.left -= WHOLE;
        }
        enough
    }
}

/// Provisioned environments that are made of a function in a minute at most (Lambda developer guide,
/// "Configuring provisioned concurrency for a function").
pub const PROVISIONED_A_MINUTE: u32 = 6_000;

/// How many of them are made at a time, once a second (model choice: AWS publishes the rate, not its
/// steps).
pub const PROVISIONING_PORTION: u32 = PROVISIONED_A_MINUTE / 60;

/// How long a portion is the only one.
const PORTION_LASTS: Span = Span::from_secs(1);

/// The last portion of a function's provisioned environments, whichever version it was for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    since: Moment,
    left: u32,
}

impl Default for Portion {
    fn default() -> Self {
        Portion {
            since: Moment::START,
            left: PROVISIONING_PORTION,
        }
    }
}

impl Portion {
    /// How many of those that are wanted can be made now, and when the next portion can be.
    pub(super) fn take(&mut self, now: Moment, wanted: u32) -> (u32, Moment) {
        // A simulation's set-up is ahead of its clock: then the last portion is yet to come.
        if now < self.since || now >= self.since + PORTION_LASTS {
            *self = Portion {
                since: now,
                left: PROVISIONING_PORTION,
            };
        }
        let taken = wanted.min(self.left);
        self.left -= taken;
        (taken, self.since + PORTION_LASTS)
    }
}

/// Synchronous requests a second for each unit of concurrency, provisioned concurrency included
/// (Lambda quotas page, "Invocation requests per second"; "Understanding Lambda function scaling").
pub const REQUESTS_A_SECOND: u64 = 10;

/// A limit on requests a second. Those of one second may come at once (model choice: AWS publishes
/// the limit, not over which time it is measured).
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// When all that were let in would have come, one after the other.
    due: Moment,
}

impl Default for Rate {
    fn default() -> Self {
        Rate { due: Moment::START }
    }
}

impl Rate {
    /// Lets one request in, if this concurrency allows it.
    pub(super) fn take(&mut self, now: Moment, concurrency: u32) -> bool {
        let a_second = u64::from(concurrency) * REQUESTS_A_SECOND;
        let Some(interval) = WHOLE.checked_div(a_second) else {
            return false;
        };
        let due = self.due.max(now) + Span::from_nanos(interval);
        let allowed = due.since(now) <= Span::from_secs(1);
        if allowed {
            self.due = due;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_requests_a_second_for_each_unit() {
        let mut rate = Rate::default();
        let at = |millis| Moment::START + Span::from_millis(millis);
        let mut taken = |now| std::iter::from_fn(|| rate.take(now, 2).then_some(())).count();
        assert_eq!(taken(at(0)), 20);
        assert_eq!(taken(at(49)), 0);
        assert_eq!(taken(at(50)), 1);
        assert_eq!(taken(at(60_000)), 20);
        assert!(!Rate::default().take(at(0), 0));
    }

    #[test]
    fn it_is_refilled_all_the_time_and_never_beyond_its_size() {
        let mut allowance = Allowance::default();
        let at = |millis| Moment::START + Span::from_millis(millis);
        let mut taken = |now| std::iter::from_fn(|| allowance.take(now).then_some(())).count();
        assert_eq!(taken(at(0)), 1_000);
        assert_eq!(taken(at(5)), 0);
        assert_eq!(taken(at(10)), 1);
        assert_eq!(taken(at(10)), 0);
        assert_eq!(taken(at(1_010)), 100);
        assert_eq!(taken(at(11_010)), 1_000);
        assert_eq!(taken(at(3_600_000)), 1_000);
    }
}
