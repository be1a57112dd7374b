#![no_main]

use runtime_core_fuzz::event_checks::input_template_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    input_template_holds(text);
});
