#![no_main]

use runtime_core_fuzz::checks::mirror_holds;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    mirror_holds(bytes);
});
