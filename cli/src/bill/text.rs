//! An estimate as a table, or as one JSON document.

use crate::failure::Failure;
use crate::simulate::grouped;
use runtime_core::billing::Standing;
use runtime_core::estimate::{CostEstimate, EstimatePrices, GrowthMonth, Section};
use runtime_core::units::Money;
use serde::Serialize;
use std::fmt::Write;

/// What was asked for.
pub(super) struct Answer {
    pub(super) estimate: CostEstimate,
    /// An amount, and for how many requests it pays.
    pub(super) requests_for: Option<(Money, Option<u64>)>,
    pub(super) growth: Vec<GrowthMonth>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(flatten)]
    estimate: &'a CostEstimate,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_for: Option<RequestsFor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    growth: Vec<Month>,
}

#[derive(Serialize)]
struct RequestsFor {
    amount: Money,
    requests: Option<u64>,
}

#[derive(Serialize)]
struct Month {
    month: usize,
    requests: u64,
    total: Money,
}

impl Answer {
    pub(super) fn json(&self) -> Result<String, Failure> {
        let document = Document {
            estimate: &self.estimate,
            requests_for: self
                .requests_for
                .map(|(amount, requests)| RequestsFor { amount, requests }),
            growth: (1..)
                .zip(&self.growth)
                .map(|(month, it)| Month {
                    month,
                    requests: it.requests,
                    total: it.total,
                })
                .collect(),
        };
        serde_json::to_string_pretty(&document)
            .map(|json| json + "\n")
            .map_err(|error| Failure::Broken(format!("the result is no JSON: {error}")))
    }

    pub(super) fn table(&self, name: &str, prices: &EstimatePrices) -> String {
        let estimate = &self.estimate;
        let mut text = String::new();
        let title = match name {
            "" => "A month".to_owned(),
            name => format!("{name}, a month"),
        };
        // A String takes everything.
        let _ = writeln!(
            text,
            "{title} in {} ({}), prices of {}\n",
            estimate.region, prices.lambda.region_name, estimate.date
        );
        let steps = estimate.sections.iter().flat_map(|it| &it.steps);
        let wide = steps.map(|it| it.what.chars().count()).max().unwrap_or(0);
        for section in &estimate.sections {
            text.push_str(&self.section(section, wide));
        }
        let _ = writeln!(text, "total  ${}", estimate.total.decimal(2));
        let exact = estimate.total.exact();
        if exact != estimate.total.decimal(2) {
            let _ = writeln!(text, "       ${exact} before it is rounded");
        }
        if let Some((amount, requests)) = self.requests_for {
            let words = match requests {
                Some(requests) => format!("{} requests a month", grouped(requests)),
                None => "no number of requests that can be told".to_owned(),
            };
            let _ = writeln!(text, "\n${} pay for {words}", amount.decimal(2));
        }
        if !self.growth.is_empty() {
            text.push_str("\nmonth        requests  cost\n");
            let mut sum = Money::ZERO;
            for (month, it) in (1..).zip(&self.growth) {
                sum += it.total;
                let requests = grouped(it.requests);
                let cost = it.total.decimal(2);
                let _ = writeln!(text, "{month:>5}  {requests:>14}  ${cost}");
            }
            let _ = writeln!(text, "  all                  ${}", sum.decimal(2));
        }
        text
    }

    fn section(&self, section: &Section, wide: usize) -> String {
        let mut text = format!("{}  ${}\n", section.title, section.amount.exact());
        for step in &section.steps {
            let amount = step.amount.map(|it| format!(" = ${}", it.exact()));
            let mark = match step.standing {
                None | Some(Standing::Published) => "",
                Some(Standing::Reported) => "  (price as others report it)",
                Some(Standing::Assumed) => "  (price assumed)",
            };
            let _ = writeln!(
                text,
                "  {:<wide$}  {}{}{mark}",
                step.what,
                step.arithmetic,
                amount.unwrap_or_default()
            );
        }
        text.push('\n');
        text
    }
}
