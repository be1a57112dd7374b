//! A dated price file -> [`PriceBook`]. The format is described in `public/prices/README.md`.

use super::price_book::{Figure, PriceBook, Source, Tier};
use super::{GbSeconds, PriceBookError, TierProblem};
use crate::units::{MemoryMb, ParseUsdError, UsdPerUnit};
use serde_json::Value;
use std::collections::BTreeMap;

type Parsed<T> = Result<T, PriceBookError>;

/// The version of the format that is read here.
const VERSION: u64 = 1;
const PER_REQUEST: &str = "USD per request";
const PER_GB_SECOND: &str = "USD per GB-second";
const PER_GB: &str = "USD per GB";
const GB_SECONDS_A_MONTH: &str = "GB-seconds per month";

impl PriceBook {
    /// Reads a price file. Fields that the format does not know are left alone.
    ///
    /// # Errors
    /// The first thing that is wrong, with the field's name and a hint.
    pub fn parse(json: &str) -> Result<PriceBook, PriceBookError> {
        let value: Value = serde_json::from_str(json).map_err(|error| PriceBookError::NotJson {
            line: error.line(),
            column: error.column(),
            message: error.to_string(),
        })?;
        let file = Field {
            path: String::new(),
            value: &value,
        };
        let version = file.get("version")?;
        if version.value.as_u64() != Some(VERSION) {
            return Err(PriceBookError::UnknownVersion {
                found: version.found(),
            });
        }
        let sources = sources(&file.get("sources")?)?;
        let sources = &sources;
        let duration = file.get("duration")?;
        let storage = file.get("ephemeralStorage")?;
        let included = storage.get("included")?;
        let snap_start = file.get("snapStart")?;
        let free_tier = file.get("freeTier")?;
        let free_requests = free_tier.get("requests")?;
        let free_compute = free_tier.get("duration")?;
        Ok(PriceBook {
            region: file.get("region")?.text()?.to_owned(),
            region_name: file.get("regionName")?.text()?.to_owned(),
            date: file.get("date")?.date()?,
            request: file.get("requests")?.price(PER_REQUEST, sources)?,
            ephemeral_storage: storage.price(PER_GB_SECOND, sources)?,
            included_storage: included.figure(sources, |field| {
                let megabytes = field.quantity("MB")?;
                u32::try_from(megabytes)
                    .map(MemoryMb::new)
                    .map_err(|_| field.wrong("a whole number of MB below 4,294,967,296"))
            })?,
            snapshot_cache: snap_start.get("cache")?.price(PER_GB_SECOND, sources)?,
            snapshot_restore: snap_start.get("restore")?.price(PER_GB, sources)?,
            free_requests: free_requests
                .figure(sources, |field| field.quantity("requests per month"))?,
            free_compute: free_compute.figure(sources, |field| {
                field.quantity(GB_SECONDS_A_MONTH).map(GbSeconds::whole)
            })?,
            x86_64: tiers(&duration.get("x86_64")?, sources)?,
            arm64: tiers(&duration.get("arm64")?, sources)?,
        })
    }
}

type Sources = BTreeMap<String, Source>;

fn sources(field: &Field<'_>) -> Parsed<Sources> {
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
        let source = Source {
            page: entry.get("page")?.text()?.to_owned(),
            url: entry.get("url")?.text()?.to_owned(),
            read: entry.get("read")?.date()?,
            note,
        };
        sources.insert(name.clone(), source);
    }
    Ok(sources)
}

fn tiers(list: &Field<'_>, sources: &Sources) -> Parsed<Vec<Tier>> {
    let items = list
        .value
        .as_array()
        .ok_or_else(|| list.wrong("a list of tiers"))?;
    let problem = |field: &Field<'_>, problem| PriceBookError::Tiers {
        field: field.path.clone(),
        problem,
    };
    let mut tiers: Vec<Tier> = Vec::with_capacity(items.len());
    for (index, value) in items.iter().enumerate() {
        let field = Field {
            path: format!("{}[{index}]", list.path),
            value,
        };
        field.unit("bounds", GB_SECONDS_A_MONTH)?;
        let from = GbSeconds::whole(field.get("from")?.whole()?);
        let to = match field.get("to")? {
            end if end.value.is_null() => None,
            end => Some(GbSeconds::whole(end.whole()?)),
        };
        let above = match tiers.last() {
            None if from != GbSeconds::ZERO => Some(TierProblem::FirstNotAtZero),
            None => None,
            Some(above) => match above.to {
                None => Some(TierProblem::EndlessBeforeLast),
                Some(end) if from < end => Some(TierProblem::Overlap),
                Some(end) if from > end => Some(TierProblem::Gap),
                Some(_) => None,
            },
        };
        let own = to
            .is_some_and(|to| to <= from)
            .then_some(TierProblem::NoWidth);
        if let Some(found) = above.or(own) {
            return Err(problem(&field, found));
        }
        let price = field.price(PER_GB_SECOND, sources)?;
        tiers.push(Tier { from, to, price });
    }
    match tiers.last() {
        None => Err(problem(list, TierProblem::Empty)),
        Some(last) if last.to.is_some() => Err(PriceBookError::Tiers {
            field: format!("{}[{}]", list.path, tiers.len() - 1),
            problem: TierProblem::LastHasEnd,
        }),
        Some(_) => Ok(tiers),
    }
}

/// A value of the file and the way to it, for messages.
struct Field<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Field<'a> {
    fn get(&self, name: &str) -> Parsed<Field<'a>> {
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

    fn wrong(&self, expected: &'static str) -> PriceBookError {
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

    fn text(&self) -> Parsed<&'a str> {
        self.value.as_str().ok_or_else(|| self.wrong("a text"))
    }

    fn whole(&self) -> Parsed<u64> {
        self.value
            .as_u64()
            .ok_or_else(|| self.wrong("a whole number, zero or more"))
    }

    fn date(&self) -> Parsed<String> {
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

    fn unit(&self, name: &str, expected: &'static str) -> Parsed<()> {
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

    fn quantity(&self, unit: &'static str) -> Parsed<u64> {
        self.unit("unit", unit)?;
        self.get("quantity")?.whole()
    }

    fn figure<T>(
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

    fn price(&self, unit: &'static str, sources: &Sources) -> Parsed<Figure<UsdPerUnit>> {
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
