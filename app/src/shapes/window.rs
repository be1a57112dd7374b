//! The stretch of time that a drawing shows, and how it moves: zoom, pan, follow.

/// Nothing below a microsecond can be told apart: browsers' clocks step by at least 5 µs.
const SHORTEST: f64 = 1_000.0;
/// A session that has hardly begun still shows this much, so that its first bars can move in.
const SHORTEST_EXTENT: f64 = 1e9;
/// While following, the present stays this far from the left edge (as a part of the width).
const PRESENT: f64 = 0.94;

/// A stretch of session time in nanoseconds.
///
/// Fractions of a nanosecond are kept, so that panning by pixels is smooth: this is a place on
/// a screen, not a fact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Nanoseconds at the left edge.
    pub from: f64,
    /// Nanoseconds from the left edge to the right edge; never zero.
    pub span: f64,
}

impl Default for Window {
    /// The first ten seconds.
    fn default() -> Self {
        Window {
            from: 0.0,
            span: 10e9,
        }
    }
}

impl Window {
    /// The whole of `0..extent` nanoseconds with a little air on the right.
    pub fn fit(extent: f64) -> Self {
        let span = extent.max(SHORTEST) / PRESENT;
        Window { from: 0.0, span }
    }

    /// `from..to` nanoseconds with air on both sides, as when one request is shown closely.
    pub fn around(from: f64, to: f64) -> Self {
        let long = (to - from).max(SHORTEST);
        Window {
            from: (from - long * 0.25).max(0.0),
            span: long * 1.5,
        }
    }

    /// Nanoseconds at the right edge.
    pub fn to(self) -> f64 {
        self.from + self.span
    }

    /// Pixels from the left edge of a plot that is `width` pixels wide.
    pub fn x(self, nanos: f64, width: f64) -> f64 {
        (nanos - self.from) / self.span * width
    }

    /// Nanoseconds at `x` pixels from the left edge of a plot that is `width` pixels wide.
    pub fn nanos(self, x: f64, width: f64) -> f64 {
        if width <= 0.0 {
            return self.from;
        }
        self.from + x / width * self.span
    }

    /// Zooms by `factor` (above 1: closer) so that the moment `about` stays where it is.
    pub fn zoom(self, about: f64, factor: f64) -> Self {
        if !factor.is_finite() || factor <= 0.0 || !about.is_finite() {
            return self;
        }
        let span = (self.span / factor).max(SHORTEST);
        let part = (about - self.from) / self.span;
        Window {
            from: about - part * span,
            span,
        }
    }

    /// Moves by a part of the width: `0.5` is half a screen towards the future.
    pub fn pan(self, part: f64) -> Self {
        if !part.is_finite() {
            return self;
        }
        Window {
            from: self.from + part * self.span,
            ..self
        }
    }

    /// Moves just enough that `from..to` nanoseconds is in view (its beginning, if it is longer).
    pub fn reveal(self, from: f64, to: f64) -> Self {
        let air = self.span * 0.05;
        if from >= self.from && to <= self.to() {
            self
        } else if from < self.from || to - from > self.span - 2.0 * air {
            Window {
                from: from - air,
                ..self
            }
        } else {
            Window {
                from: to + air - self.span,
                ..self
            }
        }
    }

    /// Keeps the present at the right, where new facts appear.
    pub fn follow(self, now: f64) -> Self {
        Window {
            from: (now - self.span * PRESENT).max(0.0),
            ..self
        }
    }

    /// Brings the window back to where there is something to see: `0..extent` nanoseconds.
    pub fn clamp(self, extent: f64) -> Self {
        let extent = extent.max(SHORTEST_EXTENT);
        let span = self.span.clamp(SHORTEST, extent / PRESENT * 1.25);
        let latest = (extent - span * 0.1).max(0.0);
        Window {
            from: self.from.clamp(0.0, latest),
            span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: f64 = 1e9;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-6 * right.abs().max(1.0)
    }

    #[test]
    fn zooming_keeps_the_moment_under_the_pointer() {
        let window = Window {
            from: 2.0 * SECOND,
            span: 8.0 * SECOND,
        };
        for about in [2.0 * SECOND, 5.5 * SECOND, 10.0 * SECOND] {
            for factor in [0.3, 1.0, 1.25, 900.0] {
                let zoomed = window.zoom(about, factor);
                assert!(close(zoomed.x(about, 640.0), window.x(about, 640.0)));
                assert!(close(zoomed.span, window.span / factor));
            }
        }
    }

    #[test]
    fn zooming_stops_at_a_microsecond() {
        let window = Window::default().zoom(0.0, 1e30);
        assert_eq!(window.span, SHORTEST);
    }

    #[test]
    fn nonsense_moves_nothing() {
        let window = Window::default();
        assert_eq!(window.zoom(0.0, f64::NAN), window);
        assert_eq!(window.zoom(0.0, 0.0), window);
        assert_eq!(window.zoom(f64::NAN, 2.0), window);
        assert_eq!(window.pan(f64::INFINITY), window);
    }

    #[test]
    fn pixels_and_nanoseconds_are_each_others_inverse() {
        let window = Window {
            from: 3.0 * SECOND,
            span: 7.0 * SECOND,
        };
        for x in [0.0, 13.5, 399.0] {
            assert!(close(window.x(window.nanos(x, 400.0), 400.0), x));
        }
        assert_eq!(
            window.nanos(25.0, 0.0),
            window.from,
            "a plot without width has one moment"
        );
    }

    #[test]
    fn clamping_leaves_something_in_view() {
        let extent = 20.0 * SECOND;
        let lost = Window {
            from: 90.0 * SECOND,
            span: 4.0 * SECOND,
        }
        .clamp(extent);
        assert!(lost.from < extent && lost.to() > extent);
        let before = Window {
            from: -5.0 * SECOND,
            span: 4.0 * SECOND,
        }
        .clamp(extent);
        assert_eq!(before.from, 0.0);
        let wide = Window {
            from: 0.0,
            span: 1e30,
        }
        .clamp(extent);
        assert!(wide.span < 2.0 * extent);
    }

    #[test]
    fn following_shows_the_present_and_never_time_before_the_session() {
        let window = Window {
            from: 0.0,
            span: 10.0 * SECOND,
        };
        assert_eq!(window.follow(SECOND).from, 0.0);
        let later = window.follow(60.0 * SECOND);
        assert!(later.to() > 60.0 * SECOND && later.from < 60.0 * SECOND);
    }

    #[test]
    fn revealing_moves_only_when_it_must() {
        let window = Window {
            from: 10.0 * SECOND,
            span: 10.0 * SECOND,
        };
        assert_eq!(window.reveal(12.0 * SECOND, 13.0 * SECOND), window);
        let earlier = window.reveal(4.0 * SECOND, 5.0 * SECOND);
        assert!(earlier.from < 4.0 * SECOND && earlier.to() > 5.0 * SECOND);
        let later = window.reveal(24.0 * SECOND, 25.0 * SECOND);
        assert!(later.from < 24.0 * SECOND && later.to() > 25.0 * SECOND);
    }

    #[test]
    fn a_close_look_at_nothing_still_has_a_width() {
        assert!(Window::around(5.0, 5.0).span > 0.0);
        assert!(Window::fit(0.0).span > 0.0);
    }
}
