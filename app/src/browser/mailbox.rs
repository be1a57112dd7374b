//! A slot of shared memory in which a page leaves a message for a worker that cannot listen.
//!
//! A looping handler waits for its next event in the middle of its program, so that its worker
//! never comes back to where it would hear of a message. It waits on this instead. One message fits
//! at a time: an environment handles one event after the other.

use js_sys::{Atomics, Int32Array, SharedArrayBuffer, Uint8Array};
use runtime_core::timeline::MAX_EVENT_BYTES;
use wasm_bindgen::{JsCast, JsValue};

/// What comes with an event: ids, deadline, ARN.
const ENVELOPE_BYTES: u64 = 64 * 1_024;
/// Words before the message.
const WORDS: u32 = 4;
/// 1 while there is a message.
const FULL: u32 = 0;
/// The message's length in bytes.
const LENGTH: u32 = 1;
/// 1 while the worker waits.
const WAITING: u32 = 2;

/// Either end of it. Where memory is shared, the browser commits a page of it when it is written.
#[derive(Clone, Debug)]
pub struct Mailbox {
    memory: SharedArrayBuffer,
    words: Int32Array,
    bytes: Uint8Array,
}

impl Mailbox {
    /// An empty one. The page must be cross-origin isolated.
    pub fn new() -> Self {
        let size = u64::from(WORDS) * 4 + MAX_EVENT_BYTES + ENVELOPE_BYTES;
        Mailbox::over(SharedArrayBuffer::new(size as u32))
    }

    fn over(memory: SharedArrayBuffer) -> Self {
        Mailbox {
            words: Int32Array::new_with_byte_offset_and_length(&memory, 0, WORDS),
            bytes: Uint8Array::new_with_byte_offset(&memory, WORDS * 4),
            memory,
        }
    }

    /// The other end, as it was posted.
    pub fn from_value(value: &JsValue) -> Option<Self> {
        value.dyn_ref().cloned().map(Mailbox::over)
    }

    /// What to post to the worker.
    pub fn value(&self) -> &JsValue {
        &self.memory
    }

    /// Leaves a message. `Ok(false)`: the worker does not wait yet, and must be told to look.
    pub fn put(&self, message: &[u8]) -> Result<bool, String> {
        let length = message.len() as u32;
        if length > self.bytes.length() {
            return Err("an event is larger than an event may be".to_owned());
        }
        self.bytes.subarray(0, length).copy_from(message);
        self.store(LENGTH, length as i32);
        self.store(FULL, 1);
        // Fails only on memory that is not shared.
        let _ = Atomics::notify(&self.words, FULL);
        Ok(self.load(WAITING) == 1)
    }

    /// Waits for a message; nothing else happens on this thread until then. Not for a page.
    pub fn wait(&self) -> Vec<u8> {
        self.store(WAITING, 1);
        loop {
            if let Some(message) = self.take() {
                self.store(WAITING, 0);
                return message;
            }
            let _ = Atomics::wait(&self.words, FULL, 0);
        }
    }

    /// The message, if there is one.
    pub fn take(&self) -> Option<Vec<u8>> {
        if self.load(FULL) == 0 {
            return None;
        }
        let message = self.bytes.subarray(0, self.load(LENGTH) as u32).to_vec();
        self.store(FULL, 0);
        Some(message)
    }

    fn load(&self, word: u32) -> i32 {
        Atomics::load(&self.words, word).unwrap_or(0)
    }

    fn store(&self, word: u32, value: i32) {
        let _ = Atomics::store(&self.words, word, value);
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Mailbox::new()
    }
}
