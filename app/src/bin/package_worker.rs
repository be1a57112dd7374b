//! The package worker: inspects uploads and meters modules, off the page's thread.
#![forbid(unsafe_code)]

use js_sys::{Array, Uint8Array};
use runtime_core::profile::FunctionNames;
use runtime_core::protocol::{self, Encoded, FromPackageWorker, ToPackageWorker};
use runtime_core::sandbox::meter::{Profile, meter, unhooked};
use runtime_core::sandbox::{
    DeploymentPackage, InspectError, inspect, inspect_files, inspect_layer,
};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let listener = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        // A message that cannot be read has no ticket to answer to: the page's own code is broken,
        // and the error event tells it so.
        match protocol::decode::<ToPackageWorker>(&bytes) {
            Ok(question) => say(&listener, &answer(question)),
            Err(error) => wasm_bindgen::throw_str(&error.to_string()),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    say(&scope, &FromPackageWorker::Ready);
}

fn answer(question: ToPackageWorker) -> FromPackageWorker {
    match question {
        ToPackageWorker::Inspect {
            ticket,
            file_name,
            bytes,
        } => inspected(ticket, inspect(&file_name, bytes)),
        ToPackageWorker::InspectLayer {
            ticket,
            file_name,
            bytes,
        } => inspected(ticket, inspect_layer(&file_name, &bytes)),
        ToPackageWorker::InspectFiles {
            ticket,
            files,
            source,
        } => inspected(ticket, inspect_files(files, source)),
        ToPackageWorker::Name {
            ticket,
            section,
            imported,
        } => FromPackageWorker::Named {
            ticket,
            names: Encoded::new(&FunctionNames::of_profiling_build(&section, |index| {
                unhooked(index, imported)
            })),
        },
        ToPackageWorker::Prepare {
            ticket,
            wasm,
            profiling,
        } => match meter(&wasm, build(profiling)) {
            Ok(wasm) => FromPackageWorker::Prepared { ticket, wasm },
            Err(error) => FromPackageWorker::Refused {
                ticket,
                cause: error.to_string(),
                hint: error.hint().to_owned(),
                place: None,
            },
        },
    }
}

fn build(profiling: bool) -> Profile {
    match profiling {
        true => Profile::Calls,
        false => Profile::No,
    }
}

fn inspected(ticket: u32, result: Result<DeploymentPackage, InspectError>) -> FromPackageWorker {
    match result {
        Ok(package) => FromPackageWorker::Inspected {
            ticket,
            package: Encoded::new(&package),
        },
        Err(error) => FromPackageWorker::Refused {
            ticket,
            cause: error.to_string(),
            hint: error.hint(),
            place: error.place(),
        },
    }
}

fn say(scope: &DedicatedWorkerGlobalScope, message: &FromPackageWorker) {
    let bytes = Uint8Array::from(protocol::encode(message).as_slice());
    // Only a detached buffer cannot be posted, and this one is new.
    let _ = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}
