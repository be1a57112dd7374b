//! A price file field by field, for what reads one service's figures of it: each with its unit and its source,
//! and an error that names the field.

use super::PriceBookError;
use super::price_book::{Figure, Source, Standing};
use crate::units::{ParseUsdError, UsdPerUnit};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) type Parsed<T> = Result<T, PriceBookError>;

/// The version of the format that is read here.
const VERSION: u64 = 1;

/// By the names that figures give.
pub(super) type Sources = BTreeMap<String, Source>;

/// What the file lists under `sources`.
pub(super) fn sources(file: &Field<'_>) -> Parsed<Sources> {
    let field = file.get("sources")?;
    let entries = field
        .value
        .as_object()
        .ok_or_else(|| field.wrong("an object of sources by name"))?;
    let mut sources = Sources::new();
    for name in entries.keys() {
        let entry = field.get(name)?;
        let note = match entry.value.get("note") {
            None => String::new(),
            Some(_) => entry.get("note")?.text()?.to_owned(),
        };
        let standing = match entry.value.get("standing") {
            None => Standing::default(),
            Some(_) => entry.get("standing")?.standing()?,
        };
        let source = Source {
            standing,
            page: entry.get("page")?.text()?.to_owned(),
            url: entry.get("url")?.text()?.to_owned(),
            read: entry.get("read")?.date()?,
            note,
        };
        sources.insert(name.clone(), source);
    }
    Ok(sources)
}

/// The file's text as a tree.
pub(super) fn json(text: &str) -> Parsed<Value> {
    serde_json::from_str(text).map_err(|error| PriceBookError::NotJson {
        line: error.line(),
        column: error.column(),
        message: error.to_string(),
    })
}

/// A value of the file and the way to it, for messages.
pub(super) struct Field<'a> {
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl<'a> Field<'a> {
    /// The whole file, if it has the version that is read here.
    pub(super) fn file(value: &'a Value) -> Parsed<Field<'a>> {
        let file = Field {
            path: String::new(),
            value,
        };
        let version = file.get("version")?;
        if version.value.as_u64() != Some(VERSION) {
            return Err(PriceBookError::UnknownVersion {
                found: version.found(),
            });
        }
        Ok(file)
    }

    pub(super) fn get(&self, name: &str) -> Parsed<Field<'a>> {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        if !self.value.is_object() {
            return Err(self.wrong("an object"));
        }
        match self.value.get(name) {
            Some(value) => Ok(Field { path, value }),
            None => Err(PriceBookError::Missing { field: path }),
        }
    }

    /// The same of a field that may be left out.
    pub(super) fn get_if_there(&self, name: &str) -> Parsed<Option<Field<'a>>> {
        match self.value.is_object() && self.value.get(name).is_none() {
            true => Ok(None),
            false => self.get(name).map(Some),
        }
    }

    pub(super) fn wrong(&self, expected: &'static str) -> PriceBookError {
        let field = match self.path.as_str() {
            "" => "the file".to_owned(),
            path => path.to_owned(),
        };
        PriceBookError::WrongType {
            field,
            expected,
            found: self.found(),
        }
    }

    /// The value for a message: its kind, or the beginning of its text.
    fn found(&self) -> String {
        match self.value {
            Value::Null => "null".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                shortened(&self.value.to_string())
            }
        }
    }

    pub(super) fn text(&self) -> Parsed<&'a str> {
        self.value.as_str().ok_or_else(|| self.wrong("a text"))
    }

    fn standing(&self) -> Parsed<Standing> {
        Standing::deserialize(self.value)
            .map_err(|_| self.wrong("\"published\", \"reported\" or \"assumed\""))
    }

    pub(super) fn whole(&self) -> Parsed<u64> {
        self.value
            .as_u64()
            .ok_or_else(|| self.wrong("a whole number, zero or more"))
    }

    pub(super) fn date(&self) -> Parsed<String> {
        let text = self.text()?;
        let digits = |range| {
            text.get(range)
                .filter(|part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|part| part.parse::<u32>().ok())
        };
        let separators = (text.get(4..5), text.get(7..8)) == (Some("-"), Some("-"));
        let year = digits(0..4).is_some();
        let month = digits(5..7).is_some_and(|month| (1..=12).contains(&month));
        let day = digits(8..10).is_some_and(|day| (1..=31).contains(&day));
        if text.len() == 10 && separators && year && month && day {
            return Ok(text.to_owned());
        }
        Err(PriceBookError::BadDate {
            field: self.path.clone(),
            found: shortened(text),
        })
    }

    pub(super) fn unit(&self, name: &str, expected: &'static str) -> Parsed<()> {
        let unit = self.get(name)?;
        let found = unit.text()?;
        if found == expected {
            return Ok(());
        }
        Err(PriceBookError::UnknownUnit {
            field: unit.path,
            found: shortened(found),
            expected,
        })
    }

    pub(super) fn quantity(&self, unit: &'static str) -> Parsed<u64> {
        self.unit("unit", unit)?;
        self.get("quantity")?.whole()
    }

    pub(super) fn figure<T>(
        &self,
        sources: &Sources,
        value: impl Fn(&Field<'a>) -> Parsed<T>,
    ) -> Parsed<Figure<T>> {
        let value = value(self)?;
        let field = self.get("source")?;
        let name = field.text()?;
        match sources.get(name) {
            Some(source) => Ok(Figure {
                value,
                source: source.clone(),
            }),
            None => Err(PriceBookError::UnknownSource {
                field: field.path.clone(),
                found: shortened(name),
            }),
        }
    }

    pub(super) fn price(
        &self,
        unit: &'static str,
        sources: &Sources,
    ) -> Parsed<Figure<UsdPerUnit>> {
        self.figure(sources, |field| {
            field.unit("unit", unit)?;
            let price = field.get("price")?;
            // A JSON number would go through a float and lose digits.
            let found = price.value.to_string();
            if price.value.is_number() && found.starts_with('-') {
                return Err(PriceBookError::NegativePrice {
                    field: price.path,
                    found,
                });
            }
            let text = price
                .value
                .as_str()
                .ok_or_else(|| price.wrong("a decimal text in quotes"))?;
            let negative = text
                .strip_prefix('-')
                .is_some_and(|rest| rest.parse::<UsdPerUnit>().is_ok());
            if negative {
                return Err(PriceBookError::NegativePrice {
                    field: price.path,
                    found: shortened(text),
                });
            }
            text.parse().map_err(|error| PriceBookError::BadPrice {
                field: price.path.clone(),
                reason: match error {
                    ParseUsdError::NotADecimal(_) => ParseUsdError::NotADecimal(shortened(text)),
                    ParseUsdError::OutOfRange(_) => ParseUsdError::OutOfRange(shortened(text)),
                }
                .to_string(),
            })
        })
    }
}

/// The beginning of a text of unknown length, for a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
