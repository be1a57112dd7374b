//! `--layer`: what lies under `/opt`, and what is no layer.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use support::{Run, invoke};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder of layers that is gone with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("coldstart-cli-layers-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    /// A zip file with one file in it.
    fn layer(&self, name: &str, file: &str, text: &str) -> String {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(file, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        self.file(name, &writer.finish().unwrap().into_inner())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it takes little room.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn invoke_with(layers: &[&str]) -> Run {
    let mut arguments = vec!["--json"];
    for layer in layers {
        arguments.extend(["--layer", layer]);
    }
    invoke("layers.wat", &arguments)
}

#[test]
fn later_layers_lie_over_earlier_ones() {
    let folder = Folder::new("order");
    let one = folder.layer("one/greeting.zip", "greeting.json", "\"one\"");
    // Of the same file name: two layers all the same.
    let two = folder.layer("two/greeting.zip", "greeting.json", "\"two\"");
    let other = folder.layer("other.zip", "bin/tool", "");
    for (layers, greeting) in [
        (vec![&*one], "\"one\""),
        (vec![&*one, &*other, &*two], "\"two\""),
        (vec![&*two, &*one], "\"one\""),
    ] {
        let run = invoke_with(&layers);
        assert_eq!(run.code, 0, "{}{}", run.text(), run.stderr);
        assert_eq!(run.requests()[0]["payload"], greeting);
    }
}

#[test]
fn what_is_no_layer() {
    let folder = Folder::new("refused");
    let text = folder.file("notes.zip", b"just text");
    let out = folder.layer("out.zip", "../greeting.json", "1");
    let good = folder.layer("good.zip", "greeting.json", "1");
    for (layers, cause) in [
        (vec![&*text], "`notes.zip` is no zip file"),
        (vec![&*out], "../greeting.json"),
        (
            vec!["nowhere.zip"],
            "the layer nowhere.zip could not be read",
        ),
        (vec![&*good; 6], "Cannot reference more than 5 layers."),
    ] {
        let run = invoke_with(&layers);
        assert_eq!(run.code, 2, "{}{}", run.text(), run.stderr);
        assert!(run.stderr.contains(cause), "{}", run.stderr);
        assert!(run.stderr.contains(" hint: "), "{}", run.stderr);
    }
}
