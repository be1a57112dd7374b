//! Managed runtimes, measured: the host hands over event after event and notes how long each takes.

use crate::{CLOCK, MEMORY, PHASE, WorkerHost};
use runtime_core::profile::PhaseProfile;
use runtime_core::sandbox::{
    CompiledModule, Done, FileContent, FileTree, Host, Invocation, InvocationContext, Sandbox,
    SandboxSettings, TmpChange,
};
use runtime_core::timeline::{HandlerKind, Outcome};
use runtime_core::units::{ByteCount, RequestId, Span};
use std::sync::mpsc::{Sender, channel};
use wasm_bindgen::prelude::*;

/// Starts a runtime with a handler of one file, and invokes it once and then `warm` times. Gives the
/// microseconds of each: the first one from nothing but the compiled module to the response.
pub(super) fn run(
    compiled: JsValue,
    initial_memory: u32,
    file: String,
    source: Vec<u8>,
    handler: &str,
    event: Vec<u8>,
    warm: u32,
) -> Result<Vec<f64>, JsError> {
    let inner = WorkerHost::new();
    let mut task = FileTree::default();
    task.insert(file, FileContent::File(source.into()));
    let variables = [
        ("_HANDLER", handler),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_REGION", "us-east-1"),
        ("COLDSTART_RUNTIME_API", "/run/lambda"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
    ];
    let settings = SandboxSettings {
        memory: MEMORY,
        initial_memory: ByteCount::new(initial_memory.into()),
        variables: variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        task,
        clock: CLOCK,
        ..SandboxSettings::new(HandlerKind::Loop)
    };
    let (done, ended) = channel();
    let compiled = CompiledModule::try_from(compiled)?;
    let host = LoopingHost {
        since: inner.elapsed(),
        inner,
        event,
        left: warm.saturating_add(1),
        requests: 0,
        done,
    };
    Sandbox::start(&settings, compiled, host)?.init(PHASE)?;
    let taken: Vec<f64> = ended.try_iter().collect();
    match taken.len() as u64 == u64::from(warm) + 1 {
        true => Ok(taken),
        false => Err(JsError::new(&format!(
            "{} invocations came to a good end",
            taken.len()
        ))),
    }
}

/// Never lets a process wait.
struct LoopingHost {
    inner: WorkerHost,
    event: Vec<u8>,
    /// Events that are still to come.
    left: u32,
    requests: u64,
    /// When what is being measured began.
    since: Span,
    /// Is told the microseconds of each success.
    done: Sender<f64>,
}

impl Host for LoopingHost {
    fn elapsed(&self) -> Span {
        self.inner.elapsed()
    }

    fn unix_nanos(&self) -> u64 {
        self.inner.unix_nanos()
    }

    fn random(&mut self, buffer: &mut [u8]) {
        self.inner.random(buffer);
    }

    fn sleep(&mut self, _: Span) {}

    fn log(&mut self, _: Option<RequestId>, _: Option<Span>, _: &[u8]) {}

    fn profiled(&mut self, _: PhaseProfile) {}

    fn tmp_changed(&mut self, _: TmpChange) {}

    fn done(&mut self, done: Done) {
        if let Done::Invocation { invoked, .. } = done
            && invoked.outcome == Outcome::Succeeded
        {
            let taken = self.elapsed().saturating_sub(self.since);
            // Nobody listens only if nobody measures.
            let _ = self.done.send(taken.as_nanos() as f64 / 1_000.0);
        }
    }

    fn wait(&mut self) -> Option<Invocation> {
        self.left = self.left.checked_sub(1)?;
        // The first one is still a part of the cold start.
        if self.requests > 0 {
            self.since = self.elapsed();
        }
        self.requests += 1;
        Some(Invocation {
            request: RequestId(self.requests),
            init_first: false,
            phase: PHASE,
            context: InvocationContext {
                request_id: "11111111-2222-4333-8444-555555555555".to_owned(),
                deadline_unix_millis: 4_102_444_800_000,
                invoked_function_arn: "arn:aws:lambda:us-east-1:123456789012:function:bench"
                    .to_owned(),
                trace_id: String::new(),
            },
            event: self.event.clone(),
        })
    }

    fn can_wait(&self) -> bool {
        true
    }
}
