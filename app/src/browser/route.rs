//! Which page the address names: what stands behind its `#`.

use wasm_bindgen::prelude::*;

/// What stands behind the address's `#`; nothing if there is none.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    let hash = hash.unwrap_or_default();
    hash.strip_prefix('#').unwrap_or_default().to_owned()
}

/// The page's address with another fragment, `#` included.
pub fn address_with(fragment: &str) -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok());
    let address = address.unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    format!("{page}{fragment}")
}

/// Puts another fragment, `#` included, into the address, without a new entry in the browser's history and without
/// telling anybody.
pub fn replace(fragment: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // It fails where the page has no address of its own: then there is nothing to replace.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
}

/// Calls `then` whenever that changes. For as long as the page lives.
pub fn on_change(then: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let listener = Closure::<dyn Fn()>::new(then);
    // It fails for no name of an event.
    let _ =
        window.add_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref());
    listener.forget();
}
