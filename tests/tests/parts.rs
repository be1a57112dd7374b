//! What the page fetches once it can be used: it may fail to come, and come later.

#![allow(clippy::expect_used)]

use coldstart_tests::{Page, visit_changed};
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

#[test]
fn panels_that_do_not_come_can_be_tried_again() {
    let hide = |site: &Path| {
        let file = part(site, "split_happened.wasm");
        std::fs::rename(&file, site.join("kept")).expect("the part goes away");
    };
    visit_changed(hide, |page, site| {
        page.wait_until("five panels say that they did not come", || {
            failed(page) == 5
        });
        // The rest of the page works: the event can be edited and sent meanwhile.
        page.wait_until("a function can be invoked", || {
            page.is_enabled("[data-testid=invoke]")
        });
        page.click("[data-testid=invoke]");
        page.click(&format!("{FAILED} button"));
        page.wait_until("it failed again", || failed(page) == 5);

        let loader = part(site, "__wasm_split.js");
        let place = loader.with_file_name("split_happened.wasm");
        std::fs::rename(site.join("kept"), place).expect("the part comes back");
        for left in (0..5).rev() {
            page.click(&format!("{FAILED} button"));
            page.wait_until("a panel came", || failed(page) == left);
        }
        let answer = page.wait("the answer is shown", || page.answer());
        assert!(answer.status.starts_with("200 ·"), "{answer:?}");
        assert_eq!(page.counts().cold, 1);
    });
}

#[test]
fn a_session_that_cannot_be_saved_says_so_and_goes_on() {
    let hide = |site: &Path| {
        std::fs::remove_file(part(site, "split_storage.wasm")).expect("the part goes away");
    };
    visit_changed(hide, |page, _| {
        page.playground_is_ready();
        page.wait_until("the page says so", || {
            page.texts(".notice")
                .iter()
                .any(|text| text.contains("This session is not being saved"))
        });
        assert!(page.invoke().status.starts_with("200 ·"));
    });
}
