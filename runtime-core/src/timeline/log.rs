//! The append-only log.

use super::{Entry, LifecycleEvent};
use crate::units::{Moment, PayloadId, push_long};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Entries in the order in which they happened. Time never goes back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timeline {
    entries: Vec<Entry>,
}

impl Timeline {
    /// Appends a fact. A moment before the last entry's is moved up to it: hosts' clocks may step
    /// back, the timeline may not.
    pub fn push(&mut self, at: Moment, event: LifecycleEvent) {
        let at = self.end().max(at);
        push_long(&mut self.entries, Entry { at, event });
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many entries happened at or before the moment.
    pub fn position(&self, until: Moment) -> usize {
        self.entries.partition_point(|entry| entry.at <= until)
    }

    /// The moment of the last entry.
    pub fn end(&self) -> Moment {
        self.entries.last().map_or(Moment::START, |entry| entry.at)
    }
}

/// The side table: bytes of events, responses and logs by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payloads {
    items: Vec<Arc<[u8]>>,
}

impl Payloads {
    /// Stores bytes.
    pub fn add(&mut self, bytes: impl Into<Arc<[u8]>>) -> PayloadId {
        let id = PayloadId(self.items.len() as u32);
        push_long(&mut self.items, bytes.into());
        id
    }

    /// The bytes of an id; empty for an id that is not in the table (a damaged file).
    pub fn get(&self, id: PayloadId) -> Arc<[u8]> {
        self.items.get(id.0 as usize).cloned().unwrap_or_default()
    }

    /// All payloads in the order of their ids.
    pub fn items(&self) -> &[Arc<[u8]>] {
        &self.items
    }
}
