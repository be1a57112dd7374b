//! The rectangles of the rows.

use super::{LaneModel, Layout, Segment};
use crate::shapes::{phase::Phase, window::Window};

/// Failures are never drawn narrower than this many pixels.
const BAD_WIDTH: f64 = 3.0;

/// A rectangle in a row, in CSS pixels from the left edge of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// Row.
    pub lane: usize,
    /// What it shows; of merged segments, the one that ranks highest.
    pub phase: Phase,
    /// The first of its segments.
    pub segment: usize,
    /// How many segments it stands for: more than one only where they are thinner than a pixel.
    pub count: usize,
    /// Whether it is still going on (and its right edge is in view).
    pub open: bool,
}

/// Writes the bars of all visible rows into `out` (emptied first, so that its memory serves
/// every frame).
///
/// Per row the first segment is found by binary search. Segments thinner than a pixel are
/// merged per pixel column, and neighbouring columns of the same phase into one bar: a row
/// never yields more than about two bars a pixel, and no failure is lost.
pub fn bars(
    model: &LaneModel,
    layout: &Layout,
    window: Window,
    scroll: f64,
    now: u64,
    out: &mut Vec<Bar>,
) {
    out.clear();
    if layout.plot() <= 0.0 {
        return;
    }
    for lane in layout.visible(scroll) {
        if let Some(found) = model.lanes.get(lane) {
            row(&found.segments, lane, layout, window, now, out);
        }
    }
}

fn row(
    segments: &[Segment],
    lane: usize,
    layout: &Layout,
    window: Window,
    now: u64,
    out: &mut Vec<Bar>,
) {
    let (left, right) = (layout.gutter, layout.width);
    let x = |nanos: u64| left + window.x(nanos as f64, layout.plot());
    let first = segments.partition_point(|segment| (segment.end(now) as f64) < window.from);
    let mut thin: Option<Bar> = None;
    for (index, segment) in segments.iter().enumerate().skip(first) {
        if segment.from_ns as f64 >= window.to() || segment.from_ns > now {
            break;
        }
        let from = x(segment.from_ns).max(left);
        let to = x(segment.end(now).min(now)).min(right).max(from);
        let bar = Bar {
            x: from,
            width: to - from,
            lane,
            phase: segment.phase,
            segment: index,
            count: 1,
            open: segment.to_ns.is_none_or(|to| to > now) && x(now) <= right,
        };
        if bar.width >= 1.0 {
            out.extend(thin.take().map(visible));
            out.push(visible(bar));
        } else {
            let column = Bar {
                x: from.floor().max(left),
                width: 1.0,
                ..bar
            };
            thin = match thin.take() {
                None => Some(column),
                Some(open) => match join(open, column) {
                    Ok(joined) => Some(joined),
                    Err(apart) => {
                        out.push(visible(open));
                        Some(apart)
                    }
                },
            };
        }
    }
    out.extend(thin.map(visible));
}

/// One bar for two thin ones, or the second back if they must stay apart.
fn join(open: Bar, next: Bar) -> Result<Bar, Bar> {
    let end = open.x + open.width;
    let count = open.count + next.count;
    if next.x < end {
        // The same column. A bar that is wider than it may not change its colour as a whole.
        if next.phase.rank() <= open.phase.rank() {
            return Ok(Bar { count, ..open });
        }
        if open.width <= 1.0 {
            return Ok(Bar {
                phase: next.phase,
                segment: next.segment,
                count,
                ..open
            });
        }
        return Err(next);
    }
    if next.x == end && next.phase == open.phase {
        return Ok(Bar {
            width: open.width + 1.0,
            count,
            ..open
        });
    }
    Err(next)
}

fn visible(bar: Bar) -> Bar {
    let least = if bar.phase.is_bad() { BAD_WIDTH } else { 1.0 };
    Bar {
        width: bar.width.max(least),
        ..bar
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::super::*;
    use super::*;

    fn draw(model: &LaneModel, window: Window, now: u64) -> Vec<Bar> {
        let layout = Layout::new(model, 854.0, 300.0);
        let mut out = Vec::new();
        bars(model, &layout, window, 0.0, now, &mut out);
        out
    }

    fn millis(from: u64, span: u64) -> Window {
        Window {
            from: (from * MS) as f64,
            span: (span * MS) as f64,
        }
    }

    #[test]
    fn a_segment_is_as_wide_as_it_is_long() {
        let model = two_lanes();
        let layout = Layout::new(&model, 854.0, 300.0);
        let drawn = draw(&model, millis(0, 800), 800 * MS);
        let init = drawn
            .iter()
            .find(|bar| bar.lane == 0 && bar.phase == Phase::Init)
            .unwrap();
        let pixel = layout.plot() / 800.0;
        assert!((init.x - layout.gutter - 20.0 * pixel).abs() < 1e-9);
        assert!((init.width - 40.0 * pixel).abs() < 1e-9);
    }

    #[test]
    fn only_what_is_in_view_is_drawn_and_clipped_at_the_gutter() {
        let model = two_lanes();
        let layout = Layout::new(&model, 854.0, 300.0);
        let drawn = draw(&model, millis(100, 100), 800 * MS);
        let first: Vec<_> = drawn.iter().filter(|bar| bar.lane == 0).collect();
        assert_eq!(
            first.len(),
            2,
            "the invocation's rest and the freeze's beginning"
        );
        assert_eq!(first[0].x, layout.gutter);
        assert!((first[1].x + first[1].width - layout.width).abs() < 1e-9);
    }

    #[test]
    fn the_future_of_the_playhead_is_not_drawn() {
        let drawn = draw(&two_lanes(), millis(0, 800), 100 * MS);
        let last = drawn.iter().rfind(|bar| bar.lane == 0).unwrap();
        assert_eq!(last.phase, Phase::Invoke);
        let layout = Layout::new(&two_lanes(), 854.0, 300.0);
        let present = layout.gutter + millis(0, 800).x((100 * MS) as f64, layout.plot());
        assert!((last.x + last.width - present).abs() < 1e-9);
        assert!(last.open, "at that moment it had not ended");
    }

    #[test]
    fn thin_segments_merge_and_failures_survive() {
        let mut segments = Vec::new();
        for index in 0..20_000_u64 {
            let phase = if index == 7_777 {
                Phase::Killed
            } else {
                Phase::Invoke
            };
            segments.push(Segment {
                from_ns: index * 1_000,
                to_ns: Some(index * 1_000 + 900),
                phase,
                id: Some(index),
            });
        }
        let model = LaneModel {
            lanes: vec![lane("e-01", segments)],
            ..LaneModel::default()
        };
        let drawn = draw(
            &model,
            Window {
                from: 0.0,
                span: 20_000_000.0,
            },
            u64::MAX,
        );
        assert!(
            drawn.len() <= 5,
            "one bar before, one after, the failure: {}",
            drawn.len()
        );
        let bad: Vec<_> = drawn
            .iter()
            .filter(|bar| bar.phase == Phase::Killed)
            .collect();
        assert_eq!(bad.len(), 1);
        assert!(bad[0].width >= BAD_WIDTH);
        let shown: usize = drawn.iter().map(|bar| bar.count).sum();
        assert_eq!(shown, 20_000, "every segment is accounted for");
    }

    #[test]
    fn a_failure_does_not_colour_its_neighbours() {
        let mut segments: Vec<_> = (0..1_000_u64)
            .map(|index| Segment {
                from_ns: index * 100,
                to_ns: Some(index * 100 + 90),
                phase: Phase::Invoke,
                id: None,
            })
            .collect();
        segments[999].phase = Phase::InvokeError;
        let model = LaneModel {
            lanes: vec![lane("e-01", segments)],
            ..LaneModel::default()
        };
        let drawn = draw(
            &model,
            Window {
                from: 0.0,
                span: 200_000.0,
            },
            u64::MAX,
        );
        let bad: f64 = drawn
            .iter()
            .filter(|bar| bar.phase.is_bad())
            .map(|bar| bar.width)
            .sum();
        assert!(bad <= BAD_WIDTH, "{bad}");
    }

    #[test]
    fn a_nanosecond_is_visible() {
        let model = LaneModel {
            lanes: vec![lane(
                "e-01",
                vec![Segment {
                    from_ns: 5,
                    to_ns: Some(6),
                    phase: Phase::Invoke,
                    id: None,
                }],
            )],
            ..LaneModel::default()
        };
        for span in [1e3, 1e9, 1e18] {
            let drawn = draw(&model, Window { from: 0.0, span }, 10);
            assert_eq!(drawn.len(), 1);
            assert!(drawn[0].width >= 1.0);
        }
    }

    #[test]
    fn without_width_there_is_nothing() {
        let model = two_lanes();
        let layout = Layout::new(&model, 0.0, 0.0);
        let mut out = vec![];
        bars(&model, &layout, Window::default(), 0.0, 800 * MS, &mut out);
        assert!(out.is_empty());
    }
}
