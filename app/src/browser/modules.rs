//! Bytes to compiled modules.

use super::describe;
use js_sys::{ArrayBuffer, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A compiled module. Cloning and posting it to a worker copies no code.
#[derive(Clone, Debug)]
pub struct CompiledModule(pub(super) WebAssembly::Module);

impl CompiledModule {
    /// The name section's bytes, if there is one.
    pub fn name_section(&self) -> Option<Vec<u8>> {
        let sections = WebAssembly::Module::custom_sections(&self.0, "name");
        let section: ArrayBuffer = sections.get(0).dyn_into().ok()?;
        Some(Uint8Array::new(&section).to_vec())
    }

    /// How many functions it imports from other modules than this.
    pub fn imported_functions(&self, but: &str) -> u32 {
        let imports = WebAssembly::Module::imports(&self.0);
        let counted = imports.iter().filter(|import| {
            let is = |field: &str, text: &str| {
                let value = Reflect::get(import, &field.into());
                value.is_ok_and(|value| value.as_string().as_deref() == Some(text))
            };
            is("kind", "function") && !is("module", but)
        });
        counted.count() as u32
    }
}

/// Compiles on the engine's own threads; the page goes on meanwhile.
pub async fn compile(wasm: &[u8]) -> Result<CompiledModule, String> {
    compile_bytes(&Uint8Array::from(wasm)).await
}

/// The same of bytes that JavaScript has.
pub(super) async fn compile_bytes(wasm: &Uint8Array) -> Result<CompiledModule, String> {
    let compiled = JsFuture::from(WebAssembly::compile(wasm))
        .await
        .map_err(|error| describe(&error))?;
    compiled
        .dyn_into()
        .map(CompiledModule)
        .map_err(|_| "the browser compiled something that is not a module".to_owned())
}
