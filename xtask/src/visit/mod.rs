//! Opens a site in headless Chromium, as a visitor who has never been here, and takes what its page
//! posts.
//!
//! ```text
//! mod     the visit
//! memory  what the tab's process holds
//! ```

mod memory;

use crate::browser;
use crate::server::{Options, Server};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// The longest that a page may say nothing. A busy machine may be many times slower than a quiet
/// one.
const PATIENCE: Duration = Duration::from_secs(600);

/// Let a page have its garbage collected, and its workers', before its memory is measured.
const COLLECTABLE: [&str; 2] = [
    "--js-flags=--expose-gc",
    "--enable-blink-features=ForceEagerMeasureMemory",
];

/// Hands each thing that the page posts to `take`, until that has seen enough.
///
/// # Errors
/// If there is no Chromium, the page falls silent, or `take` fails.
pub fn visit<T>(site: &Path, mut take: impl FnMut(Vec<u8>) -> Result<Option<T>>) -> Result<T> {
    visit_tab(site, |posted, _| take(posted))
}

/// A tab that is being visited.
pub struct Tab {
    browser: u32,
}

impl Tab {
    /// The memory that its process alone has, in bytes: the page's and its workers'. `None` where this
    /// system does not tell.
    pub fn memory(&self) -> Option<u64> {
        memory::of_largest_renderer(self.browser)
    }
}

/// As [`visit`]; `take` is given the tab as well.
///
/// # Errors
/// As [`visit`].
pub fn visit_tab<T>(
    site: &Path,
    mut take: impl FnMut(Vec<u8>, &Tab) -> Result<Option<T>>,
) -> Result<T> {
    let chromium = browser::ensure()?.browser;
    let (sender, inbox) = channel();
    let options = Options {
        inbox: Some(sender),
        ..Options::default()
    };
    let server = Server::start(site, options).context("the server did not start")?;
    let profile = Profile::new()?;
    let child = Command::new(chromium)
        .args(browser::HEADLESS)
        .arg(format!("--user-data-dir={}", profile.0.display()))
        .args(COLLECTABLE)
        .arg("--window-size=1440,900")
        .arg(&server.url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("Chromium could not be started")?;
    let tab = Tab {
        browser: child.id(),
    };
    let mut chromium = Running(child);
    let mut last = Instant::now();
    loop {
        match inbox.recv_timeout(Duration::from_secs(1)) {
            Ok(posted) => {
                last = Instant::now();
                if let Some(done) = take(posted, &tab)? {
                    return Ok(done);
                }
            }
            Err(RecvTimeoutError::Disconnected) => bail!("the server stopped"),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(status) = chromium.0.try_wait()? {
            bail!("Chromium ended by itself ({status})");
        }
        if last.elapsed() > PATIENCE {
            bail!("the page posted nothing for {} s", PATIENCE.as_secs());
        }
    }
}

/// Ends the browser, however the visit went.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder for a visitor who has never been here.
struct Profile(std::path::PathBuf);

impl Profile {
    fn new() -> Result<Profile> {
        let name = format!("coldstart-visit-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).context("a folder for the browser")?;
        Ok(Profile(folder))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // Left behind, it takes room and does no other harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
