//! What can be asked for.

use crate::bill::BillArguments;
use crate::event::EventArguments;
use crate::simulate::SimulateArguments;
use crate::template::TemplateArguments;
use clap::{Args, Parser, Subcommand, ValueEnum};
use runtime_core::timeline::{Architecture, ClockSetting, Runtime, SessionMeta};
use runtime_core::units::{SessionSeed, Span};
use std::path::PathBuf;

/// Coldstart's arguments.
#[derive(Debug, Parser)]
#[command(name = "coldstart", version, about, long_about = None)]
#[command(about = "Runs serverless handlers here and shows what a cloud does with them.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    Invoke(Box<InvokeArguments>),
    Event(EventArguments),
    Simulate(Box<SimulateArguments>),
    Template(TemplateArguments),
    Bill(BillArguments),
    /// Serves as an execution environment; started by `coldstart invoke` only.
    #[command(hide = true)]
    Environment,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  every invocation succeeded
  1  at least one invocation was a function error (error, timeout, crash, out of memory)
  2  the handler, the event or a setting is not valid; nothing ran
  3  at least one request was throttled or refused, and no invocation was a function error
  4  Coldstart itself could not do its job

Examples:
  coldstart invoke handler.wasm --event order.json
  echo '{\"name\":\"Ada\"}' | coldstart invoke handler.wasm --event - --times 2
  coldstart invoke handler.wasm --memory 512 --env TABLE=orders --json | jq '.bill.total'
  coldstart invoke handler.wasm --concurrent 5 --reserved-concurrency 2
  coldstart invoke lambda_function.py --runtimes dist/runtimes --times 3
  coldstart invoke lambda_function.py --layer requests.zip --layer models.zip";

/// Invokes a handler as AWS Lambda would and prints log, REPORT, response and bill.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct InvokeArguments {
    /// The deployment package: a .wasm module, .wat text, a .zip that holds bootstrap.wasm, or source
    /// code for a managed runtime (.py, .mjs, .rb, or a .zip of them)
    pub(crate) handler: PathBuf,

    /// The event: a file of JSON, or - for standard input [default: the event {}]
    #[arg(long, value_name = "FILE", conflicts_with = "event_json")]
    pub(crate) event: Option<PathBuf>,

    /// The event itself
    #[arg(long, value_name = "JSON")]
    pub(crate) event_json: Option<String>,

    /// How many rounds of requests; each begins when the one before it has ended
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) times: u32,

    /// How many requests arrive at the same moment, in each round
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) concurrent: u32,

    /// Time between rounds, skipped and not waited for: 30s, 15m, 2h
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) idle: Option<Span>,

    #[command(flatten)]
    pub(crate) settings: SettingArguments,

    #[command(flatten)]
    pub(crate) runtime: RuntimeArguments,

    #[command(flatten)]
    pub(crate) account: AccountArguments,

    /// Request ids and the date are those of this session; without it each run has its own
    #[arg(long, value_name = "SEED,UNIX_MILLIS", value_parser = session)]
    pub(crate) session: Option<SessionMeta>,

    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// The function's settings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Function")]
pub(crate) struct SettingArguments {
    /// The function's name [default: the file's name]
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// Memory in MB, 128 to 10240
    #[arg(long, value_name = "MB", default_value_t = 128)]
    pub(crate) memory: u32,

    /// Timeout in seconds, 1 to 900
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    pub(crate) timeout: u64,

    /// The architecture that is billed
    #[arg(long, value_name = "ARCH", value_enum, default_value_t)]
    pub(crate) arch: ArchitectureArgument,

    /// The size of /tmp in MB, 512 to 10240
    #[arg(long, value_name = "MB", default_value_t = 512)]
    pub(crate) ephemeral_storage: u32,

    /// An environment variable of the handler; can be given several times
    #[arg(long = "env", value_name = "KEY=VALUE", value_parser = variable)]
    pub(crate) variables: Vec<(String, String)>,

    /// A layer: a .zip of what is to lie under /opt; can be given up to five times, and later ones lie
    /// over earlier ones
    #[arg(long = "layer", value_name = "FILE.zip")]
    pub(crate) layers: Vec<PathBuf>,

    /// SnapStart: INIT runs once, and cold starts restore what it left
    #[arg(long)]
    pub(crate) snap_start: bool,

    /// Where durations come from: modelled from the handler's work, or measured on this machine
    #[arg(long, value_name = "CLOCK", value_enum, default_value_t)]
    pub(crate) clock: ClockArgument,

    /// Reserved concurrency: a cap and a guarantee [default: none]
    #[arg(long, value_name = "N")]
    pub(crate) reserved_concurrency: Option<u32>,
}

/// What runs source code.
#[derive(Debug, Args)]
#[command(next_help_heading = "Runtime")]
pub(crate) struct RuntimeArguments {
    /// The runtime, as python3.12 or ruby3.4 [default: what the package's files are for]
    #[arg(long, value_name = "ID", value_parser = runtime)]
    pub(crate) runtime: Option<Runtime>,

    /// The handler, as file.function [default: the one that fits the package's files]
    #[arg(id = "entry", long = "handler", value_name = "STRING")]
    pub(crate) handler: Option<String>,

    /// The folder of the managed runtimes [default: COLDSTART_RUNTIMES, or else dist/runtimes]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) runtimes: Option<PathBuf>,
}

/// The account's limits and its bill.
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct AccountArguments {
    /// Account concurrency
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) account_concurrency: u32,

    /// How long an idle environment is kept (AWS does not publish it) [default: 10m]
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) idle_expiry: Option<Span>,

    /// Take the monthly free tier off the bill
    #[arg(long)]
    pub(crate) free_tier: bool,

    /// Prices to bill by, in the format of public/prices/ [default: us-east-1]
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ArchitectureArgument {
    #[default]
    #[value(name = "x86_64")]
    X86_64,
    Arm64,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ClockArgument {
    #[default]
    Modelled,
    Measured,
}

impl From<ClockArgument> for ClockSetting {
    fn from(argument: ClockArgument) -> Self {
        match argument {
            ClockArgument::Modelled => ClockSetting::Modelled,
            ClockArgument::Measured => ClockSetting::Measured,
        }
    }
}

impl From<ArchitectureArgument> for Architecture {
    fn from(argument: ArchitectureArgument) -> Self {
        match argument {
            ArchitectureArgument::X86_64 => Architecture::X86_64,
            ArchitectureArgument::Arm64 => Architecture::Arm64,
        }
    }
}

/// `7,1700000000000`.
fn session(text: &str) -> Result<SessionMeta, String> {
    let numbers = text.split_once(',');
    let parse = |number: &str| number.trim().parse::<u64>().ok();
    numbers
        .and_then(|(seed, unix)| Some((parse(seed)?, parse(unix)?)))
        // Twenty thousand years keep the clock far from its end.
        .filter(|(_, unix_millis)| *unix_millis < 1 << 49)
        .map(|(seed, unix_millis)| SessionMeta {
            seed: SessionSeed(seed),
            unix_millis,
        })
        .ok_or_else(|| "say a number and a time in ms since 1970, as in 7,1700000000000".to_owned())
}

/// `30s`, `15m`, `2h`, `500ms`.
fn span(text: &str) -> Result<Span, String> {
    let (number, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(end) => text.split_at(end),
        None => (text, ""),
    };
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "" => return Err("say the unit too, as in 30s, 15m or 2h".to_owned()),
        other => return Err(format!("\"{other}\" is no unit of time: use ms, s, m or h")),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis))
        // A year is more than any session needs, and keeps the clock far from its end.
        .filter(|millis| *millis <= 365 * 24 * 3_600_000)
        .map(Span::from_millis)
        .ok_or_else(|| format!("\"{number}\" is not a whole number up to a year"))
}

/// An identifier of a runtime.
fn runtime(text: &str) -> Result<Runtime, String> {
    Runtime::from_id(text).ok_or_else(|| {
        let known: Vec<_> = Runtime::MANAGED
            .iter()
            .map(|runtime| runtime.id())
            .collect();
        format!(
            "there is no such runtime; there are {} and {}",
            known.join(", "),
            Runtime::Provided.id()
        )
    })
}

/// `KEY=VALUE`; the value may hold further `=` and may be empty.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(format!("write {text}=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_have_units() {
        assert_eq!(span("30s"), Ok(Span::from_secs(30)));
        assert_eq!(span("15m"), Ok(Span::from_secs(900)));
        assert_eq!(span("2h"), Ok(Span::from_secs(7_200)));
        assert_eq!(span("500ms"), Ok(Span::from_millis(500)));
        for bad in [
            "",
            "5",
            "s",
            "-1s",
            "1.5h",
            "9999999999999999999999s",
            "10000h",
            "1d",
        ] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn runtimes_have_the_names_of_lambdas_api() {
        assert_eq!(runtime("python3.12"), Ok(Runtime::Python312));
        let error = runtime("python3.8").unwrap_err();
        assert!(
            error.contains("python3.12, javascript, ruby3.4 and provided.al2023"),
            "{error}"
        );
    }

    #[test]
    fn variables_are_split_at_the_first_equals_sign() {
        assert_eq!(variable("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert_eq!(variable("A="), Ok(("A".to_owned(), String::new())));
        assert!(variable("A").is_err());
    }
}
