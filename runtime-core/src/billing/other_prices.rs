//! Figures of a price file that a session has no use for, and an estimate has: streamed responses, Lambda@Edge,
//! savings plans, and what usually comes with a function or a task.

use super::PriceBookError;
use super::price_book::Figure;
use super::price_field::{Field, Parsed, Sources, json, sources};
use crate::units::{ByteCount, UsdPerUnit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What else is billed in one region, as published at one date. A region of which a figure is not known has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherPrices {
    /// Responses that are streamed.
    pub streaming: Option<StreamingPrices>,
    /// Dollars for one request of Lambda@Edge.
    pub edge_request: Option<Figure<UsdPerUnit>>,
    /// Dollars for one GB-second of Lambda@Edge.
    pub edge_duration: Option<Figure<UsdPerUnit>>,
    /// Percent of On-Demand that a Compute Savings Plan bills for CPU and memory of tasks.
    pub savings_plans: BTreeMap<SavingsTerm, Figure<u64>>,
    /// By the names that estimates give.
    pub extras: BTreeMap<String, Extra>,
}

/// What streaming a response costs beyond the invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamingPrices {
    /// Dollars for one GB.
    pub price: Figure<UsdPerUnit>,
    /// Of each response, what costs nothing.
    pub included: Figure<ByteCount>,
    /// Of a month, what costs nothing.
    pub free: Figure<ByteCount>,
}

/// For how long a Compute Savings Plan is committed to, and when it is paid. `Display` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SavingsTerm {
    /// One year, paid by the month.
    #[serde(rename = "1-year-no-upfront")]
    OneYear,
    /// One year, paid at once.
    #[serde(rename = "1-year-all-upfront")]
    OneYearUpfront,
    /// Three years, paid by the month.
    #[serde(rename = "3-years-no-upfront")]
    ThreeYears,
    /// Three years, paid at once.
    #[serde(rename = "3-years-all-upfront")]
    ThreeYearsUpfront,
}

/// The price of something that usually comes with a function or a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// In words: `NAT gateway`.
    pub name: String,
    /// What the price is for.
    pub unit: ExtraUnit,
    /// Dollars for one of the unit; the first tier's where there are several.
    pub price: Figure<UsdPerUnit>,
}

/// What an extra's price is for. `Display` says it in the plural.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ExtraUnit {
    /// An hour.
    Hours,
    /// A GB.
    Gigabytes,
    /// A GB that is kept for a month.
    GigabyteMonths,
    /// A request, a message, an operation.
    Requests,
}

impl SavingsTerm {
    /// All there are.
    pub const ALL: [SavingsTerm; 4] = [
        SavingsTerm::OneYear,
        SavingsTerm::OneYearUpfront,
        SavingsTerm::ThreeYears,
        SavingsTerm::ThreeYearsUpfront,
    ];

    /// As price files and estimates name it: `1-year-no-upfront`.
    pub const fn name(self) -> &'static str {
        match self {
            SavingsTerm::OneYear => "1-year-no-upfront",
            SavingsTerm::OneYearUpfront => "1-year-all-upfront",
            SavingsTerm::ThreeYears => "3-years-no-upfront",
            SavingsTerm::ThreeYearsUpfront => "3-years-all-upfront",
        }
    }
}

impl fmt::Display for SavingsTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SavingsTerm::OneYear => "one year, no upfront payment",
            SavingsTerm::OneYearUpfront => "one year, all upfront",
            SavingsTerm::ThreeYears => "three years, no upfront payment",
            SavingsTerm::ThreeYearsUpfront => "three years, all upfront",
        })
    }
}

impl ExtraUnit {
    const ALL: [ExtraUnit; 4] = [
        ExtraUnit::Hours,
        ExtraUnit::Gigabytes,
        ExtraUnit::GigabyteMonths,
        ExtraUnit::Requests,
    ];

    /// As price files have it.
    const fn price_unit(self) -> &'static str {
        match self {
            ExtraUnit::Hours => "USD per hour",
            ExtraUnit::Gigabytes => "USD per GB",
            ExtraUnit::GigabyteMonths => "USD per GB-month",
            ExtraUnit::Requests => "USD per request",
        }
    }
}

impl fmt::Display for ExtraUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExtraUnit::Hours => "h",
            ExtraUnit::Gigabytes => "GB",
            ExtraUnit::GigabyteMonths => "GB-months",
            ExtraUnit::Requests => "requests",
        })
    }
}

impl OtherPrices {
    /// Reads these figures of a price file. What the file leaves out is not known.
    ///
    /// # Errors
    /// The first thing that is wrong, with the field's name and a hint.
    pub fn parse(text: &str) -> Result<Self, PriceBookError> {
        let value = json(text)?;
        let file = Field::file(&value)?;
        let sources = sources(&file)?;
        let edge = file.get_if_there("edge")?;
        let edge = |name, unit| {
            let field = edge.as_ref().map(|it| it.get(name)).transpose()?;
            field.map(|it| it.price(unit, &sources)).transpose()
        };
        Ok(OtherPrices {
            streaming: file
                .get_if_there("streaming")?
                .map(|it| streaming(&it, &sources))
                .transpose()?,
            edge_request: edge("requests", "USD per request")?,
            edge_duration: edge("duration", "USD per GB-second")?,
            savings_plans: savings_plans(&file, &sources)?,
            extras: extras(&file, &sources)?,
        })
    }
}

fn streaming(field: &Field<'_>, sources: &Sources) -> Parsed<StreamingPrices> {
    let bytes = |field: &Field<'_>, unit, size: u64| {
        field.figure(sources, |it| {
            let bytes = it.quantity(unit)?.checked_mul(size);
            bytes
                .map(ByteCount::new)
                .ok_or_else(|| it.wrong("a smaller quantity"))
        })
    };
    Ok(StreamingPrices {
        price: field.price("USD per GB", sources)?,
        included: bytes(&field.get("included")?, "MB per request", 1 << 20)?,
        free: bytes(&field.get("free")?, "GB per month", 1 << 30)?,
    })
}

fn savings_plans(
    file: &Field<'_>,
    sources: &Sources,
) -> Parsed<BTreeMap<SavingsTerm, Figure<u64>>> {
    let Some(plans) = file.get_if_there("savingsPlans")? else {
        return Ok(BTreeMap::new());
    };
    let mut found = BTreeMap::new();
    for term in SavingsTerm::ALL {
        if let Some(field) = plans.get_if_there(term.name())? {
            let percent = field.figure(sources, |it| {
                let percent = it.quantity("percent of On-Demand")?;
                match (1..=100).contains(&percent) {
                    true => Ok(percent),
                    false => Err(it.wrong("a quantity of 1 to 100")),
                }
            })?;
            found.insert(term, percent);
        }
    }
    Ok(found)
}

fn extras(file: &Field<'_>, sources: &Sources) -> Parsed<BTreeMap<String, Extra>> {
    let Some(extras) = file.get_if_there("extras")? else {
        return Ok(BTreeMap::new());
    };
    let all = extras
        .value
        .as_object()
        .ok_or_else(|| extras.wrong("an object of prices by name"))?;
    let mut found = BTreeMap::new();
    for name in all.keys() {
        let field = extras.get(name)?;
        let unit = field.get("unit")?;
        let text = unit.text()?;
        let known = ExtraUnit::ALL
            .into_iter()
            .find(|it| it.price_unit() == text);
        let unit = known.ok_or_else(|| {
            unit.wrong(
                "\"USD per hour\", \"USD per GB\", \"USD per GB-month\" or \"USD per request\"",
            )
        })?;
        let extra = Extra {
            name: field.get("name")?.text()?.to_owned(),
            unit,
            price: field.price(unit.price_unit(), sources)?,
        };
        found.insert(name.clone(), extra);
    }
    Ok(found)
}
