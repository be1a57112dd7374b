//! The managed runtimes of a built site: the folder that `cargo xtask build` makes.

use crate::arguments::RuntimeArguments;
use flate2::read::GzDecoder;
use runtime_core::sandbox::{RUNTIME_CATALOG, RuntimeImage};
use runtime_core::timeline::Runtime;
use runtime_core::units::ByteCount;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Names the folder where the command line does not.
const VARIABLE: &str = "COLDSTART_RUNTIMES";
/// Where a checkout's build puts them.
const BUILT: &str = "dist/runtimes";

/// A runtime that can be run.
pub(super) struct ManagedRuntime {
    pub(super) module: Vec<u8>,
    /// The memory that the module has from its first moment on.
    pub(super) initial_memory: ByteCount,
}

/// Why the runtime of a package is not there.
#[derive(Debug)]
pub(crate) enum RuntimeError {
    /// The package is source code, and nobody has said where runtimes are.
    NoFolder { runtime: Runtime },
    /// The package is source code, and a module was asked for.
    NoModule,
    /// The package is a module, and a managed runtime was asked for.
    NoSource { runtime: Runtime },
    /// The folder's list could not be read.
    Catalog { path: PathBuf, error: io::Error },
    /// The folder has other runtimes.
    NotThere {
        folder: PathBuf,
        runtime: Runtime,
        there: Vec<Runtime>,
    },
    /// A runtime's file could not be read.
    Module { path: PathBuf, error: io::Error },
    /// A runtime's file is not what the list says.
    Changed { path: PathBuf },
}

/// Reads a runtime from the folder that the arguments, the environment or a build name.
pub(super) fn managed(
    arguments: &RuntimeArguments,
    runtime: Runtime,
) -> Result<ManagedRuntime, RuntimeError> {
    let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
    let folder = arguments
        .runtimes
        .clone()
        .or_else(|| variable.map(PathBuf::from))
        .or_else(|| Some(PathBuf::from(BUILT)).filter(|folder| folder.is_dir()))
        .ok_or(RuntimeError::NoFolder { runtime })?;
    read(&folder, runtime)
}

fn read(folder: &Path, runtime: Runtime) -> Result<ManagedRuntime, RuntimeError> {
    let path = folder.join(RUNTIME_CATALOG);
    let images: Result<Vec<RuntimeImage>, io::Error> =
        fs::read(&path).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
    let images = images.map_err(|error| RuntimeError::Catalog { path, error })?;
    let Some(image) = images.iter().find(|image| image.runtime == runtime) else {
        return Err(RuntimeError::NotThere {
            folder: folder.to_owned(),
            runtime,
            there: images.iter().map(|image| image.runtime).collect(),
        });
    };
    let path = folder.join(&image.module.file);
    let module = match unpacked(&path, image.module.module_size) {
        Ok(module) => module,
        Err(error) => return Err(RuntimeError::Module { path, error }),
    };
    match hexadecimal(&Sha256::digest(&module)) == image.module.sha256 {
        true => Ok(ManagedRuntime {
            module,
            initial_memory: image.initial_memory,
        }),
        false => Err(RuntimeError::Changed { path }),
    }
}

/// Reads one byte more than there should be: enough to see that it is another file.
fn unpacked(path: &Path, size: ByteCount) -> io::Result<Vec<u8>> {
    let file = io::BufReader::new(fs::File::open(path)?);
    let mut module = Vec::new();
    GzDecoder::new(file)
        .take(size.get() + 1)
        .read_to_end(&mut module)?;
    Ok(module)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl RuntimeError {
    /// What to do.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            RuntimeError::NoFolder { .. } => {
                "Name the folder with --runtimes or COLDSTART_RUNTIMES: a built site has one, \
                 `runtimes`. In a checkout `cargo xtask build` makes dist/runtimes."
            }
            RuntimeError::NoModule => {
                "Leave --runtime out, or give a package with a bootstrap.wasm."
            }
            RuntimeError::NoSource { .. } => "Leave --runtime out: the module is its own runtime.",
            RuntimeError::Catalog { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                "Give the folder that holds index.json: the folder `runtimes` of a built site."
            }
            RuntimeError::NotThere { .. } => "Build the site again: `cargo xtask build`.",
            RuntimeError::Catalog { .. }
            | RuntimeError::Module { .. }
            | RuntimeError::Changed { .. } => {
                "Copy the folder again from where the site was built, or build it again: \
                 `cargo xtask build`."
            }
        }
    }
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RuntimeError::NoFolder { runtime } => write!(
                f,
                "it is source code for {}, and no folder with runtimes is known",
                runtime.label()
            ),
            RuntimeError::NoModule => f.write_str("it brings no module along"),
            RuntimeError::NoSource { runtime } => write!(
                f,
                "it is a module, and {} runs source code",
                runtime.label()
            ),
            RuntimeError::Catalog { path, error } => write!(
                f,
                "the list of runtimes {} could not be read: {error}",
                path.display()
            ),
            RuntimeError::NotThere {
                folder,
                runtime,
                there,
            } => {
                let there: Vec<_> = there.iter().map(|runtime| runtime.id()).collect();
                write!(
                    f,
                    "it needs {}, and {} has {}",
                    runtime.id(),
                    folder.display(),
                    match there.as_slice() {
                        [] => "no runtime".to_owned(),
                        there => format!("only {}", there.join(", ")),
                    }
                )
            }
            RuntimeError::Module { path, error } => write!(
                f,
                "the runtime {} could not be read: {error}",
                path.display()
            ),
            RuntimeError::Changed { path } => write!(
                f,
                "the runtime {} is not the one that the list beside it names",
                path.display()
            ),
        }
    }
}
