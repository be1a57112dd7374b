//! What is wrong with a plan: what AWS would not have, and what is no month.

use super::plan::{EdgePlan, EstimatePlan, FunctionPlan, MONTH, TaskPlan};
use super::words::count;
use crate::platform::fargate::{SizeError, is_task_size};
use crate::platform::{EPHEMERAL_STORAGE, MEMORY, TIMEOUT};
use crate::timeline::{Architecture, CapacityProvider, OperatingSystem};
use crate::units::{ByteCount, MemoryMb, Span, StorageGib, UsdPerUnit};
use std::fmt;
use std::ops::RangeInclusive;

/// Requests a month, at most: forty million a second. What they cost is still exact.
const MOST_REQUESTS: u64 = 100_000_000_000_000;
/// CPU units of a Windows task (Amazon ECS developer guide: 1 to 4 vCPU).
const WINDOWS_CPU: RangeInclusive<u32> = 1_024..=4_096;
/// Dollars that one of something else costs, at most.
const DEAREST: UsdPerUnit = UsdPerUnit::whole(10_000);
/// Tasks at once, and runs a month, at most.
const MOST_TASKS: u32 = 1_000_000;
/// The longest month: 31 days.
const LONGEST_MONTH: Span = Span::from_secs(31 * 24 * 3_600);
/// An event of asynchronous invocation, at most (Lambda quotas page).
const LARGEST_EVENT: ByteCount = ByteCount::new(1 << 20);
/// A streamed response, at most (Lambda quotas page).
const LARGEST_STREAM: ByteCount = ByteCount::new(200 << 20);
/// Memory of a function of Lambda@Edge, of origin triggers (Amazon CloudFront quotas page).
const EDGE_MEMORY: RangeInclusive<MemoryMb> = MemoryMb::new(128)..=MemoryMb::new(10_240);
/// GiB of a task's disk; 20 are there without asking (ECS API reference, EphemeralStorage: 21 to 200).
const TASK_STORAGE: RangeInclusive<StorageGib> = StorageGib::new(20)..=StorageGib::new(200);

/// Something that is wrong. `Display` says what, with its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFault {
    /// Of what.
    pub part: PlanPart,
    /// Which field, as files name it; with a dot before a field of a table.
    pub field: &'static str,
    message: String,
    hint: String,
}

/// A part of a plan; the number is its place, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanPart {
    /// The plan itself.
    Whole,
    /// A function.
    Function(usize),
    /// A function of Lambda@Edge.
    Edge(usize),
    /// Tasks.
    Task(usize),
    /// The savings plan.
    SavingsPlan,
    /// Something else.
    Extra(usize),
}

impl PlanFault {
    pub(super) fn new(
        part: PlanPart,
        field: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        PlanFault {
            part,
            field,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// What to do.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            PlanPart::Whole => String::new(),
            PlanPart::Function(place) => format!("function {}, ", place + 1),
            PlanPart::Edge(place) => format!("edge {}, ", place + 1),
            PlanPart::Task(place) => format!("task {}, ", place + 1),
            PlanPart::SavingsPlan => "savings_plan, ".to_owned(),
            PlanPart::Extra(place) => format!("extra {}, ", place + 1),
        };
        write!(f, "{part}{}: {}", self.field, self.message)
    }
}

impl EstimatePlan {
    /// Everything that is wrong, in the order of the plan.
    pub fn check(&self) -> Vec<PlanFault> {
        let mut faults = Faults(Vec::new());
        for (place, function) in self.functions.iter().enumerate() {
            faults.function(PlanPart::Function(place), function);
        }
        let all = self.functions.iter().map(|it| it.requests);
        let all = all.fold(0, u64::saturating_add);
        if faults.0.is_empty() {
            faults.requests(PlanPart::Whole, all);
        }
        for (place, edge) in self.edge.iter().enumerate() {
            faults.edge(PlanPart::Edge(place), edge);
        }
        for (place, task) in self.tasks.iter().enumerate() {
            faults.task(PlanPart::Task(place), task);
        }
        for (place, extra) in self.extras.iter().enumerate() {
            let part = PlanPart::Extra(place);
            if extra.thousandths > MOST_REQUESTS * 1_000 {
                let message = format!(
                    "{} is more than can be billed",
                    count(extra.thousandths / 1_000)
                );
                let hint = format!("At most {}.", count(MOST_REQUESTS));
                faults.add(part, "quantity", message, hint);
            }
            if extra.price.is_some_and(|it| it > DEAREST) {
                let message = "a price above $10,000 for one".to_owned();
                let hint = "Give dollars for one, as \"0.045\".".to_owned();
                faults.add(part, "price", message, hint);
            }
        }
        faults.0
    }
}

struct Faults(Vec<PlanFault>);

impl Faults {
    fn add(&mut self, part: PlanPart, field: &'static str, message: String, hint: String) {
        self.0.push(PlanFault::new(part, field, message, hint));
    }

    fn range<T: PartialOrd + fmt::Display>(
        &mut self,
        (part, field): (PlanPart, &'static str),
        value: T,
        range: &RangeInclusive<T>,
    ) {
        if !range.contains(&value) {
            let hint = format!("Give {} to {}.", range.start(), range.end());
            self.add(part, field, format!("{value} is out of range"), hint);
        }
    }

    fn requests(&mut self, part: PlanPart, requests: u64) {
        if requests > MOST_REQUESTS {
            let message = format!("{} a month are more than can be billed", count(requests));
            let hint = format!("At most {}.", count(MOST_REQUESTS));
            self.add(part, "requests", message, hint);
        }
    }

    /// No more of them than there are requests.
    fn of_requests(&mut self, (part, field): (PlanPart, &'static str), some: u64, all: u64) {
        if some > all {
            let message = format!("{} of {} requests", count(some), count(all));
            self.add(
                part,
                field,
                message,
                "Give at most as many as there are.".to_owned(),
            );
        }
    }

    fn time(&mut self, (part, field): (PlanPart, &'static str), time: Span, most: Span) {
        if time > most {
            let seconds = |it: Span| it.as_nanos() as f64 / 1e9;
            let message = format!("{} s is longer than possible", seconds(time));
            self.add(
                part,
                field,
                message,
                format!("Give at most {} s.", seconds(most)),
            );
        }
    }

    fn function(&mut self, part: PlanPart, it: &FunctionPlan) {
        self.requests(part, it.requests);
        self.time((part, "duration"), it.duration, *TIMEOUT.end());
        self.range((part, "memory"), it.settings.memory, &MEMORY);
        let storage = it.settings.ephemeral_storage;
        self.range((part, "storage"), storage, &EPHEMERAL_STORAGE);
        let provisioned = it.provisioned.map_or(0, |it| it.requests);
        self.of_requests((part, "provisioned.requests"), provisioned, it.requests);
        let on_demand = it.requests.saturating_sub(provisioned);
        self.of_requests((part, "cold_starts"), it.cold_starts.requests, on_demand);
        self.time((part, "init"), it.cold_starts.init, *TIMEOUT.end());
        if it.event > LARGEST_EVENT {
            let message = "an event of asynchronous invocation is larger than 1,024 KB";
            let hint = "Lambda takes at most 1 MB.".to_owned();
            self.add(part, "event_size", message.to_owned(), hint);
        }
        if let Some(streamed) = it.streamed {
            self.of_requests((part, "streamed.requests"), streamed.requests, it.requests);
            if streamed.size > LARGEST_STREAM {
                let message = "a streamed response is larger than 200 MB";
                let hint = "Lambda streams at most 200 MB.".to_owned();
                self.add(part, "streamed.size", message.to_owned(), hint);
            }
        }
        if let Some(provisioned) = it.provisioned {
            let times = [
                ("provisioned.enabled", provisioned.enabled, LONGEST_MONTH),
                ("provisioned.duration", provisioned.duration, *TIMEOUT.end()),
            ];
            for (field, time, most) in times {
                self.time((part, field), time, most);
            }
            let environments = provisioned.environments;
            self.range(
                (part, "provisioned.environments"),
                environments,
                &(1..=MOST_TASKS),
            );
        }
        if let Some(snap_start) = it.snap_start {
            self.time((part, "snap_start.kept"), snap_start.kept, LONGEST_MONTH);
            self.of_requests(
                (part, "snap_start.restores"),
                snap_start.restores,
                it.requests,
            );
        }
    }

    fn edge(&mut self, part: PlanPart, it: &EdgePlan) {
        self.requests(part, it.requests);
        // Origin triggers; viewer triggers have 5 seconds (Amazon CloudFront quotas page).
        self.time((part, "duration"), it.duration, Span::from_secs(30));
        self.range((part, "memory"), it.memory, &EDGE_MEMORY);
    }

    fn task(&mut self, part: PlanPart, it: &TaskPlan) {
        self.range((part, "count"), it.count, &(1..=MOST_TASKS));
        self.range((part, "runs"), it.runs, &(0..=MOST_TASKS));
        self.time((part, "time"), it.time, LONGEST_MONTH);
        if u128::from(it.runs) * u128::from(it.time.as_nanos()) > RUNS_AT_ONCE * nanos(MONTH) {
            let message = format!("{} runs of this length are more than a month", it.runs);
            let hint = "Give fewer runs, or what runs at once as count.".to_owned();
            self.add(part, "runs", message, hint);
        }
        if !is_task_size(it.size) {
            let error = SizeError::NoSuchSize(it.size);
            self.add(part, "cpu", error.to_string(), error.hint());
        }
        self.range((part, "storage"), it.storage, &TASK_STORAGE);
        if it.operating_system == OperatingSystem::Windows {
            if !WINDOWS_CPU.contains(&it.size.cpu.get()) {
                let message = "Windows tasks have 1 to 4 vCPU".to_owned();
                let hint = "Take a size from 1 vCPU to 4 vCPU.".to_owned();
                self.add(part, "cpu", message, hint);
            }
            if it.architecture == Architecture::Arm64 {
                let hint = "Take x86_64.".to_owned();
                self.add(
                    part,
                    "architecture",
                    "there is no Windows on arm64".to_owned(),
                    hint,
                );
            }
            if it.provider == CapacityProvider::FargateSpot {
                let hint = "Take On-Demand: spot = false.".to_owned();
                self.add(part, "spot", "there is no Windows on Spot".to_owned(), hint);
            }
        }
    }
}

/// Runs may overlap so far: what they are told apart by is when they begin.
const RUNS_AT_ONCE: u128 = 1_000;

const fn nanos(time: Span) -> u128 {
    time.as_nanos() as u128
}
