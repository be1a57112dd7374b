//! Changes of a DynamoDB table. DynamoDB developer guide, "DynamoDB Streams and AWS Lambda triggers";
//! API reference of DynamoDB Streams, "StreamRecord".

use super::super::context::{Context, region_of};
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::{Map, Value};

/// An item in DynamoDB's JSON: attributes like `{"id": {"S": "1001"}}`.
pub type Item = Map<String, Value>;

/// A change as a table's stream holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// 32 hexadecimal digits.
    pub id: String,
    /// What happened, with the images that there are of it.
    pub change: Change,
    /// The item's key attributes.
    pub keys: Item,
    /// When it happened, s since 1970.
    pub created_unix_seconds: u64,
    /// Decimal digits; larger ones are later.
    pub sequence_number: String,
    /// Which images the stream holds.
    pub view: View,
    /// Whether DynamoDB itself deleted an item whose time to live was over.
    pub expired: bool,
}

/// What happened to an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It was put where there was none.
    Insert {
        /// The item.
        new: Item,
    },
    /// It was changed.
    Modify {
        /// After the change.
        new: Item,
        /// Before the change.
        old: Item,
    },
    /// It was deleted.
    Remove {
        /// The item.
        old: Item,
    },
}

/// A change as it is kept until it is read: with both images, whichever the stream shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The item's key attributes.
    pub keys: Item,
    /// What happened.
    pub change: Change,
    /// Whether DynamoDB itself deleted an item whose time to live was over.
    pub expired: bool,
}

impl Stored {
    /// As JSON, with the names that a stream's records have.
    pub fn to_json(&self) -> Value {
        let mut stored = json!({"Keys": self.keys, "expired": self.expired});
        let (new, old) = self.change.images();
        if let Some(new) = new {
            stored["NewImage"] = json!(new);
        }
        if let Some(old) = old {
            stored["OldImage"] = json!(old);
        }
        stored
    }

    /// What was written by [`Stored::to_json`]; `None` if it is something else.
    pub fn from_json(stored: &Value) -> Option<Stored> {
        let item = |name: &str| stored[name].as_object().cloned();
        let change = match (item("NewImage"), item("OldImage")) {
            (Some(new), None) => Change::Insert { new },
            (Some(new), Some(old)) => Change::Modify { new, old },
            (None, old) => Change::Remove { old: old? },
        };
        Some(Stored {
            keys: item("Keys")?,
            change,
            expired: stored["expired"] == Value::Bool(true),
        })
    }
}

impl Change {
    /// After and before.
    pub fn images(&self) -> (Option<&Item>, Option<&Item>) {
        match self {
            Change::Insert { new } => (Some(new), None),
            Change::Modify { new, old } => (Some(new), Some(old)),
            Change::Remove { old } => (None, Some(old)),
        }
    }
}

/// Which images a stream holds (`StreamViewType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Keys only.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

const VIEWS: &[&str] = &["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"];

impl View {
    /// As the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            View::KeysOnly => "KEYS_ONLY",
            View::NewImage => "NEW_IMAGE",
            View::OldImage => "OLD_IMAGE",
            View::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    fn from_name(name: &str) -> View {
        match name {
            "KEYS_ONLY" => View::KeysOnly,
            "NEW_IMAGE" => View::NewImage,
            "OLD_IMAGE" => View::OldImage,
            _ => View::NewAndOldImages,
        }
    }
}

/// The event of a batch of changes of a table's stream.
pub fn event(stream_arn: &str, records: &[Record]) -> Value {
    let records: Vec<_> = records
        .iter()
        .map(|record| shown(stream_arn, record))
        .collect();
    json!({ "Records": records })
}

fn shown(stream_arn: &str, record: &Record) -> Value {
    let name = match &record.change {
        Change::Insert { .. } => "INSERT",
        Change::Modify { .. } => "MODIFY",
        Change::Remove { .. } => "REMOVE",
    };
    let (new, old) = record.change.images();
    let view = record.view;
    let new = new.filter(|_| matches!(view, View::NewImage | View::NewAndOldImages));
    let old = old.filter(|_| matches!(view, View::OldImage | View::NewAndOldImages));
    let size: usize = [Some(&record.keys), new, old]
        .into_iter()
        .flatten()
        .map(size)
        .sum();
    let mut change = json!({
        "ApproximateCreationDateTime": record.created_unix_seconds,
        "Keys": record.keys,
        "SequenceNumber": record.sequence_number,
        "SizeBytes": size,
        "StreamViewType": view.name(),
    });
    if let Some(new) = new {
        change["NewImage"] = json!(new);
    }
    if let Some(old) = old {
        change["OldImage"] = json!(old);
    }
    let mut shown = json!({
        "eventID": record.id,
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region_of(stream_arn),
        "dynamodb": change,
        "eventSourceARN": stream_arn,
    });
    if record.expired {
        shown["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    }
    shown
}

/// An item's size in bytes.
pub fn item_size(item: &Item) -> usize {
    size(item)
}

/// An item's size in bytes: names and values. DynamoDB developer guide, "DynamoDB item sizes and
/// formats"; a number has about a byte for two digits and one more.
fn size(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + value_size(value))
        .sum()
}

fn value_size(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|it| it.iter().next()) else {
        return 0;
    };
    let number = |value: &Value| {
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        value
            .as_str()
            .map_or(0, |text| digits(text).div_ceil(2) + 1)
    };
    let bytes = |value: &Value| value.as_str().map_or(0, |text| text.len() / 4 * 3);
    let text = |value: &Value| value.as_str().map_or(0, str::len);
    let each = |size: &dyn Fn(&Value) -> usize| {
        value
            .as_array()
            .map_or(0, |list| list.iter().map(size).sum())
    };
    match kind.as_str() {
        "S" => text(value),
        "N" => number(value),
        "B" => bytes(value),
        "SS" => each(&text),
        "NS" => each(&number),
        "BS" => each(&bytes),
        "BOOL" | "NULL" => 1,
        // Three bytes, and one for each element.
        "L" => 3 + each(&|value| 1 + value_size(value)),
        "M" => {
            let members = value.as_object();
            3 + members.map_or(0, |map| map.len() + size(map))
        }
        _ => 0,
    }
}

/// Whether it is an item: each attribute has one type, and a value that fits it.
pub fn is_item(item: &Item) -> bool {
    item.values().all(is_attribute)
}

fn is_attribute(value: &Value) -> bool {
    let Some(object) = value.as_object().filter(|object| object.len() == 1) else {
        return false;
    };
    object.iter().all(|(kind, value)| {
        let number = |value: &Value| value.as_str().is_some_and(is_number);
        let base64 = |value: &Value| {
            let text = value.as_str();
            text.is_some_and(|text| super::super::encoding::from_base64(text).is_some())
        };
        let each = |valid: &dyn Fn(&Value) -> bool| {
            value.as_array().is_some_and(|list| list.iter().all(valid))
        };
        match kind.as_str() {
            "S" => value.is_string(),
            "N" => number(value),
            "B" => base64(value),
            "SS" => each(&Value::is_string),
            "NS" => each(&number),
            "BS" => each(&base64),
            "BOOL" => value.is_boolean(),
            "NULL" => value == &Value::Bool(true),
            "L" => each(&is_attribute),
            "M" => value.as_object().is_some_and(is_item),
            _ => false,
        }
    })
}

/// A decimal number, perhaps with a fraction and an exponent.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let unsigned = |text: &str| text.strip_prefix(['-', '+']).unwrap_or(text).to_owned();
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(unsigned(exponent))),
        None => (text, None),
    };
    let number = unsigned(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, "0"));
    let parts = match (whole, fraction) {
        ("", fraction) => digits(fraction) && number.starts_with('.'),
        (whole, "") => digits(whole),
        (whole, fraction) => digits(whole) && digits(fraction),
    };
    parts && exponent.is_none_or(|exponent| digits(&exponent))
}

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("table", "Table", "orders"),
    field(
        "eventName",
        "What happened",
        FieldKind::Choice(&["INSERT", "MODIFY", "REMOVE"]),
        "INSERT",
    ),
    field(
        "keys",
        "Keys",
        FieldKind::JsonObject,
        "{\"orderId\": {\"N\": \"1001\"}}",
    ),
    field(
        "newImage",
        "Item after the change",
        FieldKind::JsonObject,
        "{\"orderId\": {\"N\": \"1001\"}, \"item\": {\"S\": \"tea\"}}",
    ),
    field(
        "oldImage",
        "Item before the change",
        FieldKind::JsonObject,
        "{\"orderId\": {\"N\": \"1001\"}, \"item\": {\"S\": \"coffee\"}}",
    ),
    field(
        "view",
        "The stream holds",
        FieldKind::Choice(VIEWS),
        "NEW_AND_OLD_IMAGES",
    ),
    field(
        "expired",
        "Its time to live was over",
        FieldKind::Flag,
        "false",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let item = |name: &'static str| {
        let item = form.object(name);
        let wanted = "an item in DynamoDB's JSON, as in {\"id\": {\"S\": \"a\"}}";
        match is_item(&item) {
            true => Ok(item),
            false => Err(FieldError::new(name, FieldProblem::NotThisJson(wanted))),
        }
    };
    let keys = item("keys")?;
    if keys.is_empty() {
        return Err(FieldError::new("keys", FieldProblem::Empty));
    }
    let (new, old) = (item("newImage")?, item("oldImage")?);
    let change = match form.get("eventName") {
        "INSERT" => Change::Insert { new },
        "MODIFY" => Change::Modify { new, old },
        _ => Change::Remove { old },
    };
    let expired = form.flag("expired");
    if expired && !matches!(change, Change::Remove { .. }) {
        let wanted = "false: only a REMOVE is because of a time to live";
        return Err(FieldError::new("expired", FieldProblem::Not(wanted)));
    }
    let label = context.iso_millis().replace('Z', "");
    let stream = format!("table/{}/stream/{label}", form.get("table"));
    let record = Record {
        id: context.hex("event", 32),
        change,
        keys,
        created_unix_seconds: context.unix_millis / 1_000,
        sequence_number: format!("1{}", context.digits("sequence", 24)),
        view: View::from_name(form.get("view")),
        expired,
    };
    Ok(event(&context.arn("dynamodb", &stream), &[record]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_one_type_for_each_attribute() {
        let valid = |value: Value| value.as_object().is_some_and(is_item);
        assert!(valid(
            json!({"a": {"S": "x"}, "b": {"L": [{"N": "1.5"}, {"M": {}}]}})
        ));
        for bad in [
            json!({"a": "x"}),
            json!({"a": {"S": 1}}),
            json!({"a": {"N": "one"}}),
            json!({"a": {"N": 1}}),
            json!({"a": {"S": "x", "N": "1"}}),
            json!({"a": {"X": "x"}}),
            json!({"a": {"B": "no base64!"}}),
            json!({"a": {"NULL": false}}),
            json!({"a": {"L": [1]}}),
        ] {
            assert!(!valid(bad.clone()), "{bad}");
        }
    }

    #[test]
    fn numbers_are_decimal() {
        for good in ["0", "-1", "+1.5", ".5", "5.", "1e10", "-1.5E-7", "007"] {
            assert!(is_number(good), "{good}");
        }
        for bad in [
            "", ".", "-", "e", "1e", "1.2.3", "one", "inf", "NaN", "--1", "1 ",
        ] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn sizes_count_names_and_values() {
        let item = json!({"id": {"N": "101"}, "text": {"S": "New item!"}});
        // 2 + 3 (two bytes for three digits, and one) + 4 + 9
        assert_eq!(item.as_object().map(size), Some(18));
    }
}
