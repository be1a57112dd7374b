//! A stack as a template.
//!
//! ```text
//! mod        Template: sections, parameters, and what resources share
//! function   AWS::Serverless::Function; aliases: versions and aliases of it
//! events     its Events; streams: those that read records
//! sources    queues, buckets, topics, buses, streams, tables, log groups, user pools
//! deliveries what sends messages to queues, with the policies and the role that it needs
//! ```

mod aliases;
mod deliveries;
mod events;
mod function;
mod sources;
mod streams;

use super::super::model::{Origin, Source, SourceKind, Stack};
use super::super::trigger::TriggerSource;
use super::Remark;
use super::node::Node;
use crate::timeline::Destination;
use crate::units::{FunctionId, QueueId};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What SAM's transform is called.
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";
/// Why records do not go to a bucket.
const LOOP: &str = "The bucket that its records of failures go to is left out: it notifies the function in the end, and resources that point at each other in a circle cannot be made.";

/// A template.
pub(super) struct Template {
    resources: Vec<(String, Node)>,
    whole: Node,
}

impl Template {
    /// Whether it has no resources.
    pub(super) fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    pub(super) fn text(&self) -> String {
        self.whole.yaml()
    }
}

pub(super) fn template(stack: &Stack, remarks: &mut Vec<Remark>) -> Template {
    let mut writer = Writer {
        stack,
        remarks,
        resources: Vec::new(),
        parameters: Vec::new(),
        schedules: BTreeSet::new(),
    };
    for (place, _) in stack.functions.iter().enumerate() {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        writer.function(FunctionId(place));
    }
    for queue in &stack.queues {
        writer.queue(queue);
    }
    for source in &stack.sources {
        writer.source(source);
    }
    writer.deliveries();
    let (parameters, resources) = (writer.parameters, writer.resources);
    let whole = Node::map()
        .with("AWSTemplateFormatVersion", "2010-09-09")
        .with("Transform", SERVERLESS)
        .with_some("Description", stack.description.clone())
        .with_some("Parameters", Node::Map(parameters).filled())
        .with("Resources", Node::Map(resources.clone()));
    Template { resources, whole }
}

/// A template that is being written.
struct Writer<'a> {
    stack: &'a Stack,
    remarks: &'a mut Vec<Remark>,
    resources: Vec<(String, Node)>,
    parameters: Vec<(String, Node)>,
    /// Names of rules and schedules that are taken.
    schedules: BTreeSet<String>,
}

impl Writer<'_> {
    fn remark(&mut self, about: impl Into<String>, message: impl Into<String>) {
        self.remarks.push(Remark {
            about: about.into(),
            message: message.into(),
        });
    }

    /// A resource; what only means something here goes into its metadata.
    fn resource(&mut self, logical: &str, kind: &str, here: Node, properties: Node) {
        self.dependent(logical, kind, Vec::new(), here, properties);
    }

    /// A resource that comes after others which its properties do not point at.
    fn dependent(
        &mut self,
        logical: &str,
        kind: &str,
        after: Vec<String>,
        here: Node,
        properties: Node,
    ) {
        let metadata = here
            .filled()
            .map(|here| Node::map().with("Coldstart", here));
        let resource = Node::map()
            .with("Type", kind)
            .with_some("DependsOn", Node::from(after).filled())
            .with_some("Metadata", metadata)
            .with_some("Properties", properties.filled());
        self.resources.push((logical.to_owned(), resource));
    }

    /// The parameter that stands for something which the template does not make.
    fn parameter(&mut self, stem: &str, what: &str, default: &str) -> Node {
        let own = Node::map()
            .with("Type", "String")
            .with("Description", what)
            .with("Default", default);
        let numbered = (1_u32..).map(|number| match number {
            1 => format!("{stem}Arn"),
            number => format!("{stem}{number}Arn"),
        });
        for name in numbered {
            match self.parameters.iter().find(|(taken, _)| *taken == name) {
                Some((_, parameter)) if *parameter == own => return Node::reference(&name),
                Some(_) => {}
                None => {
                    self.parameters.push((name.clone(), own));
                    return Node::reference(&name);
                }
            }
        }
        Node::Null
    }

    /// The ARN of something, or its name where AWS wants that.
    fn origin(&self, origin: &Origin) -> Node {
        let Origin::Here(logical) = origin else {
            return Node::text(origin.text());
        };
        let mut sources = self.stack.sources.iter();
        let source = sources.find(|it| it.logical_id == *logical);
        match source.map(|it| &it.kind) {
            Some(SourceKind::Stream { .. }) | None => Node::attribute(logical, "Arn"),
            Some(SourceKind::Table { .. }) => Node::attribute(logical, "StreamArn"),
            Some(_) => Node::reference(logical),
        }
    }

    fn queue_arn(&self, queue: QueueId) -> Option<Node> {
        let queue = self.stack.queue(queue)?;
        Some(Node::attribute(&queue.logical_id, "Arn"))
    }

    /// The functions that a bucket's own resource names.
    fn notified(&self, source: &Source) -> Vec<FunctionId> {
        let triggers = self.stack.triggers.iter();
        let told = triggers.filter(|it| match &it.source {
            TriggerSource::S3 { bucket, .. } => bucket.text() == source.logical_id,
            _ => false,
        });
        told.filter_map(|it| self.stack.function_id(&it.function))
            .collect()
    }

    /// Whether a bucket that a function writes to tells that function in the end.
    fn tells_back(&self, source: &Source, function: FunctionId) -> bool {
        let mut told = self.notified(source).into_iter();
        told.any(|it| self.leads_to(it, function))
    }

    /// What SAM calls a topic, a bus or a bucket as a function's destination, and its ARN.
    fn sink(&self, source: &Source) -> (&'static str, Node) {
        let logical = &source.logical_id;
        match source.kind {
            SourceKind::Bucket => ("S3Bucket", Node::attribute(logical, "Arn")),
            SourceKind::Bus if source.is_default_bus() => {
                let arn = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default";
                ("EventBridge", Node::Call("Sub", arn.to_owned()))
            }
            SourceKind::Bus => ("EventBridge", Node::attribute(logical, "Arn")),
            _ => ("SNS", Node::reference(logical)),
        }
    }

    /// Whether one function's records reach another one, or itself: resources that point at each other in
    /// a circle cannot be made.
    fn leads_to(&self, from: FunctionId, to: FunctionId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if !seen.insert(id) {
                continue;
            }
            let Some(function) = self.stack.function(id) else {
                continue;
            };
            let settings = &function.configuration.asynchronous;
            for destination in [settings.on_success, settings.on_failure] {
                match destination {
                    Some(Destination::Function(next)) => open.push(next),
                    Some(Destination::Source(source)) => {
                        let source = self.stack.source(source);
                        open.extend(source.into_iter().flat_map(|it| self.notified(it)));
                    }
                    Some(Destination::Queue(_)) | None => {}
                }
            }
        }
        false
    }

    /// A pattern or policy as a part of the template, unless CloudFormation would carry a part of it out.
    fn pattern(&mut self, about: &str, text: &str) -> Option<Node> {
        let json: Json = serde_json::from_str(text).ok()?;
        if has_functions(&json) {
            self.remark(
                about,
                "It is left out: CloudFormation takes the name Ref or Fn:: in its pattern for a function of its own.",
            );
            return None;
        }
        Some(Node::json(&json))
    }
}

fn has_functions(json: &Json) -> bool {
    match json {
        Json::Array(items) => items.iter().any(has_functions),
        Json::Object(members) => members
            .iter()
            .any(|(key, it)| key == "Ref" || key.starts_with("Fn::") || has_functions(it)),
        _ => false,
    }
}
