//! The file's tables and fields. Times are seconds, memory MB, amounts of a month.

use crate::billing::{BilledSettings, FreeTier, SavingsTerm};
use crate::estimate::plan::{
    ColdStarts, EdgePlan, EstimatePlan, ExtraPlan, FunctionPlan, MONTH, ProvisionedPlan,
    SavingsPlan, SnapStartPlan, StreamPlan, TaskPlan,
};
use crate::platform::{DEFAULT_MEMORY, EPHEMERAL_STORAGE};
use crate::timeline::{
    Architecture, CapacityProvider, INCLUDED_STORAGE, OperatingSystem, TaskSize,
};
use crate::units::{ByteCount, MemoryMb, Span, StorageGib, UsdPerUnit};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileModel {
    #[serde(rename = "version")]
    _version: i64,
    #[serde(default)]
    name: String,
    region: Option<String>,
    #[serde(default = "yes")]
    free_tier: bool,
    #[serde(default = "yes")]
    init_billed: bool,
    #[serde(default)]
    function: Vec<FunctionModel>,
    #[serde(default)]
    edge: Vec<EdgeModel>,
    #[serde(default)]
    task: Vec<TaskModel>,
    savings_plan: Option<SavingsModel>,
    #[serde(default)]
    extra: Vec<ExtraModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionModel {
    name: String,
    requests: u64,
    duration: Seconds,
    memory: Option<u32>,
    storage: Option<u32>,
    #[serde(default)]
    architecture: Architecture,
    #[serde(default)]
    cold_starts: u64,
    #[serde(default)]
    init: Seconds,
    /// KB.
    #[serde(default)]
    event_size: u64,
    streamed: Option<StreamedModel>,
    provisioned: Option<ProvisionedModel>,
    snap_start: Option<SnapStartModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamedModel {
    requests: u64,
    /// KB.
    size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvisionedModel {
    environments: u32,
    #[serde(default = "month")]
    enabled: Seconds,
    #[serde(default)]
    requests: u64,
    duration: Option<Seconds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SnapStartModel {
    #[serde(default = "month")]
    kept: Seconds,
    #[serde(default)]
    restores: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EdgeModel {
    name: String,
    requests: u64,
    duration: Seconds,
    memory: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskModel {
    name: String,
    #[serde(default = "one")]
    count: u32,
    #[serde(default = "one")]
    runs: u32,
    #[serde(default = "month")]
    time: Seconds,
    /// CPU units: 1024 are a vCPU.
    cpu: u32,
    memory: u32,
    storage: Option<u32>,
    #[serde(default)]
    architecture: Architecture,
    #[serde(default)]
    windows: bool,
    #[serde(default)]
    spot: bool,
    #[serde(default)]
    public_ip: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SavingsModel {
    commitment: UsdPerUnit,
    term: SavingsTerm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtraModel {
    what: String,
    quantity: Thousandths,
    price: Option<UsdPerUnit>,
}

/// A time, as a number of seconds from 0 to a year.
#[derive(Clone, Copy, Default)]
struct Seconds(Span);

/// A number from 0, in thousandths.
struct Thousandths(u64);

/// A whole number or one with decimals.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a number")]
enum Number {
    Whole(i64),
    Decimal(f64),
}

impl Number {
    const fn value(&self) -> f64 {
        match self {
            Number::Whole(number) => *number as f64,
            Number::Decimal(number) => *number,
        }
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const YEAR: f64 = 366.0 * 24.0 * 3_600.0;
        let seconds = Number::deserialize(deserializer)?.value();
        match (0.0..=YEAR).contains(&seconds) {
            true => Ok(Seconds(Span::from_nanos((seconds * 1e9).round() as u64))),
            false => Err(D::Error::custom(format!(
                "{seconds} is no number of seconds from 0 to a year"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        let refused =
            || D::Error::custom(format!("{} is no quantity from 0 to 10^15", number.value()));
        if !(0.0..=1e15).contains(&number.value()) {
            return Err(refused());
        }
        Ok(Thousandths(match number {
            Number::Whole(whole) => u64::try_from(whole).map_err(|_| refused())? * 1_000,
            Number::Decimal(decimal) => (decimal * 1e3).round() as u64,
        }))
    }
}

const fn yes() -> bool {
    true
}

const fn one() -> u32 {
    1
}

const fn month() -> Seconds {
    Seconds(MONTH)
}

/// KB of 1,024 bytes.
const fn kilobytes(number: u64) -> ByteCount {
    ByteCount::new(number.saturating_mul(1_024))
}

impl FileModel {
    pub(super) fn plan(self) -> EstimatePlan {
        EstimatePlan {
            name: self.name,
            region: self.region,
            free_tier: match self.free_tier {
                true => FreeTier::On,
                false => FreeTier::Off,
            },
            init_billed: self.init_billed,
            functions: self.function.into_iter().map(FunctionModel::plan).collect(),
            edge: self.edge.into_iter().map(EdgeModel::plan).collect(),
            tasks: self.task.into_iter().map(TaskModel::plan).collect(),
            savings_plan: self.savings_plan.map(|it| SavingsPlan {
                commitment: it.commitment,
                term: it.term,
            }),
            extras: self.extra.into_iter().map(ExtraModel::plan).collect(),
        }
    }
}

impl FunctionModel {
    fn plan(self) -> FunctionPlan {
        let duration = self.duration.0;
        FunctionPlan {
            name: self.name,
            requests: self.requests,
            duration,
            settings: BilledSettings {
                architecture: self.architecture,
                memory: self.memory.map_or(DEFAULT_MEMORY, MemoryMb::new),
                ephemeral_storage: self
                    .storage
                    .map_or(*EPHEMERAL_STORAGE.start(), MemoryMb::new),
            },
            cold_starts: ColdStarts {
                requests: self.cold_starts,
                init: self.init.0,
            },
            event: kilobytes(self.event_size),
            streamed: self.streamed.map(|it| StreamPlan {
                requests: it.requests,
                size: kilobytes(it.size),
            }),
            provisioned: self.provisioned.map(|it| ProvisionedPlan {
                environments: it.environments,
                enabled: it.enabled.0,
                requests: it.requests,
                duration: it.duration.map_or(duration, |it| it.0),
            }),
            snap_start: self.snap_start.map(|it| SnapStartPlan {
                kept: it.kept.0,
                restores: it.restores,
            }),
        }
    }
}

impl EdgeModel {
    fn plan(self) -> EdgePlan {
        EdgePlan {
            name: self.name,
            requests: self.requests,
            duration: self.duration.0,
            memory: self.memory.map_or(DEFAULT_MEMORY, MemoryMb::new),
        }
    }
}

impl TaskModel {
    fn plan(self) -> TaskPlan {
        TaskPlan {
            name: self.name,
            count: self.count,
            runs: self.runs,
            time: self.time.0,
            size: TaskSize::new(self.cpu, self.memory),
            storage: self.storage.map_or(INCLUDED_STORAGE, StorageGib::new),
            architecture: self.architecture,
            operating_system: match self.windows {
                true => OperatingSystem::Windows,
                false => OperatingSystem::Linux,
            },
            provider: match self.spot {
                true => CapacityProvider::FargateSpot,
                false => CapacityProvider::Fargate,
            },
            public_ip: self.public_ip,
        }
    }
}

impl ExtraModel {
    fn plan(self) -> ExtraPlan {
        ExtraPlan {
            what: self.what,
            thousandths: self.quantity.0,
            price: self.price,
        }
    }
}
