//! Managed runtimes: fetched when one is first used, kept in the browser's Cache Storage, checked
//! and compiled.

use super::describe;
use super::modules::{CompiledModule, compile_bytes};
use js_sys::{Reflect, Uint8Array};
use runtime_core::sandbox::RuntimeFile;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Cache, ReadableStreamDefaultReader, ReadableWritablePair, RequestCache, RequestInit, Response,
    Window,
};

#[wasm_bindgen]
extern "C" {
    /// Missing in web-sys (0.3).
    #[wasm_bindgen(extends = ReadableWritablePair)]
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// Where the site keeps its runtimes, relative to the page.
pub const FOLDER: &str = "./runtimes";
/// The cache of this site. File names have a hash of their contents, so nothing in it goes stale.
const CACHE: &str = "coldstart-runtimes";

/// Fetches a runtime's module, or takes it from the cache, checks it, and compiles it. `progress`
/// is told how many bytes of the module there are.
pub async fn load(image: &RuntimeFile, progress: impl Fn(u64)) -> Result<CompiledModule, String> {
    let window = web_sys::window().ok_or("there is no window")?;
    let address = format!("{FOLDER}/{}", image.file);
    // A page without a secure context has no cache; the browser's own may serve as well.
    let cache = cache(&window).await;
    if let Some(cache) = &cache
        && let Some(response) = found(cache, &address).await
    {
        match checked(&window, image, &response, &progress).await {
            Ok(bytes) => return compiled(&bytes, &address).await,
            // What is damaged must not be found again.
            Err(_) => drop(JsFuture::from(cache.delete_with_str(&address)).await),
        }
    }
    let mut damage = String::new();
    // The browser's own cache may hold what is damaged, too.
    for mode in [RequestCache::Default, RequestCache::Reload] {
        let response = fetched(&window, &address, mode).await?;
        let copy = response.clone();
        match checked(&window, image, &response, &progress).await {
            Ok(bytes) => {
                if let (Some(cache), Ok(copy)) = (&cache, copy) {
                    // A full cache is no reason to fail.
                    let _ = JsFuture::from(cache.put_with_str(&address, &copy)).await;
                }
                return compiled(&bytes, &address).await;
            }
            Err(reason) => damage = reason,
        }
    }
    Err(format!("{address} is damaged: {damage}"))
}

/// The module's bytes, if they are what the site's list says.
async fn checked(
    window: &Window,
    image: &RuntimeFile,
    response: &Response,
    progress: &impl Fn(u64),
) -> Result<Uint8Array, String> {
    let bytes = unpacked(response, image.module_size.get(), progress).await?;
    check(window, &bytes, &image.sha256).await?;
    Ok(bytes)
}

async fn compiled(bytes: &Uint8Array, address: &str) -> Result<CompiledModule, String> {
    let compiled = compile_bytes(bytes).await;
    compiled.map_err(|reason| format!("this browser could not compile {address}: {reason}"))
}

async fn cache(window: &Window) -> Option<Cache> {
    let opened = JsFuture::from(window.caches().ok()?.open(CACHE)).await;
    opened.ok()?.dyn_into().ok()
}

async fn found(cache: &Cache, address: &str) -> Option<Response> {
    let found = JsFuture::from(cache.match_with_str(address)).await;
    found.ok()?.dyn_into().ok()
}

async fn fetched(window: &Window, address: &str, mode: RequestCache) -> Result<Response, String> {
    let options = RequestInit::new();
    options.set_cache(mode);
    let response = JsFuture::from(window.fetch_with_str_and_init(address, &options))
        .await
        .map_err(|error| format!("{address} could not be fetched: {}", describe(&error)))?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        let status = response.status();
        return Err(format!("{address} could not be fetched: status {status}"));
    }
    Ok(response)
}

/// Decompresses what comes as it comes.
async fn unpacked(
    response: &Response,
    size: u64,
    progress: &impl Fn(u64),
) -> Result<Uint8Array, String> {
    let text = |error: JsValue| describe(&error);
    let body = response.body().ok_or("it is empty")?;
    let gunzip = DecompressionStream::new("gzip").map_err(text)?;
    let stream = body.pipe_through(&gunzip);
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let size = u32::try_from(size).map_err(|_| "it is too large")?;
    let (bytes, mut at) = (Uint8Array::new_with_length(size), 0);
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(text)?;
        let field = |name: &str| Reflect::get(&piece, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            break;
        }
        let piece: Uint8Array = field("value").unchecked_into();
        if piece.length() > size - at {
            return Err("it is longer than it should be".to_owned());
        }
        bytes.set(&piece, at);
        at += piece.length();
        progress(at.into());
    }
    if at < size {
        return Err("it ends too early".to_owned());
    }
    Ok(bytes)
}

/// Compares the hash. Without a secure context there is nothing to compute it with; nor does
/// anybody promise there that the page itself is what its author wrote.
async fn check(window: &Window, bytes: &Uint8Array, sha256: &str) -> Result<(), String> {
    let subtle = window.crypto().ok().map(|crypto| crypto.subtle());
    let Some(subtle) = subtle.filter(|subtle| !subtle.is_undefined()) else {
        return Ok(());
    };
    let digest = subtle
        .digest_with_str_and_buffer_source("SHA-256", bytes)
        .map_err(|error| describe(&error))?;
    let digest = JsFuture::from(digest)
        .await
        .map_err(|error| describe(&error))?;
    let digits: String = Uint8Array::new(&digest)
        .to_vec()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    match digits == sha256 {
        true => Ok(()),
        false => Err("its hash is not the one that the site's list gives".to_owned()),
    }
}
