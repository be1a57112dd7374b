//! What a managed runtime is. The build writes one for each beside the runtimes' modules;
//! a page and the command line read them.

use crate::timeline::Runtime;
use crate::units::ByteCount;
use serde::{Deserialize, Serialize};

/// The file that lists the runtimes of a site, in the folder of their modules: a JSON array of
/// [`RuntimeImage`]s.
pub const RUNTIME_CATALOG: &str = "index.json";

/// A managed runtime: a looping program of the Runtime API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeImage {
    /// Which.
    pub runtime: Runtime,
    /// Its module.
    pub module: RuntimeFile,
    /// The same as a profiling build ([`Profile::Calls`](super::meter::Profile::Calls)).
    pub profiling: RuntimeFile,
    /// The memory that the module has from its first moment on.
    pub initial_memory: ByteCount,
    /// How its frames lie in memory, if its profiling build tells where they change
    /// ([`Profile::Frames`](super::meter::Profile::Frames)): the
    /// text of a [`FrameLayout`](crate::profile::FrameLayout::to_text).
    #[serde(default)]
    pub frames: Option<String>,
}

/// A module as a site serves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeFile {
    /// Its file, compressed by gzip.
    pub file: String,
    /// The size of that file.
    pub download_size: ByteCount,
    /// The size of the module itself.
    pub module_size: ByteCount,
    /// The SHA-256 of the module itself, in hexadecimal digits.
    pub sha256: String,
}
