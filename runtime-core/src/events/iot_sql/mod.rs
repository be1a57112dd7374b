//! The SQL of AWS IoT rules: a subset.
//!
//! ```text
//! token       text to words
//! parse, expression   words to statement
//! tree        a parsed statement
//! topic       topic filters
//! value       values and their conversions
//! functions   what runs here, and the names of what does not
//! evaluate    what a statement makes of a message
//! error       why a statement is refused, and where
//! ```
//!
//! In the subset (AWS IoT Core, "AWS IoT SQL reference", version 2016-03-23):
//!
//! - `SELECT` with `*`, fields, fields of fields, expressions with `AS` (also `AS a.b`), and object
//!   literals, whose fields become the output's; `SELECT VALUE`.
//! - `FROM 'topic/filter'` with `+` and `#`.
//! - `WHERE`: the output is only there if the condition is true.
//! - Literals: numbers, text in single or double quotes, `true`, `false`, `null`, arrays, objects.
//! - `+ - * / %`, `= <> < <= > >=`, `AND`, `OR`, `NOT`, `IN`, `CASE value WHEN ... END`,
//!   `cast(value AS type)`, with AWS's conversions and its `Undefined`.
//! - The functions `abs`, `ceil`, `clientid`, `concat`, `endswith`, `floor`, `get`, `indexof`,
//!   `isNull`, `isUndefined`, `length`, `lower`, `lpad`, `ltrim`, `mod`, `nanvl`, `numbytes`,
//!   `remainder`, `replace`, `round`, `rpad`, `rtrim`, `sign`, `sqrt`, `startswith`, `substring`,
//!   `timestamp`, `topic`, `trim`, `trunc`, `upper`.
//!
//! Not in the subset, each refused with an error that names it: `SET`, queries in queries,
//! `EXISTS`, `CASE` without a value, `[...]` after an expression, `*` within an expression
//! (and with it messages that are not JSON), a missing `FROM` (Basic Ingest), an expression in
//! `SELECT` without `AS`, and all other functions: those that ask other services, are random, hash,
//! encode, match regular expressions, format times, or are transcendental.
//!
//! Numbers are 64-bit integers and doubles, where AWS has 34 digits.

mod error;
mod evaluate;
mod expression;
mod functions;
mod parse;
#[cfg(test)]
mod tests;
mod token;
mod topic;
mod tree;
mod value;

pub use error::{SqlError, SqlFault};

use serde_json::Value;

/// The SQL statement of an AWS IoT rule.
#[derive(Clone, Debug, PartialEq)]
pub struct IotRule {
    statement: tree::Statement,
}

/// A message that was published, as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The topic, without wildcards.
    pub topic: &'a str,
    /// The message itself.
    pub payload: &'a Value,
    /// Who published it; `None` if it did not come over MQTT.
    pub client_id: Option<&'a str>,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub timestamp_millis: i64,
}

impl IotRule {
    /// Reads a statement.
    ///
    /// # Errors
    ///
    /// The first fault, with its place: also for what AWS has and the subset has not.
    pub fn parse(sql: &str) -> Result<IotRule, SqlError> {
        let statement = parse::parse(sql)?;
        Ok(IotRule { statement })
    }

    /// Whether messages on the topic activate the rule.
    pub fn listens_to(&self, topic: &str) -> bool {
        self.statement.from.matches(topic)
    }

    /// What the rule's actions get of a message: a Lambda function gets just this as its event.
    /// `None` if the rule does not listen to the topic, or its condition is not true.
    pub fn output(&self, message: &Message<'_>) -> Option<Value> {
        match self.listens_to(message.topic) {
            true => evaluate::output(&self.statement, message),
            false => None,
        }
    }
}
