//! A map by id for what comes and goes all the time: requests, batches, messages, environments.
//!
//! Ids grow, and few of those between the oldest and the newest one are missing: where an entry lies is
//! nearly where its number says. So entries lie in a double-ended vector in the order of their ids,
//! a look-up begins at the place that the number tells, and removed entries stay as gaps until
//! they are at an end or the most of what there is. All of it takes constant time but for entries
//! that come out of order.

use super::ids::Id;
use super::long::room;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::fmt;

/// A map in the order of its ids.
#[derive(Clone)]
pub struct IdMap<K, V> {
    /// In order; without a value where it was removed. Never one of these at an end.
    entries: VecDeque<(K, Option<V>)>,
    /// How many have a value.
    live: usize,
}

/// Gaps that are left in a small map: it is not worth while to close them.
const SPARE: usize = 32;

impl<K, V> Default for IdMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> IdMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        IdMap {
            entries: VecDeque::new(),
            live: 0,
        }
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.live = 0;
    }

    /// All entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let entries = self.entries.iter();
        entries.filter_map(|(key, value)| Some((key, value.as_ref()?)))
    }

    /// All entries in order, with values to change.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        let entries = self.entries.iter_mut();
        entries.filter_map(|(key, value)| Some((&*key, value.as_mut()?)))
    }

    /// All values in the order of their ids.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Keeps the entries of which this is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries
            .retain_mut(|(key, value)| value.as_mut().is_some_and(|value| keep(key, value)));
        self.live = self.entries.len();
    }

    /// Gaps at the ends go, and all of them where they are the most.
    fn close_gaps(&mut self) {
        while let Some((_, None)) = self.entries.front() {
            self.entries.pop_front();
        }
        while let Some((_, None)) = self.entries.back() {
            self.entries.pop_back();
        }
        if self.entries.len() > 2 * self.live + SPARE {
            self.entries.retain(|(_, value)| value.is_some());
        }
    }
}

impl<K: Id, V> IdMap<K, V> {
    /// Where the id lies, or where it would.
    #[inline]
    fn find(&self, wanted: K) -> Result<usize, usize> {
        let (Some((first, _)), Some((last, _))) = (self.entries.front(), self.entries.back())
        else {
            return Err(0);
        };
        if wanted > *last {
            return Err(self.entries.len());
        }
        if wanted < *first {
            return Err(0);
        }
        // Ids differ by one at least: this far it is from either end at most.
        let end = self.entries.len() - 1;
        let from = |offset: u64| usize::try_from(offset).map_or(end, |offset| offset.min(end));
        let high = from(wanted.number() - first.number());
        let low = end - from(last.number() - wanted.number());
        for place in [high, low] {
            match self.entries.get(place) {
                Some((there, _)) if *there == wanted => return Ok(place),
                _ => {}
            }
        }
        self.search(wanted, low, high)
    }

    /// Where the id lies between two places. What is looked for is mostly new: farther and farther on
    /// from the lower one, until it is between two places.
    fn search(&self, wanted: K, mut low: usize, mut high: usize) -> Result<usize, usize> {
        let compared = |place: usize| {
            let entry = self.entries.get(place);
            entry.map_or(Ordering::Greater, |(there, _)| there.cmp(&wanted))
        };
        let mut step = 1;
        while low + step <= high {
            match compared(low + step) {
                Ordering::Less => low += step + 1,
                Ordering::Equal => return Ok(low + step),
                Ordering::Greater => {
                    high = low + step;
                    break;
                }
            }
            step *= 2;
        }
        high += 1;
        while low < high {
            let middle = low + (high - low) / 2;
            match compared(middle) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// The value of an id.
    pub fn get(&self, key: &K) -> Option<&V> {
        let place = self.find(*key).ok()?;
        self.entries.get(place)?.1.as_ref()
    }

    /// The value of an id, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.find(*key).ok()?;
        self.entries.get_mut(place)?.1.as_mut()
    }

    /// Whether an id is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of an id; the former one.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(key) {
            Ok(place) => {
                let (_, slot) = self.entries.get_mut(place)?;
                let old = slot.replace(value);
                self.live += usize::from(old.is_none());
                old
            }
            Err(place) => {
                self.live += 1;
                if let Some(more) = room(self.entries.len(), self.entries.capacity()) {
                    self.entries.reserve_exact(more);
                }
                match place == self.entries.len() {
                    true => self.entries.push_back((key, Some(value))),
                    false => self.entries.insert(place, (key, Some(value))),
                }
                None
            }
        }
    }

    /// Removes an id; its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.remove_if(key, |_| true)
    }

    /// Removes an id, if this is true of its value.
    pub fn remove_if(&mut self, key: &K, condition: impl FnOnce(&V) -> bool) -> Option<V> {
        let place = self.find(*key).ok()?;
        let value = self.entries.get_mut(place)?.1.take_if(|it| condition(it))?;
        self.live -= 1;
        self.close_gaps();
        Some(value)
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IdMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::RequestId;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64, u16),
        Remove(u64),
        Change(u64, u16),
        Retain(u64),
    }

    /// Numbers that mostly grow, with gaps, and now and then anything.
    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let number = prop_oneof![
            8 => 0..300_u64,
            1 => any::<u64>(),
            1 => Just(u64::MAX),
        ];
        let step = prop_oneof![
            5 => (number.clone(), any::<u16>()).prop_map(|(key, value)| Step::Insert(key, value)),
            4 => number.clone().prop_map(Step::Remove),
            1 => (number, any::<u16>()).prop_map(|(key, value)| Step::Change(key, value)),
            1 => (1..8_u64).prop_map(Step::Retain),
        ];
        prop::collection::vec(step, 0..400)
    }

    proptest! {
        #[test]
        fn it_is_what_a_tree_is(steps in steps()) {
            let (mut map, mut tree) = (IdMap::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        let key = RequestId(key);
                        prop_assert_eq!(map.insert(key, value), tree.insert(key, value));
                    }
                    Step::Remove(key) => {
                        let key = RequestId(key);
                        prop_assert_eq!(map.remove(&key), tree.remove(&key));
                    }
                    Step::Change(key, value) => {
                        let key = RequestId(key);
                        prop_assert_eq!(map.contains_key(&key), tree.contains_key(&key));
                        if let Some(it) = map.get_mut(&key) {
                            *it = value;
                        }
                        if let Some(it) = tree.get_mut(&key) {
                            *it = value;
                        }
                    }
                    Step::Retain(by) => {
                        map.retain(|key, _| key.0 % by == 0);
                        tree.retain(|key, _| key.0 % by == 0);
                    }
                }
                prop_assert_eq!(map.len(), tree.len());
                prop_assert!(map.iter().eq(tree.iter()));
                prop_assert!(map.iter().rev().eq(tree.iter().rev()));
                prop_assert!(tree.iter().all(|(key, value)| map.get(key) == Some(value)));
            }
        }

        #[test]
        fn what_comes_and_goes_leaves_no_gaps_behind(lives in prop::collection::vec(0..60_u64, 1..600)) {
            let mut map = IdMap::new();
            let mut due = BTreeMap::<u64, Vec<u64>>::new();
            for (now, life) in (0_u64..).zip(lives) {
                map.insert(RequestId(now), ());
                due.entry(now + life).or_default().push(now);
                for over in due.remove(&now).unwrap_or_default() {
                    prop_assert_eq!(map.remove(&RequestId(over)), Some(()));
                }
                prop_assert!(map.entries.len() <= 2 * map.len() + SPARE);
            }
        }
    }
}
