//! A plan and prices -> what the month costs.

use super::check::{PlanFault, PlanPart};
use super::plan::{EstimatePlan, ExtraPlan};
use super::prices::EstimatePrices;
use super::words::grouped;
use super::{function, task};
use crate::billing::Standing;
use crate::units::Money;
use serde::Serialize;
use std::fmt;

/// What a month costs. The amounts of the sections add up to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CostEstimate {
    /// AWS's code of the region whose prices they are.
    pub region: String,
    /// Of which day, `YYYY-MM-DD`.
    pub date: String,
    /// In the order of the plan.
    pub sections: Vec<Section>,
    /// Everything together.
    pub total: Money,
}

/// A function, tasks, or something that concerns several of them. Its steps' amounts add up to its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// `function api`.
    pub title: String,
    /// How it is arrived at.
    pub steps: Vec<Step>,
    /// At list prices where it is a function: what the free tier takes off is a section of its own.
    pub amount: Money,
}

/// One step of the arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// `compute, x86_64`.
    pub what: String,
    /// `540,000 GB-s × $0.0000166667`.
    pub arithmetic: String,
    /// What it comes to, where it is money.
    pub amount: Option<Money>,
    /// How much weight the price's source has, where it has one.
    pub standing: Option<Standing>,
}

/// Why there is no estimate. Not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstimateError(pub Vec<PlanFault>);

impl fmt::Display for EstimateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for EstimateError {}

/// What a month costs that goes as planned.
///
/// # Errors
/// Everything that is wrong with the plan; or what the region has no prices for.
pub fn estimate(
    plan: &EstimatePlan,
    prices: &EstimatePrices,
) -> Result<CostEstimate, EstimateError> {
    let faults = plan.check();
    if !faults.is_empty() {
        return Err(EstimateError(faults));
    }
    let mut sections = function::sections(plan, prices).map_err(one)?;
    sections.extend(function::edge(plan, prices).map_err(one)?);
    sections.extend(task::sections(plan, prices).map_err(one)?);
    sections.extend(extras(plan, prices).map_err(one)?);
    Ok(CostEstimate {
        region: prices.lambda.region.clone(),
        date: prices.lambda.date.clone(),
        total: sections.iter().map(|it| it.amount).sum(),
        sections,
    })
}

fn one(fault: PlanFault) -> EstimateError {
    EstimateError(vec![fault])
}

fn extras(plan: &EstimatePlan, prices: &EstimatePrices) -> Result<Option<Section>, PlanFault> {
    if plan.extras.is_empty() {
        return Ok(None);
    }
    let steps = plan.extras.iter().enumerate();
    let steps = steps.map(|(place, it)| extra(PlanPart::Extra(place), it, prices));
    let steps = steps.collect::<Result<Vec<Step>, PlanFault>>()?;
    Ok(Some(Section::of("what comes with it".to_owned(), steps)))
}

fn extra(part: PlanPart, it: &ExtraPlan, prices: &EstimatePrices) -> Result<Step, PlanFault> {
    let known = prices.other.extras.get(&it.what);
    let (price, standing) = match (it.price, known) {
        (Some(price), _) => (price, None),
        (None, Some(known)) => (known.price.value, Some(known.price.source.standing)),
        (None, None) => {
            let names: Vec<&str> = prices.other.extras.keys().map(String::as_str).collect();
            let message = format!(
                "there is no price of \"{}\" in the file of {}",
                it.what, prices.lambda.region
            );
            let hint = match names.as_slice() {
                [] => "Give one: price = \"0.045\", in dollars for one.".to_owned(),
                names => format!(
                    "Give one, as price = \"0.045\", in dollars for one; or take one of these: {}.",
                    names.join(", ")
                ),
            };
            return Err(PlanFault::new(part, "what", message, hint));
        }
    };
    let quantity = format!("{}.{:03}", it.thousandths / 1_000, it.thousandths % 1_000);
    let quantity = grouped(quantity.trim_end_matches('0').trim_end_matches('.'));
    let unit = known.map(|it| format!(" {}", it.unit)).unwrap_or_default();
    Ok(Step {
        what: known.map_or_else(|| it.what.clone(), |it| it.name.clone()),
        arithmetic: format!("{quantity}{unit} × ${price}"),
        amount: Some(price.times_thousandths(it.thousandths)),
        standing,
    })
}

impl Section {
    pub(super) fn of(title: String, steps: Vec<Step>) -> Self {
        Section {
            title,
            amount: steps.iter().filter_map(|it| it.amount).sum(),
            steps,
        }
    }
}

impl Step {
    /// A step that is no money yet.
    pub(super) fn quantity(what: impl Into<String>, arithmetic: String) -> Self {
        Step {
            what: what.into(),
            arithmetic,
            amount: None,
            standing: None,
        }
    }
}
