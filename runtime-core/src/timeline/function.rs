//! What a function is set to.

use super::{AsyncConfiguration, LayerVersion, Runtime, SnapStart};
use crate::units::{ByteCount, MemoryMb, OrderedMap, PackageId, Span};
use serde::{Deserialize, Serialize};

/// The unqualified ARN of a function of this name, in the region whose prices are shown and the
/// account number that AWS's own examples use.
pub fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

/// The handler string of a module of its own: the name of the program that AWS starts.
pub const DEFAULT_HANDLER: &str = "bootstrap";

/// The settings of a function at one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionConfiguration {
    /// Unique in the account; 1 to 64 letters, digits, `-` and `_`.
    pub name: String,
    /// The code.
    pub package: PackageId,
    /// What runs the code. Sessions saved before there were managed runtimes have modules only.
    #[serde(default)]
    pub runtime: Runtime,
    /// AWS's handler string: `file.function` for a managed runtime. At most 128 characters without
    /// white space; a module of its own only sees it as `_HANDLER`.
    #[serde(default = "bootstrap")]
    pub handler: String,
    /// How the code is called.
    pub kind: HandlerKind,
    /// The package's size.
    pub code_size: ByteCount,
    /// The size of what is in the package; 0 in sessions that were saved before there were layers.
    #[serde(default)]
    pub unzipped_size: ByteCount,
    /// What lies under `/opt`: of two that have the same file, the later one's counts. At most five.
    #[serde(default)]
    pub layers: Vec<LayerVersion>,
    /// The memory that the module declares from the start.
    pub initial_memory: ByteCount,
    /// 128 to 10,240 MB in steps of 1 MB.
    pub memory: MemoryMb,
    /// 1 to 900 seconds.
    pub timeout: Span,
    /// Only the price depends on it here.
    pub architecture: Architecture,
    /// The size of `/tmp`, 512 to 10,240 MB.
    pub ephemeral_storage: MemoryMb,
    /// The user's own variables, at most 4 KB together.
    pub variables: OrderedMap<String, String>,
    /// A cap and a guarantee; `None` for the account's unreserved pool.
    pub reserved_concurrency: Option<u32>,
    /// Whether cold starts restore a snapshot.
    #[serde(default)]
    pub snap_start: SnapStart,
    /// How it is invoked asynchronously.
    #[serde(default)]
    pub asynchronous: AsyncConfiguration,
    /// Where durations come from. Sessions saved before there was a choice were measured.
    #[serde(default = "ClockSetting::measured")]
    pub clock: ClockSetting,
}

impl FunctionConfiguration {
    /// Gives the function a layer, over those that it has or in the place of another version of it.
    pub fn put_layer(&mut self, layer: LayerVersion) {
        let mut layers = self.layers.iter_mut();
        match layers.find(|it| it.name == layer.name) {
            Some(other) => *other = layer,
            None => self.layers.push(layer),
        }
    }
}

/// Where a function's durations come from. Nothing of the kind exists on AWS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockSetting {
    /// From the work that the handler does, through the CPU model: the same on every machine.
    #[default]
    Modelled,
    /// From the clock of the machine that it runs on.
    Measured,
}

impl ClockSetting {
    /// As shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            ClockSetting::Modelled => "modelled",
            ClockSetting::Measured => "measured",
        }
    }

    fn measured() -> Self {
        ClockSetting::Measured
    }
}

/// The instruction set that the function is billed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Architecture {
    /// `x86_64`
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// `arm64`
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// AWS's name.
    pub const fn name(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        }
    }
}

/// How a handler module is called; told apart by inspection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HandlerKind {
    /// Exports `memory`, `allocate` and `handle`; lives across invocations.
    Reactor,
    /// A WASI preview1 program with `_start`: a fresh instance for each invocation.
    Command,
    /// A program with `_start` that asks for one event after the other through the Runtime API's
    /// files, as a custom runtime does: it lives across invocations.
    Loop,
}

impl HandlerKind {
    /// As shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            HandlerKind::Reactor => "reactor",
            HandlerKind::Command => "command",
            HandlerKind::Loop => "runtime",
        }
    }
}

fn bootstrap() -> String {
    DEFAULT_HANDLER.to_owned()
}
