//! A Lambda runtime for JavaScript handlers: QuickJS as one WASI program.
//!
//! It talks to its environment through the Runtime API's files (`handlers/RUNTIME_API.md`), and
//! treats handlers as AWS's Node.js 22 runtime does. What decides is JavaScript in `js/`; Rust
//! holds the engine and what reaches outside of it.
//!
//! ```text
//! main         this
//! engine       QuickJS set up, and the event loop that drives it
//! builtins     the JavaScript that this runtime is made of, by module name
//! hooks        the functions of JavaScript that the engine calls back
//! modules      ES modules: asks JavaScript where they are and what they are
//! runtime_api  the Runtime API's files
//! natives/     what JavaScript calls: files, clocks, streams, hashes, text, URLs
//! ```

mod builtins;
mod engine;
mod hooks;
mod modules;
mod natives;
mod runtime_api;

fn main() {
    let Err(error) = engine::run();
    eprintln!("javascript runtime: {error}");
    std::process::exit(1);
}
