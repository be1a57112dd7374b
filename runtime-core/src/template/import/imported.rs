//! What an import gives.

use super::super::log::Notice;
use super::super::model::Stack;
use super::super::resolve::{Needed, Parameter};
use serde::Serialize;

/// An imported template.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// What is in it.
    pub stack: Stack,
    /// Its parameters, for a form.
    pub parameters: Vec<Parameter>,
    /// What it asks for and was not given: what depends on it is left out.
    pub needed: Vec<Needed>,
    /// Everything that was refused, skipped or changed, in the order of the text.
    pub notices: Vec<Notice>,
}
