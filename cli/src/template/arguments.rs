//! What `coldstart template` can be asked for.

use clap::{Args, Subcommand};
use runtime_core::template::Inputs;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  every template was read; what was not taken over of them is said
  1  one could not be read, or is no template
  2  the command line is not valid, or a workspace file is none

Examples:
  coldstart template import template.yaml
  coldstart template import *.yaml --json
  coldstart template import template.yaml --parameter Stage=prod --import-value shared-topic=arn:...
  coldstart template scenario template.yaml > service.toml
  coldstart template export coldstart-workspace.json --to stack";

/// Reads SAM and CloudFormation templates, and writes them.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct TemplateArguments {
    #[command(subcommand)]
    pub(crate) task: TemplateTask,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TemplateTask {
    Import(ImportArguments),
    Export(ExportArguments),
    Scenario(ScenarioArguments),
}

/// Says what is in templates: functions, triggers, queues, and what was not taken over and why
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// Templates, YAML or JSON; - for standard input
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// One line of JSON for each template
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) given: GivenArguments,
}

/// Writes a session as a SAM template: functions and what triggers them, their code, how to deploy it
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// A workspace file, as the page exports it
    pub(crate) workspace: PathBuf,

    /// Where to; a folder that is not there, or is empty
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: PathBuf,

    /// Write over what is in the folder
    #[arg(long)]
    pub(crate) force: bool,

    /// What was written and what the template does not say, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Writes a service of ECS as a scenario for `coldstart simulate`: size, count, deployment, load balancer, network,
/// scaling. What comes and how long it takes no template says: those lines are to be changed.
#[derive(Debug, Args)]
pub(crate) struct ScenarioArguments {
    /// A template, YAML or JSON; - for standard input
    pub(crate) file: PathBuf,

    /// The service's logical id, where the template has several
    #[arg(long, value_name = "LOGICAL_ID")]
    pub(crate) service: Option<String>,

    #[command(flatten)]
    pub(crate) given: GivenArguments,
}

/// What templates are given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Given to the template")]
pub(crate) struct GivenArguments {
    /// A parameter's value; can be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) parameters: Vec<(String, String)>,

    /// What another stack exports (Fn::ImportValue); can be given several times
    #[arg(long = "import-value", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) imports: Vec<(String, String)>,

    /// AWS::Region [default: us-east-1]
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// AWS::StackName [default: coldstart]
    #[arg(long, value_name = "NAME")]
    pub(crate) stack: Option<String>,
}

impl GivenArguments {
    pub(crate) fn inputs(&self) -> Inputs {
        let standard = Inputs::default();
        Inputs {
            parameters: self.parameters.iter().cloned().collect(),
            imports: self.imports.iter().cloned().collect(),
            region: self.region.clone().unwrap_or(standard.region),
            stack: self.stack.clone().unwrap_or(standard.stack),
            account: standard.account,
        }
    }
}

/// `NAME=VALUE`; the value may hold further `=` and may be empty.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
