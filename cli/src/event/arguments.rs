//! What `coldstart event` can be asked for.

use clap::{Args, Subcommand};
use runtime_core::events::trigger::TriggerKind;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  it is an event of that trigger, or one was made
  1  it is none, or none can be made of these fields
  2  the command line is not valid, or the file could not be read

Examples:
  coldstart event kinds
  coldstart event kinds sqs
  coldstart event make s3 --set bucket=photos --set key=\"a b.jpg\" > event.json
  coldstart event check s3 event.json
  coldstart event make sqs | coldstart invoke handler.wasm --event -";

/// Makes and checks the events of AWS's triggers.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct EventArguments {
    #[command(subcommand)]
    pub(crate) task: EventTask,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventTask {
    /// Lists the triggers, or the fields of one trigger's form
    Kinds {
        /// The trigger whose fields are listed
        #[arg(value_parser = kind)]
        kind: Option<TriggerKind>,
    },
    Make(MakeArguments),
    /// Checks that a file is an event of a trigger, and names the first mistake
    Check {
        /// The trigger, as in sqs or apigateway-rest
        #[arg(value_parser = kind)]
        kind: TriggerKind,
        /// The event: a file of JSON, or - for standard input
        file: PathBuf,
    },
}

/// Prints the event that a trigger makes
#[derive(Debug, Args)]
pub(crate) struct MakeArguments {
    /// The trigger, as in sqs or apigateway-rest
    #[arg(value_parser = kind)]
    pub(crate) kind: TriggerKind,

    /// Fills a field in; can be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = filled)]
    pub(crate) fields: Vec<(String, String)>,

    /// The region that the event comes from [default: us-east-1]
    #[arg(long, value_parser = region)]
    pub(crate) region: Option<String>,

    /// The account that it comes from, twelve digits [default: 123456789012]
    #[arg(long, value_name = "ID", value_parser = account)]
    pub(crate) account: Option<String>,

    /// When it happens, in ms since 1970 [default: 2026-11-24, 12:00 UTC]
    // Twenty thousand years are more than any event needs.
    #[arg(long, value_name = "UNIX_MILLIS", value_parser = clap::value_parser!(u64).range(..1 << 49))]
    pub(crate) at: Option<u64>,

    /// From which its ids follow: the same seed gives the same ids
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

fn kind(slug: &str) -> Result<TriggerKind, String> {
    slug.parse()
        .map_err(|error: runtime_core::events::trigger::UnknownKind| {
            format!("{error}\n{}", error.hint())
        })
}

/// `FIELD=VALUE`; the value may hold further `=` and may be empty.
fn filled(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("write {text}=VALUE")),
    }
}

/// `eu-central-1`.
fn region(text: &str) -> Result<String, String> {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if text.split('-').count() >= 3 && text.split('-').all(part) {
        Ok(text.to_owned())
    } else {
        Err("a region looks like eu-central-1".to_owned())
    }
}

fn account(text: &str) -> Result<String, String> {
    match text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("an account has twelve digits".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_accounts_look_like_aws() {
        for good in ["us-east-1", "us-gov-west-1", "ap-southeast-5"] {
            assert!(region(good).is_ok(), "{good}");
        }
        for bad in ["", "us", "US-EAST-1", "us--1", "a-b", "us-east-1/x"] {
            assert!(region(bad).is_err(), "{bad}");
        }
        assert!(account("123456789012").is_ok());
        assert!(account("12345678901a").is_err());
    }
}
