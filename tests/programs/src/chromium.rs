//! In the built site's environment worker, in headless Chromium.

use crate::job::{Job, ModuleFile, Place, conversation, is_end};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use coldstart_tests::{COPY, Visit};
use runtime_core::protocol::{self, FromEnvironment, ToEnvironment};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use xtask::server::Options;

/// A browser on a copy of the built site whose page does nothing but pass messages on.
pub struct Chromium(Mutex<Visit>);

/// The page instead of the site's own. `ADDRESS` is where the environment worker is.
const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8">
<title>relay</title>
<link rel="icon" href="data:,">
<meta name="environment_worker" content="ADDRESS">
<script type="module" src="./relay.js"></script>
"#;
const RELAY: &str = include_str!("relay.js");

impl Chromium {
    /// Starts the browser.
    pub fn start() -> Self {
        let visit = Visit::changed(Options::default(), |site| {
            let index = site.join("index.html");
            let html = std::fs::read_to_string(&index).expect("the site's page");
            let page = PAGE.replace("ADDRESS", worker_address(&html));
            std::fs::write(&index, page).expect("the relay's page");
            std::fs::write(site.join("relay.js"), RELAY).expect("the relay's script");
        });
        visit.page.wait_until("the relay is there", || {
            visit.page.script("return typeof relay", &[]) == "object"
        });
        Chromium(Mutex::new(visit))
    }
}

impl Place for Chromium {
    fn run(&self, job: &Job) -> Vec<FromEnvironment> {
        let visit = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let relay = |call: &str, arguments: &[Value]| {
            visit
                .page
                .script(&format!("return relay.{call}(...arguments)"), arguments)
        };
        publish(&job.module, &visit.page.folder().join(COPY));
        let start = ToEnvironment::Start(Box::new(job.settings.clone()));
        relay("start", &[encoded(&start), json!(address(&job.module))]);
        let said = conversation(job, |message| {
            let way = match message {
                ToEnvironment::Invoke(_) => "leave",
                _ => "send",
            };
            relay(way, &[encoded(&message)]);
            let mut all: Vec<FromEnvironment> = Vec::new();
            while !all.last().is_some_and(is_end) {
                all.extend(decoded(&relay("next", &[])));
            }
            all
        });
        relay("stop", &[]);
        said
    }
}

/// Puts it where the site has it, unless it is one of the site's own runtimes.
fn publish(module: &ModuleFile, site: &Path) {
    let file = site.join(address(module));
    if !file.is_file() {
        std::fs::copy(&module.0, file).expect("the module is copied");
    }
}

/// Where the site has it.
fn address(module: &ModuleFile) -> String {
    let name = module.0.file_name().unwrap_or_default().to_string_lossy();
    format!("./runtimes/{name}")
}

fn worker_address(html: &str) -> &str {
    let (_, rest) = html
        .split_once("name=\"environment_worker\"")
        .or_else(|| html.split_once("name=environment_worker"))
        .expect("the page names its environment worker");
    let start = rest.find("./workers/").expect("its address");
    let rest = &rest[start..];
    let end = rest.find(['"', '>', ' ']).expect("the address's end");
    &rest[..end]
}

fn encoded(message: &ToEnvironment) -> Value {
    json!(BASE64_STANDARD.encode(protocol::encode(message)))
}

fn decoded(messages: &Value) -> Vec<FromEnvironment> {
    let list = messages.as_array().expect("a list of messages");
    let message = |value: &Value| {
        let text = value.as_str().expect("a message");
        match text.strip_prefix("error:") {
            Some(error) => FromEnvironment::Broken {
                message: error.to_owned(),
            },
            None => {
                let bytes = BASE64_STANDARD.decode(text).expect("base64");
                protocol::decode(&bytes).expect("both ends are of one source")
            }
        }
    };
    list.iter().map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_address_is_found() {
        let html =
            r#"<meta name="environment_worker" content="./workers/environment_worker-1"><b>"#;
        assert_eq!(worker_address(html), "./workers/environment_worker-1");
        assert_eq!(
            address(&ModuleFile(Path::new("/a/b.wasm").into())),
            "./runtimes/b.wasm"
        );
    }
}
