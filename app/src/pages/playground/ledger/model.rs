//! A selection of the ledger as rows.

use super::super::bill_model::dollars;
use super::Way;
use crate::session::Reading;
use crate::shapes::text::grouped;
use runtime_core::billing::{
    FreeTier, Group, Key, Ledger, LedgerEntry, PriceBook, Selection, Usage, bill,
};
use runtime_core::timeline::SessionMeta;
use runtime_core::units::{Moment, Money, RequestId};

/// Decimals of amounts, as the bill of an invocation has them.
const FINE: u32 = 12;
/// How many of the dearest are listed.
const LISTED: usize = 20;

/// Everything that the panel shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Level {
    /// What was chosen, in words.
    pub(super) names: Vec<String>,
    pub(super) groups: Vec<GroupRow>,
    pub(super) sums: Vec<Shown>,
    pub(super) parts: Vec<Shown>,
    pub(super) dearest: Vec<EntryRow>,
}

/// What has something in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GroupRow {
    pub(super) key: Key,
    pub(super) name: String,
    pub(super) invocations: String,
    /// Of the level's amount, 0 to 1.
    pub(super) share: f64,
    pub(super) percent: String,
    pub(super) amount: String,
    /// Whether there is a level below.
    pub(super) enters: bool,
}

/// A name and an amount.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) amount: String,
    pub(super) class: &'static str,
    pub(super) testid: Option<&'static str>,
}

/// One invocation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EntryRow {
    pub(super) request: RequestId,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) billed: String,
    pub(super) amount: String,
}

impl Level {
    pub(super) fn of(ledger: &Ledger, way: &Way, book: &PriceBook, reading: &Reading<'_>) -> Level {
        let name = |key: Key| match key {
            Key::Function(function) => ledger.name(function).to_owned(),
            Key::Came(came) => came.to_string(),
            Key::Start(start) => start.to_string(),
            Key::Outcome(outcome) => outcome.to_string(),
            Key::Idle => "while nothing runs: provisioned concurrency, snapshots".to_owned(),
        };
        let now = reading.shown();
        let (selection, before) = selected(ledger, way, now, book);
        let groups = ledger.groups(way.by, selection, book, &before);
        let total: Money = groups.iter().map(|it| it.amount).sum();
        let has_deeper = way.open().count() > 1;
        let row = |it: &Group| {
            let share = match total.as_f64() {
                0.0 => 0.0,
                whole => it.amount.as_f64() / whole,
            };
            GroupRow {
                key: it.key,
                name: name(it.key),
                invocations: grouped(it.invocations),
                share,
                percent: format!("{:.1} %", share * 100.0),
                amount: dollars(it.amount, FINE),
                enters: has_deeper && it.key != Key::Idle,
            }
        };
        let mut rows: Vec<GroupRow> = groups.iter().map(row).collect();
        rows.sort_by(|a, b| b.share.total_cmp(&a.share));
        Level {
            names: way.path.iter().map(|(_, key)| name(*key)).collect(),
            groups: rows,
            sums: sums(ledger, way, total, (book, reading.free_tier()), now),
            parts: parts(ledger, selection, &groups, book),
            dearest: dearest(ledger, selection, book),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.names.is_empty()
    }
}

/// What was chosen, and what of the month comes before it: tiers are told from there, so that the groups of each
/// level add up to the row that was entered.
fn selected(ledger: &Ledger, way: &Way, now: Moment, book: &PriceBook) -> (Selection, Usage) {
    let mut selection = Way::default().selection(now);
    let mut before = Usage::default();
    for (by, key) in &way.path {
        let groups = ledger.groups(*by, selection, book, &before);
        if let Some(group) = groups.iter().find(|it| it.key == *key) {
            before = group.before;
        }
        selection = selection.with(*key);
    }
    (selection, before)
}

fn sums(
    ledger: &Ledger,
    way: &Way,
    total: Money,
    (book, free_tier): (&PriceBook, FreeTier),
    now: Moment,
) -> Vec<Shown> {
    let shown = |name: &str, amount: Money, class, testid| Shown {
        name: name.to_owned(),
        amount: dollars(amount, FINE),
        class,
        testid: Some(testid),
    };
    let at_list = shown("at list prices", total, "sum", "ledger-total");
    if free_tier == FreeTier::Off || !way.path.is_empty() {
        return vec![at_list];
    }
    let used = ledger.usage().total_until(book, now);
    let bill = bill(book, &used, &Usage::default(), free_tier);
    vec![
        at_list,
        shown("free tier", bill.free_tier.amount(), "muted", "ledger-free"),
        shown("this session", bill.total(), "sum", "ledger-paid"),
    ]
}

fn parts(ledger: &Ledger, selection: Selection, groups: &[Group], book: &PriceBook) -> Vec<Shown> {
    let mut lines: Vec<(String, Money)> = Vec::new();
    let mut compute = Money::ZERO;
    for group in groups {
        let bill = group.bill(book);
        compute += bill.compute();
        for line in bill.lines {
            let name = line.subject.to_string();
            match lines.iter_mut().find(|(it, _)| *it == name) {
                Some((_, amount)) => *amount += line.amount,
                None => lines.push((name, line.amount)),
            }
        }
    }
    let phases = ledger.phases(selection, compute);
    let phases = [
        ("of compute: INIT and restore", phases.init),
        ("of compute: handlers", phases.handler),
        ("of compute: rounding up to whole ms", phases.rounding),
    ];
    let phases = phases.map(|(name, amount)| (name.to_owned(), amount, "muted"));
    let lines = lines.into_iter().map(|(name, amount)| (name, amount, ""));
    let shown = |(name, amount, class): (String, Money, &'static str)| Shown {
        name,
        amount: dollars(amount, FINE),
        class,
        testid: None,
    };
    lines.chain(phases).map(shown).collect()
}

fn dearest(ledger: &Ledger, selection: Selection, book: &PriceBook) -> Vec<EntryRow> {
    let cost = |it: &LedgerEntry| {
        let usage = Usage {
            requests: it.requests,
            ..it.billed.usage(book)
        };
        bill(book, &usage, &Usage::default(), FreeTier::Off).total()
    };
    // What an invocation costs follows from memory and time nearly: the few that are listed are priced exactly.
    let weight = |it: &LedgerEntry| {
        u128::from(it.billed.settings.memory.get()) * u128::from(it.billed.billed_millis())
    };
    let mut dearest: Vec<(u128, RequestId, &LedgerEntry)> = Vec::new();
    for it in ledger.entries(selection) {
        let (Some(request), weight) = (it.request, weight(it)) else {
            continue;
        };
        if dearest.len() == LISTED && dearest.last().is_some_and(|least| weight <= least.0) {
            continue;
        }
        let place = dearest.partition_point(|other| other.0 >= weight);
        dearest.insert(place, (weight, request, it));
        dearest.truncate(LISTED);
    }
    let row = |(_, request, it): (u128, RequestId, &LedgerEntry)| EntryRow {
        request,
        name: ledger.name(it.function).to_owned(),
        what: format!("{}, {}", it.start, it.outcome),
        billed: format!("{} ms", grouped(it.billed.billed_millis())),
        amount: dollars(cost(it), FINE),
    };
    dearest.into_iter().map(row).collect()
}

/// A moment as reports have it: `2026-11-23T10:00:00Z`.
pub(super) fn wall(meta: SessionMeta, moment: Moment) -> String {
    runtime_core::units::written_time(meta.unix_nanos(moment) / 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::billing::By;
    use runtime_core::units::FunctionId;

    #[test]
    fn one_goes_down_and_back() {
        let mut way = Way::default();
        way.enter(Key::Function(FunctionId(1)));
        assert_eq!(way.by, By::Came);
        way.by = By::Outcome;
        way.enter(Key::Outcome(runtime_core::billing::OutcomeKind::Failed));
        assert_eq!(way.open().collect::<Vec<_>>(), [By::Came, By::Start]);
        assert_eq!(way.selection(Moment::START).function, Some(FunctionId(1)));
        way.back(1);
        assert_eq!((way.by, way.path.len()), (By::Outcome, 1));
        way.back(0);
        assert_eq!((way.by, way.path.len()), (By::Function, 0));
    }
}
