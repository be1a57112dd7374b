//! Maps and sets in the order of their keys, for keys that mostly grow, as ids do.
//!
//! The standard library's trees are made anew by the compiler for each pair of key and value: a fifth
//! of the page's module was trees. These are double-ended vectors with binary search: an insertion at
//! the end and a removal at either end take constant time, anything between is moved there step by
//! step. The vectors' own insertion and removal would move it faster, with as much code as a tree's.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::collections::VecDeque;
use std::collections::vec_deque;
use std::fmt;
use std::marker::PhantomData;

/// A map in the order of its keys.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderedMap<K, V> {
    entries: VecDeque<(K, V)>,
}

/// A set in order.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderedSet<K> {
    items: OrderedMap<K, ()>,
}

impl<K, V> Default for OrderedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> OrderedMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        OrderedMap {
            entries: VecDeque::new(),
        }
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// All entries in order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: self.entries.iter(),
        }
    }

    /// All entries in order, with values to change.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.entries.iter().map(|(key, _)| key)
    }

    /// All values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.entries.iter().map(|(_, value)| value)
    }

    /// All values in the order of their keys, to change.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// The entry with the smallest key.
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.entries.front().map(|(key, value)| (key, value))
    }

    /// The entry with the largest key.
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.entries.back().map(|(key, value)| (key, value))
    }

    /// Keeps the entries of which this is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }
}

impl<K, V> OrderedMap<K, V> {
    fn put(&mut self, place: usize, entry: (K, V)) {
        self.entries.push_back(entry);
        for right in (place + 1..self.entries.len()).rev() {
            self.entries.swap(right - 1, right);
        }
    }

    fn take(&mut self, place: usize) -> Option<(K, V)> {
        let length = self.entries.len();
        if place >= length {
            return None;
        }
        if place < length / 2 {
            for left in (0..place).rev() {
                self.entries.swap(left, left + 1);
            }
            self.entries.pop_front()
        } else {
            for right in place + 1..length {
                self.entries.swap(right - 1, right);
            }
            self.entries.pop_back()
        }
    }
}

impl<K: Ord, V> OrderedMap<K, V> {
    fn find<Q: Ord + ?Sized>(&self, wanted: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        // Keys mostly grow.
        match self.entries.back() {
            Some((last, _)) if last.borrow() < wanted => Err(self.entries.len()),
            Some((last, _)) if last.borrow() == wanted => Ok(self.entries.len() - 1),
            _ => self
                .entries
                .binary_search_by(|(key, _)| key.borrow().cmp(wanted)),
        }
    }

    /// The entries from a key on, in order.
    pub fn iter_from<Q: Ord + ?Sized>(&self, key: &Q) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let (Ok(place) | Err(place)) = self.find(key);
        Iter {
            entries: self.entries.range(place..),
        }
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        self.entries.get(place).map(|(_, value)| value)
    }

    /// The value of a key, to change.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        self.entries.get_mut(place).map(|(_, value)| value)
    }

    /// Whether a key is there.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Sets the value of a key; the former one.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(place) => {
                let (_, old) = self.entries.get_mut(place)?;
                Some(std::mem::replace(old, value))
            }
            Err(place) => {
                self.put(place, (key, value));
                None
            }
        }
    }

    /// The value of a key, made if there is none.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = match self.find(&key) {
            Ok(place) => place,
            Err(place) => {
                self.put(place, (key, make()));
                place
            }
        };
        &mut self.entries[place].1
    }

    /// The value of a key, its type's default if there is none.
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.get_or_insert_with(key, V::default)
    }

    /// Removes a key; its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        self.take(place).map(|(_, value)| value)
    }
}

impl<K> Default for OrderedSet<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> OrderedSet<K> {
    /// An empty set.
    pub const fn new() -> Self {
        OrderedSet {
            items: OrderedMap::new(),
        }
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Removes all items.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// All items in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.items.keys()
    }
}

impl<K: Ord> OrderedSet<K> {
    /// Whether it is there.
    pub fn contains(&self, item: &K) -> bool {
        self.items.contains_key(item)
    }

    /// Adds an item; whether it is new.
    pub fn insert(&mut self, item: K) -> bool {
        self.items.insert(item, ()).is_none()
    }

    /// Removes an item; whether it was there.
    pub fn remove(&mut self, item: &K) -> bool {
        self.items.remove(item).is_some()
    }
}

/// The entries of an [`OrderedMap`].
#[derive(Clone, Debug)]
pub struct Iter<'a, K, V> {
    entries: vec_deque::Iter<'a, (K, V)>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back().map(|(key, value)| (key, value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K, V> IntoIterator for &'a OrderedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<K, V> IntoIterator for OrderedMap<K, V> {
    type Item = (K, V);
    type IntoIter = vec_deque::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for OrderedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = OrderedMap::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for OrderedMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Ord, V> Extend<(K, V)> for OrderedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord> FromIterator<K> for OrderedSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(items: I) -> Self {
        OrderedSet {
            items: items.into_iter().map(|item| (item, ())).collect(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for OrderedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: fmt::Debug> fmt::Debug for OrderedSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<K: Serialize, V: Serialize> Serialize for OrderedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for OrderedMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = OrderedMap<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = OrderedMap::new();
                while let Some((key, value)) = access.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, u16),
        Remove(u8),
        Change(u8, u16),
        Make(u8, u16),
        Retain(u8),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (any::<u8>(), any::<u16>()).prop_map(|(key, value)| Step::Insert(key, value)),
            2 => any::<u8>().prop_map(Step::Remove),
            1 => (any::<u8>(), any::<u16>()).prop_map(|(key, value)| Step::Change(key, value)),
            1 => (any::<u8>(), any::<u16>()).prop_map(|(key, value)| Step::Make(key, value)),
            1 => (1..8_u8).prop_map(Step::Retain),
        ];
        prop::collection::vec(step, 0..120)
    }

    proptest! {
        #[test]
        fn it_is_what_a_tree_is(steps in steps()) {
            let (mut map, mut tree) = (OrderedMap::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        prop_assert_eq!(map.insert(key, value), tree.insert(key, value));
                    }
                    Step::Remove(key) => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    Step::Change(key, value) => {
                        if let Some(it) = map.get_mut(&key) {
                            *it = value;
                        }
                        if let Some(it) = tree.get_mut(&key) {
                            *it = value;
                        }
                    }
                    Step::Make(key, value) => {
                        let made = *map.get_or_insert_with(key, || value);
                        prop_assert_eq!(made, *tree.entry(key).or_insert(value));
                    }
                    Step::Retain(by) => {
                        map.retain(|key, _| key % by == 0);
                        tree.retain(|key, _| key % by == 0);
                    }
                }
                prop_assert!(map.iter().eq(tree.iter()));
                prop_assert!(map.iter().rev().eq(tree.iter().rev()));
                prop_assert_eq!(map.first_key_value(), tree.first_key_value());
                prop_assert_eq!(map.last_key_value(), tree.last_key_value());
            }
            let json = serde_json::to_string(&map).unwrap_or_default();
            prop_assert_eq!(&json, &serde_json::to_string(&tree).unwrap_or_default());
            prop_assert_eq!(serde_json::from_str::<OrderedMap<u8, u16>>(&json).ok(), Some(map));
        }
    }
}
