//! Sizes of Fargate tasks. A vCPU is 1,024 CPU units, GB are GiB (Fargate pricing page: "GB = 1024^3
//! bytes").

use serde::{Deserialize, Serialize};
use std::fmt;

/// CPU units: 1,024 are one vCPU.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct CpuUnits(u32);

impl CpuUnits {
    /// A number of CPU units; whether a task may have them is for the table of sizes to say.
    pub const fn new(units: u32) -> Self {
        CpuUnits(units)
    }

    /// Whole vCPUs.
    pub const fn from_vcpus(vcpus: u32) -> Self {
        CpuUnits(vcpus.saturating_mul(1_024))
    }

    /// From the millicores of Kubernetes, of which 1,000 are one vCPU; rounded up.
    pub const fn from_millicores(millicores: u32) -> Self {
        CpuUnits((millicores as u64 * 1_024).div_ceil(1_000) as u32)
    }

    /// CPU units.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for CpuUnits {
    /// In vCPUs, without a rounding: `0.25 vCPU`, `16 vCPU`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_024, self.0 % 1_024);
        // A 1,024th has ten decimals.
        let decimals = format!("{:010}", u64::from(rest) * 9_765_625);
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole} vCPU"),
            decimals => write!(f, "{whole}.{decimals} vCPU"),
        }
    }
}

/// The size of a task's disk in GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StorageGib(u32);

impl StorageGib {
    /// A size; whether a task may have it is for the task definition's rules to say.
    pub const fn new(gibibytes: u32) -> Self {
        StorageGib(gibibytes)
    }

    /// Whole GiB.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for StorageGib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} GiB", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_units_are_shown_in_vcpus() {
        assert_eq!(CpuUnits::new(256).to_string(), "0.25 vCPU");
        assert_eq!(CpuUnits::new(1_024).to_string(), "1 vCPU");
        assert_eq!(CpuUnits::from_vcpus(16).to_string(), "16 vCPU");
        assert_eq!(CpuUnits::new(1).to_string(), "0.0009765625 vCPU");
    }
}
