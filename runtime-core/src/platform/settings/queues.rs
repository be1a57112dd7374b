//! Validation of queues, event source mappings and asynchronous invocation, as AWS validates them
//! (SQS API reference, CreateQueue; Lambda API reference, CreateEventSourceMapping and
//! PutFunctionEventInvokeConfig).

use super::{QueueError, SentOn, validate_reading};
use crate::platform::Platform;
use crate::timeline::{
    AsyncConfiguration, Destination, EventSource, MappingConfiguration, MappingState,
    QueueConfiguration, SourceKind,
};
use crate::units::{MappingId, QueueId, SourceId, Span};
use std::ops::RangeInclusive;

/// The longest name of a queue.
pub const MAX_QUEUE_NAME: usize = 80;
/// Visibility timeouts: 0 to 12 hours.
pub const VISIBILITY_TIMEOUT: RangeInclusive<Span> = Span::ZERO..=Span::from_secs(43_200);
/// Delays: 0 to 15 minutes.
pub const DELAY: RangeInclusive<Span> = Span::ZERO..=Span::from_secs(900);
/// How long messages can be kept: 1 minute to 14 days.
pub const RETENTION: RangeInclusive<Span> = Span::from_secs(60)..=Span::from_secs(1_209_600);
/// Receives after which messages can be redriven.
pub const MAXIMUM_RECEIVES: RangeInclusive<u32> = 1..=1_000;
/// The largest message with its attributes, in bytes: 1 MiB (SQS developer guide, "Amazon SQS message
/// quotas", since August 2025).
pub const MAX_MESSAGE_BYTES: u64 = 1_048_576;
/// The longest message group id and deduplication id.
pub const MAX_MESSAGE_ID: usize = 128;
/// Batch sizes of a standard queue.
pub const BATCH_SIZE: RangeInclusive<u32> = 1..=10_000;
/// The largest batch without a window, and of a FIFO queue.
pub const SMALL_BATCH: u32 = 10;
/// Batch windows.
pub const BATCH_WINDOW: RangeInclusive<Span> = Span::ZERO..=Span::from_secs(300);
/// `MaximumConcurrency` of a mapping.
pub const MAPPING_CONCURRENCY: RangeInclusive<u32> = 2..=1_000;
/// `MinimumPollers` of a queue's mapping (Lambda developer guide, "Configuring scaling behavior for SQS event source
/// mappings").
pub const MINIMUM_POLLERS: RangeInclusive<u32> = 2..=200;
/// `MaximumPollers` of a queue's mapping.
pub const MAXIMUM_POLLERS: RangeInclusive<u32> = 2..=2_000;
/// `MaximumEventAgeInSeconds`.
pub const EVENT_AGE: RangeInclusive<Span> = Span::from_secs(60)..=Span::from_secs(21_600);
/// `MaximumRetryAttempts`.
pub const RETRY_ATTEMPTS: RangeInclusive<u32> = 0..=2;

/// Everything that is wrong with a queue's settings; `own` is the queue that they are for.
pub fn validate_queue(
    configuration: &QueueConfiguration,
    own: QueueId,
    platform: &Platform,
) -> Vec<QueueError> {
    let mut errors = Vec::new();
    let name = &configuration.name;
    let plain = name.strip_suffix(".fifo").unwrap_or(name);
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if plain.is_empty() || !plain.chars().all(allowed) || name.len() > MAX_QUEUE_NAME {
        errors.push(QueueError::Name(name.clone()));
    }
    let mut others = platform.queues().filter(|(id, _)| *id != own);
    if others.any(|(_, other)| other.name == *name) {
        errors.push(QueueError::NameTaken(name.clone()));
    }
    let before = platform.queue_configuration(own);
    if before.is_some_and(|before| before.is_fifo() != configuration.is_fifo()) {
        errors.push(QueueError::KindChanged);
    }
    if !VISIBILITY_TIMEOUT.contains(&configuration.visibility_timeout) {
        errors.push(QueueError::Visibility(configuration.visibility_timeout));
    }
    if !DELAY.contains(&configuration.delay) {
        errors.push(QueueError::Delay(configuration.delay));
    }
    if !RETENTION.contains(&configuration.retention) {
        errors.push(QueueError::Retention(configuration.retention));
    }
    if let Some(redrive) = configuration.redrive {
        if !MAXIMUM_RECEIVES.contains(&redrive.maximum_receives) {
            errors.push(QueueError::Receives(redrive.maximum_receives));
        }
        match platform.queue_configuration(redrive.dead_letter_queue) {
            Some(dead) if redrive.dead_letter_queue != own => {
                if dead.is_fifo() != configuration.is_fifo() {
                    errors.push(QueueError::DeadLetterKind);
                }
            }
            _ => errors.push(QueueError::DeadLetterQueue),
        }
    }
    errors
}

/// Everything that is wrong with a mapping's settings; `own` is the mapping that they are for. Filters
/// are checked where they are read.
pub fn validate_mapping(
    configuration: &MappingConfiguration,
    own: MappingId,
    platform: &Platform,
) -> Vec<QueueError> {
    let state = platform.mapping_state(own);
    if state.is_some_and(MappingState::is_changing) {
        return vec![QueueError::MappingInUse];
    }
    let mut errors = Vec::new();
    let EventSource::Queue(source) = configuration.source else {
        let errors = validate_reading(configuration, own, platform);
        return errors.into_iter().map(QueueError::Stream).collect();
    };
    let (Some(queue), function) = (
        platform.queue_configuration(source.queue),
        platform.configuration(configuration.function),
    ) else {
        return vec![QueueError::NoQueue];
    };
    let Some(function) = function else {
        return vec![QueueError::NoFunction];
    };
    let same = platform.mappings().any(|(id, other)| {
        id != own && (other.queue(), other.function) == (Some(source.queue), configuration.function)
    });
    if same {
        errors.push(QueueError::MappingExists {
            queue: queue.name.clone(),
            function: function.name.clone(),
        });
    }
    let fifo = queue.is_fifo();
    let most = if fifo { SMALL_BATCH } else { *BATCH_SIZE.end() };
    let size = configuration.batch_size;
    if !(1..=most).contains(&size) {
        errors.push(QueueError::BatchSize { size, most });
    } else if size > SMALL_BATCH && configuration.window == Span::ZERO {
        errors.push(QueueError::BatchNeedsWindow);
    }
    if !BATCH_WINDOW.contains(&configuration.window) {
        errors.push(QueueError::Window(configuration.window));
    } else if fifo && configuration.window > Span::ZERO {
        errors.push(QueueError::FifoWindow);
    }
    if let Some(most) = source.maximum_concurrency
        && !MAPPING_CONCURRENCY.contains(&most)
    {
        errors.push(QueueError::Concurrency(most));
    }
    if let Some(pollers) = source.pollers {
        let fits = MINIMUM_POLLERS.contains(&pollers.minimum)
            && MAXIMUM_POLLERS.contains(&pollers.maximum)
            && pollers.minimum <= pollers.maximum;
        if !fits {
            errors.push(QueueError::Pollers(pollers));
        }
        if source.maximum_concurrency.is_some() {
            errors.push(QueueError::PollersAndConcurrency);
        }
    }
    if function.timeout > queue.visibility_timeout {
        errors.push(QueueError::VisibilityBelowTimeout {
            visibility: queue.visibility_timeout,
            timeout: function.timeout,
        });
    }
    errors
}

/// What is wrong with a message for a queue, if anything is.
pub fn validate_message(
    queue: &QueueConfiguration,
    body: &str,
    group: Option<&str>,
    deduplication: Option<&str>,
) -> Option<QueueError> {
    if body.is_empty() {
        return Some(QueueError::EmptyMessage);
    }
    if body.len() as u64 > MAX_MESSAGE_BYTES {
        return Some(QueueError::MessageTooLarge(body.len() as u64));
    }
    if !queue.is_fifo() {
        return None;
    }
    let allowed = |id: &str| {
        (1..=MAX_MESSAGE_ID).contains(&id.len()) && id.chars().all(|c| c.is_ascii_graphic())
    };
    match (group, deduplication) {
        (None, _) => Some(QueueError::NoGroup),
        (_, None) if !queue.content_based_deduplication => Some(QueueError::NoDeduplication),
        (group, deduplication) => [group, deduplication]
            .into_iter()
            .flatten()
            .find(|id| !allowed(id))
            .map(|id| QueueError::MessageId(id.to_owned())),
    }
}

/// Everything that is wrong with how a function is invoked asynchronously.
pub fn validate_async(configuration: &AsyncConfiguration, platform: &Platform) -> Vec<QueueError> {
    let mut errors = Vec::new();
    if !EVENT_AGE.contains(&configuration.maximum_event_age) {
        errors.push(QueueError::EventAge(configuration.maximum_event_age));
    }
    if !RETRY_ATTEMPTS.contains(&configuration.maximum_retry_attempts) {
        errors.push(QueueError::Retries(configuration.maximum_retry_attempts));
    }
    let dead_letters = configuration.dead_letter_queue.map(Destination::from);
    for (destination, sent) in [
        (configuration.on_success, SentOn::Successes),
        (configuration.on_failure, SentOn::Failures),
        (dead_letters, SentOn::DeadLetters),
    ] {
        let Some(destination) = destination else {
            continue;
        };
        match destination {
            Destination::Queue(queue) => match platform.queue_configuration(queue) {
                Some(queue) if queue.is_fifo() => {
                    errors.push(QueueError::FifoDestination(queue.name.clone()));
                }
                Some(_) => {}
                None => errors.push(QueueError::NoQueue),
            },
            Destination::Function(function) => {
                if platform.configuration(function).is_none() {
                    errors.push(QueueError::NoFunction);
                }
            }
            Destination::Source(source) => errors.extend(source_fault(source, sent, platform)),
        }
    }
    errors
}

/// Why something that happens in the session cannot be Lambda's doing.
fn source_fault(source: SourceId, sent: SentOn, platform: &Platform) -> Option<QueueError> {
    let Some(source) = platform.source(source) else {
        return Some(QueueError::NoDestination);
    };
    let fits = match source.kind {
        SourceKind::Topic => true,
        SourceKind::Bus => sent != SentOn::DeadLetters,
        SourceKind::Bucket => sent == SentOn::Failures,
        SourceKind::Iot
        | SourceKind::LogGroup(_)
        | SourceKind::UserPool
        | SourceKind::Schedule(_) => false,
    };
    (!fits).then(|| QueueError::WrongDestination {
        name: source.name.clone(),
        kind: source.kind.name(),
        sent,
    })
}
