//! A sweep as one JSON document.

use super::Swept;
use crate::failure::Failure;
use runtime_core::simulator::{Interval, Number};
use serde::Serialize;
use std::collections::BTreeMap;

/// The same sweep makes the same document, byte for byte.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    seed: u64,
    replications: u32,
    axes: Vec<AxisDocument<'a>>,
    /// The last axis changes first.
    points: Vec<PointDocument<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AxisDocument<'a> {
    field: &'a str,
    values: &'a [Number],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PointDocument<'a> {
    /// In the order of the axes.
    values: &'a [Number],
    /// Times are seconds; the cost is dollars at list prices.
    figures: BTreeMap<&'static str, Interval>,
}

pub(super) fn document(swept: &Swept<'_>) -> Result<String, Failure> {
    let axes = swept.axes.iter().map(|it| AxisDocument {
        field: &it.path,
        values: &it.values,
    });
    let points = swept.points.iter().map(|it| PointDocument {
        values: &it.values,
        figures: it.figures.iter().copied().collect(),
    });
    let document = Document {
        version: 1,
        seed: swept.seed,
        replications: swept.replications,
        axes: axes.collect(),
        points: points.collect(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::Broken(format!("could not write the result: {error}")))
}
