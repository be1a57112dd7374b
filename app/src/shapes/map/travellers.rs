//! What a keyboard goes through on a map: everything that waits, works or has moved, one after the other.

use super::MapModel;
use std::collections::BTreeSet;

/// A traveller by its number, and the request that tells its story, if one does.
pub type Traveller = (u64, Option<u64>);

/// All of them: what is at stations first, station by station, then what has moved last.
pub fn travellers(model: &MapModel) -> Vec<Traveller> {
    let waiting = model.cards.iter().flat_map(|card| &card.marks);
    let waiting = waiting.map(|mark| (mark.traveller, mark.request));
    let moved = model.moved.iter().rev();
    let moved = moved.map(|moved| (moved.traveller, moved.request));
    let mut known = BTreeSet::new();
    let all = waiting.chain(moved);
    all.filter(|(traveller, _)| known.insert(*traveller))
        .collect()
}

/// The one after or before a traveller, around the ends; the first or last where that one is gone.
pub fn neighbour(all: &[Traveller], current: Option<u64>, forward: bool) -> Option<Traveller> {
    let place = current.and_then(|it| all.iter().position(|(traveller, _)| *traveller == it));
    let many = all.len();
    let next = match (place, forward) {
        (None, true) => 0,
        (None, false) => many.checked_sub(1)?,
        (Some(place), true) => (place + 1) % many,
        (Some(place), false) => (place + many - 1) % many,
    };
    all.get(next).copied()
}

#[cfg(test)]
mod tests {
    use super::super::{Key, Moved, Tone};
    use super::*;

    fn moved(traveller: u64) -> Moved {
        Moved {
            at: 0.0,
            traveller,
            from: Key(0),
            to: Key(1),
            tone: Tone::Going,
            request: Some(traveller),
            followed: false,
        }
    }

    #[test]
    fn one_goes_around_each_once_the_last_that_moved_first() {
        let model = MapModel {
            moved: vec![moved(1), moved(2), moved(1), moved(3)],
            ..MapModel::default()
        };
        let all = travellers(&model);
        assert_eq!(all, [(3, Some(3)), (1, Some(1)), (2, Some(2))]);
        let step = |current, forward| neighbour(&all, current, forward).map(|it| it.0);
        assert_eq!(step(None, true), Some(3));
        assert_eq!(step(Some(3), true), Some(1));
        assert_eq!(step(Some(2), true), Some(3));
        assert_eq!(step(Some(3), false), Some(2));
        assert_eq!(step(None, false), Some(2));
        assert_eq!(step(Some(9), true), Some(3), "it is gone");
        assert_eq!(neighbour(&[], Some(1), true), None);
        assert_eq!(neighbour(&[], None, false), None);
    }
}
