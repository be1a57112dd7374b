//! Drafts become deployment packages. The code is a part of the page, the one of the code panel.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::Core;
use super::draft::{Draft, DraftStage};
use super::state::Notice;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::sandbox::PackageFiles;
use runtime_core::sandbox::inspect::PackageSource;
use runtime_core::units::FunctionId;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen_futures::spawn_local;

type Deploying = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(code, wasm_split_path = ::leptos::wasm_split, fallible)]
fn deploying(core: Core, function: FunctionId) -> Result<Deploying, SplitLoaderError> {
    Ok(Box::pin(
        async move { core.deploy_draft_now(function).await },
    ))
}

impl Core {
    /// Makes a function's draft its code.
    pub(super) fn deploy_draft(&self, function: FunctionId) {
        let core = self.clone();
        spawn_local(async move {
            match deploying(core.clone(), function).await {
                Ok(deploying) => deploying.await,
                Err(_) => core.notify(Notice::error(
                    "The page's part for it could not be fetched.",
                    "Try again. Your draft is kept.",
                )),
            }
        });
    }

    async fn deploy_draft_now(&self, function: FunctionId) {
        let Some(work) = self.begin_deployment(function) else {
            return;
        };
        let inspector = self.state.borrow().inspector.clone();
        let inspected = inspector.inspect_files(work.files, work.source).await;
        // Another workspace was loaded meanwhile: its functions have the same numbers.
        if self.state.borrow().epoch != work.epoch {
            return;
        }
        match inspected {
            Ok(content) => {
                let package = self.keep_package(work.file_name, content.clone());
                self.update_draft(function, |draft| draft.deployed(&work.draft, package));
                self.update_code(function, package, &content);
            }
            Err(refusal) => {
                self.update_draft(function, |draft| {
                    // What was changed meanwhile may be right.
                    if draft.stage == DraftStage::Deploying {
                        draft.stage = DraftStage::Refused(refusal);
                    }
                });
            }
        }
        self.changed();
        self.save_soon();
    }

    fn begin_deployment(&self, function: FunctionId) -> Option<Work> {
        let work = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let draft = state.drafts.get_mut(&function)?;
            let base = state.packages.get(&draft.base)?;
            if draft.stage == DraftStage::Deploying {
                return None;
            }
            draft.stage = DraftStage::Deploying;
            let files = draft.files(&base.content);
            // One file can be what it was; several are what a zip file would hold.
            let source = match files.names().count() {
                0 | 1 => base.content.source,
                _ => PackageSource::Zip,
            };
            Work {
                draft: draft.clone(),
                files,
                source,
                file_name: base.next_name(),
                epoch: state.epoch,
            }
        };
        self.changed();
        Some(work)
    }

    fn update_draft(&self, function: FunctionId, update: impl FnOnce(&mut Draft)) {
        let mut state = self.state.borrow_mut();
        if let Some(draft) = state.drafts.get_mut(&function) {
            update(draft);
            if draft.is_empty() {
                state.drafts.remove(&function);
            }
        }
    }
}

/// A draft on its way to being a package.
struct Work {
    draft: Draft,
    files: PackageFiles,
    source: PackageSource,
    file_name: String,
    epoch: u32,
}
