//! Items of tables: what is refused, and what a stream has of a change.

use super::*;
use crate::platform::Out;
use crate::timeline::{
    KeyAttribute, KeyKind, LifecycleEvent, SessionMeta, StreamConfiguration, StreamFact,
    StreamView, TableKey, Timeline,
};
use crate::units::{Span, StreamId};
use proptest::prelude::*;
use serde_json::{Value, json};

const TABLE: StreamId = StreamId(1);

struct World {
    platform: Platform,
    payloads: Payloads,
    timeline: Timeline,
}

impl World {
    fn new() -> Self {
        let attribute = |name: &str, kind| KeyAttribute {
            name: name.to_owned(),
            kind,
        };
        let key = TableKey {
            partition: attribute("shop", KeyKind::S),
            sort: Some(attribute("order", KeyKind::N)),
        };
        let mut world = World {
            platform: Platform::default(),
            payloads: Payloads::default(),
            timeline: Timeline::default(),
        };
        world.send(Input::ConfigureStream {
            stream: TABLE,
            configuration: Box::new(StreamConfiguration::keyed_table(
                "orders",
                StreamView::NewAndOldImages,
                key,
            )),
        });
        world
    }

    fn send(&mut self, input: Input) {
        let at = self.timeline.end() + Span::from_millis(1);
        let mut out = Out::default();
        self.platform.handle(at, input, &mut out);
        for fact in out.facts {
            self.timeline.push(at, fact);
        }
        for effect in out.effects {
            let (platform, payloads) = (&self.platform, &mut self.payloads);
            let meta = SessionMeta::default();
            if let Some(input) = answer(platform, payloads, meta, at, effect) {
                self.send(input);
            }
        }
    }

    fn check(&self, change: &ItemChange) -> Result<(), String> {
        match check_change(TABLE, change, &self.platform, &self.payloads) {
            None => Ok(()),
            Some(error) => {
                assert!(!error.hint().is_empty());
                Err(error.to_string())
            }
        }
    }

    fn change(&mut self, change: &ItemChange) {
        let change = self.payloads.add(serde_json::to_vec(change).unwrap());
        self.send(Input::ChangeItem {
            table: TABLE,
            change,
        });
    }

    /// What the stream has, in order.
    fn records(&self) -> Vec<Value> {
        let entries = self.timeline.entries().iter();
        let records = entries.filter_map(|entry| match &entry.event {
            LifecycleEvent::Stream(StreamFact::RecordPut { data, .. }) => {
                serde_json::from_slice(&self.payloads.get(*data)).ok()
            }
            _ => None,
        });
        records.collect()
    }

    fn item(&self, key: &str) -> Option<Value> {
        let change = self.platform.item(TABLE, key)?;
        item_after(&self.payloads.get(change)).map(Value::Object)
    }
}

fn put(item: &Value) -> ItemChange {
    ItemChange::Put {
        item: read_item(&item.to_string()).unwrap(),
    }
}

fn update(item: &Value, remove: &[&str]) -> ItemChange {
    ItemChange::Update {
        item: read_item(&item.to_string()).unwrap(),
        remove: remove.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn delete(key: &Value) -> ItemChange {
    ItemChange::Delete {
        key: read_item(&key.to_string()).unwrap(),
    }
}

#[test]
fn a_stream_has_both_images_of_each_change() {
    let mut world = World::new();
    world.change(&put(&json!({"shop": "berlin", "order": 7, "state": "new"})));
    world.change(&update(
        &json!({"shop": "berlin", "order": 7.0, "paid": true}),
        &["state"],
    ));
    // Nothing changes.
    world.change(&update(&json!({"shop": "berlin", "order": 7}), &[]));
    world.change(&delete(&json!({"shop": "berlin", "order": 8})));
    world.change(&delete(&json!({"shop": "berlin", "order": 7})));
    world.change(&delete(&json!({"shop": "berlin", "order": 7})));
    let keys = json!({"shop": {"S": "berlin"}, "order": {"N": "7"}});
    let first = json!({"shop": {"S": "berlin"}, "order": {"N": "7"}, "state": {"S": "new"}});
    let second = json!({"shop": {"S": "berlin"}, "order": {"N": "7"}, "paid": {"BOOL": true}});
    assert_eq!(
        world.records(),
        [
            json!({"Keys": keys, "expired": false, "NewImage": first}),
            json!({"Keys": keys, "expired": false, "NewImage": second, "OldImage": first}),
            json!({"Keys": keys, "expired": false, "OldImage": second}),
        ]
    );
}

#[test]
fn items_outlive_the_tab_and_their_records() {
    let mut world = World::new();
    world.change(&put(&json!({"shop": "berlin", "order": 7})));
    let key = json!({"shop": {"S": "berlin"}, "order": {"N": "7"}}).to_string();
    let item = world.item(&key);
    assert!(item.is_some());
    let due = world.timeline.end() + Span::from_secs(86_400);
    let retention = crate::platform::Timer::StreamRetention { stream: TABLE, due };
    let mut out = Out::default();
    world
        .platform
        .handle(due, Input::TimerFired(retention), &mut out);
    assert!(
        matches!(
            out.facts[..],
            [LifecycleEvent::Stream(StreamFact::RecordsExpired { .. })]
        ),
        "{:?}",
        out.facts
    );
    for fact in out.facts {
        world.timeline.push(due, fact);
    }
    assert_eq!(world.item(&key), item);
    world.platform = Platform::reopen(&world.timeline, &mut Out::default());
    assert_eq!(world.item(&key), item);
    // A put of the same item is none.
    world.change(&put(&json!({"shop": "berlin", "order": 7})));
    assert_eq!(world.records().len(), 1);
}

#[test]
fn what_does_not_fit_the_key_is_refused() {
    let world = World::new();
    let large = "x".repeat(410_000);
    for (change, why) in [
        (
            put(&json!({"shop": "berlin"})),
            "One or more parameter values were invalid: Missing the key order in the item",
        ),
        (
            put(&json!({"shop": "berlin", "order": "7"})),
            "One or more parameter values were invalid: Type mismatch for key order expected: N actual: S",
        ),
        (
            put(&json!({"shop": "", "order": 7})),
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: shop",
        ),
        (
            put(&json!({"shop": "berlin", "order": 7, "text": large})),
            "Item size has exceeded the maximum allowed size",
        ),
        (
            update(&json!({"order": 7}), &[]),
            "The provided key element does not match the schema",
        ),
        (
            update(&json!({"shop": "berlin", "order": 7}), &["order"]),
            "One or more parameter values were invalid: Cannot update attribute order. This attribute is part of the key",
        ),
        (
            delete(&json!({"shop": "berlin", "order": 7, "state": "new"})),
            "The provided key element does not match the schema",
        ),
    ] {
        assert_eq!(world.check(&change), Err(why.to_owned()));
    }
    assert_eq!(
        world.check(&put(&json!({"shop": "berlin", "order": 7}))),
        Ok(())
    );
    assert_eq!(
        read_item("{").map_err(|error| error.to_string()),
        Err("The item is not JSON: line 1, column 1.".to_owned())
    );
    assert_eq!(read_item("[1]"), Err(TableError::NoObject));
}

#[test]
fn plain_json_becomes_attributes_and_those_stay() {
    let read = |value: Value| Value::Object(read_item(&value.to_string()).unwrap());
    let attributes = json!({
        "a": {"S": "x"}, "b": {"N": "1.5"}, "c": {"BOOL": false}, "d": {"NULL": true},
        "e": {"L": [{"N": "1"}]}, "f": {"M": {"g": {"S": ""}}},
    });
    let plain = json!({"a": "x", "b": 1.5, "c": false, "d": null, "e": [1], "f": {"g": ""}});
    assert_eq!(read(plain.clone()), attributes);
    assert_eq!(read(attributes.clone()), attributes);
    let item = read_item(&attributes.to_string()).unwrap();
    assert_eq!(shown_item(&item), plain);
    // A set has no plain JSON, nor has what looks like an attribute.
    for item in [
        json!({"a": {"SS": ["x"]}}),
        json!({"a": {"M": {"S": {"S": "x"}}}}),
    ] {
        assert_eq!(read(item.clone()), item);
        let item = read_item(&item.to_string()).unwrap();
        assert_eq!(read(shown_item(&item)), Value::Object(item));
    }
    for (number, kept) in [
        ("007", "7"),
        ("-0.50", "-0.5"),
        ("+1.0", "1"),
        ("-0.0", "0"),
        ("1e3", "1e3"),
    ] {
        assert_eq!(read(json!({"n": {"N": number}})), json!({"n": {"N": kept}}));
    }
}

fn changes() -> impl Strategy<Value = Vec<ItemChange>> {
    let key = (0..3_u8, 0..2_u8);
    let change = (key, 0..4_u8, 0..3_u8).prop_map(|((shop, order), kind, value)| {
        let keys = json!({"shop": shop.to_string(), "order": order});
        let mut item = keys.clone();
        item["value"] = json!(value);
        match kind {
            0 => put(&item),
            1 => update(&item, &[]),
            2 => update(&keys, &["value"]),
            _ => delete(&keys),
        }
    });
    proptest::collection::vec(change, 0..40)
}

proptest! {
    /// The stream, read from its beginning, is the table: each record's old image is what the one before
    /// left, and no record says nothing.
    #[test]
    fn a_tables_stream_says_what_is_in_the_table(changes in changes()) {
        let mut world = World::new();
        for change in &changes {
            prop_assert_eq!(world.check(change), Ok(()));
            world.change(change);
        }
        let mut items: std::collections::BTreeMap<String, Value> = Default::default();
        for record in world.records() {
            let key = record["Keys"].to_string();
            prop_assert_eq!(record.get("OldImage"), items.get(&key));
            prop_assert_ne!(record.get("NewImage"), record.get("OldImage"));
            match record.get("NewImage") {
                Some(new) => items.insert(key, new.clone()),
                None => items.remove(&key),
            };
        }
        for (key, item) in &items {
            prop_assert_eq!(world.item(key), Some(item.clone()));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}") {
        if let Ok(item) = read_item(&text) {
            prop_assert_eq!(read_item(&shown_item(&item).to_string()), Ok(item));
        }
    }
}
