#![no_main]

use runtime_core_fuzz::event_checks::pattern_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    pattern_holds(text);
});
