//! The exports of a reactor.
//!
//! Without unsafe code: the event's buffer is an ordinary `Vec`, kept here between `allocate`
//! and `handle` while the host writes into it; so is the response until the next call.

use super::{InitResult, respond};
use crate::{Context, Error, host};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static EVENT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static RESPONSE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Bit 31 of a packed result: the bytes are an error payload.
const IS_ERROR: u32 = 1 << 31;

/// The INIT phase. An error is logged and ends the process.
pub fn initialize<R: InitResult>(init: impl FnOnce() -> R) {
    log_panics();
    if let Err(error) = init().into_result() {
        crate::log!("init failed: {error}");
        std::process::abort();
    }
}

/// A buffer for an event of `length` bytes: its address.
pub fn allocate(length: u32) -> u32 {
    EVENT.with_borrow_mut(|event| {
        *event = vec![0; length as usize];
        address(event)
    })
}

/// Handles the event in the buffer that `allocate` gave.
pub fn handle<Event, Response, E, Handler>(pointer: u32, length: u32, handler: Handler) -> u64
where
    Event: DeserializeOwned,
    Response: Serialize,
    E: Into<Error>,
    Handler: Fn(Event, Context) -> Result<Response, E>,
{
    // Again here: a host may leave out _initialize.
    log_panics();
    let event = EVENT.take();
    let result = if (pointer, length as usize) == (address(&event), event.len()) {
        respond(event, Context::from_json(&host::context()), handler)
    } else {
        Err(Error::new(
            "Runtime.InvalidEventBuffer",
            "handle was called with a buffer that allocate did not give",
        ))
    };
    let (bytes, flag) = match result {
        Ok(response) => (response, 0),
        Err(error) => (error.to_json(), IS_ERROR),
    };
    RESPONSE.with_borrow_mut(|response| {
        *response = bytes;
        let length = u32::try_from(response.len()).unwrap_or(u32::MAX) & !IS_ERROR;
        pack(address(response), length | flag)
    })
}

/// The host sees an aborted process; its log must say why.
fn log_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| std::panic::set_hook(Box::new(|panic| crate::log!("{panic}"))));
}

/// Where the bytes are in the module's memory. All of a wasm32 address is kept.
fn address(bytes: &[u8]) -> u32 {
    bytes.as_ptr().addr() as u32
}

fn pack(pointer: u32, length: u32) -> u64 {
    u64::from(pointer) << 32 | u64::from(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn fussy(event: Value, _: Context) -> Result<Value, Error> {
        if event == 0 {
            Ok(event)
        } else {
            Err(Error::new("NotZero", "want 0"))
        }
    }

    /// What a host does; it writes the event as it would, between the two calls.
    fn invoke(event: &[u8]) -> (bool, String) {
        let pointer = allocate(event.len() as u32);
        EVENT.with_borrow_mut(|buffer| buffer.copy_from_slice(event));
        let packed = handle(pointer, event.len() as u32, fussy);
        let response = RESPONSE.with_borrow(Clone::clone);
        let low = packed as u32;
        assert_eq!(
            (packed >> 32) as u32,
            RESPONSE.with_borrow(|bytes| address(bytes))
        );
        assert_eq!((low & !IS_ERROR) as usize, response.len());
        (low & IS_ERROR != 0, String::from_utf8(response).unwrap())
    }

    #[test]
    fn a_response_and_an_error_differ_in_bit_31() {
        assert_eq!(invoke(b"0"), (false, "0".into()));
        assert_eq!(
            invoke(b"1"),
            (
                true,
                r#"{"errorType":"NotZero","errorMessage":"want 0"}"#.into()
            )
        );
        assert!(invoke(b"").0, "an empty event is no JSON");
    }

    #[test]
    fn a_buffer_that_was_not_allocated_is_refused() {
        let packed = handle(12, 1, fussy);
        assert_ne!(packed as u32 & IS_ERROR, 0);
        RESPONSE.with_borrow(|json| assert!(json.starts_with(b"{\"errorType\":\"Runtime.Inv")));
    }

    #[test]
    fn init_runs_once_when_called() {
        let mut runs = 0;
        initialize(|| runs += 1);
        assert_eq!(runs, 1);
    }
}
