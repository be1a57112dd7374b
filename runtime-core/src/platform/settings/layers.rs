//! A function's layers: how many, which, and how large they are. AWS's messages are those that its users
//! report, and that LocalStack recorded against it (`test_lambda_api`).

use super::SettingError;
use crate::timeline::{FunctionConfiguration, MAX_UNZIPPED_BYTES};
use crate::units::ByteCount;

/// The most layers of a function (Lambda quotas page).
pub const MAX_LAYERS: usize = 5;

/// What is wrong with a function's layers, the first thing found.
pub fn layers_error(configuration: &FunctionConfiguration) -> Option<SettingError> {
    let layers = &configuration.layers;
    if let Some(error) = too_many(layers.len()) {
        return Some(error);
    }
    for (index, second) in layers.iter().enumerate() {
        let mut before = layers.iter().take(index);
        if let Some(first) = before.find(|first| first.name == second.name) {
            return Some(SettingError::LayerTwice {
                first: first.arn(),
                second: second.arn(),
            });
        }
    }
    too_large(configuration, layers.iter().map(|it| it.unzipped_size))
}

/// What would be wrong with a function's layers if it had one of this name and size over its own, or in
/// the place of another version of it. To be asked before a version is published for a function.
pub fn layer_error(
    configuration: &FunctionConfiguration,
    name: &str,
    unzipped_size: ByteCount,
) -> Option<SettingError> {
    let others = configuration.layers.iter().filter(|it| it.name != name);
    let sizes = others.map(|it| it.unzipped_size).chain([unzipped_size]);
    too_many(sizes.clone().count()).or_else(|| too_large(configuration, sizes))
}

fn too_many(layers: usize) -> Option<SettingError> {
    (layers > MAX_LAYERS).then_some(SettingError::TooManyLayers)
}

fn too_large(
    configuration: &FunctionConfiguration,
    layers: impl Iterator<Item = ByteCount>,
) -> Option<SettingError> {
    let of_layers = layers.fold(0_u64, |sum, it| sum.saturating_add(it.get()));
    let together = of_layers.saturating_add(configuration.unzipped_size.get());
    if of_layers > MAX_UNZIPPED_BYTES {
        Some(SettingError::LayersTooLarge)
    } else if together > MAX_UNZIPPED_BYTES && of_layers > 0 {
        Some(SettingError::UnzippedTooLarge(ByteCount::new(together)))
    } else {
        None
    }
}
