//! Asynchronous events: each waits, is tried, waits again, and sends on what became of it.

use super::fold::{Node, NodeId, Place};
use super::{Flag, PartKind, Subject, Traces};
use crate::timeline::{AsyncFact, AsyncSource, Condition, ReturnReason};
use crate::units::Moment;

impl Traces {
    pub(super) fn follow_async(&mut self, at: Moment, fact: &AsyncFact, sending: Option<NodeId>) {
        match *fact {
            AsyncFact::EventAccepted {
                request,
                function,
                source,
                event,
                ..
            } => {
                let cause = match source {
                    AsyncSource::Invoke => None,
                    AsyncSource::Destination { .. } => sending,
                    AsyncSource::Source { source } => self.happening(source),
                };
                let mut node = Node {
                    function: Some(function),
                    payload: Some(event),
                    ..Node::new(Subject::Event(request), Place::Function, at)
                };
                node.begin(at, PartKind::Dwell, Flag::Fine);
                self.add(node, cause.as_slice());
            }
            AsyncFact::EventReturned {
                request, reason, ..
            } => {
                let flag = match reason {
                    ReturnReason::Throttled => Flag::Throttle,
                    ReturnReason::FunctionError
                    | ReturnReason::Interrupted
                    | ReturnReason::SystemError => Flag::Fault,
                };
                if let Some(node) = self.node(Subject::Event(request)) {
                    node.begin(at, PartKind::Retry(reason), flag);
                }
            }
            AsyncFact::EventFinished {
                request, condition, ..
            } => {
                let flag = match condition {
                    Condition::Success => Flag::Fine,
                    Condition::RetriesExhausted
                    | Condition::EventAgeExceeded
                    | Condition::FunctionDeleted => Flag::Fault,
                    Condition::ZeroReservedConcurrency | Condition::RecursiveLoop => Flag::Error,
                };
                if let Some(node) = self.node(Subject::Event(request)) {
                    node.end(at, flag);
                }
            }
            AsyncFact::RecordSent {
                request,
                kind,
                destination,
                delivered,
            } => {
                let subject = Subject::Event(request);
                if let Some(node) = self.node(subject) {
                    let flag = if delivered { Flag::Fine } else { Flag::Fault };
                    node.instant(at, PartKind::Sent(kind, destination), flag);
                }
                self.sending = self.index.get(subject).filter(|_| delivered);
            }
        }
    }
}
