//! Managed runtimes on their way to this page, and how they wait for events. The code is a part that is fetched with the first of
//! them: a page that runs modules only needs none of it.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::Core;
use super::fleet::Code;
use super::state::{Fetching, Notice, Waiting};
use crate::browser::doorway::Doorway;
use crate::browser::{files, runtimes};
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::sandbox::{RUNTIME_CATALOG, RuntimeImage};
use runtime_core::timeline::Runtime;
use runtime_core::units::ByteCount;
use std::future::Future;
use std::pin::Pin;

type Opening = Pin<Box<dyn Future<Output = Result<Doorway, String>>>>;

#[wasm_split(deployment, wasm_split_path = ::leptos::wasm_split, fallible)]
fn opening() -> Result<Opening, SplitLoaderError> {
    Ok(Box::pin(Doorway::open()))
}

/// What the site says of a runtime.
pub(super) async fn image(runtime: Runtime) -> Result<RuntimeImage, String> {
    let catalog = files::fetch(&format!("{}/{RUNTIME_CATALOG}", runtimes::FOLDER)).await?;
    let images: Vec<RuntimeImage> = serde_json::from_slice(&catalog)
        .map_err(|error| format!("the site's list of runtimes is damaged: {error}"))?;
    let image = images.into_iter().find(|image| image.runtime == runtime);
    Ok(image.ok_or("this site does not have it")?)
}

type Loading = Pin<Box<dyn Future<Output = Result<Code, String>>>>;

#[wasm_split(deployment, wasm_split_path = ::leptos::wasm_split, fallible)]
fn loading(core: Core, runtime: Runtime) -> Result<Loading, SplitLoaderError> {
    Ok(Box::pin(async move { core.load_runtime(runtime).await }))
}

impl Core {
    /// Fetches a runtime, showing how far it has come.
    pub(super) async fn fetch_runtime(&self, runtime: Runtime) -> Result<Code, Notice> {
        self.runtime_progress(runtime, Fetching::default());
        let loaded = match loading(self.clone(), runtime).await {
            Ok(loading) => loading.await,
            Err(_) => Err("the page's part for it could not be fetched".to_owned()),
        };
        self.state.borrow_mut().fetching.remove(&runtime);
        self.changed();
        loaded.map_err(|reason| {
            Notice::error(
                format!(
                    "The runtime {} could not be loaded: {reason}.",
                    runtime.id()
                ),
                "Check the connection and invoke again.",
            )
        })
    }

    /// Finds out how a looping handler can wait here, and says so if it cannot.
    pub(super) async fn ready_to_wait(&self) {
        if !matches!(self.state.borrow().waiting, Waiting::NotAsked) {
            return;
        }
        let opened = match opening().await {
            Ok(opening) => opening.await,
            Err(_) => Err("the page's part for it could not be fetched".to_owned()),
        };
        let waiting = match opened {
            Ok(doorway) => Waiting::Held(doorway),
            Err(reason) => {
                self.notify(Notice::info(
                    format!("Runtimes cannot wait between invocations on this page ({reason}), so every start of theirs is cold."),
                    "Serve the page with the headers of dist/_headers, or over https.",
                ));
                Waiting::Impossible
            }
        };
        let held = matches!(waiting, Waiting::Held(_));
        self.state.borrow_mut().waiting = waiting;
        if held {
            self.renew_crews();
        }
    }

    async fn load_runtime(&self, runtime: Runtime) -> Result<Code, String> {
        let image = image(runtime).await?;
        let size = image.module.module_size;
        let core = self.clone();
        let module = runtimes::load(&image.module, |received| {
            let received = ByteCount::new(received);
            core.runtime_progress(runtime, Fetching { received, size });
        })
        .await?;
        Ok(Code {
            module,
            image: Some(image),
        })
    }

    fn runtime_progress(&self, runtime: Runtime, fetching: Fetching) {
        self.state.borrow_mut().fetching.insert(runtime, fetching);
        self.happened();
    }
}
