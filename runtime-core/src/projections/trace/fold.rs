//! What happened so far, and what caused what.

use super::{Flag, Part, PartKind, Subject};
use crate::timeline::{EventSource, SessionMeta};
use crate::units::{
    BatchId, EnvironmentId, FunctionId, MappingId, MessageId, Moment, OrderedMap, OrderedSet,
    PayloadId, QueueId, RecordId, RequestId, SourceId, StreamId,
};

/// The most attempts that are compared with each other.
const MOST_ATTEMPTS: usize = 200;

/// A segment's number: those that began later have larger ones, so that causes have smaller numbers
/// than what they caused.
pub(super) type NodeId = usize;

/// Everything that went through the session, and what caused it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traces {
    pub(super) session: SessionMeta,
    pub(super) nodes: Vec<Node>,
    pub(super) index: Index,
    pub(super) functions: OrderedMap<FunctionId, String>,
    pub(super) queues: OrderedMap<QueueId, String>,
    pub(super) streams: OrderedMap<StreamId, (String, &'static str)>,
    pub(super) sources: OrderedMap<SourceId, (String, &'static str)>,
    pub(super) mappings: OrderedMap<MappingId, (EventSource, FunctionId)>,
    /// Environments that are made for a request, until it has them.
    pub(super) environments: OrderedMap<EnvironmentId, NodeId>,
    /// Messages that are in queues.
    pub(super) queued: OrderedMap<MessageId, QueueId>,
    /// What happened last at each source: what it tells next, it tells of that.
    pub(super) happened: OrderedMap<SourceId, NodeId>,
    /// What has just sent something on: the next fact is the message or the event that it became.
    pub(super) sending: Option<NodeId>,
}

/// Where segments are. Ids of a kind grow, so that each map grows at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Index {
    happenings: OrderedMap<u64, NodeId>,
    events: OrderedMap<RequestId, NodeId>,
    messages: OrderedMap<MessageId, NodeId>,
    records: OrderedMap<RecordId, NodeId>,
    batches: OrderedMap<BatchId, NodeId>,
    requests: OrderedMap<RequestId, NodeId>,
}

impl Index {
    pub(super) fn get(&self, subject: Subject) -> Option<NodeId> {
        match subject {
            Subject::Happening(it) => self.happenings.get(&it),
            Subject::Event(it) => self.events.get(&it),
            Subject::Message(it) => self.messages.get(&it),
            Subject::Record(it) => self.records.get(&it),
            Subject::Batch(it) => self.batches.get(&it),
            Subject::Request(it) => self.requests.get(&it),
        }
        .copied()
    }

    fn insert(&mut self, subject: Subject, id: NodeId) {
        match subject {
            Subject::Happening(it) => self.happenings.insert(it, id),
            Subject::Event(it) => self.events.insert(it, id),
            Subject::Message(it) => self.messages.insert(it, id),
            Subject::Record(it) => self.records.insert(it, id),
            Subject::Batch(it) => self.batches.insert(it, id),
            Subject::Request(it) => self.requests.insert(it, id),
        };
    }
}

/// One segment as far as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is of.
    pub subject: Subject,
    /// Whose: the function of a request or an event; that of a batch's mapping.
    pub function: Option<FunctionId>,
    /// Where it is or was: the source, the queue, the stream, the mapping.
    pub place: Place,
    /// Which attempt a request is, from 1.
    pub attempt: u32,
    /// The event, the body, the data.
    pub payload: Option<PayloadId>,
    /// When it began.
    pub from: Moment,
    /// When it ended.
    pub to: Option<Moment>,
    /// How.
    pub flag: Flag,
    /// What it went through, in order.
    pub parts: Vec<Part>,
    pub(super) causes: Vec<NodeId>,
    pub(super) effects: Vec<NodeId>,
    /// Of a batch: how many of its messages or records are not done with.
    pub(super) left: usize,
}

/// Where a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a function, or on its way to one.
    Function,
    /// At a source.
    Source(SourceId),
    /// In a queue: the latest.
    Queue(QueueId),
    /// In a stream.
    Stream(StreamId),
    /// With a mapping.
    Mapping(MappingId),
}

impl Node {
    pub(super) fn new(subject: Subject, place: Place, from: Moment) -> Self {
        Node {
            subject,
            function: None,
            place,
            attempt: 1,
            payload: None,
            from,
            to: None,
            flag: Flag::Fine,
            parts: Vec::new(),
            causes: Vec::new(),
            effects: Vec::new(),
            left: 0,
        }
    }

    /// A part begins. What went on until now has ended.
    pub(super) fn begin(&mut self, at: Moment, kind: PartKind, flag: Flag) {
        self.close(at);
        self.parts.push(Part {
            kind,
            from: at,
            to: None,
            flag,
        });
    }

    /// Something that takes no time; what goes on goes on.
    pub(super) fn instant(&mut self, at: Moment, kind: PartKind, flag: Flag) {
        let part = Part {
            kind,
            from: at,
            to: Some(at),
            flag,
        };
        self.parts.push(part);
    }

    /// What goes on has ended, well.
    pub(super) fn close(&mut self, at: Moment) {
        self.close_as(at, None);
    }

    /// What goes on has ended, like this.
    pub(super) fn close_as(&mut self, at: Moment, flag: Option<Flag>) {
        let open = self.parts.iter_mut().rev().find(|part| part.to.is_none());
        if let Some(part) = open {
            // One that cannot be received yet can be gone already.
            part.to = Some(at.max(part.from));
            part.flag = flag.unwrap_or(part.flag);
        }
    }

    /// All of it has ended. What has ended once stays as it ended.
    pub(super) fn end(&mut self, at: Moment, flag: Flag) {
        if self.to.is_none() {
            self.close(at);
            (self.to, self.flag) = (Some(at), flag);
        }
    }
}

impl Traces {
    /// What is known of something.
    pub fn get(&self, subject: Subject) -> Option<&Node> {
        self.nodes.get(self.index.get(subject)?)
    }

    /// The session's seed and wall clock.
    pub fn session(&self) -> SessionMeta {
        self.session
    }

    /// What nothing in the session caused, the latest first: each begins a story.
    pub fn origins(&self) -> impl Iterator<Item = &Node> {
        let nodes = self.nodes.iter().rev();
        nodes.filter(|node| node.causes.is_empty())
    }

    /// What caused something: what happened, the messages of a batch, the batch of a request.
    pub fn causes(&self, subject: Subject) -> impl Iterator<Item = &Node> {
        let causes = self.get(subject).into_iter().flat_map(|it| &it.causes);
        causes.filter_map(|cause| self.nodes.get(*cause))
    }

    /// What something caused.
    pub fn effects(&self, subject: Subject) -> impl Iterator<Item = &Node> {
        let effects = self.get(subject).into_iter().flat_map(|it| &it.effects);
        effects.filter_map(|effect| self.nodes.get(*effect))
    }

    /// The attempts at the same work, in order: those at an asynchronous event; those with any of the
    /// messages or records of a batch, in whichever batches they were. A request that nothing tries
    /// again is the only one.
    pub fn attempts(&self, request: RequestId) -> Vec<RequestId> {
        let own = Subject::Request(request);
        let mut attempts = OrderedSet::new();
        attempts.insert(request);
        for cause in self.causes(own) {
            let mut batches = vec![cause.subject];
            if matches!(cause.subject, Subject::Batch(_)) {
                let items = self.items(cause.subject);
                let others = items.iter().flat_map(|it| self.batches_of(it.subject));
                batches.extend(others.map(|it| it.subject));
            }
            for batch in batches {
                for effect in self.effects(batch) {
                    if let Subject::Request(it) = effect.subject {
                        attempts.insert(it);
                    }
                    if attempts.len() >= MOST_ATTEMPTS {
                        return attempts.iter().copied().collect();
                    }
                }
            }
        }
        attempts.iter().copied().collect()
    }

    /// The messages or records of a batch; those of the whole batch for the second half of one that
    /// was split.
    pub fn items(&self, batch: Subject) -> Vec<&Node> {
        let mut node = self.get(batch);
        // A half is a half of a half at most as often as there are batches.
        while let Some(cause) = node.and_then(|it| self.nodes.get(*it.causes.first()?)) {
            match cause.subject {
                Subject::Batch(_) => node = Some(cause),
                _ => break,
            }
        }
        let causes = node.into_iter().flat_map(|it| &it.causes);
        causes.filter_map(|it| self.nodes.get(*it)).collect()
    }

    /// The batches that a message or record was part of, halves included.
    fn batches_of(&self, item: Subject) -> Vec<&Node> {
        let mut found: Vec<&Node> = Vec::new();
        let mut next: Vec<&Node> = self.effects(item).collect();
        while let Some(node) = next.pop() {
            if matches!(node.subject, Subject::Batch(_)) && found.len() < MOST_ATTEMPTS {
                found.push(node);
                next.extend(node.effects.iter().filter_map(|it| self.nodes.get(*it)));
            }
        }
        found
    }

    pub(super) fn node(&mut self, subject: Subject) -> Option<&mut Node> {
        let id = self.index.get(subject)?;
        self.nodes.get_mut(id)
    }

    /// Takes something in, with what caused it. What is there already stays as it is.
    pub(super) fn add(&mut self, node: Node, causes: &[NodeId]) {
        if self.index.get(node.subject).is_some() {
            return;
        }
        let (id, subject) = (self.nodes.len(), node.subject);
        self.index.insert(subject, id);
        self.nodes.push(node);
        self.link(id, causes);
    }

    pub(super) fn link(&mut self, effect: NodeId, causes: &[NodeId]) {
        for cause in causes {
            // A file may say anything; what is true has its cause before it.
            if *cause >= effect {
                continue;
            }
            if let Some(node) = self.nodes.get_mut(*cause) {
                node.effects.push(effect);
            }
            if let Some(node) = self.nodes.get_mut(effect) {
                node.causes.push(*cause);
            }
        }
    }

    pub(super) fn ids(&self, subjects: impl Iterator<Item = Subject>) -> Vec<NodeId> {
        subjects
            .filter_map(|subject| self.index.get(subject))
            .collect()
    }
}
