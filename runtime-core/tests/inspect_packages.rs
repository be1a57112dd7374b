//! Zip packages: what is taken, what is refused, and that no header is trusted.
#![cfg(feature = "inspect")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use runtime_core::sandbox::inspect::{
    FileKind, InspectError, MAX_ZIP_ENTRIES, PackageKind, PackageSource, UnsafeEntry,
};
use runtime_core::sandbox::{Code, DeploymentPackage, inspect, inspect_files, inspect_layer};
use runtime_core::timeline::{HandlerKind, Runtime};
use runtime_core::units::ByteCount;
use std::io::{Cursor, Write};
use zip::write::{FileOptions, SimpleFileOptions};
use zip::{CompressionMethod, ZipWriter};

fn module() -> Vec<u8> {
    wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "_start")))"#).unwrap()
}

fn stored() -> SimpleFileOptions {
    FileOptions::default().compression_method(CompressionMethod::Stored)
}

fn deflated() -> SimpleFileOptions {
    FileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn zip_with(options: SimpleFileOptions, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(deflated(), entries)
}

fn open(bytes: Vec<u8>) -> Result<DeploymentPackage, InspectError> {
    inspect("package.zip", bytes)
}

fn refused(bytes: Vec<u8>) -> InspectError {
    let error = open(bytes).unwrap_err();
    assert!(error.to_string().len() < 3_000 && !error.hint().is_empty());
    error
}

/// Changes every place where a pattern stands.
fn patched(mut bytes: Vec<u8>, pattern: &[u8], replacement: &[u8]) -> Vec<u8> {
    let mut found = 0;
    for position in 0..bytes.len().saturating_sub(pattern.len()) {
        if bytes[position..].starts_with(pattern) {
            bytes[position..position + replacement.len()].copy_from_slice(replacement);
            found += 1;
        }
    }
    assert!(found > 0, "the pattern must be there");
    bytes
}

/// Changes a field of every header with the signature, at an offset from it.
fn with_field(mut bytes: Vec<u8>, signature: &[u8], offset: usize, value: &[u8]) -> Vec<u8> {
    let headers: Vec<_> = (0..bytes.len())
        .filter(|i| bytes[*i..].starts_with(signature))
        .collect();
    assert!(!headers.is_empty());
    for header in headers {
        bytes[header + offset..header + offset + value.len()].copy_from_slice(value);
    }
    bytes
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";

#[test]
fn stored_and_deflated_packages_are_taken() {
    for options in [stored(), deflated()] {
        let entries: &[(&str, &[u8])] = &[
            ("README.md", b"hello"),
            ("bootstrap.wasm", &module()),
            ("data/a.bin", &[7; 9_000]),
        ];
        let package = zip_with(options, entries);
        let handler = open(package.clone()).unwrap();
        assert_eq!(handler.source, PackageSource::Zip);
        assert_eq!(handler.size, ByteCount::from(package.len()));
        assert_eq!(handler.runtime(), Runtime::Provided);
        let names: Vec<_> = handler.files.names().collect();
        assert_eq!(names, ["README.md", "data/a.bin"]);
        assert_eq!(handler.files.get("README.md"), Some(b"hello".as_slice()));
        assert_eq!(handler.module().unwrap().wasm, module());
        let again = inspect_files(handler.all_files(), PackageSource::Zip).unwrap();
        assert_eq!(again.code, handler.code);
        assert_eq!(again.files, handler.files);
    }
}

#[test]
fn a_layer_needs_nothing_that_runs() {
    let zip = zip(&[
        ("python/", b""),
        ("python/tool.py", b"VALUE = 1\n"),
        ("bin/x", &[1; 90]),
    ]);
    let size = ByteCount::from(zip.len());
    let layer = inspect_layer("tools.zip", &zip).unwrap();
    assert_eq!(
        (&layer.code, layer.source),
        (&Code::Nothing, PackageSource::Layer)
    );
    assert_eq!(
        (layer.size, layer.unzipped_size()),
        (size, ByteCount::new(100))
    );
    let names: Vec<_> = layer.files.names().collect();
    assert_eq!(names, ["bin/x", "python/tool.py"]);
    // As from a workspace file.
    let again = inspect_files(layer.all_files(), PackageSource::Layer).unwrap();
    assert_eq!((again.code, again.files), (layer.code, layer.files));
}

#[test]
fn a_layer_is_checked_as_a_package_is() {
    let refused = |bytes: &[u8]| {
        let error = inspect_layer("tools.zip", bytes).unwrap_err();
        assert!(!error.hint().is_empty());
        error
    };
    assert_eq!(refused(&zip(&[])), InspectError::EmptyZip);
    assert_eq!(refused(&zip(&[("python/", b"")])), InspectError::EmptyZip);
    let out = refused(&zip(&[("../out.py", b"")]));
    let reason = UnsafeEntry::ParentFolder;
    assert!(
        matches!(out, InspectError::ZipUnsafeEntry { reason: it, .. } if it == reason),
        "{out}"
    );
    let cut = zip(&[("python/tool.py", &[7; 999])]);
    assert_eq!(refused(&cut[..cut.len() - 40]), InspectError::ZipTruncated);
    assert_eq!(
        refused(b"import os\n").to_string(),
        "`tools.zip` is no zip file: it looks like Python source."
    );
    assert_eq!(
        refused(&module()).to_string(),
        "`tools.zip` is no zip file: it is a WebAssembly module."
    );
}

#[test]
fn packages_made_for_aws_are_taken_as_they_are() {
    let entries: &[(&str, &[u8])] = &[
        ("vendor/", b""),
        ("vendor/lib.py", b"VALUE = 1\n"),
        (
            "app.py",
            b"from vendor.lib import VALUE\n\ndef handler(event, context):\n    return VALUE\n",
        ),
    ];
    let package = open(zip(entries)).unwrap();
    assert_eq!(package.runtime(), Runtime::Python312);
    assert_eq!(package.handler(), "app.handler");
    assert_eq!(package.kind(), HandlerKind::Loop);
    // Folders are what paths have in common.
    let names: Vec<_> = package.files.names().collect();
    assert_eq!(names, ["app.py", "vendor/lib.py"]);

    let package = inspect(
        "index.mjs",
        b"export const handler = async () => 1;".to_vec(),
    )
    .unwrap();
    assert_eq!(package.source, PackageSource::File);
    assert_eq!(
        (package.runtime(), package.handler()),
        (Runtime::JavaScript, "index.handler")
    );

    // An edit is held to what an upload is held to.
    let mut files = package.all_files();
    files.insert("../outside.js", Vec::new());
    let error = inspect_files(files, PackageSource::File).unwrap_err();
    assert!(matches!(
        error,
        InspectError::ZipUnsafeEntry {
            reason: UnsafeEntry::ParentFolder,
            ..
        }
    ));
}

#[test]
fn a_module_that_is_none_is_told_by_its_name() {
    let error = refused(zip(&[("bootstrap.wasm", b"\x7fELF\x02\x01")]));
    assert_eq!(
        error,
        InspectError::NotWasm {
            file: "bootstrap.wasm".into(),
            looks_like: FileKind::Elf
        }
    );
    // Text is taken by itself but not under the module's name.
    let error = refused(zip(&[("bootstrap.wasm", b"(module)")]));
    assert!(matches!(
        error,
        InspectError::NotWasm {
            looks_like: FileKind::Text,
            ..
        }
    ));
}

#[test]
fn packages_without_the_module_say_what_they_seem_to_be() {
    let wasm = module();
    let wasm = wasm.as_slice();
    type Entries<'a> = Vec<(&'a str, &'a [u8])>;
    let cases: Vec<(Entries<'_>, Option<PackageKind>)> = vec![
        (vec![], None),
        (vec![("notes.txt", b"")], None),
        (vec![("a.wasm", wasm), ("b.wasm", wasm)], None),
        (
            vec![
                ("shop/bootstrap.wasm", wasm),
                ("__MACOSX/shop/._bootstrap.wasm", b""),
            ],
            Some(PackageKind::MisplacedBootstrap {
                entry: "shop/bootstrap.wasm".into(),
            }),
        ),
        (
            vec![("Bootstrap.wasm", wasm)],
            Some(PackageKind::MisplacedBootstrap {
                entry: "Bootstrap.wasm".into(),
            }),
        ),
        (
            vec![("shop.wasm", wasm), ("notes.txt", b"")],
            Some(PackageKind::OtherModule {
                entry: "shop.wasm".into(),
            }),
        ),
        (
            vec![("bootstrap", wasm)],
            Some(PackageKind::OtherModule {
                entry: "bootstrap".into(),
            }),
        ),
        (
            vec![("bootstrap", b"\x7fELF\x02\x01")],
            Some(PackageKind::LinuxBootstrap),
        ),
        (
            vec![("bootstrap", b"#!/bin/sh\n")],
            Some(PackageKind::LinuxBootstrap),
        ),
        (
            vec![("lib/x.js", b""), ("notes.txt", b"")],
            Some(PackageKind::NestedSource {
                entry: "lib/x.js".into(),
            }),
        ),
        (
            vec![("com/shop/Handler.class", b"")],
            Some(PackageKind::Java),
        ),
    ];
    for (entries, wanted) in cases {
        let error = refused(zip(&entries));
        let InspectError::NothingToRun {
            entries: listed,
            resembles,
        } = &error
        else {
            panic!("{entries:?}: {error:?}");
        };
        assert_eq!(*resembles, wanted);
        let names: Vec<_> = entries.iter().map(|(name, _)| *name).collect();
        assert_eq!(*listed, names);
        let hint = error.hint();
        let nested = matches!(resembles, Some(PackageKind::NestedSource { .. }));
        assert!(hint.contains("bootstrap.wasm") || nested, "{hint}");
    }
}

#[test]
fn a_bomb_is_stopped_while_it_is_inflated() {
    // 300 MB of zeros. Deflate makes a thousandth of them.
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let block = vec![0; 1 << 20];
    for name in ["bootstrap.wasm", "second", "third"] {
        writer.start_file(name, deflated()).unwrap();
        for _ in 0..100 {
            writer.write_all(&block).unwrap();
        }
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let error = refused(bomb.clone());
    assert_eq!(error, InspectError::UnzippedTooLarge);
    assert_eq!(
        error.to_string(),
        "Unzipped size must be smaller than 262144000 bytes."
    );
    // Headers that claim ten bytes for each entry change nothing but the reason.
    let size = [10, 0, 0, 0];
    let liar = with_field(with_field(bomb, LOCAL, 22, &size), CENTRAL, 24, &size);
    assert!(matches!(
        refused(liar),
        InspectError::UnzippedTooLarge | InspectError::ZipDamaged { .. }
    ));
}

#[test]
fn a_header_that_claims_gigabytes_costs_nothing() {
    let package = zip(&[("bootstrap.wasm", &module())]);
    let size = 0xffff_fff0_u32.to_le_bytes();
    let liar = with_field(with_field(package, LOCAL, 22, &size), CENTRAL, 24, &size);
    // What comes out is what counts, whether the unzipper objects or not.
    match open(liar) {
        Ok(handler) => assert_eq!(handler.module().unwrap().wasm, module()),
        Err(error) => assert!(
            matches!(error, InspectError::ZipDamaged { .. }),
            "{error:?}"
        ),
    }
}

#[test]
fn names_that_lead_outside_are_refused() {
    let cases = [
        ("../evil.sh", UnsafeEntry::ParentFolder),
        ("a/../../b", UnsafeEntry::ParentFolder),
        ("a\\..\\b", UnsafeEntry::ParentFolder),
        ("a/..", UnsafeEntry::ParentFolder),
        ("/etc/passwd", UnsafeEntry::Absolute),
        ("\\windows\\a", UnsafeEntry::Absolute),
        ("C:/windows/a", UnsafeEntry::Absolute),
        ("a\0b", UnsafeEntry::BadName),
    ];
    for (name, wanted) in cases {
        // Writers tidy names up, so the package gets a harmless one of the same length first.
        let harmless = "x".repeat(name.len());
        let package = zip(&[("bootstrap.wasm", &module()), (&harmless, b"1")]);
        let package = patched(package, harmless.as_bytes(), name.as_bytes());
        assert_eq!(
            refused(package),
            InspectError::ZipUnsafeEntry {
                entry: name.into(),
                reason: wanted
            }
        );
    }
    // Two dots inside of a name are nothing special.
    assert!(open(zip(&[("bootstrap.wasm", &module()), ("a..b", b"1")])).is_ok());
}

#[test]
fn symbolic_links_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bootstrap.wasm", deflated()).unwrap();
    writer.write_all(&module()).unwrap();
    writer.add_symlink("link", "/etc/passwd", stored()).unwrap();
    assert_eq!(
        refused(writer.finish().unwrap().into_inner()),
        InspectError::ZipUnsafeEntry {
            entry: "link".into(),
            reason: UnsafeEntry::SymbolicLink
        }
    );
}

#[test]
fn encrypted_entries_are_named() {
    let package = zip(&[("bootstrap.wasm", &module()), ("secret", b"1")]);
    let package = with_field(with_field(package, LOCAL, 6, &[1, 0]), CENTRAL, 8, &[1, 0]);
    assert_eq!(
        refused(package),
        InspectError::ZipEncrypted {
            entry: "bootstrap.wasm".into()
        }
    );
}

#[test]
fn other_compressions_are_named() {
    for (number, name) in [
        (9, "deflate64"),
        (12, "bzip2"),
        (14, "lzma"),
        (93, "zstd"),
        (77, "number 77"),
    ] {
        let package = zip(&[("bootstrap.wasm", &module())]);
        let method = [number, 0];
        let package = with_field(with_field(package, LOCAL, 8, &method), CENTRAL, 10, &method);
        assert_eq!(
            refused(package),
            InspectError::ZipCompression {
                entry: "bootstrap.wasm".into(),
                method: name.into()
            }
        );
    }
}

#[test]
fn too_many_entries() {
    let package = |count: usize| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..count {
            writer.start_file(format!("{number}"), stored()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    assert_eq!(
        refused(package(MAX_ZIP_ENTRIES + 1)),
        InspectError::ZipTooManyEntries { count: 10_001 }
    );
    assert!(matches!(
        refused(package(MAX_ZIP_ENTRIES)),
        InspectError::NothingToRun { .. }
    ));
    // So many that even to list them costs too much.
    let flood = [LOCAL.to_vec(), CENTRAL.repeat(200_000)].concat();
    assert_eq!(
        refused(flood),
        InspectError::ZipTooManyEntries { count: 200_000 }
    );
}

#[test]
fn every_cut_through_a_package_is_told_as_one() {
    let package = zip(&[("bootstrap.wasm", &module())]);
    for end in LOCAL.len()..package.len() {
        let error = refused(package[..end].to_vec());
        assert!(
            matches!(
                error,
                InspectError::ZipTruncated | InspectError::ZipDamaged { entry: None, .. }
            ),
            "cut at {end}: {error:?}"
        );
        // The end of the directory is 22 bytes and comes last.
        if end < package.len() - 22 {
            assert_eq!(error, InspectError::ZipTruncated);
        }
    }
}

#[test]
fn a_damaged_entry_is_named() {
    let mut package = zip_with(stored(), &[("bootstrap.wasm", &module())]);
    let start = package
        .windows(4)
        .position(|window| window == b"\0asm")
        .unwrap();
    package[start + 20] ^= 0x10;
    let error = refused(package);
    let InspectError::ZipDamaged {
        entry: Some(entry),
        message,
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(entry, "bootstrap.wasm");
    assert!(message.to_lowercase().contains("checksum"), "{message}");
}
