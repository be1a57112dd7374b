//! Reading dropped files, downloads, fetching the site's own files.

use super::describe;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Response, Url};

/// A file that the user chose or dropped.
pub use web_sys::File;

/// The bytes of a file that the user chose or dropped.
pub async fn read(file: &File) -> Result<Vec<u8>, String> {
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|error| describe(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// How much of a file is in memory at a time.
const PIECE: f64 = 4.0 * 1024.0 * 1024.0;

/// Reads a file piece by piece, so that one of any size takes little memory.
pub async fn read_pieces(file: &File, mut each: impl FnMut(&[u8])) -> Result<(), String> {
    let size = file.size();
    let mut start = 0.0;
    while start < size {
        let end = (start + PIECE).min(size);
        let piece = file.slice_with_f64_and_f64(start, end);
        let piece = piece.map_err(|error| describe(&error))?;
        let buffer = JsFuture::from(piece.array_buffer()).await;
        let buffer = buffer.map_err(|error| describe(&error))?;
        each(&Uint8Array::new(&buffer).to_vec());
        start = end;
    }
    Ok(())
}

/// Hands bytes to the user as a file.
pub fn download(name: &str, mime: &str, bytes: &[u8]) -> Result<(), String> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .map_err(|error| describe(&error))?;
    download_blob(name, &blob)
}

/// Hands a blob to the user as a file.
pub fn download_blob(name: &str, blob: &Blob) -> Result<(), String> {
    let attempt = || -> Result<(), JsValue> {
        let url = Url::create_object_url_with_blob(blob)?;
        let document = web_sys::window()
            .and_then(|window| window.document())
            .ok_or_else(|| JsValue::from_str("there is no document"))?;
        let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&url)
    };
    attempt().map_err(|error| describe(&error))
}

/// Copies text to the clipboard.
pub async fn copy(text: &str) -> Result<(), String> {
    let window = web_sys::window().ok_or("there is no window")?;
    JsFuture::from(window.navigator().clipboard().write_text(text))
        .await
        .map(|_| ())
        .map_err(|error| describe(&error))
}

/// Fetches one of the site's own files by its path relative to the page.
pub async fn fetch(path: &str) -> Result<Vec<u8>, String> {
    let window = web_sys::window().ok_or("there is no window")?;
    let response = JsFuture::from(window.fetch_with_str(path))
        .await
        .map_err(|error| format!("{path} could not be fetched: {}", describe(&error)))?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(format!(
            "{path} could not be fetched: status {}",
            response.status()
        ));
    }
    let buffer = response.array_buffer().map_err(|error| describe(&error))?;
    let buffer = JsFuture::from(buffer)
        .await
        .map_err(|error| describe(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
