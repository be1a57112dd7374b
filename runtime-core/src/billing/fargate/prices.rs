//! The figures of one region at one date, and how they are read: they lie under `fargate` in the region's price
//! file, which `public/prices/README.md` describes.

use super::TaskRate;
use crate::billing::PriceBookError;
use crate::billing::price_book::Figure;
use crate::billing::price_field::{Field, Parsed, Sources, json, sources};
use crate::timeline::{Architecture, CapacityProvider};
use crate::units::UsdPerUnit;

const PER_VCPU_HOUR: &str = "USD per vCPU-hour";
const PER_GB_HOUR: &str = "USD per GB-hour";
const PER_HOUR: &str = "USD per hour";
const PER_LCU_HOUR: &str = "USD per LCU-hour";

/// What Fargate costs in one region, as published at one date. Made by [`FargatePrices::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FargatePrices {
    /// AWS's code of the region: `us-east-1`.
    pub region: String,
    /// The region's name: `US East (N. Virginia)`.
    pub region_name: String,
    /// When the figures were put together, `YYYY-MM-DD`.
    pub date: String,
    /// Linux on x86_64.
    pub x86_64: TaskPrices,
    /// Linux on ARM64.
    pub arm64: TaskPrices,
    /// Windows, without the licence.
    pub windows: TaskPrices,
    /// Dollars for the licence of Windows, for one vCPU-hour.
    pub windows_licence: Figure<UsdPerUnit>,
    /// Linux on Spot.
    pub spot: SpotPrices,
    /// Dollars for one GB-hour of ephemeral storage above the included size.
    pub ephemeral_storage: Figure<UsdPerUnit>,
    /// Dollars for one hour of a public IPv4 address.
    pub public_ipv4: Figure<UsdPerUnit>,
    /// Dollars for one hour of an Application Load Balancer.
    pub load_balancer: Figure<UsdPerUnit>,
    /// Dollars for one hour of one of its capacity units (LCU).
    pub load_balancer_capacity: Figure<UsdPerUnit>,
    /// Dollars for one hour of a cluster of EKS, its control plane.
    pub eks_cluster: Figure<UsdPerUnit>,
}

/// What CPU and memory of tasks cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPrices {
    /// Dollars for one vCPU-hour.
    pub cpu: Figure<UsdPerUnit>,
    /// Dollars for one GB-hour.
    pub memory: Figure<UsdPerUnit>,
}

/// What Spot cost on one day. AWS sets these prices anew by supply and demand; they are no fixed part of the
/// others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotPrices {
    /// The day on which they were in effect, `YYYY-MM-DD`.
    pub date: String,
    /// Linux on x86_64.
    pub x86_64: TaskPrices,
    /// Linux on ARM64.
    pub arm64: TaskPrices,
}

impl FargatePrices {
    /// Reads Fargate's figures of a price file. Fields that are not known here, Lambda's among them, are left alone.
    ///
    /// # Errors
    /// The first thing that is wrong, with the field's name and a hint.
    pub fn parse(text: &str) -> Result<FargatePrices, PriceBookError> {
        let value = json(text)?;
        let file = Field::file(&value)?;
        let sources = &sources(&file)?;
        let fargate = file.get("fargate")?;
        let windows = fargate.get("windows")?;
        let spot = fargate.get("spot")?;
        let balancer = fargate.get("loadBalancer")?;
        Ok(FargatePrices {
            region: file.get("region")?.text()?.to_owned(),
            region_name: file.get("regionName")?.text()?.to_owned(),
            date: file.get("date")?.date()?,
            x86_64: tasks(&fargate.get("x86_64")?, sources)?,
            arm64: tasks(&fargate.get("arm64")?, sources)?,
            windows: tasks(&windows, sources)?,
            windows_licence: windows.get("licence")?.price(PER_VCPU_HOUR, sources)?,
            spot: SpotPrices {
                date: spot.get("date")?.date()?,
                x86_64: tasks(&spot.get("x86_64")?, sources)?,
                arm64: tasks(&spot.get("arm64")?, sources)?,
            },
            ephemeral_storage: fargate
                .get("ephemeralStorage")?
                .price(PER_GB_HOUR, sources)?,
            public_ipv4: fargate.get("publicIpv4")?.price(PER_HOUR, sources)?,
            load_balancer: balancer.get("hour")?.price(PER_HOUR, sources)?,
            load_balancer_capacity: balancer.get("capacityUnit")?.price(PER_LCU_HOUR, sources)?,
            eks_cluster: fargate.get("eksCluster")?.price(PER_HOUR, sources)?,
        })
    }

    /// CPU and memory at one rate.
    pub const fn tasks(&self, rate: TaskRate) -> &TaskPrices {
        match rate {
            TaskRate::Windows => &self.windows,
            TaskRate::Linux {
                architecture,
                provider,
            } => match (architecture, provider) {
                (Architecture::X86_64, CapacityProvider::Fargate) => &self.x86_64,
                (Architecture::Arm64, CapacityProvider::Fargate) => &self.arm64,
                (Architecture::X86_64, CapacityProvider::FargateSpot) => &self.spot.x86_64,
                (Architecture::Arm64, CapacityProvider::FargateSpot) => &self.spot.arm64,
            },
        }
    }
}

fn tasks(field: &Field<'_>, sources: &Sources) -> Parsed<TaskPrices> {
    Ok(TaskPrices {
        cpu: field.get("cpu")?.price(PER_VCPU_HOUR, sources)?,
        memory: field.get("memory")?.price(PER_GB_HOUR, sources)?,
    })
}
