//! Timers in the order in which they are due; those of one moment in the order in which they were
//! set.

use runtime_core::platform::Timer;
use runtime_core::units::Moment;
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Agenda {
    timers: BTreeMap<(Moment, u64), Timer>,
    count: u64,
}

impl Agenda {
    pub(super) fn set(&mut self, at: Moment, timer: Timer) {
        self.timers.insert((at, self.count), timer);
        self.count += 1;
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Moment> {
        self.timers.keys().next().map(|(at, _)| *at)
    }

    /// The first one that is due at `now` or before.
    pub(super) fn pop_due(&mut self, now: Moment) -> Option<(Moment, Timer)> {
        let entry = self.timers.first_entry()?;
        let (at, _) = *entry.key();
        (at <= now).then(|| (at, entry.remove()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::units::EnvironmentId;

    #[test]
    fn timers_come_in_order_and_none_before_its_time() {
        let timer = |number| Timer::InitLimit {
            environment: EnvironmentId(number),
        };
        let mut agenda = Agenda::default();
        agenda.set(Moment::from_nanos(20), timer(1));
        agenda.set(Moment::from_nanos(10), timer(2));
        agenda.set(Moment::from_nanos(20), timer(3));
        assert_eq!(agenda.pop_due(Moment::from_nanos(9)), None);
        assert_eq!(agenda.next(), Some(Moment::from_nanos(10)));
        let due: Vec<_> = std::iter::from_fn(|| agenda.pop_due(Moment::from_nanos(20))).collect();
        let at = Moment::from_nanos;
        assert_eq!(
            due,
            [(at(10), timer(2)), (at(20), timer(1)), (at(20), timer(3))]
        );
    }
}
