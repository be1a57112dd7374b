//! Where what was given up goes without a handler having had it.

use super::Destination;
use crate::units::{QueueId, SourceId};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What takes dead letters, and what mappings tell of records that they discard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureTarget {
    /// A standard queue.
    Queue(QueueId),
    /// A topic; of a mapping also a bucket.
    Source(SourceId),
}

impl From<QueueId> for FailureTarget {
    fn from(queue: QueueId) -> Self {
        FailureTarget::Queue(queue)
    }
}

impl From<SourceId> for FailureTarget {
    fn from(source: SourceId) -> Self {
        FailureTarget::Source(source)
    }
}

impl From<FailureTarget> for Destination {
    fn from(target: FailureTarget) -> Self {
        match target {
            FailureTarget::Queue(queue) => Destination::Queue(queue),
            FailureTarget::Source(source) => Destination::Source(source),
        }
    }
}

/// As it travels between workers.
#[derive(Serialize, Deserialize)]
enum Compact {
    Queue(QueueId),
    Source(SourceId),
}

/// The only member of a source's object.
const SOURCE: &str = "source";

/// In a file a queue is its number, as it was when there were only queues; a source is an object.
impl Serialize for FailureTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (serializer.is_human_readable(), *self) {
            (true, FailureTarget::Queue(queue)) => queue.serialize(serializer),
            (true, FailureTarget::Source(source)) => serializer.collect_map([(SOURCE, source)]),
            (false, FailureTarget::Queue(queue)) => Compact::Queue(queue).serialize(serializer),
            (false, FailureTarget::Source(source)) => Compact::Source(source).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FailureTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(Readable);
        }
        Ok(match Compact::deserialize(deserializer)? {
            Compact::Queue(queue) => FailureTarget::Queue(queue),
            Compact::Source(source) => FailureTarget::Source(source),
        })
    }
}

struct Readable;

impl<'de> Visitor<'de> for Readable {
    type Value = FailureTarget;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a queue's number, or a source")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<FailureTarget, E> {
        let id = u32::try_from(number).map_err(E::custom)?;
        Ok(FailureTarget::Queue(QueueId(id)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FailureTarget, A::Error> {
        use serde::de::Error;
        let mut source = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                SOURCE => source = Some(map.next_value()?),
                other => return Err(A::Error::unknown_field(other, &[SOURCE])),
            }
        }
        let source = source.ok_or_else(|| A::Error::missing_field(SOURCE))?;
        Ok(FailureTarget::Source(source))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use crate::timeline::AsyncConfiguration;

    #[test]
    fn files_and_messages_bring_it_back() {
        let queue = FailureTarget::Queue(QueueId(3));
        let source = FailureTarget::Source(SourceId(300));
        for it in [queue, source] {
            let json = serde_json::to_string(&it).unwrap();
            assert_eq!(serde_json::from_str::<FailureTarget>(&json).unwrap(), it);
            // Facts are read from a tree, too.
            let value = serde_json::to_value(it).unwrap();
            assert_eq!(serde_json::from_value::<FailureTarget>(value).unwrap(), it);
            let bytes = postcard::to_stdvec(&it).unwrap();
            assert_eq!(postcard::from_bytes::<FailureTarget>(&bytes).unwrap(), it);
        }
        assert_eq!(serde_json::to_string(&queue).unwrap(), "3");
        assert_eq!(serde_json::to_string(&source).unwrap(), r#"{"source":300}"#);
        for nonsense in ["-1", "4294967296", "{}", r#"{"topic":1}"#, "[]", "\"3\""] {
            assert!(
                serde_json::from_str::<FailureTarget>(nonsense).is_err(),
                "{nonsense}"
            );
        }
    }

    /// Files of the time when there were only queues.
    #[test]
    fn older_files_are_read() {
        let span = serde_json::to_value(crate::units::Span::from_secs(60)).unwrap();
        let older = serde_json::json!({
            "maximumRetryAttempts": 1,
            "maximumEventAge": span,
            "onSuccess": {"function": 2},
            "onFailure": {"queue": 1},
            "deadLetterQueue": 4,
        });
        let read: AsyncConfiguration = serde_json::from_value(older.clone()).unwrap();
        assert_eq!(read.dead_letter_queue, Some(QueueId(4).into()));
        assert_eq!(read.on_failure, Some(Destination::Queue(QueueId(1))));
        assert_eq!(serde_json::to_value(read).unwrap(), older);
        let sent = r#"{"DiscardSent":{"batch":1,"queue":7,"delivered":true}}"#;
        let fact: crate::timeline::StreamFact = serde_json::from_str(sent).unwrap();
        assert_eq!(serde_json::to_string(&fact).unwrap(), sent);
        let happened = r#"{"Happened":{"source":1,"number":2,"happening":3}}"#;
        let fact: crate::timeline::SourceFact = serde_json::from_str(happened).unwrap();
        assert_eq!(serde_json::to_string(&fact).unwrap(), happened);
    }
}
