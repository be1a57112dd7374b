//! A session as a stack, and what of it no template can say.
//!
//! ```text
//! mod        who is who: ids of the session and of the stack
//! functions  settings, code, versions, aliases, URLs
//! layers     layers of functions
//! queues     queues and the mappings that poll them
//! streams    streams, tables, topics and brokers, and the mappings that read them
//! sources    buckets, topics, buses, schedules, topics of IoT, log groups, user pools, and whom they tell
//! ```

mod functions;
mod layers;
mod queues;
mod sources;
mod streams;

use super::super::model::Stack;
use super::super::trigger::{StackTrigger, TriggerSource};
use super::names::Names;
use super::{Remark, Session};
use crate::sandbox::PackageFiles;
use crate::timeline::{Destination, FailureTarget};
use crate::units::{FunctionId, OrderedMap, QueueId, SourceId, Span, StreamId};

/// What is known of a session's stack.
pub(super) struct Gathered {
    pub(super) stack: Stack,
    /// Below `code/` and `layers/`.
    pub(super) code: PackageFiles,
    pub(super) remarks: Vec<Remark>,
}

pub(super) fn gather(session: &Session<'_>) -> Gathered {
    let mut gathering = Gathering {
        session,
        stack: Stack::default(),
        code: PackageFiles::default(),
        remarks: Vec::new(),
        names: Names::default(),
        functions: OrderedMap::new(),
        queues: OrderedMap::new(),
        streams: OrderedMap::new(),
        sources: OrderedMap::new(),
        layers: OrderedMap::new(),
    };
    gathering.number();
    gathering.functions();
    gathering.queues();
    gathering.streams();
    gathering.source_resources();
    gathering.mappings();
    gathering.sources();
    gathering.destinations();
    gathering.account();
    gathering.done()
}

struct Gathering<'a> {
    session: &'a Session<'a>,
    stack: Stack,
    code: PackageFiles,
    remarks: Vec<Remark>,
    names: Names,
    /// By the session's ids.
    functions: OrderedMap<FunctionId, FunctionId>,
    queues: OrderedMap<QueueId, QueueId>,
    /// Logical ids of streams that are resources of their own.
    streams: OrderedMap<StreamId, String>,
    sources: OrderedMap<SourceId, SourceId>,
    /// Logical ids of layer versions, by their ARNs.
    layers: OrderedMap<String, String>,
}

impl Gathering<'_> {
    /// Ids of the session are places in lists of the stack.
    fn number(&mut self) {
        let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        for (index, (id, _)) in self.session.platform.functions().enumerate() {
            self.functions.insert(id, FunctionId(place(index)));
        }
        for (index, (id, _)) in self.session.platform.queues().enumerate() {
            self.queues.insert(id, QueueId(place(index)));
        }
    }

    fn remark(&mut self, about: impl Into<String>, message: impl Into<String>) {
        self.remarks.push(Remark {
            about: about.into(),
            message: message.into(),
        });
    }

    fn function(&self, id: FunctionId) -> Option<FunctionId> {
        self.functions.get(&id).copied()
    }

    fn queue(&self, id: QueueId) -> Option<QueueId> {
        self.queues.get(&id).copied()
    }

    fn destination(&self, destination: Destination) -> Option<Destination> {
        match destination {
            Destination::Queue(id) => self.queue(id).map(Destination::Queue),
            Destination::Function(id) => self.function(id).map(Destination::Function),
            Destination::Source(id) => self.source(id).map(Destination::Source),
        }
    }

    fn source(&self, id: SourceId) -> Option<SourceId> {
        self.sources.get(&id).copied()
    }

    fn failure_target(&self, target: FailureTarget) -> Option<FailureTarget> {
        match target {
            FailureTarget::Queue(id) => self.queue(id).map(FailureTarget::Queue),
            FailureTarget::Source(id) => self.source(id).map(FailureTarget::Source),
        }
    }

    /// The logical id of a function of the session.
    fn logical(&self, id: FunctionId) -> Option<String> {
        let function = self.stack.function(self.function(id)?);
        function.map(|it| it.logical_id.clone())
    }

    /// The logical id of a queue of the session.
    fn logical_queue(&self, id: QueueId) -> Option<String> {
        let queue = self.stack.queue(self.queue(id)?);
        queue.map(|it| it.logical_id.clone())
    }

    /// A name for an event of a function, after what it comes from.
    fn event_name(&self, function: &str, from: &str) -> String {
        let mut names = Names::default();
        let id = self.stack.function_id(function);
        let triggers = self.stack.triggers.iter();
        let triggers = triggers
            .filter(|it| it.function == function)
            .map(|it| &it.name);
        let mappings = self.stack.mappings.iter();
        let mappings = mappings
            .filter(|it| Some(it.configuration.function) == id)
            .map(|it| &it.name);
        let taken: Vec<&String> = triggers.chain(mappings).collect();
        loop {
            let name = names.free(from, "Event");
            if !taken.contains(&&name) {
                return name;
            }
        }
    }

    /// Adds a trigger of a function of the session.
    fn trigger(&mut self, function: FunctionId, from: &str, source: TriggerSource) {
        self.named_trigger(function, from, source, None);
    }

    fn named_trigger(
        &mut self,
        function: FunctionId,
        from: &str,
        source: TriggerSource,
        source_name: Option<String>,
    ) {
        let Some(function) = self.logical(function) else {
            return;
        };
        self.stack.triggers.push(StackTrigger {
            name: self.event_name(&function, from),
            function,
            source,
            source_name,
        });
    }

    /// What of an account a template cannot set.
    fn account(&mut self) {
        let concurrency = self.session.platform.account_concurrency();
        if concurrency != crate::platform::DEFAULT_ACCOUNT_CONCURRENCY {
            self.remark(
                "account",
                format!(
                    "Its concurrency of {concurrency} is a quota: ask for it in Service Quotas."
                ),
            );
        }
        if self.session.platform.idle_expiry() != crate::platform::DEFAULT_IDLE_EXPIRY {
            self.remark(
                "account",
                "How long an idle environment is kept is for AWS alone to say.",
            );
        }
    }

    fn done(mut self) -> Gathered {
        let stack = &mut self.stack;
        let mut triggers = std::mem::take(&mut stack.triggers);
        triggers.sort_by_cached_key(|it| (stack.function_id(&it.function), it.name.clone()));
        stack.triggers = triggers;
        stack
            .mappings
            .sort_by_cached_key(|it| (it.configuration.function, it.name.clone()));
        stack
            .deliveries
            .sort_by_cached_key(|it| (it.queue, it.name.clone()));
        Gathered {
            stack: self.stack,
            code: self.code,
            remarks: self.remarks,
        }
    }
}

/// Whole seconds, which is what AWS's settings have.
pub(super) fn seconds(span: Span) -> u64 {
    span.as_nanos().div_ceil(1_000_000_000)
}
