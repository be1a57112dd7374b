#![no_main]

use runtime_core_fuzz::event_checks::json_path_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    json_path_holds(text);
});
