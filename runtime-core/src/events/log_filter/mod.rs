//! Filter patterns of CloudWatch Logs: which log events a subscription filter tells of. A subset.
//!
//! ```text
//! cursor   a text, and how far it is read
//! terms    ERROR -"timed out": what a message contains
//! json     { $.level = "error" && $.took > 3 }: what a message says that is JSON
//! fields   [level=ERROR, ..., took > 3]: the words of a message
//! compare  operators and values that both have
//! error    why a pattern is refused, and where
//! ```
//!
//! CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter
//! log events, and Live Tail" (2026). Not in the subset, and refused: regular expressions (`%...%`).
//!
//! Model choices, where that page is silent: a term is found inside of words as well; in JSON a text in
//! quotes equals no number, and a field that is not there is neither equal nor unequal; the words of a
//! message are divided by any white space, one `...` stands for words, and without it the last field
//! has all that is left.

mod compare;
mod cursor;
mod error;
mod fields;
mod json;
mod terms;
#[cfg(test)]
mod tests;

pub use error::{LogFilterError, LogFilterFault};

use cursor::Cursor;

/// The longest pattern, in characters (CloudWatch Logs API reference, PutSubscriptionFilter).
const LONGEST: usize = 1_024;

/// Which log events are told of.
#[derive(Clone, Debug, PartialEq)]
pub struct LogFilter(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Everything,
    Terms(terms::Terms),
    Json(json::Expression),
    Fields(fields::Fields),
}

impl LogFilter {
    /// Reads a pattern; an empty one matches everything.
    ///
    /// # Errors
    ///
    /// The first fault, with its place: also for what AWS has and the subset has not.
    pub fn parse(text: &str) -> Result<LogFilter, LogFilterError> {
        let refused = |(at, fault)| LogFilterError::new(text, at, fault);
        if let Some((at, _)) = text.char_indices().nth(LONGEST) {
            return Err(refused((at, LogFilterFault::TooLong { limit: LONGEST })));
        }
        let mut cursor = Cursor::new(text);
        cursor.skip_spaces();
        let kind = match cursor.peek() {
            None => Ok(Kind::Everything),
            Some('{') => json::parse(&mut cursor).map(Kind::Json),
            Some('[') => fields::parse(&mut cursor).map(Kind::Fields),
            Some(_) => terms::parse(&mut cursor).map(Kind::Terms),
        };
        let kind = kind.map_err(refused)?;
        cursor.skip_spaces();
        match cursor.peek() {
            None => Ok(LogFilter(kind)),
            Some(_) => Err(refused((cursor.at(), LogFilterFault::AfterEnd))),
        }
    }

    /// Whether a log event's message matches.
    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Kind::Everything => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::Json(expression) => expression.matches(message),
            Kind::Fields(fields) => fields.matches(message),
        }
    }
}
