//! Records and changes of items that are to be put, while they are being edited.

use super::drafts::of_stream;
use crate::pages::playground::queues::drafts::{Mistake, whole};
use crate::session::{COUNTER, MAX_BURST, NewRecord, Reading};
use runtime_core::events::trigger::{kafka, kinesis};
use runtime_core::platform::{StreamError, validate_record};
use runtime_core::scribe::{ItemChange, TableError, check_change, read_item};
use runtime_core::timeline::{KeyKind, StreamKind, TableKey};
use runtime_core::units::StreamId;

fn of_table(error: &TableError) -> Mistake {
    Mistake {
        cause: error.to_string(),
        hint: error.hint().to_owned(),
    }
}

/// Records to put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages::playground) struct PutDraft {
    pub(in crate::pages::playground) key: String,
    pub(in crate::pages::playground) data: String,
    pub(in crate::pages::playground) count: String,
}

impl Default for PutDraft {
    fn default() -> Self {
        PutDraft {
            key: "visitor-{n}".to_owned(),
            data: "{\"page\": \"/tea\", \"ms\": 120}".to_owned(),
            count: "1".to_owned(),
        }
    }
}

fn read_count(label: &str, text: &str) -> Result<u32, Mistake> {
    let count = whole(label, text)?;
    match (1..=MAX_BURST).contains(&count) {
        true => Ok(count),
        false => Err(Mistake {
            cause: format!("{count} cannot be put at once."),
            hint: format!("Type 1 to {MAX_BURST}."),
        }),
    }
}

impl PutDraft {
    /// What it means for the stream, or what is wrong with it.
    pub(in crate::pages::playground) fn read(
        &self,
        stream: StreamId,
        reading: &Reading<'_>,
    ) -> Result<Vec<NewRecord>, Mistake> {
        let count = read_count("Records", &self.count)?;
        let platform = reading.platform();
        let configuration = platform.stream_configuration(stream);
        let configuration = configuration.ok_or_else(|| of_stream(&StreamError::NoStream))?;
        let kind = configuration.kind;
        let put = platform.records_put(stream);
        let mut records = Vec::new();
        for n in 1..=count {
            let number = n.to_string();
            let data = self.data.replace(COUNTER, &number).into_bytes();
            let key = self.key.replace(COUNTER, &number);
            let key = match kind {
                StreamKind::Kinesis(_) => Some(key),
                StreamKind::Topic(_) => Some(key).filter(|it| !it.is_empty()),
                StreamKind::Table(_) | StreamKind::Broker(_) => None,
            };
            if let Some(error) = validate_record(configuration, key.as_deref(), &data) {
                return Err(of_stream(&error));
            }
            let hash = match (&key, kind) {
                (Some(key), StreamKind::Topic(_)) => kafka::hash_key(key.as_bytes()).into(),
                (Some(key), _) => kinesis::hash_key(key),
                // Records without a key go round the partitions (model choice: producers fill batches).
                (None, _) => u128::from(put) + u128::from(n),
            };
            records.push(NewRecord {
                hash,
                key: key.map(Into::into),
                data,
            });
        }
        Ok(records)
    }
}

/// What is done to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages::playground) enum Doing {
    Put,
    Update,
    Delete,
}

/// A change of a table's items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages::playground) struct ItemDraft {
    pub(in crate::pages::playground) item: String,
    pub(in crate::pages::playground) remove: String,
    pub(in crate::pages::playground) count: String,
}

impl ItemDraft {
    /// An item that fits the table's key.
    pub(in crate::pages::playground) fn of(key: &TableKey) -> Self {
        let attributes = key.attributes().map(|it| {
            let name = serde_json::Value::from(it.name.as_str());
            match it.kind {
                KeyKind::N => format!("{name}: {COUNTER}"),
                KeyKind::S => format!("{name}: \"a{COUNTER}\""),
                KeyKind::B => format!("{name}: {{\"B\": \"YQ==\"}}"),
            }
        });
        let attributes: Vec<String> = attributes.collect();
        ItemDraft {
            item: format!("{{{}, \"state\": \"new\"}}", attributes.join(", ")),
            remove: String::new(),
            count: "1".to_owned(),
        }
    }

    /// The changes, or what is wrong with one of them.
    pub(in crate::pages::playground) fn read(
        &self,
        doing: Doing,
        table: StreamId,
        reading: &Reading<'_>,
    ) -> Result<Vec<Vec<u8>>, Mistake> {
        let count = read_count("Items", &self.count)?;
        let platform = reading.platform();
        let remove = self.remove.split(',').map(str::trim);
        let remove = remove.filter(|it| !it.is_empty()).map(str::to_owned);
        let remove: Vec<String> = remove.collect();
        let mut changes = Vec::new();
        for n in 1..=count {
            let text = self.item.replace(COUNTER, &n.to_string());
            let mut item = read_item(&text).map_err(|error| of_table(&error))?;
            let change = match doing {
                Doing::Put => ItemChange::Put { item },
                Doing::Update => ItemChange::Update {
                    item,
                    remove: remove.clone(),
                },
                Doing::Delete => {
                    // What the editor says besides the key is not asked for.
                    let schema = platform.stream_configuration(table);
                    if let Some(schema) = schema.and_then(|it| it.table.as_ref()) {
                        item.retain(|name, _| schema.attributes().any(|it| it.name == *name));
                    }
                    ItemChange::Delete { key: item }
                }
            };
            if let Some(error) = check_change(table, &change, platform, reading.payloads()) {
                return Err(of_table(&error));
            }
            // A change is names and JSON that was read: it can be written.
            changes.push(serde_json::to_vec(&change).unwrap_or_default());
        }
        Ok(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::timeline::KeyAttribute;

    #[test]
    fn an_item_to_begin_with_fits_its_table() {
        let attribute = |name: &str, kind| KeyAttribute {
            name: name.to_owned(),
            kind,
        };
        let key = TableKey {
            partition: attribute("or\"der", KeyKind::N),
            sort: Some(attribute("line", KeyKind::S)),
        };
        let draft = ItemDraft::of(&key);
        let item = read_item(&draft.item.replace(COUNTER, "7")).unwrap_or_default();
        let of = |name: &str| item.get(name).map(ToString::to_string);
        assert_eq!(of("or\"der").as_deref(), Some("{\"N\":\"7\"}"));
        assert_eq!(of("line").as_deref(), Some("{\"S\":\"a7\"}"));
    }
}
