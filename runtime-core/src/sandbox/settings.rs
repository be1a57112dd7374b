//! What an environment is started with, what it is told and tells, and the change journal of `/tmp`.

use crate::timeline::{FunctionConfiguration, HandlerKind, InitOutcome, Outcome, function_arn};
use crate::units::{ByteCount, MemoryMb, RequestId, SessionSeed, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an environment is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxSettings {
    /// How the module is called.
    pub kind: HandlerKind,
    /// The function's memory.
    pub memory: MemoryMb,
    /// The memory that the module declares from the start.
    pub initial_memory: ByteCount,
    /// The size of `/tmp`.
    pub ephemeral_storage: MemoryMb,
    /// The whole environment: reserved variables and the user's.
    pub variables: BTreeMap<String, String>,
    /// `/tmp` as an earlier process of this environment left it.
    pub tmp: TmpFiles,
}

impl SandboxSettings {
    /// For a new environment of a function: its `/tmp` is empty. `variables` are the whole
    /// environment, not only the user's.
    pub fn of(configuration: &FunctionConfiguration, variables: BTreeMap<String, String>) -> Self {
        SandboxSettings {
            kind: configuration.kind,
            memory: configuration.memory,
            initial_memory: configuration.initial_memory,
            ephemeral_storage: configuration.ephemeral_storage,
            variables,
            tmp: TmpFiles::default(),
        }
    }
}

/// The files of `/tmp`, by path relative to it (`a/b.txt`); `None` is a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TmpFiles {
    nodes: BTreeMap<String, Option<Vec<u8>>>,
}

/// One change of `/tmp`. Paths are relative to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TmpChange {
    /// An empty file was made, or an existing one emptied.
    Create(String),
    /// Bytes were written at an offset; a gap before it reads as zeros.
    Write(String, u64, Vec<u8>),
    /// A file was cut or extended to a length.
    Resize(String, u64),
    /// A directory was made.
    MakeDirectory(String),
    /// A file or an empty directory was removed.
    Remove(String),
    /// A file or a directory with all below it was renamed.
    Rename(String, String),
}

/// What a handler is told about its invocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvocationContext {
    /// The request's UUID.
    pub request_id: String,
    /// When the function's timeout is reached, in ms since 1970.
    pub deadline_unix_millis: u64,
    /// See [`function_arn`](crate::timeline::function_arn).
    pub invoked_function_arn: String,
    /// The X-Ray tracing header.
    pub trace_id: String,
}

impl InvocationContext {
    /// Of a request to the function of this name, whose timeout is reached at that time in ms since
    /// 1970.
    pub fn of(
        request: RequestId,
        seed: SessionSeed,
        deadline_unix_millis: u64,
        function: &str,
    ) -> Self {
        InvocationContext {
            request_id: request.uuid(seed),
            deadline_unix_millis,
            invoked_function_arn: function_arn(function),
            trace_id: request.trace_header(seed, deadline_unix_millis / 1_000),
        }
    }
}

/// An event for a handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// Which request this is; comes back in the answers.
    pub request: RequestId,
    /// Run init first, inside this invocation.
    pub init_first: bool,
    /// What the handler is told about the invocation.
    pub context: InvocationContext,
    /// The event.
    pub event: Vec<u8>,
}

/// How an invocation went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoked {
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took on the host's clock, init included where it ran first.
    pub duration: Span,
    /// The most memory that the process had.
    pub max_memory: ByteCount,
    /// The response, or the handler's own error JSON; not there for any other failure.
    pub response: Option<Vec<u8>>,
}

/// Something that came to its end in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// The INIT phase.
    Init {
        /// How it ended.
        outcome: InitOutcome,
        /// How long it took, on the environment's own clock.
        duration: Span,
    },
    /// An invocation.
    Invocation {
        /// Of which request.
        request: RequestId,
        /// How it went.
        invoked: Invoked,
    },
}

impl TmpFiles {
    /// The nodes in order: path, and bytes for a file or `None` for a directory.
    pub fn nodes(&self) -> &BTreeMap<String, Option<Vec<u8>>> {
        &self.nodes
    }

    /// Follows a change. A change that does not fit (a write to a file that is not there) creates
    /// what it needs: the mirror must never be poorer than the original.
    pub fn apply(&mut self, change: TmpChange) {
        match change {
            TmpChange::Create(path) => {
                self.nodes.insert(path, Some(Vec::new()));
            }
            TmpChange::Write(path, offset, bytes) => {
                let file = self.file(path);
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let Some(end) = start.checked_add(bytes.len()) else {
                    return;
                };
                if file.len() < end {
                    extend(file, end);
                }
                if let Some(place) = file.get_mut(start..end) {
                    place.copy_from_slice(&bytes);
                }
            }
            TmpChange::Resize(path, length) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                extend(self.file(path), length);
            }
            TmpChange::MakeDirectory(path) => {
                self.nodes.insert(path, None);
            }
            TmpChange::Remove(path) => {
                self.nodes.remove(&path);
            }
            TmpChange::Rename(from, to) => {
                let below = format!("{from}/");
                let moved: Vec<String> = self
                    .nodes
                    .keys()
                    .filter(|path| **path == from || path.starts_with(&below))
                    .cloned()
                    .collect();
                for path in moved {
                    if let Some(node) = self.nodes.remove(&path) {
                        self.nodes
                            .insert(format!("{to}{}", &path[from.len()..]), node);
                    }
                }
            }
        }
    }

    fn file(&mut self, path: String) -> &mut Vec<u8> {
        self.nodes
            .entry(path)
            .or_insert_with(|| Some(Vec::new()))
            .get_or_insert_with(Vec::new)
    }
}

/// Cuts or extends with zeros. A length that this machine has no memory for changes nothing: the
/// environment had more than its mirror, and going on without these bytes beats ending the page.
fn extend(file: &mut Vec<u8>, length: usize) {
    if file.try_reserve(length.saturating_sub(file.len())).is_ok() {
        file.resize(length, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_follows_the_journal() {
        let mut tmp = TmpFiles::default();
        for change in [
            TmpChange::MakeDirectory("d".into()),
            TmpChange::Create("d/a".into()),
            TmpChange::Write("d/a".into(), 2, b"xy".to_vec()),
            TmpChange::Resize("d/a".into(), 3),
            TmpChange::Rename("d".into(), "e".into()),
            TmpChange::Create("gone".into()),
            TmpChange::Remove("gone".into()),
        ] {
            tmp.apply(change);
        }
        let nodes: Vec<_> = tmp.nodes().iter().collect();
        assert_eq!(
            nodes,
            [
                (&"e".to_owned(), &None),
                (&"e/a".to_owned(), &Some(vec![0, 0, b'x']))
            ]
        );
    }
}
