//! The width of an element, as a signal: for drawings that are laid out in pixels. Whether one is on
//! screen.

use leptos::html::{Div, Span};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, ResizeObserver,
};

/// What is so near to the screen counts as seen: it is right when it is scrolled to.
const NEAR: &str = "200px";

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

/// Whether the element that follows on `before` is on screen, or near to it. Where that cannot be known,
/// it is.
pub(super) fn seen(before: NodeRef<Span>) -> Signal<bool> {
    let seen = RwSignal::new(true);
    let watch = StoredValue::new_local(None::<Sight>);
    // Runs once the element is there.
    Effect::new(move |_| {
        let element = before.get().and_then(|it| it.next_element_sibling());
        let Some(element) = element else { return };
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            // The last one is of now.
            let last: IntersectionObserverEntry = entries.pop().unchecked_into();
            seen.try_set(last.is_intersecting());
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(NEAR);
        let observer =
            IntersectionObserver::new_with_options(callback.as_ref().unchecked_ref(), &options);
        if let Ok(observer) = observer {
            observer.observe(&element);
            watch.set_value(Some(Sight {
                observer,
                _callback: callback,
            }));
        }
    });
    seen.into()
}

/// The same for what is on screen.
struct Sight {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
