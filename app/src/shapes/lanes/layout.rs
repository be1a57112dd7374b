//! Where the parts of the lanes lie, in CSS pixels.

use super::LaneModel;

/// Height of the axis: its labels, and the handle of the playhead.
const AXIS: f64 = 26.0;
/// Height of the row of throttle marks.
const THROTTLES: f64 = 24.0;
/// Height of the concurrency steps.
const IN_USE: f64 = 46.0;
/// Rows shrink to the first before the lanes begin to scroll, and never grow above the second.
const ROW: (f64, f64) = (16.0, 34.0);
/// Width of one character of a lane's label.
const CHARACTER: f64 = 7.2;

/// The parts of the drawing. From top to bottom: axis, rows (scrolled), throttle marks,
/// concurrency; labels stand in the gutter on the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Width of the whole drawing.
    pub width: f64,
    /// Height of the whole drawing.
    pub height: f64,
    /// Width of the column of labels: the plot begins here.
    pub gutter: f64,
    /// Top of the rows: the axis ends here.
    pub rows_top: f64,
    /// Bottom of the rows.
    pub rows_bottom: f64,
    /// Height of one row.
    pub row: f64,
    /// Height of one bar in its row.
    pub bar: f64,
    /// Top of the throttle marks, if there are any.
    pub throttles: Option<f64>,
    /// Top of the concurrency steps, if there is room and something to show; they reach to
    /// the bottom.
    pub in_use: Option<f64>,
    /// How many rows there are.
    pub lanes: usize,
}

impl Layout {
    /// Lays out `model` in `width` by `height` pixels. Any size is fine, also none.
    pub fn new(model: &LaneModel, width: f64, height: f64) -> Self {
        let (width, height) = (width.max(0.0), height.max(0.0));
        let longest = model
            .lanes
            .iter()
            .map(|lane| lane.label.chars().count())
            .max()
            .unwrap_or(0);
        let widest = if width < 480.0 { 72.0 } else { 132.0 };
        let gutter = (longest as f64 * CHARACTER + 22.0)
            .clamp(64.0, widest)
            .min(width);

        let mut bottom = height;
        // On a very low drawing the lanes matter more than the sums below them.
        let in_use = (!model.in_use.is_empty() && height >= 150.0).then(|| {
            bottom -= IN_USE;
            bottom
        });
        let throttles = (!model.throttles.is_empty() && height >= 90.0).then(|| {
            bottom -= THROTTLES;
            bottom
        });
        let rows_top = AXIS.min(bottom);
        let room = bottom - rows_top;
        let row = (room / model.lanes.len().max(1) as f64).clamp(ROW.0, ROW.1);
        Layout {
            width,
            height,
            gutter,
            rows_top,
            rows_bottom: bottom,
            row,
            bar: (row * 0.58).round().max(9.0),
            throttles,
            in_use,
            lanes: model.lanes.len(),
        }
    }

    /// Width of the plot, right of the gutter.
    pub fn plot(&self) -> f64 {
        self.width - self.gutter
    }

    /// How far the rows can be scrolled, in pixels.
    pub fn max_scroll(&self) -> f64 {
        (self.lanes as f64 * self.row - (self.rows_bottom - self.rows_top)).max(0.0)
    }

    /// Top of a row when the rows are scrolled by `scroll` pixels.
    pub fn row_top(&self, lane: usize, scroll: f64) -> f64 {
        self.rows_top + lane as f64 * self.row - scroll
    }

    /// The rows that are at least partly in view.
    pub fn visible(&self, scroll: f64) -> std::ops::Range<usize> {
        let first = (scroll / self.row).floor().max(0.0) as usize;
        let last = ((scroll + self.rows_bottom - self.rows_top) / self.row)
            .ceil()
            .max(0.0) as usize;
        first.min(self.lanes)..last.min(self.lanes)
    }

    /// The row at a height, if it is one of the lanes.
    pub fn lane_at(&self, y: f64, scroll: f64) -> Option<usize> {
        if y < self.rows_top || y >= self.rows_bottom {
            return None;
        }
        let lane = ((y - self.rows_top + scroll) / self.row).floor();
        (lane >= 0.0 && lane < self.lanes as f64).then_some(lane as usize)
    }

    /// The scroll position, nearest to `scroll`, at which a row is wholly in view.
    pub fn reveal(&self, lane: usize, scroll: f64) -> f64 {
        let top = lane as f64 * self.row;
        let lowest = (top + self.row - (self.rows_bottom - self.rows_top)).max(0.0);
        scroll
            .clamp(lowest.min(top), top)
            .clamp(0.0, self.max_scroll())
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::*;
    use super::super::*;

    fn many(count: usize) -> LaneModel {
        LaneModel {
            lanes: (0..count)
                .map(|index| lane(&format!("e-{index:03}"), vec![]))
                .collect(),
            ..LaneModel::default()
        }
    }

    #[test]
    fn parts_lie_below_each_other() {
        let layout = Layout::new(&two_lanes(), 800.0, 300.0);
        let throttles = layout.throttles.unwrap();
        let in_use = layout.in_use.unwrap();
        assert!(0.0 < layout.rows_top && layout.rows_top < layout.rows_bottom);
        assert!(layout.rows_bottom <= throttles && throttles < in_use && in_use < 300.0);
        assert!(layout.bar < layout.row);
    }

    #[test]
    fn few_lanes_do_not_scroll_and_many_do() {
        assert_eq!(Layout::new(&many(3), 800.0, 300.0).max_scroll(), 0.0);
        let layout = Layout::new(&many(200), 800.0, 300.0);
        assert!(layout.max_scroll() > 0.0);
        let bottom = layout.row_top(199, layout.max_scroll()) + layout.row;
        assert!(
            (bottom - layout.rows_bottom).abs() < 1e-9,
            "the last row ends at the bottom"
        );
        assert_eq!(layout.visible(layout.max_scroll()).end, 200);
    }

    #[test]
    fn revealing_a_row_brings_it_wholly_into_view() {
        let layout = Layout::new(&many(200), 800.0, 300.0);
        for lane in [0, 7, 120, 199] {
            for from in [0.0, 900.0, layout.max_scroll()] {
                let scroll = layout.reveal(lane, from);
                assert!(layout.row_top(lane, scroll) >= layout.rows_top - 1e-9);
                assert!(layout.row_top(lane, scroll) + layout.row <= layout.rows_bottom + 1e-9);
            }
        }
    }

    #[test]
    fn points_find_their_row() {
        let layout = Layout::new(&many(200), 800.0, 300.0);
        let y = layout.row_top(12, 100.0) + 3.0;
        assert_eq!(layout.lane_at(y, 100.0), Some(12));
        assert_eq!(layout.lane_at(2.0, 0.0), None, "the axis is no lane");
    }

    #[test]
    fn no_size_is_no_problem() {
        for (width, height) in [(0.0, 0.0), (1.0, 1.0), (-5.0, 10.0), (40.0, 400.0)] {
            let layout = Layout::new(&two_lanes(), width, height);
            assert!(layout.plot() >= 0.0 && layout.rows_bottom >= layout.rows_top);
        }
    }
}
