//! Whose a request is that the platform itself sent, and what its end means to them.

use super::Platform;
use super::input::Out;
use crate::timeline::{LifecycleEvent, Outcome, Rejection};
use crate::units::{BatchId, Moment, OrderedMap, PayloadId, RequestId};

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

/// Whose requests are, while a session is read from its timeline, which does not say it with each fact.
pub(super) type Owners = OrderedMap<RequestId, Owner>;

/// A request on its way to its end, and whose it is: nobody's in the platform if it came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) request: RequestId,
    pub(super) owner: Option<Owner>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Settled {
    Rejected(Rejection),
    Finished(Outcome, Option<PayloadId>),
}

/// A request that has ended, whose owner is to be told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    owner: Owner,
    request: RequestId,
    settled: Settled,
}

impl Platform {
    /// A request has ended. Its owner is told when the input has been taken in: what it does then has
    /// to find everything else as it is after it.
    pub(super) fn ended(&mut self, sent: Sent, settled: Settled) {
        let Sent { request, owner } = sent;
        if let Some(owner) = owner {
            self.ended.push(Ended {
                owner,
                request,
                settled,
            });
        }
    }

    /// Tells owners how their requests ended. That may end requests again: a retry can be refused at
    /// once.
    pub(super) fn settle(&mut self, at: Moment, out: &mut Out) {
        let mut next = 0;
        while let Some(ended) = self.ended.get(next).copied() {
            next += 1;
            self.tell_owner(at, ended, out);
        }
        self.ended.clear();
    }

    /// The request was refused, or given up before a handler had it.
    pub(super) fn reject(&mut self, sent: Sent, rejection: Rejection, out: &mut Out) {
        let request = sent.request;
        out.fact(LifecycleEvent::RequestRejected { request, rejection });
        self.ended(sent, Settled::Rejected(rejection));
    }

    fn tell_owner(&mut self, at: Moment, ended: Ended, out: &mut Out) {
        let Ended {
            owner,
            request,
            settled,
        } = ended;
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
