//! One invocation's bill as rows and cells.

use super::words::grouped;
use crate::session::Reading;
use crate::shapes::strip::StripModel;
use runtime_core::billing::{
    BillQuantity, BilledInvocation, FreeTier, InvocationBill, Usage, bill_invocation,
};
use runtime_core::projections::InvocationRecord;
use runtime_core::timeline::ClockSetting;
use runtime_core::units::{Money, Span};

/// Decimals of small amounts: a millisecond at 128 MB is 0.0000000020833375 dollars.
const FINE: u32 = 12;

/// Everything that the panel shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BillModel {
    pub(super) total: String,
    pub(super) summary: String,
    pub(super) strip: StripModel,
    pub(super) time: Vec<Row>,
    pub(super) lines: Vec<Row>,
    pub(super) compare: Vec<Row>,
    pub(super) per_millisecond: Money,
    pub(super) source: String,
}

/// A name, an amount, and whether it is a sum.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) amount: String,
    pub(super) class: &'static str,
    /// The class of the colour that stands for it in the strip.
    pub(super) key: Option<&'static str>,
}

fn row(name: impl Into<String>, amount: impl Into<String>, class: &'static str) -> Row {
    Row {
        name: name.into(),
        amount: amount.into(),
        class,
        key: None,
    }
}

pub(super) fn dollars(amount: Money, decimals: u32) -> String {
    let text = amount.decimal(decimals);
    match text.strip_prefix('-') {
        Some(rest) => format!("−${rest}"),
        None => format!("${text}"),
    }
}

/// What an invocation that has ended costs; `None` for one that is not billed.
pub(super) fn bill_of(reading: &Reading<'_>, record: &InvocationRecord) -> Option<InvocationBill> {
    let end = record.end()?;
    let (_, start) = record.started?;
    let invocation = BilledInvocation::finished(
        record.configuration.as_deref()?.into(),
        start,
        end.outcome,
        end.duration,
    )?
    .on_provisioned(record.provisioned);
    let (book, free_tier) = (reading.prices()?, reading.free_tier());
    Some(bill_invocation(
        book,
        &invocation,
        &Usage::default(),
        free_tier,
    ))
}

/// The bill of an invocation that has ended; `None` for one that is not billed.
pub(super) fn bill_model(reading: &Reading<'_>, record: &InvocationRecord) -> Option<BillModel> {
    let book = reading.prices()?;
    let configuration = record.configuration.as_ref()?;
    let bill = bill_of(reading, record)?;
    let time = bill.time;
    let billed = time.billed_millis();
    Some(BillModel {
        total: dollars(bill.bill.total(), FINE),
        summary: summary(
            &bill,
            billed,
            configuration.memory.get(),
            configuration.clock,
        ),
        strip: StripModel {
            init_ns: time.init.as_nanos(),
            restored: record.restored().is_some(),
            handler_ns: time.handler.as_nanos(),
            billed_ms: billed,
        },
        time: time_rows(record.restored().is_some(), &time, billed),
        lines: line_rows(&bill, reading.free_tier()),
        compare: compare_rows(&bill),
        per_millisecond: bill.per_millisecond,
        source: format!(
            "{} prices of {}, read {}",
            book.region,
            configuration.architecture.name(),
            book.date
        ),
    })
}

fn summary(bill: &InvocationBill, billed: u64, memory: u32, clock: ClockSetting) -> String {
    let times = match bill.bill.total().per_dollar() {
        Some(count) => {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            format!("{} of these for one dollar", grouped(count))
        }
        None => "the free tier covers all of it".to_owned(),
    };
    format!(
        "{} ms billed at {} MB · {} · {times}",
        grouped(billed),
        grouped(u64::from(memory)),
        clock.name()
    )
}

fn time_rows(restored: bool, time: &runtime_core::billing::BilledTime, billed: u64) -> Vec<Row> {
    let millis = |span: Span| format!("{} ms", exact_millis(span));
    let mut rows = Vec::new();
    if time.init > Span::ZERO {
        rows.push(Row {
            key: Some("key-init"),
            ..row(
                if restored { "restore, billed" } else { "init" },
                millis(time.init),
                "",
            )
        });
    }
    rows.push(Row {
        key: Some("key-handler"),
        ..row("handler", millis(time.handler), "")
    });
    rows.push(Row {
        key: Some("key-rounding"),
        ..row("rounded up to whole ms", millis(time.rounding), "")
    });
    rows.push(row(
        "billed duration",
        format!("{} ms", grouped(billed)),
        "sum",
    ));
    rows
}

/// Milliseconds to the nanosecond without trailing zeros: these rows must add up exactly.
fn exact_millis(span: Span) -> String {
    let nanos = span.as_nanos();
    let text = format!("{}.{:06}", nanos / 1_000_000, nanos % 1_000_000);
    let short = text.trim_end_matches('0');
    let least = text.find('.').map_or(text.len(), |point| point + 3);
    text[..short.len().max(least)].to_owned()
}

fn line_rows(bill: &InvocationBill, free_tier: FreeTier) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in &bill.bill.lines {
        let quantity = match line.quantity {
            BillQuantity::Requests(count) => grouped(count),
            BillQuantity::GbSeconds(amount) => format!("{} GB-s", amount.decimal(9)),
            BillQuantity::Gigabytes(amount) => format!("{} GB", amount.decimal(6)),
        };
        rows.push(row(
            format!("{}: {quantity} × ${}", line.subject, line.price),
            dollars(line.amount, FINE),
            "",
        ));
    }
    if free_tier == FreeTier::On {
        rows.push(row(
            "free tier",
            dollars(bill.bill.free_tier.amount(), FINE),
            "muted",
        ));
    }
    rows.push(row(
        "this invocation",
        dollars(bill.bill.total(), FINE),
        "sum",
    ));
    rows
}

fn compare_rows(bill: &InvocationBill) -> Vec<Row> {
    let mut rows = vec![row(
        "one ms of compute at this memory",
        dollars(bill.per_millisecond, 13),
        "muted",
    )];
    if bill.warm != bill.bill {
        rows.push(row(
            "warm, the same would be",
            dollars(bill.warm.total(), FINE),
            "muted",
        ));
    }
    rows.push(row(
        "a thousand like this",
        dollars(bill.per_thousand.total(), 6),
        "muted",
    ));
    rows.push(row(
        "a million like this",
        dollars(bill.per_million.total(), 2),
        "muted",
    ));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_exact() {
        assert_eq!(exact_millis(Span::from_nanos(61_400_000)), "61.40");
        assert_eq!(exact_millis(Span::from_nanos(604_999)), "0.604999");
        assert_eq!(exact_millis(Span::ZERO), "0.00");
    }
}
