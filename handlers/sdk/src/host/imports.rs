//! The imports of module `coldstart`.
#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

mod abi {
    #[link(wasm_import_module = "coldstart")]
    // SAFETY: names and types are those of handlers/ABI.md; on wasm32 a pointer and a usize are
    // an i32. A host with other types cannot instantiate the module.
    unsafe extern "C" {
        pub(super) fn log(pointer: *const u8, length: usize);
        pub(super) fn context(pointer: *mut u8, capacity: usize) -> usize;
        pub(super) fn variables(pointer: *mut u8, capacity: usize) -> usize;
        pub(super) fn random(pointer: *mut u8, length: usize);
        pub(super) safe fn now() -> i64;
        pub(super) safe fn sleep(nanos: i64);
    }
}

/// Appends bytes to the log as they are.
pub(crate) fn log(bytes: &[u8]) {
    // SAFETY: the host reads `length` bytes from a slice that outlives the call.
    unsafe { abi::log(bytes.as_ptr(), bytes.len()) }
}

/// The context of the current invocation as JSON.
pub(crate) fn context() -> Vec<u8> {
    // SAFETY: the closure is only given a pointer to `capacity` writable bytes.
    read(|pointer, capacity| unsafe { abi::context(pointer, capacity) })
}

/// The environment variables.
pub(crate) fn variables() -> BTreeMap<String, String> {
    // SAFETY: the closure is only given a pointer to `capacity` writable bytes.
    let json = read(|pointer, capacity| unsafe { abi::variables(pointer, capacity) });
    serde_json::from_slice(&json).unwrap_or_default()
}

/// The time of day.
pub(crate) fn now() -> SystemTime {
    let nanos = u64::try_from(abi::now()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos)
}

/// Waits.
pub(crate) fn sleep(duration: Duration) {
    abi::sleep(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX));
}

/// Fills the buffer with random bytes.
pub(crate) fn random(buffer: &mut [u8]) {
    // SAFETY: the host writes `length` bytes into a slice that outlives the call.
    unsafe { abi::random(buffer.as_mut_ptr(), buffer.len()) }
}

/// Reads bytes of a length that only the host knows: it says the length, and writes if they fit.
fn read(call: impl Fn(*mut u8, usize) -> usize) -> Vec<u8> {
    let mut buffer = vec![0; 256];
    loop {
        let length = call(buffer.as_mut_ptr(), buffer.len());
        let fits = length <= buffer.len();
        buffer.resize(length, 0);
        if fits {
            return buffer;
        }
    }
}
