//! Exact amounts of what is billed.

use crate::timeline::Architecture;
use crate::units::{MemoryMb, Money, Span, UsdPerUnit};
use serde::{Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// MB·ms in a GB-second: 1,024 MB for 1,000 ms.
const MB_MILLIS: u128 = 1_024_000;

/// An amount of GB-seconds: memory (or ephemeral storage) times billed time. Kept as whole MB·ms,
/// so sums are exact; [`GbSeconds::decimal`] rounds for display.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GbSeconds(u128);

/// An amount of memory, whole MB: what snapshots are restored into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gigabytes(u64);

/// GB-seconds on either architecture: their prices differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerArchitecture {
    /// On x86_64.
    pub x86_64: GbSeconds,
    /// On arm64.
    pub arm64: GbSeconds,
}

/// What was used in a month or a part of it. Additive: the order of the parts does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Started invocations; refused requests are not among them.
    pub requests: u64,
    /// GB-seconds of functions on x86_64.
    #[serde(rename = "x86_64")]
    pub x86_64: GbSeconds,
    /// GB-seconds of functions on arm64.
    pub arm64: GbSeconds,
    /// GB-seconds for which provisioned concurrency was enabled.
    pub provisioned_capacity: PerArchitecture,
    /// GB-seconds of invocations on provisioned concurrency. They are not among the others.
    pub provisioned_duration: PerArchitecture,
    /// GB-seconds of ephemeral storage above the size that costs nothing.
    pub ephemeral_storage: GbSeconds,
    /// GB-seconds for which snapshots are kept.
    pub snapshot_cache: GbSeconds,
    /// Memory of the functions whose snapshots were restored, once for each time.
    pub snapshot_restores: Gigabytes,
}

/// How much of `one` an amount is, with `decimals` places, rounded half up: thirteen at most.
pub(super) fn decimal(amount: u128, one: u128, decimals: u32) -> String {
    let decimals = decimals.min(13);
    let scale = 10u128.pow(decimals);
    let (mut whole, rest) = (amount / one, amount % one);
    let mut fraction = (rest * scale * 2 + one) / (one * 2);
    if fraction == scale {
        (whole, fraction) = (whole + 1, 0);
    }
    match decimals as usize {
        0 => whole.to_string(),
        width => format!("{whole}.{fraction:0width$}"),
    }
}

impl Gigabytes {
    /// None at all.
    pub const ZERO: Gigabytes = Gigabytes(0);

    /// So much memory, so many times.
    pub const fn of(memory: MemoryMb, times: u64) -> Self {
        Gigabytes((memory.get() as u64).saturating_mul(times))
    }

    /// What it costs at a price per GB.
    pub fn at(self, price: UsdPerUnit) -> Money {
        self.as_gb_seconds().at(price)
    }

    /// GB with `decimals` places, rounded half up. Thirteen are always exact.
    pub fn decimal(self, decimals: u32) -> String {
        self.as_gb_seconds().decimal(decimals)
    }

    /// `n` times as much.
    pub const fn times(self, n: u64) -> Self {
        Gigabytes(self.0.saturating_mul(n))
    }

    /// As many GB-seconds as it has GB.
    const fn as_gb_seconds(self) -> GbSeconds {
        GbSeconds(self.0 as u128 * 1_000)
    }
}

impl fmt::Display for Gigabytes {
    /// The exact amount, without trailing zeros: `0.125`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_gb_seconds().fmt(f)
    }
}

impl Serialize for Gigabytes {
    /// The exact amount as a decimal text: a number would be rounded by its reader.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add for Gigabytes {
    type Output = Gigabytes;
    fn add(self, other: Gigabytes) -> Gigabytes {
        Gigabytes(self.0.saturating_add(other.0))
    }
}

impl GbSeconds {
    /// None at all.
    pub const ZERO: GbSeconds = GbSeconds(0);

    /// So much memory for so long, rounded up to whole milliseconds.
    pub fn of(memory: MemoryMb, time: Span) -> Self {
        GbSeconds(u128::from(memory.get()) * u128::from(time.billed_millis()))
    }

    /// Whole GB-seconds, the unit of tiers and of the free tier.
    pub const fn whole(gb_seconds: u64) -> Self {
        GbSeconds(gb_seconds as u128 * MB_MILLIS)
    }

    /// What it costs at a price per GB-second.
    pub fn at(self, price: UsdPerUnit) -> Money {
        price.times_mb_millis(self.0)
    }

    /// `n` times as much.
    pub const fn times(self, n: u64) -> Self {
        GbSeconds(self.0.saturating_mul(n as u128))
    }

    /// GB-seconds with `decimals` places, rounded half up. Thirteen are always exact.
    pub fn decimal(self, decimals: u32) -> String {
        decimal(self.0, MB_MILLIS, decimals)
    }
}

impl fmt::Display for GbSeconds {
    /// The exact amount, without trailing zeros: `0.351`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.decimal(13);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for GbSeconds {
    /// The exact amount as a decimal text: a number would be rounded by its reader.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Add for GbSeconds {
    type Output = GbSeconds;
    fn add(self, other: GbSeconds) -> GbSeconds {
        GbSeconds(self.0.saturating_add(other.0))
    }
}

impl Sub for GbSeconds {
    type Output = GbSeconds;
    /// The difference, or zero.
    fn sub(self, other: GbSeconds) -> GbSeconds {
        GbSeconds(self.0.saturating_sub(other.0))
    }
}

impl PerArchitecture {
    /// So much on one architecture, nothing on the other.
    pub const fn only(architecture: Architecture, amount: GbSeconds) -> Self {
        match architecture {
            Architecture::X86_64 => PerArchitecture {
                x86_64: amount,
                arm64: GbSeconds::ZERO,
            },
            Architecture::Arm64 => PerArchitecture {
                x86_64: GbSeconds::ZERO,
                arm64: amount,
            },
        }
    }

    /// On this architecture.
    pub const fn on(self, architecture: Architecture) -> GbSeconds {
        match architecture {
            Architecture::X86_64 => self.x86_64,
            Architecture::Arm64 => self.arm64,
        }
    }

    /// `n` times as much.
    pub const fn times(self, n: u64) -> Self {
        PerArchitecture {
            x86_64: self.x86_64.times(n),
            arm64: self.arm64.times(n),
        }
    }
}

impl Add for PerArchitecture {
    type Output = PerArchitecture;
    fn add(self, other: PerArchitecture) -> PerArchitecture {
        PerArchitecture {
            x86_64: self.x86_64 + other.x86_64,
            arm64: self.arm64 + other.arm64,
        }
    }
}

impl Usage {
    /// GB-seconds of functions on this architecture.
    pub const fn compute(&self, architecture: Architecture) -> GbSeconds {
        match architecture {
            Architecture::X86_64 => self.x86_64,
            Architecture::Arm64 => self.arm64,
        }
    }

    /// `n` times as much of everything.
    pub const fn times(self, n: u64) -> Usage {
        Usage {
            requests: self.requests.saturating_mul(n),
            x86_64: self.x86_64.times(n),
            arm64: self.arm64.times(n),
            provisioned_capacity: self.provisioned_capacity.times(n),
            provisioned_duration: self.provisioned_duration.times(n),
            ephemeral_storage: self.ephemeral_storage.times(n),
            snapshot_cache: self.snapshot_cache.times(n),
            snapshot_restores: self.snapshot_restores.times(n),
        }
    }
}

impl Add for Usage {
    type Output = Usage;
    fn add(self, other: Usage) -> Usage {
        Usage {
            requests: self.requests.saturating_add(other.requests),
            x86_64: self.x86_64 + other.x86_64,
            arm64: self.arm64 + other.arm64,
            provisioned_capacity: self.provisioned_capacity + other.provisioned_capacity,
            provisioned_duration: self.provisioned_duration + other.provisioned_duration,
            ephemeral_storage: self.ephemeral_storage + other.ephemeral_storage,
            snapshot_cache: self.snapshot_cache + other.snapshot_cache,
            snapshot_restores: self.snapshot_restores + other.snapshot_restores,
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Usage) {
        *self = *self + other;
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Usage>>(parts: I) -> Usage {
        parts.fold(Usage::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gb_seconds_are_shown_exactly() {
        let shown = |megabytes, millis| {
            GbSeconds::of(MemoryMb::new(megabytes), Span::from_millis(millis)).to_string()
        };
        assert_eq!(shown(1_024, 351), "0.351");
        assert_eq!(shown(128, 1), "0.000125");
        assert_eq!(shown(129, 1), "0.0001259765625");
        assert_eq!(shown(1_024, 0), "0");
        assert_eq!(GbSeconds::whole(400_000).to_string(), "400000");
    }

    #[test]
    fn rounding_for_display_carries() {
        let almost_one = GbSeconds::of(MemoryMb::new(1_024), Span::from_millis(999));
        assert_eq!(almost_one.decimal(2), "1.00");
        assert_eq!(almost_one.decimal(3), "0.999");
        assert_eq!(almost_one.decimal(0), "1");
    }
}
