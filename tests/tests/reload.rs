//! What survives: a reload, and the way into another browser as a file.

use base64::Engine;
use coldstart_tests::{Page, eventually_eq, uploads, visit};
use serde_json::json;

/// Exports the workspace and gives back the file's bytes.
fn export(page: &Page) -> Vec<u8> {
    page.workspace("[data-testid=export]");
    page.downloaded("coldstart-workspace.json")
}

/// A session with a bit of everything. The counter has counted to 2.
fn furnish(page: &Page) {
    let file = uploads::write(page.folder(), "mine.wat", uploads::ECHO);
    page.upload_as(&file, "mine");
    page.configure("memory", "512");
    page.fill("[data-testid=event-name]", "my event");
    page.set_event("{\"kept\": true}");
    page.click("[data-testid=save-event]");
    page.invoke();
    page.add_sample("Counter", "counter");
    page.invoke();
    let answer = page.invoke();
    assert!(answer.body.contains("\"total\": 2"), "{answer:?}");
}

/// Fails unless everything of [`furnish`] is there.
fn is_furnished(page: &Page) {
    eventually_eq!(page, page.functions(), ["greeting", "mine", "counter"]);
    eventually_eq!(page, page.selected_function(), Some("counter".to_owned()));
    let answer = page.wait("the last response is shown", || page.answer());
    assert!(answer.body.contains("\"total\": 2"), "{answer:?}");
    let counts = page.counts();
    assert_eq!((counts.cold, counts.warm), (2, 1));
    assert_eq!(counts.alive, 0, "environments end with their tab");
    page.select_function("mine");
    eventually_eq!(page, page.value("#memory"), Some("512".to_owned()));
    eventually_eq!(page, page.event(), "{\"kept\": true}");
    let events = page.texts("[data-testid=saved-events] option");
    assert!(events.contains(&"my event".to_owned()), "{events:?}");
}

#[test]
fn a_reload_keeps_everything_but_the_environments() {
    visit(|page| {
        furnish(page);
        let report = page.report();
        page.wait_until_saved("\"invocations\":2");
        page.reload();
        page.playground_is_ready();
        is_furnished(page);
        eventually_eq!(page, page.report(), report);
        // Modules too: the upload still runs. Globals are gone with their environment.
        assert_eq!(page.invoke().body, "{\n  \"kept\": true\n}");
        page.select_function("counter");
        let answer = page.invoke();
        assert!(answer.body.contains("\"total\": 1"), "{answer:?}");
        let counts = page.counts();
        assert_eq!((counts.cold, counts.warm), (4, 1), "the counts go on");
    });
}

#[test]
fn a_handler_that_a_reload_interrupts_is_shown_as_interrupted() {
    visit(|page| {
        page.add_sample("Misbehave", "misbehave");
        page.configure("timeout", "900");
        page.set_event(r#"{"do": "loop"}"#);
        page.click("[data-testid=invoke]");
        page.wait_for_counts("the handler is at work", |counts| counts.cold == 1);
        page.wait_until_saved("InvocationStarted");
        page.reload();
        page.playground_is_ready();
        let answer = page.wait("the request has ended", || page.answer());
        assert!(answer.body.contains("Coldstart.Interrupted"), "{answer:?}");
        let bill = page.read("[data-testid=bill]");
        assert!(bill.contains("Not billed"), "{bill}");
        page.set_event(r#"{"do": "ok"}"#);
        assert!(page.invoke().status.starts_with("200 ·"));
    });
}

#[test]
fn an_exported_workspace_is_found_whole_in_another_browser() {
    let mut file = Vec::new();
    visit(|page| {
        furnish(page);
        file = export(page);
    });
    visit(|page| {
        let path = uploads::write(page.folder(), "workspace.json", &file);
        page.choose_file("[data-testid=import]", &path);
        page.take_notice("The workspace was imported.");
        is_furnished(page);
        assert_eq!(page.invoke().body, "{\n  \"kept\": true\n}");
        page.wait_until_saved("my event");
        page.reload();
        page.playground_is_ready();
        eventually_eq!(page, page.functions(), ["greeting", "mine", "counter"]);
    });
}

/// Packages are numbered, and another workspace uses the same numbers.
#[test]
fn a_loaded_workspace_runs_its_own_code_or_says_that_it_is_missing() {
    visit(|page| {
        let file = uploads::write(
            page.folder(),
            "code.wat",
            uploads::answers_with(b"\"old\"", 16),
        );
        page.upload_as(&file, "code");
        page.set_event("{}");
        assert_eq!(page.invoke().body, "\"old\"");
        let mut workspace: serde_json::Value = serde_json::from_slice(&export(page)).unwrap();
        let new = uploads::assemble(&uploads::answers_with(b"\"new\"", 16));
        let packages = workspace["packages"].as_array_mut().unwrap();
        let last = packages.last_mut().unwrap();
        last["wasm"] = json!(base64::engine::general_purpose::STANDARD.encode(new));
        load(page, "new.json", &workspace);
        assert_eq!(page.invoke().body, "\"new\"");

        workspace["packages"].as_array_mut().unwrap().pop();
        load(page, "missing.json", &workspace);
        page.invoke_refused("500");
        page.take_notice("deployment package is missing");
    });
}

fn load(page: &Page, name: &str, workspace: &serde_json::Value) {
    let path = uploads::write(page.folder(), name, workspace.to_string());
    page.choose_file("[data-testid=import]", &path);
    page.take_notice("The workspace was imported.");
}

#[test]
fn files_that_are_no_workspaces_change_nothing() {
    visit(|page| {
        page.invoke();
        let exported = export(page);
        let mut damaged: serde_json::Value = serde_json::from_slice(&exported).unwrap();
        damaged["packages"][0]["wasm"] = json!("AGFzbQ==");
        let mut no_base64 = damaged.clone();
        no_base64["packages"][0]["wasm"] = json!("%");
        let files: [(&str, Vec<u8>, &str); 7] = [
            ("empty.json", Vec::new(), "not a workspace file"),
            ("list.json", b"[]".to_vec(), "not a workspace file"),
            (
                "har.json",
                br#"{"format": "har", "version": 1}"#.to_vec(),
                "its format is \"har\"",
            ),
            (
                "newer.json",
                br#"{"format": "coldstart-workspace", "version": 99}"#.to_vec(),
                "version 99",
            ),
            (
                "module.json",
                uploads::assemble(uploads::ECHO),
                "not a workspace file",
            ),
            (
                "cut.json",
                exported[..exported.len() / 2].to_vec(),
                "not a workspace file",
            ),
            (
                "no-base64.json",
                no_base64.to_string().into_bytes(),
                "damaged",
            ),
        ];
        let counts = page.counts();
        for (name, bytes, words) in files {
            page.choose_file(
                "[data-testid=import]",
                &uploads::write(page.folder(), name, bytes),
            );
            let notice = page.take_notice(words);
            let (_, remedy) = notice.split_once('\n').unwrap_or_default();
            assert!(remedy.trim().len() > 20, "{name}: {notice}");
        }
        let path = uploads::write(page.folder(), "damaged.json", damaged.to_string());
        page.choose_file("[data-testid=import]", &path);
        page.take_notice("in this workspace file");

        eventually_eq!(page, page.counts(), counts);
        eventually_eq!(page, page.functions(), ["greeting"]);
        assert!(page.invoke().status.starts_with("200 ·"));
        eventually_eq!(page, page.counts().warm, 1, "the environment still lives");
    });
}

#[test]
fn clearing_the_session_keeps_the_functions() {
    visit(|page| {
        furnish(page);
        page.workspace("[data-testid=clear]");
        let counts = page.wait_for_counts("the counts begin again", |counts| counts.invoked() == 0);
        assert_eq!(counts.alive, 0);
        eventually_eq!(page, page.functions(), ["greeting", "mine", "counter"]);
        let answer = page.invoke();
        assert!(answer.body.contains("\"total\": 1"), "{answer:?}");
        eventually_eq!(page, page.counts().cold, 1);
    });
}
