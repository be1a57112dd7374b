//! A module on wasmer, with what a host sees of it.

use crate::assemble;
use runtime_core::sandbox::meter::{
    FUEL_EXPORT, MEMORY_LIMIT_EXPORT, OUT_OF_MEMORY_EXPORT, Profile, START_EXPORT, meter,
};
use std::sync::{Arc, Mutex};
use wasmer::{Extern, Function, Imports, Instance, Module, RuntimeError, Store, Value};

/// What a host gives a program to run with, unless a test is about fuel.
pub(crate) const PLENTY: i64 = 1 << 40;

/// What a hook was called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    Enter { function: u32, fuel: i64 },
    Exit { fuel: i64 },
    Caught { depth: u32, fuel: i64 },
    Framed { frame: u32, fuel: i64 },
}

/// The hooks' side of the host: the calls, and how many functions are on the stack.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    pub(crate) calls: Vec<Hook>,
    pub(crate) depth: u32,
}

/// An instance.
pub(crate) struct Machine {
    pub(crate) store: Store,
    pub(crate) instance: Instance,
    pub(crate) hooks: Arc<Mutex<Hooks>>,
}

impl Machine {
    /// A module's text, metered; its start function has not run.
    pub(crate) fn metered(text: &str) -> Machine {
        Machine::of(&meter(&assemble(text), Profile::No).unwrap()).unwrap()
    }

    /// The same as a profiling build.
    pub(crate) fn profiled(text: &str) -> Machine {
        Machine::built(text, Profile::Calls)
    }

    /// The same as a build of some kind.
    pub(crate) fn built(text: &str, profile: Profile) -> Machine {
        Machine::of(&meter(&assemble(text), profile).unwrap()).unwrap()
    }

    /// A module as it is. Imported functions do nothing and give zeros; nothing else may be
    /// imported. An error is the start function's trap.
    pub(crate) fn of(wasm: &[u8]) -> Result<Machine, String> {
        let mut store = Store::default();
        let module = Module::new(&store, wasm).unwrap();
        let hooks = Arc::<Mutex<Hooks>>::default();
        let mut imports = Imports::new();
        for import in module.imports() {
            let ty = import.ty().func().unwrap().clone();
            let results: Vec<Value> = ty.results().iter().map(zero).collect();
            let function = match import.module() {
                "coldstart_profile" => hook(&mut store, import.name(), hooks.clone()),
                _ => Function::new(&mut store, ty, move |_| Ok(results.clone())),
            };
            imports.define(import.module(), import.name(), function);
        }
        let instance =
            Instance::new(&mut store, &module, &imports).map_err(|error| error.to_string())?;
        let mut machine = Machine {
            store,
            instance,
            hooks,
        };
        machine.set(FUEL_EXPORT, Value::I64(PLENTY));
        Ok(machine)
    }

    pub(crate) fn set(&mut self, global: &str, value: Value) {
        if let Ok(global) = self.instance.exports.get_global(global) {
            global.set(&mut self.store, value).unwrap();
        }
    }

    pub(crate) fn get(&mut self, global: &str) -> Value {
        let global = self.instance.exports.get_global(global).unwrap();
        global.get(&mut self.store)
    }

    pub(crate) fn fuel(&mut self) -> i64 {
        match self.get(FUEL_EXPORT) {
            Value::I64(fuel) => fuel,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn limit_pages(&mut self, pages: i32) {
        self.set(MEMORY_LIMIT_EXPORT, Value::I32(pages));
    }

    pub(crate) fn is_out_of_memory(&mut self) -> bool {
        self.get(OUT_OF_MEMORY_EXPORT) == Value::I32(1)
    }

    /// Runs the start function, where there is one.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        match self.instance.exports.get_function(START_EXPORT) {
            Ok(_) => self.call(START_EXPORT, &[]).map(|_| ()),
            Err(_) => Ok(()),
        }
    }

    /// Calls an exported function; an error is a trap's message.
    pub(crate) fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>, String> {
        let function = self.instance.exports.get_function(name).unwrap().clone();
        let results = function.call(&mut self.store, arguments);
        let results = results.map_err(|error: RuntimeError| error.message());
        results.map(|values| values.into_vec())
    }

    /// Calls a function with integers, and tells the fuel that it used.
    pub(crate) fn spend(&mut self, name: &str, arguments: &[i32]) -> i64 {
        let before = self.fuel();
        let arguments: Vec<_> = arguments.iter().copied().map(Value::I32).collect();
        self.call(name, &arguments).unwrap();
        before - self.fuel()
    }

    /// Everything exported that can be compared: numbers in globals, bytes in memories.
    pub(crate) fn state(&mut self) -> Vec<(String, String)> {
        let exports = self.instance.exports.clone();
        let own = exports
            .iter()
            .filter(|(name, _)| !name.starts_with("coldstart."));
        own.map(|(name, export)| {
            let text = match export {
                Extern::Global(global) => shown(&global.get(&mut self.store)),
                Extern::Memory(memory) => {
                    let bytes = memory.view(&self.store).copy_to_vec().unwrap();
                    let sum = bytes.iter().fold(bytes.len() as u64, |sum, byte| {
                        sum.rotate_left(5).wrapping_mul(0x9e37_79b9) ^ u64::from(*byte)
                    });
                    format!("{} bytes {sum:x}", bytes.len())
                }
                Extern::Table(table) => format!("{} entries", table.size(&self.store)),
                Extern::Function(_) | Extern::Tag(_) => String::new(),
            };
            (name.clone(), text)
        })
        .collect()
    }
}

/// A value as text; references only by whether they are null.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::FuncRef(reference) => format!("funcref {}", reference.is_some()),
        Value::ExternRef(reference) => format!("externref {}", reference.is_some()),
        Value::ExceptionRef(reference) => format!("exnref {}", reference.is_some()),
        Value::F32(number) => format!("f32 {:x}", number.to_bits()),
        Value::F64(number) => format!("f64 {:x}", number.to_bits()),
        number => format!("{number:?}"),
    }
}

/// The zero of a type.
pub(crate) fn zero(ty: &wasmer::Type) -> Value {
    match ty {
        wasmer::Type::I32 => Value::I32(0),
        wasmer::Type::I64 => Value::I64(0),
        wasmer::Type::F32 => Value::F32(0.0),
        wasmer::Type::F64 => Value::F64(0.0),
        wasmer::Type::V128 => Value::V128(0),
        wasmer::Type::ExternRef => Value::ExternRef(None),
        wasmer::Type::FuncRef => Value::FuncRef(None),
        wasmer::Type::ExceptionRef => Value::ExceptionRef(None),
    }
}

/// A hook as its documentation tells.
fn hook(store: &mut Store, name: &str, hooks: Arc<Mutex<Hooks>>) -> Function {
    match name {
        "enter" => Function::new_typed(store, move |function: u32, fuel: i64| -> u32 {
            let mut hooks = hooks.lock().unwrap();
            hooks.calls.push(Hook::Enter { function, fuel });
            hooks.depth += 1;
            hooks.depth
        }),
        "exit" => Function::new_typed(store, move |fuel: i64| {
            let mut hooks = hooks.lock().unwrap();
            hooks.calls.push(Hook::Exit { fuel });
            hooks.depth -= 1;
        }),
        "caught" => Function::new_typed(store, move |depth: u32, fuel: i64| {
            let mut hooks = hooks.lock().unwrap();
            hooks.calls.push(Hook::Caught { depth, fuel });
            hooks.depth = depth;
        }),
        "framed" => Function::new_typed(store, move |frame: u32, fuel: i64| {
            hooks
                .lock()
                .unwrap()
                .calls
                .push(Hook::Framed { frame, fuel });
        }),
        other => panic!("no hook {other}"),
    }
}
