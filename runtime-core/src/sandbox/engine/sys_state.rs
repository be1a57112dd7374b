//! What a snapshot needs of an instance, natively.

use super::{Engine, SandboxError};
use crate::sandbox::meter::{CAPTURE_EXPORT, OWN_GLOBAL_PREFIX};
use crate::sandbox::snapshot::GlobalValue;
use wasmer::Value;

impl Engine {
    /// The bits of [`CAPTURE_EXPORT`], if the instance has them.
    pub(crate) fn capture_obstacles(&mut self) -> Option<u32> {
        let global = self.exports.as_ref()?.all.get_global(CAPTURE_EXPORT).ok()?;
        match global.clone().get(&mut self.store) {
            Value::I32(bits) => Some(bits.cast_unsigned()),
            _ => None,
        }
    }

    /// The module's own mutable globals.
    pub(crate) fn own_globals(&mut self) -> Vec<(String, GlobalValue)> {
        let Some(exports) = &self.exports else {
            return Vec::new();
        };
        let globals = exports.all.iter().globals();
        let own = globals.filter(|(name, _)| name.starts_with(OWN_GLOBAL_PREFIX));
        let mut values = Vec::new();
        for (name, global) in own {
            let value = match global.get(&mut self.store) {
                Value::I32(value) => GlobalValue::I32(value),
                Value::I64(value) => GlobalValue::I64(value),
                Value::F32(value) => GlobalValue::F32(value.to_bits()),
                Value::F64(value) => GlobalValue::F64(value.to_bits()),
                _ => continue,
            };
            values.push((name.clone(), value));
        }
        values
    }

    /// Sets one of the module's own globals.
    pub(crate) fn set_own_global(
        &mut self,
        name: &str,
        value: GlobalValue,
    ) -> Result<(), SandboxError> {
        let value = match value {
            GlobalValue::I32(value) => Value::I32(value),
            GlobalValue::I64(value) => Value::I64(value),
            GlobalValue::F32(bits) => Value::F32(f32::from_bits(bits)),
            GlobalValue::F64(bits) => Value::F64(f64::from_bits(bits)),
        };
        self.set(|exports| exports.all.get_global(name).ok().cloned(), value)
    }

    /// Makes the memory at least so many pages of 64 KiB large.
    pub(crate) fn grow_to(&mut self, pages: u32) -> Result<(), SandboxError> {
        let Some(exports) = &self.exports else {
            return Ok(());
        };
        let memory = exports.memory.clone();
        let has = memory.view(&self.store).size().0;
        if pages > has {
            memory
                .grow(&mut self.store, pages - has)
                .map_err(|error| SandboxError::Instantiate(error.to_string()))?;
        }
        Ok(())
    }
}
