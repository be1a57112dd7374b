//! Write a serverless handler in Rust and run it in Coldstart.
//!
//! ```
//! use coldstart_handler::{Context, Error};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct Order {
//!     item: String,
//! }
//!
//! #[derive(Serialize)]
//! struct Receipt {
//!     message: String,
//! }
//!
//! fn handler(order: Order, context: Context) -> Result<Receipt, Error> {
//!     coldstart_handler::log!("request {}", context.request_id);
//!     if order.item.is_empty() {
//!         return Err(Error::new("NothingOrdered", "item is empty"));
//!     }
//!     Ok(Receipt { message: format!("one {} coming up", order.item) })
//! }
//!
//! coldstart_handler::main!(handler);
//! ```
//!
//! That is a whole `src/main.rs`. The target chooses the kind of module:
//!
//! | target | kind | per invocation |
//! |---|---|---|
//! | `wasm32-unknown-unknown` | reactor | one call; globals live on in a warm environment |
//! | `wasm32-wasip1` | command | a fresh process; files, stdin and stdout as usual |
//! | any other | an ordinary program | the event on stdin, the response on stdout |
//!
//! `handlers/ABI.md` in the repository says what passes between a module and its host.
//!
//! Where things are:
//! ```text
//! entry    the macro main!
//! context  Context: what a handler is told about its invocation
//! error    Error: what the caller gets if the handler fails
//! system   var, now, sleep, random
//! log      the macro log!
//! runtime  what main! expands to calls of: event bytes -> handler -> response bytes
//! host     the functions that the host offers: imports on wasm, std elsewhere; the only unsafe
//! ```
#![deny(unsafe_code)]

mod context;
mod entry;
mod error;
mod host;
mod log;
#[doc(hidden)]
pub mod runtime;
mod system;

pub use context::Context;
pub use error::Error;
pub use serde_json::{Value, json};
pub use system::{now, random, sleep, var};

#[doc(hidden)]
pub use log::write_line;

#[cfg(feature = "aws-events")]
pub use aws_lambda_events as aws_events;
