//! Metered modules on wasmer: the memory limit, fuel, the start function; and that wasmer takes
//! what inspection takes.

use crate::assemble;
use crate::machine::{Machine, PLENTY};
use runtime_core::sandbox::inspect;
use runtime_core::sandbox::meter::{FUEL_EXPORT, Profile, meter};
use wasmer::{Module, Store, Value};

/// A module whose memory has this declaration, with a limit of 16 pages.
fn growing(memory: &str) -> Machine {
    let mut machine = Machine::metered(&format!(
        r#"(module (memory (export "memory") {memory})
            (global (export "own") (mut i32) (i32.const 7))
            (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
            (func (export "size") (result i32) (memory.size)))"#
    ));
    machine.limit_pages(16);
    machine
}

impl Machine {
    fn grow(&mut self, pages: u32) -> Result<i32, String> {
        match self.call("grow", &[Value::I32(pages.cast_signed())])?[..] {
            [Value::I32(former)] => Ok(former),
            ref other => panic!("{other:?}"),
        }
    }
}

#[test]
fn growing_within_the_limit_is_as_always() {
    let mut machine = growing("2");
    assert_eq!(machine.grow(0), Ok(2));
    assert_eq!(machine.grow(3), Ok(2));
    assert_eq!(machine.grow(11), Ok(5));
    assert_eq!(machine.call("size", &[]), Ok(vec![Value::I32(16)]));
    assert_eq!(machine.grow(0), Ok(16));
    assert!(!machine.is_out_of_memory());
    assert_eq!(machine.get("own"), Value::I32(7));
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
        let mut machine = growing("2");
        assert!(!machine.is_out_of_memory());
        let trap = machine.grow(pages).unwrap_err();
        assert!(trap.contains("unreachable"), "{pages}");
        assert!(machine.is_out_of_memory(), "{pages}");
        assert!(machine.fuel() > 0);
        assert_eq!(machine.call("size", &[]), Ok(vec![Value::I32(2)]));
    }
}

#[test]
fn one_module_serves_every_limit() {
    for limit in [2, 3, 100, 65_536, 163_840] {
        let mut machine = growing("2");
        machine.limit_pages(limit);
        let most = limit.min(200) as u32 - 2;
        assert_eq!(machine.grow(most), Ok(2), "{limit}");
        assert_eq!(machine.grow(1).is_ok(), limit > 200, "{limit}");
    }
}

#[test]
fn a_smaller_maximum_of_its_own_still_answers_minus_one() {
    let mut machine = growing("2 5");
    assert_eq!(machine.grow(3), Ok(2));
    assert_eq!(machine.grow(1), Ok(-1));
    assert_eq!(machine.grow(11), Ok(-1));
    assert!(!machine.is_out_of_memory());
    assert!(machine.grow(12).is_err());
    assert!(machine.is_out_of_memory());
}

#[test]
fn a_module_that_is_too_large_from_the_start_cannot_grow() {
    let mut machine = growing("20 30");
    assert_eq!(machine.grow(0), Ok(20));
    assert!(machine.grow(1).is_err());
    assert!(machine.is_out_of_memory());
}

#[test]
fn without_a_host_that_sets_anything_it_runs_on() {
    let wasm = meter(
        &assemble(
            r#"(module (memory 1) (func (export "f") (result i32) (memory.grow (i32.const 9)))
            (func (export "much") (result i32) (memory.grow (i32.const 70000)))
            (func (export "most") (result i32) (memory.grow (i32.const -1))))"#,
        ),
        Profile::No,
    );
    let mut machine = Machine::of(&wasm.unwrap()).unwrap();
    assert_eq!(machine.call("f", &[]), Ok(vec![Value::I32(1)]));
    // More than any memory can have, as the engine answers it.
    assert_eq!(machine.call("much", &[]), Ok(vec![Value::I32(-1)]));
    assert_eq!(machine.call("most", &[]), Ok(vec![Value::I32(-1)]));
}

#[test]
fn the_start_function_waits_for_the_host() {
    let mut machine = Machine::metered(
        r#"(module (global $n (export "n") (mut i32) (i32.const 0))
            (func $begin (loop $on (global.set $n (i32.add (global.get $n) (i32.const 1)))
                (br_if $on (i32.lt_u (global.get $n) (i32.const 1000)))))
            (start $begin))"#,
    );
    assert_eq!(machine.get("n"), Value::I32(0));
    machine.set(FUEL_EXPORT, Value::I64(500));
    assert!(machine.start().unwrap_err().contains("unreachable"));
    assert!(machine.fuel() < 0);
    machine.set(FUEL_EXPORT, Value::I64(PLENTY));
    machine.set("n", Value::I32(0));
    machine.start().unwrap();
    assert_eq!(machine.get("n"), Value::I32(1000));
}

/// Loops of each shape; `n` is how often.
const LOOPS: &str = r#"(module (import "host" "f" (func $host)) (memory (export "memory") 1)
    (func $small (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $own (export "own") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "quiet") (param $n i32) (loop $on
        (i32.store8 (local.get $n) (local.get $n))
        (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func (export "while") (param $n i32) (block $end (loop $on
        (br_if $end (i32.eqz (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $on))))
    (func (export "calling") (param $n i32) (loop $on
        (drop (call $own (i32.const 1))) (drop (call $small (i32.const 1))) (call $host)
        (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func (export "nested") (param $n i32) (local $m i32) (loop $on
        (local.set $m (i32.const 10))
        (loop $in (br_if $in (local.tee $m (i32.sub (local.get $m) (i32.const 1)))))
        (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func $recursive (export "recursive") (param $n i32)
        (if (local.get $n) (then (call $recursive (i32.sub (local.get $n) (i32.const 1))))))
    (func (export "catching") (param $n i32) (loop $on
        (block $caught (try_table (catch_all $caught) (call $throwing)))
        (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (tag $e)
    (func $throwing (throw $e))
    (func (export "fill") (param $n i32) (memory.fill (i32.const 0) (i32.const 1) (local.get $n)))
    (func (export "copy") (param $n i32) (memory.copy (i32.const 8) (i32.const 0) (local.get $n)))
    (table 1000 funcref)
    (func (export "entries") (param $n i32) (table.fill (i32.const 0) (ref.null func) (local.get $n))))"#;

#[test]
fn every_iteration_costs_the_same_and_something() {
    let mut machine = Machine::metered(LOOPS);
    for name in [
        "quiet",
        "while",
        "calling",
        "nested",
        "recursive",
        "catching",
    ] {
        let mut spent = |times: i32| machine.spend(name, &[times]);
        let (one, two, many) = (spent(1), spent(2), spent(1001));
        assert!(two > one, "{name}: {one}, {two}");
        assert_eq!(many - one, 1000 * (two - one), "{name}");
    }
}

#[test]
fn ranges_cost_by_their_length() {
    let mut machine = Machine::metered(LOOPS);
    for (name, unit) in [("fill", 16), ("copy", 16), ("entries", 1)] {
        let mut spent = |length: i32| machine.spend(name, &[length]);
        let none = spent(0);
        assert!(none > 0);
        assert_eq!(spent(unit * 100) - none, 100, "{name}");
    }
}

#[test]
fn every_loop_ends_when_the_fuel_does() {
    let endless = r#"(module (import "host" "f" (func $host)) (memory 1)
        (table 1 funcref) (elem (i32.const 0) $indirect) (tag $e)
        (func (export "tight") (loop $on (br $on)))
        (func (export "calling") (loop $on (call $host) (br $on)))
        (func $recursive (export "recursive") (call $recursive) (call $recursive))
        (func $fibonacci (export "fibonacci") (param i32) (result i32)
            (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
                (else (i32.add (call $fibonacci (i32.sub (local.get 0) (i32.const 1)))
                    (call $fibonacci (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "fibonacci of 60") (drop (call $fibonacci (i32.const 60))))
        (func $indirect (export "table") (loop $on (br_table $on $on (i32.const 0))))
        (func (export "exceptions") (loop $on (block $caught (try_table (catch_all $caught) (throw $e))) (br $on)))
        (func (export "bytes") (loop $on (memory.fill (i32.const 0) (i32.const 0) (i32.const 60000)) (br $on))))"#;
    for name in [
        "tight",
        "calling",
        "fibonacci of 60",
        "table",
        "exceptions",
        "bytes",
    ] {
        for mut machine in [Machine::metered(endless), Machine::profiled(endless)] {
            machine.set(FUEL_EXPORT, Value::I64(100_000));
            let trap = machine.call(name, &[]).unwrap_err();
            assert!(trap.contains("unreachable"), "{name}: {trap}");
            let left = machine.fuel();
            assert!((-10_000..0).contains(&left), "{name}: {left}");
        }
    }
}

#[test]
fn other_traps_keep_their_kind_and_the_fuel_is_right() {
    let text = r#"(module (memory 1) (table 1 funcref)
        (type $t (func))
        (func $work (param $n i32) (loop $on
            (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
        (func (export "by zero") (param i32) (call $work (local.get 0))
            (drop (i32.div_u (i32.const 1) (i32.const 0))))
        (func (export "out of bounds") (param $n i32) (loop $on
            (i32.store (i32.shl (local.get $n) (i32.const 6)) (i32.const 1))
            (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $on)))
        (func (export "uninitialized") (param i32) (call $work (local.get 0))
            (call_indirect (type $t) (i32.const 0)))
        (func (export "unreachable") (param i32) (call $work (local.get 0)) (unreachable)))"#;
    for name in ["by zero", "out of bounds", "uninitialized", "unreachable"] {
        let spent = |argument: i32| {
            let mut machine = Machine::metered(text);
            let trap = machine.call(name, &[Value::I32(argument)]).unwrap_err();
            assert!(trap.contains(name), "{name}: {trap}");
            assert!(machine.fuel() > 0);
            PLENTY - machine.fuel()
        };
        // What ran before the trap is counted: the loop runs 100 times more often.
        let (less, more) = match name {
            "out of bounds" => (spent(200), spent(100)),
            _ => (spent(100), spent(200)),
        };
        assert!(more >= less + 100, "{name}: {less}, {more}");
    }
}

#[test]
fn a_host_function_may_change_the_fuel() {
    // As an interruption would: the next head of a loop sees it.
    let mut machine = Machine::metered(
        r#"(module (global $n (export "n") (mut i32) (i32.const 0))
            (func (export "f") (loop $on
                (global.set $n (i32.add (global.get $n) (i32.const 1)))
                (br_if $on (i32.lt_u (global.get $n) (i32.const 10))))))"#,
    );
    machine.set(FUEL_EXPORT, Value::I64(-1));
    assert!(machine.call("f", &[]).unwrap_err().contains("unreachable"));
    assert_eq!(machine.get("n"), Value::I32(0));
}

/// What `proposal.rs` says of wasmer: everything accepted compiles, metered too.
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
        let package = inspect("a.wat", text.into_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let handler = package.module().unwrap();
        for profile in [Profile::No, Profile::Calls] {
            let wasm = meter(&handler.wasm, profile).unwrap_or_else(|e| panic!("{name}: {e}"));
            Module::new(&store, wasm).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        Module::new(&store, &handler.wasm).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}
