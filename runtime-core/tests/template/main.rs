//! Templates of SAM and CloudFormation.
//!
//! ```text
//! corpus/     templates as people write them, and beside each what is read from it
//! corpus      the templates of that folder; nothing of them gets lost; damaged ones say so
//! functions   what intrinsic functions, parameters and conditions come to
//! documents   what is no template, and where
//! export/     sessions as templates; exported/: some of them
//! ```
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod corpus;
mod documents;
mod export;
mod functions;

use runtime_core::template::{Imported, Inputs, import};

/// Reads a template that is given nothing.
fn read(text: &str) -> Imported {
    import(text.as_bytes(), &Inputs::default()).unwrap()
}

/// What is said of a template, a line each.
fn said(imported: &Imported) -> Vec<String> {
    imported.notices.iter().map(ToString::to_string).collect()
}
