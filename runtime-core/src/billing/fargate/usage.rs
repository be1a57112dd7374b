//! What tasks use of what is billed.

use super::{GbHours, Hours, VcpuHours};
use crate::timeline::{
    Architecture, CapacityProvider, INCLUDED_STORAGE, OperatingSystem, TaskDefinition, TaskSize,
};
use crate::units::{Span, StorageGib};
use serde::Serialize;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// For how long a Linux task is billed at least (AWS Fargate pricing, "Duration": "per second with a 1-minute
/// minimum").
pub const LEAST_LINUX: Span = Span::from_secs(60);

/// For how long a Windows task is billed at least (AWS Fargate pricing, "Duration": "For Windows containers,
/// billing is calculated per second with a 5-minute minimum").
pub const LEAST_WINDOWS: Span = Span::from_secs(5 * 60);

/// By which prices a task's CPU and memory are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum TaskRate {
    /// Linux.
    Linux {
        /// Prices differ by architecture.
        architecture: Architecture,
        /// Spot has prices of its own.
        provider: CapacityProvider,
    },
    /// Windows, which is x86 and On-Demand only. A licence is paid for each vCPU.
    Windows,
}

/// What a task's price depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilledTask {
    /// By which prices.
    pub rate: TaskRate,
    /// CPU and memory of the task, not what it used of them.
    pub size: TaskSize,
    /// The disk, the included part of it too.
    pub storage: StorageGib,
    /// Whether its interface has a public address.
    pub public_ip: bool,
}

/// CPU and memory at one rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ComputeUsage {
    /// CPU times billed time.
    pub cpu: VcpuHours,
    /// Memory times billed time.
    pub memory: GbHours,
}

/// What tasks have used. Additive: the order of the parts does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FargateUsage {
    /// Linux on x86_64, On-Demand.
    #[serde(rename = "x86_64")]
    pub x86_64: ComputeUsage,
    /// Linux on ARM64, On-Demand.
    pub arm64: ComputeUsage,
    /// Linux on x86_64, Spot.
    #[serde(rename = "x86_64Spot")]
    pub x86_64_spot: ComputeUsage,
    /// Linux on ARM64, Spot.
    pub arm64_spot: ComputeUsage,
    /// Windows.
    pub windows: ComputeUsage,
    /// Ephemeral storage above the 20 GiB that cost nothing, times billed time.
    pub ephemeral_storage: GbHours,
    /// Time for which tasks had public IPv4 addresses.
    pub public_ipv4: Hours,
    /// Time of clusters of EKS: their control planes.
    pub eks_clusters: Hours,
}

impl TaskRate {
    /// All there are, in the order of a bill.
    pub const ALL: [TaskRate; 5] = [
        TaskRate::linux(Architecture::X86_64, CapacityProvider::Fargate),
        TaskRate::linux(Architecture::Arm64, CapacityProvider::Fargate),
        TaskRate::linux(Architecture::X86_64, CapacityProvider::FargateSpot),
        TaskRate::linux(Architecture::Arm64, CapacityProvider::FargateSpot),
        TaskRate::Windows,
    ];

    const fn linux(architecture: Architecture, provider: CapacityProvider) -> Self {
        TaskRate::Linux {
            architecture,
            provider,
        }
    }

    /// For how long a task is billed at least.
    pub const fn least(self) -> Span {
        match self {
            TaskRate::Linux { .. } => LEAST_LINUX,
            TaskRate::Windows => LEAST_WINDOWS,
        }
    }
}

impl BilledTask {
    /// A task of this definition. Windows on ARM64 and on Spot there is not (AWS Fargate pricing), so it has no
    /// price other than that of Windows.
    pub fn of(definition: &TaskDefinition, provider: CapacityProvider, public_ip: bool) -> Self {
        BilledTask {
            rate: match definition.operating_system {
                OperatingSystem::Linux => TaskRate::linux(definition.architecture, provider),
                OperatingSystem::Windows => TaskRate::Windows,
            },
            size: definition.size,
            storage: definition.ephemeral_storage.unwrap_or(INCLUDED_STORAGE),
            public_ip,
        }
    }

    /// What it adds if from the start of its pull to STOPPED it took so long.
    ///
    /// "Duration is calculated from the time you start to download your container image (Docker pull) until the
    /// task terminates, rounded up to the nearest second" (AWS Fargate pricing); that the task terminates
    /// when it is STOPPED is a model choice.
    ///
    /// A public address is billed for as long as the interface has it. AWS does not publish when that begins and
    /// ends for a task. Model choice: it begins with the pull, which starts when the interface is attached, and
    /// ends with STOPPED, when it has been deleted; it is counted in whole seconds, rounded up, without a minimum.
    pub fn usage(&self, time: Span) -> FargateUsage {
        let billed = time.max(self.rate.least());
        let mut usage = FargateUsage::default();
        *usage.compute_mut(self.rate) = ComputeUsage {
            cpu: VcpuHours::of(self.size.cpu, billed),
            memory: GbHours::of(self.size.memory, billed),
        };
        let above = self.storage.get().saturating_sub(INCLUDED_STORAGE.get());
        usage.ephemeral_storage = GbHours::of_storage(StorageGib::new(above), billed);
        if self.public_ip {
            usage.public_ipv4 = Hours::of(time);
        }
        usage
    }
}

impl ComputeUsage {
    /// `n` times as much.
    pub const fn times(self, n: u64) -> Self {
        ComputeUsage {
            cpu: self.cpu.times(n),
            memory: self.memory.times(n),
        }
    }
}

impl FargateUsage {
    /// CPU and memory at one rate.
    pub const fn compute(&self, rate: TaskRate) -> ComputeUsage {
        match rate {
            TaskRate::Windows => self.windows,
            TaskRate::Linux {
                architecture,
                provider,
            } => match (architecture, provider) {
                (Architecture::X86_64, CapacityProvider::Fargate) => self.x86_64,
                (Architecture::Arm64, CapacityProvider::Fargate) => self.arm64,
                (Architecture::X86_64, CapacityProvider::FargateSpot) => self.x86_64_spot,
                (Architecture::Arm64, CapacityProvider::FargateSpot) => self.arm64_spot,
            },
        }
    }

    fn compute_mut(&mut self, rate: TaskRate) -> &mut ComputeUsage {
        match rate {
            TaskRate::Windows => &mut self.windows,
            TaskRate::Linux {
                architecture,
                provider,
            } => match (architecture, provider) {
                (Architecture::X86_64, CapacityProvider::Fargate) => &mut self.x86_64,
                (Architecture::Arm64, CapacityProvider::Fargate) => &mut self.arm64,
                (Architecture::X86_64, CapacityProvider::FargateSpot) => &mut self.x86_64_spot,
                (Architecture::Arm64, CapacityProvider::FargateSpot) => &mut self.arm64_spot,
            },
        }
    }

    /// `n` times as much of everything.
    pub const fn times(&self, n: u64) -> FargateUsage {
        FargateUsage {
            x86_64: self.x86_64.times(n),
            arm64: self.arm64.times(n),
            x86_64_spot: self.x86_64_spot.times(n),
            arm64_spot: self.arm64_spot.times(n),
            windows: self.windows.times(n),
            ephemeral_storage: self.ephemeral_storage.times(n),
            public_ipv4: self.public_ipv4.times(n),
            eks_clusters: self.eks_clusters.times(n),
        }
    }
}

impl Add for ComputeUsage {
    type Output = ComputeUsage;
    fn add(self, other: ComputeUsage) -> ComputeUsage {
        ComputeUsage {
            cpu: self.cpu + other.cpu,
            memory: self.memory + other.memory,
        }
    }
}

impl Add for FargateUsage {
    type Output = FargateUsage;
    fn add(self, other: FargateUsage) -> FargateUsage {
        FargateUsage {
            x86_64: self.x86_64 + other.x86_64,
            arm64: self.arm64 + other.arm64,
            x86_64_spot: self.x86_64_spot + other.x86_64_spot,
            arm64_spot: self.arm64_spot + other.arm64_spot,
            windows: self.windows + other.windows,
            ephemeral_storage: self.ephemeral_storage + other.ephemeral_storage,
            public_ipv4: self.public_ipv4 + other.public_ipv4,
            eks_clusters: self.eks_clusters + other.eks_clusters,
        }
    }
}

impl AddAssign for FargateUsage {
    fn add_assign(&mut self, other: FargateUsage) {
        *self = *self + other;
    }
}

impl Sum for FargateUsage {
    fn sum<I: Iterator<Item = FargateUsage>>(parts: I) -> FargateUsage {
        parts.fold(FargateUsage::default(), Add::add)
    }
}
