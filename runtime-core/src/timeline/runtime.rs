//! What runs a deployment package.

use serde::{Deserialize, Serialize};

/// What runs a function's code, by the identifiers of Lambda's API where it has one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Runtime {
    /// The package brings a WebAssembly module along: what AWS calls an OS-only runtime.
    #[default]
    #[serde(rename = "provided.al2023")]
    Provided,
    /// CPython 3.12, built for WASI.
    #[serde(rename = "python3.12")]
    Python312,
    /// QuickJS with the parts of Node.js that handlers use. AWS has no such runtime: its own are
    /// Node.js on V8.
    #[serde(rename = "javascript")]
    JavaScript,
    /// CRuby 3.4, built for WASI.
    #[serde(rename = "ruby3.4")]
    Ruby34,
}

/// Identifiers that AWS takes for functions no longer (Lambda developer guide, "Lambda runtimes", deprecated
/// runtimes).
const RETIRED: [&str; 24] = [
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

impl Runtime {
    /// The runtimes that a page brings along.
    pub const MANAGED: [Runtime; 3] = [Runtime::Python312, Runtime::JavaScript, Runtime::Ruby34];

    /// What AWS says of an identifier that it takes for functions no longer.
    pub fn retired(id: &str) -> Option<String> {
        RETIRED.contains(&id).then(|| {
            format!(
                "The runtime parameter of {id} is no longer supported for creating or updating AWS Lambda functions. \
                 We recommend you use a supported runtime while creating or updating functions."
            )
        })
    }

    /// The identifier.
    pub const fn id(self) -> &'static str {
        match self {
            Runtime::Provided => "provided.al2023",
            Runtime::Python312 => "python3.12",
            Runtime::JavaScript => "javascript",
            Runtime::Ruby34 => "ruby3.4",
        }
    }

    /// What it really is, for people.
    pub const fn label(self) -> &'static str {
        match self {
            Runtime::Provided => "provided.al2023 (WebAssembly)",
            Runtime::Python312 => "python3.12 (CPython 3.12, WASI)",
            Runtime::JavaScript => "javascript (QuickJS)",
            Runtime::Ruby34 => "ruby3.4 (CRuby 3.4, WASI)",
        }
    }

    /// The runtime with this identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        [Runtime::Provided]
            .into_iter()
            .chain(Self::MANAGED)
            .find(|runtime| runtime.id() == id)
    }

    /// Whether the page brings it along; otherwise the package does.
    pub const fn is_managed(self) -> bool {
        !matches!(self, Runtime::Provided)
    }

    /// The handler string that AWS's console gives a new function ("Define Lambda function
    /// handler" of each language, read 2026-11-23).
    pub const fn default_handler(self) -> &'static str {
        match self {
            Runtime::Provided => super::DEFAULT_HANDLER,
            Runtime::Python312 | Runtime::Ruby34 => "lambda_function.lambda_handler",
            Runtime::JavaScript => "index.handler",
        }
    }

    /// The value of `AWS_EXECUTION_ENV`. AWS leaves it out for OS-only runtimes; here it then says
    /// where the program really is, and so it does for a runtime that AWS does not have.
    pub const fn execution_environment(self) -> &'static str {
        match self {
            Runtime::Provided => "Coldstart_wasm32",
            Runtime::Python312 => "AWS_Lambda_python3.12",
            Runtime::JavaScript => "Coldstart_javascript",
            Runtime::Ruby34 => "AWS_Lambda_ruby3.4",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_lead_back() {
        for runtime in Runtime::MANAGED.into_iter().chain([Runtime::Provided]) {
            assert_eq!(Runtime::from_id(runtime.id()), Some(runtime));
            let json = serde_json::to_string(&runtime).unwrap_or_default();
            assert_eq!(json, format!("\"{}\"", runtime.id()));
            assert_eq!(runtime.is_managed(), Runtime::MANAGED.contains(&runtime));
        }
        assert_eq!(Runtime::from_id("python2.7"), None);
    }
}
