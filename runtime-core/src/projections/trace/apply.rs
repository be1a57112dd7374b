//! What each fact does.

use super::fold::{Node, NodeId, Place};
use super::{Flag, PartKind, Subject, Traces};
use crate::timeline::{
    Entry, InitOutcome, LifecycleEvent, Outcome, Projection, Rejection, ReturnReason, SourceFact,
    Trigger,
};
use crate::units::{FunctionId, Moment, PayloadId, RequestId, SourceId};

impl Projection for Traces {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        let sending = self.sending.take();
        match &entry.event {
            LifecycleEvent::SessionOpened(session) => self.session = *session,
            LifecycleEvent::FunctionConfigured {
                function,
                configuration,
                ..
            } => {
                self.functions.insert(*function, configuration.name.clone());
            }
            LifecycleEvent::RequestArrived {
                request,
                function,
                trigger,
                event,
                ..
            } => self.arrived(at, *request, *function, *trigger, *event),
            LifecycleEvent::RequestRejected { request, rejection } => {
                self.ended(at, *request, flag_of(*rejection));
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                request: Some(request),
                ..
            } => {
                if let Some(id) = self.index.get(Subject::Request(*request)) {
                    self.environments.insert(*environment, id);
                    self.begin(id, at, PartKind::Starting);
                }
            }
            LifecycleEvent::InitStarted { environment } => {
                if let Some(id) = self.environments.get(environment).copied() {
                    self.begin(id, at, PartKind::Initialization);
                }
            }
            LifecycleEvent::RestoreStarted { environment } => {
                if let Some(id) = self.environments.get(environment).copied() {
                    self.begin(id, at, PartKind::Restore);
                }
            }
            LifecycleEvent::InitFinished {
                environment,
                outcome,
                ..
            }
            | LifecycleEvent::RestoreFinished {
                environment,
                outcome,
                ..
            } => {
                let node = self.environments.get(environment).copied();
                if let Some(node) = node.and_then(|id| self.nodes.get_mut(id)) {
                    let flag = match outcome {
                        InitOutcome::Succeeded => Flag::Fine,
                        InitOutcome::TimedOut | InitOutcome::Failed(_) => Flag::Fault,
                    };
                    node.close_as(at, Some(flag));
                }
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                self.environments.remove(environment);
                if let Some(node) = self.node(Subject::Request(*request)) {
                    node.begin(at, PartKind::Invocation, Flag::Fine);
                }
            }
            LifecycleEvent::InvocationFinished {
                request, outcome, ..
            } => {
                let flag = match outcome {
                    Outcome::Succeeded => Flag::Fine,
                    Outcome::Failed(_) => Flag::Fault,
                };
                self.ended(at, *request, flag);
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.environments.remove(environment);
            }
            LifecycleEvent::Async(fact) => self.follow_async(at, fact, sending),
            LifecycleEvent::Queue(fact) => self.follow_queue(at, fact, sending),
            LifecycleEvent::Stream(fact) => self.follow_stream(at, fact),
            LifecycleEvent::Source(fact) => self.follow_source(at, fact, sending),
            _ => {}
        }
    }
}

/// X-Ray's word for a refusal.
fn flag_of(rejection: Rejection) -> Flag {
    match (rejection, rejection.status()) {
        (Rejection::Throttled(_), _) => Flag::Throttle,
        (_, 500..) => Flag::Fault,
        _ => Flag::Error,
    }
}

impl Traces {
    fn begin(&mut self, id: NodeId, at: Moment, kind: PartKind) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.begin(at, kind, Flag::Fine);
        }
    }

    fn arrived(
        &mut self,
        at: Moment,
        request: RequestId,
        function: FunctionId,
        trigger: Trigger,
        event: PayloadId,
    ) {
        let cause = match trigger {
            Trigger::Invoke => None,
            Trigger::Async { first, .. } => Some(Subject::Event(first)),
            Trigger::Mapping { batch, .. } => Some(Subject::Batch(batch)),
        };
        let mut before = 0;
        if let Some(cause) = cause.and_then(|it| self.node(it)) {
            cause.close(at);
            before = cause.effects.len() as u32;
        }
        let node = Node {
            function: Some(function),
            attempt: match trigger {
                Trigger::Async { attempt, .. } => attempt,
                Trigger::Invoke | Trigger::Mapping { .. } => before.saturating_add(1),
            },
            payload: Some(event),
            ..Node::new(Subject::Request(request), Place::Function, at)
        };
        let causes = self.ids(cause.into_iter());
        self.add(node, &causes);
    }

    /// A request is over, and its batch goes on.
    fn ended(&mut self, at: Moment, request: RequestId, flag: Flag) {
        let subject = Subject::Request(request);
        let Some(node) = self.node(subject) else {
            return;
        };
        if node.to.is_some() {
            return;
        }
        node.close_as(at, Some(flag));
        node.end(at, flag);
        let batch = node.causes.first().copied();
        let batch = batch.and_then(|id| self.nodes.get_mut(id));
        if let Some(batch) = batch.filter(|it| matches!(it.subject, Subject::Batch(_))) {
            // Until a fact says what becomes of it.
            let next = match flag {
                Flag::Throttle => PartKind::Retry(ReturnReason::Throttled),
                _ => PartKind::Hidden,
            };
            if batch.to.is_none() {
                batch.begin(at, next, Flag::Fine);
            }
        }
    }

    fn follow_source(&mut self, at: Moment, fact: &SourceFact, sending: Option<NodeId>) {
        match fact {
            SourceFact::SourceConfigured {
                source,
                configuration,
            } => {
                let known = (configuration.name.clone(), configuration.kind.name());
                self.sources.insert(*source, known);
            }
            SourceFact::SourceDeleted { .. } => {}
            SourceFact::Happened {
                source,
                number,
                happening,
                sender,
            } => {
                let subject = Subject::Happening(*number);
                let mut node = Node {
                    payload: *happening,
                    ..Node::new(subject, Place::Source(*source), at)
                };
                node.end(at, Flag::Fine);
                let cause = sender.and(sending);
                self.add(node, cause.as_slice());
                let id = self.index.get(subject);
                if let Some(id) = id {
                    self.happened.insert(*source, id);
                }
            }
            SourceFact::Undelivered { source, target, .. } => {
                if let Some(id) = self.happening(*source)
                    && let Some(node) = self.nodes.get_mut(id)
                {
                    node.instant(at, PartKind::Undelivered(*target), Flag::Fault);
                    node.flag = Flag::Fault;
                }
            }
        }
    }

    /// What a source tells of.
    pub(super) fn happening(&self, source: SourceId) -> Option<NodeId> {
        self.happened.get(&source).copied()
    }
}
