//! Files that a visitor might drop on the page.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

/// A reactor in WebAssembly text that returns its event.
pub const ECHO: &str = r#"(module
  (memory (export "memory") 2)
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $at i32) (param $length i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
"#;

/// A reactor that logs `init ran` in its INIT phase, returns short events, and never returns from
/// an event of more than two bytes.
pub const LOOPS_ON_LONG_EVENTS: &str = r#"(module
  (import "coldstart" "log" (func $log (param i32 i32)))
  (memory (export "memory") 2)
  (data (i32.const 16) "init ran\n")
  (func (export "_initialize") (call $log (i32.const 16) (i32.const 9)))
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $at i32) (param $length i32) (result i64)
    (if (i32.gt_u (local.get $length) (i32.const 2))
      (then (loop $again (br $again))))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
"#;

/// A reactor whose start function never ends.
pub const LOOPS_IN_START: &str = r#"(module
  (memory (export "memory") 2)
  (func $start (loop $again (br $again)))
  (start $start)
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i64) (i64.const 0)))
"#;

/// A reactor that answers every event with these bytes, or says that they lie at `at`.
pub fn answers_with(bytes: &[u8], at: u32) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let packed = (u64::from(at) << 32) | bytes.len() as u64;
    format!(
        r#"(module
  (memory (export "memory") 2)
  (data (i32.const 16) "{escaped}")
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i64) (i64.const {packed})))
"#
    )
}

/// Writes a file below `folder` and gives back where it lies.
pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}

/// A file of so many zero bytes that takes no room on the disk.
pub fn write_large(folder: &Path, name: &str, bytes: u64) -> PathBuf {
    let path = folder.join(name);
    let file = std::fs::File::create(&path).expect("a new file");
    file.set_len(bytes).expect("a sparse file");
    path
}

/// Assembles a module from its text.
pub fn assemble(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).expect("the test's own module is right")
}

/// A zip file with these entries, names exactly as they are given.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a zip file").into_inner()
}

/// A zip file with a handler, and a symbolic link beside it.
pub fn zip_with_link(handler: (&str, &[u8]), link: (&str, &str)) -> Vec<u8> {
    let options = zip::write::SimpleFileOptions::default();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(handler.0, options).expect("an entry");
    zip.write_all(handler.1).expect("its bytes");
    zip.add_symlink(link.0, link.1, options).expect("a link");
    zip.finish().expect("a zip file").into_inner()
}
