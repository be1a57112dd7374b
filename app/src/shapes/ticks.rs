//! Marks of a time axis: round distances, labels that say no more digits than needed.

use super::window::Window;

const MICRO: u64 = 1_000;
const MILLI: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Distances above a second that people count in.
const LONG_STEPS: [u64; 16] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    24 * HOUR,
];

/// One mark of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Pixels from the left edge of the plot.
    pub x: f64,
    /// What stands beside it.
    pub label: String,
}

/// The marks of one axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ticks {
    /// The marks, from left to right.
    pub marks: Vec<Tick>,
    /// When the labels count from a moment instead of the session's beginning (`+125 µs`):
    /// that moment.
    pub base: Option<String>,
}

/// The marks of a window drawn `width` pixels wide, at least `apart` pixels from each other.
pub fn ticks(window: Window, width: f64, apart: f64) -> Ticks {
    if !(width >= 1.0 && apart >= 1.0 && window.span > 0.0) {
        return Ticks::default();
    }
    let step = step(window.span * apart / width);
    // Long labels of tiny distances would be all prefix; count from the millisecond instead.
    let base = (step < MILLI).then(|| window.from.max(0.0) as u64 / MILLI * MILLI);
    let first = (window.from.max(0.0) as u64).div_ceil(step) * step;
    let marks = (0..)
        .map(|index: u64| first.saturating_add(index.saturating_mul(step)))
        .take_while(|&nanos| nanos as f64 <= window.to())
        .take(1 + (width / apart) as usize)
        .map(|nanos| Tick {
            x: window.x(nanos as f64, width),
            label: match base {
                Some(base) => format!("+{} µs", micros(nanos - base, step)),
                None => moment(nanos, step),
            },
        })
        .collect();
    Ticks {
        marks,
        base: base.map(|base| moment(base, MILLI)),
    }
}

/// The smallest round distance that is at least `least` nanoseconds.
fn step(least: f64) -> u64 {
    let mut decade = 1;
    while decade < SECOND {
        for factor in [1, 2, 5] {
            if (decade * factor) as f64 >= least {
                return decade * factor;
            }
        }
        decade *= 10;
    }
    let days = (least / (24 * HOUR) as f64).ceil().max(1.0) as u64;
    LONG_STEPS
        .into_iter()
        .find(|&step| step as f64 >= least)
        .unwrap_or_else(|| days.saturating_mul(24 * HOUR))
}

/// A moment of the session, with the decimals that marks `step` nanoseconds apart need:
/// `250 ms`, `1.25 s`, `4:05`, `1:04:05.5`.
pub fn moment(nanos: u64, step: u64) -> String {
    if nanos == 0 {
        return "0".to_string();
    }
    if nanos < SECOND && step < SECOND {
        return short(nanos);
    }
    let decimals = match step {
        SECOND.. => 0,
        step => (1..=9)
            .find(|&places| step.is_multiple_of(SECOND / 10_u64.pow(places)))
            .unwrap_or(9),
    };
    let seconds = nanos / SECOND;
    let fraction = match decimals {
        0 => String::new(),
        places => format!(
            ".{:0width$}",
            nanos % SECOND / 10_u64.pow(9 - places),
            width = places as usize
        ),
    };
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s}{fraction} s"),
        (0, m, s) => format!("{m}:{s:02}{fraction}"),
        (h, m, s) => format!("{h}:{m:02}:{s:02}{fraction}"),
    }
}

/// Microseconds with the decimals that marks `step` nanoseconds apart need.
fn micros(nanos: u64, step: u64) -> String {
    let places = (0..3)
        .find(|&places| step.is_multiple_of(MICRO / 10_u64.pow(places)))
        .unwrap_or(3);
    format!("{:.*}", places as usize, nanos as f64 / MICRO as f64)
}

/// A length of time at a glance, three digits or so: `840 ns`, `12.5 µs`, `61.4 ms`, `2.05 s`,
/// `3 min 20 s`, `2 h 5 min`.
pub fn short(nanos: u64) -> String {
    let part = |unit: u64, name: &str| {
        let value = nanos as f64 / unit as f64;
        let places = if value < 10.0 {
            2
        } else if value < 100.0 {
            1
        } else {
            0
        };
        let text = format!("{value:.places$}");
        let text = if places > 0 {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        format!("{text} {name}")
    };
    let two = |big: u64, big_name: &str, small: u64, small_name: &str| match (
        nanos / big,
        nanos % big / small,
    ) {
        (whole, 0) => format!("{whole} {big_name}"),
        (whole, rest) => format!("{whole} {big_name} {rest} {small_name}"),
    };
    match nanos {
        0 => "0 ms".to_string(),
        _ if nanos < MICRO => format!("{nanos} ns"),
        _ if nanos < MILLI => part(MICRO, "µs"),
        _ if nanos < SECOND => part(MILLI, "ms"),
        _ if nanos < MINUTE => part(SECOND, "s"),
        _ if nanos < HOUR => two(MINUTE, "min", SECOND, "s"),
        _ => two(HOUR, "h", MINUTE, "min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: u64, span: u64) -> Vec<String> {
        let window = Window {
            from: from as f64,
            span: span as f64,
        };
        ticks(window, 800.0, 90.0)
            .marks
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(labels(0, 10 * SECOND)[..3], ["0", "2 s", "4 s"]);
        assert_eq!(labels(0, SECOND)[..3], ["0", "200 ms", "400 ms"]);
        assert_eq!(
            labels(58 * SECOND, 8 * SECOND)[..3],
            ["58 s", "59 s", "1:00"]
        );
        assert_eq!(labels(HOUR, 8 * MINUTE)[..2], ["1:00:00", "1:01:00"]);
    }

    #[test]
    fn labels_carry_the_decimals_that_tell_them_apart() {
        assert_eq!(
            labels(1_100 * MILLI, 400 * MILLI)[..3],
            ["1.10 s", "1.15 s", "1.20 s"]
        );
        assert_eq!(
            labels(61 * SECOND, 20 * MILLI)[..2],
            ["1:01.000", "1:01.005"]
        );
    }

    #[test]
    fn below_a_millisecond_labels_count_from_a_base() {
        let window = Window {
            from: 61.0 * 1e9,
            span: 200_000.0,
        };
        let marks = ticks(window, 800.0, 90.0);
        assert_eq!(marks.base.as_deref(), Some("1:01.000"));
        assert_eq!(marks.marks[1].label, "+50 µs");
    }

    #[test]
    fn marks_keep_their_distance_and_stay_inside() {
        let mut span = 1_000.0;
        while span < 1e17 {
            let window = Window {
                from: 12_345_678.9,
                span,
            };
            let marks = ticks(window, 640.0, 80.0).marks;
            assert!(marks.len() <= 9, "{span}: {}", marks.len());
            assert!(
                marks.windows(2).all(|pair| pair[1].x - pair[0].x >= 79.9),
                "{span}"
            );
            assert!(
                marks.windows(2).all(|pair| pair[1].label != pair[0].label),
                "{span}: {marks:?}"
            );
            assert!(
                marks
                    .iter()
                    .all(|tick| (-1e-6..=640.000_001).contains(&tick.x))
            );
            span *= 1.7;
        }
    }

    #[test]
    fn a_plot_without_width_has_no_marks() {
        assert_eq!(ticks(Window::default(), 0.0, 90.0), Ticks::default());
        assert_eq!(ticks(Window::default(), f64::NAN, 90.0), Ticks::default());
    }

    #[test]
    fn lengths_read_at_a_glance() {
        for (nanos, text) in [
            (0, "0 ms"),
            (840, "840 ns"),
            (12_500, "12.5 µs"),
            (61_400_000, "61.4 ms"),
            (100_000_000, "100 ms"),
            (2_050_000_000, "2.05 s"),
            (200 * SECOND, "3 min 20 s"),
            (7_500 * SECOND, "2 h 5 min"),
            (HOUR, "1 h"),
        ] {
            assert_eq!(short(nanos), text);
        }
    }
}
