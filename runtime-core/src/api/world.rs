//! What a call sees of the session, and what it asks of whoever carries it out.

use super::error::ApiError;
use super::http::Response;
use super::registry::Registry;
use crate::events::trigger::iso_millis;
use crate::platform::{Input, Platform};
use crate::projections::InvocationRecord;
use crate::sandbox::DeploymentPackage;
use crate::timeline::{FunctionConfiguration, Payloads, Qualifier, SessionMeta, Timeline};
use crate::units::{FunctionId, Moment, PackageId, RequestId};

/// The session as a call finds it.
pub struct World<'a> {
    /// Functions, queues, mappings.
    pub platform: &'a Platform,
    /// What only the API knows. Calls change it in place.
    pub registry: &'a mut Registry,
    /// What happened.
    pub timeline: &'a Timeline,
    /// The bytes of events and responses.
    pub payloads: &'a Payloads,
    /// Seed and wall clock.
    pub session: SessionMeta,
    /// On the session clock.
    pub now: Moment,
    /// The address below which function URLs are served; ends with a slash.
    pub urls: &'a str,
}

/// What is to be done for a call. Whoever carries it out goes from step to step until there is an
/// answer.
pub enum Step {
    /// Nothing more.
    Answer(Response),
    /// Tell the platform these, in this order.
    Change(Vec<Input>, Then),
    /// Have a zip file inspected, and keep what it is.
    Inspect(Upload, Inspected),
    /// Send a function an event, and wait for its end.
    Invoke(Invoke, Ended),
    /// Send a function an event, and do not wait.
    InvokeAsync(Invoke, Accepted),
}

/// A zip file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// What it is called from now on.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is for.
    pub kind: UploadKind,
}

/// What a zip file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadKind {
    /// A function's code.
    Code,
    /// A layer's content, in which nothing has to run.
    Layer,
}

/// An event for a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoke {
    /// Which.
    pub function: FunctionId,
    /// Which version or alias of it.
    pub qualifier: Qualifier,
    /// The event.
    pub event: Vec<u8>,
}

/// Goes on after the platform was told.
pub type Then = Box<dyn FnOnce(&mut World<'_>) -> Response>;
/// Goes on after an inspection: with the package as it is kept, or why it was refused and what to do.
pub type Inspected =
    Box<dyn FnOnce(&mut World<'_>, Result<(PackageId, &DeploymentPackage), Refused>) -> Step>;
/// Goes on after an invocation has ended.
pub type Ended = Box<dyn FnOnce(&mut World<'_>, &InvocationRecord) -> Response>;
/// Goes on after an event was accepted.
pub type Accepted = Box<dyn FnOnce(&mut World<'_>, RequestId) -> Response>;

/// Why a package was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub cause: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Step {
    pub(super) fn change(
        inputs: Vec<Input>,
        then: impl FnOnce(&mut World<'_>) -> Response + 'static,
    ) -> Result<Step, ApiError> {
        Ok(Step::Change(inputs, Box::new(then)))
    }
}

impl World<'_> {
    /// A function's settings; there is such a function.
    pub(super) fn settings(&self, function: FunctionId) -> Result<FunctionConfiguration, ApiError> {
        let found = self.platform.configuration(function).cloned();
        found.ok_or_else(|| ApiError::not_found("Function not found"))
    }

    /// As the Lambda API writes moments: `2026-11-24T12:00:00.000+0000`.
    pub(super) fn timestamp(&self, at: Moment) -> String {
        let text = iso_millis(self.session.unix_nanos(at) / 1_000_000);
        format!("{}+0000", text.trim_end_matches('Z'))
    }

    /// As `rest-json` writes moments in most places: seconds since 1970, with a fraction.
    pub(super) fn seconds(&self, at: Moment) -> f64 {
        (self.session.unix_nanos(at) / 1_000_000) as f64 / 1_000.0
    }
}
