//! Why a filter pattern is refused. `Display` says the cause; [`LogFilterError::hint`] the remedy.

use crate::events::place::Place;
use std::fmt;

/// Why a filter pattern is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilterError {
    /// Where in the text.
    pub place: Place,
    /// What is wrong there.
    pub fault: LogFilterFault,
}

/// What is wrong with a filter pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogFilterFault {
    /// More characters than a pattern may have.
    TooLong {
        /// How many it may have.
        limit: usize,
    },
    /// A quote, bracket or brace that nothing closes.
    NotClosed {
        /// Which.
        opened: char,
    },
    /// Something follows the closing bracket or brace.
    AfterEnd,
    /// A `?` or `-` with no term after it.
    NoTerm,
    /// A term with characters that must be in quotes. AWS's words: dougmoscrop/serverless-plugin-log-subscription#47.
    TermCharacters {
        /// The term.
        term: String,
    },
    /// A regular expression: not in the subset.
    Regex,
    /// A condition in braces that does not begin with `$.`.
    NoSelector,
    /// A name of a property that must be written in brackets and quotes.
    PropertyName,
    /// An element of an array that is neither a number nor `*`, nor a name in single quotes.
    Element,
    /// More wildcards than a selector, or than a pattern, may have.
    Wildcards {
        /// How many.
        limit: usize,
    },
    /// More conditions within each other than a pattern may have.
    TooDeep {
        /// How many it may have.
        limit: usize,
    },
    /// No operator where one must be.
    NoOperator,
    /// `IS NOT` or `EXISTS`, which AWS has not.
    NotSupported(&'static str),
    /// `IS` with something else than NULL, TRUE or FALSE.
    IsWhat,
    /// No value where one must be.
    NoValue,
    /// A value with characters that must be in quotes.
    ValueCharacters {
        /// The value.
        value: String,
    },
    /// An order is asked of something that is no number.
    NotANumber {
        /// What stands there.
        value: String,
    },
    /// A field without a name.
    NoField,
    /// A field's condition names another one.
    OtherField {
        /// The field's name.
        field: String,
    },
    /// A second `...`.
    SecondEllipsis,
    /// Something that cannot be there.
    Unexpected {
        /// What may.
        wanted: &'static str,
    },
}

impl LogFilterError {
    pub(super) fn new(text: &str, offset: usize, fault: LogFilterFault) -> Self {
        LogFilterError {
            place: Place::in_text(text, offset),
            fault,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        use LogFilterFault::*;
        match &self.fault {
            TooLong { .. } => "Ask for less.".into(),
            NotClosed { opened } => {
                let closing = match opened {
                    '{' => '}',
                    '[' => ']',
                    '(' => ')',
                    quote => *quote,
                };
                format!("End it with {closing}.")
            }
            AfterEnd => "Leave out what follows.".into(),
            NoTerm => "Write the term right after it: ?ERROR ?WARN, or -DEBUG.".into(),
            TermCharacters { term } => format!("Put it into double quotes: {:?}.", term),
            Regex => "Write terms, or values with * as a wildcard.".into(),
            NoSelector => "Begin with the property: { $.level = \"error\" }.".into(),
            PropertyName => {
                "Names have letters, digits, - and _; others are written $.['the name'].".into()
            }
            Element => {
                "Write a number, *, or a name in single quotes: $.items[0], $.items[*], $.['a.b']."
                    .into()
            }
            TooDeep { .. } => "Leave out parentheses that change nothing.".into(),
            Wildcards { .. } => "Name properties and elements instead.".into(),
            NoOperator => {
                "Write =, !=, <, >, <= or >= and a value, IS NULL, IS TRUE, IS FALSE or NOT EXISTS."
                    .into()
            }
            NotSupported(_) => "AWS has IS NULL, IS TRUE, IS FALSE and NOT EXISTS.".into(),
            IsWhat => "Write IS NULL, IS TRUE or IS FALSE.".into(),
            NoValue => "Write a number, or a text in double quotes.".into(),
            ValueCharacters { value } => format!("Put it into double quotes: {:?}.", value),
            NotANumber { .. } => {
                "Write a number without a wildcard, or compare with = or !=.".into()
            }
            NoField => {
                "Give each field a name: [level, message], or ... for any number of fields.".into()
            }
            OtherField { field } => format!("All conditions of this field name it: {field}."),
            SecondEllipsis => "Use ... once.".into(),
            Unexpected { wanted } => format!("Write {wanted} here."),
        }
    }
}

impl fmt::Display for LogFilterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use LogFilterFault::*;
        match self {
            TooLong { limit } => write!(f, "a filter pattern has at most {limit} characters"),
            NotClosed { opened } => write!(f, "nothing closes this {opened}"),
            AfterEnd => f.write_str("something follows the end of the pattern"),
            NoTerm => f.write_str("there is no term here"),
            TermCharacters { term } => write!(f, "Invalid character(s) in term '{term}'"),
            Regex => f.write_str("regular expressions are not evaluated here"),
            NoSelector => f.write_str("a condition begins with $."),
            PropertyName => f.write_str("this is no name of a property"),
            Element => f.write_str("this is no element of an array"),
            TooDeep { limit } => write!(f, "more than {limit} parentheses within each other"),
            Wildcards { limit: 1 } => f.write_str("a selector has at most one wildcard"),
            Wildcards { limit } => write!(f, "a pattern has at most {limit} wildcard selectors"),
            NoOperator => f.write_str("there is no operator here"),
            NotSupported(what) => write!(f, "{what} is not supported"),
            IsWhat => f.write_str("nothing else can be asked with IS"),
            NoValue => f.write_str("there is no value here"),
            ValueCharacters { value } => write!(f, "Invalid character(s) in value '{value}'"),
            NotANumber { value } => write!(f, "\"{value}\" is not a number"),
            NoField => f.write_str("this field has no name"),
            OtherField { .. } => f.write_str("this is another field's name"),
            SecondEllipsis => f.write_str("... stands here a second time"),
            Unexpected { wanted } => write!(f, "there is no {wanted} here"),
        }
    }
}

impl fmt::Display for LogFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl std::error::Error for LogFilterError {}
