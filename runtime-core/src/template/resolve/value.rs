//! What is left of a template's part when its functions are carried out.

use super::super::document::At;
use serde_json::{Map, Number, Value as Json};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Resolved {
    pub(crate) at: At,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As it is spelled.
    Number(String),
    Text(String),
    List(Vec<Resolved>),
    Map(Vec<Entry>),
    /// A resource of this template, or something of it.
    Pointer(Pointer),
    /// `AWS::NoValue`: as if the member or element were not there.
    Nothing,
    /// It cannot be known here. Why, to go on from "left out:".
    Unknown(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: At,
    pub(crate) value: Resolved,
}

/// What `Ref` or `GetAtt` of a resource comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pointer {
    pub(crate) logical: String,
    /// `None` for `Ref`.
    pub(crate) attribute: Option<String>,
    /// The text that it is.
    pub(crate) text: String,
}

impl Resolved {
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.value, Value::Nothing)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Resolved> {
        match &self.value {
            Value::Map(entries) => {
                let entry = entries.iter().find(|entry| entry.key == key)?;
                Some(&entry.value)
            }
            _ => None,
        }
    }

    /// A scalar's text.
    pub(crate) fn text(&self) -> Option<&str> {
        self.value.text()
    }

    pub(crate) fn items(&self) -> Option<&[Resolved]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// Every resource that it points at.
    pub(crate) fn pointers(&self, found: &mut Vec<(String, At)>) {
        match &self.value {
            Value::Pointer(pointer) => found.push((pointer.logical.clone(), self.at)),
            Value::List(items) => items.iter().for_each(|item| item.pointers(found)),
            Value::Map(entries) => entries.iter().for_each(|it| it.value.pointers(found)),
            _ => {}
        }
    }

    /// Why a part of it is not known, if one is.
    pub(crate) fn unknown(&self) -> Option<&str> {
        match &self.value {
            Value::Unknown(why) => Some(why),
            Value::List(items) => items.iter().find_map(Resolved::unknown),
            Value::Map(entries) => entries.iter().find_map(|it| it.value.unknown()),
            _ => None,
        }
    }

    /// As JSON, with the texts that pointers are.
    pub(crate) fn json(&self) -> Json {
        match &self.value {
            Value::Null | Value::Nothing | Value::Unknown(_) => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(number) => match serde_json::from_str::<Number>(number) {
                Ok(number) => Json::Number(number),
                Err(_) => Json::String(number.clone()),
            },
            Value::Text(text) => Json::String(text.clone()),
            Value::Pointer(pointer) => Json::String(pointer.text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Resolved::json).collect()),
            Value::Map(entries) => {
                let members = entries.iter();
                let members = members.map(|entry| (entry.key.clone(), entry.value.json()));
                Json::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Pointer(pointer) => Some(&pointer.text),
            _ => None,
        }
    }

    /// What it is, for people.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null | Value::Nothing => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) | Value::Pointer(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Unknown(_) => "not known",
        }
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        16 + match self {
            Value::Number(text) | Value::Text(text) | Value::Unknown(text) => text.len(),
            Value::Pointer(pointer) => pointer.text.len(),
            Value::List(items) => items.iter().map(|item| item.value.bytes()).sum(),
            Value::Map(entries) => {
                let entries = entries.iter();
                entries
                    .map(|it| it.key.len() + it.value.value.bytes())
                    .sum()
            }
            _ => 0,
        }
    }
}
