//! Workers that run one of our own wasm binaries.
//!
//! The binary is fetched and compiled once; each worker gets the compiled module posted, so that
//! starting one neither fetches nor compiles.

use super::describe;
use super::doorway::Door;
use super::modules::CompiledModule;
use crate::mailbox::Mailbox;
use js_sys::{Array, Uint8Array, WebAssembly};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Response, Worker, WorkerOptions};

/// Where a worker's parts lie, relative to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerAssets {
    /// The script that waits for the compiled binary.
    pub script: String,
    /// The binary.
    pub wasm: String,
}

/// A worker program, fetched and compiled, ready to be started any number of times.
#[derive(Clone, Debug)]
pub struct WorkerProgram {
    script: Rc<str>,
    module: WebAssembly::Module,
}

/// A running worker. Dropping it ends it at once, whatever it is doing.
#[derive(Debug)]
pub struct RunningWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// Where a worker finds events while it waits inside of a handler.
pub enum Slot {
    /// In shared memory.
    Mailbox(Mailbox),
    /// Behind a request that a service worker holds open.
    Door(Door),
}

/// What comes from a worker.
#[derive(Debug)]
pub enum WorkerEvent {
    /// A message of our own protocols.
    Message(Vec<u8>),
    /// The worker could not start or broke.
    Failed(String),
}

impl WorkerAssets {
    /// Reads where the build has put a worker: it writes a `<meta>` element of the worker's name
    /// with the address of both files, without their extensions.
    pub fn find(name: &str) -> Result<Self, String> {
        let address = super::asset_address(name)?;
        Ok(WorkerAssets {
            script: format!("{address}.js"),
            wasm: format!("{address}.wasm"),
        })
    }
}

impl WorkerProgram {
    /// Fetches and compiles the program.
    pub async fn load(assets: &WorkerAssets) -> Result<Self, String> {
        let window = web_sys::window().ok_or("there is no window")?;
        let response = JsFuture::from(window.fetch_with_str(&assets.wasm))
            .await
            .map_err(|error| {
                format!("{} could not be fetched: {}", assets.wasm, describe(&error))
            })?;
        let response: Response = response.unchecked_into();
        if !response.ok() {
            let status = response.status();
            return Err(format!(
                "{} could not be fetched: status {status}",
                assets.wasm
            ));
        }
        // Compiled from its bytes and not while it streams: hosts that send wasm with another
        // MIME type are common, and the file is small.
        let buffer = response.array_buffer().map_err(|error| describe(&error))?;
        let buffer = JsFuture::from(buffer)
            .await
            .map_err(|error| describe(&error))?;
        let module = JsFuture::from(WebAssembly::compile(&buffer.unchecked_into()))
            .await
            .map_err(|error| format!("{} is damaged: {}", assets.wasm, describe(&error)))?;
        Ok(WorkerProgram {
            script: assets.script.as_str().into(),
            module: module.unchecked_into(),
        })
    }

    /// Starts a worker.
    pub fn start(
        &self,
        name: &str,
        on_event: impl Fn(WorkerEvent) + 'static,
    ) -> Result<RunningWorker, String> {
        let options = WorkerOptions::new();
        options.set_name(name);
        let worker =
            Worker::new_with_options(&self.script, &options).map_err(|error| describe(&error))?;
        let on_event = Rc::new(on_event);
        let listener = on_event.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            let bytes = Uint8Array::new(&event.data()).to_vec();
            listener(WorkerEvent::Message(bytes));
        });
        let on_error = Closure::new(move |event: web_sys::Event| {
            let message = event.dyn_ref::<web_sys::ErrorEvent>().map_or_else(
                || "its script could not be loaded".to_owned(),
                |it| it.message(),
            );
            on_event(WorkerEvent::Failed(message));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        // The script waits for the compiled binary as its first message.
        worker
            .post_message(&self.module)
            .map_err(|error| describe(&error))?;
        Ok(RunningWorker {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

impl RunningWorker {
    /// Sends a message; its bytes move without being copied again.
    pub fn send(&self, message: &[u8]) -> Result<(), String> {
        let bytes = Uint8Array::from(message);
        self.worker
            .post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()))
            .map_err(|error| describe(&error))
    }

    /// Sends a message with a compiled module beside it, and where it may wait for events.
    pub fn send_with_module(
        &self,
        message: &[u8],
        module: &CompiledModule,
        slot: Option<&Slot>,
    ) -> Result<(), String> {
        let bytes = Uint8Array::from(message);
        let parts = Array::of2(&bytes, &module.0);
        match slot {
            Some(Slot::Mailbox(mailbox)) => parts.push(mailbox.value()),
            Some(Slot::Door(door)) => parts.push(&door.address().into()),
            None => parts.length(),
        };
        self.worker
            .post_message(&parts)
            .map_err(|error| describe(&error))
    }

    /// Leaves an event where the worker waits for it.
    pub fn leave(&self, message: &[u8], slot: &Slot) -> Result<(), String> {
        let turn = match slot {
            Slot::Mailbox(mailbox) => (!mailbox.put(message)?).then_some(0),
            Slot::Door(door) => door.put(message),
        };
        match turn {
            // It does not wait yet, or its handler has ended: it is told to look.
            Some(turn) => self
                .worker
                .post_message(&turn.into())
                .map_err(|error| describe(&error)),
            None => Ok(()),
        }
    }
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
