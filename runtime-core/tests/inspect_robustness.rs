//! Whatever bytes come: no panic, no long wait, and what is accepted can be limited.
#![cfg(feature = "inspect")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use proptest::prelude::*;
use runtime_core::sandbox::inspect;
use runtime_core::sandbox::meter::{Profile, meter};
use std::io::{Cursor, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TEXT: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "coldstart" "now" (func (result i64)))
    (type $pair (func (param i32 f64) (result i32 i64)))
    (table 3 funcref) (elem (i32.const 0) func 2 3)
    (memory (export "memory") 1 5)
    (global $g (mut i64) (i64.const -7))
    (func (export "allocate") (param i32) (result i32)
        (memory.grow (local.get 0)))
    (func (export "handle") (param i32 i32) (result i64)
        (block $out (loop $again (br_if $out (local.get 0)) (br_table $out $again (local.get 1))))
        (global.get $g))
    (func $simd (param v128) (result v128) (i32x4.add (local.get 0) (v128.const i32x4 1 2 3 4)))
    (data (i32.const 8) "hello \ff\00 world")
    (@custom "producers" "\01\08language\01\04Rust\041.95"))"#;

static WASM: LazyLock<Vec<u8>> = LazyLock::new(|| wat::parse_str(TEXT).unwrap());

static ZIP: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("bootstrap.wasm", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(&WASM).unwrap();
    writer
        .start_file("data/a.txt", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(b"some more").unwrap();
    writer.finish().unwrap().into_inner()
});

/// Far above what any of these takes, far below what a person would call a hang.
const LONGEST: Duration = Duration::from_secs(5);

fn survives(name: &str, bytes: Vec<u8>) {
    let start = Instant::now();
    let metered = meter(&bytes, Profile::No);
    match inspect(name, bytes) {
        Ok(package) => {
            if let Some(module) = package.module() {
                let metered = meter(&module.wasm, Profile::Calls).unwrap();
                wasmparser::validate(&metered).unwrap();
            }
        }
        Err(error) => {
            assert!(
                error.to_string().len() < 4_000,
                "{}",
                error.to_string().len()
            );
            assert!(!error.hint().is_empty());
        }
    }
    drop(metered);
    assert!(start.elapsed() < LONGEST);
}

#[test]
fn the_seeds_are_in_order() {
    for (name, bytes) in [
        ("a.wasm", &*WASM),
        ("a.zip", &*ZIP),
        ("a.wat", &TEXT.into()),
    ] {
        inspect(name, bytes.clone()).unwrap();
    }
}

#[test]
fn every_byte_of_the_seeds_changed_by_every_bit() {
    for seed in [&*WASM, &*ZIP] {
        for position in 0..seed.len() {
            for bit in 0..8 {
                let mut bytes = seed.clone();
                bytes[position] ^= 1 << bit;
                survives("a", bytes);
            }
        }
    }
}

#[test]
fn every_cut_through_the_seeds() {
    for seed in [&*WASM, &*ZIP, &TEXT.as_bytes().to_vec()] {
        for end in 0..seed.len() {
            survives("a.wat", seed[..end].to_vec());
        }
    }
}

#[test]
fn deep_nesting_ends_in_an_error_and_not_in_an_overflow() {
    for opening in [
        "(",
        "(module (func ",
        "(func (block ",
        "(;",
        "(module (func (i32.add ",
    ] {
        survives("a.wat", opening.repeat(200_000).into_bytes());
    }
    let flat = format!(
        "(module (func {}{}))",
        "block ".repeat(50_000),
        "end ".repeat(50_000)
    );
    survives("a.wat", flat.into_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0..4) {
        let start: &[u8] = match start {
            0 => b"",
            1 => b"\0asm\x01\0\0\0",
            2 => b"PK\x03\x04",
            _ => b"(module ",
        };
        survives("a", [start, &bytes].concat());
    }

    #[test]
    fn several_bytes_changed(
        zipped in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = if zipped { ZIP.clone() } else { WASM.clone() };
        for (position, value) in changes {
            let position = position.index(bytes.len());
            bytes[position] = value;
        }
        survives("a", bytes);
    }

    #[test]
    fn text_with_tokens_moved(cut in any::<prop::sample::Index>(), paste in any::<prop::sample::Index>(), length in 1_usize..60) {
        let tokens: Vec<&str> = TEXT.split_inclusive([' ', '(', ')']).collect();
        let (cut, paste) = (cut.index(tokens.len()), paste.index(tokens.len()));
        let piece = &tokens[cut..(cut + length).min(tokens.len())];
        let text = [&tokens[..paste], piece, &tokens[paste..]].concat().concat();
        survives("a.wat", text.into_bytes());
    }
}
