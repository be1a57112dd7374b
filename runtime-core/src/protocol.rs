//! Every message between a host and an environment: a Web Worker in the page, a child process
//! natively. Both ends are built from the same source, so there is no version to agree on.
//!
//! A message travels as one byte string in postcard encoding. In the browser the compiled module
//! goes beside [`ToEnvironment::Start`] as a `WebAssembly.Module`; natively its bytes do.

use crate::profile::{FunctionNames, PhaseProfile};
use crate::sandbox::inspect::{PackageSource, SourcePlace};
use crate::sandbox::{
    DeploymentPackage, Done, FileBytes, Invocation, PackageFiles, Phase, SandboxSettings, TmpChange,
};
use crate::units::{RequestId, Span};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::marker::PhantomData;

/// What a host says to an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEnvironment {
    /// Become an environment of this function. Runs no code of the module yet.
    Start(Box<SandboxSettings>),
    /// Run the INIT phase.
    Init(Phase),
    /// Handle an event.
    Invoke(Invocation),
}

/// What an environment says to its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEnvironment {
    /// The worker is up and listens.
    Ready,
    /// The module wrote to its log. Sent as it is written: a killed environment loses nothing.
    LogWritten {
        /// During which request, if any.
        request: Option<RequestId>,
        /// When, from the beginning of the phase: in modelled time only.
        after: Option<Span>,
        /// The bytes.
        text: Vec<u8>,
    },
    /// A file of `/tmp` changed. Sent as it happens, so that the host can hand `/tmp` to the
    /// worker that replaces a killed one.
    TmpChanged(TmpChange),
    /// Where the work of the phase went whose end is told next.
    Profiled(Encoded<PhaseProfile>),
    /// The INIT phase or an invocation is over.
    Done(Done),
    /// Our own code could not do its job (not: the handler failed).
    Broken {
        /// For people and bug reports.
        message: String,
    },
}

/// What the page says to the package worker, each with a number that comes back in the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToPackageWorker {
    /// What is this?
    Inspect {
        /// Comes back in the answer.
        ticket: u32,
        /// As uploaded.
        file_name: String,
        /// As uploaded.
        bytes: Vec<u8>,
    },
    /// What is this layer?
    InspectLayer {
        /// Comes back in the answer.
        ticket: u32,
        /// As uploaded.
        file_name: String,
        /// As uploaded.
        bytes: Vec<u8>,
    },
    /// What do these files make?
    InspectFiles {
        /// Comes back in the answer.
        ticket: u32,
        /// A package's files.
        files: PackageFiles,
        /// What they were uploaded as.
        source: PackageSource,
    },
    /// Make the module what environments run: see [`meter`](mod@crate::sandbox::meter).
    Prepare {
        /// Comes back in the answer.
        ticket: u32,
        /// An inspected module.
        wasm: Vec<u8>,
        /// As a profiling build.
        profiling: bool,
    },
    /// What are a profiling build's functions called?
    Name {
        /// Comes back in the answer.
        ticket: u32,
        /// The build's name section.
        section: Vec<u8>,
        /// How many functions it imports besides its hooks.
        imported: u32,
    },
}

/// What the package worker says to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromPackageWorker {
    /// The worker is up and listens.
    Ready,
    /// It can be run.
    Inspected {
        /// Of the question.
        ticket: u32,
        /// What it is.
        package: Encoded<DeploymentPackage>,
    },
    /// The module, metered.
    Prepared {
        /// Of the question.
        ticket: u32,
        /// To be compiled.
        wasm: Vec<u8>,
    },
    /// The functions' names.
    Named {
        /// Of the question.
        ticket: u32,
        /// By the index that hooks tell.
        names: Encoded<FunctionNames>,
    },
    /// It cannot be done.
    Refused {
        /// Of the question.
        ticket: u32,
        /// What is wrong.
        cause: String,
        /// What to do.
        hint: String,
        /// Where in the package's files, if it is one place's fault.
        place: Option<SourcePlace>,
    },
}

/// A value inside of a message that is decoded by whom it is for: who only passes it on needs no
/// code for it, which a page need not download then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoded<T> {
    bytes: FileBytes,
    of: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Encoded<T> {
    /// Encodes a value.
    pub fn new(value: &T) -> Self {
        Encoded {
            bytes: encode(value).into(),
            of: PhantomData,
        }
    }

    /// The value.
    pub fn decode(&self) -> Result<T, DecodeError> {
        decode(&self.bytes)
    }
}

/// A message that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(postcard::Error);

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "a message between page and worker could not be read: {}",
            self.0
        )
    }
}

impl std::error::Error for DecodeError {}

/// A message as bytes. Fails only if memory is exhausted; then the message is empty.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_stdvec(message).unwrap_or_default()
}

/// A message from bytes.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    postcard::from_bytes(bytes).map_err(DecodeError)
}
