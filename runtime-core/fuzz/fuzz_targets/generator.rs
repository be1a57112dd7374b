#![no_main]

use runtime_core_fuzz::event_checks::generator_text_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    generator_text_holds(text);
});
