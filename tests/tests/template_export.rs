//! The session as a SAM template, in a zip file.

#![allow(clippy::expect_used)]

use coldstart_tests::{uploads, visit};
use std::io::{Cursor, Read};

#[test]
fn a_session_is_exported_as_a_template_with_its_code() {
    visit(|page| {
        let file = uploads::write(page.folder(), "mine.wat", uploads::ECHO);
        page.upload_as(&file, "mine");
        page.configure("memory", "512");
        page.workspace("[data-testid=export-template]");
        let zip = page.downloaded("coldstart-sam.zip");
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip file");
        let mut read = |name: &str| {
            let mut bytes = Vec::new();
            let mut entry = archive.by_name(name).expect(name);
            entry.read_to_end(&mut bytes).expect("its bytes");
            bytes
        };
        let template = String::from_utf8(read("template.yaml")).expect("text");
        for line in [
            "Transform: AWS::Serverless-2016-10-31",
            "  GreetingFunction:",
            "  MineFunction:",
            "      MemorySize: 512",
        ] {
            assert!(template.lines().any(|it| it == line), "{line}\n{template}");
        }
        assert!(read("code/MineFunction/bootstrap.wasm").starts_with(b"\0asm"));
        let readme = String::from_utf8(read("README.md")).expect("text");
        assert!(readme.contains("sam deploy"), "{readme}");
        assert!(readme.contains("code/MineFunction/bootstrap"), "{readme}");
        page.wait_until("the page says that it is done", || {
            let said = page.texts(".notice-body");
            said.iter()
                .any(|it| it.contains("The template was exported"))
        });
    });
}
