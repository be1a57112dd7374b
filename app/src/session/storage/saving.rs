//! What a save writes: only what was added since the last one.

use super::super::state::State;
use super::{Batch, Saved, runs};
use crate::browser::database::{Record, Store};

impl State {
    /// What has changed since the last save.
    pub(super) fn batch(&self) -> Option<Batch> {
        let mut clear = Vec::new();
        if self.saved.stale {
            clear.extend([Store::Timeline, Store::Payloads, Store::Packages]);
        }
        let mut records = Vec::new();
        let entries =
            &self.timeline.entries()[self.saved.entries.min(self.timeline.entries().len())..];
        let mut chunks = self.saved.chunks;
        if !entries.is_empty() {
            let bytes = serde_json::to_vec(entries).unwrap_or_default();
            records.push(Record {
                store: Store::Timeline,
                key: chunks,
                bytes,
            });
            chunks += 1;
        }
        let payloads = self.payloads.items().iter().skip(self.saved.payloads);
        let runs = runs::packed(self.saved.payloads, payloads.map(AsRef::as_ref));
        records.extend(runs.into_iter().map(|(key, bytes)| Record {
            store: Store::Payloads,
            key,
            bytes,
        }));
        for (id, package) in &self.packages {
            if self.saved.packages.is_none_or(|saved| *id > saved) {
                let (store, key) = (Store::Packages, id.0);
                records.push(Record {
                    store,
                    key,
                    bytes: package.to_record(),
                });
            }
        }
        let document = serde_json::to_vec(&self.document()).unwrap_or_default();
        if document != self.saved.document {
            records.push(Record {
                store: Store::Workspace,
                key: 0,
                bytes: document.clone(),
            });
        }
        let saved = Saved {
            entries: self.timeline.entries().len(),
            payloads: self.payloads.items().len(),
            packages: self.packages.last_key_value().map(|(id, _)| *id),
            document,
            chunks,
            ..Saved::default()
        };
        (!records.is_empty() || !clear.is_empty()).then_some(Batch {
            clear,
            records,
            saved,
            epoch: self.epoch,
        })
    }
}
