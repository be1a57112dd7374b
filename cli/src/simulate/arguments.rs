//! What `coldstart simulate` can be asked for, and the scenario that it makes.

use crate::failure::Failure;
use clap::Args;
use runtime_core::generator::Seed;
use runtime_core::simulator::{
    AnyFile, Axis, ColdStart, Distribution, MOST_REPLICATIONS, Scenario, ServiceFile, SidesFile,
    SimulatedFunction, read_any,
};
use runtime_core::units::{MemoryMb, Span};
use std::fs;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Times are seconds. DIST is how long something takes: 0.25, exp:MEAN, lognormal:MEDIAN,SIGMA,
pareto:LEAST,SHAPE, or list:A,B,C for what was measured.

Exit codes:
  0  it was simulated
  2  the command line or the scenario is not valid, or asks for more than a billion requests without --yes
  4  Coldstart itself could not do its job

Examples:
  coldstart simulate public/scenarios/black-friday.toml
  coldstart simulate public/scenarios/black-friday-fargate.toml
  coldstart simulate public/scenarios/lambda-against-fargate.toml
  coldstart simulate public/scenarios/retry-storm.toml --replications 20 --csv \\
    --sweep function.api.reserved_concurrency=40,60,80 --sweep load.0.retries.most=0,1,3
  coldstart simulate --rate 0.9 --duration exp:1.991 --cold exp:2.244 --for 1e6
  coldstart simulate --rate 1000 --duration lognormal:0.08,0.6 --cold 0.9 --memory 512 --json";

/// Simulates a load on functions, on a service on Fargate, or on one of each, and says what that comes to.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArguments {
    /// A scenario, as in public/scenarios/ [default: one function, from --rate and --duration]
    #[arg(value_name = "SCENARIO.toml", conflicts_with_all = [
        "rate", "duration", "cold", "keep_alive", "length", "max_concurrency", "memory", "timeout",
    ])]
    pub(crate) file: Option<PathBuf>,

    /// Requests a second: Poisson arrivals
    #[arg(long, value_name = "N", value_parser = number, required_unless_present = "file")]
    pub(crate) rate: Option<f64>,

    /// How long an invocation takes
    #[arg(long, value_name = "DIST", value_parser = distribution, required_unless_present = "file")]
    pub(crate) duration: Option<Distribution>,

    /// How long a cold start's request takes in all, INIT and handler [default: as any other]
    #[arg(long, value_name = "DIST", value_parser = distribution)]
    pub(crate) cold: Option<Distribution>,

    /// How long an idle environment is kept (AWS does not publish it)
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = span)]
    pub(crate) keep_alive: Span,

    /// For how long requests come
    #[arg(long = "for", value_name = "SECONDS", default_value = "3600", value_parser = span)]
    pub(crate) length: Span,

    /// Account concurrency
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) max_concurrency: u32,

    /// Memory in MB, 128 to 10240
    #[arg(long, value_name = "MB", default_value_t = 128)]
    pub(crate) memory: u32,

    /// The function's timeout in seconds, 1 to 900
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub(crate) timeout: u64,

    /// From which all that is drawn follows [default: the file's, or 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Simulate it so many times with seeds of their own, on all cores, and say how sure the figures are
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=i64::from(MOST_REPLICATIONS)))]
    pub(crate) replications: Option<u32>,

    /// Simulate a scenario file with each of these values of a field, on all cores; a second one makes a grid
    #[arg(long, value_name = "FIELD=A,B,C", value_parser = axis, conflicts_with = "rate")]
    pub(crate) sweep: Vec<Axis>,

    /// Print a sweep as CSV instead of a table
    #[arg(long, requires = "sweep", conflicts_with = "json")]
    pub(crate) csv: bool,

    /// Prices to bill by, in the format of public/prices/ [default: us-east-1]
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,

    /// Simulate more than a billion requests, however long it takes
    #[arg(long)]
    pub(crate) yes: bool,

    /// Print one JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

impl SimulateArguments {
    /// What is to be simulated.
    pub(super) fn asked(&self) -> Result<Asked, Failure> {
        let mut asked = match &self.file {
            Some(path) => from_file(path)?,
            None => Asked::Functions(self.one_function()),
        };
        if let Some(seed) = self.seed {
            match &mut asked {
                Asked::Functions(scenario) => scenario.seed = Seed(seed),
                Asked::Service(file) => file.plan.seed = Seed(seed),
                Asked::Sides(file) => file.plan.service.seed = Seed(seed),
            }
        }
        Ok(asked)
    }

    fn one_function(&self) -> Scenario {
        let none = Distribution::Constant(Span::ZERO);
        let duration = self.duration.clone().unwrap_or(none);
        let whole = self.cold.clone().unwrap_or_else(|| duration.clone());
        let mut function = SimulatedFunction::named("function", duration, ColdStart::Whole(whole));
        function.configuration.memory = MemoryMb::new(self.memory);
        function.configuration.timeout = Span::from_secs(self.timeout);
        let rate = self.rate.unwrap_or_default();
        let mut scenario = Scenario::of(function, rate, self.length);
        scenario.idle_expiry = self.keep_alive;
        scenario.concurrency = self.max_concurrency;
        scenario
    }
}

/// A scenario's text.
pub(super) fn read_file(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::Read {
        what: "scenario",
        path: path.to_owned(),
        error,
    })
}

/// Opens traces: they lie beside the scenario that names them.
pub(super) fn beside(path: &Path) -> impl Fn(&str) -> Result<String, String> + Sync {
    move |name: &str| {
        fs::read_to_string(path.with_file_name(name)).map_err(|error| error.to_string())
    }
}

/// What is to be simulated.
pub(super) enum Asked {
    Functions(Scenario),
    Service(Box<ServiceFile>),
    Sides(Box<SidesFile>),
}

fn from_file(path: &Path) -> Result<Asked, Failure> {
    let text = read_file(path)?;
    let file = read_any(&text, beside(path)).map_err(|error| Failure::ScenarioFile {
        path: path.to_owned(),
        error,
    })?;
    Ok(match file {
        AnyFile::Functions(file) => Asked::Functions(file.scenario),
        AnyFile::Service(file) => Asked::Service(file),
        AnyFile::Sides(file) => Asked::Sides(file),
    })
}

fn axis(text: &str) -> Result<Axis, String> {
    let parsed = text.parse::<Axis>();
    parsed.map_err(|error| format!("{error}\n{}", error.hint()))
}

fn distribution(text: &str) -> Result<Distribution, String> {
    let parsed = text.parse::<Distribution>();
    parsed.map_err(|error| format!("{error}\n{}", error.hint()))
}

/// `1e6`.
fn number(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|it| it.is_finite());
    number.ok_or_else(|| "numbers are written as in 0.25, 12 or 1e6".to_owned())
}

/// Seconds.
fn span(text: &str) -> Result<Span, String> {
    match text.parse::<Distribution>() {
        Ok(Distribution::Constant(span)) => Ok(span),
        Ok(_) => Err("give one number of seconds".to_owned()),
        Err(error) => Err(format!("{error}\n{}", error.hint())),
    }
}
