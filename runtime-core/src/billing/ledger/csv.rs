//! The lines of a cost and usage report.

use super::{Ledger, LedgerEntry};
use crate::billing::{BillLine, BillQuantity, FreeTier, PriceBook, Selection, Usage, bill};
use crate::timeline::Architecture;
use crate::units::Moment;
use std::fmt::Write;

/// A subset of the columns of AWS's Cost and Usage Report, by its names ("Data dictionary", Data Exports user guide).
/// Usage types have no region's prefix in `us-east-1`; of other regions AWS's prefixes are left out.
const COLUMNS: &str = "identity/LineItemId,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/ResourceId,lineItem/UsageAmount,pricing/unit,lineItem/UnblendedRate,lineItem/UnblendedCost,lineItem/LineItemDescription\n";

impl Ledger {
    /// What was billed of a selection as lines of a cost and usage report, in the order in which it ended: a line for
    /// each invocation and price. `wall` says when a moment was, as `2026-11-23T10:00:00Z`.
    pub fn csv(
        &self,
        selection: Selection,
        book: &PriceBook,
        wall: impl Fn(Moment) -> String,
    ) -> String {
        let mut text = COLUMNS.to_owned();
        let mut before = Usage::default();
        let entries: Vec<&LedgerEntry> = self.entries(selection).collect();
        for (number, it) in entries.into_iter().rev().enumerate() {
            let usage = Usage {
                requests: it.requests,
                ..it.billed.usage(book)
            };
            let billed = it.billed.time().billed();
            let begin = Moment::from_nanos(it.at.as_nanos().saturating_sub(billed.as_nanos()));
            let (begin, end) = (wall(begin), wall(it.at));
            for (line, place) in bill(book, &usage, &before, FreeTier::Off)
                .lines
                .iter()
                .zip(1..)
            {
                let name = quoted(self.name(it.function));
                let (amount, unit) = quantity(line);
                // A String takes everything.
                let _ = writeln!(
                    text,
                    "{}-{place},{begin},{end},AWSLambda,{},Invoke,{name},{amount},{unit},{},{},{}",
                    number + 1,
                    usage_type(line, it.billed.settings.architecture),
                    line.price,
                    line.amount.exact(),
                    quoted(&line.subject.to_string()),
                );
            }
            before += usage;
        }
        text
    }
}

/// As AWS's Price List names it.
fn usage_type(line: &BillLine, of: Architecture) -> &'static str {
    use crate::billing::BillSubject as Subject;
    use crate::timeline::Architecture::{Arm64, X86_64};
    match line.subject {
        Subject::Requests => "Request",
        Subject::Compute {
            architecture: X86_64,
            ..
        } => "Lambda-GB-Second",
        Subject::Compute {
            architecture: Arm64,
            ..
        } => "Lambda-GB-Second-ARM",
        Subject::ProvisionedCapacity {
            architecture: X86_64,
        } => "Lambda-Provisioned-Concurrency",
        Subject::ProvisionedCapacity {
            architecture: Arm64,
        } => "Lambda-Provisioned-Concurrency-ARM",
        Subject::ProvisionedDuration {
            architecture: X86_64,
        } => "Lambda-Provisioned-GB-Second",
        Subject::ProvisionedDuration {
            architecture: Arm64,
        } => "Lambda-Provisioned-GB-Second-ARM",
        Subject::EphemeralStorage => match of {
            X86_64 => "Lambda-Storage-GB-Second",
            Arm64 => "Lambda-Storage-GB-Second-ARM",
        },
        Subject::SnapshotCache => "Lambda-SnapStart-Cached-GB-S",
        Subject::SnapshotRestores => "Lambda-SnapStart-Restored-GB",
    }
}

fn quantity(line: &BillLine) -> (String, &'static str) {
    match line.quantity {
        BillQuantity::Requests(requests) => (requests.to_string(), "Requests"),
        BillQuantity::GbSeconds(amount) => (amount.to_string(), "Lambda-GB-Second"),
        BillQuantity::Gigabytes(amount) => (amount.to_string(), "GB"),
    }
}

/// A field that may hold a comma or quotes.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
