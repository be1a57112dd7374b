//! The environment worker: one execution environment, running handler modules on wasmer.
//!
//! ```text
//! host    what the sandbox asks of a browser
//! waiter  waiting for the next event in the middle of a handler's program
//! ```
//!
//! The page posts the compiled module and a way to wait beside the first message. Every message
//! after it is bytes, or the number of an event: then that is where the worker waits for events.
#![forbid(unsafe_code)]

mod host;
mod waiter;

use host::BrowserHost;
use js_sys::{Array, Uint8Array};
use runtime_core::environment::Environment;
use runtime_core::protocol::{self, FromEnvironment, ToEnvironment};
use runtime_core::sandbox::CompiledModule;
use waiter::Waiter;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut environment = None::<Environment<BrowserHost>>;
    let mut waiter = None;
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let answer = receive(&mut environment, &mut waiter, &event.data());
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
    waiter: &mut Option<Waiter>,
    data: &JsValue,
) -> Result<Option<FromEnvironment>, String> {
    let bytes = if let Some(parts) = data.dyn_ref::<Array>() {
        let module = CompiledModule::try_from(parts.get(1)).map_err(|error| error.to_string())?;
        *waiter = Waiter::from_value(parts.get(2));
        let host = BrowserHost::new(waiter.clone());
        *environment = Some(Environment::new(module, host));
        Uint8Array::new(&parts.get(0)).to_vec()
    } else if let Some(turn) = data.as_f64() {
        match waiter.as_ref().and_then(|waiter| waiter.take(turn as u32)) {
            Some(bytes) => bytes,
            // The handler was about to wait and has it already.
            None => return Ok(None),
        }
    } else {
        Uint8Array::new(data).to_vec()
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
