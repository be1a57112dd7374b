//! What a file that is no WebAssembly looks like.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a file that is no WebAssembly looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// No bytes, or nothing but white space.
    Empty,
    /// A Linux program, library or object file.
    Elf,
    /// A macOS program, library or object file.
    MachO,
    /// A Windows program or library.
    Pe,
    /// A compiled Java class.
    JavaClass,
    /// LLVM bitcode.
    LlvmBitcode,
    /// A static library.
    StaticLibrary,
    /// Data compressed by gzip (also `.tar.gz`).
    Gzip,
    /// Data compressed by bzip2, xz, zstd or Brotli's framed form; an archive by tar, 7z or rar.
    OtherArchive,
    /// A picture, PDF or other media file.
    Media,
    /// JSON.
    Json,
    /// An HTML page, as servers send instead of a missing file.
    Html,
    /// XML.
    Xml,
    /// WebAssembly bytes written as Base64 text.
    Base64Wasm,
    /// The text that Git keeps instead of a large file.
    GitLfsPointer,
    /// A shell script.
    ShellScript,
    /// JavaScript or TypeScript.
    JavaScript,
    /// Python.
    Python,
    /// Rust source.
    Rust,
    /// Go source.
    Go,
    /// C or C++ source.
    C,
    /// Other text.
    Text,
    /// Other bytes.
    Binary,
}

impl FileKind {
    /// Looks at the content.
    pub fn of(bytes: &[u8]) -> FileKind {
        Self::by_signature(bytes).unwrap_or_else(|| match text_start(bytes) {
            Some(text) => Self::of_text(text, bytes.len() > text.len()),
            None => FileKind::Binary,
        })
    }

    fn by_signature(bytes: &[u8]) -> Option<FileKind> {
        const SIGNATURES: &[(&[u8], FileKind)] = &[
            (b"\x7fELF", FileKind::Elf),
            (b"\xfe\xed\xfa\xce", FileKind::MachO),
            (b"\xfe\xed\xfa\xcf", FileKind::MachO),
            (b"\xce\xfa\xed\xfe", FileKind::MachO),
            (b"\xcf\xfa\xed\xfe", FileKind::MachO),
            (b"MZ", FileKind::Pe),
            (b"BC\xc0\xde", FileKind::LlvmBitcode),
            (b"!<arch>\n", FileKind::StaticLibrary),
            (b"\x1f\x8b", FileKind::Gzip),
            (b"BZh", FileKind::OtherArchive),
            (b"\xfd7zXZ\0", FileKind::OtherArchive),
            (b"\x28\xb5\x2f\xfd", FileKind::OtherArchive),
            (b"7z\xbc\xaf\x27\x1c", FileKind::OtherArchive),
            (b"Rar!\x1a\x07", FileKind::OtherArchive),
            (b"\x89PNG", FileKind::Media),
            (b"\xff\xd8\xff", FileKind::Media),
            (b"GIF8", FileKind::Media),
            (b"RIFF", FileKind::Media),
            (b"%PDF", FileKind::Media),
        ];
        if let Some(version) = bytes.strip_prefix(b"\xca\xfe\xba\xbe") {
            // Two formats share these four bytes. What follows is a count of architectures in a
            // universal Mach-O file, and the version (45 or more) in a Java class.
            return Some(match version {
                [0, 0, 0, count, ..] if *count < 45 => FileKind::MachO,
                _ => FileKind::JavaClass,
            });
        }
        if bytes.get(257..262) == Some(b"ustar") {
            return Some(FileKind::OtherArchive);
        }
        SIGNATURES
            .iter()
            .find(|(signature, _)| bytes.starts_with(signature))
            .map(|(_, kind)| *kind)
    }

    fn of_text(text: &str, continues: bool) -> FileKind {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            // A file that begins with kilobytes of white space is text of some sort.
            return if continues {
                FileKind::Text
            } else {
                FileKind::Empty
            };
        }
        let lower = text.get(..200).unwrap_or(text).to_ascii_lowercase();
        let begins = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
        let line_begins = |starts: &[&str]| {
            text.lines().any(|line| {
                starts
                    .iter()
                    .any(|start| line.trim_start().starts_with(start))
            })
        };
        if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
            FileKind::Html
        } else if lower.starts_with('<') {
            FileKind::Xml
        } else if begins(&["AGFzbQ"]) {
            FileKind::Base64Wasm
        } else if begins(&["version https://git-lfs"]) {
            FileKind::GitLfsPointer
        } else if begins(&["#!"]) {
            let interpreter = text.lines().next().unwrap_or_default();
            match interpreter {
                line if line.contains("node") || line.contains("deno") => FileKind::JavaScript,
                line if line.contains("python") => FileKind::Python,
                _ => FileKind::ShellScript,
            }
        } else if begins(&["{", "["]) && looks_like_json(text) {
            FileKind::Json
        } else if line_begins(&["#include", "int main("]) {
            FileKind::C
        } else if line_begins(&["package main", "package "]) && line_begins(&["func ", "import "]) {
            FileKind::Go
        } else if line_begins(&["use ", "pub fn ", "fn ", "#![", "async fn ", "impl "])
            && (text.contains("::") || text.contains("fn "))
        {
            FileKind::Rust
        } else if line_begins(&["def ", "from "])
            || (line_begins(&["import "]) && !text.contains([';', '{', '\'', '"']))
        {
            FileKind::Python
        } else if line_begins(&[
            "export ",
            "exports.",
            "module.exports",
            "const ",
            "let ",
            "var ",
            "function ",
            "async function ",
            "import ",
            "'use strict'",
            "\"use strict\"",
        ]) {
            FileKind::JavaScript
        } else {
            FileKind::Text
        }
    }
}

/// The first kilobytes as text, if they are text.
fn text_start(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..8_192).unwrap_or(bytes);
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The cut may go through a character; anything else wrong is not text.
        Err(error) if error.error_len().is_none() && head.len() < bytes.len() => {
            std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    text.chars().all(is_text).then_some(text)
}

/// Object and array literals of JavaScript look like JSON from afar, so keys must be quoted.
fn looks_like_json(text: &str) -> bool {
    let inner = text[1..].trim_start();
    inner.is_empty()
        || inner.starts_with(['"', '{', '[', ']', '}', '-'])
        || inner.starts_with(|c: char| c.is_ascii_digit())
        || ["true", "false", "null"]
            .iter()
            .any(|word| inner.starts_with(word))
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileKind::Empty => "an empty file",
            FileKind::Elf => "a Linux program (ELF)",
            FileKind::MachO => "a macOS program (Mach-O)",
            FileKind::Pe => "a Windows program (PE)",
            FileKind::JavaClass => "a Java class",
            FileKind::LlvmBitcode => "LLVM bitcode",
            FileKind::StaticLibrary => "a static library",
            FileKind::Gzip => "gzip-compressed data",
            FileKind::OtherArchive => "an archive of another format than zip",
            FileKind::Media => "a picture or document",
            FileKind::Json => "JSON",
            FileKind::Html => "an HTML page",
            FileKind::Xml => "XML",
            FileKind::Base64Wasm => "WebAssembly written as Base64 text",
            FileKind::GitLfsPointer => "a Git LFS pointer",
            FileKind::ShellScript => "a shell script",
            FileKind::JavaScript => "JavaScript or TypeScript source",
            FileKind::Python => "Python source",
            FileKind::Rust => "Rust source",
            FileKind::Go => "Go source",
            FileKind::C => "C or C++ source",
            FileKind::Text => "a text file",
            FileKind::Binary => "a binary file of an unknown format",
        })
    }
}
