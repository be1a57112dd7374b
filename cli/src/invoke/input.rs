//! Package, event, settings and prices, checked before anything runs.

use super::layers;
use super::runtimes::{self, RuntimeError};
use crate::arguments::{InvokeArguments, RuntimeArguments};
use crate::driver::Setup;
use crate::failure::Failure;
use crate::source;
use runtime_core::platform::{DEFAULT_IDLE_EXPIRY, MAX_NAME_LENGTH, json_error, validate};
use runtime_core::sandbox::inspect::inspect;
use runtime_core::sandbox::meter::{Profile, meter};
use runtime_core::sandbox::{DeploymentPackage, PackageFiles};
use runtime_core::timeline::{
    AsyncConfiguration, FunctionConfiguration, MAX_EVENT_BYTES, Runtime, SnapStart,
};
use runtime_core::units::{ByteCount, MemoryMb, PackageId, Span};
use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The event's bytes: JSON, and not too large.
pub(super) fn event(arguments: &InvokeArguments) -> Result<Arc<[u8]>, Failure> {
    let (source, bytes) = match (&arguments.event, &arguments.event_json) {
        (None, None) => return Ok(Arc::from(b"{}".as_slice())),
        (None, Some(json)) => ("the event of --event-json".to_owned(), json.clone().into()),
        (Some(path), _) => source::read(path)?,
    };
    let size = bytes.len() as u64;
    if size > MAX_EVENT_BYTES {
        return Err(Failure::EventTooLarge { source });
    }
    match json_error(&bytes) {
        None => Ok(Arc::from(bytes)),
        Some(error) => Err(Failure::EventNotJson { source, error }),
    }
}

/// The handler, inspected, and its function's settings, validated.
pub(super) fn setup(arguments: &InvokeArguments) -> Result<Setup, Failure> {
    let path = &arguments.handler;
    let bytes = fs::read(path).map_err(|error| Failure::Read {
        what: "handler",
        path: path.clone(),
        error,
    })?;
    let file_name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let package = inspect(&file_name, bytes).map_err(|error| Failure::Package {
        path: path.clone(),
        error,
    })?;
    let program = program(&package, &arguments.runtime).map_err(|error| Failure::Runtime {
        path: path.clone(),
        error,
    })?;
    let settings = &arguments.settings;
    let layers = layers::read(&settings.layers)?;
    let configuration = FunctionConfiguration {
        name: settings.name.clone().unwrap_or_else(|| name_of(path)),
        package: PackageId(0),
        runtime: program.runtime,
        handler: arguments
            .runtime
            .handler
            .clone()
            .unwrap_or_else(|| package.handler().to_owned()),
        kind: package.kind(),
        code_size: package.size,
        unzipped_size: package.unzipped_size(),
        layers: layers.iter().map(|it| it.layer.clone()).collect(),
        initial_memory: program.initial_memory,
        memory: MemoryMb::new(settings.memory),
        timeout: Span::from_secs(settings.timeout),
        architecture: settings.arch.into(),
        ephemeral_storage: MemoryMb::new(settings.ephemeral_storage),
        variables: settings.variables.iter().cloned().collect(),
        reserved_concurrency: settings.reserved_concurrency,
        snap_start: match settings.snap_start {
            true => SnapStart::PublishedVersions,
            false => SnapStart::None,
        },
        asynchronous: AsyncConfiguration::default(),
        clock: settings.clock.into(),
    };
    let errors = validate(&configuration, [], arguments.account.account_concurrency);
    if !errors.is_empty() {
        return Err(Failure::Settings(errors));
    }
    let module = match program.runtime {
        Runtime::Provided => {
            meter(&program.module, Profile::No).map_err(|error| Failure::Meter {
                path: path.clone(),
                error,
            })?
        }
        // Metered when it was built.
        Runtime::Python312 | Runtime::JavaScript | Runtime::Ruby34 => program.module.into_owned(),
    };
    Ok(Setup {
        module,
        task: package.files.tree(),
        opt: PackageFiles::of_layers(layers.iter().map(|it| &it.files)).tree(),
        configuration,
        account_concurrency: arguments.account.account_concurrency,
        idle_expiry: arguments.account.idle_expiry.unwrap_or(DEFAULT_IDLE_EXPIRY),
        session: arguments.session,
    })
}

/// What runs a package.
struct Program<'a> {
    runtime: Runtime,
    module: Cow<'a, [u8]>,
    /// The memory that the module has from its first moment on.
    initial_memory: ByteCount,
}

fn program<'a>(
    package: &'a DeploymentPackage,
    arguments: &RuntimeArguments,
) -> Result<Program<'a>, RuntimeError> {
    let runtime = arguments.runtime.unwrap_or_else(|| package.runtime());
    match (package.module(), runtime) {
        (Some(module), Runtime::Provided) => Ok(Program {
            runtime,
            module: Cow::Borrowed(&module.wasm),
            initial_memory: package.initial_memory(),
        }),
        (Some(_), runtime) => Err(RuntimeError::NoSource { runtime }),
        (None, Runtime::Provided) => Err(RuntimeError::NoModule),
        (None, runtime) => {
            let managed = runtimes::managed(arguments, runtime)?;
            Ok(Program {
                runtime,
                module: Cow::Owned(managed.module),
                initial_memory: managed.initial_memory,
            })
        }
    }
}

/// A function's name from its file's: what a name cannot hold becomes a hyphen.
pub(super) fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name: String = stem
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || c == '-' || c == '_' => c,
            _ => '-',
        })
        .take(MAX_NAME_LENGTH)
        .collect();
    match name.as_str() {
        "" => "handler".to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn names_come_from_files() {
        assert_eq!(name_of(Path::new("/a/my handler.v2.wasm")), "my-handler-v2");
        assert_eq!(name_of(&PathBuf::from("x".repeat(80))).len(), 64);
        assert_eq!(name_of(Path::new("/")), "handler");
    }
}
