//! Where stations were put by hand, as text that is kept between visits.

use super::Key;
use std::collections::BTreeMap;

/// The most stations whose places are kept; the least known go first.
const MOST: usize = 200;

/// The upper left corners of stations that were put somewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places(BTreeMap<Key, (f64, f64)>);

impl Places {
    /// Where a station was put, if it was.
    pub fn get(&self, key: Key) -> Option<(f64, f64)> {
        self.0.get(&key).copied()
    }

    /// Puts a station somewhere.
    pub fn put(&mut self, key: Key, (x, y): (f64, f64)) {
        if x.is_finite() && y.is_finite() {
            self.0.insert(key, (x, y));
        }
        while self.0.len() > MOST {
            self.0.pop_first();
        }
    }

    /// Whether nothing was put anywhere.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As text, to the whole unit: `key x y` for each, with semicolons between.
    pub fn text(&self) -> String {
        let places = self.0.iter();
        let places: Vec<_> = places
            .map(|(key, (x, y))| format!("{} {} {}", key.0, x.round(), y.round()))
            .collect();
        places.join(";")
    }

    /// Of such a text. What cannot be read is left out: stations without a place find one.
    pub fn read(text: &str) -> Places {
        let mut places = Places::default();
        for part in text.split(';') {
            let mut words = part.split(' ');
            let mut next = || words.next();
            let (key, x, y) = (next(), next(), next());
            let number = |word: Option<&str>| word.and_then(|it| it.parse::<f64>().ok());
            if let (Some(Ok(key)), Some(x), Some(y)) = (key.map(str::parse), number(x), number(y)) {
                places.put(Key(key), (x, y));
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_survive_as_text(places in prop::collection::vec((any::<u64>(), -1e5..1e5, -1e5..1e5), 0..40)) {
            let mut kept = Places::default();
            for (key, x, y) in places {
                kept.put(Key(key), (f64::round(x), f64::round(y)));
            }
            prop_assert_eq!(Places::read(&kept.text()), kept);
        }

        #[test]
        fn any_text_is_read(text in ".{0,200}") {
            let text = Places::read(&text).text();
            prop_assert_eq!(Places::read(&text).text(), text);
        }
    }

    #[test]
    fn what_is_damaged_is_left_out() {
        let places = Places::read("1 10 -20;2 NaN 3;x 1 2;3 4;5 6.4 7 8;");
        assert_eq!(places.text(), "1 10 -20;5 6 7");
        assert!(Places::read("").is_empty());
    }
}
