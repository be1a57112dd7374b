//! Code: `ZipFile` of CreateFunction and UpdateFunctionCode.

use super::error::ApiError;
use super::fields::Fields;
use super::registry::digest_of;
use super::world::{Refused, World};
use crate::sandbox::DeploymentPackage;
use crate::timeline::{FunctionConfiguration, Runtime};
use crate::units::PackageId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The largest zip file (Lambda quotas page).
const MAX_ZIP: usize = 52_428_800;
/// The largest request with code in it, in bytes (message of AWS).
pub(super) const MAX_UPLOAD: usize = 70_167_211;
/// What a zip file begins with: its first entry, or the end of an empty directory.
const SIGNATURES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// Runtimes that are run by the one that stands for them here.
const NODE: [&str; 2] = ["nodejs22.x", "nodejs24.x"];

/// The zip file of a request, whose fields may be in `Code` or beside others.
pub(super) fn zip_file(fields: &Fields) -> Result<Vec<u8>, ApiError> {
    for name in ["S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri"] {
        if fields.has(name) {
            return Err(ApiError::invalid(format!(
                "{name}: Coldstart fetches no code from elsewhere. Send it as ZipFile."
            )));
        }
    }
    let Some(text) = fields.text("ZipFile")? else {
        return Err(ApiError::invalid(
            "Please provide a source for function code.",
        ));
    };
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| ApiError::content("Failed to decode ZipFile as base64"))?;
    if bytes.len() > MAX_ZIP {
        return Err(ApiError::new(
            413,
            "RequestEntityTooLargeException",
            format!("Zipped size must be smaller than {MAX_ZIP} bytes"),
        ));
    }
    if !SIGNATURES
        .iter()
        .any(|signature| bytes.starts_with(signature))
    {
        return Err(not_a_zip());
    }
    Ok(bytes)
}

fn not_a_zip() -> ApiError {
    ApiError::invalid(
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    )
}

/// Why inspection refused a package.
pub(super) fn refusal(refused: &Refused) -> ApiError {
    ApiError::invalid(
        format!("{} {}", refused.cause, refused.hint)
            .trim_end()
            .to_owned(),
    )
}

/// The runtime of this identifier.
pub(super) fn runtime(id: &str) -> Result<Runtime, ApiError> {
    if NODE.contains(&id) {
        return Ok(Runtime::JavaScript);
    }
    if let Some(why) = Runtime::retired(id) {
        return Err(ApiError::invalid(why));
    }
    Runtime::from_id(id).ok_or_else(|| {
        let ours = [Runtime::Provided].into_iter().chain(Runtime::MANAGED);
        let ids: Vec<&str> = ours.map(Runtime::id).chain(NODE).collect();
        ApiError::choice(id, "runtime", &ids)
    })
}

/// Gives a function other code.
pub(super) fn put(
    world: &mut World<'_>,
    configuration: &mut FunctionConfiguration,
    id: PackageId,
    package: &DeploymentPackage,
    digest: String,
) -> Result<(), ApiError> {
    match (
        configuration.runtime.is_managed(),
        package.runtime().is_managed(),
    ) {
        (true, false) => {
            return Err(ApiError::invalid(format!(
                "The package brings a WebAssembly module along, which the runtime {} does not run. Use provided.al2023.",
                configuration.runtime.id()
            )));
        }
        (false, true) => {
            return Err(ApiError::invalid(format!(
                "The package has source code and no bootstrap.wasm, so {} cannot run it. Use {}.",
                configuration.runtime.id(),
                package.runtime().id()
            )));
        }
        _ => {}
    }
    world.registry.digested(id, digest);
    configuration.package = id;
    configuration.kind = package.kind();
    configuration.code_size = package.size;
    configuration.unzipped_size = package.unzipped_size();
    configuration.initial_memory = package.initial_memory();
    Ok(())
}

/// `CodeSha256` of a zip file.
pub(super) fn digest(zip: &[u8]) -> String {
    digest_of(zip)
}
