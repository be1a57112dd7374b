//! The package worker: inspects uploads and meters modules, off the page's thread. It is
//! fetched when the first package comes, so that the page's own binary needs no parser.

use super::modules::CompiledModule;
use super::worker::{RunningWorker, WorkerAssets, WorkerEvent, WorkerProgram};
use futures_channel::oneshot;
use runtime_core::profile::FunctionNames;
use runtime_core::protocol::{self, FromPackageWorker, ToPackageWorker};
use runtime_core::sandbox::inspect::{PackageSource, SourcePlace};
use runtime_core::sandbox::meter::PROFILE_MODULE;
use runtime_core::sandbox::{DeploymentPackage, PackageFiles};
use runtime_core::units::OrderedMap;
use std::cell::RefCell;
use std::rc::Rc;

/// Why a package cannot be used: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub cause: String,
    /// What to do; may be empty.
    pub hint: String,
    /// Where in the package's files, if it is one place's fault.
    pub place: Option<SourcePlace>,
}

/// A client of the package worker.
#[derive(Clone)]
pub struct PackageInspector {
    assets: Rc<WorkerAssets>,
    shared: Rc<RefCell<Shared>>,
}

#[derive(Default)]
struct Shared {
    worker: Option<RunningWorker>,
    tickets: u32,
    waiting: OrderedMap<u32, oneshot::Sender<Result<FromPackageWorker, Refusal>>>,
}

impl PackageInspector {
    /// A client; the worker starts with the first question.
    pub fn new(assets: WorkerAssets) -> Self {
        PackageInspector {
            assets: Rc::new(assets),
            shared: Rc::default(),
        }
    }

    /// Inspects an upload.
    pub async fn inspect(
        &self,
        file_name: String,
        bytes: Vec<u8>,
    ) -> Result<DeploymentPackage, Refusal> {
        self.package(|ticket| ToPackageWorker::Inspect {
            ticket,
            file_name,
            bytes,
        })
        .await
    }

    /// Inspects the zip file of a layer.
    pub async fn inspect_layer(
        &self,
        file_name: String,
        bytes: Vec<u8>,
    ) -> Result<DeploymentPackage, Refusal> {
        self.package(|ticket| ToPackageWorker::InspectLayer {
            ticket,
            file_name,
            bytes,
        })
        .await
    }

    /// Inspects a package's files, as after an edit.
    pub async fn inspect_files(
        &self,
        files: PackageFiles,
        source: PackageSource,
    ) -> Result<DeploymentPackage, Refusal> {
        self.package(|ticket| ToPackageWorker::InspectFiles {
            ticket,
            files,
            source,
        })
        .await
    }

    async fn package(
        &self,
        question: impl FnOnce(u32) -> ToPackageWorker,
    ) -> Result<DeploymentPackage, Refusal> {
        match self.ask(question).await? {
            FromPackageWorker::Inspected { package, .. } => {
                package.decode().map_err(|error| broken(error.to_string()))
            }
            other => Err(unexpected(&other)),
        }
    }

    /// Makes an inspected module what environments run, whatever memory they have.
    pub async fn prepare(&self, wasm: Vec<u8>, profiling: bool) -> Result<Vec<u8>, Refusal> {
        let answer = self
            .ask(|ticket| ToPackageWorker::Prepare {
                ticket,
                wasm,
                profiling,
            })
            .await?;
        match answer {
            FromPackageWorker::Prepared { wasm, .. } => Ok(wasm),
            other => Err(unexpected(&other)),
        }
    }

    /// What the functions of a profiling build are called.
    pub async fn names(&self, module: &CompiledModule) -> Result<FunctionNames, Refusal> {
        let Some(section) = module.name_section() else {
            return Ok(FunctionNames::default());
        };
        let imported = module.imported_functions(PROFILE_MODULE);
        let answer = self
            .ask(|ticket| ToPackageWorker::Name {
                ticket,
                section,
                imported,
            })
            .await?;
        match answer {
            FromPackageWorker::Named { names, .. } => {
                names.decode().map_err(|error| broken(error.to_string()))
            }
            other => Err(unexpected(&other)),
        }
    }

    async fn ask(
        &self,
        question: impl FnOnce(u32) -> ToPackageWorker,
    ) -> Result<FromPackageWorker, Refusal> {
        self.start().await.map_err(broken)?;
        let answer = {
            let mut shared = self.shared.borrow_mut();
            shared.tickets += 1;
            let ticket = shared.tickets;
            let (sender, answer) = oneshot::channel();
            shared.waiting.insert(ticket, sender);
            let message = protocol::encode(&question(ticket));
            match &shared.worker {
                Some(worker) => worker.send(&message).map_err(broken)?,
                None => return Err(broken("it has stopped".to_owned())),
            }
            answer
        };
        answer
            .await
            .unwrap_or_else(|_| Err(broken("it gave no answer".to_owned())))
    }

    async fn start(&self) -> Result<(), String> {
        if self.shared.borrow().worker.is_some() {
            return Ok(());
        }
        let program = WorkerProgram::load(&self.assets).await?;
        // Another question may have started it meanwhile.
        if self.shared.borrow().worker.is_none() {
            let shared = Rc::downgrade(&self.shared);
            let worker = program.start("packages", move |event| {
                if let Some(shared) = shared.upgrade() {
                    shared.borrow_mut().receive(event);
                }
            })?;
            self.shared.borrow_mut().worker = Some(worker);
        }
        Ok(())
    }
}

impl Shared {
    fn receive(&mut self, event: WorkerEvent) {
        let message = match event {
            WorkerEvent::Message(bytes) => protocol::decode::<FromPackageWorker>(&bytes),
            WorkerEvent::Failed(reason) => return self.fail(&reason),
        };
        let (ticket, answer) = match message {
            Ok(FromPackageWorker::Ready) => return,
            Ok(FromPackageWorker::Refused {
                ticket,
                cause,
                hint,
                place,
            }) => (ticket, Err(Refusal { cause, hint, place })),
            Ok(
                answer @ (FromPackageWorker::Inspected { ticket, .. }
                | FromPackageWorker::Prepared { ticket, .. }
                | FromPackageWorker::Named { ticket, .. }),
            ) => (ticket, Ok(answer)),
            Err(error) => return self.fail(&error.to_string()),
        };
        if let Some(sender) = self.waiting.remove(&ticket) {
            // Nobody waits for the answer any more: that is fine.
            let _ = sender.send(answer);
        }
    }

    /// Everybody who waits is told, and the next question starts a new worker.
    fn fail(&mut self, reason: &str) {
        self.worker = None;
        for (_, sender) in std::mem::take(&mut self.waiting) {
            let _ = sender.send(Err(broken(reason.to_owned())));
        }
    }
}

fn broken(reason: String) -> Refusal {
    Refusal {
        cause: format!("The worker that inspects packages failed: {reason}."),
        hint: "Try again. If it happens again, reload the page; nothing that you saved is lost."
            .to_owned(),
        place: None,
    }
}

fn unexpected(answer: &FromPackageWorker) -> Refusal {
    let what = match answer {
        FromPackageWorker::Ready => "Ready",
        FromPackageWorker::Inspected { .. } => "Inspected",
        FromPackageWorker::Prepared { .. } => "Prepared",
        FromPackageWorker::Named { .. } => "Named",
        FromPackageWorker::Refused { .. } => "Refused",
    };
    broken(format!("it answered {what} to another question"))
}
