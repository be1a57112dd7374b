//! Layers of a function: added, over each other, put in another order, removed, refused; after a reload too.
//! What was published for one function can be given to others.

use coldstart_tests::{Page, eventually, uploads, visit};

const INPUT: &str = "[data-testid=layers] .drop-zone input[type=file]";
const ROW: &str = "[data-testid=layer]";

const FUNCTION: &str = "\
import tool

def lambda_handler(event, context):
    with open('/opt/note.txt') as note:
        return tool.NAME + note.read()
";

fn add(page: &Page, name: &str, entries: &[(&str, &[u8])]) {
    let file = uploads::write(page.folder(), name, uploads::zip(entries));
    page.choose_file(INPUT, &file);
}

/// Waits until these are the function's layers, in this order.
fn layers(page: &Page, names: &[&str]) {
    page.wait_until(&format!("the layers are {names:?}"), || {
        page.texts(&format!("{ROW} b")) == names
    });
}

#[track_caller]
fn answers(page: &Page, response: &str) {
    let answer = page.invoke();
    assert!(answer.status.starts_with("200 ·"), "{answer:?}");
    assert_eq!(answer.body.trim(), response);
}

#[test]
fn a_function_imports_from_its_layers() {
    visit(|page| {
        let function = uploads::write(page.folder(), "lambda_function.py", FUNCTION);
        page.upload_as(&function, "lambda_function");
        page.configure("timeout", "30");
        let answer = page.invoke();
        assert!(answer.body.contains("No module named 'tool'"), "{answer:?}");

        page.click("[data-testid=layers] summary");
        add(
            page,
            "first.zip",
            &[
                ("python/tool.py", b"NAME = 'first '"),
                ("note.txt", b"note"),
            ],
        );
        layers(page, &["first"]);
        answers(page, "\"first note\"");
        add(
            page,
            "second.zip",
            &[("python/tool.py", b"NAME = 'second '")],
        );
        layers(page, &["first", "second"]);
        answers(page, "\"second note\"");
        page.click(&format!("{ROW}:last-child [aria-label='Move second up']"));
        layers(page, &["second", "first"]);
        answers(page, "\"first note\"");

        // What is refused changes nothing.
        add(page, "out.zip", &[("../tool.py", b"")]);
        let notice = page.take_notice("../tool.py");
        assert!(notice.contains("out.zip"), "{notice}");
        let text = uploads::write(page.folder(), "text.zip", "just text");
        page.choose_file(INPUT, &text);
        page.take_notice("`text.zip` is no zip file");
        layers(page, &["second", "first"]);

        // The next version of a layer stands where the one before it stood.
        add(
            page,
            "second.zip",
            &[("python/tool.py", b"NAME = 'third '")],
        );
        page.wait_until("the version is the second", || {
            page.texts(ROW)
                .first()
                .is_some_and(|row| row.contains("version 2"))
        });
        page.click("[aria-label='Move first up']");
        layers(page, &["first", "second"]);
        answers(page, "\"third note\"");

        // The last of the layers is now the one of 15 bytes.
        page.wait_until_saved("\"unzippedSize\":15}]");
        page.reload();
        page.playground_is_ready();
        page.click("[data-testid=layers] summary");
        layers(page, &["first", "second"]);
        answers(page, "\"third note\"");
        page.click("[aria-label='Remove second']");
        layers(page, &["first"]);
        answers(page, "\"first note\"");
    });
}

#[test]
fn what_was_published_can_be_given_to_other_functions() {
    visit(|page| {
        let function = |name: &str| {
            let file = uploads::write(page.folder(), &format!("{name}.py"), FUNCTION);
            page.upload_as(&file, name);
        };
        function("one");
        page.click("[data-testid=layers] summary");
        // Nothing is there to choose from before anything was published.
        eventually!(page, !page.has("[data-testid=layer-form]"));
        for (name, version) in [("first", "version 1"), ("second", "version 2")] {
            let tool = format!("NAME = '{name} '\n");
            let entries: &[(&str, &[u8])] =
                &[("python/tool.py", tool.as_bytes()), ("note.txt", b"note")];
            add(page, "tools.zip", entries);
            page.wait_until(version, || {
                page.texts(ROW)
                    .first()
                    .is_some_and(|row| row.contains(version))
            });
        }

        function("two");
        page.configure("timeout", "30");
        page.wait_until("both versions can be chosen", || {
            page.texts("[data-testid=layer-version] option").len() == 2
        });
        // The newest is offered first; any other version takes its place.
        page.click("[data-testid=add-layer]");
        layers(page, &["tools"]);
        answers(page, "\"second note\"");
        let older = page.texts("[data-testid=layer-version] option");
        assert!(
            matches!(&older[..], [only] if only.starts_with("tools version 1")),
            "{older:?}"
        );
        page.click("[data-testid=add-layer]");
        page.wait_until("the older version", || {
            page.texts(ROW)
                .first()
                .is_some_and(|row| row.contains("version 1"))
        });
        answers(page, "\"first note\"");

        // A sixth layer is refused, and was not published.
        for name in ["b", "c", "d", "e"] {
            add(
                page,
                &format!("{name}.zip"),
                &[(&format!("{name}.txt"), b"text")],
            );
            page.wait_until(name, || {
                page.texts(&format!("{ROW} b")).last().map(String::as_str) == Some(name)
            });
        }
        add(page, "f.zip", &[("f.txt", b"text")]);
        page.take_notice("Cannot reference more than 5 layers.");
        layers(page, &["tools", "b", "c", "d", "e"]);
        let offered = page.texts("[data-testid=layer-version] option");
        assert!(offered.iter().all(|it| !it.starts_with('f')), "{offered:?}");
        page.expect_quiet_console();
    });
}
