//! What must hold for any bytes. Shared by the fuzz targets and by the test that replays seeds.

use runtime_core::protocol::{decode, encode};
use runtime_core::sandbox::meter::{FrameStores, Profile, meter};
use runtime_core::sandbox::{FileChange, FileTree, TmpChange, inspect, inspect_files};

/// Inspection neither panics nor accepts what cannot be run, and explains what it refuses.
pub fn inspection_holds(bytes: &[u8]) {
    match inspect("upload", bytes.to_vec()) {
        Ok(package) => {
            let again = inspect_files(package.all_files(), package.source);
            let again = again.expect("a package once accepted");
            assert_eq!(again.code, package.code);
            if let Some(module) = package.module() {
                wasmparser::validate(&module.wasm).expect("an accepted module is valid");
                let metered = meter(&module.wasm, Profile::No);
                wasmparser::validate(&metered.expect("an accepted module can be metered"))
                    .expect("a metered module is valid");
            }
        }
        Err(error) => {
            let (cause, hint) = (error.to_string(), error.hint());
            assert!(!cause.is_empty() && !hint.is_empty());
            assert!(
                cause.len() < 10_000 && hint.len() < 10_000,
                "too long for a page"
            );
        }
    }
}

/// Metering never panics, and what comes out of a valid module is valid.
pub fn metering_holds(bytes: &[u8]) {
    let any_store = FrameStores {
        offset: 0,
        function: None,
    };
    for profile in [Profile::No, Profile::Calls, Profile::Frames(any_store)] {
        let metered = meter(bytes, profile);
        if wasmparser::validate(bytes).is_ok()
            && let Ok(metered) = metered
        {
            wasmparser::validate(&metered).expect("a metered module is valid");
        }
    }
}

/// A mirror of `/tmp` follows any changes of any tree without panicking, and survives being sent.
/// Answers how many changes there were, if the bytes are such a message at all.
pub fn mirror_holds(bytes: &[u8]) -> Option<usize> {
    let (mut tree, changes): (FileTree, Vec<TmpChange>) = decode(bytes).ok()?;
    let count = changes.len();
    for change in changes {
        if !is_huge(&change.change) {
            tree.apply(change);
        }
        for (path, file) in tree.names() {
            // Whatever has a name can be looked up, or is not there at all.
            assert_eq!(tree.get(path), tree.file(file));
        }
    }
    let sent: FileTree = decode(&encode(&tree)).expect("a tree can be sent");
    assert_eq!(sent, tree);
    Some(count)
}

/// Whether following it would take more memory than a fuzzer has.
fn is_huge(change: &FileChange) -> bool {
    const MOST: u64 = 1 << 20;
    match change {
        FileChange::Write { offset, .. } => (MOST..u64::MAX - MOST).contains(offset),
        FileChange::Resize { length, .. } => *length > MOST,
        _ => false,
    }
}
