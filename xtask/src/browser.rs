//! Finding Chromium and its WebDriver program, for tests and pictures.

use crate::tools;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// Where a browser and its driver are.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Chromium or Chrome.
    pub browser: PathBuf,
    /// The chromedriver of the same version.
    pub driver: PathBuf,
}

/// The variable that names the browser, before anything else is looked at.
pub const BROWSER_VARIABLE: &str = "CHROME";
/// The variable that names the driver. wasm-bindgen's test runner reads it too.
pub const DRIVER_VARIABLE: &str = "CHROMEDRIVER";

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// How to get a browser by hand.
pub const ADVICE: &str = "Debian, Ubuntu: `apt-get install chromium chromium-driver`; \
    elsewhere install Chrome and the chromedriver of the same version \
    (https://googlechromelabs.github.io/chrome-for-testing/), and set CHROME and CHROMEDRIVER \
    if they are not in PATH";

/// What headless Chromium needs to start anywhere, as root and in containers too, and to do
/// nothing that was not asked for.
pub const HEADLESS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Chromium or Chrome, if it is installed.
pub fn find_browser() -> Option<PathBuf> {
    find(BROWSER_VARIABLE, &BROWSERS)
}

/// chromedriver, if it is installed.
pub fn find_driver() -> Option<PathBuf> {
    find(
        DRIVER_VARIABLE,
        &["chromedriver", "/usr/lib/chromium/chromedriver"],
    )
}

fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = std::env::var_os(variable).filter(|value| !value.is_empty());
    match named {
        Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_file()),
        None => names.iter().find_map(|name| in_path(name)),
    }
}

/// The whole path of a program in `PATH`.
pub fn in_path(name: &str) -> Option<PathBuf> {
    if Path::new(name).is_absolute() {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// Finds both, or installs them where that can be done without asking: Debian, as root.
///
/// # Errors
/// If they are missing, with what to do.
pub fn ensure() -> Result<Browser> {
    if let Some(found) = both() {
        return Ok(found);
    }
    tools::install_with_apt(&["chromium", "chromium-driver"])?;
    match both() {
        Some(found) => Ok(found),
        None => bail!("no Chromium with its driver was found. {ADVICE}"),
    }
}

fn both() -> Option<Browser> {
    Some(Browser {
        browser: find_browser()?,
        driver: find_driver()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_in_the_path() {
        let cargo = in_path("cargo").unwrap();
        assert!(cargo.is_file());
        let whole = cargo.to_str().unwrap();
        assert_eq!(in_path(whole), Some(cargo.clone()));
        assert_eq!(in_path("coldstart-no-such-program"), None);
        assert_eq!(in_path("/coldstart/no/such/program"), None);
    }
}
