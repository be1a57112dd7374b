//! What is still to happen, in the order of its moments; what is due at the same moment, in the
//! order in which it was put there.
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990): time does not go back, so entries lie in buckets by
//! the highest bit in which their moment differs from the last one that was taken. Only the lowest bucket
//! that has entries is ever looked into; what lies in it goes to lower ones, in order. Entries of one
//! moment are always in the same bucket, so they stay in order too.

use crate::platform::Timer;
use crate::units::{EnvironmentId, Moment};

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// An environment's worker is up.
    Ready(EnvironmentId),
    /// Its INIT or RESTORE phase is over.
    InitEnd(EnvironmentId),
    /// Its handler is done.
    HandlerEnd(EnvironmentId),
    /// It may have been idle for long enough.
    IdleEnd(EnvironmentId),
    /// A client sends a request of this load again, for this time.
    Again {
        /// Which load.
        load: u16,
        /// From 1.
        attempt: u16,
    },
    /// A timer of the platform.
    Timer(TimerSlot),
}

/// Where a timer lies: timers are large and rare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimerSlot(u32);

type Entry = (u64, Due);

/// One for each bit of a moment, and one for the last moment itself.
const BUCKETS: usize = 65;

/// What is to happen.
#[derive(Debug)]
pub(super) struct Agenda {
    /// The moment that was taken last, in nanoseconds.
    last: u64,
    buckets: Vec<Bucket>,
    /// How much of the first bucket was taken.
    taken: usize,
    /// Which buckets have entries, by their bits; the first one aside.
    used: u64,
    /// Has the room of a bucket whose entries are on their way.
    moving: Vec<Entry>,
    timers: Vec<Option<Timer>>,
    free: Vec<TimerSlot>,
}

#[derive(Clone, Debug)]
struct Bucket {
    entries: Vec<Entry>,
    /// The first moment in it.
    least: u64,
}

impl Default for Agenda {
    fn default() -> Self {
        let empty = Bucket {
            entries: Vec::new(),
            least: u64::MAX,
        };
        Agenda {
            last: 0,
            buckets: vec![empty; BUCKETS],
            taken: 0,
            used: 0,
            moving: Vec::new(),
            timers: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl Agenda {
    /// Puts something there; what was to be in the past is due now.
    #[inline]
    pub(super) fn put(&mut self, at: Moment, due: Due) {
        self.sort_in((at.as_nanos().max(self.last), due));
    }

    /// Puts a timer there.
    pub(super) fn put_timer(&mut self, at: Moment, timer: Timer) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.timers.push(None);
            TimerSlot(u32::try_from(self.timers.len() - 1).unwrap_or(u32::MAX))
        });
        if let Some(place) = self.timers.get_mut(slot.0 as usize) {
            *place = Some(timer);
        }
        self.put(at, Due::Timer(slot));
    }

    /// The timer that was put there; its place is free for another.
    pub(super) fn take_timer(&mut self, slot: TimerSlot) -> Option<Timer> {
        self.free.push(slot);
        self.timers.get_mut(slot.0 as usize)?.take()
    }

    /// What is due next, if it is due by then.
    #[inline]
    pub(super) fn take(&mut self, by: Moment) -> Option<(Moment, Due)> {
        let at = |nanos| Moment::from_nanos(nanos);
        if let Some((nanos, due)) = self.take_first() {
            return Some((at(nanos), due));
        }
        if self.used == 0 {
            return None;
        }
        let lowest = self.used.trailing_zeros() as usize + 1;
        let bucket = self.buckets.get_mut(lowest)?;
        if bucket.least > by.as_nanos() {
            return None;
        }
        self.last = bucket.least;
        bucket.least = u64::MAX;
        self.used &= self.used - 1;
        if let [(nanos, due)] = *bucket.entries.as_slice() {
            bucket.entries.clear();
            return Some((at(nanos), due));
        }
        let mut moving = std::mem::take(&mut self.moving);
        std::mem::swap(&mut moving, &mut bucket.entries);
        for entry in moving.drain(..) {
            self.sort_in(entry);
        }
        self.moving = moving;
        let (nanos, due) = self.take_first()?;
        Some((at(nanos), due))
    }

    /// What is due at the moment that was taken last.
    fn take_first(&mut self) -> Option<Entry> {
        let first = self.buckets.first_mut()?;
        let entry = first.entries.get(self.taken).copied();
        match entry {
            Some(_) => self.taken += 1,
            None => {
                first.entries.clear();
                self.taken = 0;
            }
        }
        entry
    }

    #[inline]
    fn sort_in(&mut self, entry: Entry) {
        let place = (64 - (entry.0 ^ self.last).leading_zeros()) as usize;
        if let Some(bucket) = self.buckets.get_mut(place) {
            bucket.entries.push(entry);
            bucket.least = bucket.least.min(entry.0);
        }
        if place > 0 {
            self.used |= 1 << (place - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_what_a_sorted_map_is(
            steps in prop::collection::vec((any::<bool>(), 0..64_u32, any::<u64>(), 0..40_u64), 0..400),
        ) {
            let mut agenda = Agenda::default();
            let mut map = BTreeMap::new();
            let mut now = Moment::START;
            for (number, (put, bits, random, on)) in (0_u32..).zip(steps) {
                if put {
                    // Near and far, and now and then the same moment twice.
                    let at = now + Span::from_nanos(random >> bits);
                    agenda.put(at, Due::Ready(EnvironmentId(number)));
                    map.insert((at, number), number);
                } else {
                    now = now + Span::from_nanos(on);
                    let first = map.first_key_value().map(|(key, number)| (*key, *number));
                    let wanted = first.filter(|((at, _), _)| *at <= now);
                    let found = agenda.take(now);
                    let due = wanted.map(|((at, _), number)| (at, Due::Ready(EnvironmentId(number))));
                    prop_assert_eq!(found, due);
                    if let Some((key, _)) = wanted {
                        map.remove(&key);
                    }
                }
            }
            let end = Moment::from_nanos(u64::MAX);
            while let Some((at, due)) = agenda.take(end) {
                let ((wanted, _), number) = map.pop_first().unwrap();
                prop_assert_eq!((at, due), (wanted, Due::Ready(EnvironmentId(number))));
            }
            prop_assert!(map.is_empty());
        }
    }

    #[test]
    fn timers_come_back_as_they_were() {
        let mut agenda = Agenda::default();
        let timer = |n| Timer::InitLimit {
            environment: EnvironmentId(n),
        };
        let end = Moment::from_nanos(10);
        for n in 0..3 {
            agenda.put_timer(end, timer(n));
        }
        for n in 0..3 {
            let Some((_, Due::Timer(slot))) = agenda.take(end) else {
                panic!("no timer");
            };
            assert_eq!(agenda.take_timer(slot), Some(timer(n)));
        }
        assert_eq!(agenda.take(end), None);
    }
}
