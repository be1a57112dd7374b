//! Where dots are at a moment.
//!
//! A movement takes no time in the session: waits are at stations. On screen it takes [`TRAVEL`], so
//! that the eye can follow, and what caused it has arrived before it begins. All moments are the
//! screen's, in ms, handed in by whoever draws.

use super::{Key, Kind, MapModel, Moved};

/// How long a dot is on its way, ms.
pub const TRAVEL: f64 = 620.0;
/// The most dots at a time; what is more is told by counters only.
pub const MOST: usize = 600;

/// Movements that became known together leave one after the other, with their distances in the
/// session, but no further apart than this, ms.
const APART: f64 = 140.0;
/// All of them have left after this time, ms.
const WITHIN: f64 = 1_200.0;
/// However long a chain of causes is: nothing waits longer than this, ms.
const PATIENCE: f64 = 4_000.0;

/// A dot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flight {
    /// What moves.
    pub moved: Moved,
    /// When it leaves.
    pub leaves: f64,
}

impl Flight {
    /// When it has arrived.
    pub fn arrives(&self) -> f64 {
        self.leaves + TRAVEL
    }

    /// How far it is, 0 to 1; `None` before it leaves.
    pub fn part(&self, now: f64) -> Option<f64> {
        (self.leaves <= now).then(|| ((now - self.leaves) / TRAVEL).min(1.0))
    }
}

/// All dots.
#[derive(Clone, Debug, Default)]
pub struct Flights {
    /// How many movements are known; `None` before the first map.
    seen: Option<usize>,
    flights: Vec<Flight>,
}

impl Flights {
    /// Takes in what has moved since the last map. What had moved before the first one, or on a map
    /// of earlier, does not move again.
    pub fn notice(&mut self, model: &MapModel, now: f64) {
        self.land(now);
        let seen = self.seen.replace(model.moves);
        let new = match seen {
            Some(seen) if seen <= model.moves => model.moves - seen,
            _ => {
                self.flights.clear();
                return;
            }
        };
        let new = new
            .min(model.moved.len())
            .min(MOST - self.flights.len().min(MOST));
        let new = model
            .moved
            .get(model.moved.len() - new..)
            .unwrap_or_default();
        let (mut offset, mut before) = (0.0, None::<f64>);
        let gaps: Vec<f64> = new
            .iter()
            .map(|moved| {
                let gap = before
                    .map_or(0.0, |before| moved.at - before)
                    .clamp(0.0, APART);
                before = Some(moved.at);
                offset += gap;
                offset
            })
            .collect();
        let pace = (WITHIN / offset.max(WITHIN)).min(1.0);
        for (moved, offset) in new.iter().zip(gaps) {
            let leaves = (now + offset * pace)
                .max(self.cause(model, moved))
                .min(now + PATIENCE);
            self.flights.push(Flight {
                moved: *moved,
                leaves,
            });
        }
    }

    /// When what caused a movement has arrived: the traveller's own former way, or the last thing that
    /// came to where it leaves from. What comes back to a source causes nothing there.
    fn cause(&self, model: &MapModel, moved: &Moved) -> f64 {
        let card = model.card(moved.from);
        let source = card.is_some_and(|card| card.kind == Kind::Source);
        let before = self.flights.iter().rev();
        let own = before
            .clone()
            .find(|it| it.moved.traveller == moved.traveller);
        let came = || before.clone().find(|it| it.moved.to == moved.from);
        let cause = own.or_else(|| came().filter(|_| !source));
        cause.map_or(f64::NEG_INFINITY, Flight::arrives)
    }

    /// Forgets what has arrived.
    pub fn land(&mut self, now: f64) {
        self.flights.retain(|flight| flight.arrives() > now);
    }

    /// Whether anything is on its way, or about to leave.
    pub fn moving(&self) -> bool {
        !self.flights.is_empty()
    }

    /// The dots that are on screen, in the order in which they move, with how far each is.
    pub fn dots(&self, now: f64) -> impl Iterator<Item = (&Moved, f64)> {
        let flights = self.flights.iter();
        flights.filter_map(move |flight| Some((&flight.moved, flight.part(now)?)))
    }

    /// What is still on its way, or about to be: hundreds of marks are asked about in every frame.
    pub fn expected(&self) -> Expected {
        let coming = self.flights.iter();
        let mut coming: Vec<_> = coming.map(|it| (it.moved.to, it.moved.traveller)).collect();
        coming.sort_unstable();
        Expected(coming)
    }
}

/// Where travellers are on their way to.
#[derive(Clone, Debug, Default)]
pub struct Expected(Vec<(Key, u64)>);

impl Expected {
    /// Whether a traveller is on its way to a station.
    pub fn at(&self, station: Key, traveller: u64) -> bool {
        self.0.binary_search(&(station, traveller)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Tone;
    use super::*;
    use proptest::prelude::*;

    fn moved(at: f64, traveller: u64, from: u64, to: u64) -> Moved {
        Moved {
            at,
            traveller,
            from: Key(from),
            to: Key(to),
            tone: Tone::Going,
            request: None,
            followed: false,
        }
    }

    fn map(moved: Vec<Moved>) -> MapModel {
        MapModel {
            moves: moved.len(),
            moved,
            ..MapModel::default()
        }
    }

    #[test]
    fn what_was_there_at_first_does_not_move() {
        let mut flights = Flights::default();
        flights.notice(&map(vec![moved(0.0, 1, 1, 2)]), 100.0);
        assert!(!flights.moving());
        flights.notice(&map(vec![moved(0.0, 1, 1, 2), moved(5.0, 2, 1, 2)]), 200.0);
        let dots: Vec<_> = flights.dots(200.0 + TRAVEL / 2.0).collect();
        assert_eq!(dots.len(), 1);
        assert_eq!((dots[0].0.traveller, dots[0].1), (2, 0.5));
        flights.land(200.0 + TRAVEL);
        assert!(!flights.moving());
    }

    #[test]
    fn a_cause_arrives_before_its_effect_leaves() {
        let mut flights = Flights::default();
        flights.notice(&map(Vec::new()), 0.0);
        // A message comes; the batch that takes it leaves from there; then the batch goes on.
        let story = vec![
            moved(0.0, 1, 1, 2),
            moved(1.0, 2, 2, 3),
            moved(1.0, 2, 3, 4),
        ];
        flights.notice(&map(story), 1_000.0);
        let leaves: Vec<_> = flights.flights.iter().map(|it| it.leaves).collect();
        assert_eq!(leaves, [1_000.0, 1_000.0 + TRAVEL, 1_000.0 + 2.0 * TRAVEL]);
        let expected = flights.expected();
        assert!(expected.at(Key(4), 2) && !expected.at(Key(4), 1));
    }

    #[test]
    fn a_caller_does_not_wait_for_the_answer_to_another_call() {
        let caller = super::super::Card {
            key: Key(1),
            kind: Kind::Source,
            title: String::new(),
            about: String::new(),
            now: [0; 2],
            past: [0; 3],
            marks: Vec::new(),
            more: 0,
        };
        let with_caller = |story| MapModel {
            cards: vec![caller.clone()],
            ..map(story)
        };
        let mut flights = Flights::default();
        flights.notice(&with_caller(Vec::new()), 0.0);
        flights.notice(
            &with_caller(vec![moved(0.0, 1, 2, 1), moved(0.0, 2, 1, 2)]),
            1_000.0,
        );
        assert!(flights.flights.iter().all(|it| it.leaves == 1_000.0));
    }

    #[test]
    fn a_map_of_earlier_has_no_dots() {
        let mut flights = Flights::default();
        flights.notice(&map(Vec::new()), 0.0);
        flights.notice(&map(vec![moved(0.0, 1, 1, 2); 3]), 1.0);
        flights.notice(&map(vec![moved(0.0, 1, 1, 2)]), 2.0);
        assert!(!flights.moving());
    }

    proptest! {
        #[test]
        fn dots_come_to_an_end(batches in prop::collection::vec(
            (prop::collection::vec((0.0..1e6_f64, 0..9_u64, 0..5_u64, 0..5_u64), 0..400), 0.0..3e3), 0..8,
        )) {
            let (mut flights, mut all, mut now) = (Flights::default(), Vec::new(), 0.0);
            flights.notice(&map(Vec::new()), now);
            for (mut batch, wait) in batches {
                batch.sort_by(|a: &(f64, _, _, _), b| a.0.total_cmp(&b.0));
                all.extend(batch.into_iter().map(|(at, it, from, to)| moved(at, it, from, to)));
                now += wait;
                flights.notice(&map(all.clone()), now);
                prop_assert!(flights.flights.len() <= MOST);
                for (_, part) in flights.dots(now) {
                    prop_assert!((0.0..=1.0).contains(&part));
                }
            }
            flights.land(now + PATIENCE + TRAVEL);
            prop_assert!(!flights.moving());
        }
    }
}
