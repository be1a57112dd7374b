//! What a handler may ask of the system, the same on every target.

use crate::host;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// The environment variable of this name, if it is set.
///
/// Works on every target; `std::env::var` finds nothing on `wasm32-unknown-unknown`.
pub fn var(name: &str) -> Option<String> {
    // The variables are constant for the life of an environment.
    static VARIABLES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    VARIABLES.get_or_init(host::variables).get(name).cloned()
}

/// The time of day.
///
/// Works on every target; `SystemTime::now` panics on `wasm32-unknown-unknown`. Browsers show
/// their clock in steps of 5 to 100 µs.
pub fn now() -> SystemTime {
    host::now()
}

/// Waits. The time counts, and is billed, as part of the invocation.
pub fn sleep(duration: Duration) {
    host::sleep(duration);
}

/// Fills the buffer with random bytes.
///
/// On wasm they come from the host's cryptographic generator. On other targets, where this is
/// for trying things out, they are not fit for secrets.
pub fn random(buffer: &mut [u8]) {
    host::random(buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_by_name() {
        assert_eq!(var("CARGO_PKG_NAME").as_deref(), Some("coldstart-handler"));
        assert_eq!(var("NO_SUCH_VARIABLE_OF_THIS_NAME"), None);
    }

    #[test]
    fn sleeping_takes_time() {
        let start = now();
        sleep(Duration::from_millis(5));
        assert!(now().duration_since(start).unwrap() >= Duration::from_millis(5));
    }

    #[test]
    fn random_fills_all_of_odd_buffers() {
        // 8 buffers of 13 bytes: were a byte left alone, it would be 0 in all of them.
        let mut seen = [0_u8; 13];
        for _ in 0..8 {
            let mut buffer = [0; 13];
            random(&mut buffer);
            seen.iter_mut().zip(buffer).for_each(|(s, b)| *s |= b);
        }
        assert!(seen.iter().all(|byte| *byte != 0));
    }
}
