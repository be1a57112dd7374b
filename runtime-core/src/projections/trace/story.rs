//! The segments of one story, as a tree of causes.

use super::fold::{Node, NodeId, Place};
use super::{Flag, Part, PartKind, Subject, Traces};
use crate::timeline::{Destination, RecordKind, ReturnReason};
use crate::units::{Moment, OrderedSet, QueueId, RequestId};
use std::collections::VecDeque;

/// The most segments of a story: who told a thousand functions has a story that nobody reads to its
/// end.
pub(super) const MOST_SEGMENTS: usize = 300;
/// The most causes of a batch that are told.
const MOST_CAUSES: usize = 20;

/// A story: everything that belongs to one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// Causes before what they caused, with what each caused below it.
    pub segments: Vec<TraceSegment>,
    /// How many more there are, at least.
    pub left_out: usize,
}

/// A line of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceSegment {
    /// What it is of.
    pub subject: Subject,
    /// What kind of thing that is, as X-Ray's `origin` where that has one.
    pub origin: &'static str,
    /// Of the function, the queue, the stream, the source.
    pub name: String,
    /// Which attempt a request is, from 1.
    pub attempt: u32,
    /// The segment that caused it, by its index; `None` where the story begins.
    pub parent: Option<usize>,
    /// How many causes lie between it and where the story begins.
    pub depth: usize,
    /// How many causes it has besides its parent: a batch has one a message.
    pub links: usize,
    /// When it began.
    pub from: Moment,
    /// When it ended.
    pub to: Option<Moment>,
    /// How.
    pub flag: Flag,
    /// What it went through, without what took no time and is no fact of its own.
    pub parts: Vec<Part>,
}

impl TraceSegment {
    /// The request, if it is one; the first attempt of an event.
    pub fn request(&self) -> Option<RequestId> {
        match self.subject {
            Subject::Request(request) => Some(request),
            _ => None,
        }
    }
}

impl Story {
    /// When it began, and when the last of it ended or, if something goes on, `now`.
    pub fn extent(&self, now: Moment) -> (Moment, Moment) {
        let from = self.segments.iter().map(|it| it.from).min();
        let to = self.segments.iter().map(|it| it.to.unwrap_or(now)).max();
        let from = from.unwrap_or(now);
        (from, to.unwrap_or(now).max(from))
    }
}

impl Traces {
    /// The story of something; empty if there is no such thing.
    pub fn story(&self, subject: Subject) -> Story {
        let Some(id) = self.index.get(subject) else {
            return Story::default();
        };
        let (chosen, left_out) = self.choose(id);
        let mut story = Story {
            segments: Vec::with_capacity(chosen.len()),
            left_out,
        };
        let parent_of = |node: &Node| {
            let causes = node.causes.iter();
            causes.copied().find(|cause| chosen.contains(cause))
        };
        // Nothing is deeper than there are segments, but that may be deep: no recursion.
        let roots = chosen.iter().rev().filter(|id| {
            let node = self.nodes.get(**id);
            node.is_some_and(|node| parent_of(node).is_none())
        });
        let mut next: Vec<(NodeId, Option<usize>, usize)> =
            roots.map(|id| (*id, None, 0)).collect();
        let mut seen = OrderedSet::new();
        while let Some((id, parent, depth)) = next.pop() {
            let Some(node) = self.nodes.get(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            let index = story.segments.len();
            story.segments.push(self.segment(node, parent, depth));
            for effect in node.effects.iter().rev() {
                let below = self.nodes.get(*effect).and_then(&parent_of) == Some(id);
                if below && chosen.contains(effect) {
                    next.push((*effect, Some(index), depth + 1));
                }
            }
        }
        story
    }

    /// What belongs to a story: what caused it, what that caused in turn; and how many of that are left
    /// out. What is nearest to it comes first.
    fn choose(&self, id: NodeId) -> (OrderedSet<NodeId>, usize) {
        let mut chosen = OrderedSet::new();
        let mut left_out = 0;
        let mut up = VecDeque::from([id]);
        while let Some(id) = up.pop_front() {
            if chosen.len() >= MOST_SEGMENTS / 2 || !chosen.insert(id) {
                continue;
            }
            let causes = self
                .nodes
                .get(id)
                .map_or(&[][..], |node| node.causes.as_slice());
            left_out += causes.len().saturating_sub(MOST_CAUSES);
            up.extend(causes.iter().take(MOST_CAUSES));
        }
        // First what it caused itself, then what else its causes did.
        let all: Vec<NodeId> = chosen.iter().copied().filter(|it| *it != id).collect();
        for start in std::iter::once(id).chain(all) {
            let mut down = VecDeque::from([start]);
            while let Some(id) = down.pop_front() {
                for effect in self
                    .nodes
                    .get(id)
                    .map_or(&[][..], |node| node.effects.as_slice())
                {
                    if chosen.contains(effect) {
                        continue;
                    }
                    if chosen.len() >= MOST_SEGMENTS {
                        left_out += 1;
                        continue;
                    }
                    chosen.insert(*effect);
                    down.push_back(*effect);
                }
            }
        }
        (chosen, left_out)
    }

    fn segment(&self, node: &Node, parent: Option<usize>, depth: usize) -> TraceSegment {
        let (origin, name) = self.title(node);
        let kept = |part: &&Part| {
            let instant = part.to == Some(part.from);
            let is_fact = matches!(
                part.kind,
                PartKind::Sent(..)
                    | PartKind::Moved(_)
                    | PartKind::Discarded(_)
                    | PartKind::Filtered
                    | PartKind::Split
                    | PartKind::Undelivered(_)
                    | PartKind::Initialization
                    | PartKind::Restore
                    | PartKind::Invocation
            );
            !instant || is_fact
        };
        TraceSegment {
            subject: node.subject,
            origin,
            name,
            attempt: node.attempt,
            parent,
            depth,
            links: node.causes.len().saturating_sub(1),
            from: node.from,
            to: node.to,
            flag: node.flag,
            parts: node.parts.iter().filter(kept).copied().collect(),
        }
    }

    /// What a segment is, and its name.
    pub fn title(&self, node: &Node) -> (&'static str, String) {
        let function = || {
            let known = node.function.and_then(|it| self.functions.get(&it));
            known.cloned().unwrap_or_default()
        };
        match (node.subject, node.place) {
            (Subject::Request(_), _) => ("AWS::Lambda::Function", function()),
            (Subject::Event(_), _) => ("AWS::Lambda", function()),
            (Subject::Batch(_), _) => ("event source mapping", function()),
            (_, Place::Source(source)) => {
                let known = self.sources.get(&source);
                known.map_or(("source", String::new()), |(name, kind)| {
                    (kind, name.clone())
                })
            }
            (_, Place::Stream(stream)) => {
                let known = self.streams.get(&stream);
                known.map_or(("stream", String::new()), |(name, kind)| {
                    (kind, name.clone())
                })
            }
            (_, Place::Queue(queue)) => ("AWS::SQS::Queue", self.queue(queue)),
            (_, Place::Function | Place::Mapping(_)) => ("", function()),
        }
    }

    fn queue(&self, queue: QueueId) -> String {
        self.queues.get(&queue).cloned().unwrap_or_default()
    }

    fn target(&self, to: Destination) -> String {
        match to {
            Destination::Queue(queue) => self.queue(queue),
            Destination::Source(source) => {
                let known = self.sources.get(&source);
                known.map(|(name, _)| name.clone()).unwrap_or_default()
            }
            Destination::Function(function) => {
                self.functions.get(&function).cloned().unwrap_or_default()
            }
        }
    }

    /// What a part is called: X-Ray's names where it has them.
    pub fn part_name(&self, kind: PartKind) -> String {
        match kind {
            PartKind::Dwell => "Dwell Time".to_owned(),
            PartKind::Retry(ReturnReason::Throttled) => "Waits after a throttle".to_owned(),
            PartKind::Retry(ReturnReason::SystemError) => "Waits after a system error".to_owned(),
            PartKind::Retry(ReturnReason::FunctionError) => "Waits for the next retry".to_owned(),
            PartKind::Retry(ReturnReason::Interrupted) => "Waits: the tab was closed".to_owned(),
            PartKind::Delay(queue) => format!("Delayed in {}", self.queue(queue)),
            PartKind::Queued(queue) => format!("Waits in {}", self.queue(queue)),
            PartKind::InStream(stream) => {
                let name = self.streams.get(&stream).map(|(name, _)| name.as_str());
                format!("Waits in {}", name.unwrap_or_default())
            }
            PartKind::Gathering => "Gathered".to_owned(),
            PartKind::Hidden => "Hidden until the visibility timeout".to_owned(),
            PartKind::Starting => "Environment starts".to_owned(),
            PartKind::Initialization => "Initialization".to_owned(),
            PartKind::Restore => "Restore".to_owned(),
            PartKind::Invocation => "Invocation".to_owned(),
            PartKind::Sent(kind, to) => {
                let what = match kind {
                    RecordKind::OnSuccess => "On success",
                    RecordKind::OnFailure => "On failure",
                    RecordKind::DeadLetter => "Dead letter",
                };
                format!("{what}: to {}", self.target(to))
            }
            PartKind::Moved(queue) => format!("Dead letter: to {}", self.queue(queue)),
            PartKind::Discarded(to) => {
                format!("Discarded: told to {}", self.target(to.into()))
            }
            PartKind::Filtered => "No filter matches".to_owned(),
            PartKind::Split => "Split in two".to_owned(),
            PartKind::Undelivered(to) => format!("Not delivered to {}", self.target(to)),
        }
    }
}
