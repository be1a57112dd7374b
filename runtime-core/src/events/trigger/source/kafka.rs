//! Records of Kafka topics, of Amazon MSK or of a self-managed cluster. Lambda developer guide, "Using
//! Lambda with Amazon MSK" and "Using Lambda with self-managed Apache Kafka", sections "Example
//! event": keys and values in base64, headers as lists of bytes.

use super::super::context::Context;
use super::super::encoding::base64;
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text};
use crate::events::trigger::json::{self, json};
use serde_json::Value;

const TOPIC: Field = text("topic", "Topic", "orders");
const PARTITION: Field = field(
    "partition",
    "Partition",
    FieldKind::Number {
        least: 0,
        most: 999_999,
    },
    "0",
);
const OFFSET: Field = field(
    "offset",
    "First offset",
    FieldKind::Number {
        least: 0,
        most: 1 << 53,
    },
    "15",
);
const KEY: Field = optional("key", "Key", "order-1001");
const VALUES: Field = field(
    "values",
    "Values (a record a line)",
    FieldKind::Lines,
    "{\"orderId\": 1001, \"item\": \"tea\"}",
);
const HEADERS: Field = field(
    "headers",
    "Headers of each record",
    FieldKind::Headers,
    "store: berlin",
);

pub(in crate::events::trigger) const MSK: &[Field] = &[
    text("cluster", "Cluster", "shop"),
    TOPIC,
    PARTITION,
    OFFSET,
    KEY,
    VALUES,
    HEADERS,
];

pub(in crate::events::trigger) const SELF_MANAGED: &[Field] = &[
    text(
        "bootstrapServers",
        "Bootstrap servers",
        "kafka-1.example.com:9092,kafka-2.example.com:9092",
    ),
    TOPIC,
    PARTITION,
    OFFSET,
    KEY,
    VALUES,
    HEADERS,
];

pub(in crate::events::trigger) fn msk(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let name = form.get("cluster");
    let cluster = format!("cluster/{name}/{}-2", context.uuid("cluster"));
    let server = |number: u32| {
        let Context { region, .. } = context;
        let id = context.lower("kafka", 6);
        format!(
            "b-{number}.{name}.{id}.c2.kafka.{region}.{}:9092",
            context.domain()
        )
    };
    let mut event = event(form, context, &format!("{},{}", server(1), server(2)))?;
    event["eventSource"] = json!("aws:kafka");
    event["eventSourceArn"] = json!(context.arn("kafka", &cluster));
    Ok(event)
}

pub(in crate::events::trigger) fn self_managed(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let mut event = event(form, context, form.get("bootstrapServers"))?;
    event["eventSource"] = json!("SelfManagedKafka");
    Ok(event)
}

/// Lambda writes bytes as Java does: 195 is -61.
pub(super) fn signed(text: &str) -> Vec<i8> {
    text.bytes().map(|byte| byte as i8).collect()
}

/// The number that chooses the partition of a key, by its remainder: murmur2 without its sign (Kafka's
/// `Utils.murmur2` and `Utils.toPositive`, which its default partitioner uses).
pub fn hash_key(key: &[u8]) -> u32 {
    murmur2(key) & 0x7fff_ffff
}

fn murmur2(data: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    let mut hash = SEED ^ data.len() as u32;
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        let mut mixed = u32::from_le_bytes(*word).wrapping_mul(M);
        mixed ^= mixed >> 24;
        hash = hash.wrapping_mul(M) ^ mixed.wrapping_mul(M);
    }
    if !rest.is_empty() {
        for (place, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * place);
        }
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^ (hash >> 15)
}

fn event(form: &Form<'_>, context: &Context, servers: &str) -> Result<Value, FieldError> {
    let (topic, partition) = (form.get("topic"), form.number("partition"));
    let letter = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if topic.len() > 249 || !topic.chars().all(letter) {
        let wanted = "a topic's name: at most 249 letters, digits, dots, underscores and hyphens";
        return Err(FieldError::new("topic", FieldProblem::Not(wanted)));
    }
    let headers: Vec<_> = form
        .headers("headers")
        .into_iter()
        .map(|(name, value)| Value::Object(json::map([(name, json!(signed(&value)))])))
        .collect();
    let lines = form.lines("values");
    let lines = if lines.is_empty() { vec![""] } else { lines };
    let records: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let mut record = json!({
                "topic": topic,
                "partition": partition,
                "offset": form.number("offset") + index as i64,
                "timestamp": context.unix_millis.saturating_add(index as u64),
                "timestampType": "CREATE_TIME",
                "value": base64(line),
                "headers": headers,
            });
            if let Some(key) = form.optional("key") {
                record["key"] = json!(base64(key));
            }
            record
        })
        .collect();
    let lists = json::map([(format!("{topic}-{partition}"), json!(records))]);
    Ok(json!({"bootstrapServers": servers, "records": lists}))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kafka's own test, `UtilsTest.testMurmur2`.
    #[test]
    fn keys_are_hashed_as_kafka_does() {
        for (key, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            (
                "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8",
                -58_897_971,
            ),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(key.as_bytes()) as i32, hash, "{key}");
        }
        assert_eq!(hash_key(b"21"), 1_173_551_340);
    }
}
