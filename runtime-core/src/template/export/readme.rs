//! How to deploy an export.

use super::super::model::{Code, Source, SourceKind, Stack, StackFunction};
use super::super::trigger::{StreamKind, TriggerSource};
use super::{Remark, TEMPLATE};
use crate::sandbox::inspect::BOOTSTRAP;
use crate::timeline::{Architecture, Runtime};
use std::fmt::Write;

pub(super) fn text(stack: &Stack, remarks: &[Remark]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, stack, remarks);
    text
}

fn write(out: &mut String, stack: &Stack, remarks: &[Remark]) -> std::fmt::Result {
    let modules: Vec<&StackFunction> = stack
        .functions
        .iter()
        .filter(|it| it.configuration.runtime == Runtime::Provided)
        .collect();
    let is_layer = |it: &Source| matches!(it.kind, SourceKind::Layer { .. });
    let layers = match stack.sources.iter().any(is_layer) {
        true => ", `layers/` one for each layer",
        false => "",
    };
    writeln!(out, "# A session of Coldstart, for AWS\n")?;
    writeln!(
        out,
        "`{TEMPLATE}` is a template of AWS SAM: functions, queues, event source mappings and sources of a session. \
         `code/` has a folder for each function{layers}. Test events, messages, requests and changed code that was not \
         deployed are no part of it; the workspace file has them."
    )?;
    if !modules.is_empty() {
        bootstrap(out, &modules)?;
    }
    writeln!(
        out,
        "\n## Deploy\n\n\
         With the [AWS SAM CLI](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html) \
         and credentials of your account, in this folder:\n\n\
         ```sh\n\
         sam validate --lint\n\
         sam deploy --guided --capabilities CAPABILITY_IAM\n\
         ```\n\n\
         Nothing is built first: `code/` is deployed as it is. What AWS then runs costs money; \
         `sam delete` takes it all away again."
    )?;
    let mut elsewhere = parameters(stack).peekable();
    if elsewhere.peek().is_some() {
        writeln!(
            out,
            "\nThe template asks for what it does not make; the defaults are places of this session that exist \
             nowhere else:\n"
        )?;
        for parameter in elsewhere {
            writeln!(out, "- {parameter}")?;
        }
    }
    writeln!(
        out,
        "\n## Back again\n\n\
         `coldstart template import {TEMPLATE}` says what is read from it. What only means something to Coldstart \
         stands in `Metadata` under `Coldstart`."
    )?;
    writeln!(out, "\n## What the template does not say\n")?;
    if remarks.is_empty() {
        writeln!(out, "It says all of it.")?;
    }
    for remark in remarks {
        writeln!(out, "- {remark}")?;
    }
    Ok(())
}

fn bootstrap(out: &mut String, modules: &[&StackFunction]) -> std::fmt::Result {
    writeln!(
        out,
        "\n## First: the program that runs WebAssembly\n\n\
         AWS has no runtime for WebAssembly. Coldstart's own program `bootstrap` is one: it speaks the Runtime API \
         and runs the `{BOOTSTRAP}` beside it. Build it once from Coldstart's sources, on Linux, for the functions' \
         architecture:\n\n\
         ```sh\n\
         cargo build --release --package coldstart-bootstrap\n\
         ```\n\n\
         (for another architecture with `--target x86_64-unknown-linux-gnu` or `aarch64-unknown-linux-gnu`), and \
         put it into the folder of each of these functions:\n\n\
         ```sh"
    )?;
    for function in modules {
        let folder = match &function.code {
            Code::Path(folder) => folder.as_str(),
            _ => continue,
        };
        let target = match function.configuration.architecture {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        };
        writeln!(
            out,
            "install -m 755 bootstrap {folder}bootstrap   # {target}"
        )?;
    }
    writeln!(out, "```")
}

/// What stands for clusters and brokers.
fn parameters(stack: &Stack) -> impl Iterator<Item = &'static str> {
    let polls = |kind: StreamKind| {
        let mut triggers = stack.triggers.iter();
        triggers.any(
            |it| matches!(&it.source, TriggerSource::Stream(mapping) if mapping.polled == kind),
        )
    };
    let kafka = polls(StreamKind::Msk).then_some("`KafkaClusterArn`: a cluster of Amazon MSK");
    let broker = polls(StreamKind::Mq).then_some(
        "`RabbitMqBrokerArn` or `ActiveMqBrokerArn`: a broker of Amazon MQ; `BrokerSecretArn`: the secret with its user",
    );
    let own = polls(StreamKind::Kafka)
        .then_some("`KafkaSecretArn`: the secret with a user of your own Kafka, whose servers are in the template");
    kafka.into_iter().chain(own).chain(broker)
}
