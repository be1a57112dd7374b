//! Modules with their memory limited, run by wasmer; and that wasmer takes what inspection takes.
#![cfg(all(feature = "inspect", feature = "sandbox", not(target_arch = "wasm32")))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use runtime_core::sandbox::{OUT_OF_MEMORY_EXPORT, inspect, limit_memory};
use runtime_core::units::MemoryMb;
use wasmer::{Instance, Module, Store, TypedFunction, Value, imports};

struct Running {
    store: Store,
    instance: Instance,
}

impl Running {
    /// A module whose memory has this declaration, limited to 1 MB: 16 pages.
    fn start(memory: &str) -> Running {
        let text = format!(
            r#"(module (memory (export "memory") {memory})
                (global (export "own") (mut i32) (i32.const 7))
                (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
                (func (export "size") (result i32) (memory.size)))"#
        );
        let wasm = wat::parse_str(text).unwrap();
        let wasm = limit_memory(&wasm, MemoryMb::new(1)).unwrap();
        let mut store = Store::default();
        let module = Module::new(&store, wasm).unwrap();
        let instance = Instance::new(&mut store, &module, &imports! {}).unwrap();
        Running { store, instance }
    }

    fn grow(&mut self, pages: u32) -> Result<i32, String> {
        let grow: TypedFunction<i32, i32> = self
            .instance
            .exports
            .get_typed_function(&self.store, "grow")
            .unwrap();
        grow.call(&mut self.store, pages.cast_signed())
            .map_err(|error| error.message())
    }

    fn size(&mut self) -> i32 {
        let size: TypedFunction<(), i32> = self
            .instance
            .exports
            .get_typed_function(&self.store, "size")
            .unwrap();
        size.call(&mut self.store).unwrap()
    }

    fn global(&mut self, name: &str) -> Value {
        self.instance
            .exports
            .get_global(name)
            .unwrap()
            .get(&mut self.store)
    }

    fn is_out_of_memory(&mut self) -> bool {
        self.global(OUT_OF_MEMORY_EXPORT) == Value::I32(1)
    }
}

#[test]
fn growing_within_the_limit_is_as_always() {
    let mut running = Running::start("2");
    assert_eq!(running.grow(0), Ok(2));
    assert_eq!(running.grow(3), Ok(2));
    assert_eq!(running.grow(11), Ok(5));
    assert_eq!(running.size(), 16);
    assert_eq!(running.grow(0), Ok(16));
    assert!(!running.is_out_of_memory());
    assert_eq!(running.global("own"), Value::I32(7));
}

#[test]
fn growing_beyond_the_limit_traps_and_says_so() {
    // One page too many, much too many, and so many that the sum passes 32 bits.
    for pages in [
        15,
        16,
        65_535,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_fffe,
        0xffff_ffff,
    ] {
        let mut running = Running::start("2");
        assert!(!running.is_out_of_memory());
        assert!(
            running.grow(pages).unwrap_err().contains("unreachable"),
            "{pages}"
        );
        assert!(running.is_out_of_memory(), "{pages}");
        assert_eq!(running.size(), 2);
    }
}

#[test]
fn a_smaller_maximum_of_its_own_still_answers_minus_one() {
    let mut running = Running::start("2 5");
    assert_eq!(running.grow(3), Ok(2));
    assert_eq!(running.grow(1), Ok(-1));
    assert_eq!(running.grow(11), Ok(-1));
    assert!(!running.is_out_of_memory());
    assert!(running.grow(12).is_err());
    assert!(running.is_out_of_memory());
}

#[test]
fn a_module_that_is_too_large_from_the_start_cannot_grow() {
    let mut running = Running::start("20 30");
    assert_eq!(running.grow(0), Ok(20));
    assert!(running.grow(1).is_err());
    assert!(running.is_out_of_memory());
}

/// What `proposal.rs` says of wasmer: everything accepted compiles.
#[test]
fn wasmer_takes_every_accepted_proposal() {
    let fields = [
        ("mutable globals", r#"(global (export "g") (mut i32) (i32.const 0))"#),
        ("sign extension", "(func (drop (i32.extend8_s (i32.const 1))))"),
        ("saturation", "(func (drop (i32.trunc_sat_f32_s (f32.const 1))))"),
        ("multi-value", "(func (result i32 i64) i32.const 1 i64.const 2)"),
        ("bulk memory", "(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 9)))"),
        ("reference types", "(table 1 externref) (func (param externref) (table.set (i32.const 0) (local.get 0)))"),
        ("SIMD", "(func (drop (i32x4.splat (i32.const 1))))"),
        ("extended constants", "(global i32 (i32.add (i32.const 1) (i32.const 2)))"),
        (
            "exceptions",
            "(tag $e (param i32)) (func (result i32)
                (block $h (result i32) (try_table (catch $e $h) (throw $e (i32.const 3))) (i32.const 0)))",
        ),
    ];
    let store = Store::default();
    for (name, fields) in fields {
        let text =
            format!(r#"(module {fields} (memory (export "memory") 1) (func (export "_start")))"#);
        let handler = inspect("a.wat", text.into_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
        Module::new(&store, &handler.module().unwrap().wasm)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}
