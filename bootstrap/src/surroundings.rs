//! What Lambda says in environment variables (developer guide, "Working with Lambda environment
//! variables", "Defined runtime environment variables"), and what the module is told of it.

use crate::failure::Failure;
use runtime_core::timeline::HandlerKind;
use runtime_core::units::{MemoryMb, OrderedMap};
use std::path::PathBuf;

/// Where the Runtime API is.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
/// Where the package's files are.
const TASK_ROOT: &str = "LAMBDA_TASK_ROOT";
/// Where a function's files are on Lambda, and where a module finds them.
const LAMBDA_TASK_ROOT: &str = "/var/task";
/// Where layers are on Lambda.
const LAYERS: &str = "/opt";
/// The function's memory in MB.
const MEMORY: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// Lambda's default, for whoever starts this elsewhere.
const DEFAULT_MEMORY: MemoryMb = MemoryMb::new(128);
/// Where a module has the Runtime API as files (`handlers/RUNTIME_API.md`).
const RUNTIME_API_DIR: (&str, &str) = ("COLDSTART_RUNTIME_API", "/run/lambda");

/// What Lambda says.
pub(crate) struct Surroundings {
    /// Host and port of the Runtime API.
    pub(crate) api: String,
    /// The folder of the package.
    pub(crate) task: PathBuf,
    /// The handler string.
    pub(crate) handler: String,
    /// The function's memory.
    pub(crate) memory: MemoryMb,
    /// All variables.
    all: OrderedMap<String, String>,
}

impl Surroundings {
    /// Of this process.
    pub(crate) fn read() -> Result<Self, Failure> {
        // A module's variables are text.
        let all = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::of(all)
    }

    fn of(all: OrderedMap<String, String>) -> Result<Self, Failure> {
        let get = |name: &str| all.get(name).filter(|value| !value.is_empty());
        let api = get(RUNTIME_API).cloned().ok_or(Failure::NotOnLambda)?;
        let memory = match get(MEMORY) {
            None => DEFAULT_MEMORY,
            Some(text) => text
                .parse()
                .map(MemoryMb::new)
                .map_err(|_| Failure::Memory(text.clone()))?,
        };
        Ok(Surroundings {
            api,
            task: get(TASK_ROOT).map_or_else(|| ".".into(), PathBuf::from),
            handler: get("_HANDLER").cloned().unwrap_or_default(),
            memory,
            all,
        })
    }

    /// The folder of the layers. Elsewhere than on Lambda, `/opt` is somebody's software.
    pub(crate) fn layers(&self) -> Option<PathBuf> {
        (self.task.as_os_str() == LAMBDA_TASK_ROOT).then(|| LAYERS.into())
    }

    /// What a module is told: everything but the address of an API that it cannot reach. Its files
    /// are where Lambda has them.
    pub(crate) fn variables(&self, kind: HandlerKind) -> OrderedMap<String, String> {
        let mut variables = self.all.clone();
        variables.remove(RUNTIME_API);
        variables.insert(TASK_ROOT.to_owned(), LAMBDA_TASK_ROOT.to_owned());
        if kind == HandlerKind::Loop {
            let (name, folder) = RUNTIME_API_DIR;
            variables.insert(name.to_owned(), folder.to_owned());
        }
        variables
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Surroundings, Failure> {
        let variables = variables.iter();
        let owned = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Surroundings::of(owned.collect())
    }

    #[test]
    fn a_module_has_lambdas_folders_and_no_address() {
        let surroundings = of(&[
            (RUNTIME_API, "127.0.0.1:9001"),
            (TASK_ROOT, "/somewhere"),
            (MEMORY, "512"),
            ("GREETING", "hello"),
        ])
        .unwrap();
        assert_eq!(surroundings.memory, MemoryMb::new(512));
        assert_eq!(surroundings.layers(), None);
        let variables = surroundings.variables(HandlerKind::Loop);
        let get = |name: &str| variables.get(name).map(String::as_str);
        assert_eq!(get(RUNTIME_API), None);
        assert_eq!(get(TASK_ROOT), Some("/var/task"));
        assert_eq!(get("GREETING"), Some("hello"));
        assert_eq!(get("COLDSTART_RUNTIME_API"), Some("/run/lambda"));
        let reactor = surroundings.variables(HandlerKind::Reactor);
        assert_eq!(reactor.get("COLDSTART_RUNTIME_API"), None);
    }

    #[test]
    fn layers_are_read_on_lambda_only() {
        let lambda = of(&[(RUNTIME_API, "127.0.0.1:9001"), (TASK_ROOT, "/var/task")]).unwrap();
        assert_eq!(lambda.layers(), Some("/opt".into()));
        assert_eq!(lambda.memory, DEFAULT_MEMORY);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(matches!(of(&[]), Err(Failure::NotOnLambda)));
        let memory = of(&[(RUNTIME_API, "127.0.0.1:9001"), (MEMORY, "much")]);
        assert!(matches!(memory, Err(Failure::Memory(text)) if text == "much"));
    }
}
