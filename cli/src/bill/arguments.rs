//! What `coldstart bill` can be asked for.

use clap::Args;
use runtime_core::units::UsdPerUnit;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  coldstart bill usage.toml
  coldstart bill usage.toml --region eu-central-1
  coldstart bill usage.toml --requests-for 10
  coldstart bill usage.toml --growth 20
  coldstart bill usage.toml --json | jq -r .total

docs/estimates.md lists every field of the file.";

/// Says what a described month of functions and tasks would cost, with every step of the arithmetic.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BillArguments {
    /// The description, a TOML file, or - for standard input
    pub(crate) file: PathBuf,

    /// The region whose prices apply [default: the file's, or us-east-1]
    #[arg(long, value_name = "REGION", conflicts_with = "prices")]
    pub(crate) region: Option<String>,

    /// Prices to bill by, in the format of public/prices/
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,

    /// Say as well how many requests a month so many dollars pay for
    #[arg(long, value_name = "DOLLARS")]
    pub(crate) requests_for: Option<UsdPerUnit>,

    /// Say as well what a year costs in which requests grow by so many percent a month
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub(crate) growth: Option<u32>,

    /// Print one JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
