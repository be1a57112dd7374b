//! What happened at every source, and whom it told.

use crate::timeline::{
    AsyncFact, AsyncSource, Entry, Happened, LifecycleEvent, Projection, QueueFact, Sender,
    SourceConfiguration, SourceFact, SourceKind,
};
use crate::units::{Moment, OrderedMap, SourceId};
use std::sync::Arc;

/// All sources that there are.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    records: OrderedMap<SourceId, SourceRecord>,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRecord {
    /// What it is set to.
    pub configuration: Arc<SourceConfiguration>,
    /// How often something happened.
    pub happened: u64,
    /// Events that functions were told.
    pub events: u64,
    /// Messages that queues were sent.
    pub messages: u64,
    /// What no target could take.
    pub undelivered: u64,
    /// When something last happened.
    pub last: Option<Moment>,
    /// All that happened at a bucket or a user pool: it is what is in it.
    pub happenings: Vec<Happened>,
}

impl Sources {
    /// All sources in order of creation.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &SourceRecord)> {
        self.records.iter().map(|(id, record)| (*id, record))
    }

    fn change(&mut self, source: SourceId, change: impl FnOnce(&mut SourceRecord)) {
        if let Some(record) = self.records.get_mut(&source) {
            change(record);
        }
    }
}

impl Projection for Sources {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::Source(fact) => self.follow(entry.at, fact),
            LifecycleEvent::Async(AsyncFact::EventAccepted {
                source: AsyncSource::Source { source },
                ..
            }) => self.change(*source, |record| record.events += 1),
            LifecycleEvent::Queue(QueueFact::MessageSent {
                sender: Sender::Source { source },
                ..
            }) => self.change(*source, |record| record.messages += 1),
            _ => {}
        }
    }
}

impl Sources {
    fn follow(&mut self, at: Moment, fact: &SourceFact) {
        match fact {
            SourceFact::SourceConfigured {
                source,
                configuration,
            } => {
                let configuration = Arc::new((**configuration).clone());
                let record = self.records.get_or_insert_with(*source, || SourceRecord {
                    configuration: configuration.clone(),
                    happened: 0,
                    events: 0,
                    messages: 0,
                    undelivered: 0,
                    last: None,
                    happenings: Vec::new(),
                });
                record.configuration = configuration;
            }
            SourceFact::SourceDeleted { source } => {
                self.records.remove(source);
            }
            SourceFact::Happened {
                source,
                number,
                happening,
                ..
            } => self.change(*source, |record| {
                record.happened += 1;
                record.last = Some(at);
                if let (SourceKind::Bucket | SourceKind::UserPool, Some(happening)) =
                    (&record.configuration.kind, *happening)
                {
                    record.happenings.push(Happened {
                        at,
                        number: *number,
                        happening,
                    });
                }
            }),
            SourceFact::Undelivered { source, .. } => {
                self.change(*source, |record| record.undelivered += 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{CaughtUp, Timeline};
    use crate::units::{ByteCount, FunctionId, MessageId, PayloadId, QueueId, RequestId};

    #[test]
    fn it_counts_what_happened_and_who_was_told() {
        let source = SourceId(3);
        let mut timeline = Timeline::default();
        let configuration = Box::new(SourceConfiguration {
            name: "orders".to_owned(),
            kind: SourceKind::Topic,
            wires: Vec::new(),
        });
        let happened = |number| SourceFact::Happened {
            source,
            number,
            sender: None,
            happening: None,
        };
        let facts: Vec<LifecycleEvent> = vec![
            SourceFact::SourceConfigured {
                source,
                configuration,
            }
            .into(),
            happened(1).into(),
            AsyncFact::EventAccepted {
                request: RequestId(1),
                function: FunctionId(1),
                qualifier: crate::timeline::Qualifier::LATEST,
                source: AsyncSource::Source { source },
                event: PayloadId(0),
                bytes: ByteCount::new(2),
            }
            .into(),
            happened(2).into(),
            QueueFact::MessageSent {
                queue: QueueId(1),
                message: MessageId(1),
                sender: Sender::Source { source },
                body: PayloadId(0),
                bytes: ByteCount::new(2),
                attributes: None,
                group: None,
                deduplication: None,
                visible: Moment::START,
            }
            .into(),
        ];
        let mut step_by_step = CaughtUp::<Sources>::default();
        for (n, fact) in facts.into_iter().enumerate() {
            timeline.push(Moment::from_nanos(n as u64), fact);
            step_by_step.catch_up(&timeline);
        }
        let sources = step_by_step.catch_up(&timeline);
        let (_, record) = sources.iter().next().unwrap();
        assert_eq!(
            (
                record.happened,
                record.events,
                record.messages,
                record.undelivered
            ),
            (2, 1, 1, 0)
        );
        assert_eq!(record.last, Some(Moment::from_nanos(3)));
    }
}
