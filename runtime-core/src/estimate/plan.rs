//! What somebody expects of a month.

use crate::billing::{BilledSettings, FreeTier, SavingsTerm};
use crate::timeline::{Architecture, CapacityProvider, OperatingSystem, TaskSize};
use crate::units::{ByteCount, MemoryMb, Span, StorageGib, UsdPerUnit};
use serde::{Deserialize, Serialize};

/// A month of 730 hours, as AWS's own calculator has it.
pub const MONTH: Span = Span::from_secs(730 * 3_600);

/// What is expected of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimatePlan {
    /// As shown to people; may be empty.
    pub name: String,
    /// AWS's code of the region; where it is left out, whoever asks chooses.
    pub region: Option<String>,
    /// Whether the account has its free tier for this.
    pub free_tier: FreeTier,
    /// Whether the INIT phase of a cold start is billed, as it is since 2025-08-01.
    pub init_billed: bool,
    /// Functions.
    pub functions: Vec<FunctionPlan>,
    /// Functions of Lambda@Edge.
    pub edge: Vec<EdgePlan>,
    /// Tasks on Fargate.
    pub tasks: Vec<TaskPlan>,
    /// What is committed to for tasks.
    pub savings_plan: Option<SavingsPlan>,
    /// What comes with them.
    pub extras: Vec<ExtraPlan>,
}

impl Default for EstimatePlan {
    fn default() -> Self {
        EstimatePlan {
            name: String::new(),
            region: None,
            free_tier: FreeTier::On,
            init_billed: true,
            functions: Vec::new(),
            edge: Vec::new(),
            tasks: Vec::new(),
            savings_plan: None,
            extras: Vec::new(),
        }
    }
}

/// A function's month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionPlan {
    /// As shown to people.
    pub name: String,
    /// Invocations a month, those on provisioned concurrency too.
    pub requests: u64,
    /// How long one takes, without INIT.
    pub duration: Span,
    /// Memory, storage and architecture.
    pub settings: BilledSettings,
    /// Those that start cold.
    pub cold_starts: ColdStarts,
    /// How large an event of asynchronous invocation is: beyond 256 KB it counts as more than one request.
    pub event: ByteCount,
    /// Responses that are streamed.
    pub streamed: Option<StreamPlan>,
    /// Provisioned concurrency.
    pub provisioned: Option<ProvisionedPlan>,
    /// A snapshot.
    pub snap_start: Option<SnapStartPlan>,
}

/// Invocations that start cold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColdStarts {
    /// A month, of the invocations on demand.
    pub requests: u64,
    /// How long the INIT phase takes.
    pub init: Span,
}

/// Responses that are streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamPlan {
    /// A month, of all invocations.
    pub requests: u64,
    /// How large one is.
    pub size: ByteCount,
}

/// Provisioned concurrency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionedPlan {
    /// How many environments.
    pub environments: u32,
    /// For how long they are enabled, of the month.
    pub enabled: Span,
    /// Invocations that run on them, of the function's.
    pub requests: u64,
    /// How long one takes.
    pub duration: Span,
}

/// A snapshot that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapStartPlan {
    /// For how long, of the month.
    pub kept: Span,
    /// Environments that begin from it.
    pub restores: u64,
}

/// A function of Lambda@Edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgePlan {
    /// As shown to people.
    pub name: String,
    /// Invocations a month.
    pub requests: u64,
    /// How long one takes.
    pub duration: Span,
    /// Its memory.
    pub memory: MemoryMb,
}

/// Tasks on Fargate that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPlan {
    /// As shown to people.
    pub name: String,
    /// How many run at once.
    pub count: u32,
    /// How often a month that many are started. They begin evenly over the month: a model choice that only a
    /// savings plan sees.
    pub runs: u32,
    /// From the start of the pull to STOPPED.
    pub time: Span,
    /// CPU and memory.
    pub size: TaskSize,
    /// Ephemeral storage, the included 20 GiB too.
    pub storage: StorageGib,
    /// What they run on.
    pub architecture: Architecture,
    /// Linux or Windows.
    pub operating_system: OperatingSystem,
    /// On-Demand or Spot.
    pub provider: CapacityProvider,
    /// Whether each has a public IPv4 address.
    pub public_ip: bool,
}

/// A Compute Savings Plan. It is billed every hour, used or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavingsPlan {
    /// Dollars an hour.
    pub commitment: UsdPerUnit,
    /// For how long, and paid when.
    pub term: SavingsTerm,
}

/// Something else that is billed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraPlan {
    /// As price files name it, or anything where a price is given.
    pub what: String,
    /// Thousandths of the price's unit.
    pub thousandths: u64,
    /// Instead of the price file's.
    pub price: Option<UsdPerUnit>,
}
