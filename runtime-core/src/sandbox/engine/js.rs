//! Modules on a browser's own engine.
//!
//! wasmer's js backend makes the host functions and keeps their state; instances, calls and memory
//! go through the JavaScript objects that wasmer converts to. The reason is in the map above.

use super::{Fuel, Limits, OutOfBounds, Running, SandboxError, StartError, Trap};
use crate::sandbox::link;
use crate::sandbox::meter::{FUEL_EXPORT, MEMORY_LIMIT_EXPORT, OUT_OF_MEMORY_EXPORT, START_EXPORT};
use crate::sandbox::process::Process;
use crate::timeline::HandlerKind;
use js_sys::{ArrayBuffer, DataView, Error, Function, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasmer::js::AsJs;
use wasmer::{AsStoreMut, AsStoreRef, FunctionEnv, RuntimeError, Store};

/// Calls and copies in the very shape that is needed here. The general ones of `js_sys` box each
/// number and ask for each length, which doubles the time of a warm invocation. Inspection has
/// checked the types of the exports.
#[wasm_bindgen]
extern "C" {
    /// An exported function of the guest.
    #[wasm_bindgen(extends = Function, js_name = Function)]
    type Export;
    #[wasm_bindgen(method, catch, js_name = call)]
    fn call_unit(this: &Export, this_arg: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = call)]
    fn call_allocate(this: &Export, this_arg: &JsValue, len: u32) -> Result<i32, JsValue>;
    #[wasm_bindgen(method, catch, js_name = call)]
    fn call_handle(this: &Export, this_arg: &JsValue, ptr: u32, len: u32) -> Result<i64, JsValue>;

    /// A global of type `mut i64`.
    #[wasm_bindgen(extends = WebAssembly::Global, js_namespace = WebAssembly, js_name = Global)]
    #[derive(Clone)]
    type NumberGlobal;
    #[wasm_bindgen(method, getter, js_name = value)]
    fn number(this: &NumberGlobal) -> i64;
    #[wasm_bindgen(method, setter, js_name = value)]
    fn set_number(this: &NumberGlobal, number: i64);

    /// The bytes of the guest's memory.
    #[wasm_bindgen(extends = Uint8Array, js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(constructor)]
    fn new(buffer: &ArrayBuffer) -> Bytes;
    #[wasm_bindgen(method, js_name = set)]
    fn set_from(this: &Bytes, source: &[u8], at: u32);
    #[wasm_bindgen(js_namespace = ["Uint8Array", "prototype", "set"], js_name = call)]
    fn copy_out(into: &mut [u8], source: &Uint8Array);
}

#[path = "js_state.rs"]
mod state;

/// A handler module, compiled. Cloning is cheap.
#[derive(Clone)]
pub struct CompiledModule {
    module: WebAssembly::Module,
}

impl CompiledModule {
    /// Compiles a module's bytes. A worker may do this, a page may not for all but small modules.
    pub fn compile(bytes: &[u8]) -> Result<Self, SandboxError> {
        let bytes = Uint8Array::from(bytes);
        match WebAssembly::Module::new(&bytes) {
            Ok(module) => Ok(CompiledModule { module }),
            Err(error) => Err(SandboxError::Compile(message(error))),
        }
    }
}

impl TryFrom<JsValue> for CompiledModule {
    type Error = SandboxError;

    /// Takes over a `WebAssembly.Module`, as a page posts it to its workers.
    fn try_from(value: JsValue) -> Result<Self, SandboxError> {
        match value.dyn_into() {
            Ok(module) => Ok(CompiledModule { module }),
            Err(_) => Err(SandboxError::Compile("no WebAssembly.Module".to_owned())),
        }
    }
}

/// A module linked with the host functions, and at most one live instance.
pub(crate) struct Engine {
    module: WebAssembly::Module,
    store: Store,
    running: FunctionEnv<Running>,
    /// Made once: host functions belong to the store and serve every instance.
    imports: Object,
    names: Names,
    exports: Option<Exports>,
    kind: HandlerKind,
}

/// Names as JavaScript strings, so that they are not made for each instance.
struct Names {
    memory: JsValue,
    initialize: JsValue,
    start: JsValue,
    allocate: JsValue,
    handle: JsValue,
    begin: JsValue,
    fuel: JsValue,
    memory_limit: JsValue,
    out_of_memory: JsValue,
}

struct Exports {
    all: Object,
    allocate: Option<Export>,
    handle: Option<Export>,
}

impl Exports {
    fn function(&self, name: &JsValue) -> Option<Export> {
        Reflect::get(&self.all, name).ok()?.dyn_into().ok()
    }

    fn global(&self, name: &JsValue) -> Option<WebAssembly::Global> {
        Reflect::get(&self.all, name).ok()?.dyn_into().ok()
    }
}

impl Engine {
    /// Links; runs nothing.
    pub(crate) fn new(
        compiled: CompiledModule,
        kind: HandlerKind,
        process: Process,
    ) -> Result<Self, SandboxError> {
        let mut store = Store::default();
        let running = FunctionEnv::new(&mut store, Running::new(process));
        let imports = link(&compiled.module, &mut store, &running)?;
        Ok(Engine {
            module: compiled.module,
            store,
            running,
            imports,
            names: Names {
                memory: "memory".into(),
                initialize: "_initialize".into(),
                start: "_start".into(),
                allocate: "allocate".into(),
                handle: "handle".into(),
                begin: START_EXPORT.into(),
                fuel: FUEL_EXPORT.into(),
                memory_limit: MEMORY_LIMIT_EXPORT.into(),
                out_of_memory: OUT_OF_MEMORY_EXPORT.into(),
            },
            exports: None,
            kind,
        })
    }

    pub(crate) fn process(&mut self) -> &mut Process {
        &mut self.running.as_mut(&mut self.store).process
    }

    /// Replaces the instance by a fresh one with these limits. Its start function has not run yet if
    /// it is metered.
    pub(crate) fn create(&mut self, limits: Limits) -> Result<(), StartError> {
        self.drop_instance();
        let instance =
            WebAssembly::Instance::new(&self.module, &self.imports).map_err(start_error)?;
        let all = instance.exports();
        let export = |name: &JsValue| Reflect::get(&all, name).unwrap_or(JsValue::UNDEFINED);
        let memory = export(&self.names.memory)
            .dyn_into()
            .map_err(|_| StartError::Refused(SandboxError::MissingExport("memory")))?;
        self.exports = Some(match self.kind {
            HandlerKind::Reactor => Exports {
                allocate: export(&self.names.allocate).dyn_into().ok(),
                handle: export(&self.names.handle).dyn_into().ok(),
                all,
            },
            HandlerKind::Command | HandlerKind::Loop => Exports {
                allocate: None,
                handle: None,
                all,
            },
        });
        let fuel = self
            .exports
            .as_ref()
            .and_then(|it| it.global(&self.names.fuel));
        let running = self.running.as_mut(&mut self.store);
        running.memory = Some(GuestMemory::new(memory));
        running.fuel = fuel.map(|global| FuelGauge(global.unchecked_into()));
        if let Some(exports) = &self.exports
            && let Some(limit) = exports.global(&self.names.memory_limit)
        {
            limit.set_value(&limits.memory_pages().into());
        }
        self.set_fuel(limits.fuel);
        Ok(())
    }

    /// Replaces the instance by a fresh one with these limits and runs its start function.
    pub(crate) fn instantiate(&mut self, limits: Limits) -> Result<(), StartError> {
        self.create(limits)?;
        let exports = self.exports.as_ref();
        match exports.and_then(|exports| exports.function(&self.names.begin)) {
            Some(begin) => {
                let result = begin.call_unit(&JsValue::UNDEFINED);
                self.ran(result).map_err(StartError::Trapped)
            }
            None => Ok(()),
        }
    }

    /// Calls an export that takes and gives nothing; `None` if there is none of this name.
    pub(crate) fn enter(&mut self, name: &str) -> Option<Result<(), Trap>> {
        let function = self.exports.as_ref()?.function(&name.into())?;
        Some(self.ran(function.call_unit(&JsValue::UNDEFINED)))
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

    pub(crate) fn drop_instance(&mut self) {
        self.exports = None;
        let running = self.running.as_mut(&mut self.store);
        running.memory = None;
        running.fuel = None;
    }

    /// Calls `_initialize` where there is one.
    pub(crate) fn initialize(&mut self) -> Result<(), Trap> {
        match &self.exports {
            Some(exports) => match exports.function(&self.names.initialize) {
                Some(function) => self.ran(function.call_unit(&JsValue::UNDEFINED)),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Calls `_start`.
    pub(crate) fn start(&mut self) -> Result<(), Trap> {
        let exports = self.exports.as_ref();
        match exports.and_then(|exports| exports.function(&self.names.start)) {
            Some(function) => self.ran(function.call_unit(&JsValue::UNDEFINED)),
            None => Err(Trap::Other("no function _start".to_owned())),
        }
    }

    /// Calls `allocate`.
    pub(crate) fn allocate(&mut self, len: u32) -> Result<u32, Trap> {
        match self.exports.as_ref().and_then(|e| e.allocate.as_ref()) {
            Some(function) => {
                let result = function.call_allocate(&JsValue::UNDEFINED, len);
                self.ran(result).map(|ptr| ptr as u32)
            }
            None => Err(Trap::Other("no function allocate".to_owned())),
        }
    }

    /// Calls `handle`.
    pub(crate) fn handle(&mut self, ptr: u32, len: u32) -> Result<u64, Trap> {
        match self.exports.as_ref().and_then(|e| e.handle.as_ref()) {
            Some(function) => {
                let result = function.call_handle(&JsValue::UNDEFINED, ptr, len);
                self.ran(result).map(|packed| packed as u64)
            }
            None => Err(Trap::Other("no function handle".to_owned())),
        }
    }

    /// Guest code ran: its memory may have grown.
    fn ran<T>(&mut self, result: Result<T, JsValue>) -> Result<T, Trap> {
        if let Some(memory) = &mut self.running.as_mut(&mut self.store).memory {
            memory.refresh();
        }
        result.map_err(|error| match self.fuel() {
            Some(fuel) if fuel < Fuel(0) => Trap::OutOfFuel,
            _ => trap(error),
        })
    }

    /// Whether a metered module was refused memory.
    pub(crate) fn out_of_memory(&mut self) -> bool {
        let exports = self.exports.as_ref();
        let global = exports.and_then(|exports| exports.global(&self.names.out_of_memory));
        global
            .and_then(|global| global.value().as_f64())
            .is_some_and(|flag| flag != 0.0)
    }

    /// The memory's size now, in bytes; memories only grow.
    pub(crate) fn memory_size(&mut self) -> u64 {
        self.view().map_or(0, |view| view.size())
    }

    /// Reads guest memory outside of a host function.
    pub(crate) fn read(&mut self, at: u32, len: usize) -> Result<Vec<u8>, OutOfBounds> {
        self.view().ok_or(OutOfBounds)?.read_vec(at, len)
    }

    /// Writes guest memory outside of a host function.
    pub(crate) fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        self.view().ok_or(OutOfBounds)?.write(at, bytes)
    }

    fn view(&mut self) -> Option<GuestView<'_>> {
        let memory = &mut self.running.as_mut(&mut self.store).memory;
        memory.as_ref().map(GuestView)
    }
}

fn link(
    module: &WebAssembly::Module,
    store: &mut Store,
    running: &FunctionEnv<Running>,
) -> Result<Object, SandboxError> {
    let namespaces = Object::new();
    for import in WebAssembly::Module::imports(module).iter() {
        let text = |name: &str| {
            let value = Reflect::get(&import, &name.into()).unwrap_or(JsValue::UNDEFINED);
            value.as_string().unwrap_or_default()
        };
        let (from, name) = (text("module"), text("name"));
        let function = match text("kind").as_str() {
            "function" => link::function(store, running, &from, &name),
            _ => None,
        };
        let Some(function) = function else {
            return Err(SandboxError::UnknownImport { module: from, name });
        };
        let function = function.as_jsvalue(store);
        let namespace = match Reflect::get(&namespaces, &from.as_str().into()) {
            Ok(namespace) if namespace.is_object() => namespace,
            _ => {
                let namespace = Object::new().into();
                set(&namespaces, &from, &namespace)?;
                namespace
            }
        };
        set(&namespace, &name, &function)?;
    }
    Ok(namespaces)
}

fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), SandboxError> {
    match Reflect::set(object, &name.into(), value) {
        Ok(_) => Ok(()),
        Err(error) => Err(SandboxError::Instantiate(message(error))),
    }
}

/// A start function traps with the same errors as any call; what else goes wrong is no outcome.
fn start_error(error: JsValue) -> StartError {
    let refused = error.is_instance_of::<WebAssembly::LinkError>()
        || error.is_instance_of::<WebAssembly::CompileError>()
        || error.is_instance_of::<js_sys::TypeError>();
    if refused {
        return StartError::Refused(SandboxError::Instantiate(message(error)));
    }
    match trap(error) {
        // "Out of memory: Cannot allocate Wasm memory for new instance": the browser's memory, not
        // the function's.
        Trap::Other(text) if text.contains("allocate") => {
            StartError::Refused(SandboxError::Instantiate(text))
        }
        trap => StartError::Trapped(trap),
    }
}

fn trap(error: JsValue) -> Trap {
    if error.is_instance_of::<WebAssembly::Exception>() {
        return Trap::UncaughtException;
    }
    Trap::from_message(&message(error))
}

/// The message of whatever was thrown; frees it where it is a host function's own error.
fn message(error: JsValue) -> String {
    match error.dyn_into::<Error>() {
        Ok(error) => error.message().into(),
        Err(other) => RuntimeError::from(other).message(),
    }
}

/// The fuel of a metered instance.
#[derive(Clone)]
pub(crate) struct FuelGauge(NumberGlobal);

impl FuelGauge {
    /// What is left.
    pub(crate) fn left(&self, _: &mut impl AsStoreMut) -> Option<Fuel> {
        Some(Fuel(self.0.number()))
    }

    /// Replaces what is left.
    pub(crate) fn set(&self, _: &mut impl AsStoreMut, fuel: Fuel) {
        self.0.set_number(fuel.0);
    }
}

/// The memory of an instance, with the views that JavaScript needs to reach it.
pub(crate) struct GuestMemory {
    memory: WebAssembly::Memory,
    bytes: Bytes,
    words: DataView,
    size: u64,
}

impl GuestMemory {
    fn new(memory: WebAssembly::Memory) -> Self {
        let buffer: ArrayBuffer = memory.buffer().unchecked_into();
        let size = match buffer.byte_length() {
            // 4 GiB do not fit into 32 bits.
            0 => Reflect::get(&buffer, &"byteLength".into())
                .ok()
                .and_then(|size| size.as_f64())
                .unwrap_or(0.0) as u64,
            size => size.into(),
        };
        GuestMemory {
            bytes: Bytes::new(&buffer),
            words: DataView::new(&buffer, 0, size as usize),
            memory,
            size,
        }
    }

    pub(crate) fn view<'a>(&'a mut self, _: &'a impl AsStoreRef) -> GuestView<'a> {
        self.refresh();
        GuestView(self)
    }

    /// Growing detaches all views, which shows in their length.
    fn refresh(&mut self) {
        if self.bytes.length() != self.size as u32 {
            *self = GuestMemory::new(self.memory.clone());
        }
    }
}

/// A memory during one host call. All accesses are bounds checked.
pub(crate) struct GuestView<'a>(&'a GuestMemory);

impl GuestView<'_> {
    pub(crate) fn size(&self) -> u64 {
        self.0.size
    }

    pub(crate) fn read(&self, at: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
        let end = self.check(at, into.len())?;
        copy_out(into, &self.0.bytes.subarray(at, end));
        Ok(())
    }

    pub(crate) fn write(&self, at: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
        self.check(at, bytes.len())?;
        self.0.bytes.set_from(bytes, at);
        Ok(())
    }

    pub(crate) fn read_u32(&self, at: u32) -> Result<u32, OutOfBounds> {
        self.check(at, 4)?;
        Ok(self.0.words.get_uint32_endian(at as usize, true))
    }

    pub(crate) fn write_u32(&self, at: u32, value: u32) -> Result<(), OutOfBounds> {
        self.check(at, 4)?;
        self.0.words.set_uint32_endian(at as usize, value, true);
        Ok(())
    }

    /// Reads a range; the range is checked before anything is allocated.
    pub(crate) fn read_vec(&self, at: u32, len: usize) -> Result<Vec<u8>, OutOfBounds> {
        self.check(at, len)?;
        let mut bytes = vec![0; len];
        self.read(at, &mut bytes)?;
        Ok(bytes)
    }

    /// Checks a range and gives its end.
    fn check(&self, at: u32, len: usize) -> Result<u32, OutOfBounds> {
        match u64::from(at) + len as u64 {
            end if end <= self.0.size => u32::try_from(end).map_err(|_| OutOfBounds),
            _ => Err(OutOfBounds),
        }
    }
}
