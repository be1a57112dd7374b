#![no_main]

use runtime_core_fuzz::event_checks::iot_sql_holds;

libfuzzer_sys::fuzz_target!(|text: &str| {
    iot_sql_holds(text);
});
