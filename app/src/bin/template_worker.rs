//! The template worker: reads SAM and CloudFormation templates, off the page's thread. It answers in the
//! order of the questions.
#![forbid(unsafe_code)]

use js_sys::{Array, Uint8Array};
use runtime_core::change_set::{TemplateOrder, change_set, services};
use runtime_core::protocol;
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
        match protocol::decode::<TemplateOrder>(&bytes) {
            Ok(TemplateOrder::ChangeSet(order)) => {
                say(&speaker, &protocol::encode(&change_set(&order)));
            }
            Ok(TemplateOrder::Services(order)) => {
                say(&speaker, &protocol::encode(&services(&order)));
            }
            Err(error) => wasm_bindgen::throw_str(&error.to_string()),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

fn say(scope: &DedicatedWorkerGlobalScope, message: &[u8]) {
    let bytes = Uint8Array::from(message);
    // Only a detached buffer cannot be posted, and this one is new.
    let _ = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}
