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
    let bytes = Uint8Array::from(wasm);
    let compiled = JsFuture::from(WebAssembly::compile(&bytes))
        .await
        .map_err(|error| describe(&error))?;
    compiled
        .dyn_into()
        .map(CompiledModule)
        .map_err(|_| "the browser compiled something that is not a module".to_owned())
}
