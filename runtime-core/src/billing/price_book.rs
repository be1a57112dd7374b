//! The figures of one region at one date.

use super::GbSeconds;
use crate::timeline::Architecture;
use crate::units::{MemoryMb, Money, UsdPerUnit};
use serde::{Deserialize, Serialize};

/// What Lambda costs in one region, as published at one date. Made by [`PriceBook::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceBook {
    /// AWS's code of the region: `us-east-1`.
    pub region: String,
    /// The region's name: `US East (N. Virginia)`.
    pub region_name: String,
    /// When the figures were put together, `YYYY-MM-DD`.
    pub date: String,
    /// Dollars for one request.
    pub request: Figure<UsdPerUnit>,
    /// Dollars for one GB-second of ephemeral storage above the included size.
    pub ephemeral_storage: Figure<UsdPerUnit>,
    /// The size of `/tmp` that costs nothing.
    pub included_storage: Figure<MemoryMb>,
    /// Dollars for one GB-second for which a snapshot is kept.
    pub snapshot_cache: Figure<UsdPerUnit>,
    /// Dollars for one GB of memory that is restored from a snapshot.
    pub snapshot_restore: Figure<UsdPerUnit>,
    /// Provisioned concurrency on x86_64.
    pub provisioned_x86_64: ProvisionedPrices,
    /// Provisioned concurrency on arm64.
    pub provisioned_arm64: ProvisionedPrices,
    /// Requests that cost nothing, a month.
    pub free_requests: Figure<u64>,
    /// GB-seconds that cost nothing, a month, both architectures together.
    pub free_compute: Figure<GbSeconds>,
    pub(super) x86_64: Vec<Tier>,
    pub(super) arm64: Vec<Tier>,
}

/// What provisioned concurrency costs on one architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionedPrices {
    /// Dollars for one GB-second for which it is enabled.
    pub capacity: Figure<UsdPerUnit>,
    /// Dollars for one GB-second of invocations that it has.
    pub duration: Figure<UsdPerUnit>,
}

/// A published figure and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<T> {
    /// The figure.
    pub value: T,
    /// Where it was read.
    pub source: Source,
}

/// A page and the day on which it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The page's name.
    pub page: String,
    /// Its address.
    pub url: String,
    /// When it was read, `YYYY-MM-DD`.
    pub read: String,
    /// What a reader should know about that copy; may be empty.
    pub note: String,
    /// How much weight it has.
    pub standing: Standing,
}

/// How much weight a source has.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// AWS's own page or price list, or a copy of it.
    #[default]
    Published,
    /// Somebody else says so, or AWS did some time ago.
    Reported,
    /// Nobody whom we could read says so: it is made of another region's figures, as the note tells.
    Assumed,
}

/// The price of a month's GB-seconds from one amount to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Where the tier begins.
    pub from: GbSeconds,
    /// Where it ends; the last one does not.
    pub to: Option<GbSeconds>,
    /// Dollars for one GB-second.
    pub price: Figure<UsdPerUnit>,
}

impl PriceBook {
    /// The tiers of an architecture: never empty, in order, without gaps, the last one endless.
    pub fn tiers(&self, architecture: Architecture) -> &[Tier] {
        match architecture {
            Architecture::X86_64 => &self.x86_64,
            Architecture::Arm64 => &self.arm64,
        }
    }

    /// Provisioned concurrency on an architecture.
    pub const fn provisioned(&self, architecture: Architecture) -> &ProvisionedPrices {
        match architecture {
            Architecture::X86_64 => &self.provisioned_x86_64,
            Architecture::Arm64 => &self.provisioned_arm64,
        }
    }

    /// The price of the next GB-second after so much usage in the month.
    pub fn price_after(&self, architecture: Architecture, used: GbSeconds) -> UsdPerUnit {
        let tiers = self.tiers(architecture);
        tiers
            .iter()
            .find(|tier| tier.to.is_none_or(|to| used < to))
            .or(tiers.last())
            .map_or(UsdPerUnit::FREE, |tier| tier.price.value)
    }

    /// What a month's first `used` GB-seconds cost, tier by tier.
    pub(super) fn compute(&self, architecture: Architecture, used: GbSeconds) -> Money {
        self.tiers(architecture)
            .iter()
            .map(|tier| tier.part(GbSeconds::ZERO, used).at(tier.price.value))
            .sum()
    }
}

impl Tier {
    /// How much of the usage between two amounts of a month lies in this tier.
    pub(super) fn part(&self, before: GbSeconds, after: GbSeconds) -> GbSeconds {
        let end = self.to.map_or(after, |to| to.min(after));
        end - before.max(self.from)
    }
}
