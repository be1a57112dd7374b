//! Packages compiled, once for each memory size, and shared by all environments that need just that.

use super::Core;
use super::fleet::CodeKey;
use super::state::{Notice, State};
use crate::browser::modules::CompiledModule;
use runtime_core::platform::Input;
use runtime_core::units::EnvironmentId;
use wasm_bindgen_futures::spawn_local;

impl Core {
    /// Compiles a package for a memory size, once; environments that wait for it are started then.
    pub(super) fn prepare_code(&self, code: CodeKey) {
        let (wasm, inspector, epoch) = {
            let mut state = self.state.borrow_mut();
            if state.code.contains_key(&code) || !state.code_asked.insert(code) {
                return;
            }
            let package = state.packages.get(&code.package);
            let module = package.and_then(|package| package.content.module());
            let wasm = module.map(|module| module.wasm.clone());
            (wasm, state.inspector.clone(), state.epoch)
        };
        let session = self.clone();
        spawn_local(async move {
            let compiled = match wasm {
                Some(wasm) => compile(inspector, wasm, code).await,
                None => Err(missing()),
            };
            // Another workspace was loaded meanwhile: its packages have the same numbers.
            if session.state.borrow().epoch != epoch {
                return;
            }
            session.state.borrow_mut().code_asked.remove(&code);
            let waiting = session.state.borrow().environments_of(code);
            match compiled {
                Ok(module) => {
                    session.state.borrow_mut().code.insert(code, module);
                    for environment in waiting {
                        session.start_if_ready(environment);
                    }
                }
                Err(notice) => {
                    session.notify(notice);
                    for environment in waiting {
                        session.input(Input::EnvironmentFailed { environment });
                    }
                }
            }
        });
    }
}

/// A workspace file or a damaged record can leave a function without its package.
fn missing() -> Notice {
    Notice::error(
        "The function's deployment package is missing.",
        "Give the function new code with \"New code…\" in its settings.",
    )
}

async fn compile(
    inspector: crate::browser::packages::PackageInspector,
    wasm: Vec<u8>,
    code: CodeKey,
) -> Result<CompiledModule, Notice> {
    let limited = inspector
        .limit_memory(wasm, code.memory)
        .await
        .map_err(|refusal| Notice::error(refusal.cause, refusal.hint))?;
    crate::browser::modules::compile(&limited).await.map_err(|reason| {
        Notice::error(
            format!("This browser could not compile the module: {reason}."),
            "Build it without WebAssembly features that this browser lacks, or use a newer browser.",
        )
    })
}

impl State {
    fn environments_of(&self, code: CodeKey) -> Vec<EnvironmentId> {
        let environments = self.fleet.environments.iter();
        environments
            .filter(|(_, it)| it.code == code)
            .map(|(id, _)| *id)
            .collect()
    }
}
