//! One chromedriver, one headless Chromium, one fresh profile: gone with the test.

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::runtime::{Builder, Runtime};
use xtask::browser::{ADVICE, HEADLESS, find_browser, find_driver};

/// A running browser.
pub(crate) struct Chromium {
    runtime: Runtime,
    client: Client,
    driver: Child,
    folder: PathBuf,
}

impl Chromium {
    /// Starts a browser that knows nothing of any other.
    pub(crate) fn start() -> Self {
        let folder = fresh_folder();
        let (driver, port) = start_driver();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime
            .block_on(
                ClientBuilder::new(HttpConnector::new())
                    .capabilities(capabilities(&folder))
                    .connect(&format!("http://127.0.0.1:{port}")),
            )
            .expect("chromedriver starts Chromium");
        Chromium {
            runtime,
            client,
            driver,
            folder,
        }
    }

    /// Runs one exchange with the driver.
    pub(crate) fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Client) -> Result<T, CmdError>,
    ) -> Result<T, CmdError> {
        self.runtime.block_on(question(&self.client))
    }

    /// Waits a moment before a state is looked at again.
    pub(crate) fn rest(&self, rest: impl Future<Output = ()>) {
        self.runtime.block_on(rest);
    }

    /// A folder of this browser only: its uploads and downloads.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sends a command of the DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.extension("goog/cdp/execute", body)
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What was written to the console since the last look: level and text.
    pub(crate) fn console(&self) -> Vec<(String, String)> {
        let lines = self
            .extension("se/log", json!({ "type": "browser" }))
            .expect("the console can be read");
        let lines = lines.as_array().cloned().unwrap_or_default();
        let field = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
        lines
            .iter()
            .map(|line| (field(line, "level"), field(line, "message")))
            .collect()
    }

    fn extension(&self, path: &'static str, body: Value) -> Result<Value, CmdError> {
        self.ask(async |client| client.issue_cmd(Extension { path, body }).await)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Closing the session ends the browser; what remains is best effort on the way out.
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// Each test is a process of its own, and may start more than one browser.
fn fresh_folder() -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let number = STARTED.fetch_add(1, Ordering::Relaxed);
    let name = format!("coldstart-tests-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(folder.join("profile")).expect("a folder for the browser");
    folder
}

/// Starts chromedriver on a port that it finds itself, and reads from it which one that is.
fn start_driver() -> (Child, u16) {
    let program = find_driver().unwrap_or_else(|| panic!("no chromedriver was found. {ADVICE}"));
    let mut driver = Command::new(&program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse().ok()
        })
        .expect("chromedriver says its port");
    // It must be able to go on writing.
    std::thread::spawn(move || lines.for_each(drop));
    (driver, port)
}

fn capabilities(folder: &Path) -> serde_json::Map<String, Value> {
    let browser = find_browser().unwrap_or_else(|| panic!("no Chromium was found. {ADVICE}"));
    let mut arguments: Vec<String> = HEADLESS.map(str::to_owned).to_vec();
    arguments.push(format!(
        "--user-data-dir={}",
        folder.join("profile").display()
    ));
    arguments.push("--window-size=1440,1000".to_owned());
    let capabilities = json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "binary": browser,
            "args": arguments,
            "prefs": { "download.default_directory": folder.join("downloads") },
        },
    });
    match capabilities {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}
