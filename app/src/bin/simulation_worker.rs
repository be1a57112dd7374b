//! The simulation worker: runs a scenario, off the page's thread, and says again and again what it has
//! come to; runs parts of sweeps; reads and changes texts of scenarios for forms. Whoever has enough ends the worker.
#![forbid(unsafe_code)]

use js_sys::{Array, Uint8Array};
use runtime_core::protocol;
use runtime_core::simulator::{SimulationOrder, read_form, watch, watch_side, watch_sweep};
use runtime_core::units::Span;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let speaker = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        // A message that cannot be read is a mistake of the page's own code, and the error event tells
        // it so.
        match protocol::decode::<SimulationOrder>(&bytes) {
            Ok(SimulationOrder::Run(order)) => watch(
                &order,
                || now(&speaker),
                |news| say(&speaker, &protocol::encode(news)),
            ),
            Ok(SimulationOrder::Form(order)) => {
                say(&speaker, &protocol::encode(&read_form(&order)));
            }
            Ok(SimulationOrder::Sweep(order)) => {
                watch_sweep(&order, |news| say(&speaker, &protocol::encode(&news)));
            }
            Ok(SimulationOrder::Side(order)) => {
                say(
                    &speaker,
                    &protocol::encode(&watch_side(&order, || now(&speaker))),
                );
            }
            Err(error) => wasm_bindgen::throw_str(&error.to_string()),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// Since the worker began. Every worker has such a clock.
fn now(scope: &DedicatedWorkerGlobalScope) -> Span {
    let millis = scope.performance().map_or(0.0, |it| it.now());
    Span::from_nanos((millis * 1e6) as u64)
}

fn say(scope: &DedicatedWorkerGlobalScope, message: &[u8]) {
    let bytes = Uint8Array::from(message);
    // Only a detached buffer cannot be posted, and this one is new.
    let _ = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}
