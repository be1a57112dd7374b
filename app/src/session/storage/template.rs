//! The session as a SAM template with its code, in a zip file. The writer is a part of its own, which comes
//! when someone asks for it.
// wasm_split writes the linkage between the page's module and the part's.
#![allow(unsafe_code, improper_ctypes, improper_ctypes_definitions)]

use super::super::{Core, Notice};
use crate::browser::files;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use runtime_core::template::{Session, code_files};

/// Makes the zip file and hands it to the user, or says why not.
#[wasm_split(template, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn export(core: Core) -> Result<(), SplitLoaderError> {
    match made(&core) {
        Ok((zip, remarks)) => match files::download("coldstart-sam.zip", "application/zip", &zip) {
            Ok(()) if remarks == 0 => core.notify(Notice::info("The template was exported.", "")),
            Ok(()) => core.notify(Notice::info(
                format!(
                    "The template was exported. {remarks} things of the session are not in it."
                ),
                "README.md in the zip file says which, and how to deploy it.",
            )),
            Err(reason) => core.notify(Notice::error(
                format!("The file could not be made: {reason}."),
                "Try again.",
            )),
        },
        Err(notice) => core.notify(notice),
    }
    Ok(())
}

/// The zip file, and how much of the session it does not say.
fn made(core: &Core) -> Result<(Vec<u8>, usize), Notice> {
    let state = core.state.borrow();
    let packages = state.packages.iter();
    let packages = packages.map(|(id, package)| (*id, code_files(&package.content)));
    let export = runtime_core::template::export(&Session {
        platform: &state.platform,
        registry: &state.registry,
        meta: state.meta,
        packages: &packages.collect(),
    });
    match export {
        Ok(export) => Ok((export.zip(), export.remarks.len())),
        Err(error) => Err(Notice::error(error.to_string(), error.hint())),
    }
}
