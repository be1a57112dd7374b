//! How the work is run.

use super::Job;
use super::job::MONTH;
use crate::billing::{BilledInvocation, BilledSettings, BilledTask, FreeTier};
use crate::cpu::CpuClock;
use crate::timeline::Architecture;
use crate::units::{CpuUnits, MemoryMb, Span};

/// What of a function's ephemeral storage costs nothing.
const INCLUDED_STORAGE: MemoryMb = MemoryMb::new(512);

/// One vCPU (ECS task definition parameters: 1024 CPU units).
const A_VCPU: CpuUnits = CpuUnits::new(1_024);

/// By a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnLambda {
    /// The function's memory, which its share of a vCPU follows from.
    pub memory: MemoryMb,
    /// The function's architecture. Both are taken to be equally fast.
    pub architecture: Architecture,
    /// Whether the account's free tier is still whole.
    pub free_tier: FreeTier,
}

/// By tasks of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnFargate {
    /// What each task is.
    pub task: BilledTask,
    /// Tasks that run however little there is to do.
    pub least: u64,
    /// CPU utilization that the service scales to, percent: what is above it is there for the load's ups.
    pub utilization: u64,
    /// Requests that a task works on at the same time.
    pub at_once: u64,
    /// A load balancer is paid for the service: its hours, not its capacity units.
    pub load_balancer: bool,
}

impl OnLambda {
    /// How long a request takes. Below 1,769 MB a function has a part of a vCPU: it computes for its share of each
    /// period and then stands still (see [`CpuClock`]).
    pub fn duration(&self, job: &Job) -> Span {
        let mut clock = CpuClock::new(self.memory);
        clock.run(job.cpu);
        clock.wait(job.wait);
        clock.now()
    }

    /// What each request is billed as.
    pub(super) fn billed(&self, job: &Job) -> BilledInvocation {
        BilledInvocation {
            settings: BilledSettings {
                architecture: self.architecture,
                memory: self.memory,
                ephemeral_storage: INCLUDED_STORAGE,
            },
            init: Span::ZERO,
            restored: false,
            provisioned: false,
            handler: self.duration(job),
        }
    }
}

impl OnFargate {
    /// How long a request takes in a task that has nothing else to do: a task smaller than one vCPU computes slower.
    pub fn duration(&self, job: &Job) -> Span {
        let units = u128::from(self.units().min(u64::from(A_VCPU.get())));
        let cpu = u128::from(job.cpu.as_nanos()) * u128::from(A_VCPU.get());
        let cpu = u64::try_from(cpu.div_ceil(units)).unwrap_or(u64::MAX);
        Span::from_nanos(cpu.saturating_add(job.wait.as_nanos()))
    }

    /// How many requests a month so many tasks do: as many as their vCPUs at the utilization that is wanted, and their
    /// places, allow.
    pub fn capacity(&self, job: &Job, tasks: u64) -> u64 {
        let month = u128::from(MONTH.as_nanos()) * u128::from(tasks);
        let vcpu = u128::from(A_VCPU.get()) * 100;
        let cpu = month * u128::from(self.units() * self.utilization.clamp(1, 100));
        let computed = cpu.checked_div(u128::from(job.cpu.as_nanos()) * vcpu);
        let places = month * u128::from(self.at_once.max(1));
        let held = places.checked_div(u128::from(self.duration(job).as_nanos()));
        let most = computed.into_iter().chain(held).min();
        most.map_or(u64::MAX, |it| u64::try_from(it).unwrap_or(u64::MAX))
    }

    /// How many tasks the work needs.
    pub fn tasks(&self, job: &Job) -> u64 {
        // The capacity of one, rounded down, says too many for a job that hardly fits into one.
        let month = u128::from(MONTH.as_nanos());
        let requests = u128::from(job.requests);
        let cpu = u128::from(job.cpu.as_nanos()) * u128::from(A_VCPU.get()) * 100;
        let one = month * u128::from(self.units() * self.utilization.clamp(1, 100));
        let computing = requests.saturating_mul(cpu).div_ceil(one);
        let time = requests.saturating_mul(u128::from(self.duration(job).as_nanos()));
        let holding = time.div_ceil(month * u128::from(self.at_once.max(1)));
        let tasks = u64::try_from(computing.max(holding)).unwrap_or(u64::MAX);
        tasks.max(self.least)
    }

    fn units(&self) -> u64 {
        u64::from(self.task.size.cpu.get().max(1))
    }
}
