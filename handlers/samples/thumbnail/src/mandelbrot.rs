//! The Mandelbrot set, as a picture that takes honest work to make.

use image::{Rgb, RgbImage};

/// Draws the whole set in the middle of the picture; points are followed `iterations` steps.
pub(crate) fn draw(width: u32, height: u32, iterations: u32) -> RgbImage {
    // The set is about 3 wide and 2.4 high; the scale that fits both ways.
    let scale = (3.0 / f64::from(width)).max(2.4 / f64::from(height));
    let at = |pixel: u32, size: u32| (f64::from(pixel) - f64::from(size) / 2.0) * scale;
    RgbImage::from_fn(width, height, |x, y| {
        let steps = escape(at(x, width) - 0.6, at(y, height), iterations);
        colour(steps, iterations)
    })
}

/// After how many steps the point has left the circle of radius 2, if it does.
fn escape(x: f64, y: f64, iterations: u32) -> Option<u32> {
    let (mut re, mut im) = (0.0, 0.0);
    (0..iterations).find(|_| {
        (re, im) = (re * re - im * im + x, 2.0 * re * im + y);
        re * re + im * im > 4.0
    })
}

/// Dark blue through gold to dark red the longer a point stays; black inside the set.
fn colour(steps: Option<u32>, iterations: u32) -> Rgb<u8> {
    let Some(steps) = steps else {
        return Rgb([0, 0, 0]);
    };
    // Most points leave early: the logarithm gives them most of the colours.
    let t = f64::from(steps + 1).ln_1p() / f64::from(iterations).ln_1p();
    let rest = 1.0 - t;
    // Bernstein polynomials: each peaks at another t, and their sum is smooth.
    let red = 9.0 * rest * t.powi(3);
    let green = 15.0 * rest.powi(2) * t.powi(2);
    let blue = 8.5 * rest.powi(3) * t;
    Rgb([red, green, blue].map(|light| (255.0 * light.min(1.0)) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_stays_and_far_points_leave() {
        assert_eq!(escape(0.0, 0.0, 1_000), None);
        assert_eq!(escape(-1.0, 0.0, 1_000), None);
        assert_eq!(escape(2.0, 2.0, 1_000), Some(0));
        // 1 -> 2 -> 5: two steps to leave.
        assert_eq!(escape(1.0, 0.0, 1_000), Some(2));
    }

    #[test]
    fn the_set_lies_in_the_middle() {
        let picture = draw(30, 24, 100);
        assert_eq!(picture.get_pixel(15, 12), &Rgb([0, 0, 0]));
        assert_ne!(picture.get_pixel(0, 0), &Rgb([0, 0, 0]));
    }
}
