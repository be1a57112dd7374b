//! Settings of streams while they are being edited: texts that may be nonsense.

use crate::pages::playground::queues::drafts::{Mistake, whole};
use crate::session::Reading;
use runtime_core::platform::{StreamError, validate_stream};
use runtime_core::timeline::{
    BrokerKind, KeyAttribute, KeyKind, StreamConfiguration, StreamKind, StreamView, TableKey,
};
use runtime_core::units::{Span, StreamId};

/// The kinds that can be made, in the order in which they are offered.
pub(super) const KINDS: [&str; 5] = [
    "Kinesis data stream",
    "DynamoDB table",
    "Kafka topic",
    "ActiveMQ queue",
    "RabbitMQ queue",
];
pub(super) const VIEWS: [&str; 4] = ["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"];
pub(super) const KEY_KINDS: [&str; 3] = ["S", "N", "B"];

pub(super) fn of_stream(error: &StreamError) -> Mistake {
    Mistake {
        cause: error.to_string(),
        hint: error.hint().to_owned(),
    }
}

/// A stream's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StreamDraft {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) shards: String,
    pub(super) retention: String,
    pub(super) view: String,
    pub(super) key: String,
    pub(super) key_kind: String,
    pub(super) sort: String,
    pub(super) sort_kind: String,
}

impl Default for StreamDraft {
    fn default() -> Self {
        StreamDraft {
            kind: KINDS[0].to_owned(),
            name: String::new(),
            shards: "1".to_owned(),
            retention: "24".to_owned(),
            view: VIEWS[0].to_owned(),
            key: "id".to_owned(),
            key_kind: "S".to_owned(),
            sort: String::new(),
            sort_kind: "S".to_owned(),
        }
    }
}

impl StreamDraft {
    pub(super) fn of(configuration: &StreamConfiguration) -> Self {
        let kind = match configuration.kind {
            StreamKind::Kinesis(_) => 0,
            StreamKind::Table(_) => 1,
            StreamKind::Topic(_) => 2,
            StreamKind::Broker(BrokerKind::ActiveMq) => 3,
            StreamKind::Broker(BrokerKind::RabbitMq) => 4,
        };
        let mut draft = StreamDraft {
            kind: KINDS[kind].to_owned(),
            name: configuration.name.clone(),
            shards: configuration.kind.shards().to_string(),
            ..StreamDraft::default()
        };
        if let Some(kept) = configuration.retention {
            draft.retention = (kept.as_nanos() / 3_600_000_000_000).to_string();
        }
        if let StreamKind::Table(view) = configuration.kind {
            draft.view = super::model::view_name(view).to_owned();
        }
        if let Some(key) = &configuration.table {
            draft.key.clone_from(&key.partition.name);
            draft.key_kind = key.partition.kind.name().to_owned();
            if let Some(sort) = &key.sort {
                draft.sort.clone_from(&sort.name);
                draft.sort_kind = sort.kind.name().to_owned();
            }
        }
        draft
    }

    /// Which of [`KINDS`] it is.
    pub(super) fn kind(&self) -> usize {
        KINDS.iter().position(|it| *it == self.kind).unwrap_or(0)
    }

    /// What it means for the stream, or all that is wrong with it.
    pub(super) fn read(
        &self,
        stream: StreamId,
        reading: &Reading<'_>,
    ) -> Result<StreamConfiguration, Vec<Mistake>> {
        let name = self.name.trim();
        let one = |mistake| vec![mistake];
        let configuration = match self.kind() {
            0 => {
                let shards = whole("Shards", &self.shards).map_err(one)?;
                let hours = whole("Retention", &self.retention).map_err(one)?;
                StreamConfiguration {
                    retention: Some(Span::from_secs(u64::from(hours) * 3_600)),
                    ..StreamConfiguration::kinesis(name, shards)
                }
            }
            1 => StreamConfiguration::keyed_table(name, self.read_view(), self.read_key()),
            2 => {
                let partitions = whole("Partitions", &self.shards).map_err(one)?;
                StreamConfiguration::topic(name, partitions)
            }
            3 => StreamConfiguration::broker(name, BrokerKind::ActiveMq),
            _ => StreamConfiguration::broker(name, BrokerKind::RabbitMq),
        };
        let errors = validate_stream(&configuration, stream, reading.platform());
        match errors.is_empty() {
            true => Ok(configuration),
            false => Err(errors.iter().map(of_stream).collect()),
        }
    }

    fn read_view(&self) -> StreamView {
        match self.view.as_str() {
            "KEYS_ONLY" => StreamView::KeysOnly,
            "NEW_IMAGE" => StreamView::NewImage,
            "OLD_IMAGE" => StreamView::OldImage,
            _ => StreamView::NewAndOldImages,
        }
    }

    fn read_key(&self) -> TableKey {
        let attribute = |name: &str, kind: &str| KeyAttribute {
            name: name.trim().to_owned(),
            kind: match kind {
                "N" => KeyKind::N,
                "B" => KeyKind::B,
                _ => KeyKind::S,
            },
        };
        let sort = (!self.sort.trim().is_empty()).then(|| attribute(&self.sort, &self.sort_kind));
        TableKey {
            partition: attribute(&self.key, &self.key_kind),
            sort,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_becomes_the_draft_that_it_was_made_of() {
        let draft = StreamDraft {
            kind: KINDS[1].to_owned(),
            name: "orders".to_owned(),
            view: "NEW_IMAGE".to_owned(),
            key: "order".to_owned(),
            key_kind: "N".to_owned(),
            sort: "line".to_owned(),
            ..StreamDraft::default()
        };
        let table = StreamConfiguration::keyed_table("orders", draft.read_view(), draft.read_key());
        assert_eq!(StreamDraft::of(&table), draft);
    }
}
