//! What keeps a module from running. How an invocation ends is no failure but an outcome.

use crate::api::ApiError;
use runtime_core::sandbox::inspect::{BOOTSTRAP, InspectError};
use runtime_core::sandbox::{MeterError, SandboxError};
use runtime_core::timeline::Runtime;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why nothing can be handled, or nothing more.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing says where the Runtime API is.
    NotOnLambda,
    /// The function's memory is no number.
    Memory(String),
    /// A file of the package cannot be read.
    Read { path: PathBuf, error: io::Error },
    /// The handler string names a module that is not there.
    NoModule { name: String },
    /// The package has source code for a managed runtime.
    NeedsRuntime(Runtime),
    /// The package is no handler.
    Package(InspectError),
    /// The module cannot be made one that keeps to its memory.
    Meter(MeterError),
    /// The sandbox could not do its job.
    Sandbox(SandboxError),
    /// The Runtime API could not be spoken to.
    Api(ApiError),
}

impl Failure {
    /// Cause and remedy, for the log.
    pub(crate) fn shown(&self) -> String {
        match self.hint().as_str() {
            "" => format!("error: {self}\n"),
            hint => format!("error: {self}\n hint: {hint}\n"),
        }
    }

    /// What Lambda is told: `category.Reason`, as it wants types to be (developer guide, "Using the
    /// Lambda runtime API for custom runtimes").
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Failure::NoModule { .. } => "Runtime.HandlerNotFound",
            Failure::NeedsRuntime(_) | Failure::Package(_) | Failure::Meter(_) => {
                "Runtime.InvalidModule"
            }
            Failure::NotOnLambda
            | Failure::Memory(_)
            | Failure::Read { .. }
            | Failure::Sandbox(_)
            | Failure::Api(_) => "Runtime.Unknown",
        }
    }

    fn hint(&self) -> String {
        match self {
            Failure::NotOnLambda => format!(
                "Zip this program as `bootstrap` together with {BOOTSTRAP}, and make a function with the runtime provided.al2023 of it. To try it here, give it AWS_LAMBDA_RUNTIME_API of an emulator."
            ),
            Failure::Memory(_) => {
                "Set AWS_LAMBDA_FUNCTION_MEMORY_SIZE to a number of MB, as Lambda does.".to_owned()
            }
            Failure::Read { .. } => {
                "Check that everybody may read the files of the package.".to_owned()
            }
            Failure::NoModule { .. } => format!(
                "Put the module into the package under that name, or make `bootstrap` the handler and call the module {BOOTSTRAP}."
            ),
            Failure::NeedsRuntime(runtime) => format!(
                "Choose AWS's own {} instead of provided.al2023, and leave `bootstrap` out.",
                runtime.id()
            ),
            Failure::Package(error) => error.hint(),
            Failure::Meter(error) => error.hint().to_owned(),
            Failure::Sandbox(_) | Failure::Api(_) => String::new(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::NotOnLambda => f.write_str("AWS_LAMBDA_RUNTIME_API is not set"),
            Failure::Memory(text) => {
                write!(
                    f,
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE is {text:?}, which is no number of MB"
                )
            }
            Failure::Read { path, error } => {
                write!(f, "{} could not be read: {error}", path.display())
            }
            Failure::NoModule { name } => {
                write!(f, "the handler names {name}, which is not in the package")
            }
            Failure::NeedsRuntime(runtime) => write!(
                f,
                "the package has source code for {} and no module",
                runtime.id()
            ),
            Failure::Package(error) => write!(f, "{error}"),
            Failure::Meter(error) => write!(f, "{error}"),
            Failure::Sandbox(error) => write!(f, "{error}"),
            Failure::Api(error) => write!(f, "{error}"),
        }
    }
}
