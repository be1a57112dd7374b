//! Identifiers of AWS's runtimes.

use crate::timeline::Runtime;

/// Identifiers that AWS takes for new functions no longer (Lambda developer guide, "Lambda runtimes",
/// deprecated runtimes).
pub(super) const RETIRED: [&str; 24] = [
    "dotnet6",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "go1.x",
    "java8",
    "nodejs",
    "nodejs4.3",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "provided",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
    "ruby2.5",
    "ruby2.7",
];

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
