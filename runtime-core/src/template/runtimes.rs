//! Identifiers of AWS's runtimes.

use crate::timeline::Runtime;

/// The runtime here for one of AWS's, if there is one.
pub(super) fn runtime(id: &str) -> Option<Runtime> {
    Runtime::from_id(id).or(match id {
        id if id.starts_with("python3") => Some(Runtime::Python312),
        id if id.starts_with("nodejs") => Some(Runtime::JavaScript),
        id if id.starts_with("ruby") => Some(Runtime::Ruby34),
        id if id.starts_with("provided") => Some(Runtime::Provided),
        _ => None,
    })
}

/// What AWS's runtime for this one's code is called: there is no QuickJS there, but Node.js.
pub(super) const fn on_aws(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::JavaScript => "nodejs22.x",
        other => other.id(),
    }
}
