//! Groups add up at every level, whatever one asks for.

use super::*;
use crate::billing::properties::{session, timeline};
use crate::billing::session_tests::{provisioned, serve};
use crate::billing::worked_examples::shipped;
use crate::billing::{FreeTier, PriceBook, Usage};
use crate::timeline::Timeline;
use crate::units::{Money, Span};
use proptest::prelude::*;

fn folded(timeline: &Timeline) -> Ledger {
    let mut ledger = Ledger::default();
    for entry in timeline.entries() {
        ledger.apply(entry);
    }
    ledger
}

fn sum(groups: &[Group]) -> Money {
    groups.iter().map(|it| it.amount).sum()
}

/// Each level adds up to the one above, down to the lines of the last.
fn adds_up(ledger: &Ledger, book: &PriceBook, selection: Selection, above: &Group, depth: usize) {
    for by in By::ALL {
        let groups = ledger.groups(by, selection, book, &above.before);
        let invocations: u64 = groups.iter().map(|it| it.invocations).sum();
        assert_eq!(invocations, above.invocations, "{by}, {selection:?}");
        assert_eq!(sum(&groups), above.amount, "{by}, {selection:?}");
        let usage: Usage = groups.iter().map(|it| it.usage).sum();
        assert_eq!(usage, above.usage, "{by}, {selection:?}");
        for group in &groups {
            let lines = group.bill(book).lines;
            let lines: Money = lines.iter().map(|it| it.amount).sum();
            assert_eq!(lines, group.amount);
            if depth > 0 && group.key != Key::Idle {
                adds_up(ledger, book, selection.with(group.key), group, depth - 1);
            }
        }
    }
}

/// The whole session as one group.
fn whole(ledger: &Ledger, book: &PriceBook) -> Group {
    let groups = ledger.groups(By::Function, Selection::default(), book, &Usage::default());
    Group {
        key: Key::Idle,
        invocations: groups.iter().map(|it| it.invocations).sum(),
        usage: groups.iter().map(|it| it.usage).sum(),
        before: Usage::default(),
        amount: sum(&groups),
    }
}

fn agrees(timeline: &Timeline) {
    let (book, ledger) = (shipped(), folded(timeline));
    let bill = ledger.usage().bill(&book, &Usage::default(), FreeTier::Off);
    let whole = whole(&ledger, &book);
    assert_eq!(whole.amount, bill.total());
    assert_eq!(whole.usage, ledger.usage().total(&book));
    adds_up(&ledger, &book, Selection::default(), &whole, 2);
    let phases = ledger.phases(Selection::default(), bill.compute());
    assert_eq!(
        phases.init + phases.handler + phases.rounding,
        bill.compute()
    );
}

proptest! {
    #[test]
    fn every_level_adds_up_to_the_one_above(session in session(), backwards: bool) {
        agrees(&timeline(&session, backwards));
    }

    #[test]
    fn a_report_has_a_line_for_every_price_and_comes_to_the_same(session in session()) {
        let (book, ledger) = (shipped(), folded(&timeline(&session, false)));
        let csv = ledger.csv(Selection::default(), &book, |_| String::from("2026-11-23T00:00:00Z"));
        let mut lines = 0;
        for line in csv.lines().skip(1) {
            // Names here have no commas; a description may, and comes last.
            let fields: Vec<&str> = line.split(',').collect();
            let cost = fields[10].parse::<f64>().unwrap_or(f64::NAN);
            prop_assert!(cost > 0.0, "{line}");
            // Quantity times rate is the cost, to the digits of a float.
            let (amount, rate): (f64, f64) =
                (fields[7].parse().unwrap_or(f64::NAN), fields[9].parse().unwrap_or(f64::NAN));
            prop_assert!((amount * rate - cost).abs() <= cost * 1e-9, "{line}");
            lines += 1;
        }
        let billed = ledger.entries(Selection::default());
        let expected: usize = billed
            .map(|it| {
                let usage = it.billed.usage(&book);
                crate::billing::bill(&book, &usage, &Usage::default(), FreeTier::Off).lines.len()
            })
            .sum();
        prop_assert_eq!(lines, expected);
    }
}

#[test]
fn what_runs_and_what_idles_on_provisioned_concurrency_adds_up() {
    let mut timeline = provisioned();
    let at = |seconds: u64| crate::units::Moment::START + Span::from_secs(seconds);
    serve(&mut timeline, at(20), 1, true);
    serve(&mut timeline, at(30), 2, false);
    agrees(&timeline);
    let (book, ledger) = (shipped(), folded(&timeline));
    let by_start = ledger.groups(By::Start, Selection::default(), &book, &Usage::default());
    let keys: Vec<Key> = by_start.iter().map(|it| it.key).collect();
    assert_eq!(
        keys,
        [
            Key::Start(StartKind::Warm),
            Key::Start(StartKind::Cold),
            Key::Start(StartKind::Ahead),
            Key::Idle,
        ]
    );
    // Three environments of 128 MB for five minutes: the dearest of it.
    let idle = &by_start[3];
    assert_eq!(idle.invocations, 0);
    assert!(by_start[..3].iter().all(|it| it.amount < idle.amount));
    assert_eq!(ledger.name(crate::units::FunctionId(0)), "function-0");
}

#[test]
fn a_report_names_what_aws_names() {
    let mut timeline = provisioned();
    let now = crate::units::Moment::START + Span::from_secs(20);
    serve(&mut timeline, now, 1, false);
    let csv = folded(&timeline).csv(Selection::default(), &shipped(), |moment| {
        format!("{}", moment.as_nanos() / 1_000_000)
    });
    let expected = "\
1-1,19700,20000,AWSLambda,Request,Invoke,function-0,1,Requests,0.0000002,0.0000002,requests
1-2,19700,20000,AWSLambda,Lambda-GB-Second,Invoke,function-0,0.0375,Lambda-GB-Second,0.0000166667,0.00000062500125,\"compute, x86_64\"
";
    assert_eq!(csv.split_once('\n').map(|(_, lines)| lines), Some(expected));
}
