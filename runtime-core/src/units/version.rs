//! Versions of a function.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU32;

/// `$LATEST`, or a version that was published and does not change any more. In a file it is a
/// number, 0 for `$LATEST`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "u32", into = "u32")]
pub enum Version {
    /// What can be changed.
    #[default]
    Latest,
    /// The first is 1.
    Published(NonZeroU32),
}

impl Version {
    /// Whether it is `$LATEST`.
    pub const fn is_latest(&self) -> bool {
        matches!(self, Version::Latest)
    }

    /// From what AWS writes: `$LATEST`, or a number without leading zeros.
    pub fn parse(text: &str) -> Option<Version> {
        if text == "$LATEST" {
            return Some(Version::Latest);
        }
        let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten()?;
        Some(Version::Published(number))
    }
}

impl From<u32> for Version {
    fn from(number: u32) -> Self {
        NonZeroU32::new(number).map_or(Version::Latest, Version::Published)
    }
}

impl From<Version> for u32 {
    fn from(version: Version) -> u32 {
        match version {
            Version::Latest => 0,
            Version::Published(number) => number.get(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Latest => f.write_str("$LATEST"),
            Version::Published(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_as_aws_writes_them() {
        assert_eq!(Version::parse("$LATEST"), Some(Version::Latest));
        assert_eq!(Version::parse("7"), Some(Version::from(7)));
        assert_eq!(Version::from(7).to_string(), "7");
        for nonsense in ["", "0", "07", "+7", "live", "$latest", "99999999999"] {
            assert_eq!(Version::parse(nonsense), None, "{nonsense}");
        }
    }
}
