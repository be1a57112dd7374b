//! What of storage is fetched once the page can be used: a first visit needs none of it before
//! the first change.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::super::{Core, Notice};
use super::workspace::file_of;
use super::{Batch, Records};
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::future::Future;
use std::pin::Pin;

/// A file on its way into the workspace.
type Importing = Pin<Box<dyn Future<Output = Result<(), Notice>>>>;

/// What has changed since the last save.
#[wasm_split(storage, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn batch(core: Core) -> Result<Option<Batch>, SplitLoaderError> {
    Ok(core.state.borrow().batch())
}

/// Takes up what an earlier visit left; returns how many records could not be read.
#[wasm_split(storage, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn restore(core: Core, records: Records) -> Result<usize, SplitLoaderError> {
    Ok(core.take_up_records(records))
}

/// Forgets the timeline; what is set up stays.
#[wasm_split(storage, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn begin_anew(core: Core) -> Result<(), SplitLoaderError> {
    core.begin_anew();
    Ok(())
}

/// The workspace as a file.
#[wasm_split(storage, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn export(core: Core) -> Result<Vec<u8>, SplitLoaderError> {
    Ok(file_of(&core.state.borrow()).to_json())
}

/// Replaces the workspace by a file's.
#[wasm_split(storage, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn import(core: Core, bytes: Vec<u8>) -> Result<Importing, SplitLoaderError> {
    Ok(Box::pin(async move { core.take_up_file(&bytes).await }))
}
