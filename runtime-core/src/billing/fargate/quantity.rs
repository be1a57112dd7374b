//! Exact amounts of what is billed by the hour, in whole seconds.

use crate::billing::quantity::decimal;
use crate::units::{CpuUnits, MemoryMb, Money, Span, StorageGib, UsdPerUnit};
use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::{Add, AddAssign};

/// Seconds of CPU units in a vCPU-hour, of MiB in a GB-hour, of 1,024ths in an hour.
const UNIT_SECONDS: u128 = 1_024 * 3_600;

macro_rules! hours {
    ($($(#[$doc:meta])* $name:ident),*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(u128);

            impl $name {
                /// None at all.
                pub const ZERO: Self = $name(0);

                /// What it costs at a price for one of it.
                pub fn at(self, price: UsdPerUnit) -> Money {
                    price.times_unit_seconds(self.0)
                }

                /// `n` times as much.
                pub const fn times(self, n: u64) -> Self {
                    $name(self.0.saturating_mul(n as u128))
                }

                /// With `decimals` places, rounded half up: a second is no decimal of an hour.
                pub fn decimal(self, decimals: u32) -> String {
                    decimal(self.0, UNIT_SECONDS, decimals)
                }
            }

            impl fmt::Display for $name {
                /// To ten places, as AWS's usage reports have it, without trailing zeros.
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let text = self.decimal(10);
                    f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
                }
            }

            impl Serialize for $name {
                /// As a decimal text: a number would be rounded by its reader.
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl Add for $name {
                type Output = Self;
                fn add(self, other: Self) -> Self {
                    $name(self.0.saturating_add(other.0))
                }
            }

            impl AddAssign for $name {
                fn add_assign(&mut self, other: Self) {
                    *self = *self + other;
                }
            }
        )*
    };
}

hours! {
    /// CPU of tasks times billed time, kept as seconds of CPU units.
    VcpuHours,
    /// Memory or ephemeral storage of tasks times billed time, kept as seconds of MiB: GB are GiB here
    /// (AWS Fargate pricing: "on this page GB = 1024^3 bytes").
    GbHours,
    /// Billed time of what has no size, kept as seconds.
    Hours
}

impl VcpuHours {
    /// So much CPU for so long, rounded up to whole seconds.
    pub fn of(cpu: CpuUnits, time: Span) -> Self {
        VcpuHours(u128::from(cpu.get()) * seconds(time))
    }
}

impl GbHours {
    /// So much memory for so long, rounded up to whole seconds.
    pub fn of(memory: MemoryMb, time: Span) -> Self {
        GbHours(u128::from(memory.get()) * seconds(time))
    }

    /// So much storage for so long, rounded up to whole seconds.
    pub fn of_storage(storage: StorageGib, time: Span) -> Self {
        GbHours(u128::from(storage.get()) * 1_024 * seconds(time))
    }
}

impl Hours {
    /// So long, rounded up to whole seconds.
    pub fn of(time: Span) -> Self {
        Hours(1_024 * seconds(time))
    }
}

fn seconds(time: Span) -> u128 {
    u128::from(time.as_nanos().div_ceil(1_000_000_000))
}
