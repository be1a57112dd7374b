//! Identities: small numbers in order of creation, shown as AWS shows them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A configured function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FunctionId(pub u32);

/// An execution environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvironmentId(pub u32);

/// One unit of work that was sent to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u64);

/// Bytes in the timeline's side table: an event, a response, a piece of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayloadId(pub u32);

/// A deployment package: what was uploaded, unchanged. A new upload is a new package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackageId(pub u32);

/// What makes the request ids of one session different from another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionSeed(pub u64);

impl fmt::Display for EnvironmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e-{:02}", self.0)
    }
}

impl RequestId {
    /// The id as AWS shows it, a version 4 UUID. It is a function of the session's seed and the
    /// request's number, so a replay shows the same ids.
    pub fn uuid(self, seed: SessionSeed) -> String {
        let high = splitmix(seed.0 ^ self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let low = splitmix(high ^ self.0);
        let high = (high & !0xf000) | 0x4000;
        let low = (low & !(0b11 << 62)) | (0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads a counter over all bits.
fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_look_like_version_4_uuids_and_differ() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..10 {
            for number in 0..1_000 {
                let uuid = RequestId(number).uuid(SessionSeed(seed));
                assert_eq!(uuid.len(), 36);
                assert_eq!(uuid.as_bytes()[14], b'4');
                assert!(b"89ab".contains(&uuid.as_bytes()[19]));
                assert!(seen.insert(uuid));
            }
        }
    }
}
