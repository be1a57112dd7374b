//! The order in which things are made. They are made for a try first, on a platform that has what the
//! session has: so all ids are known, and everything is validated against everything else.

use super::data::{ChangeSet, KeptResource, NewMapping, NewQueue};
use super::order::{Account, Next, Order};
use super::remark::{RemarkKind, TemplateFault};
use super::{fields, inputs, names};
use crate::platform::{
    Input, MAX_NAME_LENGTH, MAX_QUEUE_NAME, Out, Platform, validate_mapping, validate_queue,
};
use crate::template::{Stack, import};
use crate::timeline::{Destination, EventSource, FailureTarget, QueueConfiguration, Redrive};
use crate::units::{FunctionId, MappingId, Moment, QueueId, SourceId, Span};
use std::collections::BTreeMap;

/// Nothing is ever idle where things are only tried.
const ANY_EXPIRY: Span = Span::from_secs(600);

/// Reads a template and says what importing it would change.
///
/// # Errors
///
/// If it is no template.
pub fn change_set(order: &Order) -> Result<ChangeSet, TemplateFault> {
    let inputs = inputs(&order.parameters, &order.imports);
    let imported = import(&order.template, &inputs).map_err(TemplateFault::from)?;
    let lines = fields::lines(&order.template);
    let mut planner = Planner::new(&imported.stack, order, lines);
    planner.set.fields = fields::of(&imported.parameters, &imported.needed, &imported.notices);
    planner.queues();
    planner.source_resources();
    planner.layers();
    planner.functions();
    planner.mappings();
    planner.polled();
    planner.sources();
    planner.shown();
    planner.set.description = imported.stack.description.clone();
    planner.set.kept = kept(&imported.stack);
    let mut set = planner.set;
    set.remarks.extend(fields::remarks(&imported.notices));
    set.remarks.sort();
    Ok(set)
}

pub(super) struct Planner<'a> {
    pub(super) stack: &'a Stack,
    pub(super) order: &'a Order,
    pub(super) set: ChangeSet,
    /// Where everything is tried.
    pub(super) platform: Platform,
    pub(super) next: Next,
    /// Where resources begin, by their logical ids.
    lines: BTreeMap<String, (u32, u32)>,
    /// Sources among those that are made, by their logical ids.
    pub(super) places: BTreeMap<String, usize>,
}

impl<'a> Planner<'a> {
    fn new(stack: &'a Stack, order: &'a Order, lines: BTreeMap<String, (u32, u32)>) -> Self {
        let mut planner = Planner {
            stack,
            order,
            set: ChangeSet::default(),
            platform: Platform::default(),
            next: order.account.next,
            lines,
            places: BTreeMap::new(),
        };
        planner.begin(&order.account);
        planner
    }

    /// What the session has.
    fn begin(&mut self, account: &Account) {
        if let Some(concurrency) = account.concurrency {
            self.make(Input::ConfigureAccount {
                concurrency,
                idle_expiry: ANY_EXPIRY,
            });
        }
        for (function, configuration) in &account.functions {
            self.make(Input::ConfigureFunction {
                function: *function,
                configuration: Box::new(configuration.clone()),
            });
        }
        for (queue, configuration) in &account.queues {
            self.make(Input::ConfigureQueue {
                queue: *queue,
                configuration: Box::new(configuration.clone()),
            });
        }
        for (source, configuration) in &account.sources {
            self.make(Input::ConfigureSource {
                source: *source,
                configuration: Box::new(configuration.clone()),
            });
        }
        for (stream, configuration) in &account.streams {
            self.make(Input::ConfigureStream {
                stream: *stream,
                configuration: Box::new(configuration.clone()),
            });
        }
    }

    /// Makes something for a try.
    pub(super) fn make(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(Moment::START, input, &mut out);
    }

    /// Says something of a resource.
    pub(super) fn remark(
        &mut self,
        kind: RemarkKind,
        logical_id: &str,
        message: impl Into<String>,
    ) {
        let (line, column) = self.lines.get(logical_id).copied().unwrap_or_default();
        self.set.remarks.push(super::remark::Remark {
            line,
            column,
            kind,
            about: logical_id.to_owned(),
            message: message.into(),
        });
    }

    /// Whether there is a resource of this name.
    pub(super) fn has_line(&self, logical_id: &str) -> bool {
        self.lines.contains_key(logical_id)
    }

    /// The session's id of one of the stack's functions, if it is made.
    pub(super) fn function(&self, of_stack: FunctionId) -> Option<FunctionId> {
        let logical_id = &self.stack.function(of_stack)?.logical_id;
        self.function_called(logical_id).map(|(id, _)| id)
    }

    /// The id and the name that a function of the stack has in the session, if it is made.
    pub(super) fn function_called(&self, logical_id: &str) -> Option<(FunctionId, String)> {
        let mut made = self.set.functions.iter();
        let made = made.find(|it| it.logical_id == logical_id)?;
        Some((made.id, made.configuration.name.clone()))
    }

    pub(super) fn queue(&self, of_stack: QueueId) -> Option<QueueId> {
        let logical_id = &self.stack.queue(of_stack)?.logical_id;
        let mut made = self.set.queues.iter();
        made.find(|it| it.logical_id == *logical_id).map(|it| it.id)
    }

    pub(super) fn destination(&self, of_stack: Destination) -> Option<Destination> {
        match of_stack {
            Destination::Queue(queue) => self.queue(queue).map(Destination::Queue),
            Destination::Function(function) => self.function(function).map(Destination::Function),
            Destination::Source(source) => {
                let logical_id = &self.stack.source(source)?.logical_id;
                self.sink(logical_id).map(Destination::Source)
            }
        }
    }

    /// The same of what takes dead letters.
    pub(super) fn failure_target(&self, of_stack: FailureTarget) -> Option<FailureTarget> {
        match of_stack {
            FailureTarget::Queue(queue) => self.queue(queue).map(FailureTarget::Queue),
            FailureTarget::Source(source) => {
                let logical_id = &self.stack.source(source)?.logical_id;
                self.sink(logical_id).map(FailureTarget::Source)
            }
        }
    }

    /// The id of a topic, a bus or a bucket, if it is made.
    pub(super) fn sink(&self, logical_id: &str) -> Option<SourceId> {
        let place = self.places.get(logical_id)?;
        let id = self.set.sources.get(*place)?.id;
        self.platform.source(id).map(|_| id)
    }

    fn queues(&mut self) {
        let stack = self.stack;
        for queue in &stack.queues {
            let wanted = &queue.configuration.name;
            let is_taken = |name: &str| self.platform.queues().any(|(_, it)| it.name == name);
            let name = names::free(wanted, MAX_QUEUE_NAME, is_taken);
            let made = NewQueue {
                id: self.next.queue,
                logical_id: queue.logical_id.clone(),
                taken: (name != *wanted).then(|| wanted.clone()),
                configuration: QueueConfiguration {
                    name,
                    redrive: None,
                    ..queue.configuration.clone()
                },
            };
            self.next.queue.0 = self.next.queue.0.saturating_add(1);
            self.try_queue(&made);
            self.set.queues.push(made);
        }
        // Queues can be each other's dead-letter queues, so they come first.
        for (place, queue) in stack.queues.iter().enumerate() {
            let redrive = queue.configuration.redrive.and_then(|redrive| {
                Some(Redrive {
                    dead_letter_queue: self.queue(redrive.dead_letter_queue)?,
                    ..redrive
                })
            });
            if let Some(made) = self.set.queues.get_mut(place) {
                made.configuration.redrive = redrive;
                let made = made.clone();
                self.try_queue(&made);
            }
        }
    }

    fn try_queue(&mut self, queue: &NewQueue) {
        for error in validate_queue(&queue.configuration, queue.id, &self.platform) {
            self.remark(RemarkKind::Refused, &queue.logical_id, error.to_string());
        }
        self.make(Input::ConfigureQueue {
            queue: queue.id,
            configuration: Box::new(queue.configuration.clone()),
        });
    }

    fn mappings(&mut self) {
        let stack = self.stack;
        for mapping in &stack.mappings {
            let mut configuration = mapping.configuration.clone();
            let function = stack.function(configuration.function);
            let Some(function) = function.map(|it| it.logical_id.as_str()) else {
                continue;
            };
            let EventSource::Queue(mut source) = configuration.source else {
                continue;
            };
            let polled = stack.queue(source.queue).map(|it| it.logical_id.clone());
            let Some((id, to)) = self.function_called(function) else {
                continue;
            };
            let Some(queue) = self.queue(source.queue) else {
                continue;
            };
            source.queue = queue;
            configuration.function = id;
            configuration.source = EventSource::Queue(source);
            let from = self.platform.queue_configuration(queue);
            let from = from
                .map(|it| it.name.clone())
                .or(polled)
                .unwrap_or_default();
            self.add_mapping(function, from, to, configuration);
        }
    }

    /// Adds a mapping, if it is valid.
    pub(super) fn add_mapping(
        &mut self,
        about: &str,
        from: String,
        to: String,
        configuration: crate::timeline::MappingConfiguration,
    ) {
        let id = self.next.mapping;
        let errors = validate_mapping(&configuration, id, &self.platform);
        for error in &errors {
            self.remark(RemarkKind::Refused, about, error.to_string());
        }
        if !errors.is_empty() {
            return;
        }
        self.next.mapping = MappingId(id.0.saturating_add(1));
        self.make(Input::ConfigureMapping {
            mapping: id,
            configuration: Box::new(configuration.clone()),
        });
        self.set.mappings.push(NewMapping {
            id,
            from,
            to,
            configuration,
        });
    }

    /// A name that no function has yet.
    pub(super) fn free_function_name(&self, wanted: &str) -> String {
        let is_taken = |name: &str| self.platform.functions().any(|(_, it)| it.name == name);
        names::free(wanted, MAX_NAME_LENGTH, is_taken)
    }
}

fn kept(stack: &Stack) -> Vec<KeptResource> {
    let kept = stack.kept.iter();
    kept.map(|it| KeptResource {
        logical_id: it.logical_id.clone(),
        of_type: it.kind.clone(),
        properties: it.properties.to_string(),
    })
    .collect()
}
