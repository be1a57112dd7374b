//! The templates of some sessions. `tests/programs` has cfn-lint and SAM's translator read the same files.

use super::sessions::{self, golden};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/template/exported")
}

/// Set `COLDSTART_BLESS=1` to write what is exported now, and read the difference.
#[test]
fn sessions_come_to_what_is_kept() {
    for (name, session) in golden() {
        let export = session.export().unwrap();
        for file in ["template.yaml", "README.md"] {
            let made = std::str::from_utf8(export.files.get(file).unwrap()).unwrap();
            let golden = folder().join(name).join(file);
            if std::env::var_os("COLDSTART_BLESS").is_some() {
                fs::create_dir_all(golden.parent().unwrap()).unwrap();
                fs::write(&golden, made).unwrap();
            }
            let golden = fs::read_to_string(&golden).unwrap();
            assert!(made == golden, "{file} of {name} is another one");
        }
    }
}

#[test]
fn code_lies_where_the_template_says() {
    for (name, session) in golden() {
        let export = session.export().unwrap();
        for function in &export.stack.functions {
            let runtime_core::template::Code::Path(folder) = &function.code else {
                panic!("{name}: {:?}", function.code);
            };
            let mut names = export.files.names();
            assert!(names.any(|it| it.starts_with(folder)), "{name}: {folder}");
            let template = std::str::from_utf8(export.template()).unwrap();
            assert!(
                template.contains(&format!("CodeUri: {folder}\n")),
                "{name}: {folder}"
            );
        }
    }
}

#[test]
fn the_same_session_gives_the_same_bytes() {
    let zip = || sessions::sources().export().unwrap().zip();
    assert!(zip() == zip());
    assert!(zip().starts_with(b"PK\x03\x04"));
}
