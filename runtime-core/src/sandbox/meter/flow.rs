//! A function body as its flow: basic blocks, where each goes on, and which loops there are.
//!
//! Blocks are in the order of the code, and WebAssembly is structured, so only branches to a loop's
//! head lead backwards. Code that can never run is in no block.

use super::weights;
use super::{MeterError, malformed};
use wasmparser::{Catch, FunctionBody, Operator};

/// The index of a block in [`Flow::blocks`].
pub(super) type BlockId = u32;
/// The index of a loop in [`Flow::loops`].
pub(super) type LoopId = u32;

/// Where a branch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To a block.
    Block(BlockId),
    /// Out of the function.
    Return,
}

/// How a block is entered, where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// From other blocks.
    Plain,
    /// The function begins here.
    Function,
    /// The head of a loop.
    Loop(LoopId),
}

/// Straight code: entered at its beginning and left at its end.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Where its code begins, in bytes from the module's start.
    pub(super) at: u32,
    pub(super) entry: Entry,
    /// Exceptions may land here.
    pub(super) catches: bool,
    /// The innermost loop around it.
    pub(super) inside: Option<LoopId>,
    /// Its instructions' fuel, without what the functions that it calls use.
    pub(super) fuel: u32,
    /// It goes on with the next block.
    pub(super) falls_through: bool,
    /// It ends in a trap or an exception.
    pub(super) fails: bool,
    /// It has something, a direct call aside, that changes the fuel on its own.
    pub(super) changes_fuel: bool,
    /// Up to where its branches are in [`Flow::branches`], and its calls in [`Flow::calls`].
    branches_end: u32,
    calls_end: u32,
}

/// A loop.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    /// Where its `loop` instruction is, in bytes from the module's start.
    pub(super) at: u32,
    pub(super) head: BlockId,
    /// The block behind its last one.
    pub(super) end: BlockId,
    /// The loop around it.
    pub(super) outer: Option<LoopId>,
}

/// A place that rewriting changes, or before which it adds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// What is to be replaced, in bytes from the module's start; empty where something is added.
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) what: What,
}

/// What is at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// `memory.grow`.
    Grow,
    /// An instruction on so many bytes of memory as the topmost operand says.
    Bytes,
    /// The same on entries of a table.
    Entries,
    /// The index of a function, behind the one byte of `call`, `return_call` or `ref.func`.
    Function(u32),
    /// An instruction that leaves the function.
    Return,
    /// Before a store that a hook is told of: what is stored is the topmost operand.
    Stores,
    /// Behind it.
    Stored,
    /// The function's last `end`.
    End,
}

/// A function body's flow.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) blocks: Vec<Block>,
    pub(super) loops: Vec<Loop>,
    /// In the order of the code.
    pub(super) sites: Vec<Site>,
    /// Exceptions are caught somewhere in it.
    pub(super) catches: bool,
    branches: Vec<u32>,
    calls: Vec<u32>,
    labels: Vec<Target>,
}

impl Flow {
    /// Reads a body into this flow, in place of what it has. `watched` is the offset of the stores
    /// that a hook is told of.
    pub(super) fn read(
        &mut self,
        body: &FunctionBody<'_>,
        watched: Option<u32>,
    ) -> Result<(), MeterError> {
        self.blocks.clear();
        self.loops.clear();
        self.sites.clear();
        self.catches = false;
        self.branches.clear();
        self.calls.clear();
        self.labels.clear();
        Reader {
            flow: self,
            frames: Vec::new(),
            live: false,
            inside: None,
            watched: watched.map(u64::from),
        }
        .read(body)
    }

    /// Where a block goes on; with repetitions, as a table of branches has them.
    pub(super) fn targets(&self, id: BlockId) -> impl Iterator<Item = Target> {
        let falls_through = self.block(id).is_some_and(|block| block.falls_through);
        let next = falls_through.then_some(Target::Block(id + 1));
        let branches = own_part(&self.blocks, &self.branches, id, |it| it.branches_end);
        let label = |label: &u32| self.labels.get(*label as usize).copied();
        next.into_iter().chain(branches.iter().filter_map(label))
    }

    pub(super) fn block(&self, id: BlockId) -> Option<&Block> {
        self.blocks.get(id as usize)
    }

    /// The functions that a block calls by their index.
    pub(super) fn calls(&self, block: BlockId) -> &[u32] {
        own_part(&self.blocks, &self.calls, block, |it| it.calls_end)
    }

    /// The outermost loop that is left on the way from a block to a target.
    pub(super) fn left_loop(&self, from: BlockId, target: Target) -> Option<LoopId> {
        let mut left = None;
        let mut around = self.block(from)?.inside;
        while let Some(id) = around {
            let it = self.loops.get(id as usize)?;
            if matches!(target, Target::Block(to) if (it.head..it.end).contains(&to)) {
                break;
            }
            left = Some(id);
            around = it.outer;
        }
        left
    }
}

/// Each block's items follow those of the block before.
fn own_part<'a>(
    blocks: &[Block],
    items: &'a [u32],
    block: BlockId,
    end: impl Fn(&Block) -> u32,
) -> &'a [u32] {
    let end_of = |id: Option<u32>| id.and_then(|id| blocks.get(id as usize)).map_or(0, &end);
    let range = end_of(block.checked_sub(1)) as usize..end_of(Some(block)) as usize;
    items.get(range).unwrap_or_default()
}

/// A construct that has begun and not ended.
struct Frame {
    /// Where a branch to it goes.
    label: u32,
    kind: Kind,
    /// Something goes to its end, other than what falls through.
    is_target: bool,
    /// Exceptions land at its end.
    catches: bool,
}

enum Kind {
    Function,
    Block,
    Loop(LoopId),
    /// With the label for a condition that does not hold, if it can be reached.
    If(Option<u32>),
    Else,
}

struct Reader<'a> {
    flow: &'a mut Flow,
    frames: Vec<Frame>,
    /// The last block goes on.
    live: bool,
    /// The innermost loop that has begun and not ended.
    inside: Option<LoopId>,
    watched: Option<u64>,
}

impl Reader<'_> {
    fn read(mut self, body: &FunctionBody<'_>) -> Result<(), MeterError> {
        let mut operators = body.get_operators_reader()?;
        self.push(Kind::Function, Target::Return);
        self.open(position(operators.original_position()), Entry::Function);
        while !operators.eof() {
            let at = position(operators.original_position());
            let operator = operators.read()?;
            let end = position(operators.original_position());
            self.operator(&operator, at, end)?;
        }
        Ok(())
    }

    fn operator(&mut self, operator: &Operator<'_>, at: u32, end: u32) -> Result<(), MeterError> {
        use Operator as O;
        self.spend(weights::of(operator));
        match operator {
            O::Block { .. } => self.push(Kind::Block, Target::Return),
            O::TryTable { try_table } => {
                for catch in &try_table.catches {
                    let (Catch::One { label, .. }
                    | Catch::OneRef { label, .. }
                    | Catch::All { label }
                    | Catch::AllRef { label }) = catch;
                    self.catch(*label, at)?;
                }
                self.push(Kind::Block, Target::Return);
            }
            O::Loop { .. } => self.begin_loop(at, end),
            O::If { .. } => {
                let otherwise = self.live.then(|| self.label(Target::Return));
                if let Some(label) = otherwise {
                    self.branch_to(label);
                }
                self.push(Kind::If(otherwise), Target::Return);
                self.go_on(end);
            }
            O::Else => self.begin_else(at, end)?,
            O::End => self.end(at, end)?,
            O::Br { relative_depth } => {
                self.branch(*relative_depth, at)?;
                self.live = false;
            }
            O::BrIf { relative_depth } => {
                self.branch(*relative_depth, at)?;
                self.go_on(end);
            }
            O::BrTable { targets } => {
                for depth in targets.targets() {
                    self.branch(depth?, at)?;
                }
                self.branch(targets.default(), at)?;
                self.live = false;
            }
            O::Return => {
                self.site(at, at, What::Return);
                self.leave();
            }
            O::Unreachable => self.fail(),
            O::Throw { .. } | O::ThrowRef => {
                // Not what callers could pay for, who may catch it.
                self.change_fuel();
                self.fail();
            }
            O::Call { function_index } => {
                self.site(at + 1, end, What::Function(*function_index));
                self.call(*function_index);
            }
            O::ReturnCall { function_index } => {
                self.site(at, at, What::Return);
                self.site(at + 1, end, What::Function(*function_index));
                self.call(*function_index);
                self.leave();
            }
            O::ReturnCallIndirect { .. } => {
                self.site(at, at, What::Return);
                self.change_fuel();
                self.leave();
            }
            O::RefFunc { function_index } => {
                self.site(at + 1, end, What::Function(*function_index))
            }
            O::CallIndirect { .. } => self.change_fuel(),
            O::I32Store { memarg } if self.watched == Some(memarg.offset) => {
                self.site(at, at, What::Stores);
                self.site(end, end, What::Stored);
            }
            O::MemoryGrow { .. } => self.site(at, end, What::Grow),
            O::MemoryCopy { .. } | O::MemoryFill { .. } | O::MemoryInit { .. } => {
                self.site(at, at, What::Bytes);
                self.change_fuel();
            }
            O::TableCopy { .. } | O::TableFill { .. } | O::TableInit { .. } => {
                self.site(at, at, What::Entries);
                self.change_fuel();
            }
            O::Try { .. }
            | O::Catch { .. }
            | O::CatchAll
            | O::Delegate { .. }
            | O::Rethrow { .. } => {
                return Err(malformed("exceptions in their legacy encoding", at.into()));
            }
            _ => {}
        }
        Ok(())
    }

    fn current(&mut self) -> Option<&mut Block> {
        match self.live {
            true => self.flow.blocks.last_mut(),
            false => None,
        }
    }

    fn spend(&mut self, fuel: u32) {
        if let Some(block) = self.current() {
            block.fuel = block.fuel.saturating_add(fuel);
        }
    }

    fn change_fuel(&mut self) {
        if let Some(block) = self.current() {
            block.changes_fuel = true;
        }
    }

    fn site(&mut self, from: u32, to: u32, what: What) {
        self.flow.sites.push(Site { from, to, what });
    }

    fn call(&mut self, function: u32) {
        if self.live {
            self.flow.calls.push(function);
            if let Some(block) = self.flow.blocks.last_mut() {
                block.calls_end += 1;
            }
        }
    }

    fn fail(&mut self) {
        if let Some(block) = self.current() {
            block.fails = true;
        }
        self.live = false;
    }

    /// The function returns here.
    fn leave(&mut self) {
        let label = self.frames.first().map_or(0, |frame| frame.label);
        self.branch_to(label);
        self.live = false;
    }

    fn label(&mut self, target: Target) -> u32 {
        self.flow.labels.push(target);
        self.flow.labels.len() as u32 - 1
    }

    /// The next block is what a label stands for.
    fn resolve_here(&mut self, label: u32) {
        let next = Target::Block(self.flow.blocks.len() as u32);
        if let Some(target) = self.flow.labels.get_mut(label as usize) {
            *target = next;
        }
    }

    fn push(&mut self, kind: Kind, target: Target) {
        let label = self.label(target);
        self.frames.push(Frame {
            label,
            kind,
            is_target: false,
            catches: false,
        });
    }

    fn frame(&mut self, depth: u32, at: u32) -> Result<&mut Frame, MeterError> {
        let index = self.frames.len().checked_sub(depth as usize + 1);
        index
            .and_then(|index| self.frames.get_mut(index))
            .ok_or_else(|| malformed("a branch to no label", at.into()))
    }

    fn branch(&mut self, depth: u32, at: u32) -> Result<(), MeterError> {
        let live = self.live;
        let frame = self.frame(depth, at)?;
        frame.is_target |= live;
        let label = frame.label;
        self.branch_to(label);
        Ok(())
    }

    fn branch_to(&mut self, label: u32) {
        if self.live {
            self.flow.branches.push(label);
            if let Some(block) = self.flow.blocks.last_mut() {
                block.branches_end += 1;
            }
        }
    }

    /// Exceptions land at a label. That of a loop is a block already.
    fn catch(&mut self, depth: u32, at: u32) -> Result<(), MeterError> {
        let frame = self.frame(depth, at)?;
        frame.catches = true;
        frame.is_target = true;
        let label = frame.label;
        self.flow.catches = true;
        if let Some(Target::Block(id)) = self.flow.labels.get(label as usize)
            && let Some(head) = self.flow.blocks.get_mut(*id as usize)
        {
            head.catches = true;
        }
        Ok(())
    }

    /// Begins a block, without anything that leads to it.
    fn open(&mut self, at: u32, entry: Entry) {
        self.flow.blocks.push(Block {
            at,
            entry,
            catches: false,
            inside: self.inside,
            fuel: 0,
            falls_through: false,
            fails: false,
            changes_fuel: false,
            branches_end: self.flow.branches.len() as u32,
            calls_end: self.flow.calls.len() as u32,
        });
        self.live = true;
    }

    /// Begins a block that the one before falls into, if that one can run.
    fn go_on(&mut self, at: u32) {
        if let Some(block) = self.current() {
            block.falls_through = true;
            self.open(at, Entry::Plain);
        }
    }

    fn begin_loop(&mut self, at: u32, end: u32) {
        let (id, head) = (self.flow.loops.len() as u32, self.flow.blocks.len() as u32);
        let live = self.live;
        self.push(Kind::Loop(id), Target::Block(head));
        // A loop that cannot be reached is a loop without blocks.
        self.flow.loops.push(Loop {
            at,
            head,
            end: head,
            outer: self.inside,
        });
        self.inside = Some(id);
        if live {
            if let Some(block) = self.current() {
                block.falls_through = true;
            }
            self.open(end, Entry::Loop(id));
        }
    }

    fn begin_else(&mut self, at: u32, end: u32) -> Result<(), MeterError> {
        let live = self.live;
        let frame = self.frame(0, at)?;
        let Kind::If(otherwise) = frame.kind else {
            return Err(malformed("an else without its if", at.into()));
        };
        frame.kind = Kind::Else;
        frame.is_target |= live;
        let label = frame.label;
        self.branch_to(label);
        self.live = false;
        if let Some(otherwise) = otherwise {
            self.resolve_here(otherwise);
            self.open(end, Entry::Plain);
        }
        Ok(())
    }

    fn end(&mut self, at: u32, end: u32) -> Result<(), MeterError> {
        let frame = self.frames.pop();
        let frame = frame.ok_or_else(|| malformed("an end of nothing", at.into()))?;
        match frame.kind {
            Kind::Function => {
                self.frames.push(frame);
                self.site(at, at, What::End);
                self.leave();
                self.frames.clear();
            }
            Kind::Loop(id) => {
                let blocks = self.flow.blocks.len() as u32;
                if let Some(it) = self.flow.loops.get_mut(id as usize) {
                    it.end = blocks;
                    self.inside = it.outer;
                }
                self.go_on(end);
            }
            Kind::Block | Kind::Else if !frame.is_target => {}
            Kind::Block | Kind::Else => self.join(&frame, end),
            // Without an `else`, a condition that does not hold leads here.
            Kind::If(Some(otherwise)) => {
                self.resolve_here(otherwise);
                self.join(&frame, end);
            }
            Kind::If(None) => {}
        }
        Ok(())
    }

    /// Begins the block behind a construct's end, which its label stands for.
    fn join(&mut self, frame: &Frame, at: u32) {
        self.resolve_here(frame.label);
        if let Some(block) = self.current() {
            block.falls_through = true;
        }
        self.open(at, Entry::Plain);
        if let Some(block) = self.current() {
            block.catches = frame.catches;
        }
    }
}

/// Modules are smaller than 4 GiB.
fn position(offset: u64) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
