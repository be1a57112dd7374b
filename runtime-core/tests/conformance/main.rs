//! The conformance table of the sandbox: what a handler module may count on, one case a line of
//! behaviour. The same cases run natively on cranelift and in a browser's engine:
//!
//! ```text
//! cargo nextest run -p runtime-core --features inspect,sandbox
//! cargo test -p runtime-core --features inspect,sandbox --target wasm32-unknown-unknown \
//!     --test conformance
//! ```
//!
//! ```text
//! harness     a host with a clock of its own, a module under test, what is expected of it
//! program     WASI programs from a few lines of text
//! lifecycle   init, warm and fresh instances, what survives and what does not
//! modelled    time that comes from work
//! outcomes    every way in which an invocation ends
//! abi         the reactor ABI and the import module `coldstart`
//! streams     arguments, variables, stdin, stdout, stderr, exit codes
//! guest       WASI call by call, from Rust
//! files       `/tmp` through WASI
//! runtime_api looping programs and the files of the Runtime API
//! snapshots   SnapStart: what is captured, restored and refused
//! names       paths: opening, making, renaming and removing
//! links       hard and symbolic links
//! times       sizes and times
//! descriptors numbers, rights, positions, listings
//! root        the tree that programs find below `/`
//! waiting     clocks, randomness, polling
//! suite       which case stands for which program of the public suite
//! garbage     whatever a reactor answers, nothing of ours breaks
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod abi;
mod descriptors;
mod files;
mod garbage;
mod guest;
mod harness;
mod lifecycle;
mod links;
#[cfg(feature = "inspect")]
mod modelled;
mod names;
mod outcomes;
mod program;
mod root;
mod runtime_api;
#[cfg(feature = "inspect")]
mod snapshots;
mod streams;
mod suite;
mod times;
mod waiting;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Makes a test of each case: `cases! { name: { body } }`.
#[macro_export]
macro_rules! cases {
    ($($(#[$attribute:meta])* $name:ident $body:block)*) => {
        $(
            $(#[$attribute])*
            #[wasm_bindgen_test::wasm_bindgen_test(unsupported = test)]
            fn $name() $body
        )*
    };
}
