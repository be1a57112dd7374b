#![no_main]

use runtime_core_fuzz::api::api_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    api_holds(text);
});
