//! Links of the visualization of aws-lambda-power-tuning: three lists as base64, apart by `;`: sizes in MB as 16-bit
//! integers, average durations in ms and average prices in dollars as 32-bit floats, all little-endian (its
//! `lambda/utils.js`, `buildVisualizationURL`). They stand in the fragment, so nothing is sent anywhere.

use super::Tuning;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Where such links lead.
const ADDRESS: &str = "https://lambda-power-tuning.show/#";
/// No tuning has more sizes.
const MOST_POINTS: usize = 1_024;

/// A point as a link has it: rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkPoint {
    /// MB.
    pub memory: u16,
    /// Milliseconds.
    pub duration: f32,
    /// Dollars.
    pub cost: f32,
}

/// Why a text is no such link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not have three lists.
    Parts(usize),
    /// A list, from 1, is no base64 or ends within a number.
    Damaged(u8),
    /// The lists are not of one length, or have nothing, or too much.
    Lengths,
    /// A number that no tuning has: below nothing, or none.
    Number,
}

impl LinkError {
    /// What to do.
    pub const fn hint(self) -> &'static str {
        "Copy the whole link from the tuning's output, with everything behind its #."
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Parts(found) => write!(
                f,
                "the link has {found} of three lists: sizes, durations and prices, apart by ;"
            ),
            LinkError::Damaged(list) => write!(f, "list {list} of the link is damaged"),
            LinkError::Lengths => f.write_str("the link's lists do not fit together"),
            LinkError::Number => f.write_str("the link has a number that no tuning has"),
        }
    }
}

impl std::error::Error for LinkError {}

/// A link that shows a tuning.
pub fn link(tuning: &Tuning) -> String {
    let points = || tuning.points.iter();
    let sizes = points().map(|it| u16::try_from(it.memory.get()).unwrap_or(u16::MAX));
    let sizes: Vec<u8> = sizes.flat_map(u16::to_le_bytes).collect();
    let floats = |values: &mut dyn Iterator<Item = f64>| {
        let bytes: Vec<u8> = values.flat_map(|it| (it as f32).to_le_bytes()).collect();
        STANDARD.encode(bytes)
    };
    format!(
        "{ADDRESS}{};{};{}",
        STANDARD.encode(sizes),
        floats(&mut points().map(|it| it.duration.as_millis_f64())),
        floats(&mut points().map(|it| it.cost.as_f64())),
    )
}

/// What a link shows: all of it, or what stands behind its `#`.
///
/// # Errors
/// If the text is no such link. It may come from anywhere.
pub fn read_link(text: &str) -> Result<Vec<LinkPoint>, LinkError> {
    let text = text.trim();
    let data = text.rsplit_once('#').map_or(text, |(_, data)| data);
    let lists: Vec<&str> = data.split(';').collect();
    let [sizes, durations, costs] = lists.as_slice() else {
        let found = lists.iter().filter(|it| !it.is_empty()).count();
        return Err(LinkError::Parts(found));
    };
    let sizes = numbers::<2>(sizes, 1)?;
    let durations = numbers::<4>(durations, 2)?;
    let costs = numbers::<4>(costs, 3)?;
    let many = sizes.len();
    if many == 0 || many > MOST_POINTS || durations.len() != many || costs.len() != many {
        return Err(LinkError::Lengths);
    }
    let points = sizes.into_iter().zip(durations).zip(costs);
    let points = points.map(|((memory, duration), cost)| {
        let memory = u16::from_le_bytes(memory);
        let (duration, cost) = (f32::from_le_bytes(duration), f32::from_le_bytes(cost));
        let is_right = |number: f32| number.is_finite() && number >= 0.0;
        match memory > 0 && is_right(duration) && is_right(cost) {
            true => Ok(LinkPoint {
                memory,
                duration,
                cost,
            }),
            false => Err(LinkError::Number),
        }
    });
    points.collect()
}

/// Numbers of `N` bytes each.
fn numbers<const N: usize>(text: &str, list: u8) -> Result<Vec<[u8; N]>, LinkError> {
    // Longer ones are refused before they are decoded.
    if text.len() > MOST_POINTS * N * 2 {
        return Err(LinkError::Lengths);
    }
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| LinkError::Damaged(list))?;
    let (numbers, rest) = bytes.as_chunks::<N>();
    match rest.is_empty() {
        true => Ok(numbers.to_vec()),
        false => Err(LinkError::Damaged(list)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::{book, settings};
    use super::super::{DEFAULT_SIZES, PhaseWork, Sample, tune};
    use super::*;
    use crate::units::Span;
    use proptest::prelude::*;

    /// The example of its README-INPUT-OUTPUT.md.
    const EXAMPLE: &str = "https://lambda-power-tuning.show/#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4";

    #[test]
    fn the_example_of_its_documentation_is_read() {
        let points = read_link(EXAMPLE).unwrap();
        let sizes: Vec<u16> = points.iter().map(|it| it.memory).collect();
        assert_eq!(sizes, [128, 256, 512, 1_024, 1_536, 3_008]);
        // "execution time goes from 35s with 128MB to less than 3s with 1.5GB" (its README).
        assert!((points[0].duration - 37_002.4).abs() < 0.1, "{points:?}");
        assert!(points[4].duration < 3_000.0);
        assert!((points[0].cost - 0.000_077_17).abs() < 1e-8, "{points:?}");
    }

    #[test]
    fn a_tuning_is_read_from_its_link() {
        let sample = Sample {
            handler: PhaseWork {
                cpu: Span::from_millis(300),
                waited: Span::from_millis(7),
            },
            ..Sample::default()
        };
        let it = tune(&[sample], &DEFAULT_SIZES, settings(), &book()).unwrap();
        let points = read_link(&link(&it)).unwrap();
        assert_eq!(points.len(), it.points.len());
        for (read, written) in points.iter().zip(&it.points) {
            assert_eq!(u32::from(read.memory), written.memory.get());
            let duration = written.duration.as_millis_f64();
            assert!((f64::from(read.duration) - duration).abs() < duration * 1e-6);
            let cost = written.cost.as_f64();
            assert!((f64::from(read.cost) - cost).abs() < cost * 1e-6);
        }
    }

    #[test]
    fn what_is_wrong_with_a_link_is_said() {
        let cases = [
            ("", LinkError::Parts(0)),
            ("gAA=", LinkError::Parts(1)),
            ("gAA=;!;AAAAAA==", LinkError::Damaged(2)),
            ("gAA=;AAAA;AAAAAA==", LinkError::Damaged(2)),
            (";;", LinkError::Lengths),
            ("gAAAAQ==;AAAAAA==;AAAAAA==", LinkError::Lengths),
            ("AAA=;AAAAAA==;AAAAAA==", LinkError::Number),
            ("gAA=;AADAfw==;AAAAAA==", LinkError::Number),
            ("gAA=;AACAvw==;AAAAAA==", LinkError::Number),
        ];
        for (text, error) in cases {
            assert_eq!(read_link(text), Err(error), "{text}");
            assert!(!error.hint().is_empty());
        }
        let long = format!("{0};{0};{0}", "A".repeat(1 << 20));
        assert_eq!(read_link(&long), Err(LinkError::Lengths));
    }

    proptest! {
        #[test]
        fn whatever_a_text_says_is_points_or_an_error(text in ".{0,200}", lists: [Vec<u8>; 3]) {
            let _ = read_link(&text);
            let lists = lists.map(|it| STANDARD.encode(it)).join(";");
            if let Ok(points) = read_link(&lists) {
                prop_assert!(points.iter().all(|it| it.memory > 0 && it.cost >= 0.0));
            }
        }
    }
}
