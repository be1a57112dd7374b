//! A change of a table's item, and the record that the table's stream has of it (DynamoDB developer guide,
//! "Change data capture for DynamoDB Streams"; API reference, PutItem, UpdateItem, DeleteItem). Messages
//! are DynamoDB's, as the tests of dynalite have them, which run against it.
//!
//! ```text
//! mod    a change -> the record of it, or why there is none
//! error  why a change is refused
//! item   items as JSON, plain or DynamoDB's
//! ```

mod error;
mod item;

pub use crate::events::trigger::dynamodb::Item;
pub use error::TableError;
pub use item::{item_after, read_item, shown_item};

use super::Desk;
use crate::events::trigger::dynamodb::{Change, Stored, item_size};
use crate::events::trigger::kinesis::hash_key;
use crate::platform::{Input, Platform, RecordPosting};
use crate::timeline::{KeyKind, Payloads, TableKey};
use crate::units::{ByteCount, PayloadId, StreamId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The largest item ("Service, account, and table quotas in Amazon DynamoDB").
const MAX_ITEM_BYTES: usize = 400 * 1024;

/// What is to be done to an item; its JSON is a payload of the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemChange {
    /// `PutItem`: it is this from now on.
    Put {
        /// With its key.
        item: Item,
    },
    /// `UpdateItem`: some of its attributes change; where there is none, it is made.
    Update {
        /// Its key, and the attributes that are set.
        item: Item,
        /// The attributes that are removed.
        remove: Vec<String>,
    },
    /// `DeleteItem`.
    Delete {
        /// Its key.
        key: Item,
    },
}

/// What is wrong with a change for a table, if anything is.
pub fn check_change(
    table: StreamId,
    change: &ItemChange,
    platform: &Platform,
    payloads: &Payloads,
) -> Option<TableError> {
    planned(table, change, platform, payloads).err()
}

/// What a change does; nothing where it changes nothing.
struct Planned {
    key: String,
    stored: Option<Stored>,
}

fn planned(
    table: StreamId,
    change: &ItemChange,
    platform: &Platform,
    payloads: &Payloads,
) -> Result<Planned, TableError> {
    let schema = platform.stream_configuration(table);
    let schema = schema.and_then(|it| it.table.as_deref());
    let schema = schema.ok_or(TableError::NoTable)?;
    let keys = match change {
        ItemChange::Put { item } => keys_of(schema, item)?,
        ItemChange::Update { item, remove } => {
            let removed = |name: &&str| remove.iter().any(|it| it == name);
            let mut names = schema.attributes().map(|it| it.name.as_str());
            if let Some(name) = names.find(removed) {
                return Err(TableError::KeyRemoved(name.to_owned()));
            }
            named(keys_of(schema, item))?
        }
        ItemChange::Delete { key } => {
            let keys = named(keys_of(schema, key))?;
            if keys.len() != key.len() {
                return Err(TableError::KeyMismatch);
            }
            keys
        }
    };
    // Attributes of a map are in the order of their names: a key has one text.
    let key = Value::Object(keys.clone()).to_string();
    let before = platform.item(table, &key);
    let before = before.and_then(|it| item_after(&payloads.get(it)));
    let after = match change {
        ItemChange::Put { item } => Some(item.clone()),
        ItemChange::Update { item, remove } => {
            let mut after = before.clone().unwrap_or_default();
            after.extend(item.clone());
            after.retain(|name, _| !remove.contains(name));
            Some(after)
        }
        ItemChange::Delete { .. } => None,
    };
    if after.as_ref().map_or(0, item_size) > MAX_ITEM_BYTES {
        return Err(TableError::TooLarge);
    }
    let change = match (after, before) {
        (Some(new), Some(old)) if new == old => None,
        (Some(new), Some(old)) => Some(Change::Modify { new, old }),
        (Some(new), None) => Some(Change::Insert { new }),
        (None, Some(old)) => Some(Change::Remove { old }),
        (None, None) => None,
    };
    let stored = change.map(|change| Stored {
        keys,
        change,
        expired: false,
    });
    Ok(Planned { key, stored })
}

/// For what is named by its key alone, DynamoDB does not say what is wrong with it.
fn named(keys: Result<Item, TableError>) -> Result<Item, TableError> {
    keys.map_err(|error| match error {
        TableError::KeyMissing(_) | TableError::KeyType { .. } => TableError::KeyMismatch,
        other => other,
    })
}

fn keys_of(schema: &TableKey, item: &Item) -> Result<Item, TableError> {
    let mut keys = Item::new();
    for attribute in schema.attributes() {
        let name = &attribute.name;
        let value = item.get(name);
        let value = value.ok_or_else(|| TableError::KeyMissing(name.clone()))?;
        let expected = attribute.kind.name();
        let Some(given) = value.get(expected) else {
            let actual = value.as_object().and_then(|it| it.keys().next());
            return Err(TableError::KeyType {
                name: name.clone(),
                expected,
                actual: actual.cloned().unwrap_or_default(),
            });
        };
        if attribute.kind != KeyKind::N && given.as_str() == Some("") {
            return Err(TableError::KeyEmpty(name.clone()));
        }
        keys.insert(name.clone(), value.clone());
    }
    Ok(keys)
}

impl Desk<'_> {
    /// The record of a change; nothing if it changes nothing, or was refused after all.
    pub(super) fn write_change(&mut self, table: StreamId, change: PayloadId) -> Option<Input> {
        let change = serde_json::from_slice(&self.payloads.get(change)).ok()?;
        let planned = planned(table, &change, self.platform, self.payloads).ok()?;
        let data = planned.stored?.to_json().to_string().into_bytes();
        let bytes = ByteCount::from(data.len());
        Some(Input::PutRecord(RecordPosting {
            stream: table,
            hash: hash_key(&planned.key),
            key: Some(planned.key.into()),
            data: self.payloads.add(data),
            bytes,
        }))
    }
}
