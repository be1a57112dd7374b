//! Opens the site headless and waits for what the page posts.

use crate::browser;
use crate::server::{Options, Server};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A busy machine may be many times slower than a quiet one.
const PATIENCE: Duration = Duration::from_secs(600);

/// What the page measured.
pub(super) fn measure(site: &Path) -> Result<Value> {
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
        .arg("--window-size=1440,900")
        .arg(&server.url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("Chromium could not be started")?;
    let mut chromium = Running(child);
    let begin = Instant::now();
    let posted = loop {
        match inbox.recv_timeout(Duration::from_secs(1)) {
            Ok(posted) => break posted,
            Err(RecvTimeoutError::Disconnected) => bail!("the server stopped"),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(status) = chromium.0.try_wait()? {
            bail!("Chromium ended by itself ({status})");
        }
        if begin.elapsed() > PATIENCE {
            bail!("the page posted nothing for {} s", PATIENCE.as_secs());
        }
    };
    let measured: Value = serde_json::from_slice(&posted).context("what the page posted")?;
    match measured["error"].as_str() {
        Some(error) => bail!("in the page: {error}"),
        None => Ok(measured),
    }
}

/// Ends the browser, however the measurement went.
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
        let name = format!("coldstart-bench-{}", std::process::id());
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
