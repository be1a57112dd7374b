//! The layers of `--layer`, inspected.

use super::input::name_of;
use crate::failure::Failure;
use runtime_core::sandbox::{PackageFiles, inspect_layer};
use runtime_core::timeline::LayerVersion;
use runtime_core::units::PackageId;
use std::fs;
use std::path::PathBuf;

/// A layer, and what is in it.
pub(super) struct Layer {
    pub(super) layer: LayerVersion,
    pub(super) files: PackageFiles,
}

/// Reads and checks the zip files, in their order.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Layer>, Failure> {
    let mut layers: Vec<Layer> = Vec::new();
    for path in paths {
        let bytes = fs::read(path).map_err(|error| Failure::Read {
            what: "layer",
            path: path.clone(),
            error,
        })?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let content = inspect_layer(&file_name, &bytes).map_err(|error| Failure::Package {
            path: path.clone(),
            error,
        })?;
        let number = u32::try_from(layers.len()).unwrap_or(u32::MAX);
        // Two folders can have a file of the same name: as layers they are two all the same.
        let mut name = name_of(path);
        if layers.iter().any(|it| it.layer.name == name) {
            name = format!("{name}-{}", number.saturating_add(1));
        }
        layers.push(Layer {
            layer: LayerVersion {
                name,
                version: 1,
                package: PackageId(number.saturating_add(1)),
                code_size: content.size,
                unzipped_size: content.unzipped_size(),
            },
            files: content.files,
        });
    }
    Ok(layers)
}
