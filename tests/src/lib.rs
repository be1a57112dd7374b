//! Drives the built page in headless Chromium, as a visitor would.
//!
//! ```text
//! chromium    one chromedriver, one browser, one fresh profile; console, DevTools commands
//! page        any page: scripts, clicks, keys, waiting for a state
//! playground  the Playground in its own words: invoke, burst, upload, settings
//! readings    what its texts say, as numbers: REPORT lines, counts, dollars
//! uploads     files that a visitor might drop: modules, packages, nonsense
//! ```
//!
//! Nothing here waits for time: every wait is for a state, with a deadline that is long enough for
//! a busy machine. The only way to fail a test is to panic, so that is what the harness does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness fails its test by panicking"
)]

mod chromium;
mod page;
mod playground;
pub mod readings;
pub mod uploads;

use chromium::Chromium;
pub use page::{Page, key};
pub use playground::Answer;
pub use readings::{Counts, Report};
use std::path::PathBuf;
use xtask::server::{Options, Server};

/// Hosts the built site well, opens it in a fresh browser and runs `test` there. Afterwards the
/// console must hold no error.
pub fn visit(test: impl FnOnce(&mut Page)) {
    visit_hosted(Options::default(), test);
}

/// As [`visit`], on a host of another kind.
pub fn visit_hosted(options: Options, test: impl FnOnce(&mut Page)) {
    let site = site();
    assert!(
        site.join("index.html").is_file(),
        "{} holds no built site: run `cargo xtask build` first",
        site.display()
    );
    let server = Server::start(site, options).expect("the file server starts");
    let mut page = Page::new(Chromium::start());
    page.open(&server.url);
    page.playground_is_ready();
    test(&mut page);
    page.expect_quiet_console();
}

/// The built site: `COLDSTART_DIST`, or `dist/` of the checkout.
fn site() -> PathBuf {
    let named = std::env::var_os("COLDSTART_DIST").filter(|value| !value.is_empty());
    named.map_or_else(xtask::workspace::dist, PathBuf::from)
}
