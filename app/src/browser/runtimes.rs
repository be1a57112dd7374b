//! Managed runtimes: fetched when one is first used, kept in the browser's Cache Storage, checked
//! and compiled.

use super::describe;
use super::modules::{CompiledModule, compile_bytes};
use js_sys::{Reflect, Uint8Array};
use runtime_core::sandbox::RuntimeImage;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, ReadableStreamDefaultReader, ReadableWritablePair, Response, Window};

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
pub async fn load(image: &RuntimeImage, progress: impl Fn(u64)) -> Result<CompiledModule, String> {
    let window = web_sys::window().ok_or("there is no window")?;
    let address = format!("{FOLDER}/{}", image.module);
    // A page without a secure context has no cache; the browser's own may serve as well.
    let cache = cache(&window).await;
    let kept = match &cache {
        Some(cache) => found(cache, &address).await,
        None => None,
    };
    let response = match kept {
        Some(response) => response,
        None => fetched(&window, cache.as_ref(), &address).await?,
    };
    let read = unpacked(&response, image.module_size.get(), progress).await;
    let checked = match read {
        Ok(bytes) => check(&window, &bytes, &image.sha256).await.map(|()| bytes),
        Err(reason) => Err(reason),
    };
    match checked {
        Ok(bytes) => compile_bytes(&bytes)
            .await
            .map_err(|reason| format!("this browser could not compile {address}: {reason}")),
        Err(reason) => {
            // What is damaged must not be found again.
            if let Some(cache) = cache {
                let _ = JsFuture::from(cache.delete_with_str(&address)).await;
            }
            Err(format!("{address} is damaged: {reason}"))
        }
    }
}

async fn cache(window: &Window) -> Option<Cache> {
    let opened = JsFuture::from(window.caches().ok()?.open(CACHE)).await;
    opened.ok()?.dyn_into().ok()
}

async fn found(cache: &Cache, address: &str) -> Option<Response> {
    let found = JsFuture::from(cache.match_with_str(address)).await;
    found.ok()?.dyn_into().ok()
}

async fn fetched(
    window: &Window,
    cache: Option<&Cache>,
    address: &str,
) -> Result<Response, String> {
    let response = JsFuture::from(window.fetch_with_str(address))
        .await
        .map_err(|error| format!("{address} could not be fetched: {}", describe(&error)))?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        let status = response.status();
        return Err(format!("{address} could not be fetched: status {status}"));
    }
    if let (Some(cache), Ok(copy)) = (cache, response.clone()) {
        let put = cache.put_with_str(address, &copy);
        // A full cache is no reason to fail.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(put).await;
        });
    }
    Ok(response)
}

/// Decompresses what comes as it comes.
async fn unpacked(
    response: &Response,
    size: u64,
    progress: impl Fn(u64),
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
