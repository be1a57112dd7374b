//! The sandbox for measuring: what an environment worker does with a message, in a loop, without
//! the messages. Only `cargo xtask bench` builds it; xtask/src/bench/web calls it.
//!
//! ```text
//! main     reactors and commands, invoked in a loop
//! looping  managed runtimes, which loop themselves
//! ```
#![forbid(unsafe_code)]

mod looping;

use js_sys::{Object, Reflect, Uint8Array};
use runtime_core::profile::PhaseProfile;
use runtime_core::protocol::{self, FromPackageWorker, ToPackageWorker};
use runtime_core::sandbox::{
    Code, CompiledModule, Done, HandlerModule, Host, Invocation, InvocationContext, Phase, Sandbox,
    SandboxClock, SandboxSettings, TmpChange,
};
use runtime_core::timeline::Outcome;
use runtime_core::units::{MemoryMb, RequestId, Span};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, Performance};

/// As functions are set unless someone sets them otherwise.
const CLOCK: SandboxClock = SandboxClock::Modelled {
    started_unix_nanos: 0,
    seed: 1,
};
/// More modelled time than anything here takes.
const PHASE: Phase = Phase {
    began_unix_nanos: 0,
    limit: Span::from_secs(900),
    profile: false,
};
/// The function's memory.
const MEMORY: MemoryMb = MemoryMb::new(128);

fn main() {
    console_error_panic_hook::set_once();
}

/// The message that asks the package worker what a file is.
#[wasm_bindgen(js_name = inspectMessage)]
pub fn inspect_message(file_name: String, bytes: Vec<u8>) -> Vec<u8> {
    protocol::encode(&ToPackageWorker::Inspect {
        ticket: 0,
        file_name,
        bytes,
    })
}

/// The message that asks the package worker to prepare an inspected module.
#[wasm_bindgen(js_name = prepareMessage)]
pub fn prepare_message(module: &Module) -> Vec<u8> {
    protocol::encode(&ToPackageWorker::Prepare {
        ticket: 0,
        wasm: module.0.wasm.clone(),
        profiling: false,
    })
}

/// The package worker's answer to [`inspect_message`].
#[wasm_bindgen(js_name = inspected)]
pub fn inspected(answer: &[u8]) -> Result<Module, JsError> {
    match protocol::decode(answer)? {
        FromPackageWorker::Inspected { package, .. } => match package.decode()?.code {
            Code::Module(module) => Ok(Module(module)),
            Code::Source { .. } | Code::Nothing => {
                Err(JsError::new("source code instead of a module"))
            }
        },
        other => Err(JsError::new(&format!("not inspected: {other:?}"))),
    }
}

/// The package worker's answer to [`prepare_message`].
#[wasm_bindgen(js_name = prepared)]
pub fn prepared(answer: &[u8]) -> Result<Vec<u8>, JsError> {
    match protocol::decode(answer)? {
        FromPackageWorker::Prepared { wasm, .. } => Ok(wasm),
        other => Err(JsError::new(&format!("not prepared: {other:?}"))),
    }
}

/// A managed runtime's cold start and `warm` invocations, in microseconds: see [`looping::run`].
#[wasm_bindgen(js_name = runLoop)]
pub fn run_loop(
    compiled: JsValue,
    initial_memory: u32,
    file: String,
    source: Vec<u8>,
    handler: String,
    event: Vec<u8>,
    warm: u32,
) -> Result<Vec<f64>, JsError> {
    looping::run(
        compiled,
        initial_memory,
        file,
        source,
        &handler,
        event,
        warm,
    )
}

/// What inspection found out about a handler module.
#[wasm_bindgen]
pub struct Module(HandlerModule);

/// A sandbox that is past its INIT phase.
#[wasm_bindgen]
pub struct Bench {
    sandbox: Sandbox,
    context: InvocationContext,
    requests: u64,
    event: Vec<u8>,
}

#[wasm_bindgen]
impl Bench {
    /// Starts the sandbox with a compiled module. `variables` is an object of strings.
    #[wasm_bindgen(constructor)]
    pub fn new(
        module: &Module,
        compiled: JsValue,
        variables: &Object,
        event: Vec<u8>,
    ) -> Result<Bench, JsError> {
        let facts = &module.0.facts;
        let names = Object::keys(variables);
        let variables = names.iter().map(|name| {
            let value = Reflect::get(variables, &name).unwrap_or_default();
            (
                name.as_string().unwrap_or_default(),
                value.as_string().unwrap_or_default(),
            )
        });
        let settings = SandboxSettings {
            memory: MEMORY,
            initial_memory: facts.initial_memory,
            variables: variables.collect(),
            clock: CLOCK,
            ..SandboxSettings::new(module.0.kind)
        };
        let compiled = CompiledModule::try_from(compiled)?;
        let mut sandbox = Sandbox::start(&settings, compiled, WorkerHost::new())?;
        sandbox.init(PHASE)?;
        Ok(Bench {
            sandbox,
            context: InvocationContext::default(),
            requests: 0,
            event,
        })
    }

    /// What handlers are told about each invocation.
    pub fn describe(&mut self, request_id: String, deadline_unix_millis: f64, arn: String) {
        self.context = InvocationContext {
            request_id,
            deadline_unix_millis: deadline_unix_millis as u64,
            invoked_function_arn: arn,
            trace_id: String::new(),
        };
    }

    /// Invokes so many times; gives the last response.
    pub fn run(&mut self, count: u32) -> Result<Uint8Array, JsError> {
        let mut response = Vec::new();
        for _ in 0..count {
            self.requests += 1;
            let request = RequestId(self.requests);
            let (context, event) = (self.context.clone(), self.event.clone());
            let done = self.sandbox.invoke(Invocation {
                request,
                init_first: false,
                phase: PHASE,
                context,
                event,
            })?;
            let Some(Done::Invocation { invoked, .. }) = done else {
                return Err(JsError::new("the invocation has no end"));
            };
            response = match (invoked.outcome, invoked.response) {
                (Outcome::Succeeded, Some(response)) => response,
                (outcome, _) => return Err(JsError::new(&format!("{outcome:?}"))),
            };
        }
        Ok(Uint8Array::from(response.as_slice()))
    }
}

/// The worker's clock and chance; the handlers that are measured write no log and no files.
struct WorkerHost {
    performance: Option<Performance>,
}

impl WorkerHost {
    fn new() -> Self {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        WorkerHost {
            performance: scope.performance(),
        }
    }
}

impl Host for WorkerHost {
    fn elapsed(&self) -> Span {
        let now = self.performance.as_ref();
        Span::from_millis_f64(now.map_or_else(js_sys::Date::now, Performance::now))
    }

    fn unix_nanos(&self) -> u64 {
        Span::from_millis_f64(js_sys::Date::now()).as_nanos()
    }

    fn random(&mut self, buffer: &mut [u8]) {
        buffer.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
    }

    fn sleep(&mut self, _: Span) {}

    fn log(&mut self, _: Option<RequestId>, _: Option<Span>, _: &[u8]) {}

    fn tmp_changed(&mut self, _: TmpChange) {}

    fn done(&mut self, _: Done) {}

    fn profiled(&mut self, _: PhaseProfile) {}
    fn wait(&mut self) -> Option<Invocation> {
        None
    }

    fn can_wait(&self) -> bool {
        false
    }
}
