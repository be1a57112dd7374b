//! What a template is given from outside, and what it asks for.

use super::super::document::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a template is given from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// Values of parameters, by their names.
    pub parameters: BTreeMap<String, String>,
    /// What other stacks export, by the exports' names.
    pub imports: BTreeMap<String, String>,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`, twelve digits.
    pub account: String,
    /// `AWS::StackName`.
    pub stack: String,
}

impl Default for Inputs {
    /// The region of the bills, and the account of AWS's examples.
    fn default() -> Self {
        let context = crate::events::trigger::Context::default();
        Inputs {
            parameters: BTreeMap::new(),
            imports: BTreeMap::new(),
            region: context.region,
            account: context.account,
            stack: "coldstart".to_owned(),
        }
    }
}

/// Something that a template asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Needed {
    /// What it is.
    pub kind: NeededKind,
    /// Its name.
    pub name: String,
    /// Where it is asked for first.
    #[serde(flatten)]
    pub at: At,
}

/// What a template asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NeededKind {
    /// A parameter's value: there is no default.
    Parameter,
    /// What another stack exports (`Fn::ImportValue`).
    Import,
}

impl NeededKind {
    /// As shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            NeededKind::Parameter => "the parameter",
            NeededKind::Import => "the import",
        }
    }
}
