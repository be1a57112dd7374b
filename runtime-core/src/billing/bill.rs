//! Usage on top of a month's earlier usage -> money.
//!
//! A bill is marginal: it says what the usage adds to the month. So the bills of any parts, each on
//! top of the parts before it, add up to the bill of the whole, through tier boundaries and the
//! free tier too.

use super::{BilledInvocation, GbSeconds, Gigabytes, PriceBook, Usage};
use crate::timeline::Architecture;
use crate::units::{Money, UsdPerUnit};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether the account's monthly free tier is taken into account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FreeTier {
    /// It is: the first requests and GB-seconds of the month cost nothing.
    #[default]
    On,
    /// It is not: an account that has used it up elsewhere, or that wants list prices.
    Off,
}

/// What usage costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bill {
    /// At list prices, one line for each price that applies; nothing used, no line.
    pub lines: Vec<BillLine>,
    /// What the free tier takes off.
    pub free_tier: FreeTierEffect,
}

/// A quantity at a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BillLine {
    /// Of what.
    pub subject: BillSubject,
    /// How much.
    pub quantity: BillQuantity,
    /// Dollars for one of it.
    pub price: UsdPerUnit,
    /// Quantity times price.
    pub amount: Money,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum BillSubject {
    /// Started invocations.
    Requests,
    /// Duration times memory.
    Compute {
        /// Prices differ by architecture.
        architecture: Architecture,
        /// Which of the month's tiers, from 1.
        tier: u32,
    },
    /// Memory times the time for which provisioned concurrency is enabled.
    ProvisionedCapacity {
        /// Prices differ by architecture.
        architecture: Architecture,
    },
    /// Duration times memory, on provisioned concurrency.
    ProvisionedDuration {
        /// Prices differ by architecture.
        architecture: Architecture,
    },
    /// Duration times ephemeral storage above the included size.
    EphemeralStorage,
    /// Memory times the time for which its snapshot is kept.
    SnapshotCache,
    /// Memory of restored snapshots.
    SnapshotRestores,
}

impl fmt::Display for BillSubject {
    /// `compute, x86_64, tier 2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BillSubject::Requests => f.write_str("requests"),
            BillSubject::Compute { architecture, tier } => {
                write!(f, "compute, {}", architecture.name())?;
                match tier {
                    1 => Ok(()),
                    tier => write!(f, ", tier {tier}"),
                }
            }
            BillSubject::ProvisionedCapacity { architecture } => {
                write!(f, "provisioned concurrency, {}", architecture.name())
            }
            BillSubject::ProvisionedDuration { architecture } => {
                write!(
                    f,
                    "compute on provisioned concurrency, {}",
                    architecture.name()
                )
            }
            BillSubject::EphemeralStorage => f.write_str("ephemeral storage above 512 MB"),
            BillSubject::SnapshotCache => f.write_str("snapshots kept"),
            BillSubject::SnapshotRestores => f.write_str("snapshots restored"),
        }
    }
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum BillQuantity {
    /// A count.
    Requests(u64),
    /// Memory or storage times billed time.
    GbSeconds(GbSeconds),
    /// Memory.
    Gigabytes(Gigabytes),
}

/// What the free tier covers of a bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FreeTierEffect {
    /// Requests that cost nothing.
    pub requests: u64,
    /// GB-seconds that cost nothing.
    pub compute: GbSeconds,
    /// Taken off the price of requests: zero or below.
    pub requests_amount: Money,
    /// Taken off the price of compute: zero or below.
    pub compute_amount: Money,
}

/// The bill of `usage` in a month in which `month_to_date` was used before.
pub fn bill(book: &PriceBook, usage: &Usage, month_to_date: &Usage, free_tier: FreeTier) -> Bill {
    let after = *month_to_date + *usage;
    let mut lines = Vec::new();
    if usage.requests > 0 {
        let price = book.request.value;
        lines.push(BillLine {
            subject: BillSubject::Requests,
            quantity: BillQuantity::Requests(usage.requests),
            price,
            amount: price.times(usage.requests),
        });
    }
    for architecture in [Architecture::X86_64, Architecture::Arm64] {
        let (from, to) = (
            month_to_date.compute(architecture),
            after.compute(architecture),
        );
        for (tier, number) in book.tiers(architecture).iter().zip(1..) {
            let subject = BillSubject::Compute {
                architecture,
                tier: number,
            };
            lines.extend(BillLine::of_gb_seconds(
                subject,
                tier.part(from, to),
                tier.price.value,
            ));
        }
    }
    for architecture in [Architecture::X86_64, Architecture::Arm64] {
        let prices = book.provisioned(architecture);
        lines.extend(BillLine::of_gb_seconds(
            BillSubject::ProvisionedCapacity { architecture },
            usage.provisioned_capacity.on(architecture),
            prices.capacity.value,
        ));
        lines.extend(BillLine::of_gb_seconds(
            BillSubject::ProvisionedDuration { architecture },
            usage.provisioned_duration.on(architecture),
            prices.duration.value,
        ));
    }
    lines.extend(BillLine::of_gb_seconds(
        BillSubject::EphemeralStorage,
        usage.ephemeral_storage,
        book.ephemeral_storage.value,
    ));
    lines.extend(BillLine::of_gb_seconds(
        BillSubject::SnapshotCache,
        usage.snapshot_cache,
        book.snapshot_cache.value,
    ));
    if usage.snapshot_restores > Gigabytes::ZERO {
        let price = book.snapshot_restore.value;
        lines.push(BillLine {
            subject: BillSubject::SnapshotRestores,
            quantity: BillQuantity::Gigabytes(usage.snapshot_restores),
            price,
            amount: usage.snapshot_restores.at(price),
        });
    }
    let free_tier = match free_tier {
        FreeTier::Off => FreeTierEffect::default(),
        FreeTier::On => covered(book, &after).minus(covered(book, month_to_date)),
    };
    Bill { lines, free_tier }
}

/// The bill of a month with nothing but so many invocations, each the same.
pub fn month(
    book: &PriceBook,
    requests: u64,
    each: &BilledInvocation,
    free_tier: FreeTier,
) -> Bill {
    let usage = each.usage(book).times(requests);
    bill(book, &usage, &Usage::default(), free_tier)
}

/// What the free tier covers of a whole month's usage. Ephemeral storage, snapshots and provisioned
/// concurrency are no part of it; its requests are for all requests, as AWS's own example of provisioned
/// concurrency counts them.
///
/// Its GB-seconds count for both architectures together (AWS Lambda pricing page). AWS does not
/// say which of the two it takes them from: x86_64 first, the dearer one, is a model choice. It is
/// the month's first usage, so it is worth the price of the first tier.
fn covered(book: &PriceBook, used: &Usage) -> FreeTierEffect {
    let requests = used.requests.min(book.free_requests.value);
    let x86_64 = used.x86_64.min(book.free_compute.value);
    let arm64 = used.arm64.min(book.free_compute.value - x86_64);
    FreeTierEffect {
        requests,
        compute: x86_64 + arm64,
        requests_amount: Money::ZERO - book.request.value.times(requests),
        compute_amount: Money::ZERO
            - book.compute(Architecture::X86_64, x86_64)
            - book.compute(Architecture::Arm64, arm64),
    }
}

impl FreeTierEffect {
    /// What the free tier takes off altogether: zero or below.
    pub fn amount(&self) -> Money {
        self.requests_amount + self.compute_amount
    }

    fn minus(self, before: FreeTierEffect) -> FreeTierEffect {
        FreeTierEffect {
            requests: self.requests.saturating_sub(before.requests),
            compute: self.compute - before.compute,
            requests_amount: self.requests_amount - before.requests_amount,
            compute_amount: self.compute_amount - before.compute_amount,
        }
    }
}

impl BillLine {
    fn of_gb_seconds(subject: BillSubject, quantity: GbSeconds, price: UsdPerUnit) -> Option<Self> {
        (quantity > GbSeconds::ZERO).then(|| BillLine {
            subject,
            quantity: BillQuantity::GbSeconds(quantity),
            price,
            amount: quantity.at(price),
        })
    }
}

impl Bill {
    /// Requests, what the free tier takes off included.
    pub fn requests(&self) -> Money {
        let listed = self.sum(|subject| matches!(subject, BillSubject::Requests));
        listed + self.free_tier.requests_amount
    }

    /// Compute of both architectures on demand, what the free tier takes off included.
    pub fn compute(&self) -> Money {
        let listed = self.sum(|subject| matches!(subject, BillSubject::Compute { .. }));
        listed + self.free_tier.compute_amount
    }

    /// Provisioned concurrency: what it costs while it is enabled, and what ran on it.
    pub fn provisioned(&self) -> Money {
        self.sum(|subject| {
            matches!(
                subject,
                BillSubject::ProvisionedCapacity { .. } | BillSubject::ProvisionedDuration { .. }
            )
        })
    }

    /// Ephemeral storage.
    pub fn ephemeral_storage(&self) -> Money {
        self.sum(|subject| matches!(subject, BillSubject::EphemeralStorage))
    }

    /// Keeping and restoring snapshots.
    pub fn snap_start(&self) -> Money {
        self.sum(|subject| {
            matches!(
                subject,
                BillSubject::SnapshotCache | BillSubject::SnapshotRestores
            )
        })
    }

    /// At list prices, the free tier left aside.
    pub fn before_free_tier(&self) -> Money {
        self.sum(|_| true)
    }

    /// What is to be paid.
    pub fn total(&self) -> Money {
        self.before_free_tier() + self.free_tier.amount()
    }

    fn sum(&self, wanted: impl Fn(BillSubject) -> bool) -> Money {
        self.lines
            .iter()
            .filter(|line| wanted(line.subject))
            .map(|line| line.amount)
            .sum()
    }
}
