//! The stack that is made, and who is who in it.

use super::super::document::At;
use super::super::log::{Log, Path};
use super::super::model::{DEFAULT_BUS, Origin, Source, SourceKind, Stack};
use super::super::resolve::{Pointer, Resolved, Resolver, Value};
use super::super::trigger::{StackDelivery, StackTrigger, TriggerSource};
use super::{Found, Section};
use crate::platform::{Input, Out, Platform};
use crate::timeline::{SourceConfiguration, SourceKind as Kind};
use crate::units::{FunctionId, Moment, QueueId, SourceId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Builder<'a> {
    pub(super) resolver: &'a Resolver<'a>,
    pub(super) log: &'a Log,
    pub(super) stack: Stack,
    /// Validates settings as a session's platform does.
    pub(super) platform: Platform,
    /// Resources by their ARNs, and functions and queues by their names and URLs.
    texts: BTreeMap<String, String>,
    kinds: BTreeMap<String, String>,
    /// The functions that versions and aliases are of.
    qualified: BTreeMap<String, String>,
    /// Resources that some pass has read.
    read: BTreeSet<String>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(resolver: &'a Resolver<'a>, log: &'a Log, found: &[Found<'_>]) -> Self {
        let kinds = found
            .iter()
            .map(|it| (it.logical.to_owned(), it.kind.to_owned()));
        let mut builder = Builder {
            resolver,
            log,
            stack: Stack::default(),
            platform: Platform::default(),
            texts: BTreeMap::new(),
            kinds: kinds.collect(),
            qualified: BTreeMap::new(),
            read: BTreeSet::new(),
        };
        for resource in found {
            if matches!(resource.kind, "AWS::Lambda::Version" | "AWS::Lambda::Alias")
                && let Some(Value::Pointer(pointer)) =
                    resource.properties.get("FunctionName").map(|it| &it.value)
            {
                let logical = resource.logical.to_owned();
                builder.qualified.insert(logical, pointer.logical.clone());
            }
        }
        builder
    }

    /// Another text by which the resource is known.
    pub(super) fn known_as(&mut self, text: String, logical: &str) {
        self.texts.entry(text).or_insert_with(|| logical.to_owned());
    }

    pub(super) fn has_read(&mut self, logical: &str) {
        self.read.insert(logical.to_owned());
    }

    /// The resource that a value points at or names.
    pub(super) fn logical(&self, value: &Resolved) -> Option<String> {
        if let Value::Pointer(Pointer { logical, .. }) = &value.value {
            return Some(logical.clone());
        }
        self.texts.get(value.text()?).cloned()
    }

    /// What a value points at or names; other stacks' resources are there by their ARNs.
    pub(super) fn origin(&self, value: &Resolved) -> Option<Origin> {
        match self.logical(value).filter(|it| self.kinds.contains_key(it)) {
            Some(logical) => Some(Origin::Here(logical)),
            None => value.text().map(|text| Origin::Elsewhere(text.to_owned())),
        }
    }

    /// The function that a value names: itself, a version or an alias of it.
    pub(super) fn function(&self, value: &Resolved) -> Option<(FunctionId, String)> {
        let named = self.logical(value).or_else(|| {
            // `arn:aws:lambda:region:account:function:name:qualifier`
            let text = value.text()?;
            let unqualified = match text.split(':').count() {
                8 | 2 => text.rsplit_once(':')?.0,
                _ => return None,
            };
            self.texts.get(unqualified).cloned()
        })?;
        // `Ref: Function.Alias` names what SAM makes.
        let plain = named.split('.').next().unwrap_or(&named);
        let logical = self.qualified.get(plain).map_or(plain, String::as_str);
        let id = self.stack.function_id(logical)?;
        Some((id, logical.to_owned()))
    }

    pub(super) fn queue(&self, value: &Resolved) -> Option<QueueId> {
        let logical = self.logical(value)?;
        let queues = &self.stack.queues;
        let place = queues.iter().position(|it| it.logical_id == logical)?;
        u32::try_from(place).ok().map(QueueId)
    }

    /// The topic, bus or bucket that a value names. The bus that every account has is there from then on.
    pub(super) fn sink(&mut self, value: &Resolved) -> Option<SourceId> {
        let sources = &self.stack.sources;
        let place = match self.logical(value) {
            Some(logical) => sources.iter().position(|it| it.logical_id == logical),
            None if is_default_bus(value.text()?) => Some(self.default_bus()),
            None => None,
        };
        let id = SourceId(u32::try_from(place?).ok()?);
        // FIFO topics and whatever else events come from are no destinations.
        self.platform.source(id).map(|_| id)
    }

    fn default_bus(&mut self) -> usize {
        let sources = &self.stack.sources;
        let there = sources.iter().position(Source::is_default_bus);
        there.unwrap_or_else(|| {
            self.add_source(Source {
                logical_id: DEFAULT_BUS.to_owned(),
                name: DEFAULT_BUS.to_owned(),
                kind: SourceKind::Bus,
            })
        })
    }

    /// Its place among the stack's.
    pub(super) fn add_source(&mut self, source: Source) -> usize {
        let place = self.stack.sources.len();
        let kind = match source.kind {
            SourceKind::Topic { fifo: false } => Some(Kind::Topic),
            SourceKind::Bus => Some(Kind::Bus),
            SourceKind::Bucket => Some(Kind::Bucket),
            _ => None,
        };
        if let (Some(kind), Ok(id)) = (kind, u32::try_from(place)) {
            let configuration = SourceConfiguration {
                name: source.name.clone(),
                kind,
                wires: Vec::new(),
            };
            let input = Input::ConfigureSource {
                source: SourceId(id),
                configuration: Box::new(configuration),
            };
            self.platform
                .handle(Moment::START, input, &mut Out::default());
        }
        self.stack.sources.push(source);
        place
    }

    /// The function that a section's member names; where it names none of this stack, the log says so.
    pub(super) fn target(&self, section: &Section<'_>, key: &str) -> Option<(FunctionId, String)> {
        let value = section.value(key)?;
        let found = self.function(value);
        if found.is_none() {
            self.no_function(value, value.at, &section.path.member(key));
        }
        found
    }

    pub(super) fn no_function(&self, value: &Resolved, at: At, path: &Path) {
        let name = value.text().unwrap_or("this value");
        let why = format!("Left out: {name} is no function of this template that was taken over.");
        self.log.skipped(at, path, why);
    }

    /// Adds a trigger.
    pub(super) fn trigger(&mut self, name: &str, function: &str, source: TriggerSource) {
        self.named_trigger(name, function, source, None);
    }

    /// Adds what sends messages to a queue.
    pub(super) fn delivery(
        &mut self,
        name: &str,
        queue: QueueId,
        source: TriggerSource,
        source_name: Option<String>,
    ) {
        self.stack.deliveries.push(StackDelivery {
            name: name.to_owned(),
            queue,
            source,
            source_name,
        });
    }

    /// Adds a trigger whose source has a name of its own.
    pub(super) fn named_trigger(
        &mut self,
        name: &str,
        function: &str,
        source: TriggerSource,
        source_name: Option<String>,
    ) {
        let taken = |name: &str, stack: &Stack| {
            let triggers = stack.triggers.iter();
            let same = triggers
                .filter(|it| it.function == function)
                .any(|it| it.name == name);
            let id = stack.function_id(function);
            let mut mappings = stack.mappings.iter();
            same || mappings.any(|it| Some(it.configuration.function) == id && it.name == name)
        };
        let free = (1_u32..).map(|number| match number {
            1 => name.to_owned(),
            number => format!("{name}{number}"),
        });
        let mut free = free.filter(|name| !taken(name, &self.stack));
        if let Some(name) = free.next() {
            self.stack.triggers.push(StackTrigger {
                name,
                function: function.to_owned(),
                source,
                source_name,
            });
        }
    }

    /// The stack in a stable order, once every resource that nobody has read was said to be skipped.
    pub(super) fn finish(mut self, found: &[Found<'_>]) -> Stack {
        for resource in found.iter().filter(|it| !self.read.contains(it.logical)) {
            let why = format!("{} is not understood here.", resource.kind);
            self.log.skipped(resource.at, &resource.path(), why);
        }
        let stack = &mut self.stack;
        let order = |stack: &Stack, logical: &str| stack.function_id(logical);
        let mut triggers = std::mem::take(&mut stack.triggers);
        triggers.sort_by_cached_key(|it| (order(stack, &it.function), it.name.clone()));
        stack.triggers = triggers;
        stack
            .mappings
            .sort_by_cached_key(|it| (it.configuration.function, it.name.clone()));
        stack
            .deliveries
            .sort_by_cached_key(|it| (it.queue, it.name.clone()));
        self.stack
    }
}

/// `arn:aws:events:region:account:event-bus/default`
fn is_default_bus(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    parts.next() == Some("arn")
        && parts.nth(1) == Some("events")
        && parts.nth(2).and_then(|it| it.strip_prefix("event-bus/")) == Some(DEFAULT_BUS)
}
