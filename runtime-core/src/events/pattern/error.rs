//! Why a pattern is refused. `Display` says the cause; [`PatternError::hint`] the remedy.

use super::dialect::{Dialect, Operator};
use crate::events::place::Place;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a pattern, a filter policy or filter criteria are refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternError {
    /// Where in the text.
    pub place: Place,
    /// What is wrong there.
    pub fault: PatternFault,
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternFault {
    /// The text is not JSON.
    NotJson {
        /// The parser's words.
        message: String,
    },
    /// The pattern is not an object.
    NotAnObject,
    /// An object without fields.
    EmptyObject,
    /// A field without values.
    EmptyArray,
    /// A field's value is neither an array nor an object.
    NotAnArray {
        /// The field.
        field: String,
    },
    /// An array among a field's values.
    ArrayInArray,
    /// An object among a field's values without an operator.
    EmptyOperator,
    /// An object among a field's values with more than one operator.
    SecondOperator,
    /// There is no such operator.
    UnknownOperator {
        /// Its name.
        name: String,
    },
    /// The service does not have this operator.
    NotInDialect {
        /// The operator.
        operator: Operator,
        /// Whose pattern it is.
        dialect: Dialect,
    },
    /// An operator's value has another type than it must have.
    WrongOperand {
        /// The operator.
        operator: Operator,
    },
    /// `anything-but` with an empty prefix or suffix, which would exclude everything.
    EmptyAffix,
    /// `anything-but` with both text and numbers.
    MixedAnythingBut,
    /// `numeric` with something else than a comparison where one must be.
    UnknownComparison {
        /// What stands there.
        found: String,
    },
    /// `numeric` with two comparisons that are not a lower and then an upper one.
    NotARange,
    /// `numeric` with a lower end that is not below the upper one.
    EmptyRange,
    /// A number that the service cannot compare exactly.
    InexactNumber {
        /// As it is written.
        number: String,
        /// Whose pattern it is.
        dialect: Dialect,
    },
    /// `cidr` with something else than a range of addresses.
    NotACidr,
    /// Two asterisks in a row.
    ConsecutiveWildcards,
    /// A backslash before something else than an asterisk or a backslash.
    WildcardEscape,
    /// `$or` with fewer than two alternatives, or with something else than objects.
    NotAlternatives,
    /// The text is too long.
    TooLong {
        /// How long it may be: characters, or for an SNS filter policy bytes.
        limit: usize,
        /// How long it is.
        length: usize,
    },
    /// Objects in objects, too many.
    TooDeep {
        /// How deep a pattern may be.
        limit: usize,
    },
    /// Too many combinations: of `$or`'s alternatives, or of an SNS policy's values.
    TooManyCombinations {
        /// The most.
        limit: u64,
        /// How many there are.
        count: u64,
    },
    /// Too many keys in an SNS filter policy.
    TooManyKeys {
        /// The most.
        limit: usize,
        /// How many there are.
        count: usize,
    },
    /// An object in a policy for message attributes, which have no parts.
    NestedPolicy {
        /// The key.
        key: String,
    },
    /// Too many asterisks in one value of an SNS filter policy.
    TooManyWildcards {
        /// The most.
        limit: usize,
        /// How many there are.
        count: usize,
    },
    /// An SNS filter policy's wildcards are too complex together.
    WildcardComplexity {
        /// The most points.
        limit: u64,
        /// How many points there are.
        points: u64,
    },
    /// Too many filters for an event source mapping.
    TooManyFilters {
        /// The most.
        limit: usize,
        /// How many there are.
        count: usize,
    },
    /// Filter criteria of another shape than `{"Filters": [{"Pattern": "..."}]}`.
    NotFilterCriteria,
    /// The source's data is JSON, and the filter treats it as plain text.
    DataMustBeJson {
        /// The data's key.
        key: String,
    },
}

impl PatternError {
    pub(super) fn new(text: &str, offset: usize, fault: PatternFault) -> PatternError {
        PatternError {
            place: Place::in_text(text, offset),
            fault,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        use PatternFault::*;
        match &self.fault {
            NotJson { .. } => "Names and text are in double quotes, and the last value of a list has no comma after it.".into(),
            NotAnObject => "Begin with { and name the fields that matter, for example {\"source\": [\"my.app\"]}.".into(),
            EmptyObject => "Name at least one field, or leave the object out.".into(),
            EmptyArray => "List at least one value; {\"exists\": true} accepts any.".into(),
            NotAnArray { field } => format!("Put the value into square brackets: \"{field}\": [...]. The brackets list the values that are accepted."),
            ArrayInArray => "List the values themselves: an event's array matches if any of its elements does.".into(),
            EmptyOperator | UnknownOperator { .. } => format!("Operators are {}.", Operator::names()),
            SecondOperator => "Give each operator braces of its own: [{\"prefix\": \"a\"}, {\"suffix\": \"b\"}] accepts either.".into(),
            NotInDialect { dialect, .. } => format!("{dialect} has exact values, {}.", dialect.operators()),
            WrongOperand { operator } => operator.operand().into(),
            EmptyAffix => "Name at least one character.".into(),
            MixedAnythingBut => "List either only text or only numbers.".into(),
            UnknownComparison { .. } => "Comparisons are =, <, <=, > and >=, each before its number: [\">\", 0, \"<=\", 5].".into(),
            NotARange => "A range is > or >= with its number, then < or <= with its number: [\">\", 0, \"<=\", 5].".into(),
            EmptyRange => "Put the smaller number first.".into(),
            InexactNumber { dialect, .. } => dialect.numbers().into(),
            NotACidr => "Write an address and the number of its fixed bits, for example 10.0.0.0/24 or 2001:db8::/32.".into(),
            ConsecutiveWildcards => "One asterisk stands for any number of characters.".into(),
            WildcardEscape => "A backslash may stand before * or \\ only; in JSON it is written twice: \"\\\\*\".".into(),
            NotAlternatives => "$or is a list of two or more objects, each with fields of its own.".into(),
            TooLong { limit, .. } => format!("Keep it within {limit}: shorten lists with prefix, or make two patterns of it."),
            TooDeep { limit } => format!("Keep it within {limit} levels."),
            TooManyCombinations { .. } => "Use fewer values in each list, or fewer alternatives in $or: they multiply.".into(),
            TooManyKeys { limit, .. } => format!("Filter by at most {limit} keys."),
            NestedPolicy { .. } => "Set FilterPolicyScope to MessageBody to filter by the body's parts.".into(),
            TooManyWildcards { limit, .. } => format!("Use at most {limit} asterisks in one value."),
            WildcardComplexity { .. } => "Use fewer wildcard and anything-but values in one list: their points multiply.".into(),
            TooManyFilters { limit, .. } => format!("Use at most {limit} filters. The default quota is 5, and AWS raises it to 10 on request."),
            NotFilterCriteria => "Write {\"Filters\": [{\"Pattern\": \"...\"}]}, each pattern as text.".into(),
            DataMustBeJson { key } => format!("Name fields of the data: {{\"{key}\": {{\"field\": [\"value\"]}}}}."),
        }
    }
}

impl fmt::Display for PatternFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use PatternFault::*;
        match self {
            NotJson { message } => write!(f, "this is not JSON: {message}"),
            NotAnObject => f.write_str("a pattern is a JSON object"),
            EmptyObject => f.write_str("this object has no fields"),
            EmptyArray => f.write_str("this list has no values"),
            NotAnArray { field } => write!(f, "the value of \"{field}\" is not a list"),
            ArrayInArray => f.write_str("a list of values has a list in it"),
            EmptyOperator => f.write_str("these braces have no operator in them"),
            SecondOperator => f.write_str("these braces have a second operator in them"),
            UnknownOperator { name } => write!(f, "there is no operator \"{name}\""),
            NotInDialect { operator, dialect } => write!(f, "{dialect} has no {operator}"),
            WrongOperand { operator } => write!(f, "this is not what {operator} compares with"),
            EmptyAffix => f.write_str("an empty prefix or suffix excludes everything"),
            MixedAnythingBut => f.write_str("anything-but has text and numbers in one list"),
            UnknownComparison { found } => write!(f, "{found} is not a comparison"),
            NotARange => f.write_str("these comparisons are not a range"),
            EmptyRange => f.write_str("no number is in this range"),
            InexactNumber { number, dialect } => {
                write!(f, "{dialect} cannot compare {number} exactly")
            }
            NotACidr => f.write_str("this is not a range of addresses"),
            ConsecutiveWildcards => f.write_str("there are two asterisks in a row"),
            WildcardEscape => f.write_str("this backslash escapes nothing"),
            NotAlternatives => f.write_str("$or has no two alternatives"),
            TooLong { limit, length } => {
                write!(f, "the pattern is {length} long, and {limit} is the most")
            }
            TooDeep { limit } => write!(f, "the pattern has more than {limit} levels"),
            TooManyCombinations { limit, count } => {
                write!(
                    f,
                    "the pattern has {count} combinations, and {limit} are the most"
                )
            }
            TooManyKeys { limit, count } => {
                write!(
                    f,
                    "the filter policy has {count} keys, and {limit} are the most"
                )
            }
            NestedPolicy { key } => {
                write!(f, "\"{key}\" has parts, and a message attribute has none")
            }
            TooManyWildcards { limit, count } => {
                write!(
                    f,
                    "this value has {count} asterisks, and {limit} are the most"
                )
            }
            WildcardComplexity { limit, points } => write!(
                f,
                "the filter policy's wildcards have {points} points, and {limit} are the most"
            ),
            TooManyFilters { limit, count } => {
                write!(f, "there are {count} filters, and {limit} are the most")
            }
            NotFilterCriteria => f.write_str("these are not filter criteria"),
            DataMustBeJson { key } => {
                write!(
                    f,
                    "the source's {key} is JSON, and the filter treats it as plain text"
                )
            }
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl std::error::Error for PatternError {}
