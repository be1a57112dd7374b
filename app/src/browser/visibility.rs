//! The tab is hidden: on phones the last thing that a page hears of.

use wasm_bindgen::prelude::*;

/// Calls `then` whenever the tab is hidden or about to be closed. For as long as the page lives.
pub fn on_hidden(then: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let Some(document) = window.document() else {
        return;
    };
    let hidden = {
        let (document, then) = (document.clone(), then.clone());
        Closure::<dyn Fn()>::new(move || {
            if document.hidden() {
                then();
            }
        })
    };
    let closing = Closure::<dyn Fn()>::new(then);
    let _ = document
        .add_event_listener_with_callback("visibilitychange", hidden.as_ref().unchecked_ref());
    let _ = window.add_event_listener_with_callback("pagehide", closing.as_ref().unchecked_ref());
    hidden.forget();
    closing.forget();
}
