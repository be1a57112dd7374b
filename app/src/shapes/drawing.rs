//! A drawing, and the small picture that is made of it for a classifier: fitted into the grid as
//! training data of scanned digits are, wherever and however large it was drawn.

/// Where the pen was: 0 to 1 from left to right and from top to bottom of the paper.
pub type Point = (f64, f64);

/// Points nearer to each other than this, in parts of the paper, are one: a pen that rests draws
/// nothing, and a long drawing stays cheap to fit.
const NEAR: f64 = 0.004;
/// A drawing has at most so many points; what comes after is not drawn.
const MAX_POINTS: usize = 4_000;
/// Each pixel is looked at in so many places across and down.
const SAMPLES: usize = 4;
/// How thin and how thick a pen may become, in pixels.
const PEN: (f64, f64) = (0.9, 2.6);
/// A drawing that is too broad is made narrower by up to this before it is made smaller.
const SQUEEZE: f64 = 1.5;
/// The pen's thickness depends on how long the lines are, which depends on the room that the pen
/// leaves them: after so many rounds it no longer changes.
const ROUNDS: usize = 8;

/// The small picture's form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Pixels from left to right.
    pub columns: u8,
    /// Pixels from top to bottom.
    pub rows: u8,
    /// A pixel full of ink; paper is 0.
    pub full: u16,
    /// How much of all paper the ink covers, 0 to 1: decides the thickness of the pen.
    pub filled: f64,
    /// How much of the grid's width the broadest drawing takes, 0 to 1.
    pub breadth: f64,
}

/// Strokes of a pen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    strokes: Vec<Vec<Point>>,
    points: usize,
}

impl Drawing {
    /// Whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// The strokes, none of them without a point.
    pub fn strokes(&self) -> &[Vec<Point>] {
        &self.strokes
    }

    /// Puts the pen down. A point that is not on the paper is moved to its edge.
    pub fn begin(&mut self, at: Point) {
        if self.points < MAX_POINTS {
            self.strokes.push(vec![on_paper(at)]);
            self.points += 1;
        }
    }

    /// Moves the pen that is down; whether that drew anything.
    pub fn draw_to(&mut self, at: Point) -> bool {
        let at = on_paper(at);
        let Some(stroke) = self.strokes.last_mut() else {
            return false;
        };
        let moved = stroke
            .last()
            .is_none_or(|last| (at.0 - last.0).hypot(at.1 - last.1) >= NEAR);
        let drawn = moved && self.points < MAX_POINTS;
        if drawn {
            stroke.push(at);
            self.points += 1;
        }
        drawn
    }

    /// The picture: ink of each pixel, row by row. All paper if nothing was drawn.
    pub fn pixels(&self, grid: Grid) -> Vec<u16> {
        let fitted = Fitted::new(&self.strokes, grid);
        let (across, down) = (
            usize::from(grid.columns) * SAMPLES,
            usize::from(grid.rows) * SAMPLES,
        );
        let mut inked = vec![false; across * down];
        for stroke in &fitted.strokes {
            let first = stroke.first().copied();
            let ends = stroke.iter().skip(1).copied();
            let mut from = first;
            // A stroke of one point is a dot.
            for to in first.into_iter().chain(ends) {
                let Some(start) = from.replace(to) else {
                    continue;
                };
                for row in span(start.1, to.1, fitted.pen, down) {
                    for column in span(start.0, to.0, fitted.pen, across) {
                        let place = (centre(column), centre(row));
                        if distance(place, start, to) <= fitted.pen / 2.0
                            && let Some(sample) = inked.get_mut(row * across + column)
                        {
                            *sample = true;
                        }
                    }
                }
            }
        }
        let mut counts = vec![0_u32; usize::from(grid.columns) * usize::from(grid.rows)];
        for (index, _) in inked.iter().enumerate().filter(|(_, inked)| **inked) {
            let (row, column) = (index / across / SAMPLES, index % across / SAMPLES);
            if let Some(count) = counts.get_mut(row * usize::from(grid.columns) + column) {
                *count += 1;
            }
        }
        let all = (SAMPLES * SAMPLES) as u32;
        let ink = |count: u32| count * u32::from(grid.full) / all;
        counts
            .into_iter()
            .map(|count| u16::try_from(ink(count)).unwrap_or(grid.full))
            .collect()
    }
}

fn on_paper(at: Point) -> Point {
    let part = |value: f64| {
        if value.is_finite() {
            value.clamp(0.0, 1.0)
        } else {
            0.5
        }
    };
    (part(at.0), part(at.1))
}

/// Strokes whose unit is the grid's pixel: as high as the grid, in its middle, and drawn with a pen
/// that brings as much ink to the paper for a short digit as for a long one.
struct Fitted {
    strokes: Vec<Vec<Point>>,
    pen: f64,
}

impl Fitted {
    fn new(strokes: &[Vec<Point>], grid: Grid) -> Self {
        let (columns, rows) = (f64::from(grid.columns), f64::from(grid.rows));
        let points = || strokes.iter().flatten();
        let range = |of: fn(&Point) -> f64| {
            let ends = points().map(of).fold((1.0, 0.0), |(low, high), at| {
                (f64::min(low, at), f64::max(high, at))
            });
            ((ends.0 + ends.1) / 2.0, (ends.1 - ends.0).max(NEAR))
        };
        let ((middle_x, width), (middle_y, height)) = (range(|at| at.0), range(|at| at.1));
        let thinnest = PEN.0.min(columns).min(rows);
        let ink = grid.filled.clamp(0.0, 1.0) * columns * rows;
        let mut pen = thinnest;
        let mut scale = (1.0, 1.0);
        for _ in 0..ROUNDS {
            let broadest = (grid.breadth.clamp(0.0, 1.0) * columns - pen).max(0.0) / width;
            // A broad drawing ends at the sides, any other one above and below.
            let down = ((rows - pen).max(0.0) / height).min(broadest * SQUEEZE);
            scale = (down.min(broadest), down);
            let length: f64 = strokes
                .iter()
                .map(|stroke| pen + length(stroke, scale))
                .sum();
            pen = if length > 0.0 {
                (ink / length).clamp(thinnest, PEN.1.max(thinnest))
            } else {
                thinnest
            };
        }
        let fit = |&(x, y): &Point| {
            (
                columns / 2.0 + (x - middle_x) * scale.0,
                rows / 2.0 + (y - middle_y) * scale.1,
            )
        };
        Fitted {
            strokes: strokes
                .iter()
                .map(|stroke| stroke.iter().map(fit).collect())
                .collect(),
            pen,
        }
    }
}

fn length(stroke: &[Point], scale: (f64, f64)) -> f64 {
    let steps = stroke.iter().zip(stroke.iter().skip(1));
    steps
        .map(|(from, to)| ((to.0 - from.0) * scale.0).hypot((to.1 - from.1) * scale.1))
        .sum()
}

/// The middle of a sample, in pixels.
fn centre(sample: usize) -> f64 {
    (sample as f64 + 0.5) / SAMPLES as f64
}

/// The samples that a line between two coordinates may ink.
fn span(from: f64, to: f64, pen: f64, samples: usize) -> std::ops::Range<usize> {
    let sample = |at: f64| (at * SAMPLES as f64).clamp(0.0, samples as f64);
    let first = sample(from.min(to) - pen / 2.0).floor();
    let last = sample(from.max(to) + pen / 2.0).ceil();
    first as usize..last as usize
}

/// How far a place is from a line.
fn distance(place: Point, from: Point, to: Point) -> f64 {
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let square = across * across + down * down;
    let part = if square > 0.0 {
        (((place.0 - from.0) * across + (place.1 - from.1) * down) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (place.0 - from.0 - part * across).hypot(place.1 - from.1 - part * down)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: Grid = Grid {
        columns: 8,
        rows: 8,
        full: 16,
        filled: 0.3,
        breadth: 0.81,
    };

    fn drawing(strokes: &[&[Point]]) -> Drawing {
        let mut drawing = Drawing::default();
        for stroke in strokes {
            drawing.begin(stroke[0]);
            for &at in &stroke[1..] {
                drawing.draw_to(at);
            }
        }
        drawing
    }

    fn circle(middle: Point, radius: f64) -> Vec<Point> {
        let turn = |step: i32| f64::from(step) / 40.0 * std::f64::consts::TAU;
        (0..=40)
            .map(|step| {
                let (sin, cos) = turn(step).sin_cos();
                (middle.0 + radius * cos * 0.7, middle.1 + radius * sin)
            })
            .collect()
    }

    fn rows(pixels: &[u16]) -> Vec<&[u16]> {
        pixels.chunks(8).collect()
    }

    #[test]
    fn a_line_is_as_high_as_the_grid_in_its_middle_and_thick() {
        let pixels = drawing(&[&[(0.2, 0.3), (0.2, 0.6)]]).pixels(DIGITS);
        for row in &rows(&pixels)[1..7] {
            // 2.6 pixels: two in the middle and a part of their neighbours.
            assert_eq!(*row, [0, 0, 4, 16, 16, 4, 0, 0]);
        }
        let ink: u16 = pixels.iter().sum();
        assert!((280..=330).contains(&ink), "{ink}");
    }

    #[test]
    fn size_and_place_of_a_drawing_do_not_matter() {
        let large = drawing(&[&circle((0.5, 0.5), 0.45)]).pixels(DIGITS);
        let small = drawing(&[&circle((0.3, 0.8), 0.1)]).pixels(DIGITS);
        let apart: u16 = large.iter().zip(&small).map(|(a, b)| a.abs_diff(*b)).sum();
        assert!(apart <= 16, "{:?}\n{:?}", rows(&large), rows(&small));
        // A hole in its middle, and ink at the top and the bottom.
        for (row, middle) in rows(&large).iter().zip([true, true, false, false]) {
            assert_eq!(row[3] > 0, middle, "{:?}", rows(&large));
        }
        let ink: u16 = large.iter().sum();
        assert!((270..=340).contains(&ink), "{ink}");
    }

    #[test]
    fn a_broad_drawing_keeps_off_the_sides() {
        let pixels = drawing(&[&[(0.0, 0.5), (1.0, 0.5)], &[(0.5, 0.45), (0.5, 0.55)]]);
        let pixels = pixels.pixels(DIGITS);
        for row in rows(&pixels) {
            assert!(row[0] <= 4 && row[7] <= 4, "{:?}", rows(&pixels));
        }
    }

    #[test]
    fn a_tap_is_a_dot_and_nothing_is_paper() {
        assert_eq!(Drawing::default().pixels(DIGITS), [0; 64]);
        let dot = drawing(&[&[(0.9, 0.1)]]).pixels(DIGITS);
        assert!(dot[3 * 8 + 3] > 8 && dot[4 * 8 + 4] > 8, "{:?}", rows(&dot));
        assert_eq!(dot[0], 0);
    }

    #[test]
    fn a_pen_that_rests_draws_nothing_and_one_that_leaves_draws_at_the_edge() {
        let mut drawing = Drawing::default();
        assert!(!drawing.draw_to((0.1, 0.1)), "the pen is not down");
        drawing.begin((0.5, 0.5));
        assert!(!drawing.draw_to((0.501, 0.5)));
        assert!(drawing.draw_to((7.0, f64::NAN)));
        assert_eq!(drawing.strokes(), [vec![(0.5, 0.5), (1.0, 0.5)]]);
    }

    #[test]
    fn endless_drawings_and_strange_grids_have_an_end() {
        let mut endless = Drawing::default();
        endless.begin((0.0, 0.0));
        for step in 0..10_000_u32 {
            endless.draw_to((f64::from(step % 100) / 100.0, f64::from(step % 7) / 7.0));
        }
        assert_eq!(endless.strokes()[0].len(), MAX_POINTS);
        for (columns, rows) in [(0, 0), (0, 8), (1, 1), (255, 1), (64, 64)] {
            for part in [f64::NEG_INFINITY, -1.0, 0.0, 0.5, 9.0, f64::NAN] {
                let grid = Grid {
                    columns,
                    rows,
                    full: u16::MAX,
                    filled: part,
                    breadth: part,
                };
                let pixels = drawing(&[&[(0.1, 0.1), (0.9, 0.4)], &[(0.5, 0.5)]]).pixels(grid);
                assert_eq!(pixels.len(), usize::from(columns) * usize::from(rows));
            }
        }
    }
}
