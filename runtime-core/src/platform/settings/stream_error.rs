//! What can be wrong with streams, records and the mappings that read them: worded as AWS words it where
//! its wording is known.

use std::fmt;

/// What is wrong with a stream, a record or a mapping that reads records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// No stream, table or topic can have this name.
    Name(String),
    /// Another of its kind has it.
    NameTaken(String),
    /// A table's key names one attribute twice.
    SameKey,
    /// A stream keeps its kind, and as many shards as it has; a table keeps its key.
    KindChanged,
    /// Records cannot be kept for so many hours.
    Retention {
        /// So many.
        hours: u64,
        /// The fewest.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A setting is out of its range.
    Range {
        /// As the API calls it.
        member: &'static str,
        /// What it is.
        value: u64,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The length of something is out of its range.
    Length {
        /// As the API calls it.
        member: &'static str,
        /// How long it is.
        length: usize,
        /// The longest.
        most: usize,
    },
    /// There is no such stream.
    NoStream,
    /// There is no such function.
    NoFunction,
    /// The source is of another kind than the stream.
    WrongKind,
    /// A table's changes cannot be read from a moment on.
    StartingPosition,
    /// A mapping keeps its source and its starting position.
    SourceChanged,
    /// The function reads the stream already; or a broker's queue is taken.
    MappingExists {
        /// What is read.
        stream: String,
        /// By what.
        function: String,
    },
    /// What was to be told of what is discarded is not there.
    NoDestination,
    /// What is discarded is told to standard queues only.
    FifoDestination(String),
    /// Not everything of a session is a destination.
    WrongDestination {
        /// Its name.
        name: String,
        /// What it is.
        kind: &'static str,
    },
    /// Responses of brokers are not read.
    NoItemFailures,
    /// A record of Kinesis has a partition key.
    NoKey,
    /// A batching window is set in whole seconds.
    PartOfSecond,
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (member, bound) = match self {
            StreamError::Name(name) => {
                return write!(f, "\"{name}\" cannot be a stream's name.");
            }
            StreamError::NameTaken(name) => return write!(f, "There already is \"{name}\"."),
            StreamError::SameKey => {
                return write!(
                    f,
                    "Both the Hash Key and the Range Key element in the KeySchema have the same name"
                );
            }
            StreamError::KindChanged => {
                return write!(
                    f,
                    "A stream keeps its kind and its number of shards, a table its key."
                );
            }
            StreamError::Retention { hours, least, most } => {
                let (word, allowed, fault) = match hours < least {
                    true => ("Minimum", least, "short"),
                    false => ("Maximum", most, "long"),
                };
                return write!(
                    f,
                    "{word} allowed retention period is {allowed} hours. Requested retention period ({hours} hours) is too {fault}."
                );
            }
            StreamError::Range {
                member,
                value,
                least,
                most,
            } => (
                format!("Value '{value}' at '{member}'"),
                match value < least {
                    true => format!("value greater than or equal to {least}"),
                    false => format!("value less than or equal to {most}"),
                },
            ),
            StreamError::Length {
                member,
                length,
                most,
            } => (
                format!("Value at '{member}'"),
                match length == &0 {
                    true => "length greater than or equal to 1".to_owned(),
                    false => format!("length less than or equal to {most}"),
                },
            ),
            StreamError::NoStream => return write!(f, "There is no such stream."),
            StreamError::NoFunction => return write!(f, "There is no such function."),
            StreamError::WrongKind => {
                return write!(f, "These settings are not for a source of this kind.");
            }
            StreamError::StartingPosition => {
                return write!(f, "A table's stream cannot be read from a timestamp on.");
            }
            StreamError::SourceChanged => {
                return write!(f, "A mapping keeps its source and its starting position.");
            }
            StreamError::MappingExists { stream, function } => {
                return write!(
                    f,
                    "The event source arn (\" {stream} \") and function (\" {function} \") provided mapping already exists."
                );
            }
            StreamError::NoDestination => {
                return write!(f, "There is no such queue, topic or bucket.");
            }
            StreamError::WrongDestination { name, kind } => {
                return write!(
                    f,
                    "{name} is of the wrong kind ({kind}): records that are discarded are told to queues, topics and buckets."
                );
            }
            StreamError::FifoDestination(name) => {
                return write!(
                    f,
                    "{name} is a FIFO queue: on-failure destinations are standard queues."
                );
            }
            StreamError::NoItemFailures => {
                return write!(
                    f,
                    "Batch item failures are read of queues, streams and topics only."
                );
            }
            StreamError::NoKey => {
                return write!(f, "A record of a data stream needs a partition key.");
            }
            StreamError::PartOfSecond => {
                return write!(
                    f,
                    "MaximumBatchingWindowInSeconds can only be changed in whole seconds: there is no way back to the default of 500 ms."
                );
            }
        };
        write!(
            f,
            "1 validation error detected: {member} failed to satisfy constraint: Member must have {bound}"
        )
    }
}

impl StreamError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            StreamError::Name(_) => {
                "Letters, digits, dots, underscores and hyphens: 1 to 128, and 3 to 255 for a table, up to 249 for a topic."
            }
            StreamError::NameTaken(_) => "Choose another name.",
            StreamError::SameKey => "Name the sort key otherwise, or leave it out.",
            StreamError::KindChanged => "Create another stream.",
            StreamError::Retention { .. } => "A data stream keeps records for 24 hours by default.",
            StreamError::Range { .. } => "Choose a number in the range.",
            StreamError::Length { .. } => "Make it fit.",
            StreamError::NoStream => "It was deleted. Create it again.",
            StreamError::NoFunction => "It was deleted. Choose another.",
            StreamError::WrongKind => "Map the stream as what it is.",
            StreamError::StartingPosition => "Choose TRIM_HORIZON or LATEST.",
            StreamError::SourceChanged => "Delete the mapping and create another.",
            StreamError::MappingExists { .. } => "Change the one that is there.",
            StreamError::NoDestination => "Create it first.",
            StreamError::WrongDestination { .. } => "Choose one of another kind.",
            StreamError::FifoDestination(_) => "Choose a standard queue.",
            StreamError::NoItemFailures => "Switch ReportBatchItemFailures off.",
            StreamError::NoKey => "Records with the same key are handled in order.",
            StreamError::PartOfSecond => "Choose whole seconds, or create a new mapping.",
        }
    }
}
