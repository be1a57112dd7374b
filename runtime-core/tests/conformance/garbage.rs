//! Whatever a reactor answers, nothing of ours breaks.

use crate::cases;
use crate::harness::{Bench, SEGMENTATION_FAULT};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use runtime_core::timeline::{Failure, Outcome};

/// Answers the first eight bytes of the event as its result, after growing by the ninth, and takes
/// the event where the tenth to thirteenth byte of the event before say.
const PARROT: &str = r#"(module
    (import "coldstart" "log" (func $log (param i32 i32)))
    (import "coldstart" "random" (func $random (param i32 i32)))
    (memory (export "memory") 1 64)
    (global $next (mut i32) (i32.const 0))
    (func (export "allocate") (param i32) (result i32) (global.get $next))
    (func (export "handle") (param $ptr i32) (param $len i32) (result i64)
        (local $answer i64)
        (local.set $answer (i64.load (local.get $ptr)))
        (global.set $next (i32.load offset=9 (local.get $ptr)))
        (drop (memory.grow (i32.load8_u offset=8 (local.get $ptr))))
        (local.get $answer)))"#;

cases! {
    any_result_is_an_outcome {
        // The same numbers natively and in the browser, where there is no entropy to ask for.
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let config = Config { cases: 2_000, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, rng);
        let near = prop_oneof![any::<u32>(), 0..131_072u32, Just(65_536), Just(u32::MAX)];
        let event = (near.clone(), near.clone(), any::<u8>(), near);
        let bench = std::cell::RefCell::new(Bench::ready(PARROT));
        runner.run(&event, |(len, ptr, grow, next)| {
            let mut event = Vec::new();
            event.extend_from_slice(&len.to_le_bytes());
            event.extend_from_slice(&ptr.to_le_bytes());
            event.push(grow);
            event.extend_from_slice(&next.to_le_bytes());
            let mut bench = bench.borrow_mut();
            let invoked = bench.invoke(&event);
            let log = bench.log();
            match invoked.outcome {
                Outcome::Succeeded => {
                    prop_assert_eq!(invoked.response.map(|r| r.len()), Some(len as usize));
                    prop_assert_eq!(log, "");
                }
                Outcome::Failed(Failure::HandlerError) => {
                    let len = (len & !(1 << 31)) as usize;
                    prop_assert_eq!(invoked.response.map(|r| r.len()), Some(len));
                }
                Outcome::Failed(failure) => {
                    prop_assert_eq!(failure, SEGMENTATION_FAULT);
                    prop_assert!(log.ends_with('\n') && log.lines().count() == 1, "{}", log);
                }
            }
            Ok(())
        }).unwrap();
    }
}
