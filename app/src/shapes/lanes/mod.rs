//! Lanes: one row per execution environment over time.
//!
//! - `model` (here): the plain values that are drawn
//! - `layout`: where rows, axis and footer lie
//! - `bars`: the rectangles of the rows, merged below a pixel and culled outside the view
//! - `footer`: the throttle marks and the concurrency steps below the rows
//! - `hit`: what lies under a point, and the way of the keyboard through the segments

mod bars;
mod footer;
mod hit;
mod layout;

pub use bars::{Bar, bars};
pub use footer::{Mark, Step, steps, throttle_marks, value_at};
pub use hit::{Cursor, Hit, hit, neighbour};
pub use layout::Layout;

use super::phase::Phase;

/// One stretch of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Nanoseconds since the session began.
    pub from_ns: u64,
    /// Where it ended; `None` while it lasts.
    pub to_ns: Option<u64>,
    /// What the environment did.
    pub phase: Phase,
    /// The request that it worked on, if any.
    pub id: Option<u64>,
}

impl Segment {
    /// Where the segment ends as seen at `now`: an open one lasts until then.
    pub fn end(&self, now: u64) -> u64 {
        self.to_ns.unwrap_or(now).max(self.from_ns)
    }
}

/// How an environment came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneEnd {
    /// Idle too long, or thrown away: an orderly shutdown.
    Reclaimed,
    /// Terminated in the middle of its work.
    Killed,
}

/// One execution environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// Its short name: `e-01`.
    pub label: String,
    /// Its segments, by time, not overlapping; only the last may be open.
    pub segments: Vec<Segment>,
    /// When and how it ended, if it did.
    pub end: Option<(u64, LaneEnd)>,
}

/// Everything that the lanes show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaneModel {
    /// The environments, in the order in which they were started.
    pub lanes: Vec<Lane>,
    /// Requests that were turned away: nanoseconds and request, by time.
    pub throttles: Vec<(u64, u64)>,
    /// Concurrent executions from this moment (nanoseconds) on, by time.
    pub in_use: Vec<(u64, u32)>,
}

impl LaneModel {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty() && self.throttles.is_empty()
    }

    /// The segment of a cursor, if the model still has it.
    pub fn segment(&self, cursor: Cursor) -> Option<&Segment> {
        self.lanes.get(cursor.lane)?.segments.get(cursor.segment)
    }

    /// The segments of one request: where it was initialised for, worked on and ended.
    pub fn request_extent(&self, request: u64, now: u64) -> Option<(u64, u64)> {
        let mut extent: Option<(u64, u64)> = None;
        let segments = self.lanes.iter().flat_map(|lane| &lane.segments);
        for segment in segments.filter(|segment| segment.id == Some(request)) {
            let (from, to) = extent.unwrap_or((u64::MAX, 0));
            extent = Some((from.min(segment.from_ns), to.max(segment.end(now))));
        }
        extent
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) const MS: u64 = 1_000_000;

    pub(crate) fn segment(
        from_ms: u64,
        to_ms: Option<u64>,
        phase: Phase,
        id: Option<u64>,
    ) -> Segment {
        Segment {
            from_ns: from_ms * MS,
            to_ns: to_ms.map(|to| to * MS),
            phase,
            id,
        }
    }

    pub(crate) fn lane(label: &str, segments: Vec<Segment>) -> Lane {
        Lane {
            label: label.to_string(),
            segments,
            end: None,
        }
    }

    /// Two lanes: one cold start with two requests, one still running.
    pub(crate) fn two_lanes() -> LaneModel {
        LaneModel {
            lanes: vec![
                lane(
                    "e-01",
                    vec![
                        segment(0, Some(20), Phase::Starting, Some(1)),
                        segment(20, Some(60), Phase::Init, Some(1)),
                        segment(60, Some(160), Phase::Invoke, Some(1)),
                        segment(160, Some(600), Phase::Frozen, None),
                        segment(600, Some(640), Phase::InvokeError, Some(3)),
                        segment(640, None, Phase::Frozen, None),
                    ],
                ),
                lane(
                    "e-02",
                    vec![
                        segment(100, Some(140), Phase::Init, Some(2)),
                        segment(140, None, Phase::Invoke, Some(2)),
                    ],
                ),
            ],
            throttles: vec![(200 * MS, 4), (201 * MS, 5), (700 * MS, 6)],
            in_use: vec![
                (0, 1),
                (100 * MS, 2),
                (160 * MS, 1),
                (600 * MS, 2),
                (640 * MS, 1),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::*;
    use super::*;

    #[test]
    fn an_open_segment_lasts_until_now() {
        let open = segment(10, None, Phase::Invoke, None);
        assert_eq!(open.end(25 * MS), 25 * MS);
        assert_eq!(
            open.end(5 * MS),
            10 * MS,
            "a playhead before it does not turn it around"
        );
    }

    #[test]
    fn a_request_reaches_from_its_cold_start_to_its_end() {
        let model = two_lanes();
        assert_eq!(model.request_extent(1, 0), Some((0, 160 * MS)));
        assert_eq!(
            model.request_extent(2, 900 * MS),
            Some((100 * MS, 900 * MS))
        );
        assert_eq!(model.request_extent(99, 0), None);
    }
}
