//! A session as a SAM template, with its code and how to deploy it.
//!
//! ```text
//! mod      Session: what is exported; Export: what comes of it
//! gather/  a session as a stack, and what of it no template can say
//! write/   a stack as a template
//! node     the template as a tree; yaml: its text
//! names    logical ids
//! readme   how to deploy it
//! zip      all of it in one file
//! ```
//!
//! Property names are those of the SAM schema and of CloudFormation's resource types. What only means
//! something here (a measured clock, a bucket's name, which is free in no account) stands in the resource's
//! `Metadata` under `Coldstart`, where CloudFormation does not look and an import does.

mod gather;
mod names;
mod node;
mod readme;
mod write;
mod yaml;
mod zip;

use super::model::Stack;
use crate::api::Registry;
use crate::platform::Platform;
use crate::sandbox::inspect::BOOTSTRAP;
use crate::sandbox::{DeploymentPackage, PackageFiles};
use crate::timeline::SessionMeta;
use crate::units::{OrderedMap, PackageId};
use serde::Serialize;
use std::fmt;

/// What is exported.
pub struct Session<'a> {
    /// Functions, queues, mappings, streams and sources as they are set up now.
    pub platform: &'a Platform,
    /// What the Lambda API knows besides.
    pub registry: &'a Registry,
    /// When it began: where a mapping's starting position is a moment.
    pub meta: SessionMeta,
    /// The files of the functions' packages, as [`code_files`] gives them.
    pub packages: &'a OrderedMap<PackageId, PackageFiles>,
}

/// A template with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// What the template says.
    pub stack: Stack,
    /// Every file by its path: `template.yaml`, `README.md`, and a folder of code for each function.
    pub files: PackageFiles,
    /// What of the session the template does not say, or says otherwise.
    pub remarks: Vec<Remark>,
}

/// Something of a session that a template cannot say as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remark {
    /// What it is about, as in `function greeting`.
    pub about: String,
    /// What became of it, and why: a sentence.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.message)
    }
}

/// Why there is nothing to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// A template has at least one resource.
    Nothing,
}

impl ExportError {
    /// What to do about it.
    pub const fn hint(self) -> &'static str {
        match self {
            ExportError::Nothing => "Add a function, a queue or a source first.",
        }
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExportError::Nothing => {
                f.write_str("There is nothing to export: a template has at least one resource.")
            }
        }
    }
}

/// The template's name in an export.
pub(crate) const TEMPLATE: &str = "template.yaml";

/// Makes a template of a session.
///
/// # Errors
///
/// If there is nothing in it that a template could hold.
pub fn export(session: &Session<'_>) -> Result<Export, ExportError> {
    let gather::Gathered {
        stack,
        code,
        mut remarks,
    } = gather::gather(session);
    let template = write::template(&stack, &mut remarks);
    if template.is_empty() {
        return Err(ExportError::Nothing);
    }
    remarks.sort();
    remarks.dedup();
    let mut files = code;
    let readme = readme::text(&stack, &remarks);
    files.insert(TEMPLATE, template.text().into_bytes());
    files.insert("README.md", readme.into_bytes());
    Ok(Export {
        stack,
        files,
        remarks,
    })
}

/// The files of a package as an export has them: a module is always among them, also one that was made of
/// a text.
pub fn code_files(package: &DeploymentPackage) -> PackageFiles {
    let mut files = package.files.clone();
    if let Some(module) = package.module() {
        files.insert(BOOTSTRAP, module.wasm.clone());
    }
    files
}

impl Export {
    /// The template.
    pub fn template(&self) -> &[u8] {
        self.files.get(TEMPLATE).unwrap_or_default()
    }

    /// All files in one.
    pub fn zip(&self) -> Vec<u8> {
        zip::zip(&self.files)
    }
}
