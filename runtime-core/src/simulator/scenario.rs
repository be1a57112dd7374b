//! What is simulated, as plain values.

use super::arrivals::{Arrivals, Curve, Spacing};
use super::distribution::Distribution;
use super::provisioning::Provisioning;
use crate::cpu::MEMORY_OF_A_VCPU;
use crate::generator::Seed;
use crate::platform::{
    DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_IDLE_EXPIRY, DEFAULT_MEMORY, EPHEMERAL_STORAGE, TIMEOUT,
};
use crate::timeline::{
    AsyncConfiguration, ClockSetting, DEFAULT_HANDLER, FunctionConfiguration, HandlerKind,
    QueueConfiguration, Runtime, SnapStart,
};
use crate::units::{ByteCount, MemoryMb, PackageId, Span};

/// What is simulated: an account, what runs in it, and what comes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// All draws follow from it.
    pub seed: Seed,
    /// For how long events come. Means over time are taken over it.
    pub length: Span,
    /// How long what has begun may take after that to come to its end.
    pub settle: Span,
    /// Account concurrency.
    pub concurrency: u32,
    /// How long an idle environment is kept.
    pub idle_expiry: Span,
    /// What can be invoked.
    pub functions: Vec<SimulatedFunction>,
    /// What comes.
    pub loads: Vec<Load>,
}

/// A function whose code is known by how long it takes only.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedFunction {
    /// Its settings, as AWS has them.
    pub configuration: FunctionConfiguration,
    /// How long an invocation takes.
    pub duration: HandlerTime,
    /// How much longer the first one of an environment takes.
    pub cold_start: ColdStart,
    /// How long a RESTORE phase takes, which is what a function with SnapStart has instead of INIT.
    pub restore: Distribution,
    /// How some of them fail.
    pub failures: Failures,
    /// Provisioned concurrency, if it has some.
    pub provisioning: Option<Provisioning>,
}

/// How long a handler takes.
#[derive(Clone, Debug, PartialEq)]
pub enum HandlerTime {
    /// As it is drawn, whatever the function's memory.
    Drawn(Distribution),
    /// What it computes at the function's share of a vCPU ([`CpuClock`](crate::cpu::CpuClock)), and what it then
    /// waits for others. Both are drawn by the request's number as a service on Fargate draws them: with the same
    /// seed the n-th request asks for the same, for as long as no client sends one again.
    Computed {
        /// In the time of one whole vCPU.
        work: Distribution,
        /// Such as a database.
        wait: Distribution,
    },
}

/// What the first invocation of an environment takes longer for.
#[derive(Clone, Debug, PartialEq)]
pub enum ColdStart {
    /// The first request takes this long in all, from its arrival to its end. Its INIT phase has the
    /// share of it by which its mean is larger than that of other requests; the rest is the handler.
    Whole(Distribution),
    /// What comes before the handler; the handler takes as long as in other invocations.
    Phases {
        /// Until the environment is there: not billed.
        start: Distribution,
        /// The INIT phase.
        init: Distribution,
    },
}

/// How invocations fail.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Failures {
    /// The share of invocations whose handler reports an error, from 0 to 1.
    pub errors: f64,
    /// The share of invocations in which the process ends, from 0 to 1.
    pub crashes: f64,
    /// Only invocations that begin from the first of these times after the start on, and before the
    /// second, fail; all of them if there are none.
    pub during: Option<(Span, Span)>,
}

/// Events that come to a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Its place among the scenario's functions.
    pub function: usize,
    /// When they come.
    pub arrivals: Arrivals,
    /// How they come.
    pub way: Way,
}

/// How events come to a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// Somebody waits for the response.
    Request {
        /// What they do if it is none. Nothing if `None`.
        retries: Option<Retries>,
    },
    /// With `Event`: into Lambda's internal queue.
    Event,
    /// As messages of a standard queue that a mapping polls.
    Queue(Box<PolledQueue>),
}

/// What clients do when a request is throttled or fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often they send it again.
    pub most: u16,
    /// The longest wait before the first of them; it doubles with each. How much of it they wait is
    /// drawn ("full jitter"; AWS Architecture Blog, "Exponential Backoff And Jitter").
    pub wait: Span,
}

/// A queue and its mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct PolledQueue {
    /// Its settings.
    pub queue: QueueConfiguration,
    /// Messages in a batch, at most.
    pub batch_size: u32,
    /// Batches at a time, at most; `None` for as many as Lambda scales to.
    pub maximum_concurrency: Option<u32>,
}

impl From<Distribution> for HandlerTime {
    fn from(it: Distribution) -> Self {
        HandlerTime::Drawn(it)
    }
}

impl HandlerTime {
    /// The mean in seconds, of a function with so much memory; infinite where there is none. Periods of the CPU
    /// model even out.
    pub(super) fn mean_seconds(&self, memory: MemoryMb) -> f64 {
        match self {
            HandlerTime::Drawn(it) => it.mean_seconds(),
            HandlerTime::Computed { work, wait } => {
                let share = memory.get().min(MEMORY_OF_A_VCPU.get());
                let share = f64::from(share.max(1)) / f64::from(MEMORY_OF_A_VCPU.get());
                work.mean_seconds() / share + wait.mean_seconds()
            }
        }
    }
}

impl SimulatedFunction {
    /// A function with Lambda's defaults, but for the timeout: it has the longest that there is.
    pub fn named(name: &str, duration: impl Into<HandlerTime>, cold_start: ColdStart) -> Self {
        SimulatedFunction {
            configuration: FunctionConfiguration {
                name: name.to_owned(),
                package: PackageId(0),
                runtime: Runtime::Provided,
                handler: DEFAULT_HANDLER.to_owned(),
                kind: HandlerKind::Reactor,
                code_size: ByteCount::new(1),
                unzipped_size: ByteCount::new(1),
                layers: Vec::new(),
                initial_memory: ByteCount::default(),
                memory: DEFAULT_MEMORY,
                timeout: *TIMEOUT.end(),
                architecture: Default::default(),
                ephemeral_storage: *EPHEMERAL_STORAGE.start(),
                variables: Default::default(),
                reserved_concurrency: None,
                snap_start: SnapStart::None,
                asynchronous: AsyncConfiguration::default(),
                clock: ClockSetting::Modelled,
            },
            duration: duration.into(),
            cold_start,
            restore: Distribution::Constant(Span::ZERO),
            failures: Failures::default(),
            provisioning: None,
        }
    }
}

impl Scenario {
    /// One function that Poisson arrivals come to, in an account with Lambda's defaults.
    pub fn of(function: SimulatedFunction, rate: f64, length: Span) -> Scenario {
        Scenario {
            seed: Seed(1),
            length,
            settle: *TIMEOUT.end() + Span::from_secs(60),
            concurrency: DEFAULT_ACCOUNT_CONCURRENCY,
            idle_expiry: DEFAULT_IDLE_EXPIRY,
            functions: vec![function],
            loads: vec![Load {
                function: 0,
                arrivals: Arrivals::Curve {
                    curve: Curve::steady(rate),
                    spacing: Spacing::Poisson,
                },
                way: Way::Request { retries: None },
            }],
        }
    }
}
