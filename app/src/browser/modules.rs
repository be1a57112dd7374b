//! Bytes to compiled modules.

use super::describe;
use js_sys::{Uint8Array, WebAssembly};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A compiled module. Cloning and posting it to a worker copies no code.
#[derive(Clone, Debug)]
pub struct CompiledModule(pub(super) WebAssembly::Module);

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
