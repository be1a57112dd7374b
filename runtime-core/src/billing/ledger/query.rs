//! Groups of what was billed, whose amounts add up to what they are groups of.

use super::{Came, Ledger, LedgerEntry, OutcomeKind, StartKind};
use crate::billing::{Bill, BilledSettings, FreeTier, Gigabytes, PriceBook, Usage, bill};
use crate::units::{FunctionId, Moment, Money, Span};
use std::collections::BTreeMap;
use std::fmt;

/// What one asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Of this function only.
    pub function: Option<FunctionId>,
    /// That came so only.
    pub came: Option<Came>,
    /// That began so only.
    pub start: Option<StartKind>,
    /// That ended so only.
    pub outcome: Option<OutcomeKind>,
    /// Until when what endures is counted, provisioned concurrency and snapshots: until the last fact without it.
    pub until: Option<Moment>,
}

/// By what it is told apart. `Display` says it in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// Whose it is.
    #[default]
    Function,
    /// How it came.
    Came,
    /// How it began.
    Start,
    /// How it ended.
    Outcome,
}

/// What a group has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Whose it is.
    Function(FunctionId),
    /// How it came.
    Came(Came),
    /// How it began.
    Start(StartKind),
    /// How it ended.
    Outcome(OutcomeKind),
    /// It costs while nothing runs: provisioned concurrency that is enabled, snapshots that are kept.
    Idle,
}

/// What has something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What.
    pub key: Key,
    /// Invocations.
    pub invocations: u64,
    /// What they used.
    pub usage: Usage,
    /// What was used in the month before these, so that tiers are told right.
    pub before: Usage,
    /// What it costs, at list prices.
    pub amount: Money,
}

/// What compute of a group costs by phase. The three add up to the group's compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// INIT, and what is billed of RESTORE.
    pub init: Money,
    /// The handler.
    pub handler: Money,
    /// What is missing to whole milliseconds.
    pub rounding: Money,
}

/// What invocations with the same settings sum up to.
#[derive(Clone, Copy, Debug)]
struct Sum {
    settings: BilledSettings,
    provisioned: bool,
    invocations: u64,
    requests: u64,
    billed: Span,
    restores: u64,
}

/// Sums by function and revision; few, so that looking one up is looking at each.
type Sums = Vec<((FunctionId, u32), Sum)>;

impl By {
    /// All there are.
    pub const ALL: [By; 4] = [By::Function, By::Came, By::Start, By::Outcome];

    const fn key(self, it: &LedgerEntry) -> Key {
        match self {
            By::Function => Key::Function(it.function),
            By::Came => Key::Came(it.came),
            By::Start => Key::Start(it.start),
            By::Outcome => Key::Outcome(it.outcome),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            By::Function => "function",
            By::Came => "trigger",
            By::Start => "start",
            By::Outcome => "outcome",
        })
    }
}

impl Selection {
    /// The same, of what has this in common as well.
    #[must_use]
    pub const fn with(self, key: Key) -> Selection {
        match key {
            Key::Function(function) => Selection {
                function: Some(function),
                ..self
            },
            Key::Came(came) => Selection {
                came: Some(came),
                ..self
            },
            Key::Start(start) => Selection {
                start: Some(start),
                ..self
            },
            Key::Outcome(outcome) => Selection {
                outcome: Some(outcome),
                ..self
            },
            Key::Idle => self,
        }
    }

    fn has(&self, it: &LedgerEntry) -> bool {
        self.function.is_none_or(|function| function == it.function)
            && self.came.is_none_or(|came| came == it.came)
            && self.start.is_none_or(|start| start == it.start)
            && self.outcome.is_none_or(|outcome| outcome == it.outcome)
    }

    /// Whether what costs while nothing runs belongs to it: it neither came nor began nor ended.
    const fn has_idle(&self) -> bool {
        self.came.is_none() && self.start.is_none() && self.outcome.is_none()
    }
}

impl Ledger {
    /// What was billed of a selection, the last first.
    pub fn entries(&self, selection: Selection) -> impl Iterator<Item = &LedgerEntry> {
        let all = self.charges.iter().rev();
        all.filter(move |it| selection.has(it))
    }

    /// A selection in groups, in a month in which `before` was used before. Their amounts add up to the amount of all
    /// of the selection.
    pub fn groups(
        &self,
        by: By,
        selection: Selection,
        book: &PriceBook,
        before: &Usage,
    ) -> Vec<Group> {
        let mut sums: BTreeMap<Key, Sums> = BTreeMap::new();
        for it in self.charges.iter().filter(|it| selection.has(it)) {
            add(sums.entry(by.key(it)).or_default(), it);
        }
        let mut idle: BTreeMap<Key, Usage> = BTreeMap::new();
        if selection.has_idle() {
            match by {
                By::Function => {
                    for function in self.names.keys() {
                        if selection.function.is_none_or(|it| it == *function) {
                            let used = self.usage.idle(selection.until, |it| it == *function);
                            idle.insert(Key::Function(*function), used);
                        }
                    }
                }
                By::Came | By::Start | By::Outcome => {
                    let wanted = |it| selection.function.is_none_or(|function| function == it);
                    idle.insert(Key::Idle, self.usage.idle(selection.until, wanted));
                }
            }
        }
        idle.retain(|_, used| *used != Usage::default());
        for key in idle.keys() {
            sums.entry(*key).or_default();
        }
        let mut before = *before;
        let of_key = |(key, sums): (Key, Sums)| {
            let ran: Usage = sums.iter().map(|(_, sum)| sum.usage(book)).sum();
            let usage = ran + idle.get(&key).copied().unwrap_or_default();
            let group = Group {
                key,
                invocations: sums.iter().map(|(_, sum)| sum.invocations).sum(),
                usage,
                before,
                amount: bill(book, &usage, &before, FreeTier::Off).total(),
            };
            before += usage;
            group
        };
        sums.into_iter().map(of_key).collect()
    }

    /// What compute on demand of a selection costs by phase.
    pub fn phases(&self, selection: Selection, compute: Money) -> Phases {
        let (mut init, mut handler, mut rounding) = (0_u128, 0_u128, 0_u128);
        let on_demand = |it: &&LedgerEntry| selection.has(it) && !it.billed.provisioned;
        for it in self.charges.iter().filter(on_demand) {
            let memory = u128::from(it.billed.settings.memory.get());
            let time = it.billed.time();
            let of = |span: Span| memory * u128::from(span.as_nanos());
            init += of(time.init);
            handler += of(time.handler);
            rounding += of(time.rounding);
        }
        // Shares need 64 bits: what is lost of them is far less than is shown.
        let all = init + handler + rounding;
        let shift = 128_u32
            .saturating_sub(all.leading_zeros())
            .saturating_sub(63);
        let part = |some: u128| u64::try_from(some >> shift).unwrap_or(u64::MAX);
        let init = compute.share(part(init), part(all));
        let rounding = compute.share(part(rounding), part(all));
        Phases {
            init,
            rounding,
            handler: compute - init - rounding,
        }
    }
}

fn add(sums: &mut Sums, it: &LedgerEntry) {
    let key = (it.function, it.revision);
    let provisioned = it.billed.provisioned;
    let found = sums
        .iter_mut()
        .find(|(of, sum)| *of == key && sum.provisioned == provisioned);
    let sum = match found {
        Some((_, sum)) => sum,
        None => {
            let none = Sum {
                settings: it.billed.settings,
                provisioned,
                invocations: 0,
                requests: 0,
                billed: Span::ZERO,
                restores: 0,
            };
            &mut sums.push_mut((key, none)).1
        }
    };
    sum.invocations += u64::from(it.request.is_some());
    sum.requests = sum.requests.saturating_add(it.requests);
    sum.billed += Span::from_millis(it.billed.billed_millis());
    sum.restores += u64::from(it.billed.restored);
}

impl Sum {
    fn usage(&self, book: &PriceBook) -> Usage {
        let used = match self.provisioned {
            true => self.settings.provisioned_usage(book, self.billed),
            false => self.settings.usage(book, 0, self.billed),
        };
        let memory = self.settings.memory;
        Usage {
            requests: self.requests,
            snapshot_restores: Gigabytes::of(memory, self.restores),
            ..used
        }
    }
}

impl Group {
    /// Its bill, line by line.
    pub fn bill(&self, book: &PriceBook) -> Bill {
        bill(book, &self.usage, &self.before, FreeTier::Off)
    }
}
