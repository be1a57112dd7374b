#![no_main]

use runtime_core::simulator::read_any;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let none = |_: &str| Err("there are no files here".to_owned());
    if let Err(error) = read_any(text, none) {
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
});
