//! What lies under a point, and where the keyboard goes from there.

use super::{LaneModel, Layout, Segment, throttle_marks};
use crate::shapes::window::Window;

/// How far from a thin segment a pointer may be, in pixels.
const REACH: f64 = 4.0;
/// How many candidates are compared where very many lie under the pointer.
const CANDIDATES: usize = 256;

/// One segment of one lane, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Index of the lane.
    pub lane: usize,
    /// Index of the segment in its lane.
    pub segment: usize,
}

/// What lies under a point of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hit {
    /// The axis: a place for the playhead, in nanoseconds.
    Axis(u64),
    /// A segment.
    Segment(Cursor),
    /// A lane, but none of its segments.
    Lane(usize),
    /// Throttled requests: the first, as an index into the model's throttles, and how many.
    Throttles(usize, usize),
    /// The concurrency curve, at this moment in nanoseconds.
    InUse(u64),
    /// Nothing.
    Nothing,
}

/// What lies at `(x, y)` CSS pixels of a drawing of the state at `now`.
pub fn hit(
    model: &LaneModel,
    layout: &Layout,
    window: Window,
    scroll: f64,
    now: u64,
    x: f64,
    y: f64,
) -> Hit {
    let plot = layout.plot();
    if plot <= 0.0 || x > layout.width || y < 0.0 || y > layout.height {
        return Hit::Nothing;
    }
    let lane = layout.lane_at(y, scroll);
    if x < layout.gutter {
        return lane.map_or(Hit::Nothing, Hit::Lane);
    }
    let nanos_at = |x: f64| window.nanos(x - layout.gutter, plot).max(0.0);
    let nanos = nanos_at(x);
    if y < layout.rows_top {
        return Hit::Axis(nanos.round() as u64);
    }
    if layout.in_use.is_some_and(|top| y >= top) {
        return if nanos <= now as f64 {
            Hit::InUse(nanos.round() as u64)
        } else {
            Hit::Nothing
        };
    }
    if layout.throttles.is_some_and(|top| y >= top) {
        let marks = throttle_marks(&model.throttles, layout, window, now);
        let near = marks
            .iter()
            .min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()));
        return match near {
            Some(mark) if (mark.x - x).abs() <= REACH + 4.0 => {
                Hit::Throttles(mark.first, mark.count)
            }
            _ => Hit::Nothing,
        };
    }
    let Some(lane) = lane else {
        return Hit::Nothing;
    };
    let segments = model.lanes.get(lane).map_or(&[][..], |lane| &lane.segments);
    match nearest(
        segments,
        nanos_at(x - REACH),
        nanos,
        nanos_at(x + REACH),
        now,
    ) {
        Some(segment) => Hit::Segment(Cursor { lane, segment }),
        None => Hit::Lane(lane),
    }
}

/// The segment that a person means who points at `nanos` with a pointer that reaches from
/// `low` to `high`: a wide one that contains the moment; among thin ones the one that ranks
/// highest, then the nearest.
fn nearest(segments: &[Segment], low: f64, nanos: f64, high: f64, now: u64) -> Option<usize> {
    let first = segments.partition_point(|segment| (segment.end(now) as f64) < low);
    let distance = |segment: &Segment| {
        (segment.from_ns as f64 - nanos)
            .max(nanos - segment.end(now) as f64)
            .max(0.0)
    };
    let thin = |segment: &Segment| ((segment.end(now) - segment.from_ns) as f64) < high - low;
    segments
        .iter()
        .enumerate()
        .skip(first)
        .take(CANDIDATES)
        .take_while(|(_, segment)| segment.from_ns as f64 <= high && segment.from_ns <= now)
        // A wide neighbour needs no help: it is meant only when the pointer is on it.
        .filter(|(_, segment)| thin(segment) || distance(segment) == 0.0)
        .max_by(|(_, a), (_, b)| {
            let rank = |segment: &Segment| (thin(segment), segment.phase.rank());
            rank(a)
                .cmp(&rank(b))
                .then(distance(b).total_cmp(&distance(a)))
        })
        .map(|(index, _)| index)
}

/// The segment that an arrow key leads to: `lanes` rows down and `segments` to the right.
/// Changing the lane keeps the moment. `None` if there is no segment at all.
pub fn neighbour(
    model: &LaneModel,
    from: Option<Cursor>,
    lanes: isize,
    segments: isize,
) -> Option<Cursor> {
    let filled = |lane: usize| {
        model
            .lanes
            .get(lane)
            .is_some_and(|lane| !lane.segments.is_empty())
    };
    let Some(cursor) = from.filter(|cursor| model.segment(*cursor).is_some()) else {
        let lane = (0..model.lanes.len()).find(|&lane| filled(lane))?;
        return Some(Cursor { lane, segment: 0 });
    };
    let mut lane = cursor.lane;
    let mut segment = cursor.segment;
    if lanes != 0 {
        let moment = model.segment(cursor)?.from_ns;
        let next = |lane: usize| lane.checked_add_signed(lanes.signum());
        let mut candidate = next(lane);
        while let Some(found) =
            candidate.filter(|&found| found < model.lanes.len() && !filled(found))
        {
            candidate = next(found);
        }
        if let Some(found) = candidate.filter(|&found| filled(found)) {
            lane = found;
            let row = &model.lanes.get(lane)?.segments;
            segment = row
                .partition_point(|segment| segment.from_ns <= moment)
                .saturating_sub(1);
        }
    }
    let last = model.lanes.get(lane)?.segments.len().checked_sub(1)?;
    Some(Cursor {
        lane,
        segment: segment.saturating_add_signed(segments).min(last),
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::super::*;
    use crate::shapes::{phase::Phase, window::Window};

    fn second() -> Window {
        Window {
            from: 0.0,
            span: 1e9,
        }
    }

    fn at(model: &LaneModel, millis: f64, lane: usize) -> Hit {
        let layout = Layout::new(model, 1054.0, 300.0);
        let x = layout.gutter + second().x(millis * 1e6, layout.plot());
        hit(
            model,
            &layout,
            second(),
            0.0,
            900 * MS,
            x,
            layout.row_top(lane, 0.0) + 4.0,
        )
    }

    #[test]
    fn a_point_finds_the_segment_that_contains_it() {
        let model = two_lanes();
        assert_eq!(
            at(&model, 100.0, 0),
            Hit::Segment(Cursor {
                lane: 0,
                segment: 2
            })
        );
        assert_eq!(
            at(&model, 300.0, 1),
            Hit::Segment(Cursor {
                lane: 1,
                segment: 1
            })
        );
        assert_eq!(at(&model, 950.0, 0), Hit::Lane(0), "the future is empty");
    }

    #[test]
    fn a_thin_failure_can_be_pointed_at() {
        let model = LaneModel {
            lanes: vec![lane(
                "e-01",
                vec![
                    segment(0, Some(500), Phase::Frozen, None),
                    Segment {
                        from_ns: 500 * MS,
                        to_ns: Some(500 * MS + 50_000),
                        phase: Phase::Killed,
                        id: Some(9),
                    },
                    Segment {
                        from_ns: 500 * MS + 50_000,
                        to_ns: Some(900 * MS),
                        phase: Phase::Frozen,
                        id: None,
                    },
                ],
            )],
            ..LaneModel::default()
        };
        assert_eq!(
            at(&model, 498.0, 0),
            Hit::Segment(Cursor {
                lane: 0,
                segment: 1
            })
        );
        assert_eq!(
            at(&model, 480.0, 0),
            Hit::Segment(Cursor {
                lane: 0,
                segment: 0
            })
        );
    }

    #[test]
    fn every_part_answers_for_itself() {
        let model = two_lanes();
        let layout = Layout::new(&model, 1054.0, 300.0);
        let probe = |x: f64, y: f64| hit(&model, &layout, second(), 0.0, 900 * MS, x, y);
        let x = layout.gutter + second().x(2e8, layout.plot());
        assert_eq!(
            probe(layout.gutter + 100.0, 5.0),
            Hit::Axis((1e9 * 100.0 / layout.plot()).round() as u64)
        );
        assert_eq!(
            probe(x, layout.throttles.unwrap() + 6.0),
            Hit::Throttles(0, 2)
        );
        assert!(matches!(
            probe(x, layout.in_use.unwrap() + 6.0),
            Hit::InUse(_)
        ));
        assert_eq!(probe(5.0, layout.row_top(1, 0.0) + 2.0), Hit::Lane(1));
        assert_eq!(probe(-5.0, -5.0), Hit::Nothing);
    }

    #[test]
    fn the_keyboard_reaches_every_segment_and_stops_at_the_ends() {
        let model = two_lanes();
        let start = neighbour(&model, None, 0, 1).unwrap();
        assert_eq!(
            start,
            Cursor {
                lane: 0,
                segment: 0
            }
        );
        let mut cursor = start;
        for _ in 0..20 {
            cursor = neighbour(&model, Some(cursor), 0, 1).unwrap();
        }
        assert_eq!(
            cursor,
            Cursor {
                lane: 0,
                segment: 5
            }
        );
        let below = neighbour(
            &model,
            Some(Cursor {
                lane: 0,
                segment: 2,
            }),
            1,
            0,
        )
        .unwrap();
        assert_eq!(
            below,
            Cursor {
                lane: 1,
                segment: 0
            },
            "the one that is nearest in time"
        );
        assert_eq!(neighbour(&model, Some(below), 1, 0), Some(below));
    }

    #[test]
    fn lanes_without_segments_are_passed_over() {
        let mut model = two_lanes();
        model.lanes.insert(1, lane("e-00", vec![]));
        let below = neighbour(
            &model,
            Some(Cursor {
                lane: 0,
                segment: 0,
            }),
            1,
            0,
        )
        .unwrap();
        assert_eq!(below.lane, 2);
        assert_eq!(neighbour(&LaneModel::default(), None, 1, 0), None);
    }
}
