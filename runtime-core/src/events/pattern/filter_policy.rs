//! A subscription's filter policy (SNS, "Amazon SNS subscription filter policies").

use super::{Dialect, Mismatch, Pattern, PatternError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a filter policy looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FilterPolicyScope {
    /// The message's attributes. This is SNS's default.
    #[default]
    MessageAttributes,
    /// The message's body, which must be JSON.
    MessageBody,
}

/// A message attribute's type and value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageAttribute {
    /// `String`
    String(String),
    /// `String.Array`: JSON with strings, numbers, booleans and nulls.
    StringArray(String),
    /// `Number`, as it is spelled.
    Number(String),
    /// `Binary`. Filter policies do not see it.
    Binary,
}

/// A subscription's filter policy.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPolicy {
    scope: FilterPolicyScope,
    pattern: Pattern,
    /// `{}`, which accepts every message.
    empty: bool,
}

impl FilterPolicy {
    /// Reads a filter policy and checks it as SNS does.
    ///
    /// # Errors
    ///
    /// The first fault, with its place.
    pub fn parse(text: &str, scope: FilterPolicyScope) -> Result<FilterPolicy, PatternError> {
        let dialect = match scope {
            FilterPolicyScope::MessageAttributes => Dialect::SnsAttributes,
            FilterPolicyScope::MessageBody => Dialect::SnsBody,
        };
        let pattern = Pattern::parse(text, dialect)?;
        let empty = pattern.fields.clauses.is_empty();
        Ok(FilterPolicy {
            scope,
            pattern,
            empty,
        })
    }

    /// Whether the subscription gets the message.
    pub fn matches(&self, body: &str, attributes: &BTreeMap<String, MessageAttribute>) -> bool {
        self.empty
            || self
                .seen(body, attributes)
                .is_some_and(|message| self.pattern.matches(&message))
    }

    /// The first key that does not match; `None` if the subscription gets the message. A body
    /// that is not JSON, and a message without attributes, miss the policy's first key.
    pub fn explain(
        &self,
        body: &str,
        attributes: &BTreeMap<String, MessageAttribute>,
    ) -> Option<Mismatch> {
        if self.matches(body, attributes) {
            return None;
        }
        let message = self.seen(body, attributes).unwrap_or(Value::Null);
        let mismatch = self.pattern.explain(&message);
        Some(mismatch.unwrap_or_else(Mismatch::nothing_to_look_at))
    }

    /// What the policy looks at, if there is anything. Without attributes not even
    /// `"exists": false` matches ("Key matching").
    fn seen(&self, body: &str, attributes: &BTreeMap<String, MessageAttribute>) -> Option<Value> {
        match self.scope {
            FilterPolicyScope::MessageBody => serde_json::from_str(body)
                .ok()
                .filter(|body| matches!(body, Value::Object(_) | Value::Array(_))),
            FilterPolicyScope::MessageAttributes => {
                let seen: Map<String, Value> = attributes
                    .iter()
                    .filter_map(|(name, attribute)| Some((name.clone(), attribute.value()?)))
                    .collect();
                (!seen.is_empty()).then_some(Value::Object(seen))
            }
        }
    }
}

impl MessageAttribute {
    fn value(&self) -> Option<Value> {
        match self {
            MessageAttribute::String(text) => Some(Value::String(text.clone())),
            MessageAttribute::Number(text) => {
                let number = text.parse().map(Value::Number);
                Some(number.unwrap_or_else(|_| Value::String(text.clone())))
            }
            MessageAttribute::StringArray(text) => match serde_json::from_str(text) {
                Ok(Value::Array(elements)) => Some(Value::Array(elements)),
                _ => Some(Value::String(text.clone())),
            },
            MessageAttribute::Binary => None,
        }
    }
}
