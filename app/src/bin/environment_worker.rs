//! The environment worker: one execution environment, running handler modules on wasmer.
//!
//! The page posts the compiled module and a way to wait beside the first message; every message
//! after it is bytes, or nothing: then it lies in the mailbox.
#![forbid(unsafe_code)]

use app::mailbox::Mailbox;

use js_sys::{Array, Atomics, Int32Array, SharedArrayBuffer, Uint8Array};
use runtime_core::environment::Environment;
use runtime_core::protocol::{self, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{CompiledModule, Done, Host, Invocation, TmpChange};
use runtime_core::units::{RequestId, Span};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Performance};

fn main() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut environment = None::<Environment<BrowserHost>>;
    let mut mailbox = None;
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let answer = receive(&mut environment, &mut mailbox, &event.data());
        match answer {
            Ok(Some(answer)) => say(&answer),
            Ok(None) => {}
            Err(message) => say(&FromEnvironment::Broken { message }),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    say(&FromEnvironment::Ready);
}

fn receive(
    environment: &mut Option<Environment<BrowserHost>>,
    mailbox: &mut Option<Mailbox>,
    data: &JsValue,
) -> Result<Option<FromEnvironment>, String> {
    let bytes = match data.dyn_ref::<Array>() {
        Some(parts) => {
            let module =
                CompiledModule::try_from(parts.get(1)).map_err(|error| error.to_string())?;
            *mailbox = Mailbox::from_value(&parts.get(2));
            let host = BrowserHost::new(mailbox.clone());
            *environment = Some(Environment::new(module, host));
            Uint8Array::new(&parts.get(0)).to_vec()
        }
        None if data.is_null() => match mailbox.as_ref().and_then(Mailbox::take) {
            Some(bytes) => bytes,
            // The handler was about to wait and has it already.
            None => return Ok(None),
        },
        None => Uint8Array::new(data).to_vec(),
    };
    let message = protocol::decode::<ToEnvironment>(&bytes).map_err(|error| error.to_string())?;
    let environment = environment
        .as_mut()
        .ok_or("a message came before the module")?;
    Ok(environment.on_message(message))
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn say(message: &FromEnvironment) {
    let bytes = Uint8Array::from(protocol::encode(message).as_slice());
    // Only a detached buffer cannot be posted, and this one is new.
    let _ = scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}

/// What the sandbox asks of a browser.
struct BrowserHost {
    performance: Option<Performance>,
    crypto: Option<web_sys::Crypto>,
    /// Nobody ever wakes it: waiting on it with a time limit is sleeping. Only an isolated page
    /// has shared memory.
    pillow: Option<Int32Array>,
    /// Where the next event of a looping handler will be.
    mailbox: Option<Mailbox>,
}

impl BrowserHost {
    fn new(mailbox: Option<Mailbox>) -> Self {
        let isolated = js_sys::Reflect::get(&js_sys::global(), &"crossOriginIsolated".into())
            .is_ok_and(|value| value.is_truthy());
        BrowserHost {
            performance: scope().performance(),
            crypto: scope().crypto().ok(),
            pillow: isolated.then(|| Int32Array::new(&SharedArrayBuffer::new(4))),
            mailbox,
        }
    }
}

impl Host for BrowserHost {
    fn elapsed(&self) -> Span {
        Span::from_millis_f64(
            self.performance
                .as_ref()
                .map_or_else(js_sys::Date::now, Performance::now),
        )
    }

    fn unix_nanos(&self) -> u64 {
        let millis = match &self.performance {
            Some(performance) => performance.time_origin() + performance.now(),
            None => js_sys::Date::now(),
        };
        Span::from_millis_f64(millis).as_nanos()
    }

    fn random(&mut self, buffer: &mut [u8]) {
        // The browser gives 65,536 bytes at a time.
        for part in buffer.chunks_mut(65_536) {
            let drawn = self
                .crypto
                .as_ref()
                .and_then(|crypto| crypto.get_random_values_with_u8_array(part).ok());
            if drawn.is_none() {
                part.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
            }
        }
    }

    fn sleep(&mut self, span: Span) {
        let until = self.elapsed() + span;
        loop {
            let rest = until.as_nanos().saturating_sub(self.elapsed().as_nanos());
            if rest == 0 {
                return;
            }
            // Without shared memory a worker cannot wait, only look at the clock again.
            if let Some(pillow) = &self.pillow {
                let millis = Span::from_nanos(rest).as_millis_f64();
                let _ = Atomics::wait_with_timeout(pillow, 0, 0, millis);
            }
        }
    }

    fn log(&mut self, request: Option<RequestId>, text: &[u8]) {
        let text = text.to_vec();
        say(&FromEnvironment::LogWritten { request, text });
    }

    fn tmp_changed(&mut self, change: TmpChange) {
        say(&FromEnvironment::TmpChanged(change));
    }

    fn done(&mut self, done: Done) {
        say(&FromEnvironment::Done(done));
    }

    fn wait(&mut self) -> Option<Invocation> {
        match protocol::decode(&self.mailbox.as_ref()?.wait()) {
            Ok(ToEnvironment::Invoke(invocation)) => Some(invocation),
            Ok(ToEnvironment::Start(_) | ToEnvironment::Init) | Err(_) => {
                wasm_bindgen::throw_str("a handler that waits for its event got something else")
            }
        }
    }

    fn can_wait(&self) -> bool {
        self.mailbox.is_some()
    }
}
