//! The layer versions of a session. Functions that have one keep it themselves, so that to delete a
//! version here changes no function.

use super::layer_policy::LayerPolicy;
use crate::timeline::{LayerAbout, LayerVersion};
use crate::units::{ByteCount, Moment, OrderedMap, PackageId};
use serde::{Deserialize, Serialize};

/// Layers by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Shelf(OrderedMap<String, Layer>);

/// All that is left of a layer's versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Layer {
    /// The last number that was given: none is given twice, though its version be deleted.
    last: u32,
    versions: OrderedMap<u32, Published>,
}

/// A version of a layer, as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Published {
    pub(crate) layer: LayerVersion,
    pub(crate) created: Moment,
    pub(crate) about: LayerAbout,
    /// Not in sessions of before there were policies.
    #[serde(default)]
    pub(super) policy: LayerPolicy,
}

impl Published {
    /// Whether others were allowed to have it.
    pub(crate) fn is_shared(&self) -> bool {
        !self.policy.is_empty()
    }
}

/// The content of a layer version that is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// As it is kept.
    pub package: PackageId,
    /// The zip file's size.
    pub code_size: ByteCount,
    /// The size of what is in it.
    pub unzipped_size: ByteCount,
}

impl Shelf {
    /// Publishes the next version of a layer, which is its first if there is no such layer.
    pub(super) fn publish(
        &mut self,
        name: &str,
        content: Content,
        about: LayerAbout,
        created: Moment,
    ) -> LayerVersion {
        let kept = self.0.get_or_default(name.to_owned());
        kept.last = kept.last.saturating_add(1);
        let layer = LayerVersion {
            name: name.to_owned(),
            version: kept.last,
            package: content.package,
            code_size: content.code_size,
            unzipped_size: content.unzipped_size,
        };
        let published = Published {
            layer: layer.clone(),
            created,
            about,
            policy: LayerPolicy::default(),
        };
        kept.versions.insert(kept.last, published);
        layer
    }

    pub(crate) fn version(&self, name: &str, version: u32) -> Option<&Published> {
        self.0.get(name)?.versions.get(&version)
    }

    /// What may change of a version.
    pub(super) fn policy(&mut self, name: &str, version: u32) -> Option<&mut LayerPolicy> {
        let published = self.0.get_mut(name)?.versions.get_mut(&version);
        published.map(|it| &mut it.policy)
    }

    pub(super) fn delete(&mut self, name: &str, version: u32) {
        if let Some(layer) = self.0.get_mut(name) {
            layer.versions.remove(&version);
        }
    }

    /// A layer's versions, the oldest first.
    pub(super) fn versions(&self, name: &str) -> impl Iterator<Item = &Published> {
        let layer = self.0.get(name).into_iter();
        layer.flat_map(|layer| layer.versions.values())
    }

    /// The layers that have versions, by name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let layers = self.0.iter();
        let layers = layers.filter(|(_, layer)| layer.versions.values().next().is_some());
        layers.map(|(name, _)| name.as_str())
    }

    /// All versions of all layers.
    pub(super) fn all(&self) -> impl Iterator<Item = &Published> {
        self.0.values().flat_map(|layer| layer.versions.values())
    }
}
