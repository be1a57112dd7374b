//! What triggers say: the events that they make, and what they expect back.
//!
//! ```text
//! gaps      texts that are known in pieces
//! place     a place in a text that a person wrote: where an error is
//! pattern   which events are wanted: EventBridge patterns, SNS filter policies, filter criteria
//! schedule  when something is due: cron, rate and at expressions
//! json_path   a part of an event, as a rule's target names it
//! input_template  what a rule's target gets that a template makes of the event
//! log_filter  which log events are wanted: CloudWatch Logs filter patterns
//! iot_sql   what an AWS IoT rule makes of a message
//! difference  what is different between two events, or two responses
//! trigger   kinds of triggers, the shapes of their events, what they do with a response
//! ```

pub mod difference;
mod gaps;
pub mod input_template;
pub mod iot_sql;
pub mod json_path;
pub mod log_filter;
pub mod pattern;
pub mod place;
pub mod schedule;
pub mod trigger;
