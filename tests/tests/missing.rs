//! Parts of the page that do not come, storage that is denied or full, workers that cannot start:
//! the page says so and goes on.

#![allow(clippy::expect_used)]

use coldstart_tests::{Page, eventually_eq, uploads, visit, visit_changed};
use serde_json::json;
use std::cell::Cell;
use std::path::{Path, PathBuf};

const FAILED: &str = "[data-testid=part-failed]";

/// The one file of the page's folder with this name.
fn part(site: &Path, name: &str) -> PathBuf {
    let folders = std::fs::read_dir(site).expect("the site");
    let files = folders.flatten().map(|folder| folder.path().join(name));
    let found: Vec<_> = files.filter(|file| file.is_file()).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].clone()
}

fn failed(page: &Page) -> usize {
    page.texts(FAILED).len()
}

/// How many panels the part holds that shows what happened and sets things up.
const PANELS: usize = 19;

#[test]
fn panels_that_do_not_come_can_be_tried_again() {
    let hide = |site: &Path| {
        let file = part(site, "split_happened.wasm");
        std::fs::rename(&file, site.join("kept")).expect("the part goes away");
    };
    visit_changed(hide, |page, site| {
        page.wait_until("all panels say that they did not come", || {
            failed(page) == PANELS
        });
        // The rest of the page works: the event can be edited and sent meanwhile.
        page.wait_until("a function can be invoked", || {
            page.is_enabled("[data-testid=invoke]")
        });
        page.click("[data-testid=invoke]");
        page.click(&format!("{FAILED} button"));
        page.wait_until("it failed again", || failed(page) == PANELS);

        let loader = part(site, "__wasm_split.js");
        let place = loader.with_file_name("split_happened.wasm");
        std::fs::rename(site.join("kept"), place).expect("the part comes back");
        for left in (0..PANELS).rev() {
            page.click(&format!("{FAILED} button"));
            page.wait_until("a panel came", || failed(page) == left);
        }
        let answer = page.wait("the answer is shown", || page.answer());
        assert!(answer.status.starts_with("200 ·"), "{answer:?}");
        eventually_eq!(page, page.counts().cold, 1);
    });
}

/// Waits for a notice that holds `text`.
fn notice(page: &Page, text: &str) {
    page.wait_until(text, || {
        page.notices().iter().any(|notice| notice.contains(text))
    });
}

#[test]
fn a_session_that_cannot_be_saved_says_so_and_goes_on() {
    let hide = |site: &Path| {
        std::fs::remove_file(part(site, "split_storage.wasm")).expect("the part goes away");
    };
    visit_changed(hide, |page, _| {
        page.playground_is_ready();
        notice(page, "This session is not being saved");
        assert!(page.invoke().status.starts_with("200 ·"));
    });
}

#[test]
fn an_api_that_does_not_come_is_an_answer() {
    let hide = |site: &Path| {
        std::fs::remove_file(part(site, "split_api.wasm")).expect("the part goes away");
    };
    visit_changed(hide, |page, _| {
        page.playground_is_ready();
        page.wait_until("requests reach the page", || {
            let open = "return navigator.serviceWorker.controller !== null
                && document.querySelector('[data-testid=api-snippet]') !== null";
            page.script(open, &[]) == json!(true)
        });
        let answer = page.script(
            "return fetch('aws/lambda/2015-03-31/functions/').then(async (it) => ({
               status: it.status, name: it.headers.get('x-amzn-errortype'), body: await it.json(),
             }))",
            &[],
        );
        assert_eq!(answer["status"], 503, "{answer}");
        assert_eq!(answer["name"], "ServiceException");
        let message = answer["body"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("could not fetch its part"), "{answer}");
    });
}

#[test]
fn storage_that_is_denied_is_said_and_the_session_goes_on() {
    visit(|page| {
        let source = "Object.defineProperty(window, 'indexedDB', { value: undefined })";
        page.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        );
        page.reload();
        page.playground_is_ready();
        notice(page, "This session is not being saved");
        assert!(page.invoke().status.starts_with("200 ·"));
        assert!(page.invoke().status.starts_with("200 ·"));
        eventually_eq!(page, page.counts().warm, 1);
    });
}

#[test]
fn storage_that_is_full_is_said_and_what_was_done_stays() {
    visit(|page| {
        let origin = page.script("return location.origin", &[]);
        page.devtools(
            "Storage.overrideQuotaForOrigin",
            json!({ "origin": origin, "quotaSize": 1 }),
        );
        let file = uploads::write(page.folder(), "mine.wat", uploads::ECHO);
        page.upload_as(&file, "mine");
        // The browser asks how much room is left only now and then: what is written meanwhile may still go in.
        let edits = Cell::new(0);
        page.wait_until("it is said that nothing is saved", || {
            edits.set(edits.get() + 1);
            page.set_event(&format!("{{\"edit\": {}}}", edits.get()));
            let said = |words: &str| page.notices().iter().any(|it| it.contains(words));
            said("This session is not being saved") && said("storage")
        });
        assert!(page.invoke().status.starts_with("200 ·"));
        eventually_eq!(page, page.functions(), ["greeting", "mine"]);
    });
}

#[test]
fn a_worker_that_cannot_start_is_said_and_the_next_one_may() {
    visit_changed(
        |site| {
            let workers = site.join("workers");
            std::fs::rename(&workers, site.join("kept")).expect("the workers go away");
            std::fs::create_dir(&workers).expect("a folder without them");
            for file in std::fs::read_dir(site.join("kept"))
                .expect("workers")
                .flatten()
            {
                let name = file.file_name();
                if name.to_string_lossy().starts_with("package_worker") {
                    std::fs::copy(file.path(), workers.join(name)).expect("uploads still work");
                }
            }
        },
        |page, site| {
            page.playground_is_ready();
            page.click("[data-testid=invoke]");
            notice(page, "failed");
            page.wait_until("the request is refused", || {
                page.text("[data-testid=response-status]")
                    .is_some_and(|status| status.starts_with("500"))
            });
            std::fs::remove_dir_all(site.join("workers")).expect("the folder goes away");
            std::fs::rename(site.join("kept"), site.join("workers")).expect("workers come back");
            assert!(page.invoke().status.starts_with("200 ·"));
        },
    );
}
