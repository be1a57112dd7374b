//! What is still to happen, in the order of its moments; what is due at the same moment, in the
//! order in which it was put there.
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990) whose digits are bytes: time does not go back, so an
//! entry lies in a bucket by the highest byte in which its moment differs from the last one that was taken,
//! and by the value of that byte. Only the lowest bucket that has entries is ever looked into; what lies in
//! it goes to lower ones, in order. Entries of one moment are always in the same bucket, so they stay in
//! order too. Seconds ahead are the fourth byte of nanoseconds: a handler's end is moved about twice.

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
    /// Timers of Application Auto Scaling.
    Scaling,
}

/// Where a timer lies: timers are large and rare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimerSlot(u32);

type Entry = (u64, Packed);

/// What is due as one number: a kind above 32 bits of its own. An enum's parts are written one by one, and
/// read back as a whole they are not there yet.
#[derive(Clone, Copy, Debug)]
struct Packed(u64);

impl Packed {
    #[inline]
    fn of(due: Due) -> Packed {
        let (kind, value) = match due {
            Due::HandlerEnd(environment) => (0, environment.0),
            Due::IdleEnd(environment) => (1, environment.0),
            Due::Ready(environment) => (2, environment.0),
            Due::InitEnd(environment) => (3, environment.0),
            Due::Again { load, attempt } => (4, u32::from(load) << 16 | u32::from(attempt)),
            Due::Timer(slot) => (5, slot.0),
            Due::Scaling => (6, 0),
        };
        Packed(kind << 32 | u64::from(value))
    }

    #[inline]
    fn due(self) -> Due {
        let value = self.0 as u32;
        match self.0 >> 32 {
            0 => Due::HandlerEnd(EnvironmentId(value)),
            1 => Due::IdleEnd(EnvironmentId(value)),
            2 => Due::Ready(EnvironmentId(value)),
            3 => Due::InitEnd(EnvironmentId(value)),
            4 => Due::Again {
                load: (value >> 16) as u16,
                attempt: value as u16,
            },
            5 => Due::Timer(TimerSlot(value)),
            _ => Due::Scaling,
        }
    }
}

/// Values of a digit.
const DIGITS: usize = 256;
/// How many digits a moment has.
const LEVELS: usize = 8;
/// Words of bits for the buckets of a level.
const WORDS: usize = DIGITS / 64;
/// Room for so many entries stays with a bucket that is empty; more is given back.
const KEPT: usize = 256;

/// What is to happen.
#[derive(Debug)]
pub(super) struct Agenda {
    /// The moment that was taken last, in nanoseconds.
    last: u64,
    /// The first moment at which something is due; the end of time if nothing is.
    soonest: u64,
    /// What is due at the last moment.
    now: Vec<Packed>,
    /// How much of it was taken.
    taken: usize,
    /// Level after level, the lowest byte first.
    buckets: Vec<Bucket>,
    /// Which buckets of each level have entries, by their bits.
    used: [[u64; WORDS]; LEVELS],
    /// Which of those words are more than nothing, by their bits.
    words: [u8; LEVELS],
    /// Which levels have entries, by their bits.
    levels: u32,
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
            soonest: u64::MAX,
            now: Vec::new(),
            taken: 0,
            buckets: vec![empty; LEVELS * DIGITS],
            used: [[0; WORDS]; LEVELS],
            words: [0; LEVELS],
            levels: 0,
            timers: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl Agenda {
    /// Puts something there; what was to be in the past is due now.
    #[inline]
    pub(super) fn put(&mut self, at: Moment, due: Due) {
        let at = at.as_nanos().max(self.last);
        self.soonest = self.soonest.min(at);
        self.sort_in((at, Packed::of(due)));
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
        if self.soonest > by.as_nanos() {
            return None;
        }
        let due = self.take_first();
        self.soonest = match self.taken < self.now.len() {
            true => self.last,
            false => self.lowest().map_or(u64::MAX, |(_, _, least)| least),
        };
        Some((Moment::from_nanos(self.last), due?.due()))
    }

    fn take_first(&mut self) -> Option<Packed> {
        if let Some(due) = self.now.get(self.taken) {
            self.taken += 1;
            return Some(*due);
        }
        self.now.clear();
        self.taken = 0;
        let (level, digit, least) = self.lowest()?;
        let bucket = self.buckets.get_mut(level * DIGITS + digit)?;
        self.last = least;
        bucket.least = u64::MAX;
        let word = self.used.get_mut(level)?.get_mut(digit / 64)?;
        *word &= !(1 << (digit % 64));
        if *word == 0 {
            let words = self.words.get_mut(level)?;
            *words &= !(1 << (digit / 64));
            if *words == 0 {
                self.levels &= !(1 << level);
            }
        }
        if let [(_, due)] = *bucket.entries.as_slice() {
            bucket.entries.clear();
            return Some(due);
        }
        let mut moving = std::mem::take(&mut bucket.entries);
        for entry in &moving {
            self.sort_in(*entry);
        }
        if moving.capacity() <= KEPT
            && let Some(bucket) = self.buckets.get_mut(level * DIGITS + digit)
        {
            moving.clear();
            bucket.entries = moving;
        }
        self.taken = 1;
        self.now.first().copied()
    }

    /// The bucket that has what comes first: its level, its digit, and the first moment in it.
    #[inline]
    fn lowest(&self) -> Option<(usize, usize, u64)> {
        let level = self.levels.trailing_zeros() as usize;
        let place = self.words.get(level)?.trailing_zeros() as usize;
        let word = self.used.get(level)?.get(place)?;
        let digit = place * 64 + word.trailing_zeros() as usize;
        let bucket = self.buckets.get(level * DIGITS + digit)?;
        Some((level, digit, bucket.least))
    }

    #[inline]
    fn sort_in(&mut self, (at, due): Entry) {
        let differs = at ^ self.last;
        if differs == 0 {
            self.now.push(due);
            return;
        }
        let level = (differs.ilog2() / 8) as usize;
        let digit = (at >> (level * 8)) as usize % DIGITS;
        let bucket = self.buckets.get_mut(level * DIGITS + digit);
        let used = self.used.get_mut(level);
        let word = used.and_then(|it| it.get_mut(digit / 64));
        if let (Some(bucket), Some(word), Some(words)) = (bucket, word, self.words.get_mut(level)) {
            bucket.entries.push((at, due));
            bucket.least = bucket.least.min(at);
            *word |= 1 << (digit % 64);
            *words |= 1 << (digit / 64);
            self.levels |= 1 << level;
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
    fn what_is_due_comes_back_as_it_was() {
        let environment = EnvironmentId(u32::MAX);
        let all = [
            Due::Ready(environment),
            Due::InitEnd(environment),
            Due::HandlerEnd(environment),
            Due::IdleEnd(environment),
            Due::Again {
                load: u16::MAX,
                attempt: 2,
            },
            Due::Timer(TimerSlot(u32::MAX)),
            Due::Scaling,
        ];
        for due in all {
            assert_eq!(Packed::of(due).due(), due);
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
