//! Gives the module its stack.

/// Bytes of the stack in linear memory. QuickJS is told to stop well before its end (`engine.rs`).
const STACK_BYTES: usize = 2 << 20;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        println!("cargo:rustc-link-arg-bins=-zstack-size={STACK_BYTES}");
    }
}
