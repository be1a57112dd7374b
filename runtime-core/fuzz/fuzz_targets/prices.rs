//! Price files, described months and links of tunings: anything is one or a named error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use runtime_core::estimate::{EstimatePrices, estimate, read, write};
use runtime_core::tuning::read_link;
use runtime_core::units::Money;

const SHIPPED: &str = include_str!("../../../public/prices/lambda-us-east-1-2026-11-23.json");

fuzz_target!(|text: &str| {
    let _ = read_link(text);
    let _ = EstimatePrices::parse(text);
    if let Ok(plan) = read(text) {
        let again = read(&write(&plan)).expect("what was written is read");
        assert_eq!(again.functions.len(), plan.functions.len());
        let shipped = EstimatePrices::parse(SHIPPED).expect("the shipped file is in order");
        if let Ok(it) = estimate(&plan, &shipped) {
            let sections: Money = it.sections.iter().map(|it| it.amount).sum();
            assert_eq!(it.total, sections);
        }
    }
});
