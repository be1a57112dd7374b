//! The line from one station to another.

use super::Rect;

/// A cubic Bézier curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve(pub [(f64, f64); 4]);

/// How far lines that join the same stations lie apart.
const APART: f64 = 9.0;
/// How far below the stations a line goes back.
const BELOW: f64 = 70.0;

/// From the right side of a station to the left side of another; `lane` counts lines that join the
/// same two. A line that goes back does so below both.
pub fn between(from: &Rect, to: &Rect, lane: usize) -> Curve {
    // 0, 1, -1, 2, -2: on both sides of the first.
    let side = if lane % 2 == 1 { 1.0 } else { -1.0 };
    let shift = side * lane.div_ceil(2) as f64 * APART;
    let height = |rect: &Rect| rect.y + rect.height.min(super::card::HEAD) / 2.0 + shift;
    let start = (from.x + from.width, height(from));
    let end = (to.x, height(to));
    let (dx, dy) = (end.0 - start.0, end.1 - start.1);
    if dx >= 0.0 {
        let reach = (dx / 2.0).max(24.0);
        return Curve([
            start,
            (start.0 + reach, start.1),
            (end.0 - reach, end.1),
            end,
        ]);
    }
    let reach = 70.0 + dx.abs() * 0.12;
    let below = match dy.abs() < BELOW {
        true => BELOW + dx.abs() * 0.1,
        false => 0.0,
    };
    Curve([
        start,
        (start.0 + reach, start.1 + below),
        (end.0 - reach, end.1 + below),
        end,
    ])
}

impl Curve {
    /// The point at a part of the way, 0 to 1.
    pub fn at(&self, part: f64) -> (f64, f64) {
        let t = part.clamp(0.0, 1.0);
        let u = 1.0 - t;
        let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
        let points = self.0.iter().zip(weights);
        points.fold((0.0, 0.0), |(x, y), (point, weight)| {
            (x + point.0 * weight, y + point.1 * weight)
        })
    }
}

/// A part of the way as the eye likes it: it begins and ends slowly.
pub fn eased(part: f64) -> f64 {
    let t = part.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(x: f64, y: f64) -> Rect {
        Rect {
            x,
            y,
            width: 100.0,
            height: 58.0,
        }
    }

    #[test]
    fn lines_join_the_sides_that_face_each_other() {
        let curve = between(&station(0.0, 0.0), &station(300.0, 200.0), 0);
        assert_eq!(curve.at(0.0), (100.0, 29.0));
        assert_eq!(curve.at(1.0), (300.0, 229.0));
        let (x, y) = curve.at(0.5);
        assert!((x - 200.0).abs() < 1e-9 && (y - 129.0).abs() < 1e-9);
        // Beyond the ends there is nothing.
        assert_eq!(curve.at(7.0), curve.at(1.0));
    }

    #[test]
    fn a_line_back_goes_below_its_stations() {
        let curve = between(&station(300.0, 0.0), &station(0.0, 0.0), 0);
        assert!(curve.at(0.5).1 > 58.0);
    }

    #[test]
    fn lines_between_the_same_stations_lie_apart() {
        let lane = |lane| {
            between(&station(0.0, 0.0), &station(300.0, 0.0), lane)
                .at(0.5)
                .1
        };
        let mut heights: Vec<_> = (0..5).map(lane).collect();
        heights.sort_by(f64::total_cmp);
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= APART));
    }

    #[test]
    fn easing_goes_on_and_keeps_its_ends() {
        let parts: Vec<_> = (0..=10).map(|n| eased(f64::from(n) / 10.0)).collect();
        assert_eq!((parts[0], parts[10]), (0.0, 1.0));
        assert!(parts.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
