#![no_main]

use runtime_core_fuzz::triggers::triggers_hold;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| triggers_hold(bytes));
