//! Usage of tasks -> money. No price depends on what was used before, so the bills of any parts add up to the
//! bill of the whole.

use super::{FargatePrices, FargateUsage, GbHours, Hours, TaskRate, VcpuHours};
use crate::timeline::{Architecture, CapacityProvider};
use crate::units::{Money, UsdPerUnit};
use serde::Serialize;
use std::fmt;

/// What tasks cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FargateBill {
    /// One line for each price that applies; nothing used, no line.
    pub lines: Vec<FargateBillLine>,
}

/// A quantity at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FargateBillLine {
    /// Of what.
    pub subject: FargateSubject,
    /// How much.
    pub quantity: FargateQuantity,
    /// Dollars for one of it.
    pub price: UsdPerUnit,
    /// Quantity times price.
    pub amount: Money,
}

/// What a line is about. `Display` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FargateSubject {
    /// CPU of tasks.
    Cpu {
        /// By which prices.
        rate: TaskRate,
    },
    /// Memory of tasks.
    Memory {
        /// By which prices.
        rate: TaskRate,
    },
    /// The licence of Windows, by CPU.
    WindowsLicence,
    /// Storage above the included size.
    EphemeralStorage,
    /// Public addresses of tasks.
    PublicIpv4,
    /// Control planes of EKS.
    EksCluster,
}

/// How much of it. `Display` says it with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FargateQuantity {
    /// CPU times billed time.
    VcpuHours(VcpuHours),
    /// Memory or storage times billed time.
    GbHours(GbHours),
    /// Time.
    Hours(Hours),
}

/// The bill of `usage`.
pub fn bill_tasks(prices: &FargatePrices, usage: &FargateUsage) -> FargateBill {
    let mut bill = FargateBill::default();
    for rate in TaskRate::ALL {
        let (used, at) = (usage.compute(rate), prices.tasks(rate));
        let cpu = FargateQuantity::VcpuHours(used.cpu);
        bill.add(FargateSubject::Cpu { rate }, cpu, at.cpu.value);
        if rate == TaskRate::Windows {
            let price = prices.windows_licence.value;
            bill.add(FargateSubject::WindowsLicence, cpu, price);
        }
        let memory = FargateQuantity::GbHours(used.memory);
        bill.add(FargateSubject::Memory { rate }, memory, at.memory.value);
    }
    bill.add(
        FargateSubject::EphemeralStorage,
        FargateQuantity::GbHours(usage.ephemeral_storage),
        prices.ephemeral_storage.value,
    );
    bill.add(
        FargateSubject::PublicIpv4,
        FargateQuantity::Hours(usage.public_ipv4),
        prices.public_ipv4.value,
    );
    bill.add(
        FargateSubject::EksCluster,
        FargateQuantity::Hours(usage.eks_clusters),
        prices.eks_cluster.value,
    );
    bill
}

impl FargateBill {
    /// What is to be paid.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    fn add(&mut self, subject: FargateSubject, quantity: FargateQuantity, price: UsdPerUnit) {
        if !quantity.is_zero() {
            self.lines.push(FargateBillLine {
                subject,
                quantity,
                price,
                amount: quantity.at(price),
            });
        }
    }
}

impl FargateQuantity {
    fn is_zero(self) -> bool {
        match self {
            Self::VcpuHours(amount) => amount == VcpuHours::ZERO,
            Self::GbHours(amount) => amount == GbHours::ZERO,
            Self::Hours(amount) => amount == Hours::ZERO,
        }
    }

    fn at(self, price: UsdPerUnit) -> Money {
        match self {
            Self::VcpuHours(amount) => amount.at(price),
            Self::GbHours(amount) => amount.at(price),
            Self::Hours(amount) => amount.at(price),
        }
    }
}

impl fmt::Display for FargateQuantity {
    /// `25 vCPU-h`, `50 GB-h`, `3.5 h`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VcpuHours(amount) => write!(f, "{amount} vCPU-h"),
            Self::GbHours(amount) => write!(f, "{amount} GB-h"),
            Self::Hours(amount) => write!(f, "{amount} h"),
        }
    }
}

impl fmt::Display for FargateSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu { rate } => write!(f, "vCPU, {rate}"),
            Self::Memory { rate } => write!(f, "memory, {rate}"),
            Self::WindowsLicence => f.write_str("Windows licence"),
            Self::EphemeralStorage => f.write_str("ephemeral storage above 20 GB"),
            Self::PublicIpv4 => f.write_str("public IPv4 addresses"),
            Self::EksCluster => f.write_str("EKS cluster"),
        }
    }
}

impl fmt::Display for TaskRate {
    /// `Linux, x86_64`, `Linux, arm64, Spot`, `Windows`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TaskRate::Linux {
            architecture,
            provider,
        } = self
        else {
            return f.write_str("Windows");
        };
        f.write_str(match (architecture, provider) {
            (Architecture::X86_64, CapacityProvider::Fargate) => "Linux, x86_64",
            (Architecture::Arm64, CapacityProvider::Fargate) => "Linux, arm64",
            (Architecture::X86_64, CapacityProvider::FargateSpot) => "Linux, x86_64, Spot",
            (Architecture::Arm64, CapacityProvider::FargateSpot) => "Linux, arm64, Spot",
        })
    }
}

impl fmt::Display for FargateBillLine {
    /// `vCPU, Linux, x86_64: 25 vCPU-h × $0.04048`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} × ${}", self.subject, self.quantity, self.price)
    }
}
