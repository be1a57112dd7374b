//! Exclusive and inclusive fuel, from nothing but the hooks.

use crate::machine::{Hook, Machine, PLENTY};
use runtime_core::profile::Recorder;
use runtime_core::sandbox::meter::{FrameStores, Profile};
use std::collections::BTreeMap;
use wasmer::Value;

/// What functions used: themselves, and with all that they called.
#[derive(Debug, Default, PartialEq, Eq)]
struct Usage {
    exclusive: BTreeMap<u32, i64>,
    inclusive: BTreeMap<u32, i64>,
}

/// Reads the hooks' calls as their documentation tells. `end` is the fuel that was left.
fn usage(calls: &[Hook], end: i64) -> Usage {
    let mut usage = Usage::default();
    let mut stack: Vec<(u32, i64)> = Vec::new();
    let mut last = calls.first().map_or(end, |hook| match hook {
        Hook::Enter { fuel, .. }
        | Hook::Exit { fuel }
        | Hook::Caught { fuel, .. }
        | Hook::Framed { fuel, .. } => *fuel,
    });
    let pop = |usage: &mut Usage, stack: &mut Vec<(u32, i64)>, fuel: i64| {
        let (function, entered) = stack.pop().unwrap();
        // Of a function that calls itself the outermost call counts.
        if stack.iter().all(|(other, _)| *other != function) {
            *usage.inclusive.entry(function).or_default() += entered - fuel;
        }
    };
    for hook in calls {
        let (Hook::Enter { fuel, .. }
        | Hook::Exit { fuel }
        | Hook::Caught { fuel, .. }
        | Hook::Framed { fuel, .. }) = *hook;
        if let Some((function, _)) = stack.last() {
            *usage.exclusive.entry(*function).or_default() += last - fuel;
        }
        last = fuel;
        match *hook {
            Hook::Enter { function, fuel } => stack.push((function, fuel)),
            Hook::Exit { fuel } => pop(&mut usage, &mut stack, fuel),
            Hook::Caught { depth, fuel } => {
                while stack.len() > depth as usize {
                    pop(&mut usage, &mut stack, fuel);
                }
            }
            Hook::Framed { .. } => {}
        }
    }
    if let Some((function, _)) = stack.last() {
        *usage.exclusive.entry(*function).or_default() += last - end;
    }
    while !stack.is_empty() {
        pop(&mut usage, &mut stack, end);
    }
    usage
}

/// Functions 0 to 7; the import is 0. `$work` costs by its argument.
const PROGRAM: &str = r#"(module (import "host" "f" (func $host))
    (tag $e)
    (func $work (param $n i32) (loop $on
        (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func $small (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $middle (param $n i32) (result i32 i64)
        (call $work (local.get $n)) (drop (call $small (i32.const 1))) (call $host)
        (if (i32.gt_u (local.get $n) (i32.const 50)) (then (return (i32.const 1) (i64.const 2))))
        (br 0 (i32.const 3) (i64.const 4)))
    (func $throwing (param $n i32) (call $work (local.get $n)) (throw $e))
    (func (export "f") (param $n i32) (result i32) (local $sum i32)
        (call $middle (local.get $n)) (drop) (local.set $sum)
        (call $middle (i32.const 5)) (drop) (local.set $sum (i32.add (local.get $sum)))
        (block $caught (try_table (catch_all $caught) (call $throwing (i32.const 20))))
        (call $work (i32.const 7))
        (local.get $sum))
    (func $recursive (export "recursive") (param $n i32)
        (call $work (i32.const 9))
        (br_if 0 (i32.eqz (local.get $n)))
        (call $recursive (i32.sub (local.get $n) (i32.const 1))))
    (func (export "trap") (param $n i32) (call $work (local.get $n)) (unreachable))
    (func (export "out") (param $n i32) (try_table (catch_all 0) (call $throwing (local.get $n)))))"#;

const WORK: u32 = 1;
const MIDDLE: u32 = 3;
const THROWING: u32 = 4;
const F: u32 = 5;
const RECURSIVE: u32 = 6;
const TRAP: u32 = 7;
const OUT: u32 = 8;

fn profile(name: &str, argument: i32) -> (Usage, i64) {
    let mut machine = Machine::profiled(PROGRAM);
    let _ = machine.call(name, &[Value::I32(argument)]);
    let end = machine.fuel();
    let hooks = machine.hooks.lock().unwrap();
    (usage(&hooks.calls, end), PLENTY - end)
}

fn cost_of_work(n: i32) -> i64 {
    let (a, _) = profile("trap", n);
    a.exclusive[&WORK]
}

#[test]
fn results_and_fuel_are_those_of_the_build_without_hooks() {
    for (name, argument) in [
        ("f", 60),
        ("f", 40),
        ("recursive", 6),
        ("trap", 3),
        ("out", 9),
    ] {
        let run = |mut machine: Machine| {
            let result = machine.call(name, &[Value::I32(argument)]);
            (result, machine.fuel())
        };
        assert_eq!(
            run(Machine::profiled(PROGRAM)),
            run(Machine::metered(PROGRAM)),
            "{name}"
        );
    }
    let mut machine = Machine::profiled(PROGRAM);
    assert_eq!(
        machine.call("f", &[Value::I32(60)]),
        Ok(vec![Value::I32(4)])
    );
}

#[test]
fn all_fuel_is_somebodys() {
    for (name, top) in [
        ("f", F),
        ("recursive", RECURSIVE),
        ("trap", TRAP),
        ("out", OUT),
    ] {
        let (usage, spent) = profile(name, 30);
        assert_eq!(usage.exclusive.values().sum::<i64>(), spent, "{name}");
        assert_eq!(usage.inclusive[&top], spent, "{name}");
        assert!(usage.exclusive.values().all(|fuel| *fuel > 0), "{usage:?}");
    }
}

#[test]
fn each_function_has_what_it_used() {
    let (usage, spent) = profile("f", 60);
    let called: Vec<u32> = usage.exclusive.keys().copied().collect();
    // Neither the import nor the small function.
    assert_eq!(called, [WORK, MIDDLE, THROWING, F]);
    let work: i64 = [60, 5, 20, 7].into_iter().map(cost_of_work).sum();
    assert_eq!(usage.exclusive[&WORK], work);
    assert_eq!(usage.inclusive[&WORK], work);
    let middle = cost_of_work(60) + cost_of_work(5);
    assert_eq!(usage.inclusive[&MIDDLE], middle + usage.exclusive[&MIDDLE]);
    // What an exception ended has what it used up to then, and no more.
    let throwing = cost_of_work(20) + usage.exclusive[&THROWING];
    assert_eq!(usage.inclusive[&THROWING], throwing);
    assert_eq!(usage.inclusive[&F], spent);
}

#[test]
fn recursion_is_counted_once() {
    let (usage, spent) = profile("recursive", 4);
    assert_eq!(usage.inclusive[&RECURSIVE], spent);
    assert_eq!(usage.exclusive[&WORK], 5 * cost_of_work(9));
}

/// What the recorder makes of the same calls is what this file reads in them.
#[test]
fn the_recorder_reads_the_hooks_alike() {
    for name in ["f", "recursive", "trap", "out"] {
        let mut machine = Machine::profiled(PROGRAM);
        let _ = machine.call(name, &[Value::I32(8)]);
        let end = machine.fuel();
        let hooks = machine.hooks.lock().unwrap();
        let mut recorder = Recorder::default();
        for hook in &hooks.calls {
            match *hook {
                Hook::Enter { function, fuel } => {
                    recorder.enter(function, fuel);
                }
                Hook::Exit { fuel } => recorder.exit(fuel),
                Hook::Caught { depth, fuel } => recorder.caught(depth, fuel),
                Hook::Framed { .. } => {}
            }
        }
        assert_eq!(recorder.depth(), machine_depth(&hooks.calls), "{name}");
        let profile = recorder.take(end);
        let mut read = Usage::default();
        for function in profile.functions() {
            read.exclusive
                .insert(function.frame.0, function.own.cast_signed());
            read.inclusive
                .insert(function.frame.0, function.total.cast_signed());
        }
        assert_eq!(read, usage(&hooks.calls, end), "{name}");
    }
}

/// How many functions are on the stack after these calls: none but after a trap.
fn machine_depth(calls: &[Hook]) -> u32 {
    calls.iter().fold(0, |depth, hook| match hook {
        Hook::Enter { .. } => depth + 1,
        Hook::Exit { .. } => depth - 1,
        Hook::Caught { depth, .. } => *depth,
        Hook::Framed { .. } => depth,
    })
}

/// Stores that change an interpreter's frame are told behind the store, with what they store; others
/// are not. Results and fuel stay what they are.
#[test]
fn stores_of_frames_are_told() {
    const TEXT: &str = r#"(module (memory (export "memory") 1)
        (func $work (export "work") (param $n i32) (result i32) (local $at i32)
            (local.set $at (i32.const 16))
            (loop $on
                (i32.store offset=12 (local.get $at) (local.get $n))
                (i32.store offset=8 (local.get $at) (i32.const 1))
                (i64.store offset=12 (local.get $at) (i64.const 2))
                (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (if (i32.eqz (local.get $n)) (then (return (call $other (i32.const 5)))))
            (unreachable)
            (i32.store offset=12))
        (func $other (param i32) (result i32)
            (i32.store offset=12 (i32.const 0) (local.get 0))
            (i32.load offset=12 (i32.const 0))))"#;
    let stores = |function| {
        Profile::Frames(FrameStores {
            offset: 12,
            function,
        })
    };
    let run = |profile| {
        let mut machine = Machine::built(TEXT, profile);
        let result = machine.call("work", &[Value::I32(3)]).unwrap();
        let fuel = machine.fuel();
        let hooks = machine.hooks.lock().unwrap();
        let told = hooks.calls.iter().filter_map(|hook| match hook {
            Hook::Framed { frame, fuel } => Some((*frame, *fuel)),
            _ => None,
        });
        (result, fuel, told.collect::<Vec<_>>())
    };
    let (result, fuel, told) = run(stores(None));
    let frames: Vec<u32> = told.iter().map(|(frame, _)| *frame).collect();
    assert_eq!(frames, [3, 2, 1, 5]);
    // What callers pay for is paid before.
    assert!(told.is_sorted_by(|(_, before), (_, after)| before >= after));
    assert!(told[0].1 > told[2].1);
    for (profile, wanted) in [
        (stores(Some(0)), &[3, 2, 1][..]),
        (stores(Some(1)), &[5]),
        (stores(Some(2)), &[]),
        (Profile::Calls, &[]),
        (Profile::No, &[]),
    ] {
        let (same, left, told) = run(profile);
        assert_eq!((&same, left), (&result, fuel), "{profile:?}");
        let frames: Vec<u32> = told.iter().map(|(frame, _)| *frame).collect();
        assert_eq!(frames, wanted, "{profile:?}");
    }
}
