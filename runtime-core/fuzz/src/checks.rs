//! What must hold for any bytes. Shared by the fuzz targets and by the test that replays seeds.

use runtime_core::sandbox::{inspect, inspect_files, limit_memory};
use runtime_core::units::MemoryMb;

/// Inspection neither panics nor accepts what cannot be run, and explains what it refuses.
pub fn inspection_holds(bytes: &[u8]) {
    match inspect("upload", bytes.to_vec()) {
        Ok(package) => {
            let again = inspect_files(package.all_files(), package.source);
            let again = again.expect("a package once accepted");
            assert_eq!(again.code, package.code);
            if let Some(module) = package.module() {
                wasmparser::validate(&module.wasm).expect("an accepted module is valid");
                let limited = limit_memory(&module.wasm, MemoryMb::new(128));
                wasmparser::validate(&limited.expect("an accepted module can be limited"))
                    .expect("a limited module is valid");
            }
        }
        Err(error) => {
            let (cause, hint) = (error.to_string(), error.hint());
            assert!(!cause.is_empty() && !hint.is_empty());
            assert!(
                cause.len() < 10_000 && hint.len() < 10_000,
                "too long for a page"
            );
        }
    }
}

/// Limiting never panics, and what comes out of a valid module is valid.
pub fn limiting_holds(bytes: &[u8]) {
    let limited = limit_memory(bytes, MemoryMb::new(128));
    if wasmparser::validate(bytes).is_ok()
        && let Ok(limited) = limited
    {
        wasmparser::validate(&limited).expect("a limited module is valid");
    }
}
