//! Coldstart's page.
//!
//! ```text
//! app       shell: header, theme, notices
//! pages     a folder a page: mod.rs wires, one file a panel
//! session   the one writer: commands, live driver, playhead, persistence
//! browser   every use of web-sys and js-sys: clock, workers, storage, upload, download
//! widgets   plain values in, callbacks out
//! shapes    pure geometry, tested without a DOM
//! mailbox   shared memory between the page and an environment's worker
//! ```
#![deny(unsafe_code)]
// leptos's component macro makes public props of private components.
#![allow(unreachable_pub)]

#[cfg(feature = "page")]
pub mod app;
#[cfg(feature = "page")]
pub mod browser;
// The one piece of `browser` that the environment worker has too.
#[path = "browser/mailbox.rs"]
pub mod mailbox;
#[cfg(feature = "page")]
pub mod pages;
#[cfg(feature = "page")]
pub mod session;
#[cfg(feature = "page")]
pub mod shapes;
#[cfg(feature = "page")]
pub mod widgets;
