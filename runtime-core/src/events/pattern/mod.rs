//! Which events are wanted: EventBridge patterns, SNS filter policies, filter criteria.
//!
//! ```text
//! dialect          whose pattern it is, and which operators that service has
//! error            why a pattern is refused, and where
//! json             JSON whose parts know their place
//! parse, operators   text to tree; what an operator compares with
//! tree             a parsed pattern; wildcard, cidr and number are its tests
//! limits           how large a pattern may be
//! evaluate         whether an event matches
//! explain          the first field that does not
//! filter_policy    an SNS subscription's policy, on attributes or on the body
//! filter_criteria  an event source mapping's filters, and where a record's data is
//! ```

mod cidr;
mod dialect;
mod error;
mod evaluate;
mod explain;
mod filter_criteria;
mod filter_policy;
mod json;
mod limits;
mod number;
mod operators;
mod parse;
#[cfg(test)]
mod tests;
mod tree;
mod wildcard;

pub use dialect::{Dialect, Operator};
pub use error::{PatternError, PatternFault};
pub use explain::{Mismatch, Reason};
pub use filter_criteria::{
    DEFAULT_FILTERS, FilterCriteria, FilterCriteriaError, FilterSource, RAISED_FILTERS,
};
pub use filter_policy::{FilterPolicy, FilterPolicyScope, MessageAttribute};

use serde_json::Value;

/// A pattern: what an event must be like to be wanted.
///
/// Fields of an object must all match; of a field's listed values any must. Strings match
/// character by character; numbers by their spelling, as far as a parsed event still knows it:
/// `300` is not `300.0`, but `300.0` and `3.0e2` cannot be told apart (EventBridge, "Event pattern
/// syntax"). In SNS filter policies numbers match by value.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    fields: tree::Fields,
}

impl Pattern {
    /// Reads a pattern and checks it as the service does when a rule, a subscription or an event
    /// source mapping is created.
    ///
    /// # Errors
    ///
    /// The first fault, with its place.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Pattern, PatternError> {
        limits::length(text, dialect)?;
        let fields = parse::parse(text, dialect)?;
        limits::size(&fields, dialect).map_err(|fault| PatternError::new(text, 0, fault))?;
        Ok(Pattern { fields })
    }

    /// Whether the event is wanted.
    pub fn matches(&self, event: &Value) -> bool {
        evaluate::matches(&self.fields, event)
    }

    /// The first field that does not match, in the pattern's order; `None` if the event is wanted.
    pub fn explain(&self, event: &Value) -> Option<Mismatch> {
        match self.matches(event) {
            true => None,
            false => explain::explain(&self.fields, event),
        }
    }
}
