//! What can be wrong with queues, messages, mappings and asynchronous invocation: worded as AWS words it
//! where its wording is known.

use super::StreamError;
use super::queues::MAX_MESSAGE_BYTES;
use crate::timeline::ProvisionedPollers;
use crate::units::Span;
use std::fmt;

/// What is wrong with a queue, a message, a mapping or asynchronous invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueError {
    /// No queue can have this name.
    Name(String),
    /// Another queue has it.
    NameTaken(String),
    /// A queue keeps its kind.
    KindChanged,
    /// Out of [`VISIBILITY_TIMEOUT`](super::VISIBILITY_TIMEOUT).
    Visibility(Span),
    /// Out of [`DELAY`](super::DELAY).
    Delay(Span),
    /// Out of [`RETENTION`](super::RETENTION).
    Retention(Span),
    /// Out of [`MAXIMUM_RECEIVES`](super::MAXIMUM_RECEIVES).
    Receives(u32),
    /// There is no such dead-letter queue, or it is the queue itself.
    DeadLetterQueue,
    /// One is FIFO and the other is not.
    DeadLetterKind,
    /// There is no such queue.
    NoQueue,
    /// There is no such function.
    NoFunction,
    /// Out of what the queue's kind allows.
    BatchSize {
        /// What was asked for.
        size: u32,
        /// The most.
        most: u32,
    },
    /// A batch of more than ten needs a window.
    BatchNeedsWindow,
    /// Out of [`BATCH_WINDOW`](super::BATCH_WINDOW).
    Window(Span),
    /// FIFO queues have no window.
    FifoWindow,
    /// Out of [`MAPPING_CONCURRENCY`](super::MAPPING_CONCURRENCY).
    Concurrency(u32),
    /// Out of [`MINIMUM_POLLERS`](super::MINIMUM_POLLERS) or [`MAXIMUM_POLLERS`](super::MAXIMUM_POLLERS), or fewer at
    /// most than at least.
    Pollers(ProvisionedPollers),
    /// "The maximum concurrency setting cannot be used with provisioned mode" ("How Lambda processes records from
    /// stream and queue-based event sources").
    PollersAndConcurrency,
    /// Messages would become visible again while the function may still have them.
    VisibilityBelowTimeout {
        /// The queue's.
        visibility: Span,
        /// The function's.
        timeout: Span,
    },
    /// The function polls the queue already.
    MappingExists {
        /// The queue's name.
        queue: String,
        /// The function's name.
        function: String,
    },
    /// A change of the mapping is not over.
    MappingInUse,
    /// A message of a FIFO queue needs a group.
    NoGroup,
    /// A message of a FIFO queue needs a deduplication id where its body is none.
    NoDeduplication,
    /// An id of a message is too long.
    MessageId(String),
    /// A message without a body.
    EmptyMessage,
    /// Larger than [`MAX_MESSAGE_BYTES`].
    MessageTooLarge(u64),
    /// Out of [`EVENT_AGE`](super::EVENT_AGE).
    EventAge(Span),
    /// Out of [`RETRY_ATTEMPTS`](super::RETRY_ATTEMPTS).
    Retries(u32),
    /// Records go to standard queues only.
    FifoDestination(String),
    /// A destination was deleted.
    NoDestination,
    /// Not everything of a session is a destination.
    WrongDestination {
        /// Its name.
        name: String,
        /// What it is.
        kind: &'static str,
        /// What it was to take.
        sent: SentOn,
    },
    /// A mapping of a stream is wrong.
    Stream(StreamError),
}

/// What asynchronous invocation sends on, and where to (Lambda developer guide, "Capturing records of Lambda
/// asynchronous invocations").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentOn {
    /// Records of successes.
    Successes,
    /// Records of failures.
    Failures,
    /// Events that were given up.
    DeadLetters,
}

impl SentOn {
    const fn takers(self) -> &'static str {
        match self {
            SentOn::Successes => {
                "records of successes go to queues, topics, functions and event buses."
            }
            SentOn::Failures => {
                "records of failures go to queues, topics, buckets, functions and event buses."
            }
            SentOn::DeadLetters => "dead letters go to standard queues and topics.",
        }
    }
}

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |span: &Span| span.as_nanos() / 1_000_000_000;
        match self {
            QueueError::Name(name) => write!(
                f,
                "\"{name}\" cannot be a queue's name. Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
            ),
            QueueError::NameTaken(name) => write!(f, "A queue named {name} already exists."),
            QueueError::KindChanged => {
                write!(
                    f,
                    "A standard queue cannot become a FIFO queue, nor the reverse."
                )
            }
            QueueError::Visibility(span) => write!(
                f,
                "The visibility timeout is 0 to 43,200 seconds, not {}.",
                seconds(span)
            ),
            QueueError::Delay(span) => {
                write!(f, "The delay is 0 to 900 seconds, not {}.", seconds(span))
            }
            QueueError::Retention(span) => write!(
                f,
                "Messages are kept for 60 to 1,209,600 seconds, not {}.",
                seconds(span)
            ),
            QueueError::Receives(count) => {
                write!(
                    f,
                    "Messages are redriven after 1 to 1,000 receives, not {count}."
                )
            }
            QueueError::DeadLetterQueue => write!(f, "Dead letter target does not exist."),
            QueueError::DeadLetterKind => write!(
                f,
                "The dead-letter queue of a FIFO queue must be a FIFO queue, and that of a standard queue a standard queue."
            ),
            QueueError::NoQueue => write!(f, "There is no such queue."),
            QueueError::NoFunction => write!(f, "There is no such function."),
            QueueError::BatchSize { size, most } => {
                write!(
                    f,
                    "The batch size is 1 to {most} for this queue, not {size}."
                )
            }
            QueueError::BatchNeedsWindow => write!(
                f,
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
            ),
            QueueError::Window(span) => write!(
                f,
                "The batch window is 0 to 300 seconds, not {}.",
                seconds(span)
            ),
            QueueError::FifoWindow => {
                write!(f, "Batching window is not supported for FIFO queues")
            }
            QueueError::Concurrency(count) => {
                write!(f, "The maximum concurrency is 2 to 1,000, not {count}.")
            }
            QueueError::Pollers(ProvisionedPollers { minimum, maximum }) => write!(
                f,
                "There are 2 to 200 pollers at least and 2 to 2,000 at most, not {minimum} to {maximum}."
            ),
            QueueError::PollersAndConcurrency => {
                write!(
                    f,
                    "Maximum concurrency cannot be used with provisioned mode."
                )
            }
            QueueError::VisibilityBelowTimeout {
                visibility,
                timeout,
            } => write!(
                f,
                "Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
                seconds(visibility),
                seconds(timeout)
            ),
            QueueError::MappingExists { queue, function } => write!(
                f,
                "An event source mapping with SQS queue {queue} and function {function} already exists."
            ),
            // As clients of AWS have met it.
            QueueError::MappingInUse => write!(
                f,
                "Cannot update the event source mapping because it is in use."
            ),
            QueueError::NoGroup => {
                write!(f, "The request must contain the parameter MessageGroupId.")
            }
            QueueError::NoDeduplication => write!(
                f,
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
            ),
            QueueError::MessageId(id) => write!(
                f,
                "\"{id}\" cannot be a message's group or deduplication id: 1 to 128 letters, digits and punctuation."
            ),
            QueueError::EmptyMessage => {
                write!(f, "The request must contain the parameter MessageBody.")
            }
            QueueError::MessageTooLarge(bytes) => write!(
                f,
                "One or more parameters are invalid. Reason: Message must be shorter than {MAX_MESSAGE_BYTES} bytes. This one has {bytes}."
            ),
            QueueError::EventAge(span) => write!(
                f,
                "The maximum event age is 60 to 21,600 seconds, not {}.",
                seconds(span)
            ),
            QueueError::Retries(count) => {
                write!(f, "An event is retried 0 to 2 times, not {count}.")
            }
            QueueError::FifoDestination(name) => write!(
                f,
                "{name} is a FIFO queue: Lambda sends asynchronous events and their records to standard queues only."
            ),
            QueueError::NoDestination => {
                write!(f, "There is no such topic, bus or bucket.")
            }
            QueueError::WrongDestination { name, kind, sent } => {
                write!(f, "{name} is of the wrong kind ({kind}): {}", sent.takers())
            }
            QueueError::Stream(error) => error.fmt(f),
        }
    }
}

impl QueueError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            QueueError::Name(_) => "The name of a FIFO queue ends with .fifo, which counts.",
            QueueError::NameTaken(_) => "Choose another name.",
            QueueError::KindChanged => "Create another queue.",
            QueueError::Visibility(_) => {
                "AWS advises six times the timeout of the function that polls it."
            }
            QueueError::Delay(_) | QueueError::Retention(_) => "Type whole seconds.",
            QueueError::Receives(_) => "AWS advises at least 5 for a queue that a function polls.",
            QueueError::DeadLetterQueue => {
                "Create the queue first, and choose another than this one."
            }
            QueueError::DeadLetterKind => "Choose a queue of the same kind.",
            QueueError::NoQueue => "It was deleted. Choose another, or none.",
            QueueError::NoFunction => "It was deleted. Choose another.",
            QueueError::BatchSize { .. } => "Ten is the default.",
            QueueError::BatchNeedsWindow => "Set a window of at least one second.",
            QueueError::Window(_) => "Type whole seconds.",
            QueueError::FifoWindow => "Set it to 0.",
            QueueError::Concurrency(_) => "Leave it empty for as much as Lambda scales to.",
            QueueError::Pollers(_) => {
                "The minimum may not exceed the maximum; 2 and 200 are the defaults."
            }
            QueueError::PollersAndConcurrency => "Leave one of them empty.",
            QueueError::VisibilityBelowTimeout { .. } => {
                "Raise the queue's visibility timeout, to six times the function's timeout at best, or lower the function's timeout."
            }
            QueueError::MappingExists { .. } => "Change the one that is there.",
            QueueError::MappingInUse => "Wait until the change that has begun is over.",
            QueueError::NoGroup => "Messages of one group are handled in order.",
            QueueError::NoDeduplication => {
                "Switch content-based deduplication on, or give each message an id."
            }
            QueueError::MessageId(_) => "Shorten it.",
            QueueError::EmptyMessage => "Type at least one character.",
            QueueError::MessageTooLarge(_) => "Put the data into S3 and send its key.",
            QueueError::EventAge(_) => "Six hours is the default.",
            QueueError::Retries(_) => "Two is the default.",
            QueueError::FifoDestination(_) => "Choose a standard queue.",
            QueueError::NoDestination => "It was deleted. Choose another, or none.",
            QueueError::WrongDestination { .. } => "Choose one of another kind.",
            QueueError::Stream(error) => error.hint(),
        }
    }
}
