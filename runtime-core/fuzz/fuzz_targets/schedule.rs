#![no_main]

use runtime_core_fuzz::event_checks::schedule_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    schedule_holds(text);
});
