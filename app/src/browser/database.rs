//! IndexedDB: four stores of plain values.

use idb::builder::{DatabaseBuilder, ObjectStoreBuilder};
use idb::{Error, TransactionMode};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

const NAME: &str = "coldstart";
const VERSION: u32 = 2;

/// The stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    /// What the user set up, as one JSON text under key 0.
    Workspace,
    /// Deployment packages by id.
    Packages,
    /// Runs of timeline entries as JSON texts, in order.
    Timeline,
    /// Runs of payloads, in order.
    Payloads,
}

const STORES: [Store; 4] = [
    Store::Workspace,
    Store::Packages,
    Store::Timeline,
    Store::Payloads,
];

impl Store {
    /// With another format a store has another name: an upgrade drops stores of other names.
    fn name(self) -> &'static str {
        match self {
            Store::Workspace => "document",
            Store::Packages => "deployment-packages",
            Store::Timeline => "entries",
            Store::Payloads => "payload-runs",
        }
    }
}

/// A value to be stored.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where.
    pub store: Store,
    /// Under which key; an existing value is replaced.
    pub key: u32,
    /// What.
    pub bytes: Vec<u8>,
}

/// The open database of this site.
#[derive(Debug)]
pub struct Database(idb::Database);

impl Database {
    /// Opens the database, and creates it on the first visit. Fails in private windows of some
    /// browsers and where the user has turned storage off.
    pub async fn open() -> Result<Self, String> {
        let builder = STORES.iter().fold(
            DatabaseBuilder::new(NAME).version(VERSION),
            |builder, store| builder.add_object_store(ObjectStoreBuilder::new(store.name())),
        );
        builder
            .build()
            .await
            .map(Database)
            .map_err(|error| explain(&error))
    }

    /// Empties some stores and writes some records, all or nothing.
    pub async fn write(&self, clear: &[Store], records: &[Record]) -> Result<(), String> {
        let attempt = async {
            let names: Vec<&str> = STORES.iter().map(|store| store.name()).collect();
            let transaction = self.0.transaction(&names, TransactionMode::ReadWrite)?;
            for store in clear {
                transaction.object_store(store.name())?.clear()?;
            }
            for record in records {
                let value = Uint8Array::from(record.bytes.as_slice());
                let key = JsValue::from(record.key);
                transaction
                    .object_store(record.store.name())?
                    .put(&value, Some(&key))?;
            }
            transaction.await
        };
        match attempt.await {
            Ok(result) if result.is_committed() => Ok(()),
            Ok(_) => Err("the browser refused to store it; its storage may be full".to_owned()),
            Err(error) => Err(explain(&error)),
        }
    }

    /// All records of a store in the order of their keys.
    pub async fn read(&self, store: Store) -> Result<Vec<(u32, Vec<u8>)>, String> {
        let attempt = async {
            let transaction = self
                .0
                .transaction(&[store.name()], TransactionMode::ReadOnly)?;
            let store = transaction.object_store(store.name())?;
            let keys = store.get_all_keys(None, None)?;
            let values = store.get_all(None, None)?;
            let (keys, values) = (keys.await?, values.await?);
            let pairs = keys.into_iter().zip(values).filter_map(|(key, value)| {
                let bytes = value.dyn_into::<Uint8Array>().ok()?.to_vec();
                Some((key.as_f64()? as u32, bytes))
            });
            Ok::<_, Error>(pairs.collect())
        };
        attempt.await.map_err(|error| explain(&error))
    }
}

fn explain(error: &Error) -> String {
    let text = error.to_string();
    if text.contains("Quota") {
        "the storage that this browser gives to the site is full".to_owned()
    } else {
        text
    }
}
