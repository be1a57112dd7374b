//! Seeded numbers: SplitMix64 (Steele, Lea, Flood 2014), whose n-th output follows from the seed and n
//! alone, so that nothing has to be kept to go on. Small, named, and the same everywhere.

use crate::units::splitmix;
use serde::{Deserialize, Serialize};

/// By how much SplitMix64's state grows with each output.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What makes the numbers of one generator different from another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

/// A stream of numbers: for a seed and the name of what they are for always the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    start: u64,
}

impl Numbers {
    /// The numbers of a seed for this purpose: those for one say nothing of those for another.
    pub fn of(seed: Seed, purpose: &str) -> Numbers {
        // FNV-1a: purposes are a few words.
        let name = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| {
            (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3)
        });
        Numbers {
            start: splitmix(seed.0 ^ name),
        }
    }

    /// The `n`-th number, from 0: each of 64 bits is as likely as not.
    pub fn bits(self, n: u64) -> u64 {
        splitmix(self.start.wrapping_add(n.wrapping_mul(STEP)))
    }

    /// The `n`-th number as a fraction: more than 0, at most 1.
    pub fn fraction(self, n: u64) -> f64 {
        // 53 bits are what a double holds.
        ((self.bits(n) >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// The `n`-th number as one of this many, from 0. Each is as likely as the next to one part in 2^64
    /// divided by how many there are.
    pub fn below(self, n: u64, many: u64) -> u64 {
        ((u128::from(self.bits(n)) * u128::from(many)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The first outputs for the seed 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
        let numbers = Numbers { start: 1_234_567 };
        let first: Vec<u64> = (0..5).map(|n| numbers.bits(n)).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn fractions_and_choices_are_spread_evenly() {
        let numbers = Numbers::of(Seed(7), "a test");
        let many = 100_000;
        let mean = (0..many).map(|n| numbers.fraction(n)).sum::<f64>() / many as f64;
        assert!((mean - 0.5).abs() < 0.005, "{mean}");
        let mut counts = [0_u32; 7];
        for n in 0..many {
            let fraction = numbers.fraction(n);
            assert!(fraction > 0.0 && fraction <= 1.0);
            counts[numbers.below(n, 7) as usize] += 1;
        }
        assert!(
            counts.iter().all(|it| it.abs_diff(14_285) < 600),
            "{counts:?}"
        );
    }

    #[test]
    fn purposes_and_seeds_have_numbers_of_their_own() {
        let of = |seed, purpose| Numbers::of(Seed(seed), purpose).bits(0);
        assert_eq!(of(1, "arrivals"), of(1, "arrivals"));
        assert_ne!(of(1, "arrivals"), of(1, "texts"));
        assert_ne!(of(1, "arrivals"), of(2, "arrivals"));
    }
}
