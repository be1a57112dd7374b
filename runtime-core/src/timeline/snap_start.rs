//! SnapStart: environments that begin from a snapshot of memory and disk, taken after INIT (Lambda
//! developer guide, "Improving startup performance with Lambda SnapStart").

use serde::{Deserialize, Serialize};
use std::fmt;

/// `SnapStart.ApplyOn` of a function. Each revision counts as a published version here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SnapStart {
    /// Every cold start runs INIT.
    #[default]
    None,
    /// INIT runs once, when a version is published; cold starts restore what it left.
    PublishedVersions,
}

impl SnapStart {
    /// AWS's name.
    pub const fn name(self) -> &'static str {
        match self {
            SnapStart::None => "None",
            SnapStart::PublishedVersions => "PublishedVersions",
        }
    }
}

/// Why an environment could not be captured after its INIT phase. Not AWS outcomes: a virtual
/// machine can always be captured, a WebAssembly instance only between calls, as far as its state
/// can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Uncapturable {
    /// A command begins anew with each event.
    Command,
    /// It waits for its first event inside of its own functions, whose stack cannot be read.
    OnStack,
    /// It has instructions that change its tables, which cannot be read.
    TablesChange,
    /// It has mutable globals that hold vectors, which JavaScript cannot read.
    VectorGlobals,
    /// It has mutable globals that hold references.
    ReferenceGlobals,
    /// It has more open than it began with: this path.
    OpenFile(String),
}

impl fmt::Display for Uncapturable {
    /// A sentence that goes on from "No snapshot:".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Uncapturable::Command => {
                "the program begins anew with each event, so INIT leaves nothing to restore"
            }
            Uncapturable::OnStack => {
                "the program waits for its first event inside of its own functions, and \
                 WebAssembly keeps their stack to itself; a runtime that leaves them before the \
                 snapshot can be captured (see RUNTIME_API.md)"
            }
            Uncapturable::TablesChange => {
                "the module changes its function tables while it runs, and these cannot be read"
            }
            Uncapturable::VectorGlobals => {
                "the module keeps vectors in mutable globals, which JavaScript cannot read"
            }
            Uncapturable::ReferenceGlobals => {
                "the module keeps references in mutable globals, which mean nothing elsewhere"
            }
            Uncapturable::OpenFile(path) => {
                return write!(f, "after INIT {path} is still open; close it first");
            }
        })
    }
}
