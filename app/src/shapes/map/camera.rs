//! The part of the map that is on screen.

use super::Rect;

/// The least and the most zoom.
const LEAST: f64 = 0.12;
const MOST: f64 = 2.5;
/// What is left free around everything, pixels.
const MARGIN: f64 = 14.0;

/// Where the map is looked at from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The place of the map at the upper left corner of the screen.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// Pixels a unit.
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Camera {
            x: -MARGIN,
            y: -MARGIN,
            zoom: 1.0,
        }
    }
}

impl Camera {
    /// All of `bounds` on a screen of this size, in its middle; never larger than life.
    pub fn fit(bounds: Rect, (width, height): (f64, f64)) -> Camera {
        let room = |pixels: f64| (pixels - 2.0 * MARGIN).max(1.0);
        let zoom = (room(width) / bounds.width.max(1.0))
            .min(room(height) / bounds.height.max(1.0))
            .clamp(LEAST, 1.0);
        let (x, y) = bounds.middle();
        Camera {
            x: x - width / 2.0 / zoom,
            y: y - height / 2.0 / zoom,
            zoom,
        }
    }

    /// The pixel at which a place of the map is.
    pub fn pixel(&self, (x, y): (f64, f64)) -> (f64, f64) {
        ((x - self.x) * self.zoom, (y - self.y) * self.zoom)
    }

    /// The place of the map at a pixel.
    pub fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x / self.zoom + self.x, y / self.zoom + self.y)
    }

    /// Zooms; what is at this pixel stays there.
    pub fn zoom(&self, about: (f64, f64), factor: f64) -> Camera {
        let zoom = (self.zoom * factor).clamp(LEAST, MOST);
        let (x, y) = self.place(about);
        Camera {
            x: x - about.0 / zoom,
            y: y - about.1 / zoom,
            zoom,
        }
    }

    /// Moves the map by so many pixels.
    pub fn pan(&self, (x, y): (f64, f64)) -> Camera {
        Camera {
            x: self.x - x / self.zoom,
            y: self.y - y / self.zoom,
            ..*self
        }
    }

    /// Moves the map as little as brings a rectangle onto the screen.
    pub fn reveal(&self, rect: Rect, (width, height): (f64, f64)) -> Camera {
        let shift = |from: f64, size: f64, at: f64, room: f64| {
            let room = (room / self.zoom).max(size);
            at.clamp(from + size - room, from)
        };
        Camera {
            x: shift(rect.x, rect.width, self.x, width),
            y: shift(rect.y, rect.height, self.y, height),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: (f64, f64), b: (f64, f64)) -> bool {
        (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6
    }

    fn rects() -> impl Strategy<Value = Rect> {
        let side = -5e3..5e3;
        (side.clone(), side, 1.0..4e3, 1.0..4e3).prop_map(|(x, y, width, height)| Rect {
            x,
            y,
            width,
            height,
        })
    }

    proptest! {
        #[test]
        fn what_fits_is_on_screen(rect in rects(), width in 300.0..2e3, height in 300.0..1e3) {
            let camera = Camera::fit(rect, (width, height));
            prop_assert!(camera.zoom <= 1.0);
            // Below the least zoom not all of it can be.
            if camera.zoom > LEAST {
                let (left, top) = camera.pixel((rect.x, rect.y));
                let (right, bottom) = camera.pixel((rect.x + rect.width, rect.y + rect.height));
                prop_assert!(left > 0.0 && top > 0.0 && right < width && bottom < height);
            }
        }

        #[test]
        fn pixels_and_places_are_each_others_inverse(rect in rects(), x in -9e3..9e3, y in -9e3..9e3) {
            let camera = Camera::fit(rect, (640.0, 400.0));
            prop_assert!(near(camera.pixel(camera.place((x, y))), (x, y)));
        }

        #[test]
        fn zooming_keeps_what_is_under_the_pointer(x in 0.0..640.0, y in 0.0..400.0, factor in 0.1..9.0) {
            let (camera, about) = (Camera::default(), (x, y));
            let zoomed = camera.zoom(about, factor);
            prop_assert!(near(zoomed.place(about), camera.place(about)));
        }

        #[test]
        fn what_is_revealed_is_on_screen(rect in rects(), x in -9e3..9e3, y in -9e3..9e3) {
            let camera = Camera { x, y, zoom: 0.2 };
            let camera = camera.reveal(rect, (900.0, 900.0));
            let (left, top) = camera.pixel((rect.x, rect.y));
            prop_assert!(left >= -1e-6 && top >= -1e-6);
            let end = camera.pixel((rect.x + rect.width, rect.y + rect.height));
            prop_assert!(end.0 <= 900.0 + 1e-6 && end.1 <= 900.0 + 1e-6);
            prop_assert_eq!(camera.reveal(rect, (900.0, 900.0)), camera);
        }
    }
}
