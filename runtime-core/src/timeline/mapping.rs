//! Event source mappings: what Lambda polls for a function, and how (Lambda API reference,
//! CreateEventSourceMapping).

use super::FailureTarget;
use crate::units::{FunctionId, Moment, QueueId, Span, StreamId};
use serde::{Deserialize, Serialize};

/// What an event source mapping is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappingConfiguration {
    /// What is polled, with the settings that only such a source has.
    pub source: EventSource,
    /// What is invoked.
    pub function: FunctionId,
    /// It can be switched off and on again.
    pub enabled: bool,
    /// The most messages or records in a batch: 1 to 10,000, and 10 for a FIFO queue.
    pub batch_size: u32,
    /// How long a batch may be gathered: 0 to 300 whole seconds, or what [`EventSource::usual_window`]
    /// says; 0 for a FIFO queue.
    pub window: Span,
    /// `ReportBatchItemFailures`: the response says which messages failed, or where a stream's batch is
    /// to go on.
    pub report_failures: bool,
    /// Messages and records that none of these patterns matches are dropped without an invocation. JSON
    /// texts of at most 4,096 characters, at most 5; empty for all messages.
    pub filters: Vec<String>,
}

/// `State` of a mapping (Lambda API reference, EventSourceMappingConfiguration).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MappingState {
    /// It is new, and polls nothing yet.
    Creating,
    /// It was switched on, and polls nothing yet.
    Enabling,
    /// It polls.
    Enabled,
    /// It was switched off: what it has received comes to its end.
    Disabling,
    /// It polls nothing.
    Disabled,
    /// It has other settings.
    Updating,
    /// It is not gone yet: what it has received comes to its end.
    Deleting,
}

impl MappingState {
    /// What a mapping is in once all changes of it are over.
    pub const fn settled(enabled: bool) -> Self {
        match enabled {
            true => MappingState::Enabled,
            false => MappingState::Disabled,
        }
    }

    /// Whether a change is not over.
    pub const fn is_changing(self) -> bool {
        !matches!(self, MappingState::Enabled | MappingState::Disabled)
    }

    /// Whether a mapping with these settings receives messages and reads records.
    pub const fn polls(self, enabled: bool) -> bool {
        match self {
            MappingState::Enabled => true,
            MappingState::Updating => enabled,
            _ => false,
        }
    }

    /// As the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            MappingState::Creating => "Creating",
            MappingState::Enabling => "Enabling",
            MappingState::Enabled => "Enabled",
            MappingState::Disabling => "Disabling",
            MappingState::Disabled => "Disabled",
            MappingState::Updating => "Updating",
            MappingState::Deleting => "Deleting",
        }
    }
}

/// What a mapping polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventSource {
    /// An SQS queue.
    Queue(QueueSource),
    /// A Kinesis data stream, or the stream of a DynamoDB table.
    Stream(StreamSource),
    /// A Kafka topic.
    Topic(TopicSource),
    /// A queue of a broker of Amazon MQ.
    Broker(StreamId),
}

impl EventSource {
    /// `MaximumBatchingWindowInSeconds` where it is not set: 500 ms for topics and brokers, nothing for
    /// streams and queues (Lambda API reference, CreateEventSourceMapping).
    pub const fn usual_window(&self) -> Span {
        match self {
            EventSource::Queue(_) | EventSource::Stream(_) => Span::ZERO,
            EventSource::Topic(_) | EventSource::Broker(_) => Span::from_millis(500),
        }
    }
}

/// A queue as a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueSource {
    /// Which.
    pub queue: QueueId,
    /// The most batches at a time, 2 to 1,000; `None` for as many as Lambda scales to.
    pub maximum_concurrency: Option<u32>,
    /// Provisioned mode, if it is on. It excludes a maximum concurrency.
    #[serde(default)]
    pub pollers: Option<ProvisionedPollers>,
}

/// `ProvisionedPollerConfig`: event pollers that are kept for a queue's mapping (Lambda API reference,
/// ProvisionedPollerConfig).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvisionedPollers {
    /// How many there always are: 2 to 200.
    pub minimum: u32,
    /// The most: 2 to 2,000.
    pub maximum: u32,
}

impl ProvisionedPollers {
    /// AWS's defaults for a queue of SQS.
    pub const DEFAULT: Self = ProvisionedPollers {
        minimum: 2,
        maximum: 200,
    };
}

/// A stream as a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamSource {
    /// Which.
    pub stream: StreamId,
    /// Where reading begins.
    pub start: StartingPosition,
    /// `ParallelizationFactor`: batches of a shard at a time, 1 to 10.
    pub parallelization: u32,
    /// `TumblingWindowInSeconds`: records are handled window by window, with a state that goes from one
    /// invocation to the next.
    pub tumbling_window: Option<Span>,
    /// What becomes of records that fail.
    pub failures: FailurePolicy,
}

/// A topic as a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicSource {
    /// Which.
    pub topic: StreamId,
    /// Where reading begins.
    pub start: StartingPosition,
    /// What becomes of records that fail.
    pub failures: FailurePolicy,
    /// `SelfManagedEventSource`: the cluster is known by its servers, not by the ARN of Amazon MSK.
    #[serde(default)]
    pub self_managed: bool,
}

/// Where the reading of a stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StartingPosition {
    /// `TRIM_HORIZON`: with the oldest record that is there.
    TrimHorizon,
    /// `LATEST`: with the next record that comes.
    Latest,
    /// `AT_TIMESTAMP`: with the first record that came then or later. Not for DynamoDB.
    AtTimestamp(Moment),
}

/// What becomes of a stream's records that fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailurePolicy {
    /// How often a batch is tried again after a function error, 0 to 10,000; `None` for -1, without an
    /// end.
    pub maximum_retry_attempts: Option<u32>,
    /// How old a record may become, 60 seconds to 7 days; `None` for -1, as old as the stream keeps it.
    pub maximum_record_age: Option<Span>,
    /// `BisectBatchOnFunctionError`: a batch that fails is split in two.
    pub bisect: bool,
    /// Where what is discarded is told: a standard queue, a topic or a bucket.
    pub on_failure: Option<FailureTarget>,
}

impl MappingConfiguration {
    /// An SQS queue with Lambda's defaults.
    pub fn between(queue: QueueId, function: FunctionId) -> Self {
        let source = QueueSource {
            queue,
            maximum_concurrency: None,
            pollers: None,
        };
        MappingConfiguration::new(EventSource::Queue(source), function, 10)
    }

    /// A Kinesis data stream or the stream of a table, with Lambda's defaults.
    pub fn reading(stream: StreamId, start: StartingPosition, function: FunctionId) -> Self {
        let source = StreamSource {
            stream,
            start,
            parallelization: 1,
            tumbling_window: None,
            failures: FailurePolicy::default(),
        };
        MappingConfiguration::new(EventSource::Stream(source), function, 100)
    }

    /// A Kafka topic with Lambda's defaults.
    pub fn consuming(topic: StreamId, start: StartingPosition, function: FunctionId) -> Self {
        let source = TopicSource {
            topic,
            start,
            failures: FailurePolicy::default(),
            self_managed: false,
        };
        MappingConfiguration::new(EventSource::Topic(source), function, 100)
    }

    /// A queue of a broker with Lambda's defaults.
    pub fn brokered(queue: StreamId, function: FunctionId) -> Self {
        MappingConfiguration::new(EventSource::Broker(queue), function, 100)
    }

    fn new(source: EventSource, function: FunctionId, batch_size: u32) -> Self {
        MappingConfiguration {
            source,
            function,
            enabled: true,
            batch_size,
            window: source.usual_window(),
            report_failures: false,
            filters: Vec::new(),
        }
    }

    /// The queue that is polled, if it is one of SQS.
    pub const fn queue(&self) -> Option<QueueId> {
        match self.source {
            EventSource::Queue(source) => Some(source.queue),
            _ => None,
        }
    }

    /// The most batches at a time, where that is set.
    pub const fn maximum_concurrency(&self) -> Option<u32> {
        match self.source {
            EventSource::Queue(source) => source.maximum_concurrency,
            _ => None,
        }
    }

    /// Limits the batches at a time, if the source is a queue of SQS.
    pub const fn limit_concurrency(&mut self, most: Option<u32>) {
        if let EventSource::Queue(source) = &mut self.source {
            source.maximum_concurrency = most;
        }
    }

    /// Provisioned mode, where it is on.
    pub const fn pollers(&self) -> Option<ProvisionedPollers> {
        match self.source {
            EventSource::Queue(source) => source.pollers,
            _ => None,
        }
    }

    /// Switches provisioned mode on or off, if the source is a queue of SQS.
    pub const fn provision_pollers(&mut self, pollers: Option<ProvisionedPollers>) {
        if let EventSource::Queue(source) = &mut self.source {
            source.pollers = pollers;
        }
    }

    /// Whether it polls Kafka of one's own.
    pub const fn is_self_managed(&self) -> bool {
        matches!(self.source, EventSource::Topic(source) if source.self_managed)
    }

    /// Has its topic polled as one of Kafka of one's own, if it is a topic.
    pub const fn manage_oneself(&mut self) {
        if let EventSource::Topic(source) = &mut self.source {
            source.self_managed = true;
        }
    }

    /// How records are read, unless the source is a queue of SQS: topics and brokers are read as streams
    /// are, each in its own way.
    pub const fn records(&self) -> Option<StreamSource> {
        let (stream, start, failures) = match self.source {
            EventSource::Queue(_) => return None,
            EventSource::Stream(source) => return Some(source),
            EventSource::Topic(source) => (source.topic, source.start, source.failures),
            EventSource::Broker(stream) => {
                let failures = FailurePolicy {
                    maximum_retry_attempts: None,
                    maximum_record_age: None,
                    bisect: false,
                    on_failure: None,
                };
                (stream, StartingPosition::TrimHorizon, failures)
            }
        };
        Some(StreamSource {
            stream,
            start,
            parallelization: 1,
            tumbling_window: None,
            failures,
        })
    }
}
