//! Records: each lies in its stream, is read with others, by every mapping for itself.

use super::fold::{Node, Place};
use super::{Flag, PartKind, Subject, Traces};
use crate::timeline::{RecordEnd, ReturnReason, StreamFact, StreamKind};
use crate::units::{BatchId, Moment, RecordId};

/// What a stream is one of.
const fn service(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Kinesis(_) => "Kinesis stream",
        StreamKind::Table(_) => "DynamoDB table",
        StreamKind::Topic(_) => "Kafka topic",
        StreamKind::Broker(_) => "broker's queue",
    }
}

impl Traces {
    pub(super) fn follow_stream(&mut self, at: Moment, fact: &StreamFact) {
        match fact {
            StreamFact::StreamConfigured {
                stream,
                configuration,
            } => {
                let known = (configuration.name.clone(), service(configuration.kind));
                self.streams.insert(*stream, known);
            }
            // Records that nobody reads any more have no end of their own.
            StreamFact::StreamDeleted { .. } => {}
            StreamFact::RecordPut {
                record,
                stream,
                data,
                ..
            } => {
                let mut node = Node {
                    payload: Some(*data),
                    ..Node::new(Subject::Record(*record), Place::Stream(*stream), at)
                };
                node.begin(at, PartKind::InStream(*stream), Flag::Fine);
                self.add(node, &[]);
            }
            StreamFact::RecordsExpired { records, .. } => {
                for record in records {
                    if let Some(node) = self.node(Subject::Record(*record)) {
                        node.end(at, Flag::Fine);
                    }
                }
            }
            StreamFact::RecordsRead { batch, read } => {
                let place = Place::Mapping(read.mapping);
                let mut node = Node::new(Subject::Batch(*batch), place, at);
                let mapping = self.mappings.get(&read.mapping);
                node.function = mapping.map(|(_, function)| *function);
                node.begin(at, PartKind::Gathering, Flag::Fine);
                node.left = read.records.len();
                let causes = self.ids(read.records.iter().copied().map(Subject::Record));
                self.add(node, &causes);
                for record in &read.records {
                    if let Some(node) = self.node(Subject::Record(*record)) {
                        node.close(at);
                    }
                }
            }
            StreamFact::RecordsDone {
                batch,
                records,
                end,
            } => self.done(at, *batch, records, *end),
            StreamFact::BatchReturned { batch, reason, .. } => {
                let flag = match reason {
                    ReturnReason::Throttled => Flag::Throttle,
                    ReturnReason::FunctionError
                    | ReturnReason::Interrupted
                    | ReturnReason::SystemError => Flag::Fault,
                };
                if let Some(node) = self.node(Subject::Batch(*batch)) {
                    node.begin(at, PartKind::Retry(*reason), flag);
                }
            }
            StreamFact::BatchSplit {
                batch,
                rest,
                records,
            } => self.split(at, *batch, *rest, records.len()),
            StreamFact::WindowClosed { batch, handled } => {
                if let Some(node) = self.node(Subject::Batch(*batch)) {
                    let flag = if *handled { Flag::Fine } else { Flag::Fault };
                    node.end(at, flag);
                }
            }
            StreamFact::StateReturned { .. } => {}
            StreamFact::DiscardSent {
                batch,
                to,
                delivered,
            } => {
                let subject = Subject::Batch(*batch);
                if let Some(node) = self.node(subject) {
                    let flag = if *delivered { Flag::Fine } else { Flag::Fault };
                    node.instant(at, PartKind::Discarded(*to), flag);
                }
                self.sending = self.index.get(subject).filter(|_| *delivered);
            }
        }
    }

    fn done(&mut self, at: Moment, batch: BatchId, records: &[RecordId], end: RecordEnd) {
        let flag = match end {
            RecordEnd::Handled | RecordEnd::Filtered => Flag::Fine,
            RecordEnd::RetryAttemptsExhausted
            | RecordEnd::RecordAgeExceeded
            | RecordEnd::Expired => Flag::Fault,
        };
        for record in records {
            if let Some(node) = self.node(Subject::Record(*record)) {
                if end == RecordEnd::Filtered {
                    node.instant(at, PartKind::Filtered, Flag::Fine);
                }
                // Each mapping ends a record for itself; all of it ends with the last.
                let flag = flag.max(node.flag);
                node.close(at);
                (node.to, node.flag) = (Some(at), flag);
            }
        }
        self.leave(at, batch, records.len(), flag);
    }

    fn split(&mut self, at: Moment, batch: BatchId, rest: BatchId, records: usize) {
        let subject = Subject::Batch(batch);
        let Some(first) = self.node(subject) else {
            return;
        };
        first.instant(at, PartKind::Split, Flag::Fault);
        first.left = first.left.saturating_sub(records);
        let (place, function) = (first.place, first.function);
        let mut second = Node {
            function,
            left: records,
            ..Node::new(Subject::Batch(rest), place, at)
        };
        second.begin(at, PartKind::Gathering, Flag::Fine);
        let cause = self.ids(std::iter::once(subject));
        self.add(second, &cause);
    }
}
