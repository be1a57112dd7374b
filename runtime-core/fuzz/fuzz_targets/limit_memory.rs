#![no_main]

use runtime_core_fuzz::checks::limiting_holds;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| limiting_holds(bytes));
