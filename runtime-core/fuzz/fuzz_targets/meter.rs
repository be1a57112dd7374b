#![no_main]

use runtime_core_fuzz::checks::metering_holds;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| metering_holds(bytes));
