//! Waiting for the next event in the middle of a handler's program: nothing else happens on this
//! thread until it is there.

use app::mailbox::Mailbox;
use js_sys::{Atomics, Int32Array, Object, Reflect, Uint8Array, WebAssembly};
use runtime_core::units::Span;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::prelude::*;
use web_sys::{XmlHttpRequest, XmlHttpRequestResponseType};

/// Between two attempts to ask for an event; a browser ends its service worker now and then.
const RETRY: Span = Span::from_millis(50);
/// What `public/service-worker.js` marks its answers with.
const FROM_PAGE: &str = "Coldstart-Event";
/// The page is gone, or has no such environment any more.
const GONE: u16 = 410;

/// Where the next event will be.
#[derive(Clone)]
pub(super) enum Waiter {
    /// In memory that the page shares.
    Mailbox(Mailbox),
    /// In the answer to a request that the site's service worker holds back until then.
    Request(Arc<Request>),
}

/// A question that can wait: the page numbers events, so that asking again for the same one is
/// the same question.
pub(super) struct Request {
    address: String,
    turn: AtomicU32,
}

impl Waiter {
    /// What the page posted: shared memory, or an address.
    pub(super) fn from_value(value: JsValue) -> Option<Self> {
        if let Some(address) = value.as_string() {
            let turn = AtomicU32::new(0);
            return Some(Waiter::Request(Arc::new(Request { address, turn })));
        }
        Mailbox::from_value(&value).map(Waiter::Mailbox)
    }

    /// Waits for the next event. `None` if there will be none.
    pub(super) fn wait(&self) -> Option<Vec<u8>> {
        match self {
            Waiter::Mailbox(mailbox) => Some(mailbox.wait()),
            Waiter::Request(request) => request.ask(),
        }
    }

    /// The event of this number, if it has not been taken yet.
    pub(super) fn take(&self, turn: u32) -> Option<Vec<u8>> {
        match self {
            Waiter::Mailbox(mailbox) => mailbox.take(),
            Waiter::Request(request) if request.turn.load(Ordering::Relaxed) == turn => {
                request.ask()
            }
            Waiter::Request(_) => None,
        }
    }
}

impl Request {
    fn ask(&self) -> Option<Vec<u8>> {
        let pillow = Pillow::new();
        loop {
            match self.try_asking() {
                Ok(Some(bytes)) => {
                    self.turn.fetch_add(1, Ordering::Relaxed);
                    return Some(bytes);
                }
                Ok(None) => return None,
                Err(_) => pillow.rest(RETRY),
            }
        }
    }

    fn try_asking(&self) -> Result<Option<Vec<u8>>, JsValue> {
        let request = XmlHttpRequest::new()?;
        let address = format!("{}/{}", self.address, self.turn.load(Ordering::Relaxed));
        request.open_with_async("GET", &address, false)?;
        request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
        request.send()?;
        if request.get_response_header(FROM_PAGE)?.is_none() {
            return Err("the service worker is not there yet".into());
        }
        match request.status()? {
            200 => Ok(Some(Uint8Array::new(&request.response()?).to_vec())),
            GONE => Ok(None),
            status => Err(status.into()),
        }
    }
}

/// Nobody ever wakes it: waiting on it with a time limit is sleeping.
pub(super) struct Pillow(Option<Int32Array>);

impl Pillow {
    /// A page that is not isolated cannot share memory, but a worker can have some for itself.
    pub(super) fn new() -> Self {
        let descriptor = Object::new();
        for (name, value) in [
            ("initial", 1.into()),
            ("maximum", 1.into()),
            ("shared", true.into()),
        ] {
            // Fails only on what is no object.
            let _ = Reflect::set(&descriptor, &name.into(), &value);
        }
        let memory = WebAssembly::Memory::new(&descriptor).ok();
        Pillow(memory.map(|memory| Int32Array::new(&memory.buffer())))
    }

    /// Returns after this span, or sooner.
    pub(super) fn rest(&self, span: Span) {
        if let Some(words) = &self.0 {
            let _ = Atomics::wait_with_timeout(words, 0, 0, span.as_millis_f64());
        }
    }
}
