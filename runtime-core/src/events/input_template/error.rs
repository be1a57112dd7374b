//! Why variables or a template are refused, and where.

use super::{LONGEST_NAME, LONGEST_TEMPLATE, MAX_VARIABLES};
use crate::events::json_path::{JsonPathError, JsonPathFault};
use crate::events::place::Place;
use std::fmt;

/// What is refused, where and why. `Display` says the cause, [`InputTemplateError::hint`] the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputTemplateError {
    /// In which text.
    pub part: Part,
    /// What is wrong there.
    pub fault: InputTemplateFault,
}

/// A text of an input transformer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All variables.
    Variables,
    /// The variable of this name.
    Variable(String),
    /// The template, at this place.
    Template(Place),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputTemplateFault {
    /// More variables than there may be.
    TooManyVariables,
    /// A name that is empty, too long, or has something else than letters, digits, `_` and `-`.
    Name,
    /// A name that begins with `AWS`.
    ReservedName,
    /// A path with a name in brackets, which a transformer's paths cannot have.
    Brackets,
    /// The path of a variable.
    Path(JsonPathError),
    /// The template is empty.
    Empty,
    /// The template has more characters than it may have.
    TooLong,
    /// What stands between `<` and `>` is no variable.
    UnknownVariable(String),
    /// An event inside of a text.
    EventInText,
    /// A variable in the name of a member.
    InName,
    /// With values for its variables the template is not JSON.
    NotJson,
}

impl InputTemplateFault {
    pub(super) fn of_all(self) -> InputTemplateError {
        InputTemplateError {
            part: Part::Variables,
            fault: self,
        }
    }

    pub(super) fn of(self, variable: &str) -> InputTemplateError {
        InputTemplateError {
            part: Part::Variable(variable.to_owned()),
            fault: self,
        }
    }

    pub(super) fn at(self, template: &str, offset: usize) -> InputTemplateError {
        InputTemplateError {
            part: Part::Template(Place::in_text(template, offset)),
            fault: self,
        }
    }
}

impl InputTemplateError {
    /// Whether AWS would take it, and what it would do is not known here.
    pub fn is_beyond_the_subset(&self) -> bool {
        matches!(
            &self.fault,
            InputTemplateFault::Path(error) if error.fault == JsonPathFault::Several
        )
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match &self.fault {
            InputTemplateFault::TooManyVariables => {
                format!("Leave some out: {MAX_VARIABLES} is the most.")
            }
            InputTemplateFault::Name => {
                format!("Use 1 to {LONGEST_NAME} letters, digits, _ and -.")
            }
            InputTemplateFault::ReservedName => "Choose a name that begins otherwise.".to_owned(),
            InputTemplateFault::Brackets => {
                "Write a dot and the name; brackets are for indexes: $.resources[0].".to_owned()
            }
            InputTemplateFault::Path(error) => error.hint(),
            InputTemplateFault::Empty => "Write JSON with <variable> in it.".to_owned(),
            InputTemplateFault::TooLong => {
                format!("Write less: {LONGEST_TEMPLATE} characters are the most.")
            }
            InputTemplateFault::UnknownVariable(_) => {
                "Define a variable of this name, or take one of EventBridge's: aws.events.event.json."
                    .to_owned()
            }
            InputTemplateFault::EventInText => {
                "Write it without quotes, as the value of a member.".to_owned()
            }
            InputTemplateFault::InName => "Write the name out.".to_owned(),
            InputTemplateFault::NotJson => {
                "Write an object, or a text in double quotes, with variables as values.".to_owned()
            }
        }
    }
}

impl fmt::Display for InputTemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputTemplateFault::TooManyVariables => {
                write!(f, "there are more than {MAX_VARIABLES}")
            }
            InputTemplateFault::Name => f.write_str("that is no valid name"),
            InputTemplateFault::ReservedName => f.write_str("names cannot begin with AWS"),
            InputTemplateFault::Brackets => {
                f.write_str("the path of a variable has no names in brackets")
            }
            InputTemplateFault::Path(error) => error.fmt(f),
            InputTemplateFault::Empty => f.write_str("there is none"),
            InputTemplateFault::TooLong => {
                write!(f, "it has more than {LONGEST_TEMPLATE} characters")
            }
            // EventBridge's words (localstack/services/events/target.py).
            InputTemplateFault::UnknownVariable(name) => {
                write!(f, "contains invalid placeholder {name}")
            }
            InputTemplateFault::EventInText => f.write_str("an event cannot stand in a text"),
            InputTemplateFault::InName => {
                f.write_str("the placeholder cannot be used as an object key")
            }
            InputTemplateFault::NotJson => f.write_str("that makes no JSON"),
        }
    }
}

impl fmt::Display for InputTemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = &self.fault;
        match &self.part {
            Part::Variables => write!(f, "The variables: {fault}."),
            Part::Variable(name) => write!(f, "The variable \"{name}\": {fault}."),
            Part::Template(place) => write!(f, "The input template: {place}: {fault}."),
        }
    }
}

impl std::error::Error for InputTemplateError {}
