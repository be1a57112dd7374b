//! The fields of a request's body, by name and type.

use super::error::ApiError;
use crate::platform::json_error;
use crate::units::OrderedMap;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// A JSON object of a request. A field that is null is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields {
    values: Map<String, Value>,
    /// The path of this object, ending with a dot, or nothing.
    path: String,
}

impl Fields {
    /// Reads a body; one without any bytes has no fields.
    pub(super) fn read(body: &[u8]) -> Result<Fields, ApiError> {
        if body.is_empty() {
            return Ok(Fields::default());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Fields {
                values,
                path: String::new(),
            }),
            Ok(other) => Err(ApiError::content(format_args!(
                "Cannot deserialize the request from {}",
                kind(&other)
            ))),
            Err(error) => Err(ApiError::content(match json_error(body) {
                Some(place) => format!(
                    "{} at line: {}, column: {}",
                    place.message, place.line, place.column
                ),
                // Deeper than what is kept.
                None => error.to_string(),
            })),
        }
    }

    /// Whether a field is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The names of all fields that are there.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name.as_str())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, ApiError> {
        self.typed(name, "String", Value::as_str)
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.typed(name, "Boolean", Value::as_bool)
    }

    pub(super) fn fraction(&self, name: &str) -> Result<Option<f64>, ApiError> {
        self.typed(name, "Double", Value::as_f64)
    }

    /// A whole number in these bounds.
    pub(super) fn number(
        &self,
        name: &str,
        bounds: RangeInclusive<i64>,
    ) -> Result<Option<u32>, ApiError> {
        let Some(value) = self.typed(name, "Integer", Value::as_i64)? else {
            return Ok(None);
        };
        if value < *bounds.start() {
            let must = format!("have value greater than or equal to {}", bounds.start());
            return Err(ApiError::constraint(value, &self.place(name), must));
        }
        if value > *bounds.end() {
            let must = format!("have value less than or equal to {}", bounds.end());
            return Err(ApiError::constraint(value, &self.place(name), must));
        }
        Ok(u32::try_from(value).ok())
    }

    /// A text that is one of these.
    pub(super) fn choice(
        &self,
        name: &str,
        choices: &[&'static str],
    ) -> Result<Option<&'static str>, ApiError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match choices.iter().find(|choice| **choice == text) {
            Some(choice) => Ok(Some(choice)),
            None => Err(ApiError::choice(text, &self.place(name), choices)),
        }
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Fields>, ApiError> {
        let values = self.typed(name, "Object", Value::as_object)?;
        Ok(values.map(|values| Fields {
            values: values.clone(),
            path: format!("{}.", self.place(name)),
        }))
    }

    pub(super) fn objects(&self, name: &str) -> Result<Option<Vec<Fields>>, ApiError> {
        let Some(list) = self.typed(name, "List", Value::as_array)? else {
            return Ok(None);
        };
        let objects = list.iter().enumerate().map(|(index, value)| match value {
            Value::Object(values) => Ok(Fields {
                values: values.clone(),
                path: format!("{}.{}.member.", self.place(name), index + 1),
            }),
            other => Err(wrong_type("Object", other)),
        });
        objects.collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let Some(list) = self.typed(name, "List", Value::as_array)? else {
            return Ok(None);
        };
        let texts = list.iter().map(|value| match value {
            Value::String(text) => Ok(text.clone()),
            other => Err(wrong_type("String", other)),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn map(&self, name: &str) -> Result<Option<OrderedMap<String, String>>, ApiError> {
        let Some(object) = self.typed(name, "Map", Value::as_object)? else {
            return Ok(None);
        };
        let pairs = object.iter().map(|(key, value)| match value {
            Value::String(text) => Ok((key.clone(), text.clone())),
            other => Err(wrong_type("String", other)),
        });
        pairs.collect::<Result<_, _>>().map(Some)
    }

    /// The field, or the error that it must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, ApiError> {
        value.ok_or_else(|| ApiError::missing(&self.place(name)))
    }

    /// How errors name a field.
    pub(super) fn place(&self, name: &str) -> String {
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        let name: String = first.into_iter().chain(letters).collect();
        format!("{}{name}", self.path)
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    fn typed<'a, T>(
        &'a self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        match self.value(name) {
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(wrong_type(wanted, value)),
            },
            None => Ok(None),
        }
    }
}

/// AWS's wording was not seen: this is that of the library whose words its errors about JSON have
/// (model choice).
fn wrong_type(wanted: &str, value: &Value) -> ApiError {
    ApiError::content(format_args!(
        "Cannot deserialize value of type {wanted} from {}",
        kind(value)
    ))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "Boolean value",
        Value::Number(_) => "Number value",
        Value::String(_) => "String value",
        Value::Array(_) => "Array value",
        Value::Object(_) => "Object value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        Fields::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn wrong_types_are_told() {
        let fields =
            fields(r#"{"Timeout": "3", "Name": 1, "List": [1], "Null": null, "Large": 1e30}"#);
        let error = fields.number("Timeout", 1..=900).unwrap_err();
        assert_eq!(error.status, 400);
        assert_eq!(
            error.message,
            "Could not parse request body into json: Cannot deserialize value of type Integer from String value"
        );
        assert!(fields.text("Name").is_err());
        assert!(fields.texts("List").is_err());
        assert!(fields.object("List").is_err());
        assert!(fields.number("Large", 0..=9).is_err());
        assert_eq!(fields.text("Null"), Ok(None));
        assert_eq!(fields.flag("Absent"), Ok(None));
    }

    #[test]
    fn bounds_are_told_in_the_words_of_the_api() {
        let inner = fields(r#"{"EphemeralStorage": {"Size": 511}}"#);
        let inner = inner.object("EphemeralStorage").unwrap().unwrap();
        assert_eq!(
            inner.number("Size", 512..=10_240).unwrap_err().message,
            "1 validation error detected: Value '511' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value greater than or equal to 512"
        );
        assert_eq!(inner.number("Size", 1..=511), Ok(Some(511)));
    }

    #[test]
    fn bodies_that_are_not_json_have_a_place() {
        let error = Fields::read(b"{\"a\": tru}").unwrap_err();
        assert_eq!(error.name, "InvalidRequestContentException");
        assert!(
            error.message.contains("line: 1, column: "),
            "{}",
            error.message
        );
        assert!(Fields::read(b"[]").is_err());
        assert_eq!(Fields::read(b""), Ok(Fields::default()));
    }
}
