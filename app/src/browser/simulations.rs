//! The simulation worker: runs a scenario, or reads and changes its text for a form. Its code is fetched with the
//! first run; each run has a worker of its own, so that it can be ended whatever it is doing.

use super::worker::{RunningWorker, WorkerAssets, WorkerEvent, WorkerProgram};
use runtime_core::protocol;
use runtime_core::simulator::{
    FormNews, FormOrder, RunNews, RunOrder, SideNews, SideOrder, SimulationOrder, SweepNews,
    SweepOrder,
};
use serde::de::DeserializeOwned;
use std::cell::RefCell;

/// What `<meta>` element says where the worker is.
const NAME: &str = "simulation_worker";

thread_local! {
    static PROGRAM: RefCell<Option<WorkerProgram>> = const { RefCell::new(None) };
}

/// A run. Dropping it ends it.
pub struct Run {
    _worker: RunningWorker,
}

/// What runs one side of scenarios that have two. Dropping it ends it.
pub struct SideRunner {
    worker: RunningWorker,
}

impl SideRunner {
    /// Has a side run; the answers come in the order of the orders.
    ///
    /// # Errors
    /// If the worker could not be told.
    pub fn run(&self, order: SideOrder) -> Result<(), String> {
        let order = SimulationOrder::Side(order);
        self.worker.send(&protocol::encode(&order))
    }
}

/// What reads and changes texts. Dropping it ends it.
pub struct FormReader {
    worker: RunningWorker,
}

impl FormReader {
    /// Has a text read; the answers come in the order of the orders.
    ///
    /// # Errors
    /// If the worker could not be told.
    pub fn read(&self, order: FormOrder) -> Result<(), String> {
        let order = SimulationOrder::Form(order);
        self.worker.send(&protocol::encode(&order))
    }
}

/// A part of a sweep. Dropping it ends it.
pub struct SweepRun {
    _worker: RunningWorker,
}

/// Begins a part of a sweep; `on_news` is told of each of its points, or why the worker broke.
///
/// # Errors
/// If the worker's code could not be fetched or started.
pub async fn sweep(
    order: SweepOrder,
    on_news: impl Fn(Result<SweepNews, String>) + 'static,
) -> Result<SweepRun, String> {
    let worker = started("sweep", on_news).await?;
    let order = SimulationOrder::Sweep(order);
    worker.send(&protocol::encode(&order))?;
    Ok(SweepRun { _worker: worker })
}

/// Begins a run; `on_news` is told what it comes to, or why the worker broke.
///
/// # Errors
/// If the worker's code could not be fetched or started.
pub async fn run(
    order: RunOrder,
    on_news: impl Fn(Result<RunNews, String>) + 'static,
) -> Result<Run, String> {
    let worker = started("simulation", on_news).await?;
    let order = SimulationOrder::Run(order);
    worker.send(&protocol::encode(&order))?;
    Ok(Run { _worker: worker })
}

/// Starts a worker for sides; `on_news` is told what each of them comes to, or why the worker broke.
///
/// # Errors
/// If the worker's code could not be fetched or started.
pub async fn sides(
    on_news: impl Fn(Result<SideNews, String>) + 'static,
) -> Result<SideRunner, String> {
    Ok(SideRunner {
        worker: started("side", on_news).await?,
    })
}

/// Starts a worker for texts; `on_news` is told what each of them says, or why the worker broke.
///
/// # Errors
/// If the worker's code could not be fetched or started.
pub async fn forms(
    on_news: impl Fn(Result<FormNews, String>) + 'static,
) -> Result<FormReader, String> {
    Ok(FormReader {
        worker: started("form", on_news).await?,
    })
}

async fn started<News: DeserializeOwned>(
    name: &str,
    on_news: impl Fn(Result<News, String>) + 'static,
) -> Result<RunningWorker, String> {
    program().await?.start(name, move |event| {
        on_news(match event {
            WorkerEvent::Message(bytes) => {
                protocol::decode(&bytes).map_err(|error| error.to_string())
            }
            WorkerEvent::Failed(reason) => Err(reason),
        });
    })
}

async fn program() -> Result<WorkerProgram, String> {
    if let Some(program) = PROGRAM.with_borrow(Clone::clone) {
        return Ok(program);
    }
    let program = WorkerProgram::load(&WorkerAssets::find(NAME)?).await?;
    PROGRAM.set(Some(program.clone()));
    Ok(program)
}
