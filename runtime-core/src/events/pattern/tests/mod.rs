//! ```text
//! event_bridge  the examples of EventBridge's pages
//! sns           the examples of SNS's pages, and a policy's limits
//! lambda        the examples and tables of Lambda's pages
//! errors        what is refused, where, and that every fault has a remedy
//! properties    agreement with an evaluator that goes about it in another way
//! ```

mod errors;
mod event_bridge;
mod lambda;
mod properties;
mod sns;

use super::{Dialect, Pattern};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn parsed(text: &str, dialect: Dialect) -> Pattern {
    Pattern::parse(text, dialect).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Also checks that what does not match is explained, and what matches is not.
fn matches(pattern: &str, dialect: Dialect, event: &str) -> bool {
    let pattern = parsed(pattern, dialect);
    let event = json(event);
    let matches = pattern.matches(&event);
    assert_eq!(pattern.explain(&event).is_none(), matches);
    matches
}
