//! Where a local holds what the fuel global does.
//!
//! Every charge writes the global, so that it is right at each call, return, exception and trap.
//! What a local saves is reading it back: in a loop that calls nothing, each charge would wait for
//! the store of the one before.

use super::charges::{Charges, Payer, Payers};
use super::flow::{BlockId, Entry, Flow, LoopId, Target};

/// Where the local can be read; keeps its memory from function to function.
#[derive(Default)]
pub(super) struct Cache {
    /// For each charge of [`Charges::all`].
    pub(super) cached: Vec<bool>,
    /// Loops before which the local must be loaded.
    pub(super) loads: Vec<LoopId>,
    /// For each block: the local holds the fuel when the block begins.
    holds: Vec<bool>,
    /// For each block: how many before it change the fuel.
    changes_before: Vec<u32>,
}

impl Cache {
    /// Follows the flow forwards.
    pub(super) fn find(&mut self, flow: &Flow, charges: &Charges, payers: &Payers) {
        self.cached.clear();
        self.loads.clear();
        self.holds.clear();
        self.holds.resize(flow.blocks.len(), true);
        let changes = |id: BlockId, changes_fuel: bool| {
            let charges =
                |callee: &u32| !matches!(payers.get(*callee as usize), Some(Payer::Callers(_)));
            changes_fuel || flow.calls(id).iter().any(charges)
        };
        self.changes_before.clear();
        let mut count = 0;
        self.changes_before.push(0);
        for (block, id) in flow.blocks.iter().zip(0..) {
            count += u32::from(changes(id, block.changes_fuel));
            self.changes_before.push(count);
        }

        let mut charged = charges.all.iter().peekable();
        for (block, id) in flow.blocks.iter().zip(0..) {
            let mut holds = self.holds.get(id as usize).copied().unwrap_or(false);
            match block.entry {
                Entry::Function => holds = false,
                Entry::Loop(id) if !self.calls_nothing(flow, id) => holds = false,
                Entry::Loop(id) if !holds => {
                    self.loads.push(id);
                    holds = true;
                }
                Entry::Loop(_) | Entry::Plain => {}
            }
            holds &= !block.catches;
            if charged.next_if(|charge| charge.block == id).is_some() {
                self.cached.push(holds);
                holds = true;
            }
            holds &= self.changes_in(id, id + 1) == 0;
            for target in flow.targets(id) {
                if let Target::Block(to) = target
                    && let Some(there) = self.holds.get_mut(to as usize)
                {
                    *there &= holds;
                }
            }
        }
    }

    fn calls_nothing(&self, flow: &Flow, id: LoopId) -> bool {
        let found = flow.loops.get(id as usize);
        found.is_some_and(|it| self.changes_in(it.head, it.end) == 0)
    }

    fn changes_in(&self, from: BlockId, to: BlockId) -> u32 {
        let before = |id: BlockId| self.changes_before.get(id as usize).copied().unwrap_or(0);
        before(to) - before(from)
    }
}
