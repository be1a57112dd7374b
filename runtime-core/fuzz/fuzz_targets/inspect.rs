#![no_main]

use runtime_core_fuzz::checks::inspection_holds;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| inspection_holds(bytes));
