//! What is simulated.

use super::arrivals::{Arrivals, Curve, MOST_A_SECOND, Spacing};
use super::distribution::Distribution;
use crate::generator::Seed;
use crate::platform::{
    DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_IDLE_EXPIRY, DEFAULT_MEMORY, EPHEMERAL_STORAGE, Input,
    Out, Platform, QueueError, SettingError, TIMEOUT, validate, validate_mapping, validate_queue,
};
use crate::timeline::{
    AsyncConfiguration, ClockSetting, DEFAULT_HANDLER, FunctionConfiguration, HandlerKind,
    MappingConfiguration, QueueConfiguration, Runtime, SnapStart,
};
use crate::units::{ByteCount, FunctionId, MappingId, Moment, PackageId, QueueId, Span};
use std::fmt;

/// The longest time that can be simulated: a hundred years.
pub const MOST_TIME: Span = Span::from_secs(100 * 365 * 86_400);
/// More requests than this are simulated only if that was asked for.
pub const UNASKED_REQUESTS: f64 = 1e9;
/// Requests that a core simulates in a second, for estimates: measured natively at a thousand a
/// second, and rounded down.
const REQUESTS_A_SECOND: f64 = 2e6;

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
    pub duration: Distribution,
    /// How much longer the first one of an environment takes.
    pub cold_start: ColdStart,
    /// How some of them fail.
    pub failures: Failures,
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

impl SimulatedFunction {
    /// A function with Lambda's defaults, but for the timeout: it has the longest that there is.
    pub fn named(name: &str, duration: Distribution, cold_start: ColdStart) -> Self {
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
            duration,
            cold_start,
            failures: Failures::default(),
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

    /// Everything that is wrong with it; empty if it can be simulated.
    pub fn check(&self) -> Vec<ScenarioError> {
        let mut errors = Vec::new();
        if self.length == Span::ZERO || self.length > MOST_TIME {
            errors.push(ScenarioError::Length);
        }
        if self.settle > MOST_TIME {
            errors.push(ScenarioError::Settle);
        }
        if self.concurrency == 0 {
            errors.push(ScenarioError::Concurrency);
        }
        if self.functions.is_empty() {
            errors.push(ScenarioError::NoFunctions);
        }
        if self.loads.is_empty() {
            errors.push(ScenarioError::NoLoads);
        }
        for (place, function) in self.functions.iter().enumerate() {
            let others = self.functions.iter().take(place);
            let others = others.map(|it| &it.configuration);
            let found = validate(&function.configuration, others, self.concurrency);
            errors.extend(found.into_iter().map(|error| ScenarioError::Setting {
                function: function.configuration.name.clone(),
                error,
            }));
            let Failures {
                errors: failing,
                crashes,
                during,
            } = function.failures;
            let share = |it: f64| (0.0..=1.0).contains(&it);
            if !(share(failing) && share(crashes) && share(failing + crashes)) {
                errors.push(ScenarioError::Shares);
            } else if during.is_some_and(|(from, to)| from >= to || failing + crashes == 0.0) {
                errors.push(ScenarioError::Failing);
            }
        }
        errors.extend(self.check_queues());
        for load in &self.loads {
            if self.functions.get(load.function).is_none() {
                errors.push(ScenarioError::NoSuchFunction);
            }
            let Arrivals::Curve { curve, .. } = &load.arrivals;
            let good = |rate: f64| (0.0..=MOST_A_SECOND).contains(&rate);
            if let Some((_, rate)) = curve.points.iter().find(|(_, rate)| !good(*rate)) {
                errors.push(ScenarioError::Rate(*rate));
            }
            if curve.points.is_empty() {
                errors.push(ScenarioError::NoPoints);
            }
            if !curve.points.is_sorted_by_key(|(at, _)| *at) {
                errors.push(ScenarioError::PointsOutOfOrder);
            }
        }
        errors
    }

    /// What is told a platform before anything comes, in order.
    pub(super) fn set_up(&self) -> Vec<Input> {
        let mut inputs = vec![Input::ConfigureAccount {
            concurrency: self.concurrency,
            idle_expiry: self.idle_expiry,
        }];
        inputs.extend(self.functions.iter().enumerate().map(|(place, plan)| {
            Input::ConfigureFunction {
                function: function_id(place),
                configuration: Box::new(plan.configuration.clone()),
            }
        }));
        for (place, load) in self.loads.iter().enumerate() {
            if let Way::Queue(polled) = &load.way {
                inputs.push(Input::ConfigureQueue {
                    queue: queue_id(place),
                    configuration: Box::new(polled.queue.clone()),
                });
                inputs.push(Input::ConfigureMapping {
                    mapping: mapping_id(place),
                    configuration: Box::new(mapping(place, load, polled)),
                });
            }
        }
        inputs
    }

    /// What AWS would not accept of queues and mappings.
    fn check_queues(&self) -> Vec<ScenarioError> {
        let mut platform = Platform::default();
        let mut errors = Vec::new();
        for input in self.set_up() {
            let found = match &input {
                Input::ConfigureQueue {
                    queue,
                    configuration,
                } => validate_queue(configuration, *queue, &platform),
                Input::ConfigureMapping {
                    mapping,
                    configuration,
                } => validate_mapping(configuration, *mapping, &platform),
                _ => Vec::new(),
            };
            errors.extend(found.into_iter().map(ScenarioError::Queue));
            platform.handle(Moment::START, input, &mut Out::default());
        }
        errors
    }

    /// What it asks for.
    pub fn estimate(&self) -> Estimate {
        let events = |load: &Load| match &load.arrivals {
            Arrivals::Curve { curve, .. } => curve.events(self.length),
        };
        Estimate {
            requests: self.loads.iter().map(events).sum(),
        }
    }
}

/// Functions, queues and mappings are numbered from 1.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1)
}

/// The function at this place of a scenario.
pub(super) fn function_id(place: usize) -> FunctionId {
    FunctionId(number(place))
}

/// The place of a function in its scenario.
pub(super) fn place_of(function: FunctionId) -> usize {
    (function.0 as usize).saturating_sub(1)
}

/// The queue of the load at this place.
pub(super) fn queue_id(place: usize) -> QueueId {
    QueueId(number(place))
}

fn mapping_id(place: usize) -> MappingId {
    MappingId(number(place))
}

fn mapping(place: usize, load: &Load, polled: &PolledQueue) -> MappingConfiguration {
    let mut mapping = MappingConfiguration::between(queue_id(place), function_id(load.function));
    mapping.batch_size = polled.batch_size;
    mapping.limit_concurrency(polled.maximum_concurrency);
    mapping
}

/// What a scenario asks for, on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Events that come from outside.
    pub requests: f64,
}

impl Estimate {
    /// Whether it is so much that it has to be asked for.
    pub fn is_large(&self) -> bool {
        self.requests > UNASKED_REQUESTS
    }

    /// About how long it takes natively, in seconds.
    pub fn seconds(&self) -> f64 {
        self.requests / REQUESTS_A_SECOND
    }
}

/// Why a scenario cannot be simulated.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioError {
    /// It has no length, or more than a hundred years.
    Length,
    /// It settles for more than a hundred years.
    Settle,
    /// The account has no concurrency.
    Concurrency,
    /// It has no functions.
    NoFunctions,
    /// Nothing comes.
    NoLoads,
    /// Lambda would not accept a function's setting.
    Setting {
        /// Whose.
        function: String,
        /// What and why.
        error: SettingError,
    },
    /// Lambda or SQS would not accept a queue's or a mapping's setting.
    Queue(QueueError),
    /// Shares of failures that are none.
    Shares,
    /// Failures that end before they begin, or of which there are none.
    Failing,
    /// Events come to a function that there is not.
    NoSuchFunction,
    /// A rate that there cannot be.
    Rate(f64),
    /// A curve without points.
    NoPoints,
    /// A curve that goes back in time.
    PointsOutOfOrder,
}

impl ScenarioError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            ScenarioError::Length | ScenarioError::Settle => {
                "Give more than no time, and at most a hundred years.".to_owned()
            }
            ScenarioError::Concurrency => {
                "Give 1 or more; Lambda's default is 1,000 in a region.".to_owned()
            }
            ScenarioError::NoFunctions => "Describe one function at least.".to_owned(),
            ScenarioError::NoLoads => "Say what comes, and when.".to_owned(),
            ScenarioError::Setting { error, .. } => error.hint(),
            ScenarioError::Queue(error) => error.hint().to_owned(),
            ScenarioError::Shares => {
                "Give shares from 0 to 1 that are 1 together at most: 0.01 is one in a hundred."
                    .to_owned()
            }
            ScenarioError::Failing => {
                "Give a time after another one, and a share of errors or crashes.".to_owned()
            }
            ScenarioError::NoSuchFunction => "Name one of the scenario's functions.".to_owned(),
            ScenarioError::Rate(_) => {
                format!("Give events a second, from 0 to {MOST_A_SECOND}.")
            }
            ScenarioError::NoPoints => "Give one point at least.".to_owned(),
            ScenarioError::PointsOutOfOrder => {
                "Put the points in the order of their times.".to_owned()
            }
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioError::Length => f.write_str("the time to simulate is none that there can be"),
            ScenarioError::Settle => f.write_str("the time to settle is none that there can be"),
            ScenarioError::Concurrency => f.write_str("the account has no concurrency"),
            ScenarioError::NoFunctions => f.write_str("there is no function"),
            ScenarioError::NoLoads => f.write_str("nothing comes: the scenario has no load"),
            ScenarioError::Setting { function, error } => write!(f, "function {function}: {error}"),
            ScenarioError::Queue(error) => write!(f, "queue: {error}"),
            ScenarioError::Shares => {
                f.write_str("errors and crashes are no shares of all invocations")
            }
            ScenarioError::Failing => f.write_str("nothing fails in the time in which it should"),
            ScenarioError::NoSuchFunction => {
                f.write_str("events come to a function that there is not")
            }
            ScenarioError::Rate(rate) => write!(f, "{rate} events a second cannot be simulated"),
            ScenarioError::NoPoints => f.write_str("a curve has no points"),
            ScenarioError::PointsOutOfOrder => f.write_str("a curve goes back in time"),
        }
    }
}
