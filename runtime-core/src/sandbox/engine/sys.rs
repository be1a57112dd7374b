//! Modules on wasmer's sys backend.

use super::{Fuel, Limits, OutOfBounds, Running, SandboxError, StartError, Trap};
use crate::sandbox::link;
use crate::sandbox::meter::{FUEL_EXPORT, MEMORY_LIMIT_EXPORT, OUT_OF_MEMORY_EXPORT, START_EXPORT};
use crate::sandbox::process::Process;
use crate::timeline::HandlerKind;
use wasmer::sys::{Cranelift, EngineBuilder};
use wasmer::{
    AsStoreMut, AsStoreRef, ExternType, FunctionEnv, Global, Imports, Instance, InstantiationError,
    LinkError, Memory, MemoryView, Module, RuntimeError, Store, TypedFunction, Value,
};

#[path = "sys_state.rs"]
mod state;

/// A handler module, compiled. Cloning is cheap.
#[derive(Clone)]
pub struct CompiledModule {
    engine: wasmer::Engine,
    module: Module,
}

impl CompiledModule {
    /// Compiles a module's bytes.
    pub fn compile(bytes: &[u8]) -> Result<Self, SandboxError> {
        let engine: wasmer::Engine = EngineBuilder::new(Cranelift::default()).engine().into();
        let module = Module::from_binary(&engine, bytes)
            .map_err(|error| SandboxError::Compile(error.to_string()))?;
        Ok(CompiledModule { engine, module })
    }
}

/// A module linked with the host functions, and at most one live instance.
pub(crate) struct Engine {
    compiled: CompiledModule,
    store: Store,
    running: FunctionEnv<Running>,
    exports: Option<Exports>,
}

struct Exports {
    all: wasmer::Exports,
    memory: Memory,
    initialize: Option<TypedFunction<(), ()>>,
    start: Option<TypedFunction<(), ()>>,
    allocate: Option<TypedFunction<i32, i32>>,
    handle: Option<TypedFunction<(i32, i32), i64>>,
    memory_limit: Option<Global>,
    out_of_memory: Option<Global>,
}

impl Engine {
    /// Links; runs nothing.
    pub(crate) fn new(
        compiled: CompiledModule,
        _: HandlerKind,
        process: Process,
    ) -> Result<Self, SandboxError> {
        let mut store = Store::new(compiled.engine.clone());
        let running = FunctionEnv::new(&mut store, Running::new(process));
        link(&compiled.module, &mut store, &running)?;
        Ok(Engine {
            compiled,
            store,
            running,
            exports: None,
        })
    }

    pub(crate) fn process(&mut self) -> &mut Process {
        &mut self.running.as_mut(&mut self.store).process
    }

    /// Replaces the instance by a fresh one with these limits. Its start function has not run yet if
    /// it is metered.
    pub(crate) fn create(&mut self, limits: Limits) -> Result<(), StartError> {
        // A store never gives an instance back, so each instance gets a store of its own.
        self.drop_instance();
        let process = std::mem::take(self.process());
        self.store = Store::new(self.compiled.engine.clone());
        self.running = FunctionEnv::new(&mut self.store, Running::new(process));
        let imports = link(&self.compiled.module, &mut self.store, &self.running)
            .map_err(StartError::Refused)?;
        let instance =
            Instance::new(&mut self.store, &self.compiled.module, &imports).map_err(start_error)?;

        let exports = &instance.exports;
        let memory = exports
            .get_memory("memory")
            .map_err(|_| StartError::Refused(SandboxError::MissingExport("memory")))?
            .clone();
        let running = self.running.as_mut(&mut self.store);
        running.memory = Some(GuestMemory(memory.clone()));
        running.fuel = exports.get_global(FUEL_EXPORT).ok().cloned().map(FuelGauge);
        self.exports = Some(Exports {
            all: exports.clone(),
            memory,
            initialize: exports.get_typed_function(&self.store, "_initialize").ok(),
            start: exports.get_typed_function(&self.store, "_start").ok(),
            allocate: exports.get_typed_function(&self.store, "allocate").ok(),
            handle: exports.get_typed_function(&self.store, "handle").ok(),
            memory_limit: exports.get_global(MEMORY_LIMIT_EXPORT).ok().cloned(),
            out_of_memory: exports.get_global(OUT_OF_MEMORY_EXPORT).ok().cloned(),
        });
        self.set(
            |exports| exports.memory_limit.clone(),
            limits.memory_pages().into(),
        )?;
        self.set_fuel(limits.fuel);
        Ok(())
    }

    /// Replaces the instance by a fresh one with these limits and runs its start function.
    pub(crate) fn instantiate(&mut self, limits: Limits) -> Result<(), StartError> {
        self.create(limits)?;
        match self.enter(START_EXPORT) {
            Some(result) => result.map_err(StartError::Trapped),
            None => Ok(()),
        }
    }

    /// Calls an export that takes and gives nothing; `None` if there is none of this name.
    pub(crate) fn enter(&mut self, name: &str) -> Option<Result<(), Trap>> {
        let all = &self.exports.as_ref()?.all;
        let function: TypedFunction<(), ()> = all.get_typed_function(&self.store, name).ok()?;
        let result = function.call(&mut self.store);
        Some(self.ran(result))
    }

    /// Sets a metered module's global.
    fn set(
        &mut self,
        global: impl Fn(&Exports) -> Option<Global>,
        value: Value,
    ) -> Result<(), SandboxError> {
        match self.exports.as_ref().and_then(global) {
            Some(global) => global
                .set(&mut self.store, value)
                .map_err(|error| SandboxError::Instantiate(error.message())),
            None => Ok(()),
        }
    }

    /// Gives a metered module so much fuel.
    pub(crate) fn set_fuel(&mut self, fuel: Fuel) {
        if let Some(gauge) = self.running.as_ref(&self.store).fuel.clone() {
            gauge.set(&mut self.store, fuel);
        }
    }

    /// A metered module's fuel that is left.
    pub(crate) fn fuel(&mut self) -> Option<Fuel> {
        let gauge = self.running.as_ref(&self.store).fuel.clone()?;
        gauge.left(&mut self.store)
    }

    /// Guest code ran.
    fn ran<T>(&mut self, result: Result<T, RuntimeError>) -> Result<T, Trap> {
        result.map_err(|error| match self.fuel() {
            Some(fuel) if fuel < Fuel(0) => Trap::OutOfFuel,
            _ => trap(error),
        })
    }

    pub(crate) fn drop_instance(&mut self) {
        self.exports = None;
        let running = self.running.as_mut(&mut self.store);
        running.memory = None;
        running.fuel = None;
    }

    /// Calls `_initialize` where there is one.
    pub(crate) fn initialize(&mut self) -> Result<(), Trap> {
        match self.exports.as_ref().and_then(|e| e.initialize.as_ref()) {
            Some(function) => {
                let result = function.call(&mut self.store);
                self.ran(result)
            }
            None => Ok(()),
        }
    }

    /// Calls `_start`.
    pub(crate) fn start(&mut self) -> Result<(), Trap> {
        match self.exports.as_ref().and_then(|e| e.start.as_ref()) {
            Some(function) => {
                let result = function.call(&mut self.store);
                self.ran(result)
            }
            None => Err(Trap::Other("no function _start".to_owned())),
        }
    }

    /// Calls `allocate`.
    pub(crate) fn allocate(&mut self, len: u32) -> Result<u32, Trap> {
        match self.exports.as_ref().and_then(|e| e.allocate.as_ref()) {
            Some(function) => {
                let result = function.call(&mut self.store, len as i32);
                self.ran(result).map(|ptr| ptr as u32)
            }
            None => Err(Trap::Other("no function allocate".to_owned())),
        }
    }

    /// Calls `handle`.
    pub(crate) fn handle(&mut self, ptr: u32, len: u32) -> Result<u64, Trap> {
        match self.exports.as_ref().and_then(|e| e.handle.as_ref()) {
            Some(function) => {
                let result = function.call(&mut self.store, ptr as i32, len as i32);
                self.ran(result).map(|packed| packed as u64)
            }
            None => Err(Trap::Other("no function handle".to_owned())),
        }
    }

    /// Whether a metered module was refused memory.
    pub(crate) fn out_of_memory(&mut self) -> bool {
        let Some(global) = self.exports.as_ref().and_then(|e| e.out_of_memory.clone()) else {
            return false;
        };
        matches!(global.get(&mut self.store), Value::I32(flag) if flag != 0)
    }

    /// The memory's size now, in bytes; memories only grow.
    pub(crate) fn memory_size(&mut self) -> u64 {
        self.exports
            .as_ref()
            .map_or(0, |exports| exports.memory.view(&self.store).data_size())
    }

    /// Reads guest memory outside of a host function.
    pub(crate) fn read(&mut self, at: u32, len: usize) -> Result<Vec<u8>, OutOfBounds> {
        match &self.exports {
            Some(exports) => GuestView(exports.memory.view(&self.store)).read_vec(at, len),
            None => Err(OutOfBounds),
        }
    }

    /// Writes guest memory outside of a host function.
    pub(crate) fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        match &self.exports {
            Some(exports) => GuestView(exports.memory.view(&self.store)).write(at, bytes),
            None => Err(OutOfBounds),
        }
    }
}

fn link(
    module: &Module,
    store: &mut Store,
    running: &FunctionEnv<Running>,
) -> Result<Imports, SandboxError> {
    let mut linked = Imports::new();
    for import in module.imports() {
        let function = match import.ty() {
            ExternType::Function(_) => {
                link::function(store, running, import.module(), import.name())
            }
            _ => None,
        };
        let Some(function) = function else {
            return Err(SandboxError::UnknownImport {
                module: import.module().to_owned(),
                name: import.name().to_owned(),
            });
        };
        linked.define(import.module(), import.name(), function);
    }
    Ok(linked)
}

fn start_error(error: InstantiationError) -> StartError {
    match error {
        InstantiationError::Start(error) | InstantiationError::Link(LinkError::Trap(error)) => {
            StartError::Trapped(trap(error))
        }
        other => StartError::Refused(SandboxError::Instantiate(other.to_string())),
    }
}

fn trap(error: RuntimeError) -> Trap {
    Trap::from_message(&error.message())
}

/// The fuel of a metered instance.
#[derive(Clone)]
pub(crate) struct FuelGauge(Global);

impl FuelGauge {
    /// What is left.
    pub(crate) fn left(&self, store: &mut impl AsStoreMut) -> Option<Fuel> {
        match self.0.get(store) {
            Value::I64(fuel) => Some(Fuel(fuel)),
            _ => None,
        }
    }

    /// Replaces what is left.
    pub(crate) fn set(&self, store: &mut impl AsStoreMut, fuel: Fuel) {
        // Fails only for a global of another type or that cannot change, and metering has made it.
        let _ = self.0.set(store, fuel.0.into());
    }
}

/// The memory of an instance.
pub(crate) struct GuestMemory(Memory);

impl GuestMemory {
    pub(crate) fn view<'a>(&'a mut self, store: &'a impl AsStoreRef) -> GuestView<'a> {
        GuestView(self.0.view(store))
    }
}

/// A memory during one host call. All accesses are bounds checked.
pub(crate) struct GuestView<'a>(MemoryView<'a>);

impl GuestView<'_> {
    pub(crate) fn size(&self) -> u64 {
        self.0.data_size()
    }

    pub(crate) fn read(&self, at: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
        self.0.read(at.into(), into).map_err(|_| OutOfBounds)
    }

    pub(crate) fn write(&self, at: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        self.0.write(at.into(), bytes).map_err(|_| OutOfBounds)
    }

    pub(crate) fn read_u32(&self, at: u32) -> Result<u32, OutOfBounds> {
        let mut bytes = [0; 4];
        self.read(at, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub(crate) fn write_u32(&self, at: u32, value: u32) -> Result<(), OutOfBounds> {
        self.write(at, &value.to_le_bytes())
    }

    /// Reads a range; the range is checked before anything is allocated.
    pub(crate) fn read_vec(&self, at: u32, len: usize) -> Result<Vec<u8>, OutOfBounds> {
        if u64::from(at) + len as u64 > self.size() {
            return Err(OutOfBounds);
        }
        let mut bytes = vec![0; len];
        self.read(at, &mut bytes)?;
        Ok(bytes)
    }
}
