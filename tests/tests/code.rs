//! Editing code in the page: deploying, mistakes, drafts, files, the keyboard, and an editor that
//! does not come.

#![allow(clippy::expect_used)]

use coldstart_tests::{Page, eventually, eventually_eq, key, uploads, visit, visit_changed};
use std::path::Path;

const DEPLOY: &str = "[data-testid=deploy-code]";
const PROBLEMS: &str = "[data-testid=problems] li";
const MARKS: &str = ".cm-lint-marker-error";

/// Makes a function of a language's starter; its code is open then.
fn start(page: &Page, title: &str, name: &str) {
    if !page.has("[data-testid=starters][open]") {
        page.click("[data-testid=starters] summary");
    }
    page.click_text("*[@data-testid='starters']//button/b", title);
    page.wait_until(&format!("{name} is there"), || {
        page.selected_function().as_deref() == Some(name)
    });
    page.wait_for_code();
}

/// The names in the list of files.
fn files(page: &Page) -> Vec<String> {
    let rows = page.texts("[data-testid=code-files] button");
    let first = |row: &String| row.lines().next().unwrap_or_default().to_owned();
    rows.iter().map(first).collect()
}

fn select_file(page: &Page, name: &str) {
    page.click_text("*[@data-testid='code-files']//button/span", name);
    page.wait_until(&format!("{name} is shown"), || {
        page.text("[data-testid=code-file]")
            .is_some_and(|shown| shown.ends_with(name))
    });
}

fn deploy(page: &Page) {
    page.click(DEPLOY);
    page.wait_until("the draft is deployed", || page.code_status().is_empty());
}

/// The number of the line that a mark in the gutter stands at.
fn marked_lines(page: &Page) -> Vec<String> {
    let lines = page.script(
        "const numbers = [...document.querySelectorAll('.cm-lineNumbers .cm-gutterElement')];
         const top = it => Math.round(it.getBoundingClientRect().top);
         return [...document.querySelectorAll(arguments[0])].map(mark => {
           const line = mark.closest('.cm-gutterElement');
           return numbers.find(number => top(number) === top(line))?.innerText ?? ''
         })",
        &[MARKS.into()],
    );
    let lines = lines.as_array().cloned().unwrap_or_default();
    let texts = lines.iter().filter_map(|line| line.as_str());
    texts.map(str::to_owned).collect()
}

#[test]
fn an_edit_is_a_deployment_and_the_next_start_is_cold() {
    visit(|page| {
        start(page, "WebAssembly text", "function");
        page.set_event("{}");
        assert!(page.invoke().body.contains("\"calls\": 1"));
        assert!(page.invoke().body.contains("\"calls\": 2"));
        let code = page.code();
        assert!(code.contains("Hello from Wasm!"), "{code}");
        page.set_code(&code.replace("Hello from Wasm!", "Hello from here!"));
        page.wait_until("the change is seen", || {
            page.code_status().contains("1 file changed")
        });
        // Until it is deployed nothing changes.
        assert!(page.invoke().body.contains("from Wasm!"));
        deploy(page);
        eventually!(page, !page.has(DEPLOY));
        page.wait_for_counts("the old environment is gone", |counts| counts.alive == 0);
        let answer = page.invoke();
        assert!(answer.body.contains("from here!"), "{answer:?}");
        assert!(answer.body.contains("\"calls\": 1"), "{answer:?}");
        eventually_eq!(page, page.counts().cold, 2);
        // The caret, and what can be undone, are where they were.
        page.script("document.querySelector('.cm-content').focus()", &[]);
        page.shortcut(&[key::CONTROL, 'z']);
        page.wait_until("the edit is undone", || page.code() == code);
    });
}

#[test]
fn a_mistake_is_marked_at_its_line_until_it_is_corrected() {
    visit(|page| {
        start(page, "WebAssembly text", "function");
        page.set_event("{}");
        let code = page.code();
        let line = code
            .lines()
            .position(|line| line.contains("(i32.const 1024)"))
            .expect("the line")
            + 1;
        page.set_code(&code.replace("(i32.const 1024)", "(i32.konst 1024)"));
        page.click(DEPLOY);
        page.wait_until("the problem is listed", || !page.texts(PROBLEMS).is_empty());
        let problem = page.texts(PROBLEMS).join("\n");
        assert!(
            problem.contains(&format!("function.wat:{line}")),
            "{problem}"
        );
        assert!(problem.contains("Correct the line"), "{problem}");
        page.wait_until("the line is marked", || {
            marked_lines(page) == [line.to_string()]
        });
        // The function still has its code.
        assert!(page.invoke().status.starts_with("200 ·"));
        page.click("[data-testid=problems] button");
        page.wait_until("the caret is there", || {
            page.text(".cm-activeLine")
                .is_some_and(|line| line.contains("konst"))
        });
        page.set_code(&code.replace("1024", "2048"));
        page.wait_until("the mark is gone", || {
            page.texts(PROBLEMS).is_empty() && marked_lines(page).is_empty()
        });
        page.shortcut(&[key::CONTROL, 's']);
        page.wait_until("the shortcut deploys", || page.code_status().is_empty());
        assert!(page.invoke().status.starts_with("200 ·"));
    });
}

/// A handler that fails as a runtime's would, with a stack trace.
fn fails_with_a_trace() -> String {
    let error = r#"{"errorType":"Oops","errorMessage":"it broke","trace":["Oops: it broke","    at f (/var/task/fails.wat:3:5)","    at g (/var/task/fails.wat:5:3)"]}"#;
    let escaped = error.replace('"', "\\\"");
    format!(
        "(module\n  (memory (export \"memory\") 1)\n  (data (i32.const 16) \"{escaped}\")\n  \
         (func (export \"allocate\") (param i32) (result i32) (i32.const 1024))\n  \
         (func (export \"handle\") (param i32 i32) (result i64)\n    \
         (i64.const {})))\n",
        (16_u64 << 32) | (1 << 31) | error.len() as u64
    )
}

#[test]
fn an_error_is_marked_where_its_stack_trace_says() {
    visit(|page| {
        let file = uploads::write(page.folder(), "fails.wat", fails_with_a_trace());
        page.upload_as(&file, "fails");
        let answer = page.invoke();
        assert!(answer.body.contains("it broke"), "{answer:?}");
        eventually_eq!(page, page.read("[data-testid=failed-at]"), "fails.wat:3");
        // From the response to the line.
        page.click("[data-testid=failed-at]");
        page.wait_for_code();
        page.wait_until("the caret is there", || {
            page.text(".cm-activeLine")
                .is_some_and(|line| line.contains("errorType"))
        });
        page.wait_until("the line is marked", || marked_lines(page) == ["3"]);
        let problems = page.texts(PROBLEMS);
        assert!(problems[0].contains("Oops: it broke"), "{problems:?}");
        assert!(problems[1].contains("fails.wat:5"), "{problems:?}");
        // Other code has other lines.
        page.set_code(&page.code().replace("broke", "brake"));
        deploy(page);
        page.wait_until("nothing is marked", || page.texts(PROBLEMS).is_empty());
    });
}

#[test]
fn drafts_can_be_discarded_and_survive_everything_else() {
    visit(|page| {
        start(page, "WebAssembly text", "function");
        let code = page.code();
        page.set_code(&code.replace("Wasm!", "here!"));
        page.click("[data-testid=discard-code]");
        page.wait_until("the text is the function's again", || page.code() == code);
        eventually!(page, page.code_status().is_empty());

        page.set_code(&code.replace("Wasm!", "kept!"));
        start(page, "Python", "function-2");
        eventually!(
            page,
            page.code().contains("def lambda_handler(event, context):")
        );
        eventually!(page, page.code_status().is_empty());
        page.select_function("function");
        page.wait_until("the draft is there", || page.code().contains("kept!"));

        page.wait_until_saved("kept!");
        page.reload();
        page.playground_is_ready();
        page.open_code();
        page.select_function("function");
        page.wait_until("the draft is there again", || page.code().contains("kept!"));
        eventually!(page, page.code_status().contains("1 file changed"));
        deploy(page);
        page.set_event("{}");
        assert!(page.invoke().body.contains("kept!"));
    });
}

#[test]
fn starters_are_functions_of_their_language() {
    visit(|page| {
        for (title, name, file, runtime) in [
            ("Python", "function", "lambda_function.py", "python3.12"),
            ("JavaScript", "function-2", "index.mjs", "javascript"),
            ("Ruby", "function-3", "lambda_function.rb", "ruby3.4"),
        ] {
            start(page, title, name);
            eventually_eq!(page, files(page), [file]);
            let state = page.function_state(name).unwrap_or_default();
            assert!(state.contains(runtime), "{state}");
            eventually!(
                page,
                page.has(".cm-content .code-keyword"),
                "{title} has colours"
            );
        }
    });
}

#[test]
fn the_keyboard_leaves_the_editor() {
    visit(|page| {
        start(page, "WebAssembly text", "function");
        let inside = || {
            page.script(
                "return document.activeElement.closest('.cm-editor') !== null",
                &[],
            ) == true
        };
        let code = page.code();
        page.script("document.querySelector('.cm-content').focus()", &[]);
        page.press(&[key::TAB]);
        page.wait_until("Tab indents", || page.code() == format!("  {code}"));
        eventually!(page, inside());
        page.press(&[key::ESCAPE, key::TAB]);
        page.wait_until("Escape and Tab go on", || !inside());
        eventually_eq!(page, page.code(), format!("  {code}"));
        let hint = page.script(
            "const it = document.querySelector('.cm-content').getAttribute('aria-describedby');
             return document.getElementById(it).innerText",
            &[],
        );
        assert!(
            hint.as_str()
                .is_some_and(|hint| hint.contains("leaves the editor"))
        );
    });
}

#[test]
fn files_are_added_renamed_and_deleted() {
    visit(|page| {
        let module = uploads::assemble(uploads::ECHO);
        let package = uploads::zip(&[
            ("bootstrap.wasm", &module),
            ("data/notes.txt", b"some notes"),
            ("data/picture.png", &[0x89, 0x50, 0, 1]),
        ]);
        let file = uploads::write(page.folder(), "package.zip", package);
        page.upload_as(&file, "package");
        page.open_code();
        // The module has facts instead of a text.
        let facts = page.read("[data-testid=no-editor]");
        assert!(
            facts.contains("exports") && facts.contains("allocate"),
            "{facts}"
        );
        eventually_eq!(page, files(page), ["data", "bootstrap.wasm"]);
        page.click_text("*[@data-testid='code-files']//button/span", "data");
        select_file(page, "picture.png");
        let words = page.read("[data-testid=no-editor]");
        assert!(words.contains("no text"), "{words}");

        select_file(page, "notes.txt");
        page.wait_for_code();
        eventually_eq!(page, page.code(), "some notes");
        page.click("[data-testid=rename-file]");
        page.fill("[data-testid=file-name]", "data/picture.png");
        page.wait_until("the name is taken", || {
            page.text(".code-name .field-error").is_some()
        });
        page.fill("[data-testid=file-name]", "notes.md");
        page.press(&[key::ENTER]);
        page.wait_until("it has its new name", || {
            page.text("[data-testid=code-file]").as_deref() == Some("notes.md")
        });
        page.click("[data-testid=new-file]");
        page.fill("[data-testid=file-name]", "lib/new.txt");
        page.press(&[key::ENTER]);
        page.wait_until("the new file is shown", || {
            page.text("[data-testid=code-file]").as_deref() == Some("lib/new.txt")
        });
        page.set_code("new");
        select_file(page, "picture.png");
        page.click("[data-testid=delete-file]");
        page.wait_until("four files are different", || {
            page.code_status().contains("4 files changed")
        });
        deploy(page);
        page.wait_until("the package has its new files", || {
            files(page) == ["lib", "new.txt", "bootstrap.wasm", "notes.md"]
                || files(page) == ["lib", "bootstrap.wasm", "notes.md"]
        });
        page.set_event("{\"a\": 1}");
        assert_eq!(page.invoke().body, "{\n  \"a\": 1\n}");
    });
}

#[test]
fn thousands_of_files_are_a_few_rows() {
    visit(|page| {
        let names: Vec<String> = (0..5_000).map(|n| format!("lib/file{n:04}.py")).collect();
        let mut entries: Vec<(&str, &[u8])> = vec![(
            "lambda_function.py",
            b"def lambda_handler(event, context):\n    return 1\n",
        )];
        entries.extend(names.iter().map(|name| (name.as_str(), &b"x = 1\n"[..])));
        let file = uploads::write(page.folder(), "many.zip", uploads::zip(&entries));
        page.upload_as(&file, "many");
        page.open_code();
        eventually!(page, page.code().contains("return 1"));
        eventually_eq!(page, files(page), ["lib", "lambda_function.py"]);
        page.click_text("*[@data-testid='code-files']//button/span", "lib");
        page.wait_until("some of them are shown", || files(page).len() == 203);
        eventually!(page, files(page).contains(&"4800 more…".to_owned()));
    });
}

/// The built editor's file.
fn editor(site: &Path) -> std::path::PathBuf {
    let files = std::fs::read_dir(site.join("editor")).expect("the editor's folder");
    let mut files = files.flatten().map(|file| file.path());
    files.next().expect("the editor")
}

#[test]
fn without_the_editor_there_is_a_plain_text_area() {
    visit_changed(
        |site| {
            let editor = editor(site);
            std::fs::rename(editor, site.join("kept.js")).expect("the editor goes away");
        },
        |page, site| {
            page.playground_is_ready();
            page.click("[data-testid=starters] summary");
            page.click_text("*[@data-testid='starters']//button/b", "WebAssembly text");
            let area = "textarea.code-plain";
            page.wait_until("there is a text area", || {
                page.value(area).is_some_and(|text| text.contains("Wasm!"))
            });
            let code = page.value(area).unwrap_or_default();
            page.paste(area, &code.replace("Wasm!", "here!"));
            deploy(page);
            page.set_event("{}");
            assert!(page.invoke().body.contains("here!"));

            let address = page.script(
                "return document.querySelector('meta[name=editor]').content",
                &[],
            );
            let place = site.join(address.as_str().expect("its address"));
            std::fs::rename(site.join("kept.js"), place).expect("the editor comes back");
            page.click("[data-testid=editor-failed] button");
            page.wait_for_code();
            eventually!(page, page.code().contains("here!"));
        },
    );
}

#[test]
fn a_python_error_is_marked_at_its_line() {
    visit(|page| {
        start(page, "Python", "function");
        // A busy machine may take long for a cold start.
        page.configure("timeout", "30");
        page.set_event("{}");
        let answer = page.invoke();
        assert!(answer.body.contains("Hello from Lambda!"), "{answer:?}");
        page.set_code("def lambda_handler(event, context):\n    return helper()\n\ndef helper():\n    return 1 / 0\n");
        deploy(page);
        let answer = page.invoke();
        assert!(answer.body.contains("ZeroDivisionError"), "{answer:?}");
        eventually_eq!(
            page,
            page.read("[data-testid=failed-at]"),
            "lambda_function.py:5"
        );
        page.wait_until("the line is marked", || marked_lines(page) == ["5"]);
        let problems = page.texts(PROBLEMS);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[1].contains("lambda_function.py:2"), "{problems:?}");

        page.set_code("def lambda_handler(event, context):\n    return (\n");
        deploy(page);
        let answer = page.invoke();
        assert!(answer.body.contains("UserCodeSyntaxError"), "{answer:?}");
        page.wait_until("the line is marked", || marked_lines(page) == ["2"]);
    });
}
