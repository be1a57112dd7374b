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
    if layers.len() > MAX_LAYERS {
        return Some(SettingError::TooManyLayers);
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
    let of_layers = layers
        .iter()
        .fold(0_u64, |sum, it| sum.saturating_add(it.unzipped_size.get()));
    let together = of_layers.saturating_add(configuration.unzipped_size.get());
    if of_layers > MAX_UNZIPPED_BYTES {
        Some(SettingError::LayersTooLarge)
    } else if together > MAX_UNZIPPED_BYTES && of_layers > 0 {
        Some(SettingError::UnzippedTooLarge(ByteCount::new(together)))
    } else {
        None
    }
}
