//! Uploading a handler, starting it cold, finding it warm, throwing its environment away.

use coldstart_tests::{Page, eventually, eventually_eq, uploads, visit};

/// Invokes twice; the first start must be cold and the second one warm.
fn starts_cold_and_is_found_warm(page: &Page) {
    let before = page.counts();
    page.set_event(r#"{"a": 1}"#);
    let answer = page.invoke();
    assert!(answer.status.starts_with("200"), "{answer:?}");
    assert_eq!(answer.body, "{\n  \"a\": 1\n}");
    let counts = page.counts();
    assert_eq!(
        (counts.cold, counts.warm),
        (before.cold + 1, before.warm),
        "{counts:?}"
    );
    let cold = page.report();
    assert!(
        cold.init_centimillis.is_some_and(|init| init > 0),
        "{cold:?}"
    );
    assert_eq!((cold.memory, &cold.status), (128, &None));

    page.invoke();
    let counts = page.counts();
    assert_eq!(
        (counts.cold, counts.warm),
        (before.cold + 1, before.warm + 1),
        "{counts:?}"
    );
    let warm = page.report();
    assert_eq!(warm.init_centimillis, None, "{warm:?}");
    assert_ne!(warm.request, cold.request);
}

#[test]
fn packages_of_all_kinds_from_disk_start_cold_and_are_found_warm() {
    visit(|page| {
        let folder = page.folder();
        let module = uploads::assemble(uploads::ECHO);
        let package = uploads::zip(&[("bootstrap.wasm", &module), ("data/notes.txt", b"x")]);
        let files = [
            uploads::write(folder, "text.wat", uploads::ECHO),
            uploads::write(folder, "binary.wasm", &module),
            uploads::write(folder, "package.zip", package),
        ];
        for (file, name) in files.iter().zip(["text", "binary", "package"]) {
            page.upload_as(file, name);
            page.measure();
            starts_cold_and_is_found_warm(page);
        }
        eventually_eq!(
            page,
            page.functions(),
            ["greeting", "text", "binary", "package"]
        );
    });
}

#[test]
fn the_log_has_the_platforms_lines_around_the_handlers_own() {
    visit(|page| {
        page.add_sample("Counter", "counter");
        let answer = page.invoke();
        assert!(answer.body.contains("\"total\": 1"), "{answer:?}");
        let log = page.log();
        let request = page.report().request;
        let places: Vec<_> = [
            "INIT_START Runtime Version: ",
            "init: a new environment, all counts are 0",
            &format!("START RequestId: {request} Version: $LATEST"),
            ": invocation 1",
            &format!("END RequestId: {request}"),
            &format!("REPORT RequestId: {request}"),
        ]
        .iter()
        .map(|line| log.find(line))
        .collect();
        assert!(places.iter().all(Option::is_some), "{places:?} in {log}");
        assert!(places.is_sorted(), "{places:?} in {log}");

        // Globals live on in the environment.
        let answer = page.invoke();
        assert!(answer.body.contains("\"total\": 2"), "{answer:?}");
        assert!(!page.log().contains("INIT_START"), "{}", page.log());
    });
}

#[test]
fn recycle_and_idle_expiry_make_the_next_start_cold() {
    visit(|page| {
        page.add_sample("Counter", "counter");
        page.invoke();
        page.click("[data-testid=recycle]");
        page.wait_for_counts("recycle removes the environment", |counts| {
            counts.alive == 0
        });
        assert!(!page.is_enabled("[data-testid=recycle]"));

        let answer = page.invoke();
        assert!(answer.body.contains("\"total\": 1"), "{answer:?}");
        let counts = page.counts();
        assert_eq!((counts.alive, counts.cold, counts.warm), (1, 2, 0));
        eventually!(page, page.report().init_centimillis.is_some());

        // A frozen environment ends when it has been idle for long enough; nobody waits for that.
        page.wait_until("an environment is frozen", || {
            page.function_state("counter")
                .is_some_and(|state| state.contains("1 frozen"))
        });
        page.click("[data-testid=skip]");
        page.wait_for_counts("idle expiry removes the environment", |counts| {
            counts.alive == 0
        });
        page.wait_until("there is nothing left to skip to", || {
            !page.is_enabled("[data-testid=skip]")
        });
        eventually!(
            page,
            page.function_state("counter")
                .is_some_and(|state| state.contains("the next start is cold"))
        );
        let answer = page.invoke();
        assert!(answer.body.contains("\"coldStart\": true"), "{answer:?}");
        eventually_eq!(page, page.counts().cold, 3);
    });
}

#[test]
fn demos_can_invoke_from_a_script() {
    visit(|page| {
        page.wait_until("the console's functions", || {
            page.script("return \"coldstart\" in window", &[]) == serde_json::json!(true)
        });
        let answer = page.script(
            "return coldstart.invoke('greeting', '{\"name\": \"Ada\"}')",
            &[],
        );
        assert_eq!(answer["status"], 200, "{answer}");
        assert!(
            answer["payload"]
                .as_str()
                .is_some_and(|text| text.contains("Ada")),
            "{answer}"
        );
        assert!(
            answer["billedMillis"].as_u64().is_some_and(|ms| ms > 0),
            "{answer}"
        );
        let refused = page.script(
            "return coldstart.invoke('nobody', '{}').catch(error => error.message)",
            &[],
        );
        assert_eq!(refused, "There is no function named nobody.");
    });
}
