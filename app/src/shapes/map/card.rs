//! A station's rectangle and the marks on it, in units of the map: pixels at a zoom of 1.

use super::Card;

/// How wide every station is.
pub const WIDTH: f64 = 184.0;
/// How high one is without marks: its title and two lines of counters.
pub const HEAD: f64 = 58.0;
/// The most marks that are drawn; a station grows with them, row by row.
pub const MARKS: usize = PER_ROW * 4;
/// How high a station is with all marks.
pub const TALLEST: f64 = HEAD + 4.0 * PITCH + FOOT;
/// The side of a mark.
pub const MARK: f64 = 8.0;

const PER_ROW: usize = 16;
const PITCH: f64 = 10.5;
const INSET: f64 = 10.0;
const FOOT: f64 = 5.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left side.
    pub x: f64,
    /// Its upper side.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Rect {
    /// Whether a point is in it.
    pub fn has(&self, (x, y): (f64, f64)) -> bool {
        (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
    }

    /// Its middle.
    pub fn middle(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The smallest that holds both.
    pub fn with(&self, other: &Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect {
            x,
            y,
            width: (self.x + self.width).max(other.x + other.width) - x,
            height: (self.y + self.height).max(other.y + other.height) - y,
        }
    }
}

/// The rectangle of a station whose upper left corner is here: as high as its marks need.
pub fn rect(card: &Card, (x, y): (f64, f64)) -> Rect {
    let rows = card.marks.len().min(MARKS).div_ceil(PER_ROW);
    let marks = match rows {
        0 => 0.0,
        rows => rows as f64 * PITCH + FOOT,
    };
    Rect {
        x,
        y,
        width: WIDTH,
        height: HEAD + marks,
    }
}

/// The upper left corner of a mark.
pub fn mark(rect: &Rect, index: usize) -> (f64, f64) {
    let (row, column) = (index / PER_ROW, index % PER_ROW);
    (
        rect.x + INSET + column as f64 * PITCH,
        rect.y + HEAD + row as f64 * PITCH,
    )
}

/// The mark under a point, if there is one.
pub fn mark_at(rect: &Rect, marks: usize, (x, y): (f64, f64)) -> Option<usize> {
    let (column, row) = ((x - rect.x - INSET) / PITCH, (y - rect.y - HEAD) / PITCH);
    if !(0.0..PER_ROW as f64).contains(&column) || row < 0.0 {
        return None;
    }
    let index = row as usize * PER_ROW + column as usize;
    (index < marks.min(MARKS)).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::super::{Key, Kind, Look, Mark};
    use super::*;

    fn card(marks: usize) -> Card {
        let mark = Mark {
            look: Look::Waiting,
            traveller: 0,
            request: None,
            followed: false,
        };
        Card {
            key: Key(1),
            kind: Kind::Queue,
            title: String::new(),
            about: String::new(),
            now: [0; 2],
            past: [0; 3],
            marks: vec![mark; marks],
            more: 0,
        }
    }

    #[test]
    fn a_station_grows_with_what_waits() {
        let heights: Vec<_> = [0, 1, 16, 17, MARKS, MARKS + 5]
            .map(|marks| rect(&card(marks), (0.0, 0.0)).height)
            .to_vec();
        assert_eq!(heights[1], heights[2]);
        assert!(heights.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(heights[0] < heights[1] && heights[2] < heights[3]);
        assert_eq!(heights[4], TALLEST);
        assert_eq!(heights[5], TALLEST);
    }

    #[test]
    fn every_mark_is_found_where_it_is_drawn_and_lies_inside() {
        let rect = rect(&card(MARKS), (30.0, -20.0));
        for index in 0..MARKS {
            let (x, y) = mark(&rect, index);
            let corner = (x + MARK, y + MARK);
            assert!(rect.has((x, y)) && rect.has(corner), "{index}");
            assert_eq!(mark_at(&rect, MARKS, (x + 1.0, y + 1.0)), Some(index));
            assert_eq!(mark_at(&rect, index, (x + 1.0, y + 1.0)), None);
        }
        assert_eq!(mark_at(&rect, MARKS, (31.0, 0.0)), None);
    }
}
