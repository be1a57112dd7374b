//! Whose a request is that the platform itself sent, and what its end means to them.

use super::Platform;
use super::input::Out;
use crate::timeline::{LifecycleEvent, Outcome, Rejection};
use crate::units::{BatchId, Moment, PayloadId, RequestId};

/// What a request was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// An asynchronous event: its first attempt.
    Event(RequestId),
    /// A batch of messages.
    Batch(BatchId),
    /// A batch of records.
    Records(BatchId),
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Settled {
    Rejected(Rejection),
    Finished(Outcome, Option<PayloadId>),
}

impl Platform {
    /// Tells owners how their requests ended, as far as the facts from this one on say. That may
    /// end requests again: a retry can be refused at once.
    pub(super) fn settle(&mut self, at: Moment, from: usize, out: &mut Out) {
        let mut next = from;
        while let Some(fact) = out.facts.get(next) {
            next += 1;
            let (request, settled) = match fact {
                LifecycleEvent::RequestRejected { request, rejection } => {
                    (*request, Settled::Rejected(*rejection))
                }
                LifecycleEvent::InvocationFinished {
                    request,
                    outcome,
                    response,
                    ..
                } => (*request, Settled::Finished(*outcome, *response)),
                _ => continue,
            };
            self.tell_owner(at, request, settled, out);
        }
    }

    fn tell_owner(&mut self, at: Moment, request: RequestId, settled: Settled, out: &mut Out) {
        let Some(owner) = self.owners.remove(&request) else {
            return;
        };
        match (owner, settled) {
            (Owner::Event(first), Settled::Rejected(rejection)) => {
                self.attempt_rejected(at, first, rejection, out);
            }
            (Owner::Event(first), Settled::Finished(outcome, response)) => {
                self.attempt_finished(at, first, outcome, response, out);
            }
            (Owner::Batch(batch), Settled::Rejected(rejection)) => {
                self.batch_rejected(at, batch, rejection, out);
            }
            (Owner::Batch(batch), Settled::Finished(outcome, response)) => {
                self.batch_finished(at, batch, outcome, response, out);
            }
            (Owner::Records(batch), Settled::Rejected(rejection)) => {
                self.records_rejected(at, batch, rejection, out);
            }
            (Owner::Records(batch), Settled::Finished(outcome, response)) => {
                self.records_finished(at, batch, (request, outcome), response, out);
            }
        }
    }
}
