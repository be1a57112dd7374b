//! Where a function's fuel is charged, and how much.
//!
//! A charge pays for the code up to the next charges. Heads of loops and the function's entry are
//! charged always, so that no cycle is free. Further charges are made where paths part that differ
//! by [`SPREAD`] or more; what differs by less is merged into the charge before, as the mean of the
//! paths. So a path's fuel is some way off its instructions' sum, but by a bounded amount for each
//! branch; it depends on nothing but the path.
//!
//! What is behind a loop is paid for before the loop, where it is small: to leave it happens once.
//! A path that can only end in a trap or an exception is no alternative: its last block is charged
//! on its own if it costs much, and the rest is paid for nowhere.
//!
//! Functions without loops that cost little ([`SMALL`]), call only such functions and are called
//! only by their index do not charge: their callers pay, as for their own instructions.

use super::flow::{Block, BlockId, Entry, Flow, Target};
use super::weights::HOST_CALL;

/// Paths that differ by less than this are charged their mean. Measured in Chromium 156: QuickJS
/// takes 1.41 times as long at 8, 1.17 at 16 and hardly less above; its fuel is off the sum of the
/// instructions by 1 % at 8, by 8 % at 16 and by 26 % at 64.
const SPREAD: u64 = 16;
/// The most that a function may cost for its callers to pay.
const SMALL: u64 = 64;
/// Means are kept in fractions of a unit.
const UNIT: u64 = 64;

/// A charge at the beginning of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charge {
    pub(super) block: BlockId,
    pub(super) fuel: u32,
}

/// Who pays for each function.
pub(super) type Payers = [Payer];

/// Who pays for what a function does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Payer {
    /// It charges for itself.
    #[default]
    Itself,
    /// Its callers, this much for each call.
    Callers(u32),
    /// Its callers: it is the host's.
    CallersOfHost,
}

/// Finds the charges; keeps its memory from function to function.
#[derive(Default)]
pub(super) struct Charges {
    /// In order.
    pub(super) all: Vec<Charge>,
    /// What is known of each block, from the last to the first.
    ahead: Vec<Ahead>,
    /// What is behind each loop.
    exits: Vec<Alternatives>,
}

/// What is known of a block.
#[derive(Clone, Copy, Default)]
struct Ahead {
    /// It is charged for on its own.
    charged: bool,
    /// Every path from it fails.
    doomed: bool,
    /// The fuel from its beginning up to the next charges, in fractions.
    fuel: u64,
}

/// Paths to choose from.
#[derive(Clone, Copy, Default)]
struct Alternatives {
    count: u64,
    sum: u64,
    least: u64,
    most: u64,
}

impl Alternatives {
    fn add(&mut self, fuel: u64) {
        self.least = match self.count {
            0 => fuel,
            _ => self.least.min(fuel),
        };
        self.most = self.most.max(fuel);
        self.sum = self.sum.saturating_add(fuel);
        self.count += 1;
    }

    fn mean(&self) -> u64 {
        self.sum.checked_div(self.count).unwrap_or(0)
    }
}

impl Charges {
    /// The charges of a function that pays for itself.
    pub(super) fn find(&mut self, flow: &Flow, payers: &Payers) {
        self.begin(flow);
        for (block, ahead) in flow.blocks.iter().zip(&mut self.ahead) {
            ahead.charged = block.entry != Entry::Plain
                || block.catches
                // Nothing before pays for it, and what is thrown may be caught.
                || (block.fails && u64::from(block.fuel) >= SPREAD);
        }
        // The first pass finds where to charge. That changes what was merged before, so the second
        // one counts.
        self.pass(flow, payers, true);
        self.pass(flow, payers, false);
        self.all.clear();
        for ((block, ahead), id) in flow.blocks.iter().zip(&self.ahead).zip(0..) {
            let least = u32::from(matches!(block.entry, Entry::Loop(_)));
            let fuel = units(ahead.fuel).max(least);
            if ahead.charged && fuel > 0 {
                self.all.push(Charge { block: id, fuel });
            }
        }
    }

    /// What a function costs, if its callers may pay for it.
    pub(super) fn small(&mut self, flow: &Flow, payers: &Payers) -> Option<u32> {
        let plain = |(block, id): (&Block, BlockId)| {
            let known =
                |callee: &u32| matches!(payers.get(*callee as usize), Some(Payer::Callers(_)));
            !block.changes_fuel && !block.catches && flow.calls(id).iter().all(known)
        };
        if !flow.loops.is_empty() || !flow.blocks.iter().zip(0..).all(plain) {
            return None;
        }
        self.begin(flow);
        self.pass(flow, payers, false);
        let fuel = units(self.ahead.first()?.fuel);
        Some(fuel).filter(|fuel| u64::from(*fuel) <= SMALL)
    }

    fn begin(&mut self, flow: &Flow) {
        self.ahead.clear();
        self.ahead.resize(flow.blocks.len(), Ahead::default());
    }

    /// From the last block to the first: branches lead forwards, or back to a loop's head, which
    /// pays for itself.
    fn pass(&mut self, flow: &Flow, payers: &Payers, mark: bool) {
        self.exits.clear();
        self.exits.resize(flow.loops.len(), Alternatives::default());
        for (index, block) in flow.blocks.iter().enumerate().rev() {
            let id = index as BlockId;
            let mut onward = self.onward(flow, id);
            if mark && onward.most - onward.least >= SPREAD * UNIT {
                for target in flow.targets(id) {
                    let within = flow.left_loop(id, target).is_none();
                    if within && self.fuel_to(flow, id, target) >= SPREAD * UNIT {
                        self.charge(target);
                    }
                }
                onward = self.onward(flow, id);
            }
            self.leave_loops(flow, id, mark);
            let own = flow.calls(id).iter().fold(block.fuel, |sum, callee| {
                sum.saturating_add(match payers.get(*callee as usize) {
                    Some(Payer::Callers(fuel)) => *fuel,
                    Some(Payer::CallersOfHost) => HOST_CALL,
                    Some(Payer::Itself) | None => 0,
                })
            });
            let mut targets = flow.targets(id).peekable();
            let goes_on = targets.peek().is_some();
            let doomed = block.fails || (goes_on && targets.all(|target| self.is_doomed(target)));
            if let Some(ahead) = self.ahead.get_mut(index) {
                ahead.fuel = u64::from(own) * UNIT + onward.mean();
                ahead.doomed = doomed;
            }
        }
    }

    /// What can follow on a block without leaving the loop that it is in.
    fn onward(&self, flow: &Flow, id: BlockId) -> Alternatives {
        let mut onward = Alternatives::default();
        for target in flow.targets(id) {
            if flow.left_loop(id, target).is_none() && !self.is_doomed(target) {
                onward.add(self.fuel_to(flow, id, target));
            }
        }
        onward
    }

    /// What is behind loops that this block can leave.
    fn leave_loops(&mut self, flow: &Flow, id: BlockId, mark: bool) {
        for target in flow.targets(id) {
            let Some(left) = flow.left_loop(id, target) else {
                continue;
            };
            if self.is_doomed(target) {
                continue;
            }
            if mark && self.fuel_to(flow, id, target) >= SPREAD * UNIT {
                self.charge(target);
            }
            let fuel = self.fuel_to(flow, id, target);
            if let Some(exits) = self.exits.get_mut(left as usize) {
                exits.add(fuel);
            }
        }
    }

    /// The fuel of a path from a block's end, as far as it is not charged later.
    fn fuel_to(&self, flow: &Flow, from: BlockId, target: Target) -> u64 {
        let Target::Block(to) = target else {
            return 0;
        };
        let entry = flow.blocks.get(to as usize).map(|block| block.entry);
        match (self.ahead.get(to as usize), entry) {
            // Backwards.
            _ if to <= from => 0,
            // The loop pays for itself; once it is left, what follows has been paid for here.
            (_, Some(Entry::Loop(id))) => self.exits.get(id as usize).map_or(0, Alternatives::mean),
            (Some(ahead), _) if !ahead.charged => ahead.fuel,
            _ => 0,
        }
    }

    fn is_doomed(&self, target: Target) -> bool {
        match target {
            Target::Block(id) => self
                .ahead
                .get(id as usize)
                .is_some_and(|ahead| ahead.doomed),
            Target::Return => false,
        }
    }

    fn charge(&mut self, target: Target) {
        if let Target::Block(id) = target
            && let Some(ahead) = self.ahead.get_mut(id as usize)
        {
            ahead.charged = true;
        }
    }
}

/// Fractions to whole units, to the nearest.
fn units(fuel: u64) -> u32 {
    u32::try_from((fuel + UNIT / 2) / UNIT).unwrap_or(u32::MAX)
}
