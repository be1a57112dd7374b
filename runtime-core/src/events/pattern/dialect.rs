//! Whose pattern it is: what the services have in common and what not.

use super::number::Precision;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose pattern it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dialect {
    /// A rule's event pattern (EventBridge, "Comparison operators for use in event patterns").
    EventBridge,
    /// A subscription's filter policy on message attributes (SNS, "Filter policy constraints").
    SnsAttributes,
    /// A subscription's filter policy on the message's body.
    SnsBody,
    /// A filter of an event source mapping (Lambda, "Control which events Lambda sends to your
    /// function").
    Lambda,
}

/// An operator of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operator {
    /// `{"prefix": "a"}`
    Prefix,
    /// `{"prefix": {"equals-ignore-case": "a"}}`
    PrefixIgnoreCase,
    /// `{"suffix": "a"}`
    Suffix,
    /// `{"suffix": {"equals-ignore-case": "a"}}`
    SuffixIgnoreCase,
    /// `{"equals-ignore-case": "a"}`
    EqualsIgnoreCase,
    /// `{"wildcard": "a*"}`
    Wildcard,
    /// `{"numeric": [">", 0]}`
    Numeric,
    /// `{"cidr": "10.0.0.0/24"}`
    Cidr,
    /// `{"exists": true}`
    Exists,
    /// `{"anything-but": ["a", "b"]}`
    AnythingBut,
    /// `{"anything-but": {"prefix": "a"}}`
    AnythingButPrefix,
    /// `{"anything-but": {"suffix": "a"}}`
    AnythingButSuffix,
    /// `{"anything-but": {"equals-ignore-case": "a"}}`
    AnythingButIgnoreCase,
    /// `{"anything-but": {"wildcard": "a*"}}`
    AnythingButWildcard,
}

use Operator::*;

/// "Comparison operators for use in event patterns in Amazon EventBridge".
const EVENT_BRIDGE: &[Operator] = &[
    Prefix,
    PrefixIgnoreCase,
    Suffix,
    SuffixIgnoreCase,
    EqualsIgnoreCase,
    Wildcard,
    Numeric,
    Cidr,
    Exists,
    AnythingBut,
    AnythingButPrefix,
    AnythingButSuffix,
    AnythingButIgnoreCase,
    AnythingButWildcard,
];

/// "String value matching", "Numeric value matching" and "Key matching".
const SNS: &[Operator] = &[
    Prefix,
    Suffix,
    EqualsIgnoreCase,
    Wildcard,
    Numeric,
    Cidr,
    Exists,
    AnythingBut,
    AnythingButPrefix,
    AnythingButSuffix,
    AnythingButWildcard,
];

/// The table of "Control which events Lambda sends to your function".
const LAMBDA: &[Operator] = &[
    Prefix,
    Suffix,
    EqualsIgnoreCase,
    Numeric,
    Exists,
    AnythingBut,
];

impl Dialect {
    fn list(self) -> &'static [Operator] {
        match self {
            Dialect::EventBridge => EVENT_BRIDGE,
            Dialect::SnsAttributes | Dialect::SnsBody => SNS,
            Dialect::Lambda => LAMBDA,
        }
    }

    pub(super) fn has(self, operator: Operator) -> bool {
        self.list().contains(&operator)
    }

    /// Its operators, for a sentence.
    pub(super) fn operators(self) -> String {
        let names: Vec<_> = self.list().iter().map(ToString::to_string).collect();
        format!("{} and $or", names.join(", "))
    }

    pub(super) fn is_sns(self) -> bool {
        matches!(self, Dialect::SnsAttributes | Dialect::SnsBody)
    }

    pub(super) fn precision(self) -> Precision {
        match self {
            Dialect::SnsAttributes | Dialect::SnsBody => Precision::FiveDecimals,
            Dialect::EventBridge | Dialect::Lambda => Precision::Double,
        }
    }

    /// Which numbers can be compared.
    pub(super) fn numbers(self) -> &'static str {
        match self.precision() {
            Precision::Double => {
                "Use a number from -9007199254740992 to 9007199254740992 with at most 15 digits."
            }
            Precision::FiveDecimals => {
                "Use a number from -1000000000 to 1000000000; five digits after the point count."
            }
        }
    }
}

impl Operator {
    /// All names, for a sentence.
    pub(super) fn names() -> &'static str {
        "prefix, suffix, equals-ignore-case, wildcard, numeric, cidr, exists and anything-but"
    }

    /// What an operator compares with.
    pub(super) fn operand(self) -> &'static str {
        match self {
            Prefix | Suffix => "Give it text, or {\"equals-ignore-case\": \"...\"} to ignore case.",
            PrefixIgnoreCase | SuffixIgnoreCase | EqualsIgnoreCase => {
                "Give it text in double quotes."
            }
            Wildcard => "Give it text with asterisks, in double quotes.",
            Numeric => "Give it a list of a comparison and a number: [\"<\", 10].",
            Cidr => "Give it a range of addresses as text: \"10.0.0.0/24\".",
            Exists => "Give it true or false.",
            AnythingBut => {
                "Give it text, a number, a list of either, or an operator on text such as {\"prefix\": \"a\"}."
            }
            AnythingButPrefix | AnythingButSuffix | AnythingButIgnoreCase | AnythingButWildcard => {
                "Give it text, or a list of texts."
            }
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dialect::EventBridge => "an EventBridge pattern",
            Dialect::SnsAttributes | Dialect::SnsBody => "an SNS filter policy",
            Dialect::Lambda => "a Lambda event filter",
        })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Prefix => "prefix",
            PrefixIgnoreCase => "prefix with equals-ignore-case",
            Suffix => "suffix",
            SuffixIgnoreCase => "suffix with equals-ignore-case",
            EqualsIgnoreCase => "equals-ignore-case",
            Wildcard => "wildcard",
            Numeric => "numeric",
            Cidr => "cidr",
            Exists => "exists",
            AnythingBut => "anything-but",
            AnythingButPrefix => "anything-but with prefix",
            AnythingButSuffix => "anything-but with suffix",
            AnythingButIgnoreCase => "anything-but with equals-ignore-case",
            AnythingButWildcard => "anything-but with wildcard",
        })
    }
}
