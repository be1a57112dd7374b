//! Every use of web-sys and js-sys of the page, except for the widgets' canvases.
//!
//! ```text
//! clock     elapsed time, wall clock, randomness for the session's seed
//! timer     one-shot timers and animation frames
//! host      what this browser offers: isolation, timer steps, cores
//! modules   bytes -> compiled WebAssembly.Module
//! runtimes  managed runtimes: fetched once, cached, checked, compiled
//! worker    workers that run one of our own wasm binaries
//! mailbox   where a page leaves a message for a worker that waits (a module of the crate's top)
//! packages  the package worker: inspection and memory limits
//! templates  the template worker: what importing a template would change
//! simulations  the simulation worker: runs scenarios
//! styles    the style sheet of what comes later
//! route     which page the address names
//! files     reading dropped files, downloads, fetching the site's own files
//! doorway   events for handlers that wait, where memory cannot be shared
//! gateway   requests to the Lambda API and to function URLs
//! database  IndexedDB
//! theme     light and dark
//! kept      small texts that are kept between visits
//! visibility  the tab is hidden or closed
//! zones     time zones
//! console   `coldstart.invoke` for the browser's console
//! ```

pub mod clock;
pub mod console;
pub mod database;
pub mod doorway;
pub mod files;
pub mod gateway;
pub mod host;
pub mod kept;
pub mod modules;
pub mod packages;
pub mod route;
pub mod runtimes;
pub mod simulations;
pub mod styles;
pub mod templates;
pub mod theme;
pub mod timer;
pub mod visibility;
pub mod worker;
pub mod zones;

use wasm_bindgen::JsValue;

/// Where the build has put what the page fetches later: it writes a `<meta>` element for each, with
/// its address relative to the page.
pub fn asset_address(name: &str) -> Result<String, String> {
    let document = web_sys::window().and_then(|window| window.document());
    document
        .and_then(|document| {
            let meta = format!("meta[name={name}]");
            document.query_selector(&meta).ok()?
        })
        .and_then(|element| element.get_attribute("content"))
        .ok_or_else(|| {
            format!(
                "the page does not say where {name} is: it was not built by `cargo xtask build`"
            )
        })
}

/// What a browser interface says when it fails, as text for people.
pub fn describe(error: &JsValue) -> String {
    let text = js_sys::Reflect::get(error, &JsValue::from_str("message"))
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string());
    text.filter(|text| !text.is_empty())
        .unwrap_or_else(|| format!("{error:?}"))
}
