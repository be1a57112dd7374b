//! Metered modules: what changes in them, how they run, and what they count.
//!
//! ```text
//! structure     still valid, and otherwise unchanged
//! runs          memory limit, fuel, start function, on wasmer
//! differential  generated modules: metered and not do the same
//! profile       the hooks of the profiling build
//! machine       a module on wasmer, with what a host sees of it
//! ```
#![cfg(feature = "inspect")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod structure;

#[cfg(all(feature = "sandbox", not(target_arch = "wasm32")))]
mod differential;
#[cfg(all(feature = "sandbox", not(target_arch = "wasm32")))]
mod machine;
#[cfg(all(feature = "sandbox", not(target_arch = "wasm32")))]
mod profile;
#[cfg(all(feature = "sandbox", not(target_arch = "wasm32")))]
mod runs;

/// Assembles a module.
fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Modules within the accepted proposals, from a generator.
fn smith() -> wasm_smith::Config {
    wasm_smith::Config {
        max_memories: 1,
        memory64_enabled: false,
        threads_enabled: false,
        compact_imports_enabled: false,
        tail_call_enabled: false,
        gc_enabled: false,
        relaxed_simd_enabled: false,
        custom_page_sizes_enabled: false,
        wide_arithmetic_enabled: false,
        shared_everything_threads_enabled: false,
        simd_enabled: true,
        bulk_memory_enabled: true,
        reference_types_enabled: true,
        multi_value_enabled: true,
        exceptions_enabled: true,
        extended_const_enabled: true,
        export_everything: true,
        max_instructions: 400,
        ..wasm_smith::Config::default()
    }
}
