//! What inputs and effects are about.

use crate::platform::asynchronous::Lineage;
use crate::timeline::{
    AsyncSource, Condition, Destination, Outcome, Qualifier, RecordKind, Rejection, Sender, Trigger,
};
use crate::units::{
    ByteCount, EnvironmentId, FunctionId, MessageId, Moment, PayloadId, QueueId, RequestId, Span,
    Version,
};

/// A request that arrives.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// From [`Platform::next_request`](crate::platform::Platform::next_request).
    pub request: RequestId,
    /// Which function it is for.
    pub function: FunctionId,
    /// Which version or alias of it.
    pub qualifier: Qualifier,
    /// What sent it.
    pub trigger: Trigger,
    /// The event's bytes.
    pub event: PayloadId,
    /// The event's size.
    pub bytes: ByteCount,
    /// What the front door finds wrong with it.
    pub refused: Option<Rejection>,
}

/// An event that arrives for asynchronous invocation.
#[derive(Clone, Debug)]
pub struct AsyncArrival {
    /// From [`Platform::next_request`](crate::platform::Platform::next_request).
    pub request: RequestId,
    /// Which function it is for.
    pub function: FunctionId,
    /// Which version or alias of it.
    pub qualifier: Qualifier,
    /// Where it came from.
    pub source: AsyncSource,
    /// The event's bytes.
    pub event: PayloadId,
    /// The event's size.
    pub bytes: ByteCount,
    /// What the front door finds wrong with it.
    pub refused: Option<Rejection>,
}

/// A message on its way to a queue.
#[derive(Clone, Debug)]
pub struct Posting {
    /// Where to.
    pub queue: QueueId,
    /// What sends it.
    pub sender: Sender,
    /// Its body.
    pub body: PayloadId,
    /// Its size with its attributes.
    pub bytes: ByteCount,
    /// Message attributes as SQS events have them.
    pub attributes: Option<PayloadId>,
    /// For a FIFO queue.
    pub group: Option<Box<str>>,
    /// For a FIFO queue: where two have the same, the second is not added.
    pub deduplication: Option<Box<str>>,
    /// Instead of the queue's own delay. Not for FIFO queues.
    pub delay: Option<Span>,
}

impl Posting {
    /// A message for a standard queue, after the queue's own delay.
    pub const fn of(queue: QueueId, sender: Sender, body: PayloadId, bytes: ByteCount) -> Self {
        Posting {
            queue,
            sender,
            body,
            bytes,
            attributes: None,
            group: None,
            deduplication: None,
            delay: None,
        }
    }
}

/// What a source tells one of its targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEvent {
    /// Whom.
    pub target: Destination,
    /// The event, or the message's body.
    pub event: PayloadId,
    /// Its size with its attributes.
    pub bytes: ByteCount,
    /// Message attributes that go with it.
    pub attributes: Option<PayloadId>,
    /// Why a function does not take it.
    pub refused: Option<Rejection>,
}

/// A request of whose log the filters of a log group are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Which.
    pub request: RequestId,
    /// In which environment it was handled.
    pub environment: EnvironmentId,
    /// Of which version that is.
    pub version: Version,
    /// Since when it is up: its log stream is named after the day.
    pub created: Moment,
}

/// Something was written that was ordered.
#[derive(Clone, Debug)]
pub struct Written<Order> {
    /// What was ordered.
    pub order: Box<Order>,
    /// Its bytes.
    pub payload: PayloadId,
    /// Its size.
    pub bytes: ByteCount,
    /// Message attributes that go with it.
    pub attributes: Option<PayloadId>,
}

/// A record of an asynchronous event that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOrder {
    /// Which event: its first attempt.
    pub request: RequestId,
    /// Whose.
    pub function: FunctionId,
    /// Which version or alias of that was invoked.
    pub qualifier: Qualifier,
    /// The version that had it last.
    pub executed: Version,
    /// What is to be written.
    pub kind: RecordKind,
    /// Where it goes then.
    pub destination: Destination,
    /// The event.
    pub event: PayloadId,
    /// How it ended.
    pub condition: Condition,
    /// How often a handler had it.
    pub invocations: u32,
    /// How the last of them ended, and what it responded.
    pub last: Option<(Outcome, Option<PayloadId>)>,
    /// Why Lambda refused it last, if it has.
    pub refused: Option<Rejection>,
    /// The functions that led to it.
    pub lineage: Lineage,
}

/// A message as its batch has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchedMessage {
    /// Which.
    pub message: MessageId,
    /// How often it was received, this time included.
    pub receives: u32,
    /// When it was first received.
    pub first_received: Moment,
}

/// Which messages of a batch failed, as the handler's response says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailedMessages {
    /// These; the others were handled.
    These(Vec<MessageId>),
    /// All: the response names one that is not in the batch, or is not what it should be.
    All,
}

/// A handler's end.
#[derive(Clone, Copy, Debug)]
pub struct InvocationEnd {
    /// Where.
    pub environment: EnvironmentId,
    /// Which request.
    pub request: RequestId,
    /// How.
    pub outcome: Outcome,
    /// Handler, and init where it ran first.
    pub duration: Span,
    /// The most memory that the process had.
    pub max_memory: ByteCount,
    /// The response or the handler's own error JSON.
    pub response: Option<PayloadId>,
}
