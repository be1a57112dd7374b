//! What stands below the rows: requests that were turned away, and concurrency over time.

use super::Layout;
use crate::shapes::window::Window;

/// Throttles nearer than this many pixels share one mark.
const MARK_WIDTH: f64 = 7.0;

/// One or several throttled requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Centre, in pixels from the left edge of the drawing.
    pub x: f64,
    /// The first of them, as an index into the model's throttles.
    pub first: usize,
    /// How many.
    pub count: usize,
}

/// The marks of the throttles in view, up to `now`.
pub fn throttle_marks(
    throttles: &[(u64, u64)],
    layout: &Layout,
    window: Window,
    now: u64,
) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    if layout.plot() <= 0.0 {
        return marks;
    }
    let begin = throttles.partition_point(|&(at, _)| (at as f64) < window.from);
    for (index, &(at, _)) in throttles.iter().enumerate().skip(begin) {
        if at as f64 > window.to() || at > now {
            break;
        }
        let x = layout.gutter + window.x(at as f64, layout.plot());
        match marks.last_mut() {
            Some(mark) if x - mark.x < MARK_WIDTH => mark.count += 1,
            _ => marks.push(Mark {
                x,
                first: index,
                count: 1,
            }),
        }
    }
    marks
}

/// One step of the concurrency curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Where the value begins, in pixels from the left edge of the drawing.
    pub x: f64,
    /// Concurrent executions from there on.
    pub value: u32,
}

/// The steps in view, up to `now`, beginning at the left edge of the plot.
/// Of several changes within a pixel the highest value is kept: peaks are what limits count.
pub fn steps(in_use: &[(u64, u32)], layout: &Layout, window: Window, now: u64) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    if layout.plot() <= 0.0 {
        return steps;
    }
    let begin = in_use.partition_point(|&(at, _)| (at as f64) <= window.from);
    let before = begin
        .checked_sub(1)
        .and_then(|index| in_use.get(index))
        .map_or(0, |&(_, value)| value);
    steps.push(Step {
        x: layout.gutter,
        value: before,
    });
    let mut latest = before;
    for &(at, value) in in_use.get(begin..).unwrap_or(&[]) {
        if at as f64 > window.to() || at > now {
            break;
        }
        let x = (layout.gutter + window.x(at as f64, layout.plot())).floor();
        match steps.last_mut() {
            Some(step) if x <= step.x => step.value = step.value.max(value),
            last => {
                // A column that kept its peak must come back down to what it ended with.
                if let Some(step) = last
                    && step.value != latest
                    && x > step.x + 1.0
                {
                    let back = Step {
                        x: step.x + 1.0,
                        value: latest,
                    };
                    steps.push(back);
                }
                steps.push(Step { x, value });
            }
        }
        latest = value;
    }
    if let Some(&Step { x, value }) = steps.last()
        && value != latest
    {
        steps.push(Step {
            x: x + 1.0,
            value: latest,
        });
    }
    steps
}

/// The value at a moment: that of the last change at or before it.
pub fn value_at(in_use: &[(u64, u32)], nanos: u64) -> u32 {
    let after = in_use.partition_point(|&(at, _)| at <= nanos);
    after
        .checked_sub(1)
        .and_then(|index| in_use.get(index))
        .map_or(0, |&(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::super::*;
    use super::*;

    fn second() -> Window {
        Window {
            from: 0.0,
            span: 1e9,
        }
    }

    #[test]
    fn throttles_that_would_overlap_share_a_mark() {
        let model = two_lanes();
        let layout = Layout::new(&model, 854.0, 300.0);
        let marks = throttle_marks(&model.throttles, &layout, second(), u64::MAX);
        assert_eq!(
            marks.iter().map(|mark| mark.count).collect::<Vec<_>>(),
            [2, 1]
        );
        assert_eq!(marks[1].first, 2);
        let early = throttle_marks(&model.throttles, &layout, second(), 300 * MS);
        assert_eq!(early.len(), 1, "the playhead hides what came later");
    }

    #[test]
    fn the_curve_begins_with_what_was_in_use_before_the_view() {
        let model = two_lanes();
        let layout = Layout::new(&model, 854.0, 300.0);
        let window = Window {
            from: (120 * MS) as f64,
            span: (30 * MS) as f64,
        };
        assert_eq!(
            steps(&model.in_use, &layout, window, u64::MAX),
            [Step {
                x: layout.gutter,
                value: 2
            }]
        );
    }

    #[test]
    fn a_peak_thinner_than_a_pixel_is_seen_and_ends() {
        let layout = Layout::new(&two_lanes(), 854.0, 300.0);
        let in_use = [(500 * MS, 90), (500 * MS + 10, 1), (800 * MS, 0)];
        let drawn = steps(&in_use, &layout, second(), u64::MAX);
        let values: Vec<_> = drawn.iter().map(|step| step.value).collect();
        assert_eq!(values, [0, 90, 1, 0]);
        assert!(drawn.windows(2).all(|pair| pair[0].x < pair[1].x));
    }

    #[test]
    fn the_last_column_comes_down_too() {
        let layout = Layout::new(&two_lanes(), 854.0, 300.0);
        let in_use = [(500 * MS, 90), (500 * MS + 10, 1)];
        let drawn = steps(&in_use, &layout, second(), u64::MAX);
        assert_eq!(drawn.last().map(|step| step.value), Some(1));
    }

    #[test]
    fn values_hold_until_the_next_change() {
        let model = two_lanes();
        assert_eq!(value_at(&model.in_use, 99 * MS), 1);
        assert_eq!(value_at(&model.in_use, 100 * MS), 2);
        assert_eq!(value_at(&[], 5), 0);
    }
}
