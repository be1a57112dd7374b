//! What a value may be, as data.

use super::{ShapeError, ShapeProblem};
use crate::events::trigger::encoding::from_base64;
use serde_json::Value;

/// What a value may be.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// A text that is not empty.
    Filled,
    /// This text.
    Is(&'static str),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A text that begins so.
    Begins(&'static str),
    /// A text of decimal digits.
    Digits,
    /// A text in base64.
    Base64,
    /// A text that is JSON.
    Json,
    /// A text like `2026-11-24T12:00:00Z`, with or without a fraction.
    Iso,
    /// A whole number that is not negative.
    Whole,
    /// A number that is not negative.
    Number,
    /// `true` or `false`.
    Flag,
    /// A DynamoDB item.
    Item,
    /// `null`, or this.
    OrNull(&'static Rule),
    /// A list of these.
    List(&'static Rule),
    /// A list of these that is not empty.
    Batch(&'static Rule),
    /// An object with any names and these values.
    Map(&'static Rule),
    /// An object with these fields; others are let pass.
    Object(&'static [Member]),
}

/// A field of an object.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) rule: Rule,
    pub(super) needed: bool,
}

/// A field that must be there.
pub(super) const fn must(name: &'static str, rule: Rule) -> Member {
    Member {
        name,
        rule,
        needed: true,
    }
}

/// A field that may be there.
pub(super) const fn may(name: &'static str, rule: Rule) -> Member {
    Member {
        name,
        rule,
        needed: false,
    }
}

impl Rule {
    fn wanted(&self) -> String {
        match self {
            Rule::Any => "anything".to_owned(),
            Rule::Text => "a text".to_owned(),
            Rule::Filled => "a text that is not empty".to_owned(),
            Rule::Is(text) => format!("\"{text}\""),
            Rule::OneOf(texts) => format!("one of {}", texts.join(", ")),
            Rule::Begins(text) => format!("a text that begins with \"{text}\""),
            Rule::Digits => "a text of digits".to_owned(),
            Rule::Base64 => "a text in base64".to_owned(),
            Rule::Json => "a text that is JSON".to_owned(),
            Rule::Iso => "a time like 2026-11-24T12:00:00Z".to_owned(),
            Rule::Whole => "a whole number".to_owned(),
            Rule::Number => "a number".to_owned(),
            Rule::Flag => "true or false".to_owned(),
            Rule::Item => "an item in DynamoDB's JSON, as in {\"id\": {\"S\": \"a\"}}".to_owned(),
            Rule::OrNull(rule) => format!("{} or null", rule.wanted()),
            Rule::List(_) => "a list".to_owned(),
            Rule::Batch(_) => "a list that is not empty".to_owned(),
            Rule::Map(_) | Rule::Object(_) => "an object".to_owned(),
        }
    }

    /// Whether a value without parts is so; what has parts is walked.
    fn holds(&self, value: &Value) -> bool {
        let text = |valid: &dyn Fn(&str) -> bool| value.as_str().is_some_and(valid);
        match self {
            Rule::Any => true,
            Rule::Text => value.is_string(),
            Rule::Filled => text(&|it| !it.is_empty()),
            Rule::Is(wanted) => text(&|it| it == *wanted),
            Rule::OneOf(choices) => text(&|it| choices.contains(&it)),
            Rule::Begins(start) => text(&|it| it.starts_with(start)),
            Rule::Digits => {
                text(&|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
            }
            Rule::Base64 => text(&|it| from_base64(it).is_some()),
            Rule::Json => text(&|it| serde_json::from_str::<Value>(it).is_ok()),
            Rule::Iso => text(&is_iso),
            Rule::Whole => value.is_u64(),
            Rule::Number => value.as_f64().is_some_and(|number| number >= 0.0),
            Rule::Flag => value.is_boolean(),
            Rule::Item => value
                .as_object()
                .is_some_and(crate::events::trigger::source::dynamodb::is_item),
            Rule::OrNull(rule) => value.is_null() || rule.holds(value),
            Rule::List(_) => value.is_array(),
            Rule::Batch(_) => value.as_array().is_some_and(|list| !list.is_empty()),
            Rule::Map(_) | Rule::Object(_) => value.is_object(),
        }
    }
}

/// `YYYY-MM-DDTHH:MM:SS`, perhaps a fraction, and `Z`.
fn is_iso(text: &str) -> bool {
    const FORM: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    let Some((whole, rest)) = bytes.split_at_checked(FORM.len()) else {
        return false;
    };
    let fits = whole.iter().zip(FORM).all(|(byte, form)| match form {
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    });
    let rest = match rest {
        [b'.', digits @ .., b'Z'] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        rest => rest == b"Z",
    };
    fits && rest
}

/// What a value is, for a message.
pub(super) fn found(value: &Value) -> String {
    const MOST: usize = 40;
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().count() > MOST => {
            let start: String = text.chars().take(MOST).collect();
            format!("\"{start}...\"")
        }
        Value::String(text) => format!("\"{text}\""),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Finds the first mistake.
pub(super) fn walk(value: &Value, rule: &Rule, path: &str) -> Result<(), ShapeError> {
    if !rule.holds(value) {
        // Inside of what may be null as well, the parts say more than the whole.
        if let (Rule::OrNull(rule), true) = (rule, value.is_object() || value.is_array()) {
            return walk(value, rule, path);
        }
        let problem = ShapeProblem::Not {
            wanted: rule.wanted(),
            found: found(value),
        };
        return Err(ShapeError::new(path, problem));
    }
    match (rule, value) {
        (Rule::OrNull(_), Value::Null) => Ok(()),
        (Rule::OrNull(rule), value) => walk(value, rule, path),
        (Rule::List(rule) | Rule::Batch(rule), Value::Array(list)) => list
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| walk(value, rule, &format!("{path}[{index}]"))),
        (Rule::Map(rule), Value::Object(map)) => map
            .iter()
            .try_for_each(|(name, value)| walk(value, rule, &below(path, name))),
        (Rule::Object(members), Value::Object(map)) => members.iter().try_for_each(|member| {
            let path = below(path, member.name);
            match map.get(member.name) {
                Some(value) => walk(value, &member.rule, &path),
                None if member.needed => Err(ShapeError::new(path, ShapeProblem::Missing)),
                None => Ok(()),
            }
        }),
        _ => Ok(()),
    }
}

/// `path.name`.
pub(super) fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_in_utc() {
        for (text, wanted) in [
            ("2026-11-24T12:00:00Z", true),
            ("2026-11-24T12:00:00.123Z", true),
            ("2026-11-24T12:00:00.Z", false),
            ("2026-11-24T12:00:00+01:00", false),
            ("2026-11-24", false),
            ("", false),
            ("2026-11-24T12:00:0ü", false),
        ] {
            assert_eq!(is_iso(text), wanted, "{text}");
        }
    }
}
