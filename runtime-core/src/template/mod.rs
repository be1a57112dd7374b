//! SAM and CloudFormation templates: read (cargo feature `templates`) and written.
//!
//! ```text
//! model      Stack: what an import gives, and an export takes; trigger: its triggers
//! runtimes   identifiers of AWS's runtimes
//! export/    a session as a stack; a stack as a SAM template, with code and how to deploy it
//! document/  a text as a tree whose nodes know where they are: YAML with short-form functions, JSON
//! resolve/   what a template says once its functions are carried out
//! import/    resources to functions, queues, mappings and triggers
//! log        notices: what was refused, skipped or changed, with its place
//! ```
//!
//! Nothing is dropped in silence: what is not taken over from a template is a [`Notice`], what a template
//! cannot say of a session a [`Remark`].

#[cfg(feature = "templates")]
pub mod document;
mod export;
#[cfg(feature = "templates")]
mod import;
#[cfg(feature = "templates")]
mod log;
mod model;
#[cfg(feature = "templates")]
mod resolve;
mod runtimes;
mod trigger;

pub use export::{Export, ExportError, Remark, Session, code_files, export};
#[cfg(feature = "templates")]
pub use import::{Imported, ServiceScenarios, import, service_scenarios};
#[cfg(feature = "templates")]
pub use log::{Notice, NoticeKind};
pub use model::{
    Alias, Code, KeptResource, Origin, ServiceScenario, Source, SourceKind, Stack, StackFunction,
    StackMapping, StackQueue, StackVersion,
};
#[cfg(feature = "templates")]
pub use resolve::{Inputs, Needed, NeededKind, Parameter};
pub use trigger::{StackDelivery, StackTrigger, StreamKind, StreamMapping, TriggerSource};

pub use crate::api::UrlCors;
