//! What tasks run in: subnets, and what the account may do.

use crate::units::{CpuUnits, ZoneId};
use serde::{Deserialize, Serialize};

/// A subnet of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubnetConfiguration {
    /// As AWS names it, `subnet-0a...`.
    pub name: String,
    /// Where it lies.
    pub zone: ZoneId,
    /// The length of its CIDR block's prefix: 16 to 28.
    pub prefix: u8,
    /// How what is not in the VPC is reached.
    pub route: Route,
}

impl SubnetConfiguration {
    /// Addresses that interfaces can have: of a block, AWS keeps five (VPC user guide, "Subnet sizing").
    pub fn addresses(&self) -> u32 {
        let bits = 32_u32.saturating_sub(u32::from(self.prefix));
        let block = 1_u32.checked_shl(bits).unwrap_or(u32::MAX);
        block.saturating_sub(5)
    }
}

/// How a subnet reaches registries and AWS's own services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Route {
    /// A public subnet: through an internet gateway, for interfaces with a public address.
    InternetGateway,
    /// A private subnet with a NAT gateway.
    Nat,
    /// A private subnet with endpoints.
    Endpoints(Endpoints),
    /// No way out.
    None,
}

/// VPC endpoints that a task's start can need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// `ecr.api`: tokens.
    pub ecr_api: bool,
    /// `ecr.dkr`: manifests.
    pub ecr_dkr: bool,
    /// The gateway endpoint of S3: layers.
    pub s3: bool,
    /// `logs`.
    pub logs: bool,
    /// `secretsmanager`.
    pub secrets_manager: bool,
}

/// What an account may do in a Region (Amazon ECS service quotas; developer guide, "AWS Fargate throttling
/// quotas").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FargateAccount {
    /// What On-Demand tasks may have at one time, together.
    pub on_demand: CpuUnits,
    /// What Spot tasks may have at one time, together.
    pub spot: CpuUnits,
    /// Tasks that each capacity provider launches at once.
    pub launch_burst: u32,
    /// How many more it launches each second.
    pub launch_rate: u32,
    /// Tasks that the scheduler starts for one service in a minute.
    pub service_rate: u32,
    /// Tasks of the cluster that are PROVISIONING at one time.
    pub provisioning: u32,
}

impl FargateAccount {
    /// A new account that launches pods of EKS only: bursts of 20 (Amazon ECS developer guide, "AWS Fargate throttling
    /// quotas").
    pub fn of_pods() -> Self {
        FargateAccount {
            launch_burst: 20,
            ..FargateAccount::default()
        }
    }
}

impl Default for FargateAccount {
    /// A new account: 6 vCPUs of each kind, bursts of 100, 20 a second, 500 a minute for each service, 300
    /// in PROVISIONING.
    fn default() -> Self {
        FargateAccount {
            on_demand: CpuUnits::from_vcpus(6),
            spot: CpuUnits::from_vcpus(6),
            launch_burst: 100,
            launch_rate: 20,
            service_rate: 500,
            provisioning: 300,
        }
    }
}
