//! The files of the package and of its layers, and the module among them.

use crate::failure::Failure;
use crate::surroundings::Surroundings;
use runtime_core::sandbox::inspect::{BOOTSTRAP, InspectError, MAX_UNZIPPED_BYTES, PackageSource};
use runtime_core::sandbox::meter::Profile;
use runtime_core::sandbox::{Code, CompiledModule, FileTree, PackageFiles, inspect_files, meter};
use runtime_core::timeline::{HandlerKind, Runtime};
use runtime_core::units::ByteCount;
use std::fs;
use std::io;
use std::path::Path;

/// This program in its package: nothing that a module could use.
const OWN_NAME: &str = "bootstrap";
/// What modules are called.
const EXTENSION: &str = ".wasm";

/// What is run.
pub(crate) struct Package {
    pub(crate) module: CompiledModule,
    pub(crate) kind: HandlerKind,
    pub(crate) initial_memory: ByteCount,
    /// `/var/task`, as the page has it: without the module.
    pub(crate) task: FileTree,
    /// `/opt`.
    pub(crate) opt: FileTree,
}

impl Package {
    /// Reads, checks and compiles.
    pub(crate) fn read(surroundings: &Surroundings) -> Result<Self, Failure> {
        let mut of_package = files(&surroundings.task)?;
        if let Some(name) = module_name(&surroundings.handler, &of_package)?
            && let Some(module) = of_package.remove(&name)
        {
            of_package.insert(BOOTSTRAP, module);
        }
        let package = inspect_files(of_package, PackageSource::Zip).map_err(Failure::Package)?;
        let module = match package.code {
            Code::Module(module) => module,
            Code::Source { runtime, .. } => return Err(Failure::NeedsRuntime(runtime)),
            // Only of a layer's files.
            Code::Nothing => return Err(Failure::NeedsRuntime(Runtime::Provided)),
        };
        let metered = meter(&module.wasm, Profile::No).map_err(Failure::Meter)?;
        let opt = match surroundings.layers() {
            Some(folder) if folder.is_dir() => files(&folder)?.tree(),
            Some(_) | None => FileTree::default(),
        };
        Ok(Package {
            module: CompiledModule::compile(&metered).map_err(Failure::Sandbox)?,
            kind: module.kind,
            initial_memory: module.facts.initial_memory,
            task: package.files.tree(),
            opt,
        })
    }
}

/// The module that a handler string names: `other.wasm`, or `other` or `other.function` if there is
/// such a module. Any other string means the package's only one.
fn module_name(handler: &str, files: &PackageFiles) -> Result<Option<String>, Failure> {
    let file = handler.split('.').next().unwrap_or_default();
    let names = [
        handler.to_owned(),
        format!("{handler}{EXTENSION}"),
        format!("{file}{EXTENSION}"),
    ];
    let found = names
        .into_iter()
        .find(|name| name.ends_with(EXTENSION) && files.get(name).is_some());
    match found {
        None if handler.ends_with(EXTENSION) => Err(Failure::NoModule {
            name: handler.to_owned(),
        }),
        found => Ok(found),
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Result<PackageFiles, Failure> {
    let mut files = PackageFiles::default();
    let mut left = MAX_UNZIPPED_BYTES;
    collect(folder, "", &mut files, &mut left)?;
    Ok(files)
}

fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut PackageFiles,
    left: &mut u64,
) -> Result<(), Failure> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| Failure::Read { path, error }
    };
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        // A module knows names that are text.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let name = format!("{prefix}{name}");
        let is_directory = entry.file_type().map_err(failed(&path))?.is_dir();
        if is_directory {
            collect(&path, &format!("{name}/"), files, left)?;
            continue;
        }
        // What a link leads to, as long as it is a file.
        let about = fs::metadata(&path).map_err(failed(&path))?;
        if !about.is_file() || name == OWN_NAME {
            continue;
        }
        let too_large = Failure::Package(InspectError::UnzippedTooLarge);
        *left = left.checked_sub(about.len()).ok_or(too_large)?;
        files.insert(&name, fs::read(&path).map_err(failed(&path))?);
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;

    #[test]
    fn handlers_name_modules() {
        let mut files = PackageFiles::default();
        for name in ["bootstrap.wasm", "orders.wasm", "lib/users.wasm", "a.txt"] {
            files.insert(name, Vec::new());
        }
        for (handler, module) in [
            ("bootstrap", Some("bootstrap.wasm")),
            ("orders.wasm", Some("orders.wasm")),
            ("orders", Some("orders.wasm")),
            ("orders.handle", Some("orders.wasm")),
            ("lib/users.handle", Some("lib/users.wasm")),
            ("hello.handler", None),
            ("a.txt", None),
            ("", None),
        ] {
            let found = module_name(handler, &files).unwrap();
            assert_eq!(found.as_deref(), module, "{handler}");
        }
        assert!(matches!(
            module_name("missing.wasm", &files),
            Err(Failure::NoModule { name }) if name == "missing.wasm"
        ));
    }
}
