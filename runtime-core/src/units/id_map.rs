//! A map by id for what comes and goes all the time: requests, batches, messages, environments.
//!
//! Ids grow, and most of what is looked for is new. So what is new lies where its number says, with gaps
//! where ids are missing or gone: a look-up reads one place. What has outlived most of what came
//! with it is old, and lies in a list in order, where it is searched for; removed entries stay there
//! as gaps until they are at an end or the most of what there is. All of it takes constant time
//! but for what is old, and for ids that come out of order.

use super::ids::Id;
use super::long::room;
use std::collections::VecDeque;
use std::fmt;

/// A map in the order of its ids.
#[derive(Clone)]
pub struct IdMap<K, V> {
    old: Old<K, V>,
    new: New<K, V>,
}

/// In order; without a value where it was removed. Never one of these at an end.
#[derive(Clone)]
struct Old<K, V> {
    entries: VecDeque<(K, Option<V>)>,
    /// How many have a value.
    live: usize,
}

/// A place for every id from the first one on, all of them larger than the old ones. No gap at an end.
#[derive(Clone)]
struct New<K, V> {
    /// The number of the first place.
    first: u64,
    places: VecDeque<Option<(K, V)>>,
    /// How many are taken.
    live: usize,
}

/// Gaps that are left in what is small: it is not worth while to close them.
const SPARE: usize = 32;
/// Of so many places one at least is taken, those that are spared left aside. Streams of ids that share
/// their numbers, as the requests of all functions do, leave most of each other's places empty.
const PLACES: usize = 8;

impl<K, V> Default for IdMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> IdMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        IdMap {
            old: Old {
                entries: VecDeque::new(),
                live: 0,
            },
            new: New {
                first: 0,
                places: VecDeque::new(),
                live: 0,
            },
        }
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.old.live + self.new.live
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// All entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let old = self.old.entries.iter();
        let old = old.filter_map(|(key, value)| Some((key, value.as_ref()?)));
        let new = self.new.places.iter().flatten();
        old.chain(new.map(|(key, value)| (key, value)))
    }

    /// All entries in order, with values to change.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        let old = self.old.entries.iter_mut();
        let old = old.filter_map(|(key, value)| Some((&*key, value.as_mut()?)));
        let new = self.new.places.iter_mut().flatten();
        old.chain(new.map(|(key, value)| (&*key, value)))
    }

    /// All values in the order of their ids.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Keeps the entries of which this is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let Old { entries, live } = &mut self.old;
        entries.retain_mut(|(key, value)| value.as_mut().is_some_and(|value| keep(key, value)));
        *live = entries.len();
        for place in &mut self.new.places {
            if let Some((key, value)) = place
                && !keep(key, value)
            {
                *place = None;
                self.new.live -= 1;
            }
        }
        self.grow_old();
    }

    /// Gaps at the ends of what is new go; where there are too many between, what is first is old now.
    fn grow_old(&mut self) {
        self.new.trim();
        while !self.new.fits(self.new.places.len(), self.new.live) {
            self.move_first();
            self.new.trim();
        }
    }

    /// What is first of the new is old now.
    fn move_first(&mut self) {
        self.new.first = self.new.first.saturating_add(1);
        if let Some(Some((key, value))) = self.new.places.pop_front() {
            self.new.live -= 1;
            self.old.live += 1;
            reserve(&mut self.old.entries);
            self.old.entries.push_back((key, Some(value)));
        }
    }
}

impl<K, V> New<K, V> {
    fn trim(&mut self) {
        while let Some(None) = self.places.front() {
            self.places.pop_front();
            self.first = self.first.saturating_add(1);
        }
        while let Some(None) = self.places.back() {
            self.places.pop_back();
        }
    }

    fn fits(&self, places: usize, taken: usize) -> bool {
        places <= taken.saturating_mul(PLACES).saturating_add(SPARE)
    }

    /// The place of a number that is not less than the first one's.
    fn place(&self, number: u64) -> Option<usize> {
        let place = number.checked_sub(self.first)?;
        Some(usize::try_from(place).unwrap_or(usize::MAX))
    }
}

impl<K: Id, V> Old<K, V> {
    fn find(&self, wanted: K) -> Result<usize, usize> {
        match self.entries.back() {
            Some((last, _)) if *last >= wanted => {
                self.entries.binary_search_by(|(key, _)| key.cmp(&wanted))
            }
            _ => Err(self.entries.len()),
        }
    }

    fn insert(&mut self, key: K, value: V) -> Option<V> {
        let former = match self.find(key) {
            Ok(place) => self.entries.get_mut(place)?.1.replace(value),
            Err(place) => {
                reserve(&mut self.entries);
                self.entries.insert(place, (key, Some(value)));
                None
            }
        };
        self.live += usize::from(former.is_none());
        former
    }

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
    /// The value of an id.
    pub fn get(&self, key: &K) -> Option<&V> {
        match self.new.place(key.number()) {
            Some(place) => {
                let (_, value) = self.new.places.get(place)?.as_ref()?;
                Some(value)
            }
            None => self.old.entries.get(self.old.find(*key).ok()?)?.1.as_ref(),
        }
    }

    /// The value of an id, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self.new.place(key.number()) {
            Some(place) => {
                let (_, value) = self.new.places.get_mut(place)?.as_mut()?;
                Some(value)
            }
            None => {
                let place = self.old.find(*key).ok()?;
                self.old.entries.get_mut(place)?.1.as_mut()
            }
        }
    }

    /// Whether an id is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of an id; the former one.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let number = key.number();
        if self.new.places.is_empty() {
            let oldest = self.old.entries.back().map(|(last, _)| *last);
            if oldest.is_some_and(|last| last >= key) {
                return self.old.insert(key, value);
            }
            self.new.first = number;
        }
        let Some(place) = self.new.place(number) else {
            return self.old.insert(key, value);
        };
        if let Some(there) = self.new.places.get_mut(place) {
            let former = there.replace((key, value));
            self.new.live += usize::from(former.is_none());
            return former.map(|(_, value)| value);
        }
        if !self.new.fits(place.saturating_add(1), self.new.live + 1) {
            while !self.new.places.is_empty() {
                self.move_first();
            }
            self.new.first = number;
        }
        let place = self.new.place(number)?;
        while self.new.places.len() < place {
            reserve(&mut self.new.places);
            self.new.places.push_back(None);
        }
        reserve(&mut self.new.places);
        self.new.places.push_back(Some((key, value)));
        self.new.live += 1;
        None
    }

    /// Removes an id; its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.remove_if(key, |_| true)
    }

    /// Removes an id, if this is true of its value.
    pub fn remove_if(&mut self, key: &K, condition: impl FnOnce(&V) -> bool) -> Option<V> {
        match self.new.place(key.number()) {
            Some(place) => {
                let there = self.new.places.get_mut(place)?;
                let (_, value) = there.take_if(|(_, value)| condition(value))?;
                self.new.live -= 1;
                self.grow_old();
                Some(value)
            }
            None => {
                let place = self.old.find(*key).ok()?;
                let there = &mut self.old.entries.get_mut(place)?.1;
                let value = there.take_if(|value| condition(value))?;
                self.old.live -= 1;
                self.old.close_gaps();
                Some(value)
            }
        }
    }
}

/// Lists that are long grow by a quarter.
fn reserve<T>(list: &mut VecDeque<T>) {
    if let Some(more) = room(list.len(), list.capacity()) {
        list.reserve_exact(more);
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
                prop_assert!(map.old.entries.len() <= 2 * map.old.live + SPARE);
                prop_assert!(map.new.places.len() <= PLACES * map.new.live + SPARE);
            }
        }
    }
}
