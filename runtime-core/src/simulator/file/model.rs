//! The file's tables and fields.

use super::ScenarioFile;
use super::arrivals::ArrivalsModel;
use super::error::{ValueError, Wrong};
use super::provisioned::ProvisionedModel;
use super::rate::{RateModel, rate_or_number};
use super::value::{Seconds, Time};
use crate::generator::Seed;
use crate::platform::{DEFAULT_ACCOUNT_CONCURRENCY, DEFAULT_IDLE_EXPIRY, DEFAULT_TIMEOUT, TIMEOUT};
use crate::simulator::check::Part;
use crate::simulator::scenario::{
    ColdStart, Failures, Load, PolledQueue, Retries, Scenario, SimulatedFunction, Way,
};
use crate::simulator::{Arrivals, Distribution, Spacing};
use crate::timeline::{Architecture, QueueConfiguration, SnapStart};
use crate::units::{MemoryMb, Span};
use serde::Deserialize;

/// How long what has begun may take to come to its end, where events and messages are tried again: the
/// longest that Lambda keeps an event (6 hours), and the longest invocation.
const SETTLES: Span = Span::from_secs(6 * 3_600 + 1_000);
/// SQS hides messages for six times the function's timeout, as Lambda's guide advises ("Creating and
/// configuring an Amazon SQS event source mapping").
const TIMEOUTS_HIDDEN: u64 = 6;
/// Of a mapping (Lambda API reference, CreateEventSourceMapping).
const DEFAULT_BATCH: u32 = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileModel {
    #[serde(rename = "version")]
    _version: i64,
    name: String,
    #[serde(default)]
    about: String,
    #[serde(default = "first_seed")]
    seed: u64,
    length: Seconds,
    concurrency: Option<u32>,
    idle_expiry: Option<Seconds>,
    #[serde(default, rename = "function")]
    functions: Vec<FunctionModel>,
    #[serde(default, rename = "load")]
    loads: Vec<LoadModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionModel {
    name: String,
    duration: Time,
    start: Option<Time>,
    init: Option<Time>,
    memory: Option<u32>,
    timeout: Option<Seconds>,
    architecture: Option<Architecture>,
    reserved_concurrency: Option<u32>,
    restore: Option<Time>,
    provisioned: Option<ProvisionedModel>,
    #[serde(default)]
    errors: f64,
    #[serde(default)]
    crashes: f64,
    failing: Option<(Seconds, Seconds)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoadModel {
    function: String,
    #[serde(default)]
    way: WayModel,
    #[serde(default)]
    spacing: SpacingModel,
    #[serde(default, deserialize_with = "rate_or_number")]
    rate: Option<RateModel>,
    trace: Option<String>,
    row: Option<String>,
    retries: Option<RetriesModel>,
    batch_size: Option<u32>,
    maximum_concurrency: Option<u32>,
    visibility_timeout: Option<Seconds>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WayModel {
    #[default]
    Request,
    Event,
    Queue,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SpacingModel {
    #[default]
    Poisson,
    Even,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetriesModel {
    most: u16,
    wait: Seconds,
}

fn first_seed() -> u64 {
    1
}

impl FileModel {
    /// What it describes.
    pub(super) fn scenario(
        self,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<ScenarioFile, Box<Wrong>> {
        let names: Vec<String> = self.functions.iter().map(|it| it.name.clone()).collect();
        let functions: Vec<SimulatedFunction> = self
            .functions
            .into_iter()
            .map(FunctionModel::plan)
            .collect();
        let mut loads = Vec::new();
        let mut settle = *TIMEOUT.end() + Span::from_secs(60);
        for (number, load) in self.loads.into_iter().enumerate() {
            let function = names.iter().position(|name| *name == load.function);
            let Some(function) = function else {
                let name = load.function;
                return Err(wrong(
                    number,
                    "function",
                    ValueError::NoSuchFunction { name },
                ));
            };
            if let Some(field) = load.field_of_another_way() {
                let load = number + 1;
                return Err(wrong(number, field, ValueError::AnotherWay { field, load }));
            }
            let timeout = functions.get(function).map(|it| it.configuration.timeout);
            let load = load.load(number, function, timeout.unwrap_or(DEFAULT_TIMEOUT), open)?;
            if !matches!(load.way, Way::Request { retries: None }) {
                settle = SETTLES;
            }
            loads.push(load);
        }
        Ok(ScenarioFile {
            name: self.name,
            about: self.about,
            scenario: Scenario {
                seed: Seed(self.seed),
                length: self.length.0,
                settle,
                concurrency: self.concurrency.unwrap_or(DEFAULT_ACCOUNT_CONCURRENCY),
                idle_expiry: self.idle_expiry.map_or(DEFAULT_IDLE_EXPIRY, |it| it.0),
                functions,
                loads,
            },
        })
    }
}

impl FunctionModel {
    fn plan(self) -> SimulatedFunction {
        let time = |it: Option<Time>| it.map_or(Distribution::Constant(Span::ZERO), |it| it.0);
        let cold_start = ColdStart::Phases {
            start: time(self.start),
            init: time(self.init),
        };
        let mut plan = SimulatedFunction::named(&self.name, self.duration.0, cold_start);
        let configuration = &mut plan.configuration;
        configuration.timeout = self.timeout.map_or(DEFAULT_TIMEOUT, |it| it.0);
        if let Some(memory) = self.memory {
            configuration.memory = MemoryMb::new(memory);
        }
        configuration.architecture = self.architecture.unwrap_or_default();
        configuration.reserved_concurrency = self.reserved_concurrency;
        if let Some(restore) = self.restore {
            configuration.snap_start = SnapStart::PublishedVersions;
            plan.restore = restore.0;
        }
        plan.provisioning = self.provisioned.map(ProvisionedModel::provisioning);
        plan.failures = Failures {
            errors: self.errors,
            crashes: self.crashes,
            during: self.failing.map(|(from, to)| (from.0, to.0)),
        };
        plan
    }
}

/// Something is wrong with a field of the load at this place.
fn wrong(place: usize, field: &'static str, error: ValueError) -> Box<Wrong> {
    Box::new(Wrong {
        part: Part::Load(place),
        field,
        error,
    })
}

impl LoadModel {
    /// What is said of the load that events which come its way have not.
    fn field_of_another_way(&self) -> Option<&'static str> {
        let of_queues = !matches!(self.way, WayModel::Queue);
        let of_requests = !matches!(self.way, WayModel::Request);
        [
            ("retries", of_requests && self.retries.is_some()),
            ("batch_size", of_queues && self.batch_size.is_some()),
            (
                "maximum_concurrency",
                of_queues && self.maximum_concurrency.is_some(),
            ),
            (
                "visibility_timeout",
                of_queues && self.visibility_timeout.is_some(),
            ),
        ]
        .into_iter()
        .find_map(|(field, wrong)| wrong.then_some(field))
    }

    /// When its events come.
    fn arrivals(
        &mut self,
        number: usize,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Arrivals, Box<Wrong>> {
        let given = ArrivalsModel {
            load: Some(number + 1),
            rate: self.rate.take(),
            trace: self.trace.take(),
            row: self.row.take(),
            spacing: self.spacing,
        };
        let arrivals = given.arrivals(open);
        arrivals.map_err(|(field, error)| wrong(number, field, error))
    }

    fn load(
        mut self,
        number: usize,
        function: usize,
        timeout: Span,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Load, Box<Wrong>> {
        let arrivals = self.arrivals(number, open)?;
        let way = match self.way {
            WayModel::Request => Way::Request {
                retries: self.retries.map(Retries::from),
            },
            WayModel::Event => Way::Event,
            WayModel::Queue => {
                let mut queue = QueueConfiguration::named(format!("queue-{}", number + 1));
                let hidden = timeout.as_nanos().saturating_mul(TIMEOUTS_HIDDEN);
                let hidden = Span::from_nanos(hidden);
                queue.visibility_timeout = self.visibility_timeout.map_or(hidden, |it| it.0);
                Way::Queue(Box::new(PolledQueue {
                    queue,
                    batch_size: self.batch_size.unwrap_or(DEFAULT_BATCH),
                    maximum_concurrency: self.maximum_concurrency,
                }))
            }
        };
        Ok(Load {
            function,
            arrivals,
            way,
        })
    }
}

impl From<SpacingModel> for Spacing {
    fn from(it: SpacingModel) -> Self {
        match it {
            SpacingModel::Poisson => Spacing::Poisson,
            SpacingModel::Even => Spacing::Even,
        }
    }
}

impl From<RetriesModel> for Retries {
    fn from(it: RetriesModel) -> Self {
        Retries {
            most: it.most,
            wait: it.wait.0,
        }
    }
}
