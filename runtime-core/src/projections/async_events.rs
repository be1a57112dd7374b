//! Events of asynchronous invocation: each with its attempts, its end and what was sent on.

use crate::timeline::{
    AsyncFact, AsyncSource, Condition, Destination, Entry, LifecycleEvent, Projection, RecordKind,
    ReturnReason, Trigger,
};
use crate::units::OrderedMap;
use crate::units::{FunctionId, Moment, RequestId, SourceId};

/// All asynchronous events of the session, by their first attempts.
#[derive(Clone, Debug, Default)]
pub struct AsyncEvents {
    records: OrderedMap<RequestId, AsyncRecord>,
    /// How many of them are in the internal queue.
    waiting: usize,
    /// Those of each source, in order.
    told: OrderedMap<SourceId, Vec<RequestId>>,
}

/// One event's story.
#[derive(Clone, Debug, PartialEq)]
pub struct AsyncRecord {
    /// The function it is for.
    pub function: FunctionId,
    /// Where it came from.
    pub source: AsyncSource,
    /// When Lambda took it in.
    pub accepted: Moment,
    /// Its attempts, throttled ones included.
    pub attempts: Vec<RequestId>,
    /// How far it is.
    pub stage: AsyncStage,
    /// What was sent on at its end.
    pub sent: Vec<SentRecord>,
}

/// How far an asynchronous event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncStage {
    /// An attempt is being made.
    Trying,
    /// It waits for the next one.
    Waiting {
        /// Why there has to be another.
        reason: ReturnReason,
        /// When it is due.
        due: Moment,
    },
    /// It has left the internal queue.
    Finished {
        /// When.
        at: Moment,
        /// How.
        condition: Condition,
        /// How often a handler had it.
        invocations: u32,
    },
}

/// Something that was sent at the end of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentRecord {
    /// What.
    pub kind: RecordKind,
    /// Where to.
    pub destination: Destination,
    /// Whether it arrived.
    pub delivered: bool,
}

impl AsyncEvents {
    /// The event that had this first attempt.
    pub fn get(&self, first: RequestId) -> Option<&AsyncRecord> {
        self.records.get(&first)
    }

    /// All events in the order in which they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (RequestId, &AsyncRecord)> {
        self.records.iter().map(|(first, record)| (*first, record))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// How many of them have not left the internal queue.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// What a source has told, in order.
    pub fn told(
        &self,
        source: SourceId,
    ) -> impl DoubleEndedIterator<Item = (RequestId, &AsyncRecord)> {
        let told = self.told.get(&source).into_iter().flatten();
        told.filter_map(|first| Some((*first, self.records.get(first)?)))
    }

    fn comes_to(&mut self, first: RequestId, stage: AsyncStage) {
        if let Some(record) = self.records.get_mut(&first) {
            let waits = |stage: &AsyncStage| !matches!(stage, AsyncStage::Finished { .. });
            self.waiting += usize::from(waits(&stage));
            self.waiting -= usize::from(waits(&record.stage));
            record.stage = stage;
        }
    }
}

impl Projection for AsyncEvents {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::Async(fact) => self.apply_fact(entry.at, fact),
            LifecycleEvent::RequestArrived {
                request,
                trigger: Trigger::Async { first, .. },
                ..
            } => {
                if let Some(record) = self.records.get_mut(first) {
                    record.attempts.push(*request);
                }
                self.comes_to(*first, AsyncStage::Trying);
            }
            _ => {}
        }
    }
}

impl AsyncEvents {
    fn apply_fact(&mut self, at: Moment, fact: &AsyncFact) {
        match *fact {
            AsyncFact::EventAccepted {
                request,
                function,
                source,
                ..
            } => {
                let record = AsyncRecord {
                    function,
                    source,
                    accepted: at,
                    attempts: Vec::new(),
                    stage: AsyncStage::Trying,
                    sent: Vec::new(),
                };
                if self.records.insert(request, record).is_none() {
                    self.waiting += 1;
                }
                if let AsyncSource::Source { source } = source {
                    self.told.get_or_default(source).push(request);
                }
            }
            AsyncFact::EventReturned {
                request,
                reason,
                due,
            } => self.comes_to(request, AsyncStage::Waiting { reason, due }),
            AsyncFact::EventFinished {
                request,
                condition,
                invocations,
            } => self.comes_to(
                request,
                AsyncStage::Finished {
                    at,
                    condition,
                    invocations,
                },
            ),
            AsyncFact::RecordSent {
                request,
                kind,
                destination,
                delivered,
            } => {
                if let Some(record) = self.records.get_mut(&request) {
                    record.sent.push(SentRecord {
                        kind,
                        destination,
                        delivered,
                    });
                }
            }
        }
    }
}
