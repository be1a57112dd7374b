//! Items as JSON: as people write it, and as DynamoDB does.

use super::TableError;
use crate::events::trigger::dynamodb::{Item, Stored, is_item};
use serde_json::{Map, Value, json};

/// An item from a text: DynamoDB's JSON, or any JSON object, whose values become attributes.
///
/// # Errors
/// If it is no JSON object.
pub fn read_item(text: &str) -> Result<Item, TableError> {
    let value: Value = serde_json::from_str(text).map_err(|error| TableError::Json {
        line: error.line(),
        column: error.column(),
    })?;
    let Value::Object(object) = value else {
        return Err(TableError::NoObject);
    };
    let mut item = match !object.is_empty() && is_item(&object) {
        true => object,
        false => attributes(object),
    };
    item.values_mut().for_each(plain_numbers);
    Ok(item)
}

/// An item as plain JSON, where that is read as the same item again; or else in DynamoDB's.
pub fn shown_item(item: &Item) -> Value {
    let plain = Value::Object(plain_item(item));
    match read_item(&plain.to_string()) {
        Ok(read) if read == *item => plain,
        _ => Value::Object(item.clone()),
    }
}

fn plain_item(item: &Item) -> Map<String, Value> {
    let attributes = item.iter();
    attributes
        .map(|(name, value)| (name.clone(), plain_value(value)))
        .collect()
}

fn plain_value(attribute: &Value) -> Value {
    let Some((kind, value)) = attribute.as_object().and_then(|it| it.iter().next()) else {
        return Value::Null;
    };
    match (kind.as_str(), value) {
        ("N", Value::String(number)) => number.parse().map_or(Value::Null, Value::Number),
        ("NULL", _) => Value::Null,
        ("L", Value::Array(list)) => list.iter().map(plain_value).collect(),
        ("M", Value::Object(map)) => Value::Object(plain_item(map)),
        (_, value) => value.clone(),
    }
}

fn attributes(object: Map<String, Value>) -> Item {
    let attributes = object.into_iter();
    attributes
        .map(|(name, value)| (name, attribute(value)))
        .collect()
}

fn attribute(value: Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(value) => json!({"BOOL": value}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(list) => {
            let list: Vec<Value> = list.into_iter().map(attribute).collect();
            json!({"L": list})
        }
        Value::Object(object) => json!({"M": attributes(object)}),
    }
}

/// Zeros that say nothing are not kept: 1.0 and 1 are the same key ("Supported data types and naming
/// rules in Amazon DynamoDB": leading and trailing zeroes are trimmed).
fn plain_numbers(attribute: &mut Value) {
    if let Some(Value::String(number)) = attribute.get_mut("N") {
        *number = plain(number);
    }
}

fn plain(number: &str) -> String {
    // With an exponent it stays as it was written.
    if number.contains(['e', 'E']) {
        return number.to_owned();
    }
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let whole = if whole.is_empty() { "0" } else { whole };
    match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

/// What a change of a table leaves of its item: of one that was written by [`Stored::to_json`].
pub fn item_after(change: &[u8]) -> Option<Item> {
    let stored = Stored::from_json(&serde_json::from_slice(change).ok()?)?;
    let (new, _) = stored.change.images();
    new.cloned()
}
