//! Which WebAssembly proposals handler modules may use, and names for those they may not.
//!
//! Accepted is what both hosts run: wasmer 7.4.2 with cranelift, as it is configured out of the
//! box, and the current browsers. One module must behave the same in both, so what only one of
//! them has is refused before anything runs:
//!
//! | proposal | wasmer (cranelift) | browsers | here |
//! |---|---|---|---|
//! | MVP, mutable globals, sign extension, saturating conversions, multi-value | yes | yes | accepted |
//! | bulk memory, reference types, SIMD, extended constants | yes | yes | accepted |
//! | exceptions with `exnref` | yes | yes | accepted |
//! | exceptions, legacy encoding | no | yes | refused |
//! | tail calls, typed function references, GC, memory64 | no | yes | refused |
//! | relaxed SIMD | yes | not all | refused; its results also differ between processors |
//! | several memories | yes | not all | refused; a function has one memory setting |
//! | threads | yes | only cross-origin isolated | refused; an environment has one thread |
//! | wide arithmetic, custom page sizes, stack switching, memory control, compact imports | some | no | refused |

use serde::{Deserialize, Serialize};

/// A WebAssembly proposal that handler modules may not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Proposal {
    /// 64-bit memories and tables.
    Memory64,
    /// Shared memories and atomic instructions.
    Threads,
    /// Threads that share tables, globals and functions.
    SharedEverythingThreads,
    /// More than one memory.
    MultiMemory,
    /// `return_call`.
    TailCall,
    /// The first encoding of exceptions: `try`, `catch`, `rethrow`.
    LegacyExceptions,
    /// Structs, arrays and other collected objects.
    GarbageCollection,
    /// `call_ref` and references to functions of a known type.
    FunctionReferences,
    /// SIMD instructions whose results may differ between processors.
    RelaxedSimd,
    /// Pages of another size than 64 KiB.
    CustomPageSizes,
    /// 128-bit arithmetic.
    WideArithmetic,
    /// Coroutines.
    StackSwitching,
    /// Discarding and protecting parts of a memory.
    MemoryControl,
    /// Imports grouped by their module.
    CompactImports,
}

impl Proposal {
    /// What the proposal is called.
    pub const fn name(self) -> &'static str {
        match self {
            Proposal::Memory64 => "64-bit memory (memory64)",
            Proposal::Threads => "threads (shared memory or atomics)",
            Proposal::SharedEverythingThreads => "shared-everything threads",
            Proposal::MultiMemory => "more than one memory (multi-memory)",
            Proposal::TailCall => "tail calls",
            Proposal::LegacyExceptions => "exceptions in their legacy encoding",
            Proposal::GarbageCollection => "garbage collection (GC)",
            Proposal::FunctionReferences => "typed function references",
            Proposal::RelaxedSimd => "relaxed SIMD",
            Proposal::CustomPageSizes => "custom page sizes",
            Proposal::WideArithmetic => "wide arithmetic",
            Proposal::StackSwitching => "stack switching",
            Proposal::MemoryControl => "memory control",
            Proposal::CompactImports => "compact imports",
        }
    }

    /// How to build a module without it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Proposal::Memory64 => "Build for wasm32 (for example wasm32-wasip1) instead of wasm64.",
            Proposal::Threads | Proposal::SharedEverythingThreads => {
                "An execution environment handles one request on one thread. Build without threads: in Rust use wasm32-wasip1 instead of wasm32-wasip1-threads and no `+atomics`; in C leave out `-pthread`."
            }
            Proposal::MultiMemory => {
                "A function has one memory, of the size set for it. Build with one memory."
            }
            Proposal::TailCall => "Build without `-mtail-call` or `+tail-call`.",
            Proposal::LegacyExceptions => {
                "Build with the final encoding of exceptions: `-sWASM_LEGACY_EXCEPTIONS=0` in Emscripten, `-mllvm -wasm-use-legacy-eh=false` in clang; or translate the module with `wasm-opt --translate-to-exnref`. In Rust use `panic = \"abort\"`."
            }
            Proposal::GarbageCollection | Proposal::FunctionReferences => {
                "Languages that compile to WasmGC (Kotlin/Wasm, Dart, Java, OCaml) cannot run here yet; use a language that manages its own memory, or one compiled with its interpreter."
            }
            Proposal::RelaxedSimd => "Build with `simd128` but without `relaxed-simd`.",
            Proposal::CustomPageSizes => "Build with pages of 65,536 bytes.",
            Proposal::WideArithmetic => "Build without `wide-arithmetic`.",
            Proposal::StackSwitching => "Build without stack switching.",
            Proposal::MemoryControl => "Build without memory control.",
            Proposal::CompactImports => "Build without compact imports.",
        }
    }
}

#[cfg(feature = "inspect")]
pub(in crate::sandbox) use with_parser::{ACCEPTED, blame};

#[cfg(feature = "inspect")]
mod with_parser {
    use super::Proposal;
    use wasmparser::WasmFeatures;

    /// What handler modules may use.
    pub(crate) const ACCEPTED: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
        .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
        .union(WasmFeatures::SIGN_EXTENSION)
        .union(WasmFeatures::MULTI_VALUE)
        .union(WasmFeatures::BULK_MEMORY)
        .union(WasmFeatures::REFERENCE_TYPES)
        .union(WasmFeatures::SIMD)
        .union(WasmFeatures::EXTENDED_CONST)
        .union(WasmFeatures::EXCEPTIONS)
        .union(WasmFeatures::FLOATS)
        // Not a proposal: without it the parser refuses `externref`.
        .union(WasmFeatures::GC_TYPES);

    /// The proposals and what the parser calls them, those that need others first.
    const PROPOSALS: &[(Proposal, WasmFeatures)] = &[
        (Proposal::Memory64, WasmFeatures::MEMORY64),
        (
            Proposal::Threads,
            WasmFeatures::THREADS.union(WasmFeatures::ACQUIRE_RELEASE_ATOMICS),
        ),
        (Proposal::MultiMemory, WasmFeatures::MULTI_MEMORY),
        (Proposal::TailCall, WasmFeatures::TAIL_CALL),
        (Proposal::LegacyExceptions, WasmFeatures::LEGACY_EXCEPTIONS),
        (Proposal::RelaxedSimd, WasmFeatures::RELAXED_SIMD),
        (Proposal::CustomPageSizes, WasmFeatures::CUSTOM_PAGE_SIZES),
        (Proposal::WideArithmetic, WasmFeatures::WIDE_ARITHMETIC),
        (Proposal::MemoryControl, WasmFeatures::MEMORY_CONTROL),
        (Proposal::CompactImports, WasmFeatures::COMPACT_IMPORTS),
        (
            Proposal::FunctionReferences,
            WasmFeatures::FUNCTION_REFERENCES,
        ),
        (
            Proposal::GarbageCollection,
            WasmFeatures::GC
                .union(WasmFeatures::FUNCTION_REFERENCES)
                .union(WasmFeatures::CUSTOM_DESCRIPTORS)
                .union(WasmFeatures::MULTIBYTE_ARRAY_ACCESS),
        ),
        (
            Proposal::SharedEverythingThreads,
            WasmFeatures::SHARED_EVERYTHING_THREADS.union(WasmFeatures::THREADS),
        ),
        (
            Proposal::StackSwitching,
            WasmFeatures::STACK_SWITCHING.union(WasmFeatures::FUNCTION_REFERENCES),
        ),
    ];

    /// Which proposal a module uses, when validation without it stopped with `error`.
    ///
    /// `validate` is asked for the offset at which validation stops with more features on, or
    /// `None` if it does not stop. The parser marks most such errors itself, but not all of them.
    pub(crate) fn blame(
        error: &wasmparser::Error,
        validate: impl Fn(WasmFeatures) -> Option<u64>,
    ) -> Option<Proposal> {
        if let Some(missing) = error.missing_wasm_feature() {
            // Among proposals that share a feature, the one with the fewest is meant.
            return PROPOSALS
                .iter()
                .find(|(_, features)| features.intersects(missing))
                .map(|(proposal, _)| *proposal);
        }
        let helps = |features: WasmFeatures| {
            validate(ACCEPTED | features).is_none_or(|offset| offset > error.offset())
        };
        if !helps(WasmFeatures::all()) {
            return None;
        }
        PROPOSALS
            .iter()
            .find(|(_, features)| helps(*features))
            .map(|(proposal, _)| *proposal)
    }
}
