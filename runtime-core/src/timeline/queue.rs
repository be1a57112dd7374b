//! SQS queues and the event source mappings that poll them (SQS developer guide; Lambda developer
//! guide, "Using Lambda with Amazon SQS").

use super::{MappingConfiguration, MappingState};
use crate::units::{
    BatchId, ByteCount, FunctionId, MappingId, MessageId, Moment, PayloadId, QueueId, SourceId,
    Span,
};
use serde::{Deserialize, Serialize};

/// What a queue is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueConfiguration {
    /// 1 to 80 letters, digits, `-` and `_`; that of a FIFO queue ends with `.fifo`.
    pub name: String,
    /// For how long a received message is hidden: 0 to 12 hours.
    pub visibility_timeout: Span,
    /// How long a message waits before it can be received: 0 to 15 minutes.
    pub delay: Span,
    /// How long a message is kept: 60 seconds to 14 days.
    pub retention: Span,
    /// Where messages go that were received too often.
    pub redrive: Option<Redrive>,
    /// Of a FIFO queue: whether a message's body is its deduplication id.
    pub content_based_deduplication: bool,
}

impl QueueConfiguration {
    /// SQS's defaults (SQS API reference, CreateQueue).
    pub fn named(name: impl Into<String>) -> Self {
        QueueConfiguration {
            name: name.into(),
            visibility_timeout: Span::from_secs(30),
            delay: Span::ZERO,
            retention: Span::from_secs(4 * 24 * 60 * 60),
            redrive: None,
            content_based_deduplication: false,
        }
    }

    /// First in, first out, in each message group.
    pub fn is_fifo(&self) -> bool {
        self.name.ends_with(".fifo")
    }
}

/// `RedrivePolicy` of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redrive {
    /// Where to; of the same kind as the queue.
    pub dead_letter_queue: QueueId,
    /// 1 to 1,000: a message that was received this often goes there instead of being received again.
    pub maximum_receives: u32,
}

/// What sent a message to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sender {
    /// Whoever uses the page or the command line.
    User,
    /// Lambda, with the record of an asynchronous event or the event itself.
    Lambda {
        /// Whose.
        function: FunctionId,
    },
    /// A source of events in the session.
    Source {
        /// Which.
        source: SourceId,
    },
}

/// What happens to queues, their messages and what polls them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum QueueFact {
    /// A queue was created or changed.
    QueueConfigured {
        /// Which.
        queue: QueueId,
        /// What it is set to from now on.
        configuration: Box<QueueConfiguration>,
    },
    /// A queue was deleted, and its messages with it.
    QueueDeleted {
        /// Which.
        queue: QueueId,
    },
    /// An event source mapping was created or changed.
    MappingConfigured {
        /// Which.
        mapping: MappingId,
        /// What it is set to from now on.
        configuration: Box<MappingConfiguration>,
    },
    /// An event source mapping was deleted. Batches that it has formed still run.
    MappingDeleted {
        /// Which.
        mapping: MappingId,
    },
    /// A queue has a new message.
    MessageSent {
        /// New.
        message: MessageId,
        /// Where.
        queue: QueueId,
        /// What sent it.
        sender: Sender,
        /// Its body.
        body: PayloadId,
        /// Its size.
        bytes: ByteCount,
        /// Message attributes as SQS events have them, if it has any.
        attributes: Option<PayloadId>,
        /// Its group, in a FIFO queue. Boxed twice: a fact has room for one address, and most queues
        /// have no groups.
        group: Option<Box<Box<str>>>,
        /// What tells it from another, in a FIFO queue.
        deduplication: Option<Box<Box<str>>>,
        /// When it can be received.
        visible: Moment,
    },
    /// A FIFO queue had a message with the same deduplication id within five minutes: this one was
    /// accepted and not added.
    MessageDeduplicated {
        /// Where.
        queue: QueueId,
        /// The message that is there.
        message: MessageId,
    },
    /// A mapping received messages and formed a batch of them.
    MessagesReceived {
        /// New.
        batch: BatchId,
        /// Which mapping.
        mapping: MappingId,
        /// From where.
        queue: QueueId,
        /// Which, in order.
        messages: Vec<MessageId>,
        /// Until when they are hidden.
        hidden: Moment,
    },
    /// More messages were received for a batch that is being gathered.
    BatchGrew {
        /// Which.
        batch: BatchId,
        /// Which messages, in order. They are hidden for as long as the others.
        messages: Vec<MessageId>,
    },
    /// The visibility timeout of a batch has passed: those of its messages that are left can be
    /// received again.
    MessagesVisible {
        /// Which batch they were of.
        batch: BatchId,
        /// Where.
        queue: QueueId,
        /// Which.
        messages: Vec<MessageId>,
    },
    /// Messages are gone: their batch was handled, or no filter matched them.
    MessagesDeleted {
        /// Which batch they were of.
        batch: BatchId,
        /// Where.
        queue: QueueId,
        /// Which.
        messages: Vec<MessageId>,
        /// They were deleted because no filter matched them.
        filtered: bool,
    },
    /// A message was received too often, and went to the dead-letter queue.
    MessageMoved {
        /// Which.
        message: MessageId,
        /// From where.
        from: QueueId,
        /// Where to.
        to: QueueId,
    },
    /// Messages were kept for as long as their queue keeps messages, and are gone.
    MessagesExpired {
        /// Where.
        queue: QueueId,
        /// Which.
        messages: Vec<MessageId>,
    },
    /// A queue was emptied.
    QueuePurged {
        /// Which.
        queue: QueueId,
    },
    /// A change of a mapping has begun, or is over. Files from before there were states have none of these: their
    /// mappings are what their settings say.
    MappingStateChanged {
        /// Which.
        mapping: MappingId,
        /// From now on.
        state: MappingState,
    },
}
