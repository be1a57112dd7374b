//! An event source mapping's filters (Lambda, "Control which events Lambda sends to your
//! function").

use super::json::{Node, Shape};
use super::tree::{Branch, Clause};
use super::{Dialect, Mismatch, Pattern, PatternError, PatternFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// How many filters an event source mapping has at most.
pub const DEFAULT_FILTERS: usize = 5;
/// How many AWS allows on request.
pub const RAISED_FILTERS: usize = 10;

/// What the filtered records come from: this decides where a record's data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FilterSource {
    /// The data is `body`: JSON or plain text.
    Sqs,
    /// The data is `data`, Base64 in `kinesis.data`: JSON.
    Kinesis,
    /// The data is `dynamodb`, an object.
    DynamoDb,
    /// Amazon MSK and self-managed Kafka: the data is `key` and `value`, Base64: JSON or plain
    /// text.
    Kafka,
    /// ActiveMQ and RabbitMQ: the data is `data`, Base64: JSON or plain text.
    Mq,
}

/// An event source mapping's filters. A record that matches any of them is wanted; without
/// filters every record is.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterCriteria {
    source: FilterSource,
    filters: Vec<Pattern>,
}

/// Why filter criteria are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterCriteriaError {
    /// Which filter, from 0, if it is one's fault; the error's place is then in that filter's
    /// pattern.
    pub filter: Option<usize>,
    /// What is wrong.
    pub error: PatternError,
}

/// What a filter wants of a record's data.
enum Wanted {
    Anything,
    Json,
    Text,
}

impl FilterSource {
    /// The keys of the data in a filter's pattern.
    pub const fn data_keys(self) -> &'static [&'static str] {
        match self {
            FilterSource::Sqs => &["body"],
            FilterSource::Kinesis | FilterSource::Mq => &["data"],
            FilterSource::DynamoDb => &["dynamodb"],
            FilterSource::Kafka => &["key", "value"],
        }
    }

    /// Whether the data may be plain text rather than JSON.
    const fn may_be_text(self) -> bool {
        matches!(
            self,
            FilterSource::Sqs | FilterSource::Kafka | FilterSource::Mq
        )
    }

    /// The data's text; `None` if there is none, or not as UTF-8.
    fn text(self, record: &Value, key: &str) -> Option<String> {
        let encoded = match self {
            FilterSource::DynamoDb => return None,
            FilterSource::Sqs => return record.get(key)?.as_str().map(str::to_owned),
            FilterSource::Kinesis => record.get("kinesis")?.get(key)?,
            FilterSource::Kafka | FilterSource::Mq => record.get(key)?,
        };
        String::from_utf8(STANDARD.decode(encoded.as_str()?).ok()?).ok()
    }
}

impl FilterCriteria {
    /// Reads filters from their patterns. `limit` is the account's quota: [`DEFAULT_FILTERS`], or
    /// up to [`RAISED_FILTERS`].
    ///
    /// # Errors
    ///
    /// The first fault, with its filter and its place.
    pub fn parse<P: AsRef<str>>(
        patterns: &[P],
        source: FilterSource,
        limit: usize,
    ) -> Result<FilterCriteria, FilterCriteriaError> {
        let count = patterns.len();
        if count > limit {
            let fault = PatternFault::TooManyFilters { limit, count };
            return Err(FilterCriteriaError::whole(PatternError::new("", 0, fault)));
        }
        let filters = patterns.iter().enumerate().map(|(index, text)| {
            filter(text.as_ref(), source).map_err(|error| FilterCriteriaError {
                filter: Some(index),
                error,
            })
        });
        let filters: Result<Vec<Pattern>, _> = filters.collect();
        Ok(FilterCriteria {
            source,
            filters: filters?,
        })
    }

    /// Reads `{"Filters": [{"Pattern": "..."}]}`, as the Lambda API has it. `{}` has no filters.
    ///
    /// # Errors
    ///
    /// The first fault, with its place: in the pattern of the filter that it names, or else in
    /// `text`.
    pub fn from_json(
        text: &str,
        source: FilterSource,
        limit: usize,
    ) -> Result<FilterCriteria, FilterCriteriaError> {
        let patterns = patterns(text).map_err(|(at, fault)| {
            FilterCriteriaError::whole(PatternError::new(text, at, fault))
        })?;
        FilterCriteria::parse(&patterns, source, limit)
    }

    /// Whether Lambda sends the record, one of the event's `Records`, to the function.
    pub fn matches(&self, record: &Value) -> bool {
        self.filters.is_empty()
            || self
                .filters
                .iter()
                .any(|filter| self.mismatch(filter, record, false).is_none())
    }

    /// For each filter, the first field that does not match; `None` if the record is wanted.
    pub fn explain(&self, record: &Value) -> Option<Vec<Mismatch>> {
        if self.matches(record) {
            return None;
        }
        let filters = self.filters.iter();
        Some(
            filters
                .filter_map(|filter| self.mismatch(filter, record, true))
                .collect(),
        )
    }

    /// Without `explained`, any mismatch stands for all.
    fn mismatch(&self, filter: &Pattern, record: &Value, explained: bool) -> Option<Mismatch> {
        let mut seen = match record {
            Value::Object(record) => record.clone(),
            _ => Map::new(),
        };
        // Kinesis metadata such as `partitionKey` are on the pattern's top, beside `eventID`.
        if self.source == FilterSource::Kinesis
            && let Some(Value::Object(inner)) = seen.remove("kinesis")
        {
            seen.extend(inner);
        }
        for key in self.source.data_keys() {
            let wanted = wanted(filter, key);
            if self.source == FilterSource::DynamoDb || matches!(wanted, Wanted::Anything) {
                continue;
            }
            let text = self.source.text(record, key).unwrap_or_default();
            let json = serde_json::from_str::<Value>(&text)
                .ok()
                .filter(|data| matches!(data, Value::Object(_) | Value::Array(_)));
            let data = match (wanted, json) {
                (Wanted::Text, None) => Value::String(text),
                (Wanted::Json, Some(data)) => data,
                // Lambda drops a record whose data have the other format.
                (_, found) => {
                    return Some(Mismatch::wrong_format(key, found, text));
                }
            };
            seen.insert((*key).to_owned(), data);
        }
        let seen = Value::Object(seen);
        match explained {
            true => filter.explain(&seen),
            false => (!filter.matches(&seen)).then(Mismatch::nothing_to_look_at),
        }
    }
}

fn filter(text: &str, source: FilterSource) -> Result<Pattern, PatternError> {
    let pattern = Pattern::parse(text, Dialect::Lambda)?;
    for key in source.data_keys() {
        if !source.may_be_text() && matches!(wanted(&pattern, key), Wanted::Text) {
            let key = (*key).to_owned();
            let at = text.find(&format!("\"{key}\"")).unwrap_or(0);
            return Err(PatternError::new(
                text,
                at,
                PatternFault::DataMustBeJson { key },
            ));
        }
    }
    Ok(pattern)
}

/// What format of the data a pattern expects. `$or` at a pattern's top may say it, too.
fn wanted(pattern: &Pattern, key: &str) -> Wanted {
    fn in_clauses(clauses: &[Clause], key: &str) -> Wanted {
        for clause in clauses {
            let wanted = match clause {
                Clause::Field(name, Branch::Leaf(_)) if name == key => Wanted::Text,
                Clause::Field(name, Branch::Parts(_)) if name == key => Wanted::Json,
                Clause::Field(..) => continue,
                Clause::Or(alternatives) => {
                    let found = alternatives
                        .iter()
                        .map(|alternative| in_clauses(&alternative.clauses, key));
                    found
                        .into_iter()
                        .find(|wanted| !matches!(wanted, Wanted::Anything))
                        .unwrap_or(Wanted::Anything)
                }
            };
            if !matches!(wanted, Wanted::Anything) {
                return wanted;
            }
        }
        Wanted::Anything
    }
    in_clauses(&pattern.fields.clauses, key)
}

fn patterns(text: &str) -> Result<Vec<String>, super::parse::Refused> {
    let refused = |node: Node<'_>| (node.at, PatternFault::NotFilterCriteria);
    let root = Node::read(text)?;
    let Shape::Object(members) = root.shape()? else {
        return Err(refused(root));
    };
    let mut patterns = Vec::new();
    for member in members {
        let Shape::Array(filters) = member.value.shape()? else {
            return Err(refused(member.value));
        };
        if member.name != "Filters" {
            return Err((member.at, PatternFault::NotFilterCriteria));
        }
        for filter in filters {
            let Shape::Object(members) = filter.shape()? else {
                return Err(refused(filter));
            };
            let pattern = members.into_iter().find(|member| member.name == "Pattern");
            let pattern = pattern.ok_or_else(|| refused(filter))?.value;
            match pattern.shape()? {
                Shape::Text(text) => patterns.push(text),
                _ => return Err(refused(pattern)),
            }
        }
    }
    Ok(patterns)
}

impl FilterCriteriaError {
    fn whole(error: PatternError) -> FilterCriteriaError {
        FilterCriteriaError {
            filter: None,
            error,
        }
    }
}

impl fmt::Display for FilterCriteriaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.filter {
            Some(filter) => write!(f, "filter {}: {}", filter + 1, self.error),
            None => self.error.fmt(f),
        }
    }
}

impl std::error::Error for FilterCriteriaError {}
