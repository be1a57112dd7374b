//! A function body with its charges, and with hooks in the profiling build.

use super::MeterError;
use super::added::{Added, Helper, Hook};
use super::cache::Cache;
use super::charges::{Charges, Payer, Payers};
use super::flow::{Entry, Flow, Site, What};
use super::outline::part;
use wasm_encoder::{BlockType, Encode, InstructionSink, ValType};
use wasmparser::FunctionBody;

/// The most locals that a function may have, parameters included, in every browser.
const MAX_LOCALS: u32 = 50_000;
/// The most bytes that a function's body may have, likewise.
const MAX_BODY: usize = 7_654_321;

/// What a body's rewriting must know of its function and module.
pub(super) struct Context<'a> {
    pub(super) wasm: &'a [u8],
    pub(super) payers: &'a Payers,
    pub(super) added: &'a Added,
    /// The function's index in the module as it was.
    pub(super) function: u32,
    pub(super) parameters: u32,
    /// In the profiling build, the type of a block with the function's results.
    pub(super) results: Option<BlockType>,
    /// The offset of the stores that a hook is told of.
    pub(super) watched: Option<u32>,
}

/// Rewrites bodies; keeps its memory from one to the next.
#[derive(Default)]
pub(super) struct Bodies {
    flow: Flow,
    charges: Charges,
    cache: Cache,
    inserts: Vec<(u32, Insert)>,
    out: Vec<u8>,
}

/// What is added where a block or a loop begins.
#[derive(Clone, Copy)]
enum Insert {
    Caught,
    Charge(Amount),
    Load,
}

#[derive(Clone, Copy)]
struct Amount {
    fuel: u32,
    /// The local holds the fuel that was left before.
    cached: bool,
    /// Trap if nothing is left.
    checked: bool,
}

impl Bodies {
    /// The body of a function, rewritten.
    pub(super) fn rewrite(
        &mut self,
        body: &FunctionBody<'_>,
        context: &Context<'_>,
    ) -> Result<&[u8], MeterError> {
        self.flow.read(body, context.watched)?;
        self.charges.all.clear();
        let payer = context.payers.get(context.function as usize);
        let pays = payer.is_none_or(|payer| *payer == Payer::Itself);
        if pays {
            self.charges.find(&self.flow, context.payers);
        }
        self.cache.find(&self.flow, &self.charges, context.payers);
        // What callers pay for is theirs in a profile too.
        let hooked = context.results.filter(|_| pays);
        self.find_inserts(hooked.is_some());

        self.out.clear();
        let mut writer = Writer {
            out: &mut self.out,
            added: context.added,
            hooked,
            fuel: None,
            depth: None,
            stored: None,
        };
        let reads_local = self.inserts.iter().any(|(_, insert)| match insert {
            Insert::Charge(amount) => amount.cached || amount.checked,
            Insert::Load => true,
            Insert::Caught => false,
        });
        let wants_depth = hooked.is_some() && self.flow.catches;
        let stores = self.flow.sites.iter().any(|it| it.what == What::Stores);
        let wanted = Wanted {
            fuel: reads_local,
            depth: wants_depth,
            stored: stores,
        };
        writer.locals(body, context, wanted)?;
        if hooked.is_some() {
            writer.enter(context.function);
        }
        writer.code(body, context.wasm, &self.inserts, &self.flow.sites)?;
        match self.out.len() {
            0..=MAX_BODY => Ok(&self.out),
            _ => Err(MeterError::TooLarge {
                function: context.function,
            }),
        }
    }

    fn find_inserts(&mut self, hooked: bool) {
        let flow = &self.flow;
        self.inserts.clear();
        if hooked {
            let landings = flow.blocks.iter().filter(|block| block.catches);
            self.inserts
                .extend(landings.map(|block| (block.at, Insert::Caught)));
        }
        for (charge, cached) in self.charges.all.iter().zip(&self.cache.cached) {
            if let Some(block) = flow.block(charge.block) {
                let amount = Amount {
                    fuel: charge.fuel,
                    cached: *cached,
                    checked: block.entry != Entry::Plain,
                };
                self.inserts.push((block.at, Insert::Charge(amount)));
            }
        }
        let loads = self.cache.loads.iter();
        let loops = loads.filter_map(|id| flow.loops.get(*id as usize));
        self.inserts.extend(loops.map(|it| (it.at, Insert::Load)));
        // Stable: what is at one place stays in this order.
        self.inserts.sort_by_key(|(at, _)| *at);
    }
}

/// Writes one body.
struct Writer<'a> {
    out: &'a mut Vec<u8>,
    added: &'a Added,
    hooked: Option<BlockType>,
    /// The local for the fuel.
    fuel: Option<u32>,
    /// The local for what [`Hook::Enter`] answered.
    depth: Option<u32>,
    /// The local for what a watched store stores.
    stored: Option<u32>,
}

/// Which locals a body gets.
#[derive(Clone, Copy)]
struct Wanted {
    fuel: bool,
    depth: bool,
    stored: bool,
}

impl Writer<'_> {
    fn locals(
        &mut self,
        body: &FunctionBody<'_>,
        context: &Context<'_>,
        wanted: Wanted,
    ) -> Result<(), MeterError> {
        let mut declared = body.get_locals_reader()?;
        let groups = declared.get_count();
        let start = declared.original_position() as usize;
        let mut count = context.parameters;
        for _ in 0..groups {
            count = count.saturating_add(declared.read()?.0);
        }
        let end = declared.original_position() as usize;
        let locals = [
            (wanted.fuel, &mut self.fuel, ValType::I64),
            (wanted.depth, &mut self.depth, ValType::I32),
            (wanted.stored, &mut self.stored, ValType::I32),
        ];
        let added = locals.iter().filter(|(wanted, _, _)| *wanted).count() as u32;
        if added > 0 && count > MAX_LOCALS - added {
            return Err(MeterError::TooLarge {
                function: context.function,
            });
        }
        (groups + added).encode(self.out);
        self.out.extend_from_slice(part(context.wasm, start, end)?);
        let wanted = locals.into_iter().filter(|(wanted, _, _)| *wanted);
        for (index, (_, local, ty)) in (count..).zip(wanted) {
            *local = Some(index);
            1_u32.encode(self.out);
            ty.encode(self.out);
        }
        Ok(())
    }

    fn code(
        &mut self,
        body: &FunctionBody<'_>,
        wasm: &[u8],
        inserts: &[(u32, Insert)],
        sites: &[Site],
    ) -> Result<(), MeterError> {
        let mut copied = body.get_binary_reader_for_operators()?.original_position() as usize;
        let mut inserts = inserts.iter().peekable();
        let mut copy = |out: &mut Vec<u8>, to: u32, next: u32| -> Result<(), MeterError> {
            out.extend_from_slice(part(wasm, copied, to as usize)?);
            copied = next as usize;
            Ok(())
        };
        for site in sites {
            while let Some((at, insert)) = inserts.next_if(|(at, _)| *at <= site.from) {
                copy(self.out, *at, *at)?;
                self.insert(*insert);
            }
            copy(self.out, site.from, site.to)?;
            self.site(site.what);
        }
        copy(self.out, body.range().end as u32, body.range().end as u32)
    }

    fn sink(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(self.out)
    }

    fn insert(&mut self, insert: Insert) {
        let global = self.added.fuel();
        match (insert, self.fuel) {
            (Insert::Caught, _) => self.caught(),
            (Insert::Load, Some(local)) => {
                self.sink().global_get(global).local_set(local);
            }
            (Insert::Load, None) => {}
            (Insert::Charge(amount), local) => {
                let mut sink = self.sink();
                match local.filter(|_| amount.cached) {
                    Some(local) => sink.local_get(local),
                    None => sink.global_get(global),
                };
                sink.i64_const(amount.fuel.into()).i64_sub();
                if let Some(local) = local {
                    sink.local_tee(local);
                }
                sink.global_set(global);
                if let Some(local) = local.filter(|_| amount.checked) {
                    sink.local_get(local).i64_const(0).i64_lt_s();
                    sink.if_(BlockType::Empty).unreachable().end();
                }
            }
        }
    }

    fn site(&mut self, what: What) {
        match what {
            What::Grow => self.call(self.added.helper(Helper::Grow)),
            What::Bytes => self.call(self.added.helper(Helper::Bytes)),
            What::Entries => self.call(self.added.helper(Helper::Entries)),
            What::Function(index) => self.added.function(index).encode(self.out),
            What::Return => self.exit(),
            What::Stores => {
                if let Some(stored) = self.stored {
                    self.sink().local_tee(stored);
                }
            }
            What::Stored => {
                if let Some(stored) = self.stored {
                    let (global, hook) = (self.added.fuel(), self.added.hook(Hook::Framed));
                    self.sink().local_get(stored).global_get(global).call(hook);
                }
            }
            What::End => {
                if self.hooked.is_some() {
                    self.sink().end();
                    // An exception may have landed here.
                    self.caught();
                    self.exit();
                }
            }
        }
    }

    fn call(&mut self, function: u32) {
        self.sink().call(function);
    }

    /// The hook at the beginning, and a block around the body, which its branches out end at.
    fn enter(&mut self, function: u32) {
        let (global, depth) = (self.added.fuel(), self.depth);
        let (hook, hooked) = (self.added.hook(Hook::Enter), self.hooked);
        let mut sink = self.sink();
        sink.i32_const(function.cast_signed())
            .global_get(global)
            .call(hook);
        match depth {
            Some(depth) => sink.local_set(depth),
            None => sink.drop(),
        };
        if let Some(results) = hooked {
            sink.block(results);
        }
    }

    fn exit(&mut self) {
        if self.hooked.is_some() {
            let (global, hook) = (self.added.fuel(), self.added.hook(Hook::Exit));
            self.sink().global_get(global).call(hook);
        }
    }

    fn caught(&mut self) {
        if let Some(depth) = self.depth {
            let (global, hook) = (self.added.fuel(), self.added.hook(Hook::Caught));
            self.sink().local_get(depth).global_get(global).call(hook);
        }
    }
}
