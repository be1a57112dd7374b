//! What a snapshot needs of an instance, in a browser.

use super::{Engine, NumberGlobal, SandboxError, message};
use crate::sandbox::meter::{CAPTURE_EXPORT, OWN_GLOBAL_PREFIX};
use crate::sandbox::snapshot::GlobalValue;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsCast;

impl Engine {
    /// The bits of [`CAPTURE_EXPORT`], if the instance has them.
    pub(crate) fn capture_obstacles(&mut self) -> Option<u32> {
        let global = self.exports.as_ref()?.global(&CAPTURE_EXPORT.into())?;
        global.value().as_f64().map(|bits| bits as u32)
    }

    /// The module's own mutable globals. JavaScript does not say of which type they are; their names
    /// do.
    pub(crate) fn own_globals(&mut self) -> Vec<(String, GlobalValue)> {
        let Some(exports) = &self.exports else {
            return Vec::new();
        };
        let mut values = Vec::new();
        for name in Object::keys(&exports.all).iter() {
            let Some(text) = name.as_string() else {
                continue;
            };
            let Some(ty) = type_of_own_global(&text) else {
                continue;
            };
            let Some(global) = exports.global(&name) else {
                continue;
            };
            let number = || global.value().as_f64().unwrap_or_default();
            let value = match ty {
                "i32" => GlobalValue::I32(number() as i32),
                "i64" => GlobalValue::I64(NumberGlobal::number(global.unchecked_ref())),
                "f32" => GlobalValue::F32((number() as f32).to_bits()),
                _ => GlobalValue::F64(number().to_bits()),
            };
            values.push((text, value));
        }
        values
    }

    /// Sets one of the module's own globals.
    pub(crate) fn set_own_global(
        &mut self,
        name: &str,
        value: GlobalValue,
    ) -> Result<(), SandboxError> {
        let exports = self.exports.as_ref();
        if let Some(global) = exports.and_then(|exports| exports.global(&name.into())) {
            match value {
                GlobalValue::I32(value) => global.set_value(&value.into()),
                GlobalValue::I64(value) => {
                    NumberGlobal::set_number(global.unchecked_ref(), value);
                }
                GlobalValue::F32(bits) => global.set_value(&f32::from_bits(bits).into()),
                GlobalValue::F64(bits) => global.set_value(&f64::from_bits(bits).into()),
            }
        }
        Ok(())
    }

    /// Makes the memory at least so many pages of 64 KiB large.
    pub(crate) fn grow_to(&mut self, pages: u32) -> Result<(), SandboxError> {
        let running = self.running.as_mut(&mut self.store);
        let Some(memory) = &mut running.memory else {
            return Ok(());
        };
        let has = (memory.size / 65_536) as u32;
        if pages > has {
            // A page that has no more memory throws.
            let grow = Reflect::get(&memory.memory, &"grow".into())
                .and_then(|grow| grow.dyn_into::<Function>())
                .and_then(|grow| grow.call1(&memory.memory, &(pages - has).into()));
            grow.map_err(|error| SandboxError::Instantiate(message(error)))?;
            memory.refresh();
        }
        Ok(())
    }
}

/// The type of a global that [`OWN_GLOBAL_PREFIX`] shows under this name.
fn type_of_own_global(name: &str) -> Option<&str> {
    let (ty, _) = name.strip_prefix(OWN_GLOBAL_PREFIX)?.split_once('.')?;
    Some(ty)
}
