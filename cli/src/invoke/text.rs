//! The session for people.

use super::result::{Ended, InvocationResult, RequestResult, SessionResult, refusal};
use runtime_core::billing::{Bill, BillLine, BillQuantity, FreeTier};
use runtime_core::projections::{SnapshotRecord, SnapshotState};
use runtime_core::timeline::{Outcome, Start};
use runtime_core::units::{Money, Span};
use std::fmt::Write;

/// The text; responses are in it as the bytes that they are.
pub(super) fn text(result: &SessionResult<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let configuration = &result.configuration;
    out.extend(
        format!(
            "{} · {} · {} · {} · timeout {} s\n",
            configuration.name,
            configuration.kind.name(),
            configuration.memory,
            configuration.architecture.name(),
            configuration.timeout.as_nanos() / 1_000_000_000,
        )
        .bytes(),
    );
    if let Some((record, log)) = &result.snapshot {
        out.extend(snapshot(record, log).bytes());
    }
    for (number, request) in (1..).zip(&result.requests) {
        out.extend(format!("\n{}\n", heading(number, result.requests.len(), request)).bytes());
        match &request.ended {
            Ended::Invoked(invocation) => {
                out.extend(invocation.log.bytes());
                let title = match invocation.end.outcome {
                    Outcome::Succeeded => "\nResponse\n",
                    Outcome::Failed(_) => "\nResponse (200, X-Amz-Function-Error: Unhandled)\n",
                };
                out.extend(title.bytes());
                out.extend(invocation.payload.iter());
                out.push(b'\n');
                out.extend(invocation_bill(invocation, result.free_tier).bytes());
            }
            Ended::Refused { rejection, body } => {
                let title = format!(
                    "Response ({}, {})\n{body}\n\nBill: nothing, since no handler ran.\n",
                    rejection.status(),
                    rejection.exception()
                );
                out.extend(title.bytes());
            }
        }
    }
    if result.requests.len() > 1 {
        out.extend(session(result).bytes());
    }
    let prices = format!(
        "\nPrices: {} ({}), {}, {}, read {}.\n",
        result.book.region_name,
        result.book.region,
        result.book.request.source.page,
        result.book.request.source.url,
        result.book.request.source.read,
    );
    out.extend(prices.bytes());
    out
}

fn snapshot(record: &SnapshotRecord, log: &str) -> String {
    let became = match &record.state {
        SnapshotState::Taken { size, .. } => {
            format!("{size} kept, restored {} times", record.restores)
        }
        SnapshotState::Refused(reason) => format!("none: {}", refusal(reason.as_ref())),
        SnapshotState::Pending => "pending".to_owned(),
    };
    format!("\n== Snapshot · {became}\n{log}")
}

fn heading(number: usize, of: usize, request: &RequestResult) -> String {
    let what = match &request.ended {
        Ended::Refused { rejection, .. } => format!("refused with {}", rejection.status()),
        Ended::Invoked(invocation) => {
            let start = match invocation.start {
                Start::Cold { .. } => "cold start",
                Start::Restored { .. } => "restored from the snapshot",
                Start::Warm => "warm start",
                Start::InitAgain => "init again, inside the invocation",
            };
            format!("{start} in {}", invocation.environment)
        }
    };
    format!(
        "== Request {number} of {of} at {} · {what}",
        request.arrived
    )
}

fn invocation_bill(invocation: &InvocationResult, free_tier: FreeTier) -> String {
    let billed = &invocation.billed;
    let time = &billed.time;
    let mut text = String::from("\nBill\n");
    let init = match invocation.start {
        Start::Cold { .. } => format!("init {} + ", exact_millis(time.init)),
        Start::Restored { .. } => format!("restore {} + ", exact_millis(time.init)),
        Start::Warm | Start::InitAgain => String::new(),
    };
    // Writing to a String does not fail, here and below.
    let _ = writeln!(
        text,
        "  {} ms billed = {init}handler {} + rounding {}",
        time.billed_millis(),
        exact_millis(time.handler),
        exact_millis(time.rounding),
    );
    lines(&mut text, &billed.bill, free_tier);
    let _ = writeln!(
        text,
        "  one millisecond at this memory: {}",
        usd(billed.per_millisecond)
    );
    if let Start::Cold { .. } | Start::Restored { .. } = invocation.start {
        let _ = writeln!(text, "  the same warm: {}", usd(billed.warm.total()));
    }
    let _ = writeln!(
        text,
        "  a thousand like it: ${}, a million: ${}",
        billed.per_thousand.total().decimal(6),
        billed.per_million.total().decimal(2)
    );
    text
}

fn session(result: &SessionResult<'_>) -> String {
    let count = |wanted: fn(Start) -> bool| {
        let starts = result.invocations().map(|invocation| invocation.start);
        starts.filter(|start| wanted(*start)).count()
    };
    let failed = result
        .invocations()
        .filter(|invocation| invocation.end.outcome != Outcome::Succeeded)
        .count();
    let mut text = String::from("\n== Session\n");
    let _ = writeln!(
        text,
        "{} requests: {} cold, {} restored, {} warm, {} with init again, {} refused; {failed} function errors",
        result.requests.len(),
        count(|start| matches!(start, Start::Cold { .. })),
        count(|start| matches!(start, Start::Restored { .. })),
        count(|start| matches!(start, Start::Warm)),
        count(|start| matches!(start, Start::InitAgain)),
        result.requests.len() - result.invocations().count(),
    );
    text.push_str("\nBill\n");
    lines(&mut text, &result.bill, result.free_tier);
    text
}

/// A table of what is billed and a total.
fn lines(text: &mut String, bill: &Bill, free_tier: FreeTier) {
    let mut rows: Vec<[String; 3]> = bill.lines.iter().map(row).collect();
    if free_tier == FreeTier::On {
        let covered = format!(
            "{} requests, {} GB-s",
            bill.free_tier.requests, bill.free_tier.compute
        );
        rows.push([
            "free tier".to_owned(),
            covered,
            usd(bill.free_tier.amount()),
        ]);
    }
    rows.push(["total".to_owned(), String::new(), usd(bill.total())]);
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let (first, second, third) = (width(0), width(1), width(2));
    for [subject, quantity, amount] in &rows {
        let _ = writeln!(
            text,
            "  {subject:first$}  {quantity:second$}  {amount:>third$}"
        );
    }
}

fn row(line: &BillLine) -> [String; 3] {
    let quantity = match line.quantity {
        BillQuantity::Requests(count) => format!("{count} × ${}", line.price),
        BillQuantity::GbSeconds(amount) => format!("{amount} GB-s × ${}", line.price),
        BillQuantity::Gigabytes(amount) => format!("{amount} GB × ${}", line.price),
    };
    [line.subject.to_string(), quantity, usd(line.amount)]
}

/// The places after the point of all amounts in a table, so that points stand below each other.
const PLACES: u32 = 13;

fn usd(amount: Money) -> String {
    match amount.is_negative() {
        true => format!("-${}", (Money::ZERO - amount).decimal(PLACES)),
        false => format!("${}", amount.decimal(PLACES)),
    }
}

/// Milliseconds to the nanosecond, so that the parts add up to what is billed.
fn exact_millis(span: Span) -> String {
    let nanos = span.as_nanos();
    let text = format!("{}.{:06}", nanos / 1_000_000, nanos % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
