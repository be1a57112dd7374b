//! What is wrong with a scenario, and what it asks for.
//!
//! ```text
//! mod    Scenario::check, Scenario::estimate
//! error  Fault: what is wrong with which field, and what to do
//! ```

mod error;

pub use error::{Fault, Part, ScenarioError};

use super::arrivals::{Arrivals, Bursts, Curve, MOST_A_SECOND, MOST_SWITCHES, Trace};
use super::scenario::{Failures, Load, Scenario, SimulatedFunction, Way};
use super::set_up::{alias_id, function_id, place_of, place_of_number};
use crate::platform::scaling::ScalingError;
use crate::platform::{
    Input, Out, Platform, QueueError, Setting, refuse_provisioned, validate, validate_mapping,
    validate_queue,
};
use crate::timeline::Qualifier;
use crate::units::{Moment, Span};

/// The longest time that can be simulated: a hundred years.
pub const MOST_TIME: Span = Span::from_secs(100 * 365 * 86_400);
/// More requests than this are simulated only if that was asked for.
pub const UNASKED_REQUESTS: f64 = 1e9;
/// Requests that a core simulates in a second, for estimates: measured natively at a thousand a
/// second, and rounded down.
const REQUESTS_A_SECOND: f64 = 2e6;
/// More steps of a flow than this are simulated only if that was asked for.
const UNASKED_STEPS: f64 = 4e6;
/// Steps of a flow that a core simulates in a second, for estimates: measured natively with 5,000 tasks of which a
/// zone fails, and rounded down; where little happens it is twenty times as many.
const STEPS_A_SECOND: f64 = 3e3;

impl Scenario {
    /// Everything that is wrong with it; empty if it can be simulated.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = self.check_whole();
        for (place, function) in self.functions.iter().enumerate() {
            let others = self.functions.iter().take(place);
            faults.extend(function.check(Part::Function(place), others, self.concurrency));
        }
        faults.extend(self.check_set_up());
        for (place, load) in self.loads.iter().enumerate() {
            faults.extend(self.check_load(Part::Load(place), load));
        }
        faults
    }

    fn check_whole(&self) -> Vec<Fault> {
        let wrong = [
            (
                self.length == Span::ZERO || self.length > MOST_TIME,
                "length",
                ScenarioError::Length,
            ),
            (self.settle > MOST_TIME, "settle", ScenarioError::Settle),
            (
                self.concurrency == 0,
                "concurrency",
                ScenarioError::Concurrency,
            ),
            (
                self.functions.is_empty(),
                "function",
                ScenarioError::NoFunctions,
            ),
            (self.loads.is_empty(), "load", ScenarioError::NoLoads),
        ];
        let wrong = wrong.into_iter().filter(|(wrong, ..)| *wrong);
        wrong
            .map(|(_, field, error)| Part::Whole.fault(field, error))
            .collect()
    }

    /// What AWS would not accept of provisioned concurrency, queues and mappings.
    fn check_set_up(&self) -> Vec<Fault> {
        let mut platform = Platform::default();
        let mut faults = Vec::new();
        for input in self.set_up() {
            let queue_fault = |place, error: QueueError| {
                let field = field_of_queue(&error);
                Part::Load(place).fault(field, ScenarioError::Queue(error))
            };
            match &input {
                Input::ConfigureQueue {
                    queue,
                    configuration,
                } => {
                    let place = place_of_number(queue.0);
                    let found = validate_queue(configuration, *queue, &platform);
                    faults.extend(found.into_iter().map(|it| queue_fault(place, it)));
                }
                Input::ConfigureMapping {
                    mapping,
                    configuration,
                } => {
                    let place = place_of_number(mapping.0);
                    let found = validate_mapping(configuration, *mapping, &platform);
                    faults.extend(found.into_iter().map(|it| queue_fault(place, it)));
                }
                Input::Provision {
                    function,
                    qualifier,
                    environments,
                } => {
                    let found = refuse_provisioned(&platform, *function, *qualifier, *environments);
                    faults.extend(found.map(|error| {
                        let part = Part::Function(place_of(*function));
                        part.fault("provisioned.concurrency", ScenarioError::Provisioned(error))
                    }));
                }
                _ => {}
            }
            platform.handle(Moment::START, input, &mut Out::default());
        }
        for (place, function) in self.functions.iter().enumerate() {
            let provisioning = function.provisioning.as_ref();
            let Some(scaling) = provisioning.and_then(|it| it.scaling.as_ref()) else {
                continue;
            };
            let part = Part::Function(place);
            let found = scaling.errors(&function.configuration.name);
            faults.extend(found.into_iter().map(|error| {
                let field = match error {
                    ScalingError::Utilization(_) => "provisioned.utilization",
                    ScalingError::Bounds { .. } => "provisioned.minimum",
                    ScalingError::NoBounds => "provisioned.schedule",
                    _ => "provisioned",
                };
                part.fault(field, ScenarioError::Scaling(error))
            }));
            let alias = Qualifier::Alias(alias_id(place));
            let found = refuse_provisioned(&platform, function_id(place), alias, scaling.most());
            faults.extend(
                found.map(|error| {
                    part.fault("provisioned.maximum", ScenarioError::Provisioned(error))
                }),
            );
        }
        faults
    }

    fn check_load(&self, part: Part, load: &Load) -> Vec<Fault> {
        let mut faults = Vec::new();
        let function = self.functions.get(load.function);
        if function.is_none() {
            faults.push(part.fault("function", ScenarioError::NoSuchFunction));
        }
        let provisioned = function.is_some_and(|it| it.provisioning.is_some());
        if provisioned && matches!(load.way, Way::Queue(_)) {
            faults.push(part.fault("way", ScenarioError::QueueOfProvisioned));
        }
        let field = match &load.arrivals {
            Arrivals::Curve { .. } | Arrivals::Bursts { .. } => "rate",
            Arrivals::Trace { .. } => "trace",
        };
        let found = check_arrivals(&load.arrivals, self.length);
        faults.extend(found.into_iter().map(|error| part.fault(field, error)));
        faults
    }

    /// What it asks for.
    pub fn estimate(&self) -> Estimate {
        let events = |load: &Load| load.arrivals.events(self.length);
        Estimate {
            requests: self.loads.iter().map(events).sum(),
            steps: None,
        }
    }
}

impl SimulatedFunction {
    /// `others` come before it.
    fn check<'a>(
        &self,
        part: Part,
        others: impl Iterator<Item = &'a SimulatedFunction>,
        concurrency: u32,
    ) -> Vec<Fault> {
        let others = others.map(|it| &it.configuration);
        let found = validate(&self.configuration, others, concurrency);
        let mut faults: Vec<Fault> = found
            .into_iter()
            .map(|error| {
                let field = field_of_setting(error.setting());
                let function = self.configuration.name.clone();
                part.fault(field, ScenarioError::Setting { function, error })
            })
            .collect();
        let Failures {
            errors,
            crashes,
            during,
        } = self.failures;
        let share = |it: f64| (0.0..=1.0).contains(&it);
        if !share(errors) {
            faults.push(part.fault("errors", ScenarioError::Shares));
        } else if !share(crashes) || !share(errors + crashes) {
            faults.push(part.fault("crashes", ScenarioError::Shares));
        } else if during.is_some_and(|(from, to)| from >= to || errors + crashes == 0.0) {
            faults.push(part.fault("failing", ScenarioError::Failing));
        }
        faults
    }
}

fn is_rate(rate: f64) -> bool {
    (0.0..=MOST_A_SECOND).contains(&rate)
}

/// What is wrong with arrivals that come for so long.
pub(super) fn check_arrivals(arrivals: &Arrivals, length: Span) -> Vec<ScenarioError> {
    match arrivals {
        Arrivals::Curve { curve, .. } => check_curve(curve),
        Arrivals::Bursts { bursts, .. } => check_bursts(bursts, length),
        Arrivals::Trace { trace, .. } => check_trace(trace),
    }
}

fn check_curve(curve: &Curve) -> Vec<ScenarioError> {
    let wrong = curve.points.iter().find(|(_, rate)| !is_rate(*rate));
    let mut errors: Vec<ScenarioError> = wrong
        .map(|(_, rate)| ScenarioError::Rate(*rate))
        .into_iter()
        .collect();
    if curve.points.is_empty() {
        errors.push(ScenarioError::NoPoints);
    }
    if !curve.points.is_sorted_by_key(|(at, _)| *at) {
        errors.push(ScenarioError::PointsOutOfOrder);
    }
    errors
}

fn check_bursts(bursts: &Bursts, length: Span) -> Vec<ScenarioError> {
    let wrong = bursts.states.iter().find(|it| !is_rate(it.rate));
    let mut errors: Vec<ScenarioError> = wrong
        .map(|it| ScenarioError::Rate(it.rate))
        .into_iter()
        .collect();
    if bursts.states.len() < 2 {
        errors.push(ScenarioError::OneState);
    } else if bursts.states.iter().any(|it| it.stay == Span::ZERO) {
        errors.push(ScenarioError::NoStay);
    } else if bursts.switches(length) > MOST_SWITCHES {
        errors.push(ScenarioError::Switches);
    }
    errors
}

fn check_trace(trace: &Trace) -> Vec<ScenarioError> {
    let (empty, sorted) = match trace {
        Trace::Times(times) => (times.is_empty(), times.is_sorted()),
        Trace::Minutes(counts) => (counts.is_empty(), true),
    };
    let mut errors = Vec::new();
    if empty {
        errors.push(ScenarioError::EmptyTrace);
    }
    if !sorted {
        errors.push(ScenarioError::TraceOutOfOrder);
    }
    errors
}

/// The field of a scenario file that a setting is in.
fn field_of_setting(setting: Setting) -> &'static str {
    match setting {
        Setting::Memory => "memory",
        Setting::Timeout => "timeout",
        Setting::ReservedConcurrency => "reserved_concurrency",
        Setting::SnapStart => "restore",
        // The others are not in files: they are what the name stands for.
        Setting::Name
        | Setting::Handler
        | Setting::EphemeralStorage
        | Setting::Layers
        | Setting::Variables
        | Setting::Asynchronous => "name",
    }
}

/// The field of a load that an error of its queue or its mapping is about.
fn field_of_queue(error: &QueueError) -> &'static str {
    match error {
        QueueError::Visibility(_) | QueueError::VisibilityBelowTimeout { .. } => {
            "visibility_timeout"
        }
        QueueError::BatchSize { .. } | QueueError::BatchNeedsWindow => "batch_size",
        QueueError::Concurrency(_) => "maximum_concurrency",
        _ => "way",
    }
}

/// What a scenario asks for, on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Events that come from outside.
    pub requests: f64,
    /// Steps of a flow, where they are not simulated one by one.
    pub steps: Option<f64>,
}

impl Estimate {
    /// Whether it is so much that it has to be asked for.
    pub fn is_large(&self) -> bool {
        match self.steps {
            Some(steps) => steps > UNASKED_STEPS,
            None => self.requests > UNASKED_REQUESTS,
        }
    }

    /// About how long it takes natively, in seconds.
    pub fn seconds(&self) -> f64 {
        match self.steps {
            Some(steps) => steps / STEPS_A_SECOND,
            None => self.requests / REQUESTS_A_SECOND,
        }
    }
}
