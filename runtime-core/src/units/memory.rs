//! Memory. In Lambda a MB is 1,024 KB (Lambda quotas page).

use super::decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A function's memory setting, in MB of 1,048,576 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MemoryMb(u32);

/// A number of bytes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ByteCount(u64);

impl MemoryMb {
    /// A memory size; whether a function may have it is for the function's settings to say.
    pub const fn new(megabytes: u32) -> Self {
        MemoryMb(megabytes)
    }

    /// Whole MB.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The same in bytes.
    pub const fn bytes(self) -> ByteCount {
        ByteCount(self.0 as u64 * 1_048_576)
    }

    /// The same in WebAssembly pages of 64 KiB.
    pub const fn wasm_pages(self) -> u64 {
        self.0 as u64 * 16
    }
}

impl fmt::Display for MemoryMb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB", self.0)
    }
}

impl ByteCount {
    /// No bytes.
    pub const ZERO: ByteCount = ByteCount(0);

    /// A number of bytes.
    pub const fn new(bytes: u64) -> Self {
        ByteCount(bytes)
    }

    /// Whole bytes.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// MB of 1,048,576 bytes, rounded up: how REPORT shows used memory.
    pub const fn megabytes_ceil(self) -> u64 {
        self.0.div_ceil(1_048_576)
    }
}

impl From<usize> for ByteCount {
    fn from(bytes: usize) -> Self {
        ByteCount(bytes as u64)
    }
}

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes @ 0..1_024 => write!(f, "{bytes} B"),
            bytes @ 1_024..1_048_576 => write!(f, "{} KB", Decimal::tenths(bytes, 1_024)),
            bytes => write!(f, "{} MB", Decimal::tenths(bytes, 1_048_576)),
        }
    }
}
