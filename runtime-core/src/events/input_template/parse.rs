//! A template in pieces.

use super::{
    InputTemplateError, InputTemplateFault, LONGEST_NAME, LONGEST_TEMPLATE, Piece, Reserved, Source,
};
use crate::events::json_path::JsonPath;
use serde::de::IgnoredAny;

/// The path of a variable, whose name is looked at as well.
pub(super) fn path(name: &str, path: &str) -> Result<JsonPath, InputTemplateError> {
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let length = name.chars().count();
    if name
        .get(..3)
        .is_some_and(|it| it.eq_ignore_ascii_case("aws"))
    {
        return Err(InputTemplateFault::ReservedName.of(name));
    }
    if !(1..=LONGEST_NAME).contains(&length) || !name.chars().all(fits) {
        return Err(InputTemplateFault::Name.of(name));
    }
    let read = JsonPath::parse(path).map_err(|error| InputTemplateFault::Path(error).of(name))?;
    match path.contains("['") || path.contains("[\"") {
        true => Err(InputTemplateFault::Brackets.of(name)),
        false => Ok(read),
    }
}

/// A template, of which `known` says what names are variables.
pub(super) fn pieces(
    template: &str,
    known: impl Fn(&str) -> bool,
) -> Result<Vec<Piece>, InputTemplateError> {
    if template.trim().is_empty() {
        return Err(InputTemplateFault::Empty.at(template, 0));
    }
    if let Some((at, _)) = template.char_indices().nth(LONGEST_TEMPLATE) {
        return Err(InputTemplateFault::TooLong.at(template, at));
    }
    let mut reader = Reader {
        template,
        pieces: Vec::new(),
        json: String::new(),
        tried: String::new(),
        text: Text::Outside,
    };
    let mut rest = template;
    while let Some(next) = rest.chars().next() {
        let at = template.len() - rest.len();
        let placeholder = rest.strip_prefix('<').and_then(|it| it.split_once('>'));
        rest = match placeholder {
            Some((name, after)) => {
                reader.placeholder(name, at, &known)?;
                after
            }
            None => {
                reader.letter(next, at)?;
                rest.get(next.len_utf8()..).unwrap_or_default()
            }
        };
    }
    reader.end()
}

/// Where the reader is.
enum Text {
    Outside,
    Inside {
        /// The next letter is escaped.
        escaped: bool,
        /// Where a placeholder is in it.
        placeholder: Option<usize>,
    },
    /// Behind a placeholder, or a text with one, which is there.
    Behind(usize),
}

struct Reader<'a> {
    template: &'a str,
    pieces: Vec<Piece>,
    /// What follows the last piece.
    json: String,
    /// The template with values of the same length instead of placeholders: JSON, if it is any.
    tried: String,
    text: Text,
}

impl Reader<'_> {
    fn placeholder(
        &mut self,
        name: &str,
        at: usize,
        known: impl Fn(&str) -> bool,
    ) -> Result<(), InputTemplateError> {
        let source = match Reserved::named(name) {
            Some(reserved) => Source::Reserved(reserved),
            None if known(name) => Source::Variable(name.to_owned()),
            None => {
                let fault = InputTemplateFault::UnknownVariable(name.to_owned());
                return Err(fault.at(self.template, at));
            }
        };
        // As long as what it stands for: places stay the same.
        let length = name.len() + 2;
        let json = std::mem::take(&mut self.json);
        if !json.is_empty() {
            self.pieces.push(Piece::Json(json));
        }
        match &mut self.text {
            Text::Inside { placeholder, .. } => {
                if let Source::Reserved(reserved) = source
                    && reserved.is_event()
                {
                    return Err(InputTemplateFault::EventInText.at(self.template, at));
                }
                placeholder.get_or_insert(at);
                self.tried.push_str(&"x".repeat(length));
                self.pieces.push(Piece::Inside(source));
            }
            Text::Outside | Text::Behind(_) => {
                // A text fits nowhere but where a value does, or a name.
                self.text = Text::Behind(at);
                self.tried.push('"');
                self.tried.push_str(&"x".repeat(length - 2));
                self.tried.push('"');
                self.pieces.push(Piece::Value(source));
            }
        }
        Ok(())
    }

    fn letter(&mut self, letter: char, at: usize) -> Result<(), InputTemplateError> {
        self.tried.push(letter);
        match &mut self.text {
            Text::Inside {
                escaped,
                placeholder,
            } => {
                self.json.push(letter);
                match (*escaped, letter) {
                    (false, '"') => self.text = placeholder.map_or(Text::Outside, Text::Behind),
                    (before, letter) => *escaped = !before && letter == '\\',
                }
            }
            // What the target gets is minified.
            Text::Outside | Text::Behind(_) if " \t\r\n".contains(letter) => {}
            Text::Behind(placeholder) if letter == ':' => {
                let at = *placeholder;
                return Err(InputTemplateFault::InName.at(self.template, at));
            }
            Text::Outside | Text::Behind(_) => {
                self.json.push(letter);
                self.text = match letter {
                    '"' => Text::Inside {
                        escaped: false,
                        placeholder: None,
                    },
                    // No variable begins here: nothing closes it.
                    '<' => return Err(InputTemplateFault::NotJson.at(self.template, at)),
                    _ => Text::Outside,
                };
            }
        }
        Ok(())
    }

    fn end(mut self) -> Result<Vec<Piece>, InputTemplateError> {
        if let Err(error) = serde_json::from_str::<IgnoredAny>(&self.tried) {
            let at = offset(self.template, error.line(), error.column());
            return Err(InputTemplateFault::NotJson.at(self.template, at));
        }
        if !self.json.is_empty() {
            self.pieces.push(Piece::Json(self.json));
        }
        Ok(self.pieces)
    }
}

/// Where line and column are, which count from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let begins: usize = before.map(str::len).sum();
    let at = begins.saturating_add(column.saturating_sub(1));
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
