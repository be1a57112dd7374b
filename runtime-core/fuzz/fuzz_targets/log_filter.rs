#![no_main]

use runtime_core_fuzz::event_checks::log_filter_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    log_filter_holds(text);
});
