//! Layers: what lies under `/opt` beside a function's own code.

use crate::units::{ByteCount, PackageId};
use serde::{Deserialize, Serialize};

/// The largest package once it is unzipped, in bytes; a function's and those of its layers together
/// (Lambda quotas page).
pub const MAX_UNZIPPED_BYTES: u64 = 262_144_000;

/// A version of a layer, as a function has it. It stays when the version itself is deleted: a
/// function that has it goes on with it ("Deleting a layer version", DeleteLayerVersion).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerVersion {
    /// The layer's name, unique in the account.
    pub name: String,
    /// From 1.
    pub version: u32,
    /// Its content, kept as packages are.
    pub package: PackageId,
    /// The zip file's size.
    pub code_size: ByteCount,
    /// The size of what is in it.
    pub unzipped_size: ByteCount,
}

impl LayerVersion {
    /// `LayerVersionArn`.
    pub fn arn(&self) -> String {
        format!("{}:{}", layer_arn(&self.name), self.version)
    }
}

/// What a layer version says of itself; nothing of it changes how functions run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerAbout {
    /// At most 256 characters.
    pub description: String,
    /// At most 512 characters; may be empty.
    pub license: String,
    /// Identifiers of runtimes that it is for; empty if it does not say.
    pub runtimes: Vec<String>,
    /// Architectures that it is for; empty if it does not say.
    pub architectures: Vec<String>,
}

/// `LayerArn`, of all versions of a layer.
pub fn layer_arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:layer:{name}")
}
