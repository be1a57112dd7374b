//! What importing a template would change in a session.
//!
//! ```text
//! corpus/    a template for each group of resource types, every one of its kinds
//! session    names and ids of what is there, streams, sources, aliases
//! code       where functions' code comes from
//! kinds      everything that templates can have comes to something, or is said to be left out
//! ```
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod code;
mod kinds;
mod session;

use runtime_core::change_set::{ChangeSet, Order, Remark, change_set};

/// What a template would change in an empty session.
fn changed(template: &str) -> ChangeSet {
    changed_by(&Order {
        template: template.as_bytes().to_vec(),
        ..Order::default()
    })
}

fn changed_by(order: &Order) -> ChangeSet {
    change_set(order).unwrap()
}

/// A template with these lines below `Resources`.
fn sam(resources: &str) -> String {
    format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}")
}

fn said(remark: &Remark) -> String {
    let Remark {
        line,
        kind,
        about,
        message,
        ..
    } = remark;
    format!("line {line}: {} {about}: {message}", kind.name())
}
