//! A form for a file that describes a service: what its text says, field by field, and the same text with another
//! value. The text stays what is true: whatever a field does not stand for is left as it is written.
//!
//! ```text
//! mod       what is asked and what is said: texts and fields between the page and its worker
//! field     Field: what may be in it, its default
//! place     where a field stands, and how its value is written (feature `scenarios`)
//! load      points of a load: fewer, rounded, as text
//! measured  what was measured of a function
//! times     such times as a field has them (feature `scenarios`)
//! document  a text by its keys; values replaced, added and left out (feature `scenarios`)
//! add       where something goes that is not written yet (feature `scenarios`)
//! read      text -> form (feature `scenarios`)
//! change    text, changes -> text (feature `scenarios`)
//! ```

#[cfg(feature = "scenarios")]
mod add;
#[cfg(feature = "scenarios")]
mod change;
#[cfg(feature = "scenarios")]
mod document;
mod field;
mod load;
mod measured;
#[cfg(feature = "scenarios")]
mod place;
#[cfg(feature = "scenarios")]
mod read;
#[cfg(test)]
#[cfg(feature = "scenarios")]
mod tests;
#[cfg(feature = "scenarios")]
mod times;

#[cfg(feature = "scenarios")]
pub use change::{ChangeError, changed};
pub use field::{Field, FieldKind, MOST_POLICIES, PolicyField};
pub use load::{LoadPoint, ServiceLoad, drawn_as_text, recorded_as_text, simplified};
pub use measured::Measured;
#[cfg(feature = "scenarios")]
pub use read::read_form;

use super::sweep::SweepOrder;
use super::watched::{Refusal, RunOrder, SideOrder};
use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the simulation worker is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SimulationOrder {
    /// To run a scenario; answered with [`RunNews`](super::RunNews).
    Run(RunOrder),
    /// To read or to change a text; answered with [`FormNews`].
    Form(FormOrder),
    /// To run a part of a sweep; answered with [`SweepNews`](super::SweepNews).
    Sweep(SweepOrder),
    /// To run one side of two; answered with [`SideNews`](super::SideNews).
    Side(SideOrder),
}

/// A text that is to be read, and what is to be changed in it before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormOrder {
    /// A file's text.
    pub text: String,
    /// One after the other.
    pub changes: Vec<FormChange>,
}

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FormChange {
    /// A field gets a value; with an empty one it is left out, so that the default holds.
    Set(Field, String),
    /// One more target tracking policy.
    AddPolicy,
    /// A policy is left out: which, from 0.
    RemovePolicy(usize),
    /// Requests come at these rates, with straight lines between them.
    Load(Vec<LoadPoint>),
    /// Requests come as they did at these moments.
    Record(Vec<Span>),
    /// A function takes as long as it did in the session.
    Measured(Box<Measured>),
}

/// What a text says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormNews {
    /// It, with the changes; as it was, if one of them was refused.
    pub text: String,
    /// Why a change was not made.
    pub wrong: Option<Refusal>,
    /// What is in it.
    pub form: FormState,
    /// Why it cannot be run as it is.
    pub refusal: Option<Refusal>,
}

/// What a form can show of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FormState {
    /// Nothing: it is no TOML.
    NoToml,
    /// Nothing: it describes no service.
    NoService,
    /// A service.
    Service(Box<ServiceForm>),
}

/// A service as its text has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceForm {
    /// What is written of fields; the default holds for those that are not here.
    pub values: BTreeMap<Field, String>,
    /// Its policies: whether each of them tracks a target. Others have fields of their own, in the text only.
    pub tracking: Vec<bool>,
    /// Whether it works off a queue.
    pub queue: bool,
    /// How many requests come, if that can be read.
    pub load: Option<ServiceLoad>,
}

impl ServiceForm {
    /// What holds for a field: what is written, or its default; empty if there is neither.
    pub fn value(&self, field: Field) -> &str {
        let written = self.values.get(&field).map(String::as_str);
        written.or(field.default()).unwrap_or_default()
    }
}
