//! Files that cannot be handlers: each is refused with a cause and a remedy, and changes nothing.

use coldstart_tests::uploads::{ECHO, assemble, write, write_large, zip, zip_with_link};
use coldstart_tests::{eventually_eq, visit};

#[test]
fn files_that_cannot_be_handlers_are_refused_and_change_nothing() {
    let echo = assemble(ECHO);
    let unknown_imports = r#"(module
      (import "env" "emscripten_notify" (func (param i32)))
      (import "wbg" "__wbindgen_throw" (func (param i32 i32)))
      (memory (export "memory") 1)
      (func (export "allocate") (param i32) (result i32) (i32.const 0))
      (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))"#;
    let wrong_signature = r#"(module
      (memory (export "memory") 1)
      (func (export "allocate") (param i32) (result i32) (i32.const 0))
      (func (export "handle") (param i32) (result i32) (i32.const 0)))"#;
    let files: Vec<(&str, Vec<u8>, &[&str])> = vec![
        (
            "picture.wasm",
            b"\x89PNG\r\n\x1a\n0000".to_vec(),
            &["is no WebAssembly module"],
        ),
        ("empty.wasm", Vec::new(), &["is no WebAssembly module"]),
        (
            "cut.wasm",
            echo[..echo.len() / 2].to_vec(),
            &["The module is cut off"],
        ),
        (
            "component.wasm",
            b"\0asm\x0d\0\x01\0".to_vec(),
            &["component, not a core module"],
        ),
        (
            "nothing.wasm",
            b"\0asm\x01\0\0\0".to_vec(),
            &["exports neither `handle` nor `_start`"],
        ),
        (
            "signature.wasm",
            assemble(wrong_signature),
            &["The export `handle` must be"],
        ),
        (
            "imports.wasm",
            assemble(unknown_imports),
            &[
                "imports what no host here provides",
                "env.emscripten_notify",
                "wbg.__wbindgen_throw",
            ],
        ),
        (
            "memory64.wasm",
            assemble("(module (memory (export \"memory\") i64 1))"),
            &["which not every host here runs"],
        ),
        (
            "typo.wat",
            b"(module\n  (memry 1))".to_vec(),
            &["Line 2, column 4"],
        ),
        (
            "outside.zip",
            zip(&[("../bootstrap.wasm", &echo)]),
            &["leads out of the package"],
        ),
        (
            "other.zip",
            zip(&[("notes.txt", b"x")]),
            &["neither `bootstrap.wasm` nor", "notes.txt"],
        ),
        (
            "half.zip",
            zip(&[("bootstrap.wasm", &echo)])[..60].to_vec(),
            &["zip file is cut off"],
        ),
    ];
    visit(|page| {
        page.invoke();
        let (functions, counts) = (page.functions(), page.counts());
        for (name, bytes, words) in &files {
            page.upload(&write(page.folder(), name, bytes));
            let notice = page.take_notice(name);
            for words in *words {
                assert!(notice.contains(words), "{name}: {notice}");
            }
            let (cause, remedy) = notice.split_once('\n').unwrap_or_default();
            assert!(
                cause.len() > 20 && remedy.trim().len() > 15,
                "{name}: {notice}"
            );
        }
        page.upload(&write_large(page.folder(), "huge.wasm", 60_000_000));
        let notice = page.take_notice("huge.wasm");
        assert!(
            notice.contains("must be smaller than 52428800 bytes"),
            "{notice}"
        );

        eventually_eq!(page, page.functions(), functions);
        eventually_eq!(page, page.counts(), counts);
        assert!(page.invoke().status.starts_with("200 ·"));
        eventually_eq!(
            page,
            page.counts().warm,
            1,
            "not even its environment was touched"
        );
    });
}

#[test]
fn packages_of_too_many_files_and_links_out_of_them_are_refused() {
    const HANDLER: (&str, &[u8]) = (
        "lambda_function.py",
        b"def lambda_handler(event, context):\n    return open('secret').read()\n",
    );
    let names: Vec<String> = (0..50_000).map(|n| format!("lib/{n}.py")).collect();
    let mut many = vec![HANDLER];
    many.extend(names.iter().map(|name| (name.as_str(), &b""[..])));
    let link = zip_with_link(HANDLER, ("secret", "../../etc/passwd"));
    let files: [(&str, Vec<u8>, &[&str]); 2] = [
        ("many.zip", zip(&many), &["50001 entries", "at most 10000"]),
        ("link.zip", link, &["`secret`", "is a symbolic link"]),
    ];
    visit(|page| {
        for (name, bytes, words) in &files {
            page.upload(&write(page.folder(), name, bytes));
            let notice = page.take_notice(name);
            for words in *words {
                assert!(notice.contains(words), "{name}: {notice}");
            }
            let (_, remedy) = notice.split_once('\n').unwrap_or_default();
            assert!(remedy.trim().len() > 15, "{name}: {notice}");
            eventually_eq!(page, page.functions(), ["greeting"]);
            assert!(page.invoke().status.starts_with("200 ·"));
        }
    });
}

#[test]
fn refused_new_code_leaves_the_old_code_in_place() {
    visit(|page| {
        let input = ".settings input[type=file]";
        page.add_sample("Echo", "echo");
        page.choose_file(input, &write(page.folder(), "bad.wasm", b"\0asm\x01\0\0\0"));
        page.take_notice("bad.wasm");
        assert!(page.invoke().body.contains("\"hello\": \"world\""));

        let constant = coldstart_tests::uploads::answers_with(b"\"new\"", 16);
        page.choose_file(input, &write(page.folder(), "new.wat", constant));
        page.wait_until("the new code is there", || {
            page.script(
                "return [...document.querySelectorAll('.settings .facts')]
                     .some((it) => it.textContent.includes('new.wat'))",
                &[],
            ) == true
        });
        assert_eq!(page.invoke().body, "\"new\"");
        eventually_eq!(
            page,
            page.counts().cold,
            2,
            "new code needs a new environment"
        );
        eventually_eq!(page, page.functions(), ["greeting", "echo"]);
    });
}
