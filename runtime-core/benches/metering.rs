//! Meters modules and tells what that takes. `cargo xtask bench` runs the results.
//!
//! `cargo bench -p runtime-core --features inspect --bench metering -- [FILE METERED]...` prints a
//! line for each: seconds (the best of three), and the sizes of all but custom sections before and
//! after.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench")]

use runtime_core::sandbox::meter::{Profile, meter};
use std::time::Instant;
use wasmparser::{Parser, Payload};

fn main() {
    // Cargo adds its own.
    let files: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    for pair in files.chunks_exact(2) {
        let wasm = std::fs::read(&pair[0]).expect("a module");
        let mut best = f64::INFINITY;
        let mut metered = Vec::new();
        for _ in 0..3 {
            let begin = Instant::now();
            metered = meter(&wasm, Profile::No).expect("a valid module");
            best = best.min(begin.elapsed().as_secs_f64());
        }
        std::fs::write(&pair[1], &metered).expect("the metered module can be written");
        println!("{best} {} {}", size(&wasm), size(&metered));
    }
}

/// Without custom sections: metering drops debugging information, which is no shrinking.
fn size(wasm: &[u8]) -> u64 {
    let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| {
        match payload.expect("a valid module") {
            Payload::CustomSection(_) => None,
            payload => payload.as_section(),
        }
    });
    sections.map(|(_, range)| range.end - range.start).sum()
}
