//! `coldstart template export`: a workspace file as a SAM template with its code, in a folder.

use super::arguments::ExportArguments;
use crate::failure::Failure;
use runtime_core::api::Registry;
use runtime_core::platform::{Out, Platform};
use runtime_core::sandbox::PackageFiles;
use runtime_core::sandbox::inspect::{InspectError, inspect_files};
use runtime_core::template::{Export, ExportError, Session, code_files, export};
use runtime_core::timeline::{LifecycleEvent, SessionMeta};
use runtime_core::units::{OrderedMap, PackageId};
use runtime_core::workspace::{WorkspaceError, WorkspaceFile};
use serde::Deserialize;
use serde_json::json;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Why there is no template.
#[derive(Debug)]
pub(crate) enum NoExport {
    /// The file is no workspace.
    Workspace(WorkspaceError),
    /// A package in it is none.
    Package { name: String, error: InspectError },
    /// There is nothing to export.
    Nothing(ExportError),
    /// The folder is not empty.
    NotEmpty(PathBuf),
    /// The folder could not be written to.
    Write { path: PathBuf, error: io::Error },
}

impl NoExport {
    pub(crate) fn hint(&self) -> String {
        match self {
            NoExport::Workspace(WorkspaceError::NotAWorkspace(_)) => {
                "Give a file that the page made: Workspace, Export as a file.".to_owned()
            }
            NoExport::Workspace(WorkspaceError::Newer(_)) => {
                "Use the Coldstart that made it, or a newer one.".to_owned()
            }
            NoExport::Workspace(WorkspaceError::DamagedBytes(_)) => {
                "Export it from the page again; this copy is damaged.".to_owned()
            }
            NoExport::Package { error, .. } => error.hint(),
            NoExport::Nothing(error) => error.hint().to_owned(),
            NoExport::NotEmpty(_) => {
                "Give another folder, or --force to write over what is in it.".to_owned()
            }
            NoExport::Write { .. } => "Check that you may write there.".to_owned(),
        }
    }
}

impl fmt::Display for NoExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoExport::Workspace(WorkspaceError::Newer(version)) => {
                write!(
                    f,
                    "this workspace file has version {version}, which is newer than this program"
                )
            }
            NoExport::Workspace(error) => write!(f, "{error}"),
            NoExport::Package { name, error } => {
                write!(f, "{name} in this workspace file: {error}")
            }
            NoExport::Nothing(error) => write!(f, "{error}"),
            NoExport::NotEmpty(folder) => write!(f, "{} is not empty", folder.display()),
            NoExport::Write { path, error } => {
                write!(f, "{} could not be written: {error}", path.display())
            }
        }
    }
}

pub(super) fn run(arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let path = &arguments.workspace;
    let bytes = fs::read(path).map_err(|error| Failure::Read {
        what: "workspace file",
        path: path.clone(),
        error,
    })?;
    let made = made(&bytes)?;
    let folder = &arguments.to;
    if !arguments.force && is_taken(folder) {
        return Err(NoExport::NotEmpty(folder.clone()).into());
    }
    write(folder, &made.files)?;
    let shown = match arguments.json {
        true => format!("{}\n", document(folder, &made)),
        false => text(folder, &made),
    };
    match io::stdout().lock().write_all(shown.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Broken(format!("could not print: {error}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The template of a workspace file.
fn made(bytes: &[u8]) -> Result<Export, NoExport> {
    /// What of the page's document is needed.
    #[derive(Deserialize)]
    struct Document {
        #[serde(default)]
        registry: Registry,
    }
    let file = WorkspaceFile::<Document>::parse(bytes).map_err(NoExport::Workspace)?;
    let mut packages: OrderedMap<PackageId, PackageFiles> = OrderedMap::new();
    for package in &file.packages {
        let files = package.files().map_err(NoExport::Workspace)?;
        let content = inspect_files(files, package.source).map_err(|error| NoExport::Package {
            name: package.file_name.clone(),
            error,
        })?;
        packages.insert(package.id, code_files(&content));
    }
    let platform = Platform::reopen(&file.timeline, &mut Out::default());
    let mut entries = file.timeline.entries().iter();
    let meta = entries.find_map(|entry| match entry.event {
        LifecycleEvent::SessionOpened(meta) => Some(meta),
        _ => None,
    });
    export(&Session {
        platform: &platform,
        registry: &file.document.registry,
        meta: meta.unwrap_or(SessionMeta {
            seed: Default::default(),
            unix_millis: 0,
        }),
        packages: &packages,
    })
    .map_err(NoExport::Nothing)
}

/// Whether there is something in the folder, or it is none.
fn is_taken(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.exists(),
    }
}

fn write(folder: &Path, files: &PackageFiles) -> Result<(), NoExport> {
    for (name, bytes) in files.iter() {
        // No name leads out of the folder: packages were inspected.
        let path = folder.join(name);
        let written = match path.parent() {
            Some(parent) => fs::create_dir_all(parent),
            None => Ok(()),
        };
        let written = written.and_then(|()| fs::write(&path, bytes));
        written.map_err(|error| NoExport::Write { path, error })?;
    }
    Ok(())
}

fn document(folder: &Path, made: &Export) -> serde_json::Value {
    json!({
        "folder": folder.display().to_string(),
        "files": made.files.names().collect::<Vec<_>>(),
        "remarks": made.remarks,
    })
}

fn text(folder: &Path, made: &Export) -> String {
    let stack = &made.stack;
    let triggers = stack.triggers.len() + stack.mappings.len();
    let mut text = format!(
        "{}: {} functions, {triggers} triggers, {} queues, {} files\n",
        folder.display(),
        stack.functions.len(),
        stack.queues.len(),
        made.files.names().count(),
    );
    if !made.remarks.is_empty() {
        text.push_str("What the template does not say:\n");
    }
    for remark in &made.remarks {
        text.push_str(&format!("  {remark}\n"));
    }
    text.push_str("How to deploy it is in README.md.\n");
    text
}
