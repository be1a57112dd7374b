//! The simulation worker: runs a scenario. Its code is fetched with the first run; each run has a worker
//! of its own, so that it can be ended whatever it is doing.

use super::worker::{RunningWorker, WorkerAssets, WorkerEvent, WorkerProgram};
use runtime_core::protocol;
use runtime_core::simulator::{RunNews, RunOrder};
use std::cell::RefCell;

/// What `<meta>` element says where the worker is.
const NAME: &str = "simulation_worker";

thread_local! {
    static PROGRAM: RefCell<Option<WorkerProgram>> = const { RefCell::new(None) };
}

/// A run. Dropping it ends it.
pub struct Run {
    worker: RunningWorker,
}

impl Run {
    /// Has the worker run something else, once it is done with what it runs.
    ///
    /// # Errors
    /// If the worker could not be told.
    pub fn next(&self, order: &RunOrder) -> Result<(), String> {
        self.worker.send(&protocol::encode(order))
    }
}

/// Begins a run; `on_news` is told what it comes to, or why the worker broke.
///
/// # Errors
/// If the worker's code could not be fetched or started.
pub async fn run(
    order: &RunOrder,
    on_news: impl Fn(Result<RunNews, String>) + 'static,
) -> Result<Run, String> {
    let worker = program().await?.start("simulation", move |event| {
        on_news(match event {
            WorkerEvent::Message(bytes) => {
                protocol::decode(&bytes).map_err(|error| error.to_string())
            }
            WorkerEvent::Failed(reason) => Err(reason),
        });
    })?;
    let run = Run { worker };
    run.next(order)?;
    Ok(run)
}

async fn program() -> Result<WorkerProgram, String> {
    if let Some(program) = PROGRAM.with_borrow(Clone::clone) {
        return Ok(program);
    }
    let program = WorkerProgram::load(&WorkerAssets::find(NAME)?).await?;
    PROGRAM.set(Some(program.clone()));
    Ok(program)
}
