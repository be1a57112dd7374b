//! Drives the built page in headless Chromium, as a visitor would.
//!
//! ```text
//! chromium    one chromedriver, one browser, one fresh profile; console, DevTools commands
//! page        any page: scripts, clicks, keys, waiting for a state
//! playground  the Playground in its own words: invoke, burst, upload, settings
//! readings    what its texts say, as numbers: REPORT lines, counts, dollars
//! sources     the panel of sources: what makes events, and whom it tells
//! queues      the panel of queues: messages, and what polls them
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
pub mod queues;
pub mod readings;
pub mod sources;
pub mod uploads;

use chromium::Chromium;
pub use page::{Page, Tab, key};
pub use playground::Answer;
pub use readings::{Counts, Report};
use std::path::{Path, PathBuf};
use xtask::server::{Options, Server};

/// Asserts that a reading of the page comes to hold: two parts of the page need not change in the
/// same frame, so what one shows says nothing of another yet. A message says more than the code.
#[macro_export]
macro_rules! eventually {
    ($page:expr, $state:expr) => {
        $page.wait_until(stringify!($state), || $state)
    };
    ($page:expr, $state:expr, $($message:tt)+) => {
        $page.wait_until(&format!($($message)+), || $state)
    };
}

/// Asserts that a reading of the page comes to be equal to something, as [`eventually`] does.
#[macro_export]
macro_rules! eventually_eq {
    ($page:expr, $read:expr, $expected:expr) => {
        $page.wait_until_equal(stringify!($read), || $read, &$expected)
    };
    ($page:expr, $read:expr, $expected:expr, $($message:tt)+) => {
        $page.wait_until_equal(&format!($($message)+), || $read, &$expected)
    };
}

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

/// Hosts a copy of the built site that `change` changed first, and opens it in a fresh browser.
/// Nothing is waited for, and the console may hold errors. `test` is given the copy's folder.
pub fn visit_changed(change: impl FnOnce(&Path), test: impl FnOnce(&mut Page, &Path)) {
    visit_changed_on(Options::default(), change, test);
}

/// As [`visit_changed`], on a host of another kind.
pub fn visit_changed_on(
    options: Options,
    change: impl FnOnce(&Path),
    test: impl FnOnce(&mut Page, &Path),
) {
    let mut visit = Visit::changed(options, change);
    let copy = visit.page.folder().join(COPY);
    test(&mut visit.page, &copy);
}

/// A visitor on a copy of the built site.
pub struct Visit {
    /// What the visitor sees.
    pub page: Page,
    _server: Server,
}

/// The copy, below the browser's folder ([`Page::folder`]).
pub const COPY: &str = "site";

impl Visit {
    /// Of a copy that `change` changed first. Nothing is waited for.
    pub fn changed(options: Options, change: impl FnOnce(&Path)) -> Self {
        let page = Page::new(Chromium::start());
        let copy = page.folder().join(COPY);
        copy_folder(&site(), &copy);
        change(&copy);
        let server = Server::start(copy, options).expect("the file server starts");
        page.open(&server.url);
        Visit {
            page,
            _server: server,
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    for entry in std::fs::read_dir(from).expect("the built site: run `cargo xtask build` first") {
        let entry = entry.expect("an entry of the built site");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file of the built site");
        }
    }
}

/// The built site: `COLDSTART_DIST`, or `dist/` of the checkout.
pub fn site() -> PathBuf {
    let named = std::env::var_os("COLDSTART_DIST").filter(|value| !value.is_empty());
    named.map_or_else(xtask::workspace::dist, PathBuf::from)
}
