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
//! lifecycle   init, warm and fresh instances, what survives and what does not
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;
mod lifecycle;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Makes a test of each case: `cases! { name: { body } }`.
#[macro_export]
macro_rules! cases {
    ($($(#[doc = $doc:literal])* $name:ident $body:block)*) => {
        $(
            $(#[doc = $doc])*
            #[wasm_bindgen_test::wasm_bindgen_test(unsupported = test)]
            fn $name() $body
        )*
    };
}
