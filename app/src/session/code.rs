//! Modules of packages and managed runtimes: compiled once, and shared by all environments that
//! need just that.

use super::Core;
use super::fleet::{Code, CodeKey};
use super::state::{Notice, State};
use runtime_core::platform::Input;
use runtime_core::timeline::HandlerKind;
use runtime_core::units::{EnvironmentId, PackageId};
use wasm_bindgen_futures::spawn_local;

impl Core {
    /// Compiles what a function needs, once; environments that wait for it are started then.
    pub(super) fn prepare_code(&self, code: CodeKey) {
        let epoch = {
            let mut state = self.state.borrow_mut();
            if state.code.contains_key(&code) || !state.code_asked.insert(code) {
                return;
            }
            state.epoch
        };
        let session = self.clone();
        spawn_local(async move {
            let prepared = match code {
                CodeKey::Package(package) => session.compile_package(package).await,
                CodeKey::Runtime(runtime) => session.fetch_runtime(runtime).await,
            };
            if session.loops(code) {
                session.ready_to_wait().await;
            }
            // Another workspace was loaded meanwhile: its packages have the same numbers.
            if session.state.borrow().epoch != epoch {
                return;
            }
            session.state.borrow_mut().code_asked.remove(&code);
            let waiting = session.state.borrow().environments_of(code);
            match prepared {
                Ok(prepared) => {
                    session.state.borrow_mut().code.insert(code, prepared);
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

    fn loops(&self, code: CodeKey) -> bool {
        match code {
            CodeKey::Package(package) => {
                let state = self.state.borrow();
                let package = state.packages.get(&package);
                package.is_some_and(|package| package.content.kind() == HandlerKind::Loop)
            }
            CodeKey::Runtime(_) => true,
        }
    }

    async fn compile_package(&self, package: PackageId) -> Result<Code, Notice> {
        let (wasm, inspector) = {
            let state = self.state.borrow();
            let package = state.packages.get(&package);
            let module = package.and_then(|package| package.content.module());
            let wasm = module.map(|module| module.wasm.clone());
            (wasm.ok_or_else(missing)?, state.inspector.clone())
        };
        let prepared = inspector
            .prepare(wasm, false)
            .await
            .map_err(|refusal| Notice::error(refusal.cause, refusal.hint))?;
        match crate::browser::modules::compile(&prepared).await {
            Ok(module) => Ok(Code {
                module,
                image: None,
            }),
            Err(reason) => Err(Notice::error(
                format!("This browser could not compile the module: {reason}."),
                "Build it without WebAssembly features that this browser lacks, or use a newer browser.",
            )),
        }
    }
}

/// A workspace file or a damaged record can leave a function without its package.
pub(super) fn missing() -> Notice {
    Notice::error(
        "The function's deployment package is missing.",
        "Give the function new code with \"New code…\" in its settings.",
    )
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
