//! What is added to a module: globals and functions at the end of their index spaces; hooks, in the
//! profiling build, among the imports, which moves all other functions' indices.

use super::weights::{BYTES_PER_UNIT_LOG2, ENTRIES_PER_UNIT_LOG2};
use super::{FUEL_EXPORT, MEMORY_LIMIT_EXPORT, OUT_OF_MEMORY_EXPORT, PROFILE_MODULE, Profile};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, TypeSection, ValType,
};

/// The limit until the host sets one: more pages than a memory can have, so that growing answers
/// what it always did.
const NO_LIMIT: i32 = -1;

/// What the module as it was has of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) types: u32,
    pub(super) imported_functions: u32,
    pub(super) functions: u32,
    pub(super) globals: u32,
}

/// The indices of what is added.
pub(super) struct Added {
    counts: Counts,
    profile: Profile,
}

/// A function that is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Helper {
    /// `memory.grow` within the limit.
    Grow,
    /// Charges for an operation on so many bytes; gives the number back.
    Bytes,
    /// The same for table entries.
    Entries,
}

/// A function that the profiling build imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    Enter,
    Exit,
    Caught,
    Framed,
}

const HELPERS: [(Helper, &str); 3] = [
    (Helper::Grow, "coldstart.grow_memory"),
    (Helper::Bytes, "coldstart.charge_bytes"),
    (Helper::Entries, "coldstart.charge_entries"),
];

const GLOBALS: [(&str, ValType); 3] = [
    (FUEL_EXPORT, ValType::I64),
    (MEMORY_LIMIT_EXPORT, ValType::I32),
    (OUT_OF_MEMORY_EXPORT, ValType::I32),
];

/// A hook's name, parameters and results.
type HookType = (&'static str, &'static [ValType], &'static [ValType]);

const HOOKS: [HookType; 4] = [
    ("enter", &[ValType::I32, ValType::I64], &[ValType::I32]),
    ("exit", &[ValType::I64], &[]),
    ("caught", &[ValType::I32, ValType::I64], &[]),
    ("framed", &[ValType::I32, ValType::I64], &[]),
];

/// A function of a profiling build by the index that it has in the module as it was uploaded, which
/// imports so many functions; `None` for hooks.
pub fn unhooked(index: u32, imported: u32) -> Option<u32> {
    let hooks = HOOKS.len() as u32;
    match index.checked_sub(imported) {
        None => Some(index),
        Some(own) => Some(own.checked_sub(hooks)? + imported),
    }
}

impl Added {
    pub(super) fn new(counts: Counts, profile: Profile) -> Self {
        Added { counts, profile }
    }

    fn hooks(&self) -> &'static [HookType] {
        match self.profile.has_hooks() {
            true => &HOOKS,
            false => &[],
        }
    }

    /// The new index of a function.
    pub(super) fn function(&self, index: u32) -> u32 {
        match index < self.counts.imported_functions {
            true => index,
            false => index.saturating_add(self.hooks().len() as u32),
        }
    }

    pub(super) fn helper(&self, helper: Helper) -> u32 {
        self.function(self.counts.functions) + helper as u32
    }

    pub(super) fn hook(&self, hook: Hook) -> u32 {
        self.counts.imported_functions + hook as u32
    }

    /// The global with the fuel that is left.
    pub(super) fn fuel(&self) -> u32 {
        self.counts.globals
    }

    /// The number of globals that there are with those that are added here.
    pub(super) fn global_count(&self) -> u32 {
        self.counts.globals + GLOBALS.len() as u32
    }

    fn memory_limit(&self) -> u32 {
        self.counts.globals + 1
    }

    fn out_of_memory(&self) -> u32 {
        self.counts.globals + 2
    }

    /// The types of helpers and hooks.
    pub(super) fn types(&self, types: &mut TypeSection) {
        types.ty().function([ValType::I32], [ValType::I32]);
        for (_, parameters, results) in self.hooks() {
            let (parameters, results) = (parameters.iter().copied(), results.iter().copied());
            types
                .ty()
                .function(parameters.collect::<Vec<_>>(), results.collect::<Vec<_>>());
        }
    }

    /// The number of types that there are then.
    pub(super) fn type_count(&self) -> u32 {
        self.counts.types + 1 + self.hooks().len() as u32
    }

    pub(super) fn imports(&self, imports: &mut ImportSection) {
        for ((name, _, _), ty) in self.hooks().iter().zip(self.counts.types + 1..) {
            imports.import(PROFILE_MODULE, name, EntityType::Function(ty));
        }
    }

    pub(super) fn functions(&self, functions: &mut FunctionSection) {
        for _ in HELPERS {
            functions.function(self.counts.types);
        }
    }

    pub(super) fn globals(&self, globals: &mut GlobalSection) {
        let initial = [
            ConstExpr::i64_const(i64::MAX),
            ConstExpr::i32_const(NO_LIMIT),
            ConstExpr::i32_const(0),
        ];
        for ((_, val_type), initial) in GLOBALS.iter().zip(initial) {
            let ty = GlobalType {
                val_type: *val_type,
                mutable: true,
                shared: false,
            };
            globals.global(ty, &initial);
        }
    }

    pub(super) fn exports(&self, exports: &mut ExportSection) {
        for ((name, _), global) in GLOBALS.iter().zip(self.counts.globals..) {
            exports.export(name, ExportKind::Global, global);
        }
    }

    /// Names for the name section.
    pub(super) fn function_names(&self) -> impl Iterator<Item = (u32, &str)> {
        HELPERS
            .iter()
            .map(|(helper, name)| (self.helper(*helper), *name))
    }

    /// Names for the name section.
    pub(super) fn global_names(&self) -> impl Iterator<Item = (u32, &str)> {
        (self.counts.globals..).zip(GLOBALS.iter().map(|(name, _)| *name))
    }

    /// Names for the name section, between those of imported and own functions.
    pub(super) fn hook_names(&self) -> impl Iterator<Item = (u32, &str)> {
        (self.counts.imported_functions..).zip(self.hooks().iter().map(|(name, _, _)| *name))
    }

    /// The helpers' bodies.
    pub(super) fn code(&self, code: &mut CodeSection, has_memory: bool) {
        code.function(&match has_memory {
            true => self.grow(),
            false => identity(),
        });
        code.function(&self.charge(BYTES_PER_UNIT_LOG2));
        code.function(&self.charge(ENTRIES_PER_UNIT_LOG2));
    }

    /// ```text
    /// (func (param $delta i32) (result i32)
    ///   (if (i32.and
    ///         (i32.gt_u (local.get $delta) ;; more than there is up to the limit
    ///           (select (i32.const 0) (i32.sub (global.get $memory_limit) (memory.size))
    ///             (i32.lt_u (global.get $memory_limit) (memory.size))))
    ///         (i32.ne (global.get $memory_limit) (i32.const -1))) ;; and there is one
    ///     (then (global.set $out_of_memory (i32.const 1)) (unreachable)))
    ///   (memory.grow (local.get $delta)))
    /// ```
    /// A difference and not a sum, which could pass 32 bits.
    fn grow(&self) -> Function {
        let mut function = Function::new([]);
        let limit = self.memory_limit();
        let mut code = function.instructions();
        code.local_get(0).i32_const(0);
        code.global_get(limit).memory_size(0).i32_sub();
        code.global_get(limit).memory_size(0).i32_lt_u();
        code.select().i32_gt_u();
        code.global_get(limit).i32_const(NO_LIMIT).i32_ne();
        code.i32_and().if_(BlockType::Empty);
        code.i32_const(1)
            .global_set(self.out_of_memory())
            .unreachable()
            .end();
        code.local_get(0).memory_grow(0).end();
        function
    }

    /// ```text
    /// (func (param $count i32) (result i32) (local $fuel i64)
    ///   (global.set $fuel (local.tee $fuel (i64.sub (global.get $fuel)
    ///     (i64.shr_u (i64.extend_i32_u (local.get $count)) (i64.const LOG2)))))
    ///   (if (i64.lt_s (local.get $fuel) (i64.const 0)) (then (unreachable)))
    ///   (local.get $count))
    /// ```
    fn charge(&self, units_log2: i64) -> Function {
        let mut function = Function::new([(1, ValType::I64)]);
        let mut code = function.instructions();
        code.global_get(self.fuel()).local_get(0);
        code.i64_extend_i32_u().i64_const(units_log2).i64_shr_u();
        code.i64_sub().local_tee(1).global_set(self.fuel());
        code.local_get(1).i64_const(0).i64_lt_s();
        code.if_(BlockType::Empty).unreachable().end();
        code.local_get(0).end();
        function
    }
}

/// What takes the place of the function that grows a memory, where there is none.
fn identity() -> Function {
    let mut function = Function::new([]);
    function.instructions().local_get(0).end();
    function
}

/// Sections are written again with functions' new indices.
pub(super) struct Renumber<'a>(pub(super) &'a Added);

impl Reencode for Renumber<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Self::Error>> {
        Ok(self.0.function(index))
    }
}
