#![no_main]

use runtime_core::template::{Inputs, import};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Whatever it is: it is read, or refused with a place and a hint.
    if let Err(error) = import(bytes, &Inputs::default()) {
        assert!(!error.hint().is_empty());
    }
});
