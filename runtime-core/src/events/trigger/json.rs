//! `json!`, as serde_json has it, made for a page: an object is one call with its fields, where
//! serde_json's own writes the code of each insertion out, several times as much for all the events.

use serde_json::{Map, Value};

/// What can stand in `json!`.
pub(super) trait ToJson {
    /// It as JSON.
    fn to_json(&self) -> Value;
}

impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}

impl ToJson for str {
    fn to_json(&self) -> Value {
        Value::String(self.to_owned())
    }
}

impl ToJson for String {
    fn to_json(&self) -> Value {
        self.as_str().to_json()
    }
}

impl ToJson for Map<String, Value> {
    fn to_json(&self) -> Value {
        Value::Object(self.clone())
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(T::to_json).collect())
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.as_slice().to_json()
    }
}

macro_rules! plain {
    ($($kind:ty)*) => {$(
        impl ToJson for $kind {
            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}

plain!(bool i8 i32 i64 u64 usize f64);

/// An object of these fields; what they hold is taken.
pub(super) fn object(fields: &mut [(&'static str, Value)]) -> Value {
    let fields = fields.iter_mut();
    Value::Object(map(
        fields.map(|(name, value)| ((*name).to_owned(), value.take()))
    ))
}

/// A map of these fields. Collecting them would sort them first, which is much code for a few.
pub(super) fn map(fields: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in fields {
        map.insert(name, value);
    }
    map
}

/// A list of these; what they hold is taken.
pub(super) fn list(values: &mut [Value]) -> Value {
    Value::Array(values.iter_mut().map(Value::take).collect())
}

macro_rules! json {
    // Objects: fields done, and what is left to read.
    (@object [$($done:tt)*]) => {
        $crate::events::trigger::json::object(&mut [$($done)*])
    };
    (@object [$($done:tt)*] $name:literal: null $(, $($rest:tt)*)?) => {
        json!(@object [$($done)* ($name, ::serde_json::Value::Null),] $($($rest)*)?)
    };
    (@object [$($done:tt)*] $name:literal: {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        json!(@object [$($done)* ($name, json!({$($inner)*})),] $($($rest)*)?)
    };
    (@object [$($done:tt)*] $name:literal: [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        json!(@object [$($done)* ($name, json!([$($inner)*])),] $($($rest)*)?)
    };
    (@object [$($done:tt)*] $name:literal: $value:expr $(, $($rest:tt)*)?) => {
        json!(@object [$($done)* ($name, json!($value)),] $($($rest)*)?)
    };
    // Lists in the same way.
    (@list [$($done:tt)*]) => {
        $crate::events::trigger::json::list(&mut [$($done)*])
    };
    (@list [$($done:tt)*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        json!(@list [$($done)* json!({$($inner)*}),] $($($rest)*)?)
    };
    (@list [$($done:tt)*] $value:expr $(, $($rest:tt)*)?) => {
        json!(@list [$($done)* json!($value),] $($($rest)*)?)
    };
    ({$($inner:tt)*}) => { json!(@object [] $($inner)*) };
    ([$($inner:tt)*]) => { json!(@list [] $($inner)*) };
    (null) => { ::serde_json::Value::Null };
    ($value:expr) => { $crate::events::trigger::json::ToJson::to_json(&$value) };
}
pub(super) use json;

#[cfg(test)]
mod tests {
    use serde_json::json as wanted;

    #[test]
    fn it_is_what_serde_json_makes() {
        let (text, none, number) = ("a".to_owned(), None::<&str>, 7u64);
        assert_eq!(
            super::json!({
                "text": text,
                "none": none,
                "null": null,
                "number": number + 1,
                "nested": {"list": [1, {"deep": [text, "b"]}, true], "empty": {}},
                "empty": [],
            }),
            wanted!({
                "text": text,
                "none": none,
                "null": null,
                "number": number + 1,
                "nested": {"list": [1, {"deep": [text, "b"]}, true], "empty": {}},
                "empty": [],
            })
        );
        assert_eq!(super::json!(vec![1.5]), wanted!([1.5]));
    }
}
