//! The millisecond strip: one cell per billed millisecond, or per few of them.

/// More cells than this are neither told apart nor counted by anybody.
pub const MOST_CELLS: u64 = 2_000;

const NANOS: u64 = 1_000_000;

/// What the strip shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StripModel {
    /// Billed time of the INIT phase, or of the RESTORE phase, nanoseconds.
    pub init_ns: u64,
    /// It is the RESTORE phase's.
    pub restored: bool,
    /// Billed time of the handler, nanoseconds.
    pub handler_ns: u64,
    /// Billed duration, whole milliseconds: the rest of it is rounding.
    pub billed_ms: u64,
}

/// What a billed moment was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripPhase {
    /// The INIT phase.
    Init,
    /// The handler.
    Handler,
    /// Nothing: the duration is rounded up to a whole millisecond.
    Rounding,
}

impl StripPhase {
    /// The phases in the order in which they are spent.
    pub const ALL: [StripPhase; 3] = [StripPhase::Init, StripPhase::Handler, StripPhase::Rounding];

    /// The phase of this strip in a person's words.
    pub const fn label(self, strip: &StripModel) -> &'static str {
        match self {
            StripPhase::Init if strip.restored => "restore",
            StripPhase::Init => "init",
            StripPhase::Handler => "handler",
            StripPhase::Rounding => "rounded up",
        }
    }
}

/// One cell of the strip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its first millisecond, counted from 1.
    pub first_ms: u64,
    /// Its last millisecond.
    pub last_ms: u64,
    /// How much of a full cell's width is init, handler and rounding. The three sum to 1,
    /// or to less in the last cell if that stands for fewer milliseconds.
    pub parts: [f64; 3],
}

impl Cell {
    /// What most of the cell was spent on.
    pub fn phase(&self) -> StripPhase {
        let [init, handler, rounding] = self.parts;
        if init >= handler && init >= rounding {
            StripPhase::Init
        } else if handler >= rounding {
            StripPhase::Handler
        } else {
            StripPhase::Rounding
        }
    }
}

/// The strip cut into cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strip {
    /// How many cells there are.
    pub cells: usize,
    /// How many milliseconds one cell stands for: 1, 2 or 5 times a power of ten.
    pub ms_per_cell: u64,
    billed_ms: u64,
    init_end: u64,
    handler_end: u64,
}

impl Strip {
    /// Cuts `model` into at most [`MOST_CELLS`] cells.
    pub fn new(model: StripModel) -> Self {
        let billed = model.billed_ms.saturating_mul(NANOS);
        let init_end = model.init_ns.min(billed);
        let handler_end = init_end.saturating_add(model.handler_ns).min(billed);
        let ms_per_cell = round_up(model.billed_ms.div_ceil(MOST_CELLS).max(1));
        Strip {
            cells: model.billed_ms.div_ceil(ms_per_cell) as usize,
            ms_per_cell,
            billed_ms: model.billed_ms,
            init_end,
            handler_end,
        }
    }

    /// The cell at `index`, if there is one.
    pub fn cell(&self, index: usize) -> Option<Cell> {
        if index >= self.cells {
            return None;
        }
        let before = index as u64 * self.ms_per_cell;
        let last_ms = (before + self.ms_per_cell).min(self.billed_ms);
        let (from, to) = (before.saturating_mul(NANOS), last_ms.saturating_mul(NANOS));
        let full = self.ms_per_cell.saturating_mul(NANOS) as f64;
        let up_to = |end: u64| end.clamp(from, to) - from;
        let (init, handler) = (up_to(self.init_end), up_to(self.handler_end));
        let parts = [init, handler - init, to - from - handler].map(|nanos| nanos as f64 / full);
        Some(Cell {
            first_ms: before + 1,
            last_ms,
            parts,
        })
    }
}

/// The next of 1, 2, 5, 10, 20, 50 ... that is at least `least`.
fn round_up(least: u64) -> u64 {
    let mut decade: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let candidate = decade.saturating_mul(factor);
            if candidate >= least {
                return candidate;
            }
        }
        decade = decade.saturating_mul(10);
    }
}

/// Where the cells lie: rows from left to right, top to bottom, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Width of one cell.
    pub cell_width: f64,
    /// Height of one cell.
    pub cell_height: f64,
    /// Space between cells.
    pub gap: f64,
    /// Cells in a row.
    pub columns: usize,
    /// Height of all rows.
    pub height: f64,
    cells: usize,
}

impl Grid {
    /// Fits `cells` into `width` pixels: the more of them, the smaller.
    pub fn new(cells: usize, width: f64) -> Self {
        let (cell_width, cell_height, gap) = match cells {
            0..=240 => (9.0, 16.0, 2.0),
            241..=600 => (6.0, 12.0, 2.0),
            601..=1_200 => (4.0, 9.0, 1.0),
            _ => (3.0, 7.0, 1.0),
        };
        let columns = (((width + gap) / (cell_width + gap)).floor().max(1.0) as usize).max(1);
        let rows = cells.div_ceil(columns);
        let height = rows as f64 * (cell_height + gap) - if rows > 0 { gap } else { 0.0 };
        Grid {
            cell_width,
            cell_height,
            gap,
            columns,
            height,
            cells,
        }
    }

    /// Left and top of a cell.
    pub fn place(&self, cell: usize) -> (f64, f64) {
        let (row, column) = (cell / self.columns, cell % self.columns);
        (
            column as f64 * (self.cell_width + self.gap),
            row as f64 * (self.cell_height + self.gap),
        )
    }

    /// The cell at a point. The gap right of and below a cell belongs to it.
    pub fn hit(&self, x: f64, y: f64) -> Option<usize> {
        if !(x >= 0.0 && y >= 0.0) {
            return None;
        }
        let column = (x / (self.cell_width + self.gap)) as usize;
        let row = (y / (self.cell_height + self.gap)) as usize;
        let cell = row.saturating_mul(self.columns).saturating_add(column);
        (column < self.columns && cell < self.cells).then_some(cell)
    }

    /// The cell that an arrow key leads to, `right` cells and `down` rows away.
    pub fn neighbour(&self, cell: usize, right: isize, down: isize) -> usize {
        let last = self.cells.saturating_sub(1);
        let aside = cell.saturating_add_signed(right).min(last);
        match aside.checked_add_signed(down.saturating_mul(self.columns as isize)) {
            Some(below) if below <= last => below,
            _ => aside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(init_ns: u64, handler_ns: u64, billed_ms: u64) -> StripModel {
        StripModel {
            init_ns,
            restored: false,
            handler_ns,
            billed_ms,
        }
    }

    #[test]
    fn every_cell_is_one_millisecond_up_to_two_thousand() {
        let strip = Strip::new(model(38_000_000, 61_400_000, 100));
        assert_eq!((strip.cells, strip.ms_per_cell), (100, 1));
        assert_eq!(strip.cell(37).unwrap().parts, [1.0, 0.0, 0.0]);
        assert_eq!(strip.cell(38).unwrap().parts, [0.0, 1.0, 0.0]);
        let last = strip.cell(99).unwrap();
        assert!((last.parts[1] - 0.4).abs() < 1e-9 && (last.parts[2] - 0.6).abs() < 1e-9);
        assert_eq!(
            (last.first_ms, last.last_ms, last.phase()),
            (100, 100, StripPhase::Rounding)
        );
        assert_eq!(strip.cell(100), None);
    }

    #[test]
    fn above_that_cells_stand_for_a_round_number_of_milliseconds() {
        for (billed, cells, each) in [
            (2_000, 2_000, 1),
            (2_001, 1_001, 2),
            (7_300, 1_460, 5),
            (900_000, 1_800, 500),
        ] {
            let strip = Strip::new(model(0, 0, billed));
            assert_eq!((strip.cells, strip.ms_per_cell), (cells, each));
        }
    }

    #[test]
    fn cells_add_up_to_what_was_spent() {
        for (init, handler, billed) in [
            (38_000_000, 61_400_000, 100),
            (0, 1, 1),
            (123_456_789, 7_000_000_001, 7_124),
        ] {
            let strip = Strip::new(model(init, handler, billed));
            let mut sums = [0.0; 3];
            let mut next = 1;
            for index in 0..strip.cells {
                let cell = strip.cell(index).unwrap();
                assert_eq!(cell.first_ms, next);
                next = cell.last_ms + 1;
                for (sum, part) in sums.iter_mut().zip(cell.parts) {
                    *sum += part * (strip.ms_per_cell * NANOS) as f64;
                }
            }
            assert_eq!(next, billed + 1);
            assert!((sums[0] - init as f64).abs() < 1.0 && (sums[1] - handler as f64).abs() < 1.0);
            assert!((sums.iter().sum::<f64>() - (billed * NANOS) as f64).abs() < 1.0);
        }
    }

    #[test]
    fn time_beyond_the_bill_is_not_shown() {
        let strip = Strip::new(model(5_000_000, 9_000_000, 3));
        assert!((0..3).all(|index| strip.cell(index).unwrap().parts == [1.0, 0.0, 0.0]));
        assert_eq!(Strip::new(model(5, 5, 0)).cells, 0);
        assert!(Strip::new(model(u64::MAX, u64::MAX, u64::MAX)).cells <= MOST_CELLS as usize);
    }

    #[test]
    fn a_cell_is_found_where_it_lies() {
        for (cells, width) in [(100, 354.0), (1, 20.0), (2_000, 354.0), (500, 0.0)] {
            let grid = Grid::new(cells, width);
            for cell in 0..cells {
                let (x, y) = grid.place(cell);
                assert_eq!(grid.hit(x + 1.0, y + 1.0), Some(cell));
                assert!(y + grid.cell_height <= grid.height + 1e-9);
                assert!(grid.columns == 1 || x + grid.cell_width <= width);
            }
        }
        assert_eq!(Grid::new(10, 354.0).hit(300.0, 3.0), None);
        assert_eq!(Grid::new(10, 354.0).hit(-1.0, 3.0), None);
    }

    #[test]
    fn arrow_keys_stay_on_the_strip() {
        let grid = Grid::new(100, 354.0);
        assert_eq!(grid.neighbour(0, -1, 0), 0);
        assert_eq!(grid.neighbour(0, 0, 1), grid.columns);
        assert_eq!(grid.neighbour(99, 1, 1), 99);
        assert_eq!(grid.neighbour(5, 0, -1), 5);
    }
}
