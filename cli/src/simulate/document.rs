//! The result as one JSON document.

use super::Simulated;
use crate::failure::Failure;
use runtime_core::billing::{Bill, Usage};
use runtime_core::simulator::{Headline, Histogram, Interval};
use serde::Serialize;
use std::collections::BTreeMap;

/// The same scenario makes the same document, byte for byte: it says nothing of the machine.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    seed: u64,
    headline: &'a Headline,
    /// Of percentiles, relative.
    percentile_error: f64,
    /// Over replications: what each figure is on average, and how sure that is. Times are seconds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    intervals: BTreeMap<&'static str, Interval>,
    usage: &'a Usage,
    bill: &'a Bill,
    /// Dollars at list prices, exactly.
    cost: String,
}

pub(super) fn document(result: &Simulated<'_>) -> Result<String, Failure> {
    let document = Document {
        version: 1,
        seed: result.scenario.seed.0,
        headline: &result.headline,
        percentile_error: Histogram::ERROR,
        intervals: result.intervals.iter().copied().collect(),
        usage: &result.usage,
        bill: &result.bill,
        cost: result.bill.total().exact(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::Broken(format!("could not write the result: {error}")))
}
