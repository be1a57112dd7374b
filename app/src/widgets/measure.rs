//! The width of an element, as a signal: for drawings that are laid out in pixels.

use leptos::{html::Div, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::ResizeObserver;

/// The inner width of `node` in CSS pixels; zero before it is on the page.
pub(super) fn width_of(node: NodeRef<Div>) -> Signal<f64> {
    let width = RwSignal::new(0.0);
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let measured = element.clone();
        let callback = Closure::<dyn FnMut()>::new(move || {
            let new = f64::from(measured.client_width());
            if width.try_get_untracked().is_some_and(|old| old != new) {
                width.set(new);
            }
        });
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            watch.set_value(Some(Watch {
                observer,
                _callback: callback,
            }));
        }
    });
    width.into()
}

/// Stops observing when it is dropped, before its callback is gone.
struct Watch {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
