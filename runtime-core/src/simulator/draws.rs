//! Seeded numbers, spread as distributions need them.

use crate::generator::Numbers;
use crate::units::splitmix;
use std::sync::LazyLock;

/// Where the ziggurat's lowest layer goes over into the tail, for 256 layers (same paper, as the next one).
const TAIL: f64 = 7.697_117_470_131_05;
/// The area of each layer.
const LAYER: f64 = 3.949_659_822_581_557e-3;

static ZIGGURAT: LazyLock<Ziggurat> = LazyLock::new(Ziggurat::new);

/// Layers of equal area that lie over the curve `exp(-x)`.
struct Ziggurat {
    /// Where each layer ends, from the lowest and widest one; the last is 0.
    edges: [f64; 257],
}

impl Ziggurat {
    fn new() -> Self {
        let mut edges = [0.0; 257];
        let mut edge = TAIL;
        for (layer, place) in edges.iter_mut().take(256).enumerate() {
            match layer {
                // As wide as a box with the area of base and tail.
                0 => *place = LAYER / libm::exp(-TAIL),
                1 => *place = TAIL,
                _ => {
                    edge = -libm::log(LAYER / edge + libm::exp(-edge));
                    *place = edge;
                }
            }
        }
        Ziggurat { edges }
    }
}

/// Numbers that belong to one draw, as many as it needs. The first is the stream's own number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    next: u64,
}

impl Draws {
    /// Those of the `n`-th draw of a stream.
    pub(super) fn of(numbers: Numbers, n: u64) -> Draws {
        Draws {
            next: numbers.bits(n),
        }
    }

    /// 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        let bits = self.next;
        self.next = splitmix(bits);
        bits
    }

    /// More than 0, at most 1.
    pub(super) fn fraction(&mut self) -> f64 {
        // 53 bits are what a double holds.
        double((self.bits() >> 11) + 1) / double(1 << 53)
    }

    /// One of this many, from 0.
    pub(super) fn below(&mut self, many: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(many)) >> 64) as u64
    }

    /// Exponential with mean 1 (Marsaglia and Tsang 2000, "The ziggurat method").
    #[inline]
    pub(super) fn exponential(&mut self) -> f64 {
        let ziggurat = &*ZIGGURAT;
        loop {
            let bits = self.bits();
            let layer = (bits & 0xff) as usize;
            // The layer has the lowest bits and the place in it the highest ones.
            let place = double(bits >> 11) / double(1 << 53);
            let (Some(wide), Some(narrow)) =
                (ziggurat.edges.get(layer), ziggurat.edges.get(layer + 1))
            else {
                continue;
            };
            let x = place * wide;
            if x < *narrow {
                return x;
            }
            if layer == 0 {
                return TAIL - libm::log(self.fraction());
            }
            let height = libm::exp(-wide);
            if height + (libm::exp(-narrow) - height) * self.fraction() < libm::exp(-x) {
                return x;
            }
        }
    }

    /// Normal with mean 0 and deviation 1 (Marsaglia's polar method).
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.fraction() - 1.0, 2.0 * self.fraction() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }
}

/// A number of at most 54 bits. Processors turn signed numbers into doubles in one step.
#[inline]
fn double(bits: u64) -> f64 {
    bits.cast_signed() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Seed;

    const MANY: u64 = 200_000;

    fn moments(draw: impl Fn(&mut Draws) -> f64) -> (f64, f64) {
        let numbers = Numbers::of(Seed(11), "a test");
        let drawn = || (0..MANY).map(|n| draw(&mut Draws::of(numbers, n)));
        let mean = drawn().sum::<f64>() / MANY as f64;
        let variance = drawn().map(|it| (it - mean) * (it - mean)).sum::<f64>() / MANY as f64;
        (mean, variance)
    }

    #[test]
    fn exponential_numbers_have_mean_and_variance_one() {
        let (mean, variance) = moments(Draws::exponential);
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
        let numbers = Numbers::of(Seed(12), "a test");
        let beyond = (0..MANY)
            .filter(|n| Draws::of(numbers, *n).exponential() > 3.0)
            .count();
        let share = beyond as f64 / MANY as f64;
        assert!((share - libm::exp(-3.0)).abs() < 0.002, "{share}");
    }

    /// Kolmogorov and Smirnov's distance to the distribution function, over all of its range.
    #[test]
    fn exponential_numbers_follow_their_distribution() {
        let numbers = Numbers::of(Seed(13), "a test");
        let mut all: Vec<f64> = (0..MANY)
            .map(|n| Draws::of(numbers, n).exponential())
            .collect();
        all.sort_by(f64::total_cmp);
        let distance = all.iter().enumerate().map(|(n, x)| {
            let below = 1.0 - libm::exp(-x);
            (below - n as f64 / MANY as f64).abs()
        });
        let distance = distance.fold(0.0, f64::max);
        // 1.63 / sqrt(n) is passed by one in a hundred.
        assert!(distance < 1.63 / (MANY as f64).sqrt(), "{distance}");
        let tail = all.iter().filter(|x| **x > TAIL).count() as f64;
        let wanted = MANY as f64 * libm::exp(-TAIL);
        assert!(
            (tail - wanted).abs() < 4.0 * wanted.sqrt(),
            "{tail} {wanted}"
        );
    }

    #[test]
    fn the_layers_end_at_the_top() {
        let edges = ZIGGURAT.edges;
        assert!(edges.windows(2).all(|pair| pair[0] > pair[1]));
        // The last layer reaches the curve's highest point: its area is the others'.
        let (last, height) = (edges[255], 1.0 - libm::exp(-edges[255]));
        assert!((last * height - LAYER).abs() < 1e-9, "{}", last * height);
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let (mean, variance) = moments(Draws::normal);
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
    }

    #[test]
    fn numbers_of_one_draw_are_not_alike() {
        let mut draws = Draws::of(Numbers::of(Seed(1), "a test"), 0);
        let first: Vec<u64> = (0..100).map(|_| draws.bits()).collect();
        let distinct: std::collections::BTreeSet<_> = first.iter().collect();
        assert_eq!(distinct.len(), first.len());
        assert!(
            first
                .iter()
                .map(|it| it.count_ones())
                .sum::<u32>()
                .abs_diff(3_200)
                < 200
        );
    }
}
