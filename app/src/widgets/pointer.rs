//! What drags have in common.

use leptos::ev::PointerEvent;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What listens is told of the pointer until it goes up, wherever it goes. Without that a drag ends at the edge: worse,
/// but no harm.
pub fn capture(event: &PointerEvent) {
    if let Some(listener) = listener(event) {
        let _ = listener.set_pointer_capture(event.pointer_id());
    }
}

/// Where in what listens the pointer is, in parts of its width and of its height from below: less than 0 or more than 1
/// beside it.
pub fn place_within(event: &PointerEvent) -> Option<(f64, f64)> {
    let bounds = listener(event)?.get_bounding_client_rect();
    let part = |at: f64, from: f64, of: f64| (at - from) / of.max(1.0);
    let across = part(f64::from(event.client_x()), bounds.left(), bounds.width());
    let down = part(f64::from(event.client_y()), bounds.top(), bounds.height());
    Some((across, 1.0 - down))
}

fn listener(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}
