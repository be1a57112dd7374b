//! A waterfall of segments: where in a row a stretch of time lies.
//!
//! A retry waits for a minute and a handler works for a millisecond. So stretches in which nothing is
//! at work can be shortened: together they get no more than `WAITS` of the width, and what works
//! shares the rest to scale.

/// The part of the width that shortened waits have together.
const WAITS: f64 = 0.4;

/// A stretch of time between two moments at which something begins or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    from: f64,
    to: f64,
    /// Where it begins and ends in a row, 0 to 1.
    left: f64,
    right: f64,
}

/// From moments, in ns, to places in a row, 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    pieces: Vec<Piece>,
    shortened: bool,
}

impl Scale {
    /// Every ns is as wide as every other.
    pub fn true_to_time(from: f64, to: f64) -> Scale {
        let piece = Piece {
            from,
            to: to.max(from + 1.0),
            left: 0.0,
            right: 1.0,
        };
        Scale {
            pieces: vec![piece],
            shortened: false,
        }
    }

    /// Waits are shortened, if they are long beside what works. `work` has the stretches in which
    /// something does.
    pub fn shortened(from: f64, to: f64, work: &[(f64, f64)]) -> Scale {
        let mut moments: Vec<f64> = work.iter().flat_map(|(from, to)| [*from, *to]).collect();
        moments.retain(|at| *at > from && *at < to);
        moments.extend([from, to]);
        moments.sort_by(f64::total_cmp);
        moments.dedup();
        let mut merged: Vec<(f64, f64)> = work.to_vec();
        merged.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ahead = merged.into_iter().peekable();
        let mut until = f64::NEG_INFINITY;
        let stretches: Vec<(f64, f64, bool)> = moments
            .windows(2)
            .map(|pair| {
                let (start, end) = (pair[0], pair[1]);
                while let Some((_, to)) = ahead.next_if(|(from, _)| *from <= start) {
                    until = until.max(to);
                }
                (start, end, until >= end)
            })
            .collect();
        let sum = |works: bool| -> f64 {
            let all = stretches.iter().filter(|it| it.2 == works);
            all.map(|(from, to, _)| to - from).sum()
        };
        let (worked, waited) = (sum(true), sum(false));
        if worked <= 0.0 || waited * (1.0 - WAITS) <= worked * WAITS {
            return Scale::true_to_time(from, to);
        }
        let waits = stretches.iter().filter(|it| !it.2).count() as f64;
        // Half of their room is the same for each, so that a short one beside a long one is seen.
        let width = |(from, to, works): (f64, f64, bool)| match works {
            true => (to - from) / worked * (1.0 - WAITS),
            false => WAITS * ((to - from) / waited * 0.5 + 0.5 / waits),
        };
        let mut left = 0.0;
        let pieces = stretches.into_iter().map(|it| {
            let piece = Piece {
                from: it.0,
                to: it.1,
                left,
                right: left + width(it),
            };
            left = piece.right;
            piece
        });
        Scale {
            pieces: pieces.collect(),
            shortened: true,
        }
    }

    /// Whether waits are narrower than they are long.
    pub fn shortens(&self) -> bool {
        self.shortened
    }

    /// Where a moment is, 0 to 1.
    pub fn place(&self, at: f64) -> f64 {
        let index = self.pieces.partition_point(|piece| piece.to < at);
        let Some(piece) = self.pieces.get(index).or(self.pieces.last()) else {
            return 0.0;
        };
        let part = (at - piece.from) / (piece.to - piece.from);
        let place = piece.left + part.clamp(0.0, 1.0) * (piece.right - piece.left);
        place.clamp(0.0, 1.0)
    }

    /// A stretch as its left side and its width in percent, wide enough to be seen.
    pub fn bar(&self, from: f64, to: f64) -> (f64, f64) {
        let (left, right) = (self.place(from) * 100.0, self.place(to) * 100.0);
        let width = (right - left).max(LEAST);
        (left.min(100.0 - width), width)
    }
}

/// The least that a bar is wide, percent.
const LEAST: f64 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_wait_leaves_room_for_what_works() {
        // A handler of 1 ms, a minute, a handler of 2 ms.
        let (ms, minute) = (1e6, 60e9);
        let work = [(0.0, ms), (minute, minute + 2.0 * ms)];
        let end = minute + 2.0 * ms;
        let scale = Scale::shortened(0.0, end, &work);
        assert!(scale.shortens());
        assert!((scale.bar(0.0, ms).1 - 20.0).abs() < 1e-9);
        assert!((scale.bar(minute, end).1 - 40.0).abs() < 1e-9);
        let honest = Scale::true_to_time(0.0, end);
        assert_eq!(honest.bar(0.0, ms), (0.0, LEAST));
    }

    #[test]
    fn what_needs_no_shortening_is_true_to_time() {
        let scale = Scale::shortened(0.0, 10.0, &[(0.0, 5.0), (4.0, 8.0)]);
        assert!(!scale.shortens());
        assert_eq!(scale.place(5.0), 0.5);
        assert!(!Scale::shortened(0.0, 10.0, &[]).shortens());
        assert_eq!(Scale::shortened(3.0, 3.0, &[(3.0, 3.0)]).place(3.0), 0.0);
        assert_eq!(Scale::default().place(1.0), 0.0);
    }

    proptest! {
        #[test]
        fn later_is_never_further_left(
            work in prop::collection::vec((0.0..1e3_f64, 0.0..1e2_f64), 0..12),
            at in prop::collection::vec(-50.0..1.2e3_f64, 2..30),
        ) {
            let work: Vec<_> = work.into_iter().map(|(from, long)| (from, from + long)).collect();
            let end = work.iter().fold(1e3_f64, |end, it| end.max(it.1));
            let mut at = at;
            at.sort_by(f64::total_cmp);
            for scale in [Scale::true_to_time(0.0, end), Scale::shortened(0.0, end, &work)] {
                let places: Vec<_> = at.iter().map(|it| scale.place(*it)).collect();
                prop_assert!(places.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{:?}", places);
                prop_assert!(scale.place(0.0).abs() < 1e-9);
                prop_assert!((scale.place(end) - 1.0).abs() < 1e-9);
                for pair in at.windows(2) {
                    let (left, width) = scale.bar(pair[0], pair[1]);
                    prop_assert!(left >= 0.0 && width >= LEAST && left + width <= 100.0 + 1e-9);
                }
            }
        }
    }
}
